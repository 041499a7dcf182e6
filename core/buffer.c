/* A buffer without memory points at a shared empty string, so that `data` can always be read and nothing leaks after
 * buffer_free or buffer_take. `size` is 0 exactly then. */
#include "core/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

enum { FIRST_SIZE = 128 };

static char nothing[1];

static void forget(struct buffer *buffer) {
    buffer->data = nothing;
    buffer->length = buffer->size = 0;
    buffer->full = false;
}

void buffer_init(struct buffer *buffer, size_t max) {
    buffer->max = max < SIZE_MAX ? max : SIZE_MAX - 1;
    forget(buffer);
}

void buffer_free(struct buffer *buffer) {
    if (buffer->size > 0)
        free(buffer->data);
    forget(buffer);
}

void buffer_clear(struct buffer *buffer) {
    buffer->length = 0;
    buffer->full = false;
    if (buffer->size > 0)
        buffer->data[0] = '\0';
}

/* Makes room for `length` bytes more and the NUL, or sets `full`. */
static bool make_room(struct buffer *buffer, size_t length) {
    if (buffer->full || length > buffer->max - buffer->length) {
        buffer->full = true;
        return false;
    }
    const size_t needed = buffer->length + length + 1;
    if (needed <= buffer->size)
        return true;
    size_t size = buffer->size > 0 ? buffer->size : FIRST_SIZE;
    while (size < needed)
        size = size > SIZE_MAX / 2 ? needed : size * 2;
    if (size > buffer->max + 1)
        size = buffer->max + 1;
    buffer->data = mem_grow(buffer->size > 0 ? buffer->data : NULL, size);
    buffer->size = size;
    return true;
}

void buffer_add_bytes(struct buffer *buffer, const void *data, size_t length) {
    if (length == 0 || !make_room(buffer, length))
        return;
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void buffer_add(struct buffer *buffer, const char *text) {
    buffer_add_bytes(buffer, text, strlen(text));
}

void buffer_add_char(struct buffer *buffer, char byte) {
    buffer_add_bytes(buffer, &byte, 1);
}

void buffer_add_format(struct buffer *buffer, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        mem_die("buffer_add_format");
    if (length > 0 && make_room(buffer, (size_t)length)) {
        (void)vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

static const char *escaped(char byte) {
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

void buffer_add_html(struct buffer *buffer, const char *text, size_t length) {
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        const char *entity = escaped(text[i]);
        if (!entity)
            continue;
        buffer_add_bytes(buffer, text + from, i - from);
        buffer_add(buffer, entity);
        from = i + 1;
    }
    buffer_add_bytes(buffer, text + from, length - from);
}

char *buffer_take(struct buffer *buffer) {
    char *text = buffer->size > 0 ? buffer->data : mem_strdup("");
    forget(buffer);
    return text;
}
