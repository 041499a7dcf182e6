/* The formatting of people's texts, as our HTML. */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/utf.h"
#include "telegram/html.h"
#include "telegram/parse.h"
#include "tests/unit/unit.h"

enum { ARENA_MAX = 8 << 20 };

static const char *html_of(struct arena *arena, const char *text, const char *entities) {
    struct tg_update update = {0};
    struct error error = {0};
    const char *json = arena_printf(arena,
                                    "{\"update_id\":1,\"message\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":1,"
                                    "\"type\":\"private\"},\"text\":\"%s\",\"entities\":%s}}",
                                    text, entities);
    if (tg_update_parse(json, strlen(json), arena, &update, &error) != STATUS_OK)
        fail_msg("%s: %s", json, error.text);
    return update.message.html;
}

#define E(type, from, length) "{\"type\":\"" type "\",\"offset\":" #from ",\"length\":" #length "}"

static const struct {
    const char *text, *entities;
    const char *html; /* NULL: plain */
} rows[] = {
    {"plain", "[]", NULL},
    {"/start", "[" E("bot_command", 0, 6) "]", NULL},
    {"a <b>", "[" E("bold", 0, 5) "]", "<b>a &lt;b&gt;</b>"},
    {"abc", "[" E("bold", 1, 1) "]", "a<b>b</b>c"},
    {"abc", "[" E("italic", 0, 1) "," E("underline", 1, 1) "," E("strikethrough", 2, 1) "]",
     "<i>a</i><u>b</u><s>c</s>"},
    {"abc", "[" E("italic", 1, 1) "," E("bold", 0, 3) "]", "<b>a<i>b</i>c</b>"},
    {"abc", "[" E("italic", 0, 3) "," E("bold", 0, 3) "]", "<b><i>abc</i></b>"},
    {"abcd", "[" E("bold", 0, 2) "," E("italic", 1, 2) "]", "<b>ab</b>cd"},
    {"s", "[" E("spoiler", 0, 1) "]", "<tg-spoiler>s</tg-spoiler>"},
    {"q\\nr", "[" E("blockquote", 0, 3) "]", "<blockquote>q\nr</blockquote>"},
    {"q", "[" E("expandable_blockquote", 0, 1) "]", "<blockquote expandable>q</blockquote>"},
    {"x = 1", "[" E("code", 0, 5) "]", "<code>x = 1</code>"},
    {"x", "[" E("pre", 0, 1) "]", "<pre>x</pre>"},
    {"x", "[{\"type\":\"pre\",\"offset\":0,\"length\":1,\"language\":\"c++\"}]",
     "<pre><code class=\"language-c++\">x</code></pre>"},
    {"x", "[{\"type\":\"pre\",\"offset\":0,\"length\":1,\"language\":\"\\\"><b>\"}]", "<pre>x</pre>"},
    {"here", "[{\"type\":\"text_link\",\"offset\":0,\"length\":4,\"url\":\"https://example.org/?a=1&b=\\\"2\\\"\"}]",
     "<a href=\"https://example.org/?a=1&amp;b=&quot;2&quot;\">here</a>"},
    {"here", "[" E("text_link", 0, 4) "]", NULL},
    {"Оля",
     "[{\"type\":\"text_mention\",\"offset\":0,\"length\":3,\"user\":{\"id\":7100000001,\"is_bot\":false,"
     "\"first_name\":\"x\"}}]",
     "<a href=\"tg://user?id=7100000001\">Оля</a>"},
    /* UTF-16 units: an emoji is two */
    {"\\ud83d\\ude80 go", "[" E("bold", 3, 2) "]", "🚀 <b>go</b>"},
    {"\\ud83d\\ude80", "[" E("custom_emoji", 0, 2) "]", NULL},
    {"\\ud83d\\ude80x", "[" E("bold", 1, 2) "]", "🚀x"}, /* begins within a character */
    /* nonsense */
    {"abc", "[" E("bold", 0, 4) "]", NULL},
    {"abc", "[" E("bold", 3, 0) "," E("bold", 5, 1) "]", NULL},
    {"abc", "[" E("frobnicated", 0, 3) ",7,null,\"x\",{}]", NULL},
    {"abc", "{}", NULL},
};

static void what_people_format(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        ROW(i, rows[i].text);
        const char *html = html_of(arena, rows[i].text, rows[i].entities);
        if (rows[i].html)
            assert_string_equal(html, rows[i].html);
        else
            assert_null(html);
        arena_free(arena);
    }
}

/* Whatever the entities: the text stays as it is, and the tags are balanced. */
static void random_entities_keep_the_text(void **state) {
    (void)state;
    static const char *const types[] = {"bold", "italic", "code", "pre", "blockquote", "spoiler", "underline"};
    static const char text[] = "аб\\ud83d\\ude80в & <г>\\n\\ud83c\\uddfa\\ud83c\\udde6 кінець";
    static const char plain[] = "аб🚀в & <г>\n🇺🇦 кінець";
    srand(7);
    for (int round = 0; round < 500; round++) {
        struct arena *arena = arena_new(ARENA_MAX);
        const char *list = "";
        for (int i = rand() % 8; i >= 0; i--)
            list = arena_printf(arena, "%s%s{\"type\":\"%s\",\"offset\":%d,\"length\":%d}", list, *list ? "," : "",
                                types[(size_t)rand() % COUNT(types)], rand() % 26, rand() % 26);
        const char *html = html_of(arena, text, arena_printf(arena, "[%s]", list));
        if (html) {
            char **parts;
            assert_string_equal(html_to_plain(arena, html), plain);
            assert_int_equal(html_split(arena, html, TG_TEXT_MAX, &parts), 1);
        }
        arena_free(arena);
    }
}

static void more_entities_than_telegram_keeps(void **state) {
    (void)state;
    struct arena *arena = arena_new(64 << 20);
    char text[1001];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    const char *list = "";
    for (int i = 0; i < 300; i++)
        list = arena_printf(arena, "%s%s{\"type\":\"bold\",\"offset\":%d,\"length\":1}", list, i ? "," : "", 2 * i);
    const char *html = html_of(arena, text, arena_printf(arena, "[%s]", list));
    assert_string_equal(html_to_plain(arena, html), text);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_format),
        cmocka_unit_test(random_entities_keep_the_text),
        cmocka_unit_test(more_entities_than_telegram_keeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
