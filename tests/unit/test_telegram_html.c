#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/utf.h"
#include "telegram/html.h"
#include "telegram/types.h"
#include "tests/unit/unit.h"

static struct arena *arena;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(64 << 20);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* --- escaping and seeing --- */

static const struct {
    const char *text, *html;
} escape_rows[] = {
    {"", ""},
    {"звичайний текст", "звичайний текст"},
    {"<b>&\"'>", "&lt;b&gt;&amp;&quot;'&gt;"},
    {"&lt;", "&amp;lt;"},
    {"👍<", "👍&lt;"},
};

/* As texts do it with what people typed. */
static const char *escape(const char *text) {
    struct buffer buffer;
    buffer_init(&buffer, 6 * strlen(text));
    buffer_add_html(&buffer, text, strlen(text));
    const char *html = arena_strdup(arena, buffer.data);
    buffer_free(&buffer);
    return html;
}

static void test_escape(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(escape_rows); i++) {
        const char *text = escape_rows[i].text;
        ROW(i, text);
        assert_string_equal(escape(escape_rows[i].text), escape_rows[i].html);
        assert_string_equal(html_to_plain(arena, escape_rows[i].html), text);
    }
}

static const struct {
    const char *html, *plain;
} plain_rows[] = {
    {"<b>a</b> <i>b</i> <u>c</u> <s>d</s> <code>e</code> <pre>f</pre> <blockquote>g</blockquote>", "a b c d e f g"},
    {"<a href=\"https://example.org/?a=1&amp;b>2\">link</a>", "link"},
    {"<pre><code class=\"language-c\">x</code></pre>", "x"},
    {"<tg-spoiler>x</tg-spoiler>", "x"},
    {"&lt;&gt;&amp;&quot;", "<>&\""},
    {"&#60;&#x1F44D;&#x26;&#39;", "<👍&'"},
    {"&lt &#60 ", "< < "},                /* Telegram takes them without the semicolon, too */
    {"&nbsp;&ltx;&;&", "&nbsp;&ltx;&;&"}, /* and these for text */
    {"&#0;&#xD800;&#x110000;&#99999999999;&#;&#x;", "&#0;&#xD800;&#x110000;&#99999999999;&#;&#x;"},
    {"a < b > c </x> <y> <", "a < b > c </x> <y> <"},
    {"<b", "<b"},
    {"<bold>x</bold>", "<bold>x</bold>"},
    {"<a href=\"x>y", "<a href=\"x>y"},
};

static void test_what_is_seen(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(plain_rows); i++) {
        ROW(i, plain_rows[i].html);
        assert_string_equal(html_to_plain(arena, plain_rows[i].html), plain_rows[i].plain);
        assert_int_equal(html_length(plain_rows[i].html), utf16_length(plain_rows[i].plain));
    }
}

/* --- splitting --- */

struct split_row {
    const char *name, *html;
    size_t units;
    const char *parts[6];
};

static const struct split_row split_rows[] = {
    {"nothing", "", 5, {""}},
    {"fits", "<b>abcde</b>", 5, {"<b>abcde</b>"}},
    {"fits with blanks around", " ab ", 4, {" ab "}},
    {"no border", "abcdefgh", 3, {"abc", "def", "gh"}},
    {"a blank", "abcdef ghij", 8, {"abcdef", "ghij"}},
    {"a blank just behind", "abcd efg", 4, {"abcd", "efg"}},
    {"a blank too early", "ab cdefghijk", 8, {"ab cdefg", "hijk"}},
    {"a line before a blank", "abcdefg\nh ijkl", 9, {"abcdefg", "h ijkl"}},
    {"a paragraph before a line", "abcdefghijk\n\nl\nmnop", 14, {"abcdefghijk", "l\nmnop"}},
    {"blanks at the borders go", "abcd      efgh", 5, {"abcd", "efgh"}},
    {"blanks alone", "          ", 3, {""}},
    {"blanks before all", "     abc", 4, {"abc"}},
    {"tags go on", "<b>abcd efgh</b>", 5, {"<b>abcd</b>", "<b>efgh</b>"}},
    {"tags in order", "<b>a<i>bcd efgh</i></b>", 5, {"<b>a<i>bcd</i></b>", "<b><i>efgh</i></b>"}},
    {"attributes go on", "<a href=\"x>\">abcd efgh</a>", 5, {"<a href=\"x>\">abcd</a>", "<a href=\"x>\">efgh</a>"}},
    {"a tag closed at the border", "<b>abcd</b> efgh", 5, {"<b>abcd</b>", "efgh"}},
    {"a tag opened at the border", "abcd <b>efgh</b>", 5, {"abcd", "<b>efgh</b>"}},
    {"a tag around the border's blank", "abcd<b> </b>efgh", 5, {"abcd", "efgh"}},
    {"a tag that is not closed", "<b>abcd efgh", 5, {"<b>abcd</b>", "<b>efgh</b>"}},
    {"a tag that closes nothing", "abcd</i> efgh</b>", 5, {"abcd", "efgh"}},
    {"entities are whole", "a&lt;&amp;&gt;b", 2, {"a&lt;", "&amp;&gt;", "b"}},
    {"numeric entities", "&#x1F44D;&#x1F44D;", 3, {"👍", "👍"}},
    {"surrogate pairs are whole", "a👍b👍", 2, {"a", "👍", "b", "👍"}},
    {"emoji are whole", "ab👍🏽cd", 5, {"ab", "👍🏽c", "d"}},
    {"flags are whole", "🇺🇦🇺🇦", 6, {"🇺🇦", "🇺🇦"}},
    {"marks stay with their letter", "abe\xCC\x81x", 3, {"ab", "e\xCC\x81x"}},
    {"one that is too long is cut", "👩‍👩‍👧", 4, {"👩‍", "👩‍", "👧"}},
    {"units that nothing fits in", "👍👍", 1, {"👍", "👍"}},
};

