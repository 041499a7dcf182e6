/* A store as a file and back, between all kinds of stores (db/backup.h). */
#include "db/backup.h"

#include <math.h>
#include <string.h>

#include "db/raw.h"
#include "tests/unit/backup_stage.h"

enum { NOW = SAMPLE_NOW };

/* Another empty store, of the kind that a test asks for. */
static struct fixture other_on_sqlite = {.kind = ON_SQLITE}, other_on_mongodb = {.kind = ON_MONGODB};

static struct fixture *other_store(enum store_kind kind) {
    void *other = kind == ON_SQLITE ? &other_on_sqlite : &other_on_mongodb;
    assert_int_equal(fixture_setup(&other), 0);
    return other;
}

static void forget_other(struct fixture *other) {
    void *state = other;
    assert_int_equal(fixture_teardown(&state), 0);
}

static void copy_store(const struct fixture *from, const struct fixture *to) {
    FILE *file = tmpfile();
    assert_non_null(file);
    save(from, file, &sealed_key);
    put_back(to, file, &sealed_key);
    fclose(file);
}

/* --- what comes back --- */

static void append_every_type(bson_t *bson) {
    bson_t child = BSON_INITIALIZER, empty = BSON_INITIALIZER;
    bson_oid_t oid;
    bson_decimal128_t decimal;
    bson_oid_init_from_string(&oid, "0123456789abcdef01234567");
    bson_decimal128_from_string("-1.5E+3", &decimal);
    bson_append_int32(&child, "0", -1, INT32_MIN);
    bson_append_null(&child, "1", -1);
    bson_append_int32(bson, "int32", -1, -5);
    bson_append_int64(bson, "int64", -1, INT64_MIN);
    bson_append_int64(bson, "small int64", -1, 5);
    bson_append_double(bson, "double", -1, 0.1);
    bson_append_double(bson, "whole double", -1, 7.0);
    bson_append_double(bson, "minus zero", -1, -0.0);
    bson_append_double(bson, "infinite", -1, INFINITY);
    bson_append_bool(bson, "bool", -1, true);
    bson_append_null(bson, "null", -1);
    bson_append_utf8(bson, "text", -1, "Є ї \"\\\n\t\x01 </b> 👩‍👩‍👧 \xe2\x80\xa8", -1);
    bson_append_utf8(bson, "nul", -1, "a\0b", 3);
    bson_append_utf8(bson, "ключ", -1, "", 0);
    bson_append_binary(bson, "binary", -1, BSON_SUBTYPE_BINARY, (const uint8_t *)"\0\xff\x80", 3);
    bson_append_binary(bson, "uuid", -1, BSON_SUBTYPE_UUID, (const uint8_t *)"0123456789abcdef", 16);
    bson_append_date_time(bson, "date", -1, -1);
    bson_append_timestamp(bson, "timestamp", -1, UINT32_MAX, 7);
    bson_append_oid(bson, "oid", -1, &oid);
    bson_append_regex(bson, "regex", -1, "^a/\"b", "im");
    bson_append_decimal128(bson, "decimal", -1, &decimal);
    bson_append_document(bson, "document", -1, &child);
    bson_append_document(bson, "empty document", -1, &empty);
    bson_append_array(bson, "array", -1, &child);
    bson_append_array(bson, "empty array", -1, &empty);
    bson_append_minkey(bson, "min", -1);
    bson_append_maxkey(bson, "max", -1);
    bson_destroy(&empty);
    bson_destroy(&child);
}

/* What extended JSON cannot carry as it is: it goes as bytes. */
static void append_confusing(bson_t *bson) {
    bson_t child = BSON_INITIALIZER, deep = BSON_INITIALIZER;
    bson_append_utf8(&child, "$numberLong", -1, "5", -1);
    bson_append_document(bson, "looks like a number", -1, &child);
    for (int depth = 0; depth < 120; depth++) {
        bson_t outer = BSON_INITIALIZER;
        bson_append_document(&outer, "d", -1, &deep);
        bson_destroy(&deep);
        bson_steal(&deep, &outer);
    }
    bson_append_document(bson, "deep", -1, &deep);
    bson_append_utf8(bson, "bad UTF-8", -1, "\xff\xfe", 2);
    bson_destroy(&deep);
    bson_destroy(&child);
}

static void put_new(const struct fixture *fixture, enum collection collection, int64_t id,
                    void (*append)(bson_t *bson)) {
    bson_t document = BSON_INITIALIZER;
    bson_append_int64(&document, "_id", -1, id);
    append(&document);
    EXPECT(STATUS_OK, store_raw_put(fixture->store, (int)collection, &document, 1, NULL));
    bson_destroy(&document);
}

