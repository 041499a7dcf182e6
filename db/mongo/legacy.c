/* The bot before, on the driver: cursors and BSON made into plain rows. Only reads: no function here is given more than
 * mongo_find. */
#include "db/legacy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "db/codec.h"
#include "db/mongo/client.h"
#include "db/mongo/driver.h"

enum { LEGACY_BYTES_MAX = 64 << 20, BATCH = 200, SHOWN_ID_MAX = 40 };

static const char *const collections[] = {
#define X(id, name) name,
    LEGACY_COLLECTIONS(X)
#undef X
};
static const char *const fields[] = {
#define X(id, name) name,
    LEGACY_FIELDS(X)
#undef X
};

const char *legacy_collection_name(enum legacy_collection collection) {
    return collections[collection];
}

/* --- opening --- */

static struct mongo_client *client_of(struct legacy *legacy) {
    return (struct mongo_client *)legacy;
}

enum status legacy_open(const char *uri, struct legacy **ret_legacy, struct error *error) {
    struct mongo_client *client = NULL;
    if (mongo_driver_load(error) != STATUS_OK)
        return STATUS_INVALID;
    mongoc_uri_t *parsed = mongoc.uri_new(uri);
    const char *database = parsed ? mongoc.uri_get_database(parsed) : NULL;
    enum status status = STATUS_OK;
    if (!parsed)
        status = error_set(error, STATUS_INVALID, "that is no address such as mongodb://127.0.0.1:27017/support_db");
    else if (!database || !*database)
        status = error_set(error, STATUS_INVALID, "the address names no database: put /support_db behind the host");
    else if (mongo_client_open(&(struct store_settings){.mongo_uri = uri, .mongo_db = database, .threads = 2}, &client,
                               NULL) != STATUS_OK)
        status = error_set(error, STATUS_INVALID, "the address cannot be used");
    mongoc.uri_destroy(parsed);
    if (status == STATUS_OK)
        *ret_legacy = (struct legacy *)client;
    return status;
}

void legacy_close(struct legacy *legacy) {
    mongo_client_close(client_of(legacy));
}

static enum status has(struct legacy *legacy, const char *collection, const char *filter_json, bool *ret_found,
                       struct error *error) {
    bson_t filter, document;
    struct error absent = {0};
    if (!bson_init_from_json(&filter, filter_json, -1, NULL))
        return error_set(error, STATUS_INVALID, "a filter that is no JSON");
    enum status status = mongo_find_one(client_of(legacy), collection, &filter, &document, &absent);
    bson_destroy(&filter);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return error_set(error, status, "%s", absent.text);
    *ret_found = status == STATUS_OK;
    if (status == STATUS_OK)
        bson_destroy(&document);
    return STATUS_OK;
}

enum status legacy_check(struct legacy *legacy, struct error *error) {
    static const struct {
        const char *collection, *filter;
    } signs[] = {
        {"tickets", "{\"ticket_id\": {\"$exists\": true}}"},
        {"users", "{\"telegram_id\": {\"$exists\": true}}"},
        {"admins", "{\"telegram_id\": {\"$exists\": true}}"},
    };
    bool found = false;
    enum status status = has(legacy, "meta", "{\"_id\": \"schema\"}", &found, error);
    if (status == STATUS_OK && found)
        return error_set(error, STATUS_CONFLICT, "that is a database of this program, not one of the bot before");
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]) && status == STATUS_OK && !found; i++)
        status = has(legacy, signs[i].collection, signs[i].filter, &found, error);
    if (status == STATUS_OK && !found)
        return error_set(error, STATUS_NOT_FOUND,
                         "there are no users, admins or tickets of the bot before in that database");
    return status;
}

/* --- rows --- */

static const char *text_of(struct arena *arena, const bson_iter_t *iter) {
    uint32_t length;
    const char *text = bson_iter_utf8(iter, &length);
    return arena_strndup(arena, text, length < LEGACY_TEXT_MAX ? length : LEGACY_TEXT_MAX);
}

static struct legacy_value value_of(struct arena *arena, const bson_iter_t *iter) {
    struct legacy_value value = {.kind = LEGACY_OTHER};
    uint32_t seconds, increment;
    switch (bson_iter_type(iter)) {
    case BSON_TYPE_NULL:
    case BSON_TYPE_UNDEFINED:
        return (struct legacy_value){.kind = LEGACY_ABSENT};
    case BSON_TYPE_UTF8:
        return (struct legacy_value){.kind = LEGACY_TEXT, .text = text_of(arena, iter)};
    case BSON_TYPE_BOOL:
        return (struct legacy_value){.kind = LEGACY_BOOL, .number = bson_iter_bool(iter)};
    case BSON_TYPE_DATE_TIME:
        return (struct legacy_value){.kind = LEGACY_TIME, .number = bson_iter_date_time(iter)};
    case BSON_TYPE_TIMESTAMP:
        bson_iter_timestamp(iter, &seconds, &increment);
        return (struct legacy_value){.kind = LEGACY_TIME, .number = (int64_t)seconds * SECOND};
    default:
        if (codec_number(iter, &value.number))
            value.kind = LEGACY_NUMBER;
        return value;
    }
}

