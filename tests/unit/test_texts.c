#include <string.h>

#include "core/utf.h"
#include "telegram/html.h"
#include "telegram/types.h"
#include "tests/unit/unit.h"
#include "texts/catalogue.h"
#include "texts/plural.h"
#include "texts/texts.h"

enum { ARENA_MAX = 8 << 20, NAME_UNITS_MAX = 100 /* handlers/router.c */ };

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new(ARENA_MAX);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* --- the catalogues as they are --- */

static void test_the_catalogues_are_whole(void **state) {
    (void)state;
    struct error error = {0};
    enum status status = texts_check(&error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, STATUS_OK);
}

static void test_texts_are_within_their_limits(void **state) {
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++)
        for (int text = TEXT_NONE + 1; text < TEXT_COUNT; text++) {
            const char *raw = text_raw((enum lang)lang, (enum text)text);
            const char *name = text_name((enum text)text);
            print_message("%s in %s\n", name, lang_code((enum lang)lang));
            assert_true(utf_valid(raw, strlen(raw)));
            assert_true(html_length(raw) <= TG_TEXT_MAX - 500);
            assert_null(strchr(html_to_plain(arena, raw), '<')); /* each tag is one that Telegram knows */
            assert_null(strchr(raw, '\r'));
            assert_null(strchr(raw, '\t'));
            if (strncmp(name, "label_", 6) == 0 || strncmp(name, "button_", 7) == 0)
                assert_true(html_length(raw) <= 40 && !strpbrk(raw, "<&\n"));
            if (strncmp(name, "command_", 8) == 0)
                assert_true(utf_length(raw) >= 3 && utf_length(raw) <= 64 && !strpbrk(raw, "<&\n")); /* a line */
        }
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        assert_true(utf_length(text_raw((enum lang)lang, TEXT_BOT_DESCRIPTION)) <= 512);
        assert_true(utf_length(text_raw((enum lang)lang, TEXT_BOT_SHORT_DESCRIPTION)) <= 120);
    }
}

static void test_names_of_texts(void **state) {
    (void)state;
    enum text found = TEXT_HINT;
    for (int i = 0; i < TEXT_COUNT; i++) {
        assert_int_equal(text_by_name(text_name((enum text)i), &found), STATUS_OK);
        assert_int_equal(found, i);
        assert_true(strlen(text_name((enum text)i)) < 64);
    }
    static const char *const unknown[] = {NULL, "", "hin", "hint ", "HINT", "hint_of_tomorrow"};
    for (size_t i = 0; i < COUNT(unknown); i++)
        assert_int_equal(text_by_name(unknown[i], &found), STATUS_NOT_FOUND);
}

static void test_languages_by_their_tags(void **state) {
    (void)state;
    static const struct {
        const char *tag;
        enum lang from_uk, from_en; /* with that fallback */
    } rows[] = {{NULL, LANG_UK, LANG_EN},     {"", LANG_UK, LANG_EN},      {"u", LANG_UK, LANG_EN},
                {"uk", LANG_UK, LANG_UK},     {"en", LANG_EN, LANG_EN},    {"uk-UA", LANG_UK, LANG_UK},
                {"en-GB", LANG_EN, LANG_EN},  {"en_US", LANG_EN, LANG_EN}, {"ru", LANG_UK, LANG_EN},
                {"ukr", LANG_UK, LANG_EN},    {"eng", LANG_UK, LANG_EN},   {"pl", LANG_UK, LANG_EN},
                {"EN-gb", LANG_EN, LANG_EN},  {"e", LANG_UK, LANG_EN},     {" en", LANG_UK, LANG_EN},
                {"zh-hans", LANG_UK, LANG_EN}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].tag ? rows[i].tag : "NULL");
        assert_int_equal(lang_by_code(rows[i].tag, LANG_UK), rows[i].from_uk);
        assert_int_equal(lang_by_code(rows[i].tag, LANG_EN), rows[i].from_en);
    }
    for (int lang = 0; lang < LANG_COUNT; lang++)
        assert_int_equal(lang_by_code(lang_code((enum lang)lang), LANG_UK), lang);
}

/* --- ways of breaking a catalogue --- */

