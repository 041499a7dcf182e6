/* telegram/json: reading jansson's values with a path for errors. A reader remembers the first thing that was wrong;
 * the functions give a harmless value from then on, so that decoders read straight down and check once at the end.
 * JSON null counts as absent. */
#ifndef TELEGRAM_JSON_H
#define TELEGRAM_JSON_H

#include <jansson.h>

#include "core/arena.h"

struct json_reader {
    struct arena *arena;
    struct error *error;
    bool failed;
};

/* An object being read, and where it stands. */
struct json_scope {
    struct json_reader *reader;
    const json_t *object; /* NULL: absent; every field of it is then absent too */
    const struct json_scope *parent;
    const char *name;
};

/* Whether a field that is absent breaks the whole. */
enum json_need { JSON_OPTIONAL, JSON_REQUIRED };

/* Notes that `key` of the scope is wrong: "message.chat.id: not an integer". */
void json_fail(const struct json_scope *scope, const char *key, const char *what);
/* NULL where the field is absent or null. */
const json_t *json_field(const struct json_scope *scope, const char *key);
bool json_has(const struct json_scope *scope, const char *key);
struct json_scope json_enter(const struct json_scope *scope, const char *key, enum json_need need);
int64_t json_integer_in(const struct json_scope *scope, const char *key, enum json_need need, int64_t min, int64_t max);
bool json_flag(const struct json_scope *scope, const char *key);
/* In the arena; at most `max` bytes. NULL where absent. */
const char *json_text(const struct json_scope *scope, const char *key, enum json_need need, size_t max);

/* The document of at most 2048 levels; the caller gives it back (json_auto_t). NULL: not JSON, or no object. */
json_t *json_read_object(const char *json, size_t length, struct error *error);

#endif