static void expect_same(const struct fixture *one, const struct fixture *other, enum collection collection,
                        int64_t id) {
    bson_t first, second;
    assert_true(get_raw(one, collection, id, &first));
    assert_true(get_raw(other, collection, id, &second));
    if (!bson_equal(&first, &second))
        fail_msg("%s %lld differs", collection_name(collection), (long long)id);
    bson_destroy(&second);
    bson_destroy(&first);
}

static void every_type_comes_back(void **state) {
    struct fixture *fixture = *state;
    for (enum store_kind kind = ON_SQLITE; kind <= ON_MONGODB; kind++) {
        struct fixture *other = other_store(kind);
        for (int i = 0; i < COLLECTION_COUNT; i++) {
            put_new(fixture, (enum collection)i, 7100000001 + i, append_every_type);
            if (fixture->kind == ON_SQLITE && kind == ON_SQLITE) /* the other server checks what it is given */
                put_new(fixture, (enum collection)i, 5, append_confusing);
        }
        copy_store(fixture, other);
        for (int i = 0; i < COLLECTION_COUNT; i++) {
            expect_same(fixture, other, (enum collection)i, 7100000001 + i);
            if (fixture->kind == ON_SQLITE && kind == ON_SQLITE)
                expect_same(fixture, other, (enum collection)i, 5);
            assert_int_equal(count_raw(other, raw_name(i)), count_raw(fixture, raw_name(i)));
        }
        EXPECT(STATUS_OK, store_raw_clear(fixture->store, "", NULL));
        forget_other(other);
    }
}

/* Rows of the program's own, three megabytes of them. */
static void rows_come_back(void **state) {
    struct fixture *fixture = *state;
    enum { ROWS = 100 };
    put_samples(fixture, ROWS);
    for (enum store_kind kind = ON_SQLITE; kind <= ON_MONGODB; kind++) {
        struct fixture *other = other_store(kind);
        copy_store(fixture, other);
        for (int64_t i = 1; i <= ROWS; i++) {
            expect_same(fixture, other, COLLECTION_USERS, 7000000000 + i);
            expect_same(fixture, other, COLLECTION_TICKETS, i);
        }
        struct ticket ticket = load_ticket(other, 8);
        assert_string_equal(ticket.description, sample_text);
        assert_int_equal(ticket.events.count, EVENTS_MAX);
        assert_int_equal(ticket.doc.odd, 0);
        int64_t ids[ROWS];
        assert_int_equal(find_ids(other, QUERY_STAFF, 0, 0, ids, ROWS),
                         find_ids(fixture, QUERY_STAFF, 0, 0, ids, ROWS));
        int64_t next = 0;
        EXPECT(STATUS_OK, store_next(other->store, TICKET_COUNTER, &next, NULL));
        assert_int_equal(next, ROWS + 1);
        forget_other(other);
    }
}

static void an_empty_store_comes_back(void **state) {
    struct fixture *fixture = *state;
    struct fixture *other = other_store(ON_SQLITE);
    bool empty = false;
    copy_store(fixture, other);
    EXPECT(STATUS_OK, store_is_empty(other->store, &empty, NULL));
    assert_true(empty);
    struct ticket ticket = {.doc.id = 1};
    EXPECT(STATUS_OK, WRITE(other, .collection = COLLECTION_TICKETS, .after = &ticket));
    EXPECT(STATUS_OK, store_is_empty(other->store, &empty, NULL));
    assert_false(empty);
    forget_other(other);
}

static void the_file_tells_about_itself(void **state) {
    struct fixture *fixture = *state;
    FILE *file = tmpfile();
    struct backup_info info = {0};
    int64_t bot;
    put_samples(fixture, 3);
    EXPECT(STATUS_OK, store_get_or_set(fixture->store, "bot_id", 123456789, &bot, NULL));
    const struct backup_info written = save(fixture, file, &open_key);
    EXPECT(STATUS_OK, backup_check(file, &open_key, NULL, &info, NULL));
    assert_int_equal(info.documents, 8); /* 3 users, 3 tickets, the schema and the bot */
    assert_int_equal(info.documents, written.documents);
    assert_int_equal(info.left_out, 0);
    assert_int_equal(info.bot_id, 123456789);
    assert_int_equal(info.made_at, NOW);
    assert_int_equal(info.schema, 2);
    assert_string_equal(info.store, store_kind(fixture->store));
    fclose(file);
}

