#include "core/utf.h"

#include <string.h>

#include "core/utf_class.h"

enum { REPLACEMENT = 0xFFFD, LAST = 0x10FFFF };

/* The bytes of the sequence that `lead` opens, and the bits of the code point in it; 0 where it opens none. */
static size_t sequence_of(unsigned char lead, uint32_t *ret_bits) {
    if (lead < 0x80) {
        *ret_bits = lead;
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        *ret_bits = lead & 0x1FU;
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        *ret_bits = lead & 0x0FU;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        *ret_bits = lead & 0x07U;
        return 4;
    }
    return 0;
}

/* Decodes within `length` bytes; gives the bytes used, 0 where they are no character. Stops at a NUL by itself, since a
 * NUL is no continuation byte. */
static size_t decode(const char *text, size_t length, uint32_t *ret_code_point) {
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code_point = 0;
    const size_t size = sequence_of((unsigned char)text[0], &code_point);
    if (size == 0 || size > length)
        return 0;
    for (size_t i = 1; i < size; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if ((byte & 0xC0U) != 0x80U)
            return 0;
        code_point = code_point << 6 | (byte & 0x3FU);
    }
    if (code_point < smallest[size] || code_point > LAST || (code_point >= 0xD800 && code_point <= 0xDFFF))
        return 0;
    *ret_code_point = code_point;
    return size;
}

bool utf_valid(const char *text, size_t length) {
    while (length > 0) {
        uint32_t code_point = 0;
        const size_t size = decode(text, length, &code_point);
        if (size == 0 || code_point == 0)
            return false;
        text += size;
        length -= size;
    }
    return true;
}

uint32_t utf_next(const char **text) {
    if (**text == '\0')
        return 0;
    uint32_t code_point = REPLACEMENT;
    const size_t size = decode(*text, 4, &code_point);
    *text += size > 0 ? size : 1;
    return size > 0 ? code_point : REPLACEMENT;
}

size_t utf_encode(uint32_t code_point, char out[4]) {
    if (code_point > LAST || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = REPLACEMENT;
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    const size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80U | (code_point & 0x3FU));
        code_point >>= 6;
    }
    out[0] = (char)(lead[size] | code_point);
    return size;
}

static size_t units_of(uint32_t code_point) {
    return code_point > 0xFFFF ? 2 : 1;
}

size_t utf_length(const char *text) {
    size_t length = 0;
    while (utf_next(&text) != 0)
        length++;
    return length;
}

size_t utf16_length(const char *text) {
    size_t units = 0;
    for (uint32_t code_point; (code_point = utf_next(&text)) != 0;)
        units += units_of(code_point);
    return units;
}

/* Whether a character may end between two code points; `flag_letters`: how many stand in a row up to `before`. */
static bool is_border(uint32_t before, uint32_t after, size_t flag_letters) {
    if (utf_is_extending(after) || before == UTF_JOINER || (before == '\r' && after == '\n'))
        return false;
    return !utf_is_flag_letter(after) || flag_letters % 2 == 0;
}

size_t utf16_cut(const char *text, size_t units) {
    size_t used = 0, flag_letters = 0, whole = 0, torn = 0;
    uint32_t before = 0;
    for (const char *next = text;;) {
        const size_t at = (size_t)(next - text);
        const uint32_t code_point = utf_next(&next);
        if (code_point == 0)
            return at;
        if (at > 0 && is_border(before, code_point, flag_letters))
            whole = at;
        torn = at;
        used += units_of(code_point);
        if (used > units)
            return whole > 0 ? whole : torn;
        flag_letters = utf_is_flag_letter(code_point) ? flag_letters + 1 : 0;
        before = code_point;
    }
}

const char *utf16_shorten(struct arena *arena, const char *text, size_t units) {
    if (text[utf16_cut(text, units)] == '\0')
        return text;
    if (units == 0)
        return "";
    return arena_printf(arena, "%.*s…", (int)utf16_cut(text, units - 1), text);
}
