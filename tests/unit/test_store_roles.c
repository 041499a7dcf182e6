/* The contract of db/store.h for roles and counts, on both stores. */
#include "tests/unit/store_fixture.h"

enum { ME = 11, NOW = 1000 };

static void put_user(struct fixture *fixture, int64_t id, enum role role) {
    struct user user = {.doc.id = id, .role = role};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
}

static void put_ticket(struct fixture *fixture, int64_t id, int64_t author, enum ticket_status status) {
    struct ticket ticket = {.doc.id = id, .author = author, .status = status};
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket));
}

static void staff_is_found(void **state) {
    struct fixture *fixture = *state;
    put_user(fixture, 5, ROLE_SUPER_ADMIN);
    put_user(fixture, 3, ROLE_ADMIN);
    put_user(fixture, 4, ROLE_USER);
    put_user(fixture, INT64_MAX, ROLE_ADMIN);
    int64_t ids[4];
    assert_int_equal(find_ids(fixture, QUERY_STAFF, 0, 0, ids, 4), 3);
    assert_int_equal(ids[0], 3);
    assert_int_equal(ids[1], 5);
    assert_true(ids[2] == INT64_MAX);
    assert_int_equal(find_ids(fixture, QUERY_ADMINS, 0, 0, ids, 4), 2);
    assert_int_equal(ids[0], 3);
    assert_int_equal(find_ids(fixture, QUERY_SUPER_ADMINS, 0, 0, ids, 4), 1);
    assert_int_equal(ids[0], 5);
    struct user before = load_user(fixture, 3), after = before;
    after.role = ROLE_USER;
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &after));
    assert_int_equal(find_ids(fixture, QUERY_STAFF, 0, 0, ids, 4), 2);
    EXPECT(STATUS_INVALID, store_find(fixture->store, QUERY_COUNT, 0, 0, ids, 4, &(size_t){0}, NULL));
}

/* Whatever writes: the role goes only from a row that was marked before, by a write of its own. */
static void a_super_admin_steps_down_in_two_writes(void **state) {
    struct fixture *fixture = *state;
    put_user(fixture, 5, ROLE_SUPER_ADMIN);
    struct user before = load_user(fixture, 5), after = before;
    for (int role = ROLE_USER; role < ROLE_SUPER_ADMIN; role++) {
        after = before;
        after.role = (enum role)role;
        after.leaving = true;
        EXPECT(STATUS_INVALID, WRITE(fixture, .before = &before, .after = &after));
    }
    after = before;
    after.leaving = true;
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &after));
    before = after = load_user(fixture, 5);
    after.role = ROLE_USER;
    after.leaving = false;
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &after));
    assert_int_equal(load_user(fixture, 5).role, ROLE_USER);
}

static int64_t tally(const struct fixture *fixture, enum query query, int64_t key) {
    int64_t count = -1;
    EXPECT(STATUS_OK, store_tally(fixture->store, query, key, &count, NULL));
    return count;
}

static void answers_are_counted(void **state) {
    struct fixture *fixture = *state;
    for (int query = 0; query < QUERY_COUNT; query++)
        assert_int_equal(tally(fixture, (enum query)query, 0), 0);
    put_user(fixture, 5, ROLE_SUPER_ADMIN);
    put_user(fixture, 3, ROLE_ADMIN);
    put_user(fixture, 4, ROLE_USER);
    for (int64_t i = 0; i < 15; i++)
        for (int64_t n = 0; n <= i % TICKET_STATUS_COUNT; n++)
            put_ticket(fixture, 10 * i + n + 1, i, (enum ticket_status)(i % TICKET_STATUS_COUNT));
    assert_int_equal(tally(fixture, QUERY_USERS, 0), 3);
    assert_int_equal(tally(fixture, QUERY_STAFF, 0), 2);
    for (int status = 0; status < TICKET_STATUS_COUNT; status++)
        assert_int_equal(tally(fixture, QUERY_STATUS_TICKETS, status), 3 * (status + 1));
    assert_int_equal(tally(fixture, QUERY_STATUS_TICKETS, TICKET_STATUS_COUNT), 0);
    assert_int_equal(tally(fixture, QUERY_OPEN_TICKETS, 1), 2);
    struct owed item = {.kind = OWED_MESSAGE};
    struct user user = {.doc.id = 9};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .owe = &item, .owe_count = 1, .owner = ME, .now = NOW));
    assert_int_equal(tally(fixture, QUERY_OWED_USERS, ME), 1);
    assert_int_equal(tally(fixture, QUERY_OWED_USERS, 0), 0);
    EXPECT(STATUS_INVALID, store_tally(fixture->store, QUERY_COUNT, 0, &(int64_t){0}, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(staff_is_found),
        ON_BOTH(a_super_admin_steps_down_in_two_writes),
        ON_BOTH(answers_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