static bool is_showable(const char *text) {
    const size_t length = strlen(text);
    return length > 0 && length <= SHOWN_ID_MAX &&
           strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == length;
}

static void read_id(struct arena *arena, const bson_iter_t *iter, struct legacy_row *row) {
    char hex[25];
    int64_t number;
    if (BSON_ITER_HOLDS_OID(iter)) {
        bson_oid_to_string(bson_iter_oid(iter), hex);
        row->id = arena_strdup(arena, hex);
        row->id_time = (int64_t)bson_oid_get_time_t(bson_iter_oid(iter)) * SECOND;
    } else if (codec_number(iter, &number)) {
        row->id = arena_printf(arena, "%" PRId64, number);
    } else if (BSON_ITER_HOLDS_UTF8(iter) && is_showable(bson_iter_utf8(iter, NULL))) {
        row->id = arena_strdup(arena, bson_iter_utf8(iter, NULL));
    }
}

/* {_id: …}, by which the document is found again. */
static void read_key(struct arena *arena, const bson_iter_t *iter, struct legacy_row *row) {
    bson_t key = BSON_INITIALIZER;
    if (bson_append_iter(&key, "_id", -1, iter) && key.len <= LEGACY_KEY_MAX) {
        row->key = arena_memdup(arena, bson_get_data(&key), key.len);
        row->key_size = key.len;
    }
    bson_destroy(&key);
}

static struct legacy_row row_of(struct arena *arena, const bson_t *document) {
    struct legacy_row row = {
        .id = "(no simple _id)", .document = bson_get_data(document), .document_size = document->len};
    bson_iter_t iter;
    if (!bson_iter_init(&iter, document))
        return row;
    while (bson_iter_next(&iter)) {
        const char *name = bson_iter_key(&iter);
        if (strcmp(name, "_id") == 0) {
            read_id(arena, &iter, &row);
            read_key(arena, &iter, &row);
        }
        for (size_t i = 0; i < LEGACY_FIELD_COUNT; i++)
            if (strcmp(name, fields[i]) == 0)
                row.values[i] = value_of(arena, &iter);
    }
    return row;
}

/* --- reading --- */

struct walk {
    struct arena *arena;
    legacy_see *see;
    void *context;
    struct error *error;
    enum status status;
};

static bool see_document(const bson_t *document, void *argument) {
    struct walk *walk = argument;
    arena_reset(walk->arena);
    const struct legacy_row row = row_of(walk->arena, document);
    walk->status = walk->see(walk->context, &row, walk->error);
    return walk->status == STATUS_OK;
}

/* Small batches: the server forgets a cursor that is not asked for ten minutes, and every row may wait for a write. */
enum status legacy_each(struct legacy *legacy, enum legacy_collection collection, legacy_see *see, void *context,
                        struct error *error) {
    bson_t all = BSON_INITIALIZER, options = BSON_INITIALIZER;
    struct walk walk = {arena_new(LEGACY_BYTES_MAX), see, context, error, STATUS_OK};
    struct error failure = {0};
    bson_append_int32(&options, "batchSize", -1, BATCH);
    enum status status =
        mongo_find(client_of(legacy), collections[collection], &all, &options, see_document, &walk, &failure);
    bson_destroy(&options);
    bson_destroy(&all);
    arena_free(walk.arena);
    if (walk.status != STATUS_OK)
        return walk.status;
    return status == STATUS_OK ? status : error_set(error, status, "%s", failure.text);
}

enum status legacy_get(struct legacy *legacy, enum legacy_collection collection, const void *key, size_t key_size,
                       struct arena *arena, struct legacy_row *ret_row, struct error *error) {
    bson_t filter, document;
    if (!bson_init_static(&filter, key, key_size))
        return error_set(error, STATUS_INVALID, "a key that is no document");
    enum status status = mongo_find_one(client_of(legacy), collections[collection], &filter, &document, error);
    if (status != STATUS_OK)
        return status;
    *ret_row = row_of(arena, &document);
    ret_row->document = arena_memdup(arena, bson_get_data(&document), document.len);
    bson_destroy(&document);
    return STATUS_OK;
}

char *legacy_json(const struct legacy_row *row) {
    bson_t document;
    if (!bson_init_static(&document, row->document, row->document_size))
        return NULL;
    char *json = bson_as_relaxed_extended_json(&document, NULL);
    if (!json)
        return NULL;
    char *copy = mem_strdup(json);
    bson_free(json);
    return copy;
}
