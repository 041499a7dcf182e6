#include "simulator/image.h"

#include <string.h>

static const struct {
    const char *type, *start;
    size_t at, length;
} kinds[] = {
    {"image/jpeg", "\xff\xd8\xff", 0, 3},
    {"image/png", "\x89PNG\r\n\x1a\n", 0, 8},
    {"image/gif", "GIF8", 0, 4},
    {"image/webp", "WEBP", 8, 4},
};

const char *image_type(const void *data, size_t size) {
    for (size_t i = 0; data && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (size >= kinds[i].at + kinds[i].length &&
            memcmp((const char *)data + kinds[i].at, kinds[i].start, kinds[i].length) == 0)
            return kinds[i].type;
    return NULL;
}

static int64_t big_endian(const unsigned char *at, size_t bytes) {
    int64_t number = 0;
    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | at[i];
    return number;
}

/* Start of frame: every C0–CF but the tables C4, C8 and CC. */
static bool is_frame(unsigned char marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* From segment to segment: FF, marker, length of the rest in two bytes. */
static bool jpeg_extent(const unsigned char *data, size_t size, int64_t *ret_width, int64_t *ret_height) {
    for (size_t at = 2; at + 9 <= size && data[at] == 0xff; at += 2 + (size_t)big_endian(data + at + 2, 2)) {
        if (!is_frame(data[at + 1]))
            continue;
        *ret_height = big_endian(data + at + 5, 2);
        *ret_width = big_endian(data + at + 7, 2);
        return true;
    }
    return false;
}

bool image_extent(const void *data, size_t size, int64_t *ret_width, int64_t *ret_height) {
    enum { PNG_HEAD = 24 };
    const unsigned char *bytes = data;
    const char *type = image_type(data, size);
    if (type == kinds[0].type)
        return jpeg_extent(bytes, size, ret_width, ret_height);
    if (type != kinds[1].type || size < PNG_HEAD)
        return false;
    *ret_width = big_endian(bytes + 16, 4);
    *ret_height = big_endian(bytes + 20, 4);
    return true;
}
