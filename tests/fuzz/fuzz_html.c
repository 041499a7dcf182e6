/* telegram/html on any text: the first byte is a limit, the rest is HTML, and once more as a person's text. */
#include "telegram/html.h"

#include <string.h>

#include "core/buffer.h"
#include "core/utf.h"
#include "telegram/html_read.h"
#include "tests/fuzz/fuzz.h"

enum { DEPTH_MAX = 4096 };

/* Every tag is closed, in order. */
static void check_nesting(const char *html) {
    static const char *open[DEPTH_MAX];
    size_t depth = 0;
    struct html_tag tag;
    while (*html) {
        if (!html_read_tag(html, &tag)) {
            html_read_character(&html);
            continue;
        }
        if (tag.closing)
            require(depth > 0 && open[--depth] == tag.name);
        else
            open[depth++] = tag.name;
        html += tag.length;
    }
    require(depth == 0);
}

/* Moves over what stands at the borders of parts and may be lost there. */
static const char *skip_blanks(const char *text) {
    return text + strspn(text, " \n\t\r");
}

/* What is seen of the parts is what is seen of the whole, but for blanks. */
static const char *check_text(const char *whole, const char *part) {
    for (part = skip_blanks(part); *part; part = skip_blanks(part + 1)) {
        whole = skip_blanks(whole);
        require(*whole++ == *part);
    }
    return whole;
}

static void check_parts(struct arena *arena, const char *html, size_t units) {
    char **parts = NULL;
    const size_t count = html_split(arena, html, units, &parts);
    const char *whole = html_to_plain(arena, html);
    require(count >= 1);
    for (size_t i = 0; i < count; i++) {
        require(html_length(parts[i]) <= units);
        require(utf_valid(parts[i], strlen(parts[i])));
        if (count > 1)
            check_nesting(parts[i]);
        whole = check_text(whole, html_to_plain(arena, parts[i]));
    }
    require(*skip_blanks(whole) == '\0');
    const char *shortened = html_shorten(arena, html, units);
    require(html_length(shortened) <= units && utf_valid(shortened, strlen(shortened)));
    if (html_length(html) > units)
        check_nesting(shortened);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0 || size > 4096)
        return 0;
    CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)1 << 26);
    const char *text = arena_strndup(arena, (const char *)data + 1, size - 1);
    if (!utf_valid(text, strlen(text)))
        return 0;
    const size_t units = 8U + data[0];
    struct buffer buffer;
    buffer_init(&buffer, 6 * strlen(text));
    buffer_add_html(&buffer, text, strlen(text));
    const char *escaped = arena_strdup(arena, buffer.data);
    buffer_free(&buffer);
    require(strcmp(html_to_plain(arena, escaped), text) == 0);
    require(html_length(escaped) == utf16_length(text));
    require(html_length(text) == utf16_length(html_to_plain(arena, text)));
    check_parts(arena, text, units);
    check_parts(arena, escaped, units);
    check_parts(arena, arena_printf(arena, "<b>%s</b> <code>%s</code>", escaped, escaped), units);
    return 0;
}
