/* What other hands left in the database: every field of every wrong type, a document's envelope of wrong types, maps
 * with entries that make no sense. Read as absent and counted; the next write goes through. On both stores. */
#include <string.h>

#include "db/codec.h"
#include "tests/unit/store_fixture.h"

enum { ME = 11, NOW = 1000 };

static void append_value(bson_t *bson, const char *name, bson_type_t type) {
    bson_t child = BSON_INITIALIZER;
    switch (type) {
    case BSON_TYPE_UTF8:
        bson_append_utf8(bson, name, -1, "no such word", -1);
        break;
    case BSON_TYPE_INT64:
        bson_append_int64(bson, name, -1, 5);
        break;
    case BSON_TYPE_DOUBLE:
        bson_append_double(bson, name, -1, 1.5);
        break;
    case BSON_TYPE_BOOL:
        bson_append_bool(bson, name, -1, true);
        break;
    case BSON_TYPE_DOCUMENT:
        bson_append_document(bson, name, -1, &child);
        break;
    case BSON_TYPE_ARRAY:
        bson_append_int32(&child, "0", -1, 1);
        bson_append_array(bson, name, -1, &child);
        break;
    case BSON_TYPE_DATE_TIME:
        bson_append_date_time(bson, name, -1, 5);
        break;
    case BSON_TYPE_BINARY:
        bson_append_binary(bson, name, -1, BSON_SUBTYPE_BINARY, (const uint8_t *)"\xff", 1);
        break;
    default:
        bson_append_null(bson, name, -1);
        break;
    }
    bson_destroy(&child);
}

static const bson_type_t types[] = {
    BSON_TYPE_UTF8,  BSON_TYPE_INT64,     BSON_TYPE_DOUBLE, BSON_TYPE_BOOL, BSON_TYPE_DOCUMENT,
    BSON_TYPE_ARRAY, BSON_TYPE_DATE_TIME, BSON_TYPE_BINARY, BSON_TYPE_NULL,
};

static bool takes(const struct field *field, bson_type_t type) {
    switch (field->type) {
    case FIELD_NUMBER:
        return type == BSON_TYPE_INT64;
    case FIELD_BOOL:
        return type == BSON_TYPE_BOOL;
    case FIELD_TEXT:
        return type == BSON_TYPE_UTF8;
    case FIELD_WORD:
    case FIELD_LIST:
        break;
    }
    return false;
}

/* A document whose every field is of the type; gives how many of them are odd then. */
static unsigned make_odd(enum collection collection, bson_type_t type, bson_t *document) {
    const struct record *record = record_of(collection);
    unsigned odd = 0;
    bson_append_int64(document, "_id", -1, 1);
    for (size_t i = 0; i < record->field_count; i++) {
        append_value(document, record->fields[i].name, type);
        odd += !takes(&record->fields[i], type) && type != BSON_TYPE_NULL;
    }
    return odd;
}

static void fields_of_every_type(void **state) {
    struct fixture *fixture = *state;
    for (size_t i = 0; i < COUNT(types); i++) {
        bson_t users = BSON_INITIALIZER, tickets = BSON_INITIALIZER;
        unsigned odd_user = make_odd(COLLECTION_USERS, types[i], &users);
        unsigned odd_ticket = make_odd(COLLECTION_TICKETS, types[i], &tickets);
        put_raw(fixture, COLLECTION_USERS, &users);
        put_raw(fixture, COLLECTION_TICKETS, &tickets);
        struct user before = load_user(fixture, 1), after = before;
        struct ticket ticket = load_ticket(fixture, 1);
        if (types[i] != BSON_TYPE_ARRAY) { /* an array is a list, if one with an odd item */
            assert_int_equal(before.doc.odd, odd_user);
            assert_int_equal(ticket.doc.odd, odd_ticket);
        }
        assert_int_equal(before.role, ROLE_USER);
        assert_int_equal(ticket.media.count, 0);
        after.name = "new";
        after.role = ROLE_ADMIN;
        after.form.media = (struct media_list){&(struct media){1, "f"}, 1};
        EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &after));
        after = load_user(fixture, 1);
        assert_string_equal(after.name, "new");
        assert_int_equal(after.role, ROLE_ADMIN);
        assert_int_equal(after.form.media.count, 1);
        bson_destroy(&users);
        bson_destroy(&tickets);
    }
}

