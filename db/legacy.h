/* db/legacy: the database of the bot before (MongoDB), for `techsupport migrate`. It is only read. Rows are plain:
 * which kind of value stands in which field; what that means is for the caller to say. */
#ifndef DB_LEGACY_H
#define DB_LEGACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/status.h"

/* How the names of numbers begin that say what was taken over once and for all. They are part of a backup. */
#define LEGACY_MARK "legacy."

#define LEGACY_COLLECTIONS(X)                                                                                          \
    X(USERS, "users")                                                                                                  \
    X(ADMINS, "admins")                                                                                                \
    X(TICKETS, "tickets")                                                                                              \
    X(BROADCASTS, "broadcasts")
enum legacy_collection {
#define X(id, name) LEGACY_##id,
    LEGACY_COLLECTIONS(X)
#undef X
        LEGACY_COLLECTION_COUNT
};

#define LEGACY_FIELDS(X)                                                                                               \
    X(TELEGRAM_ID, "telegram_id")                                                                                      \
    X(USERNAME, "username")                                                                                            \
    X(REGISTERED_AT, "registered_at")                                                                                  \
    X(IS_SUPER_ADMIN, "is_super_admin")                                                                                \
    X(TICKET_ID, "ticket_id")                                                                                          \
    X(NAME, "name")                                                                                                    \
    X(PHONE, "phone")                                                                                                  \
    X(DESCRIPTION, "description")                                                                                      \
    X(IMAGE, "image")                                                                                                  \
    X(FILE_TYPE, "file_type")                                                                                          \
    X(PRIORITY, "priority")                                                                                            \
    X(STATUS, "status")                                                                                                \
    X(CREATED_AT, "created_at")                                                                                        \
    X(ACCEPTED_BY, "accepted_by")                                                                                      \
    X(DECLINE_REASON, "decline_reason")
enum legacy_field {
#define X(id, name) LEGACY_FIELD_##id,
    LEGACY_FIELDS(X)
#undef X
        LEGACY_FIELD_COUNT
};

struct legacy_value {
    enum legacy_kind {
        LEGACY_ABSENT, /* also null */
        LEGACY_TEXT,   /* as it stands, which need not be UTF-8; over LEGACY_TEXT_MAX bytes it is cut */
        LEGACY_NUMBER, /* integral, of any type */
        LEGACY_BOOL,
        LEGACY_TIME, /* ms UTC */
        LEGACY_OTHER
    } kind;
    const char *text;
    int64_t number;
};

enum { LEGACY_TEXT_MAX = 65536, LEGACY_KEY_MAX = 1024 };

struct legacy_row {
    const char *id;  /* _id in words for the operator */
    int64_t id_time; /* ms UTC, of an ObjectId; 0: not known */
    const void *key; /* for legacy_get; NULL: the _id has over LEGACY_KEY_MAX bytes */
    size_t key_size;
    struct legacy_value values[LEGACY_FIELD_COUNT];
    const void *document; /* for legacy_json */
    size_t document_size;
};

struct legacy;

const char *legacy_collection_name(enum legacy_collection collection);

/* `uri` names a database in its path: mongodb://host:27017/support_db. Nothing is connected yet. INVALID; no part of a
 * URI with a password is in the error. */
MUST_CHECK enum status legacy_open(const char *uri, struct legacy **ret_legacy, struct error *error);
/* NULL is allowed. */
void legacy_close(struct legacy *legacy);
/* NOT_FOUND: nothing there that the bot before had made. CONFLICT: it is this program's own database. UNAVAILABLE. */
MUST_CHECK enum status legacy_check(struct legacy *legacy, struct error *error);

/* What is not OK ends the reading, and is what legacy_each gives. The row lives until the function returns. */
typedef enum status legacy_see(void *context, const struct legacy_row *row, struct error *error);
MUST_CHECK enum status legacy_each(struct legacy *legacy, enum legacy_collection collection, legacy_see *see,
                                   void *context, struct error *error);
/* The row of that key, in `arena`. NOT_FOUND. */
MUST_CHECK enum status legacy_get(struct legacy *legacy, enum legacy_collection collection, const void *key,
                                  size_t key_size, struct arena *arena, struct legacy_row *ret_row,
                                  struct error *error);

/* The whole document as one line of MongoDB's extended JSON, owned by the caller (free()); NULL: it cannot be told. */
char *legacy_json(const struct legacy_row *row);

#endif