static const struct {
    enum text text;
    const char *raw;  /* what stands there instead */
    const char *says; /* a part of the error */
} breaks[] = {
    {TEXT_HINT, NULL, "hint is missing"},
    {TEXT_HINT, "", "hint is missing"},
    {TEXT_GREETING, "Hello!", "greeting must use the placeholders [name]"},
    {TEXT_GREETING, "Hello, {nam}!", "greeting must use"},
    {TEXT_GREETING, "Hello, {names}!", "greeting must use"},
    {TEXT_GREETING, "Hello, {name}, {id}!", "greeting must use"},
    {TEXT_GREETING, "Hello, {name}, {}!", "greeting must use"},
    {TEXT_GREETING, "Hello, {name}, {", "greeting must use"},
    {TEXT_GREETING, "Hello, {name!", "greeting must use"},
    {TEXT_GREETING, "Hello, { name }!", "greeting must use"},
    {TEXT_GREETING, "Hello, {Name}!", "greeting must use"},
    {TEXT_GREETING, "Hello, name}!", "greeting must use"},
    {TEXT_GREETING, "Hello, {{name}}!", "greeting must use"},
    {TEXT_HINT, "Press {name}", "hint must use the placeholders []"},
    {TEXT_TICKET_HEADER, "{number} {status}", "ticket_header must use"},
    {TEXT_TICKET_HEADER, "{number} {status} {priorit}", "ticket_header must use"},
    {TEXT_TICKET_MEDIA, "{count|файл|файли|файлів}", "ticket_media must use"}, /* the number itself is wanted too */
    {TEXT_TICKET_MEDIA, "{count} {count|файл|файлів}", "ticket_media must use"},
    {TEXT_TICKET_MEDIA, "{count} {count|a|b|c|d}", "ticket_media must use"},
    {TEXT_TICKET_MEDIA, "{count} {count|файл||файлів}", "ticket_media must use"},
    {TEXT_TICKET_MEDIA, "{count} {count|файл|файли|}", "ticket_media must use"},
    {TEXT_TICKET_MEDIA, "{count} {count|}", "ticket_media must use"},
    {TEXT_TICKET_MEDIA, "{count} {counts|файл|файли|файлів}", "ticket_media must use"},
    {TEXT_TICKET_MEDIA, "{count} {|файл|файли|файлів}", "ticket_media must use"},
    {TEXT_TICKET_MEDIA, "{count} {count|файл|файли|файлів", "ticket_media must use"},
    {TEXT_TICKET_MEDIA, "{count} {count|файл|{count}|файлів}", "ticket_media must use"},
    {TEXT_HINT, "<b>Press", "hint has unbalanced tags"},
    {TEXT_HINT, "Press</b>", "hint has unbalanced tags"},
    {TEXT_HINT, "<b>Press</i>", "hint has unbalanced tags"},
    {TEXT_HINT, "<b>Press<b>", "hint has unbalanced tags"},
    {TEXT_HINT, "<b><i>Press</b></i>", "hint has unbalanced tags"},
    {TEXT_HINT, "<b>Press</b", "hint has unbalanced tags"},
    {TEXT_HINT, "a < b", "hint has unbalanced tags"},
    {TEXT_HINT, "</>", "hint has unbalanced tags"},
    {TEXT_LABEL_SKIP, "🔵  НИЗЬКИЙ", "labels label_low and label_skip are the same"},
    {TEXT_LABEL_HIGH, "Низький", "labels label_high and label_low are the same"},
};

static void test_a_broken_catalogue_is_found(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(breaks); i++) {
        const char *table[TEXT_COUNT];
        struct error error = {0};
        memcpy(table, texts_uk, sizeof(table));
        table[breaks[i].text] = breaks[i].raw;
        ROW(i, breaks[i].says);
        assert_int_equal(catalogue_check(LANG_UK, table, &error), STATUS_INVALID);
        assert_non_null(strstr(error.text, "catalogue uk: "));
        assert_non_null(strstr(error.text, breaks[i].says));
    }
}

