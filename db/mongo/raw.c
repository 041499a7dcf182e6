/* Whole documents. A page asks for what lies behind the key of the last one; conditions on a number find numbers only,
 * conditions on a text only texts, so that a shelf's own kind of keys is all that is seen. */
#include <math.h>
#include <string.h>

#include "db/codec.h"
#include "db/mongo/mongo.h"

/* --- a page --- */

struct page {
    int shelf;
    bson_t *after;
    raw_see *see;
    void *context;
    size_t seen;
    enum status status;
    struct error *error;
};

static bool is_beat(const bson_iter_t *key) {
    return strncmp(bson_iter_utf8(key, NULL), MONGO_COPY_PREFIX, strlen(MONGO_COPY_PREFIX)) == 0;
}

static bool is_readable(const struct page *page, const bson_t *document, const bson_iter_t *key) {
    int64_t id;
    return bson_validate(document, BSON_VALIDATE_NONE, NULL) &&
           (page->shelf == RAW_META ? BSON_ITER_HOLDS_UTF8(key) : codec_number(key, &id));
}

static bool see_document(const bson_t *document, void *argument) {
    struct page *page = argument;
    bson_iter_t key;
    page->seen++;
    if (!bson_iter_init_find(&key, document, "_id"))
        return true;
    const bool readable = is_readable(page, document, &key);
    if (page->shelf != RAW_META || !readable || !is_beat(&key))
        page->status = page->see(page->context, readable ? document : NULL, page->error);
    bson_reinit(page->after);
    bson_append_iter(page->after, "_id", -1, &key);
    return page->status == STATUS_OK;
}

static void append_behind(bson_t *filter, int shelf, const bson_t *after) {
    bson_t range;
    bson_iter_t iter;
    bson_append_document_begin(filter, "_id", -1, &range);
    if (bson_iter_init_find(&iter, after, "_id"))
        bson_append_iter(&range, "$gt", -1, &iter);
    else if (shelf == RAW_META)
        bson_append_utf8(&range, "$gte", -1, "", -1);
    else
        bson_append_double(&range, "$gte", -1, -INFINITY);
    bson_append_document_end(filter, &range);
}

static void append_options(bson_t *options, size_t max) {
    bson_t sort;
    bson_append_document_begin(options, "sort", -1, &sort);
    bson_append_int32(&sort, "_id", -1, 1);
    bson_append_document_end(options, &sort);
    bson_append_int64(options, "limit", -1, (int64_t)max);
}

enum status mongo_raw_page(void *state, int shelf, bson_t *after, size_t max, raw_see *see, void *context,
                           struct error *error) {
    struct page page = {.shelf = shelf, .after = after, .see = see, .context = context, .error = error};
    bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER;
    append_behind(&filter, shelf, after);
    append_options(&options, max);
    enum status status = mongo_find(state, raw_name(shelf), &filter, &options, see_document, &page, error);
    bson_destroy(&options);
    bson_destroy(&filter);
    if (status == STATUS_OK)
        status = page.status;
    return status == STATUS_OK && page.seen == 0 ? STATUS_NOT_FOUND : status;
}

/* --- putting and clearing --- */

enum status mongo_raw_put(void *state, int shelf, const bson_t *documents, size_t count, struct error *error) {
    return mongo_put_all(state, raw_name(shelf), documents, count, error);
}

static enum status clear_meta(struct mongo_client *client, const char *kept, struct error *error) {
    bson_t filter = BSON_INITIALIZER, range, names;
    bson_append_document_begin(&filter, "_id", -1, &range);
    bson_append_array_begin(&range, "$nin", -1, &names);
    bson_append_utf8(&names, "0", -1, SCHEMA_NAME, -1);
    bson_append_utf8(&names, "1", -1, kept, -1);
    bson_append_array_end(&range, &names);
    bson_append_document_end(&filter, &range);
    enum status status = mongo_delete_all(client, raw_name(RAW_META), &filter, error);
    bson_destroy(&filter);
    return status;
}

enum status mongo_raw_clear(void *state, const char *kept, struct error *error) {
    bson_t everything = BSON_INITIALIZER;
    enum status status = clear_meta(state, kept, error);
    for (int i = 0; i < COLLECTION_COUNT && status == STATUS_OK; i++)
        status = mongo_delete_all(state, collection_name((enum collection)i), &everything, error);
    if (status == STATUS_OK)
        status = mongo_delete_all(state, "unread", &everything, error);
    bson_destroy(&everything);
    return status;
}
