#include <string.h>

#include "core/utf.h"
#include "core/utf_class.h"

/* What is built; three times the input's bytes are room enough, since a bad byte becomes U+FFFD and a lower-case letter
 * is at most one byte longer. */
struct output {
    char *text;
    size_t length;
    size_t end; /* behind the last code point that is no white space */
};

static struct output output_new(struct arena *arena, const char *text) {
    return (struct output){.text = arena_alloc(arena, 3 * strlen(text) + 1)};
}

static void put(struct output *output, uint32_t code_point) {
    const bool space = utf_is_space(code_point);
    if (space && output->end == 0)
        return; /* leading */
    char bytes[4];
    const size_t size = utf_encode(code_point, bytes);
    memcpy(output->text + output->length, bytes, size);
    output->length += size;
    if (!space)
        output->end = output->length;
}

static char *trimmed(struct output *output) {
    output->text[output->end] = '\0';
    return output->text;
}

char *utf_clean(struct arena *arena, const char *text) {
    struct output output = output_new(arena, text);
    for (uint32_t code_point; (code_point = utf_next(&text)) != 0;)
        if (!utf_is_control(code_point) || code_point == '\n' || code_point == '\t')
            put(&output, code_point);
    return trimmed(&output);
}

char *utf_clean_line(struct arena *arena, const char *text) {
    struct output output = output_new(arena, text);
    for (uint32_t code_point; (code_point = utf_next(&text)) != 0;) {
        if (!utf_is_space(code_point) && !utf_is_control(code_point))
            put(&output, code_point);
        else if (utf_is_space(code_point) && output.length == output.end)
            put(&output, ' ');
    }
    return trimmed(&output);
}

bool utf_has_letter(const char *text) {
    for (uint32_t code_point; (code_point = utf_next(&text)) != 0;)
        if (utf_is_letter(code_point))
            return true;
    return false;
}

static bool counts_in_label(uint32_t code_point) {
    return !utf_is_emoji(code_point) && !utf_is_control(code_point) && code_point != UTF_EMOJI_STYLE &&
           code_point != UTF_JOINER;
}

char *utf_fold_label(struct arena *arena, const char *text) {
    struct output output = output_new(arena, text);
    for (uint32_t code_point; (code_point = utf_next(&text)) != 0;) {
        if (utf_is_space(code_point)) {
            if (output.length == output.end)
                put(&output, ' ');
        } else if (counts_in_label(code_point)) {
            put(&output, utf_to_lower(code_point));
        }
    }
    return trimmed(&output);
}
