#include "core/utf.h"

#include <string.h>

#include "tests/unit/unit.h"

#define WOMAN_TECHNICIAN "\U0001F469\u200D\U0001F527"
#define FAMILY           "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466"
#define FLAG_UA          "\U0001F1FA\U0001F1E6"
#define FLAG_PL          "\U0001F1F5\U0001F1F1"
#define FLAG_ENGLAND     "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"
#define THUMB            "\U0001F44D"
#define DARK_THUMB       "\U0001F44D\U0001F3FF"
#define E_ACUTE          "e\u0301"

static void test_valid(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        bool valid;
    } rows[] = {
        {"", 0, true},
        {"plain", 5, true},
        {"\xD0\x84", 2, true},
        {"\xEF\xBF\xBF", 3, true},
        {"\xF4\x8F\xBF\xBF", 4, true},
        {"a\0b", 3, false},
        {"\x80", 1, false},
        {"\xD0", 1, false},
        {"\xD0\x84", 1, false},
        {"\xC0\xAF", 2, false},
        {"\xC1\xBF", 2, false},
        {"\xE0\x9F\xBF", 3, false},
        {"\xF0\x8F\xBF\xBF", 4, false},
        {"\xED\xA0\x80", 3, false},
        {"\xED\xBF\xBF", 3, false},
        {"\xF4\x90\x80\x80", 4, false},
        {"\xF5\x80\x80\x80", 4, false},
        {"\xFF", 1, false},
        {"\xE2\x28\xA1", 3, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, "");
        assert_int_equal(utf_valid(rows[i].bytes, rows[i].length), rows[i].valid);
    }
}

static void test_encode_and_next_are_inverse(void **state) {
    (void)state;
    static const uint32_t edges[] = {1, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    for (size_t i = 0; i < COUNT(edges); i++) {
        char bytes[5] = {0};
        const size_t size = utf_encode(edges[i], bytes);
        const char *next = bytes;
        assert_int_equal(utf_next(&next), edges[i]);
        assert_int_equal(next - bytes, size);
        assert_int_equal(utf_next(&next), 0);
        assert_int_equal(next - bytes, size);
    }
}

static void test_next_survives_bad_bytes(void **state) {
    (void)state;
    const char *next = "\xFFz\xD0";
    assert_int_equal(utf_next(&next), 0xFFFD);
    assert_int_equal(utf_next(&next), 'z');
    assert_int_equal(utf_next(&next), 0xFFFD);
    assert_int_equal(utf_next(&next), 0);
}

static void test_lengths(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t code_points, units;
    } rows[] = {
        {"", 0, 0},      {"abc", 3, 3},   {"Їжак", 4, 4}, {"😀", 1, 2},    {FLAG_UA, 2, 4},
        {FAMILY, 7, 11}, {E_ACUTE, 2, 2}, {"a😀b", 3, 4},  {"שלום", 4, 4}, {FLAG_ENGLAND, 7, 14},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        assert_int_equal(utf_length(rows[i].text), rows[i].code_points);
        assert_int_equal(utf16_length(rows[i].text), rows[i].units);
    }
}

/* `kept` is what stays of `text` within `units`. */
static void test_cut(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t units;
        const char *kept;
    } rows[] = {
        {"", 5, ""},
        {"abc", 0, ""},
        {"abc", 2, "ab"},
        {"abc", 3, "abc"},
        {"abc", 4, "abc"},
        {"Їжак", 3, "Їжа"},
        {"a😀", 2, "a"},
        {"a😀", 3, "a😀"},
        {"x" E_ACUTE "y", 2, "x"},
        {"x" E_ACUTE "y", 3, "x" E_ACUTE},
        {"x" DARK_THUMB, 3, "x"},
        {"x" DARK_THUMB, 5, "x" DARK_THUMB},
        {"x✖\uFE0Fy", 2, "x"},
        {"x✖\uFE0Fy", 3, "x✖\uFE0F"},
        {"x" WOMAN_TECHNICIAN "y", 3, "x"},
        {"x" WOMAN_TECHNICIAN "y", 4, "x"},
        {"x" WOMAN_TECHNICIAN "y", 6, "x" WOMAN_TECHNICIAN},
        {"x" FAMILY "y", 11, "x"},
        {"x" FAMILY "y", 12, "x" FAMILY},
        {FLAG_UA FLAG_PL, 4, FLAG_UA},
        {FLAG_UA FLAG_PL, 6, FLAG_UA},
        {FLAG_UA FLAG_PL, 8, FLAG_UA FLAG_PL},
        {"x" FLAG_ENGLAND, 14, "x"},
        {"x" FLAG_ENGLAND, 15, "x" FLAG_ENGLAND},
        {"x1\uFE0F\u20E3", 3, "x"},
        {"a\r\nb", 2, "a"},
        {"שִׁלום", 1, "ש"},
        {"אבג", 2, "אב"},
        {"x\u0301\u0302\u0303", 2, "x\u0301"},
        {FLAG_UA, 2, "\U0001F1FA"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        const size_t bytes = utf16_cut(rows[i].text, rows[i].units);
        assert_int_equal(bytes, strlen(rows[i].kept));
        assert_memory_equal(rows[i].text, rows[i].kept, bytes);
    }
}