/* --- what restore changes --- */

static void what_was_owed_is_dropped(void **state) {
    struct fixture *fixture = *state;
    struct fixture *other = other_store(fixture->kind);
    const struct owed items[] = {{.kind = OWED_MESSAGE, .chat = 1, .text = "hint"},
                                 {.kind = OWED_CREATE_TICKET, .number = 41},
                                 {.kind = OWED_RETURN_TICKETS},
                                 {.kind = OWED_ANSWER, .callback_query_id = "5"}};
    struct user owing = {.doc.id = 1, .name = "one"}, filing = {.doc.id = 2, .name = "two"};
    struct ticket ticket = {.doc.id = 40, .description = "three"};
    const struct card cards[] = {{.chat = 9, .message = 8, .shown = 1}};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &owing, .owe = items, .owe_count = 1, .owner = 77, .now = NOW));
    EXPECT(STATUS_OK,
           WRITE(fixture, .after = &filing, .owe = items, .owe_count = COUNT(items), .owner = 77, .now = NOW));
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket, .owe = items, .owe_count = 2,
                            .cards = cards, .card_count = 1, .owner = 77, .op = 256, .now = NOW));
    copy_store(fixture, other);
    owing = load_user(other, 1);
    assert_int_equal(owing.doc.owes.count, 0);
    assert_int_equal(owing.doc.owner, 0);
    assert_int_equal(owing.doc.owed_at, 0);
    filing = load_user(other, 2);
    assert_int_equal(filing.doc.owes.count, 2);
    assert_int_equal(filing.doc.owes.items[0].number, 41);
    assert_int_equal(filing.doc.owes.items[1].kind, OWED_RETURN_TICKETS);
    assert_int_equal(filing.doc.owner, 0);
    assert_true(finds(other, QUERY_OWED_USERS, 0, 2));
    ticket = load_ticket(other, 40);
    assert_int_equal(ticket.doc.owes.count, 0);
    assert_int_equal(ticket.doc.rev, 1);
    assert_int_equal(ticket.doc.ops.count, 1);
    assert_int_equal(ticket.doc.cards.count, 1);
    assert_string_equal(ticket.description, "three");
    assert_false(finds(other, QUERY_OWED_TICKETS, 0, 40));
    int64_t next;
    EXPECT(STATUS_OK, store_next(other->store, TICKET_COUNTER, &next, NULL));
    assert_int_equal(next, 42); /* 41 is promised */
    forget_other(other);
}