static void test_every_missing_text_is_found(void **state) {
    (void)state;
    for (int text = TEXT_NONE + 1; text < TEXT_COUNT; text++) {
        const char *table[TEXT_COUNT];
        struct error error = {0};
        memcpy(table, texts_en, sizeof(table));
        table[text] = NULL;
        assert_int_equal(catalogue_check(LANG_EN, table, &error), STATUS_INVALID);
        assert_non_null(strstr(error.text, text_name((enum text)text)));
    }
}

/* --- filling in --- */

static const char *fill(enum text text, const struct text_arg *args, size_t count) {
    return text_format(arena, LANG_EN, text, args, count);
}

static void test_values_are_escaped_and_html_is_not(void **state) {
    (void)state;
    const struct text_arg args[] = {{.name = "name", .value = "<b>&\"'</b>"},
                                    {.name = "username", .html = "<i>x</i>"},
                                    {.name = "phone", .value = "&amp;"},
                                    {.name = "created", .value = "{media}{name}"},
                                    {.name = "media", .value = "</b>", .html = "&amp;"}};
    assert_string_equal(fill(TEXT_TICKET_FIELDS, args, COUNT(args)),
                        "From: &lt;b&gt;&amp;&quot;'&lt;/b&gt;<i>x</i>\nPhone: &amp;amp;\nFiled: {media}{name}&amp;");
}

static void test_what_has_no_value_is_left_out(void **state) {
    (void)state;
    const struct text_arg args[] = {
        {.name = "name"}, {.name = "phone", .value = ""}, {.name = "stranger", .value = "!"}};
    assert_string_equal(fill(TEXT_TICKET_FIELDS, args, COUNT(args)), "From: \nPhone: \nFiled: ");
    assert_string_equal(fill(TEXT_TICKET_FIELDS, NULL, 0), "From: \nPhone: \nFiled: ");
    assert_string_equal(fill(TEXT_NONE, NULL, 0), "");
    assert_string_equal(fill(TEXT_HINT, NULL, 0), text_raw(LANG_EN, TEXT_HINT));
    /* A name that begins like another one is another one. */
    const struct text_arg near[] = {{.name = "nam", .value = "short"}, {.name = "names", .value = "long"}};
    assert_string_equal(fill(TEXT_TICKET_FIELDS, near, COUNT(near)), "From: \nPhone: \nFiled: ");
}

static void test_long_values_are_whole(void **state) {
    (void)state;
    enum { LENGTH = 12000 }; /* as many bytes as a description has */
    static char value[LENGTH + 1];
    memset(value, '"', LENGTH);
    const struct text_arg arg = {.name = "description", .value = value};
    const char *html = fill(TEXT_TICKET_DESCRIPTION, &arg, 1);
    assert_int_equal(html_length(html),
                     html_length(text_raw(LANG_EN, TEXT_TICKET_DESCRIPTION)) - strlen("{description}") + LENGTH);
}

/* --- forms of words --- */

static const struct {
    const char *count;
    const char *uk, *en;
} counted[] = {
    {"0", "файлів", "files"},       {"1", "файл", "file"},
    {"2", "файли", "files"},        {"3", "файли", "files"},
    {"4", "файли", "files"},        {"5", "файлів", "files"},
    {"10", "файлів", "files"},      {"11", "файлів", "files"},
    {"12", "файлів", "files"},      {"14", "файлів", "files"},
    {"19", "файлів", "files"},      {"20", "файлів", "files"},
    {"21", "файл", "files"},        {"22", "файли", "files"},
    {"24", "файли", "files"},       {"25", "файлів", "files"},
    {"100", "файлів", "files"},     {"101", "файл", "files"},
    {"102", "файли", "files"},      {"111", "файлів", "files"},
    {"112", "файлів", "files"},     {"114", "файлів", "files"},
    {"121", "файл", "files"},       {"122", "файли", "files"},
    {"1011", "файлів", "files"},    {"1021", "файл", "files"},
    {"1000000", "файлів", "files"}, {"9223372036854775807", "файлів", "files"},
    {"—", "файлів", "files"},       {"", "файлів", "files"},
    {"-1", "файлів", "files"},
};