static void test_cutting_always_moves_on(void **state) {
    (void)state;
    char text[4096] = "x";
    for (size_t length = 1; length + 3 < sizeof(text); length += 2)
        memcpy(text + length, "\u0301", 3);
    for (const char *rest = text; *rest != '\0';) {
        const size_t bytes = utf16_cut(rest, 2);
        assert_true(bytes > 0);
        rest += bytes;
    }
}

static void test_shorten(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 * 1024);
    static const struct {
        const char *text;
        size_t units;
        const char *expected;
    } rows[] = {
        {"abc", 3, "abc"}, {"abcd", 3, "ab…"},          {"a😀b", 3, "a…"}, {"abc", 1, "…"}, {"abc", 0, ""},
        {"", 0, ""},       {"x" E_ACUTE "yz", 3, "x…"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        const char *shortened = utf16_shorten(arena, rows[i].text, rows[i].units);
        assert_string_equal(shortened, rows[i].expected);
        assert_true(utf16_length(shortened) <= rows[i].units);
    }
    const char *fits = "as it is";
    assert_ptr_equal(utf16_shorten(arena, fits, 8), fits);
}

struct text_row {
    const char *text, *expected;
};

static void run_rows(char *(*function)(struct arena *, const char *), const struct text_row *rows, size_t count) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 * 1024);
    for (size_t i = 0; i < count; i++) {
        ROW(i, rows[i].text);
        assert_string_equal(function(arena, rows[i].text), rows[i].expected);
    }
}

static void test_clean(void **state) {
    (void)state;
    static const struct text_row rows[] = {
        {"", ""},
        {"  \n\t ", ""},
        {"  a b  ", "a b"},
        {"\u00A0\u2003\u3000ім'я\u202F\u200B\uFEFF", "ім'я"},
        {"one\r\ntwo", "one\ntwo"},
        {"a\tb", "a\tb"},
        {"a\x01\x1B\x7F\xC2\x85"
         "b",
         "ab"},
        {"\x01 a \x02", "a"},
        {"\n\nдва\n\nрядки\n", "два\n\nрядки"},
        {FAMILY, FAMILY},
        {"\u202Bשלום", "\u202Bשלום"},
    };
    run_rows(utf_clean, rows, COUNT(rows));
}

static void test_clean_line(void **state) {
    (void)state;
    static const struct text_row rows[] = {
        {"", ""},
        {" \r\n ", ""},
        {"a\r\nb", "a b"},
        {"  Іван \t\u00A0\n Франко ", "Іван Франко"},
        {"a\x01"
         "b",
         "ab"},
        {"a\v\fb", "a b"},
    };
    run_rows(utf_clean_line, rows, COUNT(rows));
}

static void test_fold_label(void **state) {
    (void)state;
    static const struct text_row rows[] = {
        {"📝 Створити заявку", "створити заявку"},
        {"створити заявку", "створити заявку"},
        {"  СТВОРИТИ  ЗАЯВКУ ", "створити заявку"},
        {"📜 Історія заявок", "історія заявок"},
        {"🔔 Виклик у серверну", "виклик у серверну"},
        {"❌ Скасувати заявку", "скасувати заявку"},
        {"✖\uFE0F Скасувати", "скасувати"},
        {"✖ Скасувати", "скасувати"},
        {"⬅\uFE0F Назад", "назад"},
        {"➕ Додати адміна", "додати адміна"},
        {"➖ Видалити адміна", "видалити адміна"},
        {"🔙 Назад до головного меню", "назад до головного меню"},
        {"⚙\uFE0F Стан БД", "стан бд"},
        {"↩\uFE0F Повернути в чергу", "повернути в чергу"},
        {"🔵 Низький", "низький"},
        {"🟡 Середній", "середній"},
        {"◀\uFE0F ▶\uFE0F", ""},
        {WOMAN_TECHNICIAN " Ґанок Єдність Її", "ґанок єдність її"},
        {"№ 1042", "№ 1042"},
        {"ÉCOLE ΣΟΦΌΣ ÇA", "école σοφόσ ça"},
        {"\u023A", "\u2C65"},
        {FLAG_UA "UA" FLAG_ENGLAND, "ua"},
        {"", ""},
    };
    run_rows(utf_fold_label, rows, COUNT(rows));
}

static void test_has_letter(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool has;
    } rows[] = {
        {"a", true},  {"Ї", true},    {"中", true},      {"ש", true},       {"12 x", true}, {"ก", true},
        {"", false},  {"123", false}, {"٣", false},      {"😀", false},      {"🅰", false},   {"ℹ", false},
        {"Ⓜ", false}, {"—.,", false}, {"\u0301", false}, {"\u064B", false}, {"𝟙", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        assert_int_equal(utf_has_letter(rows[i].text), rows[i].has);
    }
}

static void test_bad_bytes_do_no_harm(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 * 1024);
    const char *bad = "\xFF\xFE\xC0\xD0";
    const char *replaced = "\uFFFD\uFFFD\uFFFD\uFFFD";
    assert_string_equal(utf_clean(arena, bad), replaced);
    assert_string_equal(utf_clean_line(arena, bad), replaced);
    assert_string_equal(utf_fold_label(arena, bad), replaced);
    assert_int_equal(utf16_cut(bad, 2), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_encode_and_next_are_inverse),
        cmocka_unit_test(test_next_survives_bad_bytes),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_cutting_always_moves_on),
        cmocka_unit_test(test_shorten),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_clean_line),
        cmocka_unit_test(test_fold_label),
        cmocka_unit_test(test_has_letter),
        cmocka_unit_test(test_bad_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
