#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf.h"
#include "keyboards/keyboards.h"
#include "tests/unit/unit.h"

enum { ARENA_MAX = 64 << 20 };

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

static const enum keyboard menus[] = {KEYBOARD_MENU_USER, KEYBOARD_MENU_ADMIN, KEYBOARD_MENU_SUPER_ADMIN};

/* --- every keyboard --- */

static void check_button(enum tg_markup_kind kind, const struct tg_button *button) {
    assert_non_null(button->text);
    assert_true(*button->text != '\0');
    assert_true(utf_valid(button->text, strlen(button->text)));
    assert_true(utf16_length(button->text) <= 64);
    assert_int_equal(button->callback_data != NULL, kind == TG_MARKUP_INLINE);
    assert_false(kind == TG_MARKUP_INLINE && button->request_contact);
    if (button->callback_data) {
        struct callback callback;
        size_t length = strlen(button->callback_data);
        assert_true(length >= 1 && length <= TG_CALLBACK_DATA_MAX);
        assert_int_equal(callback_decode(button->callback_data, &callback), STATUS_OK);
    }
}

static void check_markup(const struct tg_markup *markup) {
    size_t buttons = 0;
    assert_true(markup->kind == TG_MARKUP_INLINE || markup->kind == TG_MARKUP_REPLY);
    assert_true(markup->row_count > 0);
    for (size_t r = 0; r < markup->row_count; r++) {
        assert_true(markup->rows[r].count >= 1 && markup->rows[r].count <= 12);
        for (size_t b = 0; b < markup->rows[r].count; b++, buttons++)
            check_button(markup->kind, &markup->rows[r].buttons[b]);
    }
    assert_true(buttons <= 300);
}

