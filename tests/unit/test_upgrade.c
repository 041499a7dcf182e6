/* Documents of an earlier version become what this one writes, on both stores. */
#include "core/clock.h"
#include "db/backup.h"
#include "db/upgrade.h"
#include "tests/unit/store_fixture.h"

/* As the version before wrote them: without what is derived. */
static void put_old_documents(struct fixture *fixture) {
    put_json(fixture, COLLECTION_TICKETS,
             "{\"_id\": 3, \"rev\": 4, \"status\": \"waiting\", \"priority\": \"high\", \"author\": 1,"
             " \"created_at\": {\"$numberLong\": \"1700000000000\"}}");
    put_json(fixture, COLLECTION_TICKETS, "{\"_id\": 4, \"rev\": 1, \"status\": \"completed\", \"author\": 1}");
    put_json(fixture, COLLECTION_USERS, "{\"_id\": 1, \"rev\": 1, \"first_name\": \"a\"}");
}

static void set_schema(struct fixture *fixture, int64_t from, int64_t to) {
    EXPECT(STATUS_OK, store_swap(fixture->store, "schema", from, to, NULL));
}

static bool is_due(struct fixture *fixture) {
    bool due = false;
    EXPECT(STATUS_OK, upgrade_is_due(fixture->store, &due, NULL));
    return due;
}

static size_t queued(struct fixture *fixture) {
    int64_t keys[4];
    size_t count = 0;
    EXPECT(STATUS_OK, store_page(fixture->store, QUERY_QUEUE, 0, 0, false, keys, COUNT(keys), &count, NULL));
    return count;
}

static void what_is_derived_is_written(void **state) {
    struct fixture *fixture = *state;
    int64_t changed = 0;
    put_old_documents(fixture);
    set_schema(fixture, 2, 1);
    assert_true(is_due(fixture));
    assert_int_equal(queued(fixture), 0);
    EXPECT(STATUS_OK, upgrade_run(fixture->store, &changed, NULL));
    assert_true(changed >= 1);
    assert_false(is_due(fixture));
    assert_int_equal(queued(fixture), 1);
    assert_int_equal(load_ticket(fixture, 3).doc.rev, 5);
    assert_int_equal(load_ticket(fixture, 4).doc.rev, 1); /* nothing to derive: not written */
    set_schema(fixture, 2, 1);
    EXPECT(STATUS_OK, upgrade_run(fixture->store, &changed, NULL));
    assert_int_equal(changed, 0);
}

static void one_copy_does_it(void **state) {
    struct fixture *fixture = *state;
    int64_t changed = 0;
    set_schema(fixture, 2, 1);
    EXPECT(STATUS_OK, store_swap(fixture->store, "upgrading", 0, clock_now() + 60000, NULL));
    EXPECT(STATUS_UNAVAILABLE, upgrade_run(fixture->store, &changed, NULL));
    assert_true(is_due(fixture));
}

static void a_lease_that_ran_out_is_taken_over(void **state) {
    struct fixture *fixture = *state;
    int64_t changed = 0;
    set_schema(fixture, 2, 1);
    EXPECT(STATUS_OK, store_swap(fixture->store, "upgrading", 0, clock_now() - 1, NULL));
    EXPECT(STATUS_OK, upgrade_run(fixture->store, &changed, NULL));
    assert_false(is_due(fixture));
}

/* `serve` opens exclusively; what runs beside it leaves the upgrade to it. */
static void commands_leave_it_to_serve(void **state) {
    struct fixture *fixture = *state;
    struct error error = {0};
    struct store_settings settings = fixture->settings;
    struct store *store;
    set_schema(fixture, 2, 1);
    settings.exclusive = false;
    EXPECT(STATUS_CONFLICT, store_open(&settings, &store, &error));
    assert_non_null(strstr(error.text, "serve"));
    settings.exclusive = true;
    EXPECT(STATUS_OK, store_open(&settings, &store, NULL));
    store_close(store);
}

static void a_version_that_never_was_is_refused(void **state) {
    struct fixture *fixture = *state;
    int64_t changed = 0;
    set_schema(fixture, 2, -1);
    EXPECT(STATUS_DAMAGED, upgrade_run(fixture->store, &changed, NULL));
}

static void a_restored_backup_is_of_its_own_version(void **state) {
    struct fixture *fixture = *state;
    const struct backup_key key = {.passphrase = NULL};
    struct backup_info info;
    int64_t version = 0;
    FILE *file = tmpfile();
    assert_non_null(file);
    EXPECT(STATUS_OK, backup_write(fixture->store, file, &key, 1, NULL, &info, NULL));
    rewind(file);
    EXPECT(STATUS_OK, backup_check(file, &key, NULL, &info, NULL));
    info.schema = 1; /* as a file of the version before says in its head */
    rewind(file);
    EXPECT(STATUS_OK, backup_restore(fixture->store, file, &key, &info, NULL, NULL));
    EXPECT(STATUS_OK, store_get(fixture->store, "schema", &version, NULL));
    assert_int_equal(version, 1);
    fclose(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(what_is_derived_is_written),          ON_BOTH(one_copy_does_it),
        ON_BOTH(a_lease_that_ran_out_is_taken_over),  ON_BOTH(commands_leave_it_to_serve),
        ON_BOTH(a_version_that_never_was_is_refused), ON_BOTH(a_restored_backup_is_of_its_own_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
