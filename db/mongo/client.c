/* Every operation takes a client from the pool for itself. Reads ask for what a majority has: an operation id that is
 * found must not vanish with a primary that is deposed. */
#include "db/mongo/client.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "db/mongo/driver.h"
#include "db/mongo/errors.h"

struct mongo_client {
    mongoc_client_pool_t *pool;
    char *database;
};

/* The driver's own waits are 30 s and 300 s; a worker must know sooner. The URI may say otherwise. */
static const struct {
    const char *name;
    int32_t value;
} defaults[] = {
    {MONGOC_URI_CONNECTTIMEOUTMS, 3000},     {MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 3000},
    {MONGOC_URI_SOCKETTIMEOUTMS, 10000},     {MONGOC_URI_WAITQUEUETIMEOUTMS, 3000},
    {MONGOC_URI_HEARTBEATFREQUENCYMS, 5000},
};

enum { WRITE_TIMEOUT_MS = 8000, NAME_MAX_BYTES = 63 };

static void set_concerns(mongoc_uri_t *uri) {
    mongoc_write_concern_t *write = mongoc.write_concern_new();
    mongoc.write_concern_set_w(write, MONGOC_WRITE_CONCERN_W_MAJORITY);
    mongoc.write_concern_set_wtimeout_int64(
        write, mongoc.uri_get_option_as_int64(uri, MONGOC_URI_WTIMEOUTMS, WRITE_TIMEOUT_MS));
    mongoc.write_concern_set_journal(write, true);
    mongoc.uri_set_write_concern(uri, write);
    mongoc.write_concern_destroy(write);

    if (mongoc.read_concern_is_default(mongoc.uri_get_read_concern(uri))) {
        mongoc_read_concern_t *read = mongoc.read_concern_new();
        mongoc.read_concern_set_level(read, MONGOC_READ_CONCERN_LEVEL_MAJORITY);
        mongoc.uri_set_read_concern(uri, read);
        mongoc.read_concern_destroy(read);
    }
    mongoc_read_prefs_t *primary = mongoc.read_prefs_new(MONGOC_READ_PRIMARY);
    mongoc.uri_set_read_prefs_t(uri, primary);
    mongoc.read_prefs_destroy(primary);
}

static void set_defaults(mongoc_uri_t *uri, int threads) {
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
        if (!mongoc.uri_has_option(uri, defaults[i].name))
            mongoc.uri_set_option_as_int32(uri, defaults[i].name, defaults[i].value);
    if (!mongoc.uri_has_option(uri, MONGOC_URI_MAXPOOLSIZE))
        mongoc.uri_set_option_as_int32(uri, MONGOC_URI_MAXPOOLSIZE, threads > 0 ? threads : 1);
    if (mongoc.uri_get_appname(uri) == NULL)
        mongoc.uri_set_appname(uri, "techsupport");
    set_concerns(uri);
}

/* The driver's words on a bad URI may repeat a part of it: they are told only where it can hold no password. */
static enum status parse_uri(const char *text, mongoc_uri_t **ret_uri, struct error *error) {
    bson_error_t reason = {0};
    mongoc_uri_t *uri = mongoc.uri_new_with_error(text, &reason);
    if (uri == NULL)
        return error_set(error, STATUS_INVALID, "MONGO_URI cannot be read%s%s", strchr(text, '@') == NULL ? ": " : "",
                         strchr(text, '@') == NULL ? reason.message : "");
    *ret_uri = uri;
    return STATUS_OK;
}

enum status mongo_client_open(const struct store_settings *settings, struct mongo_client **ret_client,
                              struct error *error) {
    const char *name = settings->mongo_db;
    mongoc_uri_t *uri = NULL;
    bson_error_t reason = {0};
    if (name == NULL || name[0] == '\0' || strlen(name) > NAME_MAX_BYTES || strpbrk(name, "/\\. \"$*<>:|?") != NULL)
        return error_set(error, STATUS_INVALID, "MONGO_DB is no name of a database");
    enum status status = mongo_driver_load(error);
    if (status == STATUS_OK)
        status = parse_uri(settings->mongo_uri, &uri, error);
    if (status != STATUS_OK)
        return status;
    set_defaults(uri, settings->threads);
    mongoc_client_pool_t *pool = mongoc.client_pool_new_with_error(uri, &reason);
    mongoc.uri_destroy(uri);
    if (pool == NULL)
        return error_set(error, STATUS_INVALID, "MONGO_URI cannot be used");
    mongoc.client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2);
    struct mongo_client *client = mem_alloc(sizeof(*client));
    client->pool = pool;
    client->database = mem_strdup(name);
    *ret_client = client;
    return STATUS_OK;
}

