/* core/utf on any bytes: the first byte is a limit, the rest is a text. */
#include <string.h>

#include "core/arena.h"
#include "core/utf.h"
#include "tests/fuzz/fuzz.h"

static void check_cut(struct arena *arena, const char *text, size_t units) {
    const size_t bytes = utf16_cut(text, units);
    const char *start = arena_strndup(arena, text, bytes);
    require(bytes <= strlen(text));
    require(utf16_length(start) <= units);
    require(utf16_length(start) + utf16_length(text + bytes) == utf16_length(text));
    require(bytes > 0 || units < 2 || *text == '\0');
    require(utf16_length(utf16_shorten(arena, text, units)) <= units);
}

static void check_copies(struct arena *arena, const char *text) {
    const char *clean = utf_clean(arena, text), *line = utf_clean_line(arena, text),
               *label = utf_fold_label(arena, text);
    require(utf_valid(clean, strlen(clean)) && utf_valid(line, strlen(line)) && utf_valid(label, strlen(label)));
    require(strcmp(utf_clean(arena, clean), clean) == 0);
    require(strcmp(utf_clean_line(arena, line), line) == 0);
    require(strpbrk(line, "\r\n\t") == NULL);
    require(utf_length(text) <= utf16_length(text));
    require(utf_has_letter(text) == utf_has_letter(clean));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    CLEANUP(arena_freep) struct arena *arena = arena_new(16 * (size + 1024));
    const char *text = arena_strndup(arena, (const char *)data + 1, size - 1);
    check_cut(arena, text, data[0]);
    check_copies(arena, text);
    return 0;
}