static void test_every_keyboard_is_within_the_limits(void **state) {
    (void)state;
    static const int64_t numbers[] = {0, 1, 1042, INT64_MAX};
    for (int keyboard = 0; keyboard < KEYBOARD_COUNT; keyboard++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            for (size_t m = 0; m < COUNT(menus); m++)
                for (size_t n = 0; n < 2 * COUNT(numbers); n++) {
                    struct keyboard_context context = {
                        .lang = (enum lang)lang, .menu = menus[m], .number = numbers[n / 2]};
                    if (n % 2) {
                        context.known_name = "Іван <b>";
                        context.known_phone = "+380501234567";
                    }
                    const struct tg_markup *markup = keyboard_build(arena, (enum keyboard)keyboard, &context);
                    assert_int_equal(markup == NULL, keyboard == KEYBOARD_NONE);
                    if (markup)
                        check_markup(markup);
                }
}

/* Rows of a keyboard as text: "a|b / c". */
static const char *shown(enum keyboard keyboard, struct keyboard_context context) {
    const struct tg_markup *markup = keyboard_build(arena, keyboard, &context);
    const char *text = "";
    for (size_t r = 0; r < markup->row_count; r++)
        for (size_t b = 0; b < markup->rows[r].count; b++)
            text = arena_printf(arena, "%s%s%s", text, b ? "|" : r ? " / " : "", markup->rows[r].buttons[b].text);
    return text;
}

/* The labels that people know. */
static void test_the_keyboards_as_people_know_them(void **state) {
    (void)state;
    static const struct {
        enum keyboard keyboard;
        const char *shown;
    } rows[] = {
        {KEYBOARD_MENU_USER, "📝 Створити заявку|📜 Історія заявок / 🔔 Виклик у серверну|❌ Скасувати заявку"},
        {KEYBOARD_MENU_ADMIN,
         "📢 Активні заявки|📨 Створити розсилку / 📖 Історія всіх заявок|⚙️ Стан "
         "БД"},
        {KEYBOARD_MENU_SUPER_ADMIN,
         "📢 Активні заявки|📨 Створити розсилку / 📖 Історія всіх заявок|⚙️ Стан БД / 👥 "
         "Керування персоналом"},
        {KEYBOARD_FORM_NAME, "⬅️ Назад|✖️ Скасувати"},
        {KEYBOARD_FORM_PHONE,
         "📞 Надіслати номер телефону / ⬅️ Назад|✖️ Скасувати"},
        {KEYBOARD_FORM_DESCRIPTION, "⬅️ Назад|✖️ Скасувати"},
        {KEYBOARD_FORM_MEDIA, "Пропустити / ⬅️ Назад|✖️ Скасувати"},
        {KEYBOARD_FORM_PRIORITY,
         "🔵 Низький / 🟡 Середній / 🔴 Високий / ⬅️ Назад|✖️ "
         "Скасувати"},
        {KEYBOARD_TICKET_WAITING, "✅ Прийняти|❌ Відхилити"},
        {KEYBOARD_CALL, "👍|👎"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct keyboard_context context = {.lang = LANG_UK, .menu = KEYBOARD_MENU_USER, .number = 7};
        ROW(i, rows[i].shown);
        assert_string_equal(shown(rows[i].keyboard, context), rows[i].shown);
        if (i < COUNT(menus)) {
            context.menu = rows[i].keyboard;
            assert_string_equal(shown(KEYBOARD_MENU, context), rows[i].shown);
        }
    }
}

static void test_what_is_known_is_offered(void **state) {
    (void)state;
    struct keyboard_context context = {.lang = LANG_UK, .known_name = "Іван", .known_phone = "+380501234567"};
    assert_string_equal(shown(KEYBOARD_FORM_NAME, context), "Іван / ⬅️ Назад|✖️ Скасувати");
    assert_string_equal(shown(KEYBOARD_FORM_PHONE, context),
                        "📞 Надіслати номер телефону / +380501234567 / ⬅️ "
                        "Назад|✖️ Скасувати");
    const struct tg_markup *markup = keyboard_build(arena, KEYBOARD_FORM_PHONE, &context);
    assert_true(markup->rows[0].buttons[0].request_contact);
    assert_false(markup->rows[1].buttons[0].request_contact);
}

static void test_names_of_keyboards(void **state) {
    (void)state;
    enum keyboard found = KEYBOARD_LANGS;
    for (int i = 0; i < KEYBOARD_COUNT; i++) {
        assert_int_equal(keyboard_by_name(keyboard_name((enum keyboard)i), &found), STATUS_OK);
        assert_int_equal(found, i);
    }
    static const char *const unknown[] = {NULL, "", "menu_", "Menu", "form_name ", "ticket_accepted_by"};
    for (size_t i = 0; i < COUNT(unknown); i++)
        assert_int_equal(keyboard_by_name(unknown[i], &found), STATUS_NOT_FOUND);
}

/* --- labels --- */

static void test_labels_as_people_type_them(void **state) {
    (void)state;
    static const struct {
        const char *typed;
        enum text label; /* in the user's menu */
    } rows[] = {
        {"📝 Створити заявку", TEXT_LABEL_NEW_TICKET},
        {"Створити заявку", TEXT_LABEL_NEW_TICKET},
        {"  створити\u00a0 ЗАЯВКУ \n", TEXT_LABEL_NEW_TICKET},
        {"📝СТВОРИТИ ЗАЯВКУ", TEXT_LABEL_NEW_TICKET},
        {"📝\ufe0f Створити заявку", TEXT_LABEL_NEW_TICKET},
        {"📝 New ticket", TEXT_LABEL_NEW_TICKET},
        {"new TICKET", TEXT_LABEL_NEW_TICKET},
        {"Історія заявок", TEXT_LABEL_MY_TICKETS},
        {"🔔 Виклик у серверну", TEXT_LABEL_CALL},
        {"🔔 Виклик в серверну", TEXT_LABEL_CALL},
        {"виклик В серверну", TEXT_LABEL_CALL},
        {"❌ Скасувати заявку", TEXT_LABEL_CANCEL_TICKET},
        {"❌", TEXT_NONE},
        {"📝", TEXT_NONE},
        {"", TEXT_NONE},
        {NULL, TEXT_NONE},
        {"Створити", TEXT_NONE},
        {"Створити заявку!", TEXT_NONE},
        {"Створити заявку Створити заявку", TEXT_NONE},
        {"Скасувати", TEXT_NONE},              /* of the form */
        {"📢 Активні заявки", TEXT_NONE},       /* of the staff */
        {"👥 Керування персоналом", TEXT_NONE}, /* of super-admins */
        {"label_new_ticket", TEXT_NONE},       /* names are not labels */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].typed ? rows[i].typed : "NULL");
        assert_int_equal(keyboard_label(arena, KEYBOARD_MENU_USER, rows[i].typed), rows[i].label);
        assert_int_equal(keyboard_label(arena, KEYBOARD_NONE, rows[i].typed), TEXT_NONE);
        if (rows[i].label)
            assert_true(keyboard_is_label(arena, rows[i].label, rows[i].typed));
    }
    assert_false(keyboard_is_label(arena, TEXT_LABEL_CALL, NULL));
}

