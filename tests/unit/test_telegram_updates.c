/* Answers to getUpdates: taken apart, queued as Telegram queues, and what cannot be read. */
#include "tests/unit/unit.h"

#include <string.h>

#include "telegram/updates.h"

enum { ARENA = 8 << 20 };

static struct arena *arena;
static struct tg_updates updates;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(ARENA);
    updates = (struct tg_updates){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static enum status parse(const char *json) {
    return tg_updates_parse(json, strlen(json), arena, &updates, NULL);
}

static void test_updates_come_one_by_one(void **state) {
    (void)state;
    const char *json = "{\"ok\":true,\"result\":[{\"update_id\":7,\n\"message\":{\"text\":\"\\u0431 / \\\"\"}},"
                       "{\"update_id\":9007199254740993,\"poll\":{}}]}";
    assert_int_equal(parse(json), STATUS_OK);
    assert_true(updates.answer.ok);
    assert_int_equal(updates.count, 2);
    assert_int_equal(updates.items[0].id, 7);
    assert_string_equal(updates.items[0].json, "{\"update_id\":7,\"message\":{\"text\":\"б / \\\"\"}}");
    assert_int_equal(updates.items[0].length, strlen(updates.items[0].json));
    assert_true(updates.items[1].id == INT64_C(9007199254740993));
}

struct queue_row {
    const char *name, *one, *other;
    bool same;
};

#define MESSAGE(chat, person) "\"message\":{\"chat\":{\"id\":" chat "},\"from\":{\"id\":" person "}}"
#define EDIT(chat)            "\"edited_message\":{\"chat\":{\"id\":" chat "}}"
#define PRESS(chat, person)   "\"callback_query\":{\"from\":{\"id\":" person "},\"message\":{\"chat\":{\"id\":" chat "}}}"
#define MEMBER(chat)          "\"my_chat_member\":{\"chat\":{\"id\":" chat "}}"

/* telegram-bot-api Client.cpp: the callers of add_update. */
static const struct queue_row queue_rows[] = {
    {"messages of a chat", MESSAGE("-100", "1"), MESSAGE("-100", "2"), true},
    {"messages of two chats", MESSAGE("-100", "1"), MESSAGE("-101", "1"), false},
    {"a message and an edit", MESSAGE("5", "5"), EDIT("5"), true},
    {"presses of a person", PRESS("-100", "5"), PRESS("5", "5"), true},
    {"presses of two people", PRESS("-100", "5"), PRESS("-100", "6"), false},
    {"a message and a press", MESSAGE("5", "5"), PRESS("5", "5"), false},
    {"the bot's standing", MEMBER("5"), MEMBER("5"), true},
    {"a message and the bot's standing", MESSAGE("5", "5"), MEMBER("5"), false},
    {"a press and the bot's standing", PRESS("5", "5"), MEMBER("5"), false},
    {"great ids", MESSAGE("9007199254740991", "1"), MESSAGE("-9007199254740991", "1"), false},
};

static void test_queues(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(queue_rows); i++) {
        const struct queue_row *row = &queue_rows[i];
        ROW(i, row->name);
        assert_int_equal(
            parse(arena_printf(arena, "{\"ok\":true,\"result\":[{\"update_id\":1,%s},{\"update_id\":2,%s}]}", row->one,
                               row->other)),
            STATUS_OK);
        assert_int_not_equal(updates.items[0].queue, 0);
        assert_int_equal(updates.items[0].queue == updates.items[1].queue, row->same);
    }
}

static void test_a_queue_of_its_own(void **state) {
    (void)state;
    static const char *const rows[] = {"\"poll\":{}", "\"message\":7", "\"message\":{\"chat\":{\"id\":\"5\"}}",
                                       MESSAGE("9007199254740992", "1"), "\"callback_query\":{}"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i]);
        assert_int_equal(parse(arena_printf(arena, "{\"ok\":true,\"result\":[{\"update_id\":1,%s}]}", rows[i])),
                         STATUS_OK);
        assert_int_equal(updates.items[0].queue, 0);
    }
}