/* "\u00a0": the number and its word stay on one line. */
static void test_words_take_the_form_of_their_number(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(counted); i++) {
        const struct text_arg arg = {.name = "count", .value = counted[i].count};
        ROW(i, counted[i].count);
        assert_string_equal(text_format(arena, LANG_UK, TEXT_TICKET_MEDIA, &arg, 1),
                            arena_printf(arena, "\nВкладення: %s\u00a0%s", counted[i].count, counted[i].uk));
        assert_string_equal(text_format(arena, LANG_EN, TEXT_TICKET_MEDIA, &arg, 1),
                            arena_printf(arena, "\nAttachments: %s\u00a0%s", counted[i].count, counted[i].en));
    }
    assert_string_equal(fill(TEXT_TICKET_MEDIA, NULL, 0), "\nAttachments: \u00a0");
}

static void test_every_form_is_one_of_the_language(void **state) {
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++)
        for (int64_t count = 0; count <= 1200; count++)
            assert_true(plural_form((enum lang)lang, count) < plural_forms((enum lang)lang));
}

/* --- what Telegram allows in the answer to a press --- */

/* With names as long as the bot keeps them. */
static void test_answers_to_presses_fit(void **state) {
    (void)state;
    static const enum text answers[] = {TEXT_BANNED,
                                        TEXT_STALE_BUTTON,
                                        TEXT_SUPER_ADMIN_ONLY,
                                        TEXT_NO_RIGHTS,
                                        TEXT_TOO_FAST,
                                        TEXT_CALL_OVER,
                                        TEXT_CAST_GONE,
                                        TEXT_CAST_PAUSED,
                                        TEXT_CAST_GOES_ON,
                                        TEXT_CAST_STOPPED,
                                        TEXT_CAST_STARTED,
                                        TEXT_CAST_CANCELLED,
                                        TEXT_DRAFT_GONE,
                                        TEXT_BACKUP_ASKED,
                                        TEXT_ROOM_GONE,
                                        TEXT_ROOM_REMOVED,
                                        TEXT_DONE_ACCEPTED,
                                        TEXT_DONE_COMPLETED,
                                        TEXT_DONE_REJECTED,
                                        TEXT_DONE_RETURNED,
                                        TEXT_DONE_CANCELLED,
                                        TEXT_ALREADY_CLOSED,
                                        TEXT_NOT_ACCEPTED,
                                        TEXT_NO_SUCH_TICKET,
                                        TEXT_CALL_DECLINE_NOTED,
                                        TEXT_DISMISS_NOBODY,
                                        TEXT_DISMISS_SELF,
                                        TEXT_PRESS_AGAIN,
                                        TEXT_ALREADY_TAKEN,
                                        TEXT_NOT_YOUR_TICKET,
                                        TEXT_CALL_TAKEN,
                                        TEXT_CALL_YOURS,
                                        TEXT_DISMISSED,
                                        TEXT_DISMISS_SUPER_ADMIN};
    char name[NAME_UNITS_MAX + 1];
    memset(name, 'x', NAME_UNITS_MAX);
    name[NAME_UNITS_MAX] = '\0';
    const struct text_arg args[] = {{.name = "name", .value = name},
                                    {.name = "caller", .value = name},
                                    {.name = "number", .value = "1000000000"},
                                    {.name = "status", .value = "Відхилена"}};
    for (size_t i = 0; i < COUNT(answers); i++)
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            ROW(i, text_name(answers[i]));
            const char *html = text_format(arena, (enum lang)lang, answers[i], args, COUNT(args));
            assert_true(utf16_length(html_to_plain(arena, html)) <= TG_CALLBACK_TEXT_MAX);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_catalogues_are_whole),
        cmocka_unit_test(test_texts_are_within_their_limits),
        cmocka_unit_test(test_names_of_texts),
        cmocka_unit_test(test_languages_by_their_tags),
        cmocka_unit_test(test_a_broken_catalogue_is_found),
        cmocka_unit_test(test_every_missing_text_is_found),
        cmocka_unit_test(test_values_are_escaped_and_html_is_not),
        cmocka_unit_test(test_what_has_no_value_is_left_out),
        cmocka_unit_test(test_long_values_are_whole),
        cmocka_unit_test(test_words_take_the_form_of_their_number),
        cmocka_unit_test(test_every_form_is_one_of_the_language),
        cmocka_unit_test(test_answers_to_presses_fit),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