static void test_split(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(split_rows); i++) {
        const struct split_row *row = &split_rows[i];
        char **parts = NULL;
        ROW(i, row->name);
        size_t count = html_split(arena, row->html, row->units, &parts);
        for (size_t part = 0; part < count; part++) {
            assert_true(part < COUNT(row->parts) && row->parts[part]);
            assert_string_equal(parts[part], row->parts[part]);
        }
        assert_true(count == COUNT(row->parts) || !row->parts[count]);
    }
}

static char *repeat(const char *text, size_t times) {
    size_t length = strlen(text);
    char *all = arena_alloc(arena, length * times + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(all + i * length, text, length);
    return all;
}

/* What a person can send at the worst: each comes through whole and within the limits. */
static const struct {
    const char *name, *text;
    size_t times;
} hard_rows[] = {
    {"emoji", "👍", 4096},
    {"brackets", "<", 8000},
    {"ampersands", "&amp;", 4096},
    {"right to left", "שלום\xE2\x80\xAE ", 1500},
    {"families", "👨‍👩‍👧‍👦", 1000},
    {"a letter with marks alone", "\xCC\x81", 9000},
    {"joiners", "\xE2\x80\x8D", 9000},
    {"lines", "рядок\n", 2000},
    {"one word", "слово", 2000},
};

static char *without_blanks(const char *text) {
    char *copy = arena_strdup(arena, text), *to = copy;
    for (; *text; text++) {
        if (*text != ' ' && *text != '\n')
            *to++ = *text;
    }
    *to = '\0';
    return copy;
}

static void test_hard_texts(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(hard_rows); i++) {
        char **parts = NULL;
        const char *text = repeat(hard_rows[i].text, hard_rows[i].times);
        const char *html = arena_printf(arena, "<b>x</b>\n<i>%s</i>", escape(text));
        ROW(i, hard_rows[i].name);
        size_t count = html_split(arena, html, TG_TEXT_MAX, &parts);
        const char *joined = "";
        for (size_t part = 0; part < count; part++) {
            assert_in_range(html_length(parts[part]), 1, TG_TEXT_MAX);
            joined = arena_printf(arena, "%s%s", joined, html_to_plain(arena, parts[part]));
        }
        assert_true(count <= html_length(html) / (TG_TEXT_MAX / 2) + 1);
        assert_string_equal(without_blanks(joined), without_blanks(html_to_plain(arena, html)));
        assert_int_equal(html_length(html_shorten(arena, html, TG_CAPTION_MAX)) <= TG_CAPTION_MAX, 1);
        arena_reset(arena);
    }
}

/* --- shortening --- */

static const struct {
    const char *html;
    size_t units;
    const char *expected;
} shorten_rows[] = {
    {"<b>abcde</b>", 5, "<b>abcde</b>"},
    {"<b>abcdef</b>", 5, "<b>abcd…</b>"},
    {"<b>ab</b> cdef", 5, "<b>ab</b> c…"},
    {"<b>ab</b> cdef", 4, "<b>ab</b>…"},
    {"a&lt;&lt;&lt;&lt;", 3, "a&lt;…"},
    {"a👍b", 3, "a…"},
    {"<b><i>abc</i> def</b>", 4, "<b><i>abc</i>…</b>"},
    {"abc", 1, "…"},
    {"abc", 0, ""},
    {"<b>abc", 2, "<b>a…</b>"},
};

static void test_shorten(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(shorten_rows); i++) {
        ROW(i, shorten_rows[i].html);
        assert_string_equal(html_shorten(arena, shorten_rows[i].html, shorten_rows[i].units), shorten_rows[i].expected);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_escape), CASE(test_what_is_seen), CASE(test_split), CASE(test_hard_texts), CASE(test_shorten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
