/* Whole documents out of a store and into it, on both stores (db/raw.h). */
#include "db/raw.h"

#include <string.h>

#include "db/codec.h"
#include "tests/unit/store_fixture.h"

enum { NOW = 1000, SEEN_MAX = 200 };

struct seen {
    int64_t ids[SEEN_MAX];
    char names[SEEN_MAX][WORD_BYTES_MAX];
    size_t count, unreadable, pages;
    size_t refuse_at; /* 0: never */
};

static enum status note(void *context, const bson_t *document, struct error *error) {
    struct seen *seen = context;
    bson_iter_t iter;
    if (document == NULL) {
        seen->unreadable++;
        return STATUS_OK;
    }
    assert_true(seen->count < SEEN_MAX);
    assert_true(bson_iter_init_find(&iter, document, "_id"));
    if (BSON_ITER_HOLDS_UTF8(&iter))
        snprintf(seen->names[seen->count], WORD_BYTES_MAX, "%s", bson_iter_utf8(&iter, NULL));
    else
        assert_true(codec_number(&iter, &seen->ids[seen->count]));
    seen->count++;
    return seen->refuse_at == seen->count ? error_set(error, STATUS_STOPPED, "enough") : STATUS_OK;
}

static struct seen see_all(const struct fixture *fixture, int shelf, size_t max) {
    struct seen seen = {0};
    bson_t after = BSON_INITIALIZER;
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        status = store_raw_page(fixture->store, shelf, &after, max, note, &seen, NULL);
        seen.pages += status == STATUS_OK;
    }
    EXPECT(STATUS_NOT_FOUND, status);
    bson_destroy(&after);
    return seen;
}

static void pages_give_everything_in_order(void **state) {
    struct fixture *fixture = *state;
    enum { PEOPLE = 70 };
    for (int64_t i = PEOPLE; i > 0; i--) {
        struct user user = {.doc.id = i * 7000000001};
        EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    }
    struct seen seen = see_all(fixture, COLLECTION_USERS, 9);
    assert_int_equal(seen.count, PEOPLE);
    assert_int_equal(seen.pages, (PEOPLE + 8) / 9);
    for (int64_t i = 0; i < PEOPLE; i++)
        assert_int_equal(seen.ids[i], (i + 1) * 7000000001);
    assert_int_equal(see_all(fixture, COLLECTION_TICKETS, 9).count, 0);
}

static void meta_has_numbers_and_no_beats(void **state) {
    struct fixture *fixture = *state;
    int64_t value;
    EXPECT(STATUS_OK, store_beat(fixture->store, 5, 6, NULL));
    EXPECT(STATUS_OK, store_next(fixture->store, "tickets", &value, NULL));
    EXPECT(STATUS_OK, store_get_or_set(fixture->store, "bot_id", 7, &value, NULL));
    struct seen seen = see_all(fixture, RAW_META, 2);
    assert_int_equal(seen.count, 3);
    assert_string_equal(seen.names[0], "bot_id");
    assert_string_equal(seen.names[1], "counter.tickets");
    assert_string_equal(seen.names[2], "schema");
}

static void a_page_ends_where_it_is_refused(void **state) {
    struct fixture *fixture = *state;
    struct seen seen = {.refuse_at = 2};
    struct error error = {0};
    bson_t after = BSON_INITIALIZER;
    for (int64_t id = 1; id <= 5; id++) {
        struct user user = {.doc.id = id};
        EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    }
    EXPECT(STATUS_STOPPED, store_raw_page(fixture->store, COLLECTION_USERS, &after, 4, note, &seen, &error));
    assert_string_equal(error.text, "enough");
    assert_int_equal(seen.count, 2);
    bson_destroy(&after);
}

static void put(const struct fixture *fixture, int shelf, const char *json) {
    bson_t document;
    bson_error_t reason;
    if (!bson_init_from_json(&document, json, -1, &reason))
        fail_msg("%s: %s", json, reason.message);
    EXPECT(STATUS_OK, store_raw_put(fixture->store, shelf, &document, 1, NULL));
    bson_destroy(&document);
}

