/* A ticket as CSV and as JSON, cell by cell. */
#include "server/commands/export_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "telegram/types.h"
#include "tests/unit/unit.h"

enum { LINE_MAX_BYTES = 1 << 20 };

struct stage {
    struct arena *arena;
    struct buffer line;
};

static int enter(void **state) {
    struct stage *stage = calloc(1, sizeof(*stage));
    stage->arena = arena_new(LINE_MAX_BYTES);
    buffer_init(&stage->line, LINE_MAX_BYTES);
    setenv("TZ", "Europe/Kyiv", 1);
    tzset();
    *state = stage;
    return 0;
}

static int leave(void **state) {
    struct stage *stage = *state;
    buffer_free(&stage->line);
    arena_free(stage->arena);
    free(stage);
    return 0;
}

static const char *line_of(struct stage *stage, enum export_format format, const struct ticket *ticket) {
    buffer_clear(&stage->line);
    export_add_ticket(&stage->line, format, LANG_UK, stage->arena, ticket);
    return stage->line.data;
}

static void test_the_start(void **state) {
    struct stage *stage = *state;
    export_add_start(&stage->line, EXPORT_JSONL, LANG_UK);
    assert_string_equal(stage->line.data, "");
    export_add_start(&stage->line, EXPORT_CSV, LANG_UK);
    assert_memory_equal(stage->line.data, "\xEF\xBB\xBF№,Створено,Змінено,Статус,", strlen("\xEF\xBB\xBF№,Створено,"));
    assert_string_equal(stage->line.data + stage->line.length - 2, "\r\n");
}

/* Both neighbours of the cell are there, so that its quotes are seen. */
static void test_cells(void **state) {
    struct stage *stage = *state;
    static const struct {
        const char *text, *cell;
    } rows[] = {
        {NULL, ""},
        {"", ""},
        {"Олена", "Олена"},
        {"a, b", "\"a, b\""},
        {"a;b", "\"a;b\""},
        {"a\tb", "\"a\tb\""},
        {"a;=1+1", "\"a;'=1+1\""},
        {"a;@SUM(A1);b", "\"a;'@SUM(A1);b\""},
        {"a\n=1+1", "\"a\n'=1+1\""},
        {"a\t-1", "\"a\t'-1\""},
        {"a\r\n+1", "\"a\r\n'+1\""},
        {"a,=1+1", "\"a,=1+1\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"two\r\nlines", "\"two\r\nlines\""},
        {"=1+1", "\"'=1+1\""},
        {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\tx", "\"'\tx\""},
        {"\rx", "\"'\rx\""},
        {"'x", "'x"},
        {"a=b", "a=b"},
        {"<b>&", "<b>&"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ticket ticket = {.doc.id = 1, .author = 2, .description = rows[i].text};
        ROW(i, rows[i].cell);
        char wanted[128];
        (void)snprintf(wanted, sizeof(wanted), "1,,,Очікує,,,,,2,%s,0,,,,\r\n", rows[i].cell);
        assert_string_equal(line_of(stage, EXPORT_CSV, &ticket), wanted);
    }
}

static void test_phones(void **state) {
    struct stage *stage = *state;
    static const struct {
        const char *phone, *cell;
    } rows[] = {
        {"+380671112233", "\"'+380671112233\""},
        {"0671112233", "'0671112233"},
        {"", ""},
        {"044 111", "044 111"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ticket ticket = {.doc.id = 1, .phone = rows[i].phone};
        ROW(i, rows[i].cell);
        char wanted[128];
        (void)snprintf(wanted, sizeof(wanted), "1,,,Очікує,,,%s,,,,0,,,,\r\n", rows[i].cell);
        assert_string_equal(line_of(stage, EXPORT_CSV, &ticket), wanted);
    }
}

static struct media media[] = {{TG_MEDIA_PHOTO, "ph\"oto"}, {TG_MEDIA_DOCUMENT, "doc"}, {99, "odd"}};
static struct event events[] = {{INT64_C(1774980309005), 5, "created"}};
static const struct ticket whole = {
    .doc.id = 1042,
    .author = INT64_C(7100000001),
    .username = "olena",
    .name = "Олена",
    .phone = "+380671112233",
    .description = "\"a\"\\\n\x01\u2028 <b> 👩‍👩‍👧",
    .media = {media, COUNT(media)},
    .priority = PRIORITY_HIGH,
    .status = TICKET_REJECTED,
    .assignee = 8,
    .assignee_name = "Марія",
    .reason = "ні",
    .created_at = INT64_C(1774980309005),
    .changed_at = INT64_C(1774983909000),
    .events = {events, COUNT(events)},
    .legacy_id = "00c0ffee",
};

static void test_a_whole_row(void **state) {
    struct stage *stage = *state;
    assert_string_equal(
        line_of(stage, EXPORT_CSV, &whole),
        "1042,2026-03-31 21:05:09,2026-03-31 22:05:09,Відхилена,🔴 Високий,Олена,\"'+380671112233\","
        "olena,7100000001,\"\"\"a\"\"\\\n\x01\u2028 <b> 👩‍👩‍👧\",3,Марія,8,ні,00c0ffee\r\n");
}

static void test_a_whole_object(void **state) {
    struct stage *stage = *state;
    assert_string_equal(
        line_of(stage, EXPORT_JSONL, &whole),
        "{\"number\":1042,\"status\":\"rejected\",\"priority\":\"high\",\"created_at\":\"2026-03-31T18:05:09.005Z\","
        "\"changed_at\":\"2026-03-31T19:05:09.000Z\",\"author\":7100000001,\"username\":\"olena\",\"name\":\"Олена\","
        "\"phone\":\"+380671112233\",\"description\":\"\\\"a\\\"\\\\\\u000a\\u0001\\u2028 <b> 👩‍👩‍👧\",\"media\":["
        "{\"kind\":\"photo\",\"file_id\":\"ph\\\"oto\"},{\"kind\":\"document\",\"file_id\":\"doc\"},"
        "{\"kind\":null,\"file_id\":\"odd\"}],\"assignee\":8,\"assignee_name\":\"Марія\",\"reason\":\"ні\",\"events\":["
        "{\"at\":\"2026-03-31T18:05:09.005Z\",\"who\":5,\"what\":\"created\"}],\"legacy_id\":\"00c0ffee\"}\n");
}

static void test_an_empty_object(void **state) {
    struct stage *stage = *state;
    const struct ticket ticket = {.doc.id = 1};
    assert_string_equal(line_of(stage, EXPORT_JSONL, &ticket),
                        "{\"number\":1,\"status\":\"waiting\",\"priority\":null,\"created_at\":null,"
                        "\"changed_at\":null,\"author\":null,\"username\":null,\"name\":null,\"phone\":null,"
                        "\"description\":null,\"media\":[],\"assignee\":null,\"assignee_name\":null,\"reason\":null,"
                        "\"events\":[],\"legacy_id\":null}\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, enter, leave)
        TEST(the_start), TEST(cells), TEST(phones), TEST(a_whole_row), TEST(a_whole_object), TEST(an_empty_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
