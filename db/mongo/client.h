/* db/mongo/client: the pool of MongoDB clients, and the few operations that this store needs of them, with the driver's
 * errors told apart by what they mean for a write. */
#ifndef DB_MONGO_CLIENT_H
#define DB_MONGO_CLIENT_H

#include <mongoc/mongoc.h>

#include "core/status.h"
#include "db/store.h"

struct mongo_client;

/* INVALID: the URI or the database's name cannot be read. Nothing is connected yet. */
MUST_CHECK enum status mongo_client_open(const struct store_settings *settings, struct mongo_client **ret_client,
                                         struct error *error);
/* Nothing may be under way. NULL is allowed. */
void mongo_client_close(struct mongo_client *client);

/* A command on the database that may be repeated at will: ping, createIndexes. */
MUST_CHECK enum status mongo_command(struct mongo_client *client, const bson_t *command, struct error *error);

/* The first document that matches, copied into *ret_document, which the caller destroys after OK. NOT_FOUND. */
MUST_CHECK enum status mongo_find_one(struct mongo_client *client, const char *collection, const bson_t *filter,
                                      bson_t *ret_document, struct error *error);

/* Called for each document of an answer; false ends it. */
typedef bool (*mongo_each)(const bson_t *document, void *argument);
/* `options`: limit, sort, projection. */
MUST_CHECK enum status mongo_find(struct mongo_client *client, const char *collection, const bson_t *filter,
                                  const bson_t *options, mongo_each each, void *argument, struct error *error);

/* How many documents match, at most `max`; within `wait` ms. */
MUST_CHECK enum status mongo_count(struct mongo_client *client, const char *collection, const bson_t *filter,
                                   int64_t max, int64_t wait, int64_t *ret_count, struct error *error);

/* Writes. CONFLICT: that _id exists. DAMAGED: the server will not do it, whatever the reason. */
MUST_CHECK enum status mongo_insert(struct mongo_client *client, const char *collection, const bson_t *document,
                                    struct error *error);
/* *ret_matched says whether a document matched the filter. With `upsert`, one is made where none does. */
MUST_CHECK enum status mongo_update(struct mongo_client *client, const char *collection, const bson_t *filter,
                                    const bson_t *update, bool upsert, bool *ret_matched, struct error *error);
MUST_CHECK enum status mongo_delete(struct mongo_client *client, const char *collection, const bson_t *filter,
                                    struct error *error);
/* Of any number. */
MUST_CHECK enum status mongo_delete_all(struct mongo_client *client, const char *collection, const bson_t *filter,
                                        struct error *error);
/* Puts each document in place of the one with its _id, or beside the others. */
MUST_CHECK enum status mongo_put_all(struct mongo_client *client, const char *collection, const bson_t *documents,
                                     size_t count, struct error *error);

#endif