/* The envelope of every type: the document can be written, owed in, found, settled and adopted all the same. */
static void an_envelope_of_every_type(void **state) {
    struct fixture *fixture = *state;
    static const char *const names[] = {"rev", "owner", "owed_at", "ops", "owes", "cards"};
    static const bson_type_t wrong[] = {BSON_TYPE_UTF8,   BSON_TYPE_BOOL, BSON_TYPE_DATE_TIME,
                                        BSON_TYPE_BINARY, BSON_TYPE_NULL, BSON_TYPE_EOD};
    struct owed item = {.kind = OWED_MESSAGE};
    struct card card = {.chat = 1};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        bson_t document = BSON_INITIALIZER;
        bson_append_int64(&document, "_id", -1, 1);
        for (size_t k = 0; k < COUNT(names) && wrong[i] != BSON_TYPE_EOD; k++)
            append_value(&document, names[k], wrong[i]);
        put_raw(fixture, COLLECTION_TICKETS, &document);
        bson_destroy(&document);
        struct ticket before = load_ticket(fixture, 1);
        assert_int_equal(before.doc.rev, 0);
        assert_int_equal(before.doc.odd, wrong[i] >= BSON_TYPE_NULL || wrong[i] == BSON_TYPE_EOD ? 0 : COUNT(names));
        EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .before = &before, .after = &before,
                                .op = op_id(0xab00, 3), .owe = &item, .owe_count = 1, .cards = &card, .card_count = 1,
                                .now = NOW));
        assert_true(finds(fixture, QUERY_OWED_TICKETS, 0, 1));
        EXPECT(STATUS_OK, store_adopt(fixture->store, COLLECTION_TICKETS, 1, 0, ME, NULL));
        assert_true(finds(fixture, QUERY_OWED_TICKETS, ME, 1));
        struct doc doc = load_ticket(fixture, 1).doc;
        assert_int_equal(doc.rev, 1);
        assert_int_equal(doc.owes.count, 1);
        assert_int_equal(doc.cards.count, 1);
        assert_true(op_find(&doc.ops, 0xab00, NULL));
        assert_int_equal(doc.odd, 0);
        EXPECT(STATUS_OK, SETTLE(fixture, NULL, .collection = COLLECTION_TICKETS, .id = 1, .owner = ME,
                                 .items = &(int64_t){128}, .item_count = 1, .release = true, .rev = 1));
    }
}

static void maps_that_are_lists(void **state) {
    struct fixture *fixture = *state;
    struct owed item = {.kind = OWED_MESSAGE};
    struct card card = {.chat = 1};
    put_json(fixture, COLLECTION_TICKETS,
             "{\"_id\": 1, \"ops\": {\"a\": 1}, \"owes\": [{\"kind\": \"message\"}], \"cards\": [[], {}]}");
    struct ticket before = load_ticket(fixture, 1);
    assert_int_equal(before.doc.odd, 3);
    EXPECT(STATUS_OK,
           WRITE(fixture, .collection = COLLECTION_TICKETS, .before = &before, .after = &before, .op = op_id(0xab00, 3),
                 .owe = &item, .owe_count = 1, .cards = &card, .card_count = 1, .now = NOW));
    struct doc doc = load_ticket(fixture, 1).doc;
    assert_int_equal(doc.odd, 0);
    assert_int_equal(doc.owes.count + doc.cards.count + doc.ops.count, 3);
}

static void entries_that_make_no_sense(void **state) {
    struct fixture *fixture = *state;
    put_json(
        fixture, COLLECTION_TICKETS,
        "{\"_id\": 1, \"rev\": 3, \"owner\": 11.0, \"owed_at\": 5, \"ops\": [1, \"x\", 2.0, 3.5],"
        " \"owes\": {\"200\": {\"kind\": \"message\", \"chat\": 7}, \"007\": {\"kind\": \"message\"},"
        "  \"x\": {\"kind\": \"message\"}, \"300\": 5, \"301\": {\"kind\": \"of tomorrow\"}, \"302\": {},"
        "  \"100\": {\"kind\": \"answer\", \"args\": [{\"name\": \"n\", \"value\": \"v\"}, {\"value\": \"v\"}, 5]}},"
        " \"cards\": {\"5\": {\"message\": \"x\", \"shown\": 2}, \"-3\": {}, \"99999999999999999999\": {}},"
        " \"media\": [{\"kind\": 1, \"file_id\": \"f\"}, {\"kind\": 1}, \"x\", {\"kind\": \"k\", \"file_id\": "
        "\"g\"}]}");
    struct ticket ticket = load_ticket(fixture, 1);
    assert_int_equal(ticket.doc.rev, 3);
    assert_int_equal(ticket.doc.owner, ME);
    assert_int_equal(ticket.doc.ops.count, 2);
    assert_int_equal(ticket.doc.owes.count, 2);
    assert_int_equal(ticket.doc.owes.items[0].id, 100);
    assert_int_equal(ticket.doc.owes.items[0].args.count, 1);
    assert_int_equal(ticket.doc.owes.items[1].id, 200);
    assert_int_equal(ticket.doc.cards.count, 2);
    assert_int_equal(ticket.doc.cards.items[0].chat, -3);
    assert_int_equal(ticket.doc.cards.items[1].message, 0);
    assert_int_equal(ticket.doc.cards.items[1].shown, 2);
    assert_int_equal(ticket.media.count, 2);
    assert_string_equal(ticket.media.items[1].file_id, "g");
    /* ops 2; owes 007 x 300 301 302, the word of 301 and two arguments; a card and a number; two media and a number */
    assert_int_equal(ticket.doc.odd, 2 + 8 + 2 + 3);
    EXPECT(STATUS_OK, SETTLE(fixture, NULL, .collection = COLLECTION_TICKETS, .id = 1, .owner = ME,
                             .items = (int64_t[]){100, 200}, .item_count = 2, .release = true, .rev = 3));
    assert_int_equal(load_ticket(fixture, 1).doc.owner, 0);
}

