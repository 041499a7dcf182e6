#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *status_name(enum status status) {
    static const char *const names[] = {
#define X(id, text) [STATUS_##id] = text,
        STATUSES(X)
#undef X
    };
    const size_t index = (size_t)status;
    return index < sizeof(names) / sizeof(names[0]) ? names[index] : "?";
}

/* Drivers' messages come with line ends; a log line has none. */
static void make_one_line(char *text) {
    char *end = text;
    for (char *p = text; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\r' || *p == '\t')
            *p = ' ';
        if (*p != ' ')
            end = p + 1;
    }
    *end = '\0';
}

/* Takes away the first bytes of a character whose rest was cut off. */
static void drop_torn_character(char *text, size_t length) {
    size_t tail = 0;
    while (tail < 3 && tail < length && ((unsigned char)text[length - 1 - tail] & 0xC0U) == 0x80U)
        tail++;
    if (tail == length)
        return;
    const unsigned char lead = (unsigned char)text[length - 1 - tail];
    const size_t wanted = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (tail < wanted)
        text[length - 1 - tail] = '\0';
}

#undef error_set
enum status error_set(struct error *error, enum status status, const char *format, ...) {
    if (error == NULL || error->status != STATUS_OK)
        return status;
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(error->text, sizeof(error->text), format, args);
    va_end(args);
    if (length < 0)
        error->text[0] = '\0';
    else if ((size_t)length >= sizeof(error->text))
        drop_torn_character(error->text, sizeof(error->text) - 1);
    make_one_line(error->text);
    error->status = status;
    return status;
}