static const char *without(const char *text, const char *what) {
    char *copy = arena_strdup(arena, text);
    for (char *at; (at = strstr(copy, what)) != NULL;)
        memmove(at, at + strlen(what), strlen(at + strlen(what)) + 1);
    return copy;
}

/* Each label of each keyboard, in each language and in each way of writing it, is found in its own keyboard; and no
 * label counts in a menu that does not show it. */
static void check_label(enum keyboard keyboard, enum text label, const char *text) {
    const char *first_blank = strchr(text, ' ');
    bool emoji = first_blank && !isalnum((unsigned char)text[0]) && strncmp(text, "\xd0", 1) != 0;
    const char *ways[] = {text, without(text, "\ufe0f"), emoji ? first_blank : text, arena_printf(arena, "%s\n", text)};
    for (size_t i = 0; i < COUNT(ways); i++)
        assert_int_equal(keyboard_label(arena, keyboard, ways[i]), label);
    for (size_t m = 0; m < COUNT(menus); m++) {
        struct keyboard_context context = {.lang = LANG_UK};
        bool here = strstr(shown(menus[m], context), text_raw(LANG_UK, label)) != NULL;
        assert_int_equal(keyboard_label(arena, menus[m], text), here ? label : TEXT_NONE);
    }
}

static void test_every_label_of_every_keyboard(void **state) {
    (void)state;
    size_t seen = 0;
    for (int keyboard = 0; keyboard < KEYBOARD_COUNT; keyboard++)
        for (int label = TEXT_LABEL_NEW_TICKET; label <= TEXT_LABEL_CANCEL; label++) {
            const char *text = text_raw(LANG_UK, (enum text)label);
            if (keyboard_label(arena, (enum keyboard)keyboard, text) == TEXT_NONE)
                continue;
            for (int lang = 0; lang < LANG_COUNT; lang++)
                check_label((enum keyboard)keyboard, (enum text)label, text_raw((enum lang)lang, (enum text)label));
            seen++;
        }
    assert_true(seen >= 27); /* three menus and five steps */
}

/* --- callback data --- */

static void test_callback_data_there_and_back(void **state) {
    (void)state;
    static const int64_t numbers[] = {0, 1, 9, 10, 1042, INT32_MAX, INT64_MAX};
    for (int verb = VERB_NONE + 1; verb < VERB_COUNT; verb++)
        for (size_t i = 0; i < COUNT(numbers); i++) {
            /* A page's first three numbers are small: a list, a filter, a direction. */
            struct callback callback = {.verb = (enum verb)verb}, found;
            for (size_t n = 0; n < verb_numbers(callback.verb); n++)
                callback.numbers[n] = n + 1 < verb_numbers(callback.verb) ? (int64_t)n : numbers[i];
            const char *data = callback_encode(arena, &callback);
            assert_true(strlen(data) <= TG_CALLBACK_DATA_MAX);
            assert_int_equal(callback_decode(data, &found), STATUS_OK);
            assert_memory_equal(&found, &callback, sizeof(found));
        }
}

static void expect_forged(const char *data) {
    struct callback callback = {.verb = VERB_LANG, .numbers = {77}};
    print_message("data «%s»\n", data ? data : "NULL");
    assert_int_equal(callback_decode(data, &callback), STATUS_INVALID);
    assert_int_equal(callback.verb, VERB_LANG);
    assert_int_equal(callback.numbers[0], 77);
}

static void test_forged_callback_data(void **state) {
    (void)state;
    static const char *const forged[] = {
        NULL,
        "",
        ":",
        ":1",
        "accept",
        "accept:",
        "accept:-1",
        "accept:+1",
        "accept: 1",
        "accept:1 ",
        "accept:01",
        "accept:00",
        "accept:-0",
        "accept:0x1",
        "accept:1:2",
        "page",
        "page:1",
        "page:1:0:0",
        "page:1:0:0:",
        "page:1:0::5",
        "page:1:0:0:5:6",
        "page:1:-1:0:5",
        "page:1:0:0:05",
        "accept::1",
        "Accept:1",
        " accept:1",
        "accept :1",
        "accep:1",
        "acceptt:1",
        "none:1",
        "accept:1.0",
        "accept:1e3",
        "accept:1\n",
        "draft:",
        "lang:uk",
        "accept|1042",
        "reject|a1b2",
        "complete|1",
        "del_adm|5",
        "accept:",
        "accept:１",
        "accept:\u00a01",
        "accept:9223372036854775808",
        "accept:18446744073709551617",
        "accept:99999999999999999999999999999999999999",
        "accept:0000000000000000000000000000000000000000000000000000000001",
        "acceptacceptacceptacceptacceptacceptacceptacceptacceptacceptaccept:1",
    };
    for (size_t i = 0; i < COUNT(forged); i++)
        expect_forged(forged[i]);
    expect_forged(arena_printf(arena, "accept:%0*d", 4000, 1));
}