static void test_refusals_and_other_results(void **state) {
    (void)state;
    updates.count = 7;
    assert_int_equal(parse("{\"ok\":false,\"error_code\":409,\"description\":\"Conflict\"}"), STATUS_OK);
    assert_false(updates.answer.ok);
    assert_int_equal(updates.answer.error_code, 409);
    assert_int_equal(updates.count, 0);
    assert_int_equal(parse("{\"ok\":true,\"result\":true,\"description\":\"Webhook was deleted\"}"), STATUS_OK);
    assert_true(updates.answer.ok);
    assert_int_equal(updates.count, 0);
}

static void test_what_cannot_be_read(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        "<html>",
        "[]",
        "{}",
        "{\"ok\":true,\"result\":[7]}",
        "{\"ok\":true,\"result\":[{\"message\":{}}]}",
        "{\"ok\":true,\"result\":[{\"update_id\":\"7\"}]}",
        "{\"ok\":true,\"result\":[{\"update_id\":-7}]}",
        "{\"ok\":true,\"result\":[{\"update_id\":9223372036854775807}]}",
        "{\"ok\":true,\"result\":[{\"update_id\":7,\"message\":{\"text\":\"\\ud83d\"}}]}",
        "{\"ok\":true,\"result\":[{\"update_id\":7}",
    };
    updates.count = 77;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i]);
        assert_int_equal(parse(rows[i]), STATUS_INVALID);
        assert_int_equal(updates.count, 77);
    }
}

static void test_no_more_than_can_be_asked_for(void **state) {
    (void)state;
    const char *list = "{\"update_id\":1}";
    for (int i = 2; i <= TG_UPDATES_MAX + 5; i++)
        list = arena_printf(arena, "%s,{\"update_id\":%d}", list, i);
    assert_int_equal(parse(arena_printf(arena, "{\"ok\":true,\"result\":[%s]}", list)), STATUS_OK);
    assert_int_equal(updates.count, TG_UPDATES_MAX);
    assert_int_equal(updates.items[TG_UPDATES_MAX - 1].id, TG_UPDATES_MAX);
}

struct find_row {
    const char *bytes;
    int64_t above, id;
};

static const struct find_row find_rows[] = {
    {"{\"ok\":true,\"result\":[{\"update_id\":7,\n\"message\":{\"text\":\"\\ud83d\"}}]}", 0, 7},
    {"{\"update_id\":7,\"x\":1},{\"update_id\":9,\"x\":", 7, 9},
    {"{\"update_id\":7,\"x\":1},{\"update_id\":9,\"x\":", 9, 0},
    {"{\"update_id\":7,\"text\":\"{\\\"update_id\\\":9,\"", 7, 0}, /* somebody wrote it */
    {"{\"update_id\":7", 0, 0},                                    /* there may be more digits */
    {"{\"update_id\":", 0, 0},
    {"{\"update_id\":x,", 0, 0},
    {"{\"update_id\":99999999999999999999,", 0, 0},
    {"<html>", 0, 0},
    {"", 0, 0},
};

static void test_an_id_is_found_in_what_cannot_be_read(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(find_rows); i++) {
        ROW(i, find_rows[i].bytes);
        assert_int_equal(tg_updates_find_id(find_rows[i].bytes, strlen(find_rows[i].bytes), find_rows[i].above),
                         find_rows[i].id);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_updates_come_one_by_one),
        CASE(test_queues),
        CASE(test_a_queue_of_its_own),
        CASE(test_refusals_and_other_results),
        CASE(test_what_cannot_be_read),
        CASE(test_no_more_than_can_be_asked_for),
        CASE(test_an_id_is_found_in_what_cannot_be_read),
    };
    tg_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