static void what_was_going_on_has_ended(void **state) {
    struct fixture *fixture = *state;
    struct fixture *other = other_store(fixture->kind);
    static const struct {
        enum collection collection;
        const char *before, *after;
    } rows[] = {
        {COLLECTION_CALLS, "waiting", "unanswered"},   {COLLECTION_CALLS, "taken", "taken"},
        {COLLECTION_BROADCASTS, "running", "stopped"}, {COLLECTION_BROADCASTS, "paused", "stopped"},
        {COLLECTION_BROADCASTS, "done", "done"},       {COLLECTION_TICKETS, "waiting", "waiting"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char json[128];
        snprintf(json, sizeof(json), "{\"_id\": {\"$numberLong\": \"%zu\"}, \"status\": \"%s\", \"x\": 1}", i + 1,
                 rows[i].before);
        put_json(fixture, rows[i].collection, json);
    }
    copy_store(fixture, other);
    for (size_t i = 0; i < COUNT(rows); i++) {
        bson_t found;
        bson_iter_t iter;
        assert_true(get_raw(other, rows[i].collection, (int64_t)i + 1, &found));
        assert_true(bson_iter_init_find(&iter, &found, "status"));
        assert_string_equal(bson_iter_utf8(&iter, NULL), rows[i].after);
        bson_destroy(&found);
    }
    forget_other(other);
}

static void numbers_come_back_and_leases_do_not(void **state) {
    struct fixture *fixture = *state;
    struct fixture *other = other_store(fixture->kind);
    int64_t value;
    EXPECT(STATUS_OK, store_get_or_set(fixture->store, "bot_id", 55, &value, NULL));
    EXPECT(STATUS_OK, store_swap(fixture->store, "lease", 0, 99, NULL));
    EXPECT(STATUS_OK, store_beat(fixture->store, 3, 4, NULL));
    for (int i = 0; i < 5; i++) {
        EXPECT(STATUS_OK, store_next(fixture->store, TICKET_COUNTER, &value, NULL));
        EXPECT(STATUS_OK, store_next(fixture->store, "others", &value, NULL));
    }
    EXPECT(STATUS_OK, store_get_or_set(other->store, "bot_id", 66, &value, NULL));
    copy_store(fixture, other);
    EXPECT(STATUS_OK, store_get(other->store, "bot_id", &value, NULL));
    assert_int_equal(value, 55);
    EXPECT(STATUS_NOT_FOUND, store_get(other->store, "lease", &value, NULL));
    EXPECT(STATUS_OK, store_next(other->store, TICKET_COUNTER, &value, NULL));
    assert_int_equal(value, 6);
    EXPECT(STATUS_OK, store_next(other->store, "others", &value, NULL));
    assert_int_equal(value, 6);
    struct copy copies[COPIES_MAX];
    size_t count = 99;
    EXPECT(STATUS_OK, store_copies(other->store, copies, &count, NULL));
    assert_int_equal(count, 0);
    forget_other(other);
}

static void what_was_there_is_gone(void **state) {
    struct fixture *fixture = *state;
    struct fixture *other = other_store(fixture->kind);
    put_samples(fixture, 2);
    put_samples(other, 40);
    copy_store(fixture, other);
    assert_int_equal(count_raw(other, "users"), 2);
    assert_int_equal(count_raw(other, "tickets"), 2);
    forget_other(other);
}

/* --- what ends in the middle --- */

static bool until(void *context, int64_t documents) {
    return documents < *(int64_t *)context;
}

static void a_restore_that_was_cut_off_can_be_repeated(void **state) {
    struct fixture *fixture = *state;
    struct fixture *other = other_store(fixture->kind);
    FILE *file = tmpfile();
    struct backup_info info = {0};
    int64_t most = 70;
    bool pending = false;
    put_samples(fixture, 60);
    save(fixture, file, &open_key);
    EXPECT(STATUS_OK, backup_check(file, &open_key, NULL, &info, NULL));
    EXPECT(STATUS_STOPPED,
           backup_restore(other->store, file, &open_key, &info, &(struct backup_watch){until, &most}, NULL));
    EXPECT(STATUS_OK, restore_is_pending(other->store, &pending, NULL));
    assert_true(pending);
    assert_in_range(count_raw(other, "users"), 1, 60);
    put_back(other, file, &open_key);
    assert_int_equal(count_raw(other, "users"), 60);
    assert_int_equal(count_raw(other, "tickets"), 60);
    fclose(file);
    forget_other(other);
}

static void a_backup_can_be_ended(void **state) {
    struct fixture *fixture = *state;
    FILE *file = tmpfile();
    struct backup_info info = {0};
    int64_t most = 20;
    const struct backup_watch watch = {until, &most};
    put_samples(fixture, 20);
    EXPECT(STATUS_STOPPED, backup_write(fixture->store, file, &open_key, NOW, &watch, &info, NULL));
    EXPECT(STATUS_DAMAGED, backup_check(file, &open_key, NULL, &info, NULL));
    rewind(file);
    save(fixture, file, &open_key);
    EXPECT(STATUS_STOPPED, backup_check(file, &open_key, &watch, &info, NULL));
    fclose(file);
}

static void what_cannot_be_read_is_left_out_and_counted(void **state) {
    struct fixture *fixture = *state;
    struct fixture *other = other_store(ON_SQLITE);
    FILE *file = tmpfile();
    put_samples(fixture, 2);
    if (fixture->kind == ON_SQLITE)
        run_sqlite(fixture, "INSERT INTO users (id, rev, owner, owed_at, body) VALUES (2, 0, 0, 0, x'00')");
    else
        put_json(fixture, COLLECTION_USERS, "{\"_id\": 5.5}");
    const struct backup_info info = save(fixture, file, &open_key);
    assert_int_equal(info.left_out, 1);
    put_back(other, file, &open_key);
    assert_int_equal(count_raw(other, "users"), 2);
    fclose(file);
    forget_other(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(every_type_comes_back),
        ON_BOTH(rows_come_back),
        ON_BOTH(an_empty_store_comes_back),
        ON_BOTH(the_file_tells_about_itself),
        ON_BOTH(what_was_owed_is_dropped),
        ON_BOTH(what_was_going_on_has_ended),
        ON_BOTH(numbers_come_back_and_leases_do_not),
        ON_BOTH(what_was_there_is_gone),
        ON_BOTH(a_restore_that_was_cut_off_can_be_repeated),
        ON_BOTH(a_backup_can_be_ended),
        ON_BOTH(what_cannot_be_read_is_left_out_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