static void test_callback_data_of_the_bot_before(void **state) {
    (void)state;
    static const struct {
        const char *data;
        enum verb verb; /* VERB_NONE: it is refused */
        int64_t number;
    } rows[] = {
        {"accept|00c0ffee", VERB_ACCEPT, 0xc0ffee},
        {"accept|00000000", VERB_ACCEPT, 0},
        {"reject|FFFFFFFF", VERB_REJECT, 0xffffffff},
        {"complete|12345678", VERB_COMPLETE, 0x12345678},
        {"user_cancel|0000000a", VERB_CANCEL, 10},
        {NULL, VERB_NONE, 0},
        {"", VERB_NONE, 0},
        {"accept", VERB_NONE, 0},
        {"accept|", VERB_NONE, 0},
        {"accept|1042", VERB_NONE, 0},
        {"accept|00c0ffee0", VERB_NONE, 0},
        {"accept|00c0ffe", VERB_NONE, 0},
        {"accept|00c0ffeg", VERB_NONE, 0},
        {"accept|0x0c0ffe", VERB_NONE, 0},
        {"accept| 0c0ffee", VERB_NONE, 0},
        {"accept:00c0ffee", VERB_NONE, 0},
        {"Accept|00c0ffee", VERB_NONE, 0},
        {"|00c0ffee", VERB_NONE, 0},
        {"return|00c0ffee", VERB_NONE, 0},
        {"srv_reply|yes|00c0ffee", VERB_CALL_OLD, 0},
        {"srv_reply|no|7", VERB_CALL_OLD, 0},
        {"srv_replyyes", VERB_NONE, 0},
        {"del_adm|00c0ffee", VERB_NONE, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct callback callback = {.verb = VERB_NONE};
        ROW(i, rows[i].data ? rows[i].data : "NULL");
        enum status wanted = rows[i].verb != VERB_NONE ? STATUS_OK : STATUS_INVALID;
        assert_int_equal(callback_decode_legacy(rows[i].data, &callback), wanted);
        assert_int_equal(callback.verb, rows[i].verb);
        assert_int_equal(callback.numbers[0], rows[i].number);
        assert_int_equal(callback_decode(rows[i].data, &callback), STATUS_INVALID);
    }
}

/* What decodes is exactly what would have been encoded. */
static void test_random_callback_data(void **state) {
    (void)state;
    static const char alphabet[] = "acdefgjlnprt:0123456789-+ .:\xd0\xff";
    srand(4);
    size_t taken = 0;
    for (int i = 0; i < 20000; i++) {
        char data[80] = "";
        size_t length = (size_t)rand() % 12;
        if (i % 2)
            strcpy(data, (const char *const[]){"accept:", "draft:", "page:1:0:", "reject:"}[rand() % 4]);
        for (size_t at = strlen(data), end = at + length; at < end; at++)
            data[at] = alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
        struct callback callback;
        if (callback_decode(data, &callback) != STATUS_OK)
            continue;
        assert_string_equal(callback_encode(arena, &callback), data);
        taken++;
    }
    assert_true(taken > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_keyboard_is_within_the_limits),
        cmocka_unit_test(test_the_keyboards_as_people_know_them),
        cmocka_unit_test(test_what_is_known_is_offered),
        cmocka_unit_test(test_names_of_keyboards),
        cmocka_unit_test(test_labels_as_people_type_them),
        cmocka_unit_test(test_every_label_of_every_keyboard),
        cmocka_unit_test(test_callback_data_there_and_back),
        cmocka_unit_test(test_forged_callback_data),
        cmocka_unit_test(test_callback_data_of_the_bot_before),
        cmocka_unit_test(test_random_callback_data),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
