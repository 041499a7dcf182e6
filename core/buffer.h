/* core/buffer: a growing string with a stated maximum. Adding past the maximum adds nothing and sets `full`, and
 * from then on nothing is added any more: build the whole, check once. The data is always NUL-terminated. */
#ifndef CORE_BUFFER_H
#define CORE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/status.h"

struct buffer {
    char *data; /* never NULL after buffer_init; owned; read-only for callers */
    size_t length, size, max;
    bool full;
};

/* `max`: the most bytes without the NUL. */
void buffer_init(struct buffer *buffer, size_t max);
/* Gives the memory back; the buffer is then as new with the same maximum. A zeroed buffer is allowed. */
void buffer_free(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory, resets `full` */
void buffer_add(struct buffer *buffer, const char *text);
void buffer_add_bytes(struct buffer *buffer, const void *data, size_t length);
void buffer_add_char(struct buffer *buffer, char byte);
void buffer_add_format(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
/* Text as HTML: & < > and " escaped. */
void buffer_add_html(struct buffer *buffer, const char *text, size_t length);
/* The string, owned by the caller now (free()); the buffer is as new. */
char *buffer_take(struct buffer *buffer);

#endif
