/* db/backend: what a store has to do itself. db/store.c checks maxima, builds changes, counts and keeps the doors; a
 * backend is called from many threads at once and has the statuses of db/store.h. */
#ifndef DB_BACKEND_H
#define DB_BACKEND_H

#include "db/change.h"
#include "db/raw.h"
#include "db/store.h"

/* A deciding write: done if the stored revision and owner are these (absent is 0). */
struct backend_write {
    enum collection collection;
    int64_t id, rev, owner;
    bool insert; /* the document must not exist; rev and owner mean nothing then */
    const struct change *change;
};

struct store_backend {
    const char *kind;
    enum status (*open)(const struct store_settings *settings, void **ret_state, struct error *error);
    void (*close)(void *state);
    enum status (*ping)(void *state, struct error *error);

    enum status (*load)(void *state, enum collection collection, int64_t id, struct arena *arena, void *ret_row,
                        struct error *error);
    enum status (*write)(void *state, const struct backend_write *write, struct error *error);
    enum status (*settle)(void *state, const struct settle *settle, bool *ret_released, struct error *error);
    enum status (*adopt)(void *state, enum collection collection, int64_t id, int64_t from, int64_t to,
                         struct error *error);
    enum status (*find)(void *state, enum query query, int64_t key, int64_t from, bool down, int64_t *ret_keys,
                        size_t max, size_t *ret_count, struct error *error);

    enum status (*tally)(void *state, enum query query, int64_t key, int64_t *ret_count, struct error *error);

    enum status (*next)(void *state, const char *counter, int64_t *ret_number, struct error *error);
    enum status (*get)(void *state, const char *name, int64_t *ret_value, struct error *error);
    enum status (*get_or_set)(void *state, const char *name, int64_t value, int64_t *ret_value, struct error *error);
    enum status (*swap)(void *state, const char *name, int64_t from, int64_t to, struct error *error);
    enum status (*beat)(void *state, int64_t copy, int64_t beat, struct error *error);
    enum status (*copies)(void *state, struct copy *ret_copies, size_t *ret_count, struct error *error);
    enum status (*forget_copy)(void *state, int64_t copy, struct error *error);
    /* Into one of UNREAD_MAX places. `why` is UTF-8, `size` within UNREAD_BYTES_MAX. */
    enum status (*keep_unread)(void *state, int64_t place, int64_t now, const char *why, const void *data, size_t size,
                               struct error *error);
    enum status (*raw_page)(void *state, int shelf, bson_t *after, size_t max, raw_see *see, void *context,
                            struct error *error);
    enum status (*raw_put)(void *state, int shelf, const bson_t *documents, size_t count, struct error *error);
    enum status (*raw_clear)(void *state, const char *kept, struct error *error);
    uint64_t (*commits)(void *state); /* NULL: not known */
};

/* Documents' shape that this program writes; a higher number is refused, a lower one is brought up by db/upgrade.c. */
enum { SCHEMA_VERSION = 2 };
#define SCHEMA_NAME "schema"

extern const struct store_backend mongo_backend, sqlite_backend;

#endif
