/* Calls, broadcasts and rooms in both stores; and what is true of every collection. */
#include "db/codec.h"
#include "tests/unit/store_fixture.h"

#include <string.h>

enum { ME = 11, NOW = 1000 };

static union any_row load(const struct fixture *fixture, enum collection collection, int64_t id) {
    union any_row row;
    memset(&row, 0, sizeof(row));
    EXPECT(STATUS_OK, store_load(fixture->store, collection, id, fixture->arena, &row, NULL));
    return row;
}

/* The same fields, as they are stored. */
static void assert_same(enum collection collection, const void *left, const void *right) {
    bson_t first = BSON_INITIALIZER, second = BSON_INITIALIZER;
    codec_add_row(&first, record_of(collection), left);
    codec_add_row(&second, record_of(collection), right);
    assert_true(bson_count_keys(&first) > 0);
    assert_true(bson_equal(&first, &second));
    bson_destroy(&first);
    bson_destroy(&second);
}

static void every_field_comes_back(void **state) {
    struct fixture *fixture = *state;
    struct decline declined[] = {{5, "Олег"}, {6, NULL}};
    const struct call call = {.doc.id = INT64_MAX,
                              .caller = 3,
                              .name = "Олена",
                              .username = "olena",
                              .phone = "+380441234567",
                              .room = "A-1_x",
                              .room_name = "Серверна № 1",
                              .status = CALL_DECLINED,
                              .declined = {declined, 2},
                              .taken_by = 7,
                              .taken_by_name = "Ірина",
                              .counted = true,
                              .made_at = 8,
                              .changed_at = 9};
    const struct broadcast broadcast = {.doc.id = 2, .status = BROADCAST_STOPPED, .made_by = 3, .made_at = 4};
    const struct room room = {
        .doc.id = room_id("A-1_x"), .code = "A-1_x", .name = "Серверна", .place = room_id("A-1_x")};
    const void *rows[COLLECTION_COUNT] = {
        [COLLECTION_CALLS] = &call, [COLLECTION_BROADCASTS] = &broadcast, [COLLECTION_ROOMS] = &room};
    for (int i = COLLECTION_CALLS; i <= COLLECTION_ROOMS; i++) {
        EXPECT(STATUS_OK, WRITE(fixture, .collection = (enum collection)i, .after = rows[i]));
        union any_row found = load(fixture, (enum collection)i, ((const struct doc *)rows[i])->id);
        assert_same((enum collection)i, rows[i], &found);
        assert_int_equal(found.doc.odd, 0);
    }
}

/* The sweep asks this for each of them. */
static void what_any_collection_owes_is_found(void **state) {
    struct fixture *fixture = *state;
    static const enum query owed[] = {
#define X(id, name) QUERY_OWED_##id,
        COLLECTIONS(X)
#undef X
    };
    const struct owed item = {.kind = OWED_MESSAGE, .chat = 5, .text = "hint"};
    for (int i = 0; i < COLLECTION_COUNT; i++) {
        union any_row row;
        memset(&row, 0, sizeof(row));
        bool released = false;
        row.doc.id = 40 + i;
        EXPECT(STATUS_OK, WRITE(fixture, .collection = (enum collection)i, .after = &row, .owe = &item, .owe_count = 1,
                                .owner = ME, .now = NOW));
        for (int other = 0; other < COLLECTION_COUNT; other++)
            assert_int_equal(finds(fixture, owed[other], ME, row.doc.id), i == other);
        assert_false(finds(fixture, owed[i], 0, row.doc.id));
        EXPECT(STATUS_OK, SETTLE(fixture, &released, .collection = (enum collection)i, .id = row.doc.id, .owner = ME,
                                 .items = &(int64_t){128}, .item_count = 1, .release = true, .rev = 1));
        assert_true(released);
        assert_false(finds(fixture, owed[i], ME, row.doc.id));
    }
}

static void rooms_are_in_order_until_they_are_removed(void **state) {
    struct fixture *fixture = *state;
    static const char *const codes[] = {"b", "B-2", "1", "B-10", "zzzzzzzz2", "a_", "zzzzzzzz1", "-"};
    static const char *const order[] = {"-", "1", "a_", "B-10", "B-2", "b"};
    int64_t ids[COUNT(codes) + 1];
    for (size_t i = 0; i < COUNT(codes); i++) {
        const struct room room = {.doc.id = room_id(codes[i]), .code = codes[i], .name = "n"};
        EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_ROOMS, .after = &room));
    }
    assert_int_equal(find_ids(fixture, QUERY_ROOMS, 0, 0, ids, COUNT(ids)), COUNT(codes));
    for (size_t i = 0; i < COUNT(order); i++)
        assert_string_equal(load(fixture, COLLECTION_ROOMS, ids[i]).room.code, order[i]);
    struct room before = load(fixture, COLLECTION_ROOMS, room_id("a_")).room, after = before;
    after.name = NULL;
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_ROOMS, .before = &before, .after = &after));
    assert_false(finds(fixture, QUERY_ROOMS, 0, room_id("a_")));
    before = load(fixture, COLLECTION_ROOMS, room_id("a_")).room;
    after = before;
    after.name = "again";
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_ROOMS, .before = &before, .after = &after));
    assert_true(finds(fixture, QUERY_ROOMS, 0, room_id("a_")));
}

static void ids_of_rooms(void **state) {
    (void)state;
    enum { ROOMS = 2000 };
    int64_t ids[ROOMS];
    for (int i = 0; i < ROOMS; i++) {
        char code[16];
        snprintf(code, sizeof(code), "server-%d", i);
        ids[i] = room_id(code);
        assert_true(ids[i] > 0);
        for (int j = 0; j < i; j++)
            assert_int_not_equal(ids[i], ids[j]);
    }
    assert_true(room_id("") > 0);
    assert_true(room_id("zzzzzzzzzz") < INT64_MAX && room_id("zzzzzzzzzz") > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(every_field_comes_back),
        ON_BOTH(what_any_collection_owes_is_found),
        ON_BOTH(rooms_are_in_order_until_they_are_removed),
        cmocka_unit_test(ids_of_rooms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
