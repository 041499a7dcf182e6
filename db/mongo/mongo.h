/* db/mongo: the store on MongoDB, for one copy or many. Needs single-document atomic updates and nothing more: no
 * transactions, no findAndModify, uniqueness through _id alone. */
#ifndef DB_MONGO_MONGO_H
#define DB_MONGO_MONGO_H

#include "db/backend.h"
#include "db/mongo/client.h"

/* Beats are documents of meta whose _id starts so. */
#define MONGO_COPY_PREFIX "copy."

/* Refuses a database of another shape, makes indexes. */
MUST_CHECK enum status mongo_prepare(struct mongo_client *client, struct error *error);

/* Functions of mongo_backend; `state` is a struct mongo_client. */
enum status mongo_load(void *state, enum collection collection, int64_t id, struct arena *arena, void *ret_row,
                       struct error *error);
enum status mongo_write(void *state, const struct backend_write *write, struct error *error);
enum status mongo_settle(void *state, const struct settle *settle, bool *ret_released, struct error *error);
enum status mongo_adopt(void *state, enum collection collection, int64_t id, int64_t from, int64_t to,
                        struct error *error);
enum status mongo_query(void *state, enum query query, int64_t key, int64_t from, bool down, int64_t *ret_keys,
                        size_t max, size_t *ret_count, struct error *error);
enum status mongo_tally(void *state, enum query query, int64_t key, int64_t *ret_count, struct error *error);
enum status mongo_next(void *state, const char *counter, int64_t *ret_number, struct error *error);
enum status mongo_get(void *state, const char *name, int64_t *ret_value, struct error *error);
enum status mongo_get_or_set(void *state, const char *name, int64_t value, int64_t *ret_value, struct error *error);
enum status mongo_swap(void *state, const char *name, int64_t from, int64_t to, struct error *error);
enum status mongo_beat(void *state, int64_t copy, int64_t beat, struct error *error);
enum status mongo_copies(void *state, struct copy *ret_copies, size_t *ret_count, struct error *error);
enum status mongo_forget_copy(void *state, int64_t copy, struct error *error);
enum status mongo_keep_unread(void *state, int64_t place, int64_t now, const char *why, const void *data, size_t size,
                              struct error *error);
enum status mongo_raw_page(void *state, int shelf, bson_t *after, size_t max, raw_see *see, void *context,
                           struct error *error);
enum status mongo_raw_put(void *state, int shelf, const bson_t *documents, size_t count, struct error *error);
enum status mongo_raw_clear(void *state, const char *kept, struct error *error);

#endif
