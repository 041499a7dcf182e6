/* db/sqlite: the embedded store. One file, one writer, a few readers; a document is a BSON blob with the columns that
 * the indexes need beside it. */
#ifndef DB_SQLITE_SQLITE_H
#define DB_SQLITE_SQLITE_H

#include "db/backend.h"
#include "db/sqlite/readers.h"
#include "db/sqlite/writer.h"

struct sqlite {
    struct writer *writer;
    struct readers *readers;
    int lock_fd; /* -1: not exclusive */
};

/* Makes the folder, the file and the tables, takes the lock file. */
MUST_CHECK enum status sqlite_open(const struct store_settings *settings, void **ret_state, struct error *error);
void sqlite_close(void *state);

/* Within the writer: a whole document under an id that is free. */
MUST_CHECK enum status sqlite_insert_body(struct connection *connection, enum collection collection, int64_t id,
                                          const bson_t *document, struct error *error);

/* Functions of sqlite_backend. */
enum status sqlite_load(void *state, enum collection collection, int64_t id, struct arena *arena, void *ret_row,
                        struct error *error);
enum status sqlite_write(void *state, const struct backend_write *write, struct error *error);
enum status sqlite_settle(void *state, const struct settle *settle, bool *ret_released, struct error *error);
enum status sqlite_adopt(void *state, enum collection collection, int64_t id, int64_t from, int64_t to,
                         struct error *error);
enum status sqlite_find(void *state, enum query query, int64_t key, int64_t from, bool down, int64_t *ret_keys,
                        size_t max, size_t *ret_count, struct error *error);
enum status sqlite_tally(void *state, enum query query, int64_t key, int64_t *ret_count, struct error *error);
enum status sqlite_ping(void *state, struct error *error);
enum status sqlite_next(void *state, const char *counter, int64_t *ret_number, struct error *error);
enum status sqlite_get(void *state, const char *name, int64_t *ret_value, struct error *error);
enum status sqlite_get_or_set(void *state, const char *name, int64_t value, int64_t *ret_value, struct error *error);
enum status sqlite_swap(void *state, const char *name, int64_t from, int64_t to, struct error *error);
enum status sqlite_beat(void *state, int64_t copy, int64_t beat, struct error *error);
enum status sqlite_copies(void *state, struct copy *ret_copies, size_t *ret_count, struct error *error);
enum status sqlite_forget_copy(void *state, int64_t copy, struct error *error);
enum status sqlite_keep_unread(void *state, int64_t place, int64_t now, const char *why, const void *data, size_t size,
                               struct error *error);
enum status sqlite_raw_page(void *state, int shelf, bson_t *after, size_t max, raw_see *see, void *context,
                            struct error *error);
enum status sqlite_raw_put(void *state, int shelf, const bson_t *documents, size_t count, struct error *error);
enum status sqlite_raw_clear(void *state, const char *kept, struct error *error);

#endif