void mongo_client_close(struct mongo_client *client) {
    if (client == NULL)
        return;
    mongoc.client_pool_destroy(client->pool);
    free(client->database);
    free(client);
}

/* A client of the pool and a collection reached through it. */
struct loan {
    mongoc_client_t *client;
    mongoc_collection_t *collection;
};

static enum status borrow(struct mongo_client *client, const char *collection, struct loan *ret_loan,
                          struct error *error) {
    mongoc_client_t *borrowed = mongoc.client_pool_pop(client->pool);
    if (borrowed == NULL)
        return error_set(error, STATUS_UNAVAILABLE, "MongoDB: no connection was free in time");
    ret_loan->client = borrowed;
    ret_loan->collection = mongoc.client_get_collection(borrowed, client->database, collection);
    return STATUS_OK;
}

static void give_back(struct mongo_client *client, struct loan *loan) {
    mongoc.collection_destroy(loan->collection);
    mongoc.client_pool_push(client->pool, loan->client);
}

enum status mongo_command(struct mongo_client *client, const bson_t *command, struct error *error) {
    bson_error_t reason = {0};
    mongoc_client_t *borrowed = mongoc.client_pool_pop(client->pool);
    if (borrowed == NULL)
        return error_set(error, STATUS_UNAVAILABLE, "MongoDB: no connection was free in time");
    bool done = mongoc.client_command_simple(borrowed, client->database, command, NULL, NULL, &reason);
    mongoc.client_pool_push(client->pool, borrowed);
    return done ? STATUS_OK : mongo_read_status(&reason, error);
}

/* Of the answer to a count. */
static enum status read_count(const bson_t *reply, int64_t *ret_count, struct error *error) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, reply, "n") || !BSON_ITER_HOLDS_NUMBER(&iter))
        return error_set(error, STATUS_DAMAGED, "MongoDB: a count without a number");
    *ret_count = bson_iter_as_int64(&iter);
    return STATUS_OK;
}

enum status mongo_count(struct mongo_client *client, const char *collection, const bson_t *filter, int64_t max,
                        int64_t wait, int64_t *ret_count, struct error *error) {
    bson_t command = BSON_INITIALIZER, reply;
    bson_error_t reason = {0};
    mongoc_client_t *borrowed = mongoc.client_pool_pop(client->pool);
    if (borrowed == NULL)
        return error_set(error, STATUS_UNAVAILABLE, "MongoDB: no connection was free in time");
    bson_append_utf8(&command, "count", -1, collection, -1);
    bson_append_document(&command, "query", -1, filter);
    bson_append_int64(&command, "limit", -1, max);
    bson_append_int64(&command, "maxTimeMS", -1, wait);
    bool done = mongoc.client_command_simple(borrowed, client->database, &command, NULL, &reply, &reason);
    mongoc.client_pool_push(client->pool, borrowed);
    enum status status = done ? read_count(&reply, ret_count, error) : mongo_read_status(&reason, error);
    bson_destroy(&reply);
    bson_destroy(&command);
    return status;
}

enum status mongo_find(struct mongo_client *client, const char *collection, const bson_t *filter, const bson_t *options,
                       mongo_each each, void *argument, struct error *error) {
    struct loan loan = {0};
    bson_error_t reason = {0};
    const bson_t *document;
    enum status status = borrow(client, collection, &loan, error);
    if (status != STATUS_OK)
        return status;
    mongoc_cursor_t *cursor = mongoc.collection_find_with_opts(loan.collection, filter, options, NULL);
    while (mongoc.cursor_next(cursor, &document) && each(document, argument))
        continue;
    if (mongoc.cursor_error(cursor, &reason))
        status = mongo_read_status(&reason, error);
    mongoc.cursor_destroy(cursor);
    give_back(client, &loan);
    return status;
}

struct first {
    bson_t *document;
    bool found;
};

static bool take_first(const bson_t *document, void *argument) {
    struct first *first = argument;
    bson_copy_to(document, first->document);
    first->found = true;
    return false;
}

