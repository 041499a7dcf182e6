/* db/codec and db/change without a database: what no driver would write, and changes of documents as MongoDB makes
 * them.
 */
#include <stdlib.h>
#include <string.h>

#include "db/change.h"
#include "db/codec.h"
#include "tests/unit/unit.h"

enum { ARENA_MAX = 16 << 20, NOW = 1000 };

static enum status read_user(const bson_t *document, struct arena *arena, struct user *user) {
    return codec_read(document, COLLECTION_USERS, arena, user, NULL);
}

static void texts_that_are_not_utf8(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        int length;
    } rows[] = {
        {"\xff", 1}, {"\xc0\x80", 2}, {"\xed\xa0\x80", 3}, {"\xf4\x90\x80\x80", 4}, {"\xf8\x88\x80\x80", 4},
        {"a\0b", 3}, {"\xe2\x82", 2}, {"\xc0\xaf", 2},     {"\xe0\x80\xaf", 3},     {"\xf0\x80\x80\xaf", 4},
        {"\x80", 1},
    };
    struct arena *arena = arena_new(ARENA_MAX);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct user user;
        bson_t document = BSON_INITIALIZER;
        bson_append_int64(&document, "_id", -1, 1);
        bson_append_utf8(&document, "name", -1, rows[i].bytes, rows[i].length);
        bson_append_utf8(&document, "phone", -1, "kept", -1);
        assert_int_equal(read_user(&document, arena, &user), STATUS_OK);
        if (user.name != NULL)
            fail_msg("row %zu is taken for UTF-8", i);
        assert_int_equal(user.doc.odd, 1);
        assert_string_equal(user.phone, "kept");
        bson_destroy(&document);
    }
    arena_free(arena);
}

static void append_item(bson_t *map, const char *key, const char *text) {
    bson_t item;
    bson_append_document_begin(map, key, -1, &item);
    bson_append_utf8(&item, "kind", -1, "message", -1);
    bson_append_utf8(&item, "text", -1, text, -1);
    bson_append_document_end(map, &item);
}

/* BSON allows a name twice. Of two lists the first counts, of two items of one id either. */
static void names_that_occur_twice(void **state) {
    (void)state;
    struct arena *arena = arena_new(ARENA_MAX);
    struct user user;
    bson_t document = BSON_INITIALIZER, map;
    bson_append_int64(&document, "_id", -1, 1);
    for (int round = 0; round < 2; round++) {
        bson_append_document_begin(&document, "owes", -1, &map);
        append_item(&map, "300", "late");
        append_item(&map, "200", "early");
        append_item(&map, "300", "late");
        bson_append_document_end(&document, &map);
        bson_append_utf8(&document, "name", -1, "n", -1);
    }
    assert_int_equal(read_user(&document, arena, &user), STATUS_OK);
    assert_int_equal(user.doc.owes.count, 2);
    assert_string_equal(user.doc.owes.items[0].text, "early");
    assert_string_equal(user.doc.owes.items[1].text, "late");
    assert_string_equal(user.name, "n");
    assert_int_equal(user.doc.odd, 2);
    bson_destroy(&document);
    arena_free(arena);
}

static void a_document_that_is_too_large(void **state) {
    (void)state;
    struct arena *arena = arena_new(ARENA_MAX);
    struct user user = {.name = "untouched"};
    char *text = mem_alloc(DOCUMENT_BYTES_MAX);
    bson_t document = BSON_INITIALIZER;
    memset(text, 'x', DOCUMENT_BYTES_MAX - 1);
    bson_append_int64(&document, "_id", -1, 1);
    bson_append_utf8(&document, "unknown", -1, text, -1);
    assert_int_equal(read_user(&document, arena, &user), STATUS_DAMAGED);
    assert_string_equal(user.name, "untouched");
    bson_destroy(&document);
    free(text);
    arena_free(arena);
}

/* --- changes --- */

struct row {
    const char *old, *set, *unset, *result;
    int64_t op;
};

