/* telegram/html_read: our markup, piece by piece: a tag or a character. */
#ifndef TELEGRAM_HTML_READ_H
#define TELEGRAM_HTML_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct html_tag {
    const char *text; /* "<a href=…>" as it stands in the source */
    size_t length;
    const char *name; /* static; equal names are one pointer */
    bool closing;
};

/* Whether one of our tags starts at `text`; a '<' that starts none is text. */
bool html_read_tag(const char *text, struct html_tag *ret_tag);
/* One character of what a person sees, an entity resolved; *text moves behind it. 0 at the end. */
uint32_t html_read_character(const char **text);

#endif