enum status mongo_find_one(struct mongo_client *client, const char *collection, const bson_t *filter,
                           bson_t *ret_document, struct error *error) {
    struct first first = {.document = ret_document};
    bson_t options = BSON_INITIALIZER;
    bson_append_int64(&options, "limit", -1, 1);
    bson_append_bool(&options, "singleBatch", -1, true);
    enum status status = mongo_find(client, collection, filter, &options, take_first, &first, error);
    bson_destroy(&options);
    if (status == STATUS_OK && !first.found)
        return error_set(error, STATUS_NOT_FOUND, "%s: no such document", collection);
    if (status != STATUS_OK && first.found)
        bson_destroy(ret_document);
    return status;
}

enum status mongo_insert(struct mongo_client *client, const char *collection, const bson_t *document,
                         struct error *error) {
    struct loan loan = {0};
    bson_error_t reason = {0};
    enum status status = borrow(client, collection, &loan, error);
    if (status != STATUS_OK)
        return status;
    if (!mongoc.collection_insert_one(loan.collection, document, NULL, NULL, &reason))
        status = mongo_write_status(&reason, error);
    give_back(client, &loan);
    return status;
}

enum status mongo_update(struct mongo_client *client, const char *collection, const bson_t *filter,
                         const bson_t *update, bool upsert, bool *ret_matched, struct error *error) {
    struct loan loan = {0};
    bson_error_t reason = {0};
    bson_iter_t iter;
    bson_t options = BSON_INITIALIZER, reply;
    enum status status = borrow(client, collection, &loan, error);
    if (status != STATUS_OK)
        return status;
    if (upsert)
        bson_append_bool(&options, "upsert", -1, true);
    if (!mongoc.collection_update_one(loan.collection, filter, update, &options, &reply, &reason))
        status = mongo_write_status(&reason, error);
    else if (ret_matched != NULL)
        *ret_matched = bson_iter_init_find(&iter, &reply, "matchedCount") && bson_iter_as_int64(&iter) > 0;
    bson_destroy(&reply);
    bson_destroy(&options);
    give_back(client, &loan);
    return status;
}

typedef bool delete_function(mongoc_collection_t *collection, const bson_t *filter, const bson_t *options,
                             bson_t *reply, bson_error_t *error);

static enum status delete_by(struct mongo_client *client, const char *collection, const bson_t *filter,
                             delete_function *function, struct error *error) {
    struct loan loan = {0};
    bson_error_t reason = {0};
    enum status status = borrow(client, collection, &loan, error);
    if (status != STATUS_OK)
        return status;
    if (!function(loan.collection, filter, NULL, NULL, &reason))
        status = mongo_write_status(&reason, error);
    give_back(client, &loan);
    return status;
}

enum status mongo_delete(struct mongo_client *client, const char *collection, const bson_t *filter,
                         struct error *error) {
    return delete_by(client, collection, filter, mongoc.collection_delete_one, error);
}

enum status mongo_delete_all(struct mongo_client *client, const char *collection, const bson_t *filter,
                             struct error *error) {
    return delete_by(client, collection, filter, mongoc.collection_delete_many, error);
}

static bool add_replacement(mongoc_bulk_operation_t *bulk, const bson_t *document, bson_error_t *reason) {
    bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER;
    bson_iter_t iter;
    bool added = bson_iter_init_find(&iter, document, "_id");
    if (added)
        bson_append_iter(&filter, "_id", -1, &iter);
    bson_append_bool(&options, "upsert", -1, true);
    bson_append_bool(&options, "validate", -1, false); /* what was stored once may be stored again */
    added = added && mongoc.bulk_operation_replace_one_with_opts(bulk, &filter, document, &options, reason);
    bson_destroy(&options);
    bson_destroy(&filter);
    return added;
}

enum status mongo_put_all(struct mongo_client *client, const char *collection, const bson_t *documents, size_t count,
                          struct error *error) {
    struct loan loan = {0};
    bson_error_t reason = {0};
    enum status status = borrow(client, collection, &loan, error);
    if (status != STATUS_OK)
        return status;
    mongoc_bulk_operation_t *bulk = mongoc.collection_create_bulk_operation_with_opts(loan.collection, NULL);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (!add_replacement(bulk, &documents[i], &reason))
            status = error_set(error, STATUS_INVALID, "%s: a document cannot be put", collection);
    if (status == STATUS_OK && count > 0 && mongoc.bulk_operation_execute(bulk, NULL, &reason) == 0)
        status = mongo_write_status(&reason, error);
    mongoc.bulk_operation_destroy(bulk);
    give_back(client, &loan);
    return status;
}