static const struct row changes[] = {
    {"{}", "{}", "{}", "{}", 0},
    {"{\"a\":1,\"b\":2,\"c\":3}", "{\"b\":9,\"d\":4}", "{\"a\":true,\"x\":true}", "{\"b\":9,\"c\":3,\"d\":4}", 0},
    {"{}", "{\"owes.128\":{\"kind\":\"m\"},\"owes.129\":{}}", "{}", "{\"owes\":{\"128\":{\"kind\":\"m\"},\"129\":{}}}",
     0},
    {"{\"owes\":{\"1\":{\"a\":1},\"2\":{}}}", "{\"owes.3\":{}}", "{\"owes.1\":true}", "{\"owes\":{\"2\":{},\"3\":{}}}",
     0},
    {"{\"owes\":{\"1\":{\"a\":1,\"part\":1},\"2\":{}}}", "{\"owes.1.part\":5}", "{}",
     "{\"owes\":{\"1\":{\"a\":1,\"part\":5},\"2\":{}}}", 0},
    {"{\"owes\":{\"1\":{\"a\":1}}}", "{\"owes.1.part\":5}", "{}", "{\"owes\":{\"1\":{\"a\":1,\"part\":5}}}", 0},
    {"{\"owes\":{\"1\":{}}}", "{}", "{\"owes.1\":true}", "{\"owes\":{}}", 0},
    {"{\"owes\":{\"12\":{}}}", "{}", "{\"owes.1\":true}", "{\"owes\":{\"12\":{}}}", 0},
    {"{\"owes\":5,\"z\":1}", "{\"owes.1\":{}}", "{}", "{\"z\":1,\"owes\":{\"1\":{}}}", 0},
    {"{\"owes\":[{}],\"z\":1}", "{\"owes.1\":{}}", "{}", "{\"z\":1,\"owes\":{\"1\":{}}}", 0},
    {"{\"cards\":{\"-5\":{\"m\":1}}}", "{\"cards.-5\":{\"m\":2}}", "{}", "{\"cards\":{\"-5\":{\"m\":2}}}", 0},
    {"{\"a.b\":1}", "{\"a.c\":2}", "{}", "{\"a.b\":1,\"a\":{\"c\":2}}", 0},
    {"{\"z\":1}", "{}", "{}", "{\"z\":1,\"ops\":[{\"$numberLong\":\"7\"}]}", 7},
    {"{\"ops\":[1,\"x\"],\"z\":1}", "{}", "{}", "{\"z\":1,\"ops\":[1,\"x\",{\"$numberLong\":\"7\"}]}", 7},
    {"{\"ops\":5}", "{}", "{}", "{\"ops\":[{\"$numberLong\":\"7\"}]}", 7},
};

static void from_json(bson_t *bson, const char *json) {
    bson_error_t error;
    if (!bson_init_from_json(bson, json, -1, &error))
        fail_msg("%s: %s", json, error.message);
}

static void changes_are_made(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        bson_t old, wanted, made = BSON_INITIALIZER;
        struct change change = {.op = changes[i].op};
        from_json(&old, changes[i].old);
        from_json(&change.set, changes[i].set);
        from_json(&change.unset, changes[i].unset);
        from_json(&wanted, changes[i].result);
        change_apply(&change, &old, &made);
        if (!bson_equal(&made, &wanted))
            fail_msg("row %zu: %s", i, bson_as_canonical_extended_json(&made, NULL));
        change_done(&change);
        bson_destroy(&old);
        bson_destroy(&wanted);
        bson_destroy(&made);
    }
}

/* Only what differs is in a change: other fields belong to whoever writes them. */
static void a_change_names_what_differs(void **state) {
    (void)state;
    struct media one[] = {{1, "f"}}, same[] = {{1, "f"}};
    struct user before = {
        .doc = {.id = 1, .rev = 4, .owner = 5, .owed_at = 1}, .name = "n", .phone = "p", .form.media = {one, 1}};
    struct user after = before;
    bson_t set, unset;
    struct change change;
    after.form.media.items = same;
    after.name = NULL;
    after.blocked = true;
    from_json(&set, "{\"blocked\":true,\"rev\":{\"$numberLong\":\"5\"}}");
    from_json(&unset, "{\"name\":true}");
    struct write write = {.before = &before, .after = &after, .now = NOW};
    assert_int_equal(change_of_write(&write, &change, NULL), STATUS_OK);
    assert_true(bson_equal(&change.set, &set));
    assert_true(bson_equal(&change.unset, &unset));
    change_done(&change);
    bson_destroy(&set);
    bson_destroy(&unset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_that_are_not_utf8),      cmocka_unit_test(names_that_occur_twice),
        cmocka_unit_test(a_document_that_is_too_large), cmocka_unit_test(changes_are_made),
        cmocka_unit_test(a_change_names_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
