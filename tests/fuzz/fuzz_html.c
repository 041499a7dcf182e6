/* telegram/html on any text: the first byte is a limit, the rest is HTML, and once more as a person's text. */
#include "telegram/html.h"

#include <string.h>

#include "core/utf.h"
#include "tests/fuzz/fuzz.h"

static void check_parts(struct arena *arena, const char *html, size_t units) {
    char **parts = NULL;
    const size_t count = html_split(arena, html, units, &parts);
    require(count >= 1);
    for (size_t i = 0; i < count; i++) {
        require(html_length(parts[i]) <= units);
        require(utf_valid(parts[i], strlen(parts[i])));
    }
    const char *shortened = html_shorten(arena, html, units);
    require(html_length(shortened) <= units && utf_valid(shortened, strlen(shortened)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0 || size > 4096)
        return 0;
    CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)1 << 26);
    const char *text = arena_strndup(arena, (const char *)data + 1, size - 1);
    if (!utf_valid(text, strlen(text)))
        return 0;
    const size_t units = 8U + data[0];
    const char *escaped = html_escape(arena, text);
    require(strcmp(html_to_plain(arena, escaped), text) == 0);
    require(html_length(escaped) == utf16_length(text));
    require(html_length(text) == utf16_length(html_to_plain(arena, text)));
    check_parts(arena, escaped, units);
    check_parts(arena, arena_printf(arena, "<b>%s</b> <code>%s</code>", escaped, escaped), units);
    return 0;
}
