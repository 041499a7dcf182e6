/* telegram/entities: the formatting that a person gave their text, as our HTML (telegram/html.h). */
#ifndef TELEGRAM_ENTITIES_H
#define TELEGRAM_ENTITIES_H

#include "telegram/json.h"

enum {
    ENTITIES_MAX = 100,           /* of a message; Telegram keeps no more (core.telegram.org/api/entities) */
    ENTITIES_HTML_MAX = 64 * 1024 /* bytes of the HTML; beyond it the text comes without its formatting */
};

/* The text with the entities of `message` under `key` ("entities") as tags, in the arena. NULL: it has none that we
 * keep. Custom emoji are left as the plain ones that the text has; what Telegram finds by itself (links, mentions,
 * commands) it will find again. Entities that make no sense are passed over: offsets outside the text, or overlapping
 * without one being inside the other. */
const char *entities_html(const struct json_scope *message, const char *key, const char *text);

#endif
