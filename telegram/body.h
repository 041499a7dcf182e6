/* telegram/body: what can still change in a call that is already encoded: its formatting and its chat. */
#ifndef TELEGRAM_BODY_H
#define TELEGRAM_BODY_H

#include <jansson.h>

#include "core/status.h"

/* Text and captions with parse_mode become what a person would have seen of them. */
void body_drop_formatting(json_t *body);
/* One line of JSON, malloc'ed. Never NULL. */
char *body_write(const json_t *body);

/* The same of an encoded body: each replaces *body, a malloc'ed string, by a new one. */
void body_make_plain(char **body);
void body_set_chat(char **body, int64_t chat_id);

#endif