/* More than the maxima say: what fits is read, the rest counted. */
static void more_than_fits(void **state) {
    struct fixture *fixture = *state;
    enum { EXTRA = 3 };
    bson_t document = BSON_INITIALIZER, child, item;
    bson_append_int32(&document, "_id", -1, 1);
    bson_append_document_begin(&document, "owes", -1, &child);
    for (int i = 0; i < OWED_MAX + EXTRA; i++) {
        char key[KEY_SIZE];
        snprintf(key, sizeof(key), "%d", 128 + i);
        bson_append_document_begin(&child, key, -1, &item);
        bson_append_utf8(&item, "kind", -1, "message", -1);
        bson_append_document_end(&child, &item);
    }
    bson_append_document_end(&document, &child);
    bson_append_array_begin(&document, "ops", -1, &child);
    for (int i = 0; i < OPS_MAX + EXTRA; i++) {
        char key[KEY_SIZE];
        snprintf(key, sizeof(key), "%d", i);
        bson_append_int32(&child, key, -1, i);
    }
    bson_append_array_end(&document, &child);
    put_raw(fixture, COLLECTION_USERS, &document);
    bson_destroy(&document);
    struct doc doc = load_user(fixture, 1).doc;
    assert_int_equal(doc.owes.count, OWED_MAX);
    assert_int_equal(doc.odd, EXTRA);
    assert_int_equal(doc.ops.count, OPS_MAX);
    assert_int_equal(doc.ops.items[0], EXTRA);
}

static void numbers_of_other_types(void **state) {
    struct fixture *fixture = *state;
    put_json(fixture, COLLECTION_USERS,
             "{\"_id\": {\"$numberDouble\": \"1.0\"}, \"rev\": {\"$numberDouble\": \"7.0\"}, \"created_at\":"
             " {\"$numberInt\": \"-5\"}, \"form_id\": {\"$numberDouble\": \"1e300\"}, \"form_touched_at\":"
             " {\"$numberDouble\": \"NaN\"}, \"form_answer_message\": {\"$numberDouble\": \"9223372036854775808\"}}");
    struct user before = load_user(fixture, 1);
    assert_int_equal(before.doc.rev, 7);
    assert_int_equal(before.created_at, -5);
    assert_int_equal(before.doc.odd, 3);
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &before));
    assert_int_equal(load_user(fixture, 1).doc.rev, 8);
}

static void no_document_at_all(void **state) {
    struct fixture *fixture = *state;
    struct user user = {.doc.id = 1};
    static const char *const bodies[] = {"x''", "x'0500'", "x'050000000000'", "x'0c0000001061000000'", "'text'"};
    for (size_t i = 0; i < COUNT(bodies); i++) {
        char sql[256];
        snprintf(sql, sizeof(sql),
                 "INSERT OR REPLACE INTO users (id, rev, owner, owed_at, body) VALUES (1, 1, 0, 0, %s)", bodies[i]);
        run_sqlite(fixture, sql);
        struct user before = {.doc.id = 1, .doc.rev = 1};
        EXPECT(STATUS_DAMAGED, store_load(fixture->store, COLLECTION_USERS, 1, fixture->arena, &user, NULL));
        assert_int_not_equal(WRITE(fixture, .before = &before, .after = &before), STATUS_OK);
        assert_int_not_equal(store_adopt(fixture->store, COLLECTION_USERS, 1, 0, ME, NULL), STATUS_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(fields_of_every_type),
        ON_BOTH(an_envelope_of_every_type),
        ON_BOTH(maps_that_are_lists),
        ON_BOTH(entries_that_make_no_sense),
        ON_BOTH(more_than_fits),
        ON_BOTH(numbers_of_other_types),
        ON_ONE(no_document_at_all, sqlite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