static void what_is_put_is_found(void **state) {
    struct fixture *fixture = *state;
    int64_t value;
    put(fixture, COLLECTION_TICKETS,
        "{\"_id\": {\"$numberLong\": \"12\"}, \"rev\": 3, \"author\": {\"$numberLong\": \"5\"}, \"status\": \"accepted\","
        " \"assignee\": 6, \"odd\": {\"a\": [1.5, null, true]}}");
    assert_true(finds(fixture, QUERY_OPEN_TICKETS, 5, 12));
    assert_true(finds(fixture, QUERY_ASSIGNED_TICKETS, 6, 12));
    put(fixture, COLLECTION_TICKETS, "{\"_id\": {\"$numberLong\": \"12\"}, \"author\": 8, \"status\": \"waiting\"}");
    assert_false(finds(fixture, QUERY_ASSIGNED_TICKETS, 6, 12));
    assert_true(finds(fixture, QUERY_OPEN_TICKETS, 8, 12));
    assert_int_equal(load_ticket(fixture, 12).doc.rev, 0);
    put(fixture, RAW_META, "{\"_id\": \"counter.tickets\", \"value\": {\"$numberLong\": \"41\"}}");
    EXPECT(STATUS_OK, store_next(fixture->store, "tickets", &value, NULL));
    assert_int_equal(value, 42);
    put(fixture, RAW_META, "{\"_id\": \"counter.tickets\", \"value\": {\"$numberLong\": \"9\"}}");
    EXPECT(STATUS_OK, store_next(fixture->store, "tickets", &value, NULL));
    assert_int_equal(value, 10);
}

static void many_are_put_at_once(void **state) {
    struct fixture *fixture = *state;
    bson_t documents[RAW_PAGE];
    for (int i = 0; i < RAW_PAGE; i++) {
        bson_init(&documents[i]);
        bson_append_int64(&documents[i], "_id", -1, 100 + i);
    }
    EXPECT(STATUS_OK, store_raw_put(fixture->store, COLLECTION_USERS, documents, RAW_PAGE, NULL));
    EXPECT(STATUS_OK, store_raw_put(fixture->store, COLLECTION_USERS, documents, 0, NULL));
    EXPECT(STATUS_INVALID, store_raw_put(fixture->store, COLLECTION_USERS, documents, RAW_PAGE + 1, NULL));
    assert_int_equal(count_raw(fixture, "users"), RAW_PAGE);
    for (int i = 0; i < RAW_PAGE; i++)
        bson_destroy(&documents[i]);
}

static void clearing_leaves_nothing(void **state) {
    struct fixture *fixture = *state;
    struct copy copies[COPIES_MAX];
    size_t count = 99;
    int64_t value;
    for (int i = 0; i < COLLECTION_COUNT; i++)
        put(fixture, i, "{\"_id\": {\"$numberLong\": \"1\"}}");
    EXPECT(STATUS_OK, store_beat(fixture->store, 5, 6, NULL));
    EXPECT(STATUS_OK, store_keep_unread(fixture->store, NOW, "no JSON", "x", 1, NULL));
    EXPECT(STATUS_OK, store_swap(fixture->store, "restoring", 0, 77, NULL));
    for (int again = 0; again < 2; again++) {
        EXPECT(STATUS_OK, store_raw_clear(fixture->store, "restoring", NULL));
        for (int i = 0; i < COLLECTION_COUNT; i++)
            assert_int_equal(count_raw(fixture, raw_name(i)), 0);
        assert_int_equal(count_raw(fixture, "unread"), 0);
        EXPECT(STATUS_OK, store_copies(fixture->store, copies, &count, NULL));
        assert_int_equal(count, 0);
    }
    struct seen seen = see_all(fixture, RAW_META, 10);
    assert_int_equal(seen.count, 2);
    EXPECT(STATUS_OK, store_get(fixture->store, "restoring", &value, NULL));
    assert_int_equal(value, 77);
    EXPECT(STATUS_OK, store_get(fixture->store, "schema", &value, NULL));
}

static void what_is_unreadable_is_told_and_passed(void **state) {
    struct fixture *fixture = *state;
    put(fixture, COLLECTION_USERS, "{\"_id\": {\"$numberLong\": \"1\"}}");
    put(fixture, COLLECTION_USERS, "{\"_id\": {\"$numberLong\": \"9\"}}");
    if (fixture->kind == ON_SQLITE) {
        run_sqlite(fixture, "INSERT INTO users (id, rev, owner, owed_at, body) VALUES (2, 0, 0, 0, x'00'),"
                            " (3, 0, 0, 0, x'0500000000'), (4, 0, 0, 0, x'')");
    } else {
        put_json(fixture, COLLECTION_USERS, "{\"_id\": 5.25}");
        put_json(fixture, COLLECTION_USERS, "{\"_id\": 5.5}");
        put_json(fixture, COLLECTION_USERS, "{\"_id\": 5.75}");
    }
    struct seen seen = see_all(fixture, COLLECTION_USERS, 1);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.ids[1], 9);
    assert_int_equal(seen.unreadable, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(pages_give_everything_in_order),
        ON_BOTH(meta_has_numbers_and_no_beats),
        ON_BOTH(a_page_ends_where_it_is_refused),
        ON_BOTH(what_is_put_is_found),
        ON_BOTH(many_are_put_at_once),
        ON_BOTH(clearing_leaves_nothing),
        ON_BOTH(what_is_unreadable_is_told_and_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
