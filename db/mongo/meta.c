/* The collection meta: {_id: name, value: number} for named numbers and counters, {_id: "copy.<id>", beat} for copies.
 * And unread: {_id: place, at, why, data}.
 *
 * A counter is moved on by comparing and setting, not by findAndModify: what an update answers is only whether it
 * matched, and so the number is its caller's alone on every server. */
#include <string.h>

#include "core/clock.h"
#include "core/parse.h"
#include "core/random.h"
#include "db/codec.h"
#include "db/mongo/mongo.h"

static const char meta[] = "meta", unread[] = "unread";
static const char copy_prefix[] = MONGO_COPY_PREFIX;

static enum status get(struct mongo_client *client, const char *name, int64_t *ret_value, struct error *error) {
    bson_t filter = BSON_INITIALIZER, document;
    bson_iter_t iter;
    bson_append_utf8(&filter, "_id", -1, name, -1);
    enum status status = mongo_find_one(client, meta, &filter, &document, error);
    bson_destroy(&filter);
    if (status != STATUS_OK)
        return status;
    if (!bson_iter_init_find(&iter, &document, "value") || !codec_number(&iter, ret_value))
        status = error_set(error, STATUS_DAMAGED, "meta: %s is no whole number", name);
    bson_destroy(&document);
    return status;
}

enum status mongo_get(void *state, const char *name, int64_t *ret_value, struct error *error) {
    return get(state, name, ret_value, error);
}

static enum status insert_value(struct mongo_client *client, const char *name, int64_t value, struct error *error) {
    bson_t document = BSON_INITIALIZER;
    bson_append_utf8(&document, "_id", -1, name, -1);
    bson_append_int64(&document, "value", -1, value);
    enum status status = mongo_insert(client, meta, &document, error);
    bson_destroy(&document);
    return status;
}

/* CONFLICT: it is not `from` any more. */
static enum status move_value(struct mongo_client *client, const char *name, int64_t from, int64_t to,
                              struct error *error) {
    bson_t filter = BSON_INITIALIZER, update = BSON_INITIALIZER, set;
    bool matched = false;
    bson_append_utf8(&filter, "_id", -1, name, -1);
    bson_append_int64(&filter, "value", -1, from);
    bson_append_document_begin(&update, "$set", -1, &set);
    bson_append_int64(&set, "value", -1, to);
    bson_append_document_end(&update, &set);
    enum status status = mongo_update(client, meta, &filter, &update, false, &matched, error);
    bson_destroy(&update);
    bson_destroy(&filter);
    return status == STATUS_OK && !matched ? STATUS_CONFLICT : status;
}

/* Rounds of reading and comparing, with pauses that drift apart. What was written a moment ago may not be read yet:
 * reads give what a majority has. */
enum { ROUNDS = 200, PAUSE_MAX_MS = 20 };

static void pause_before(int round) {
    if (round > 0)
        clock_sleep(random_below(round < PAUSE_MAX_MS ? round + 1 : PAUSE_MAX_MS));
}

static enum status next_once(struct mongo_client *client, const char *counter, int64_t *ret_number,
                             struct error *error) {
    int64_t last = 0;
    enum status status = get(client, counter, &last, NULL);
    if (status == STATUS_NOT_FOUND)
        status = insert_value(client, counter, 1, NULL);
    else if (status == STATUS_OK && last < INT64_MAX)
        status = move_value(client, counter, last, last + 1, NULL);
    if (status == STATUS_OK)
        *ret_number = last + 1;
    else if (status != STATUS_CONFLICT)
        return error_set(error, status, "MongoDB: the counter %s could not be moved on", counter);
    return status;
}

enum status mongo_next(void *state, const char *counter, int64_t *ret_number, struct error *error) {
    for (int round = 0; round < ROUNDS; round++) {
        pause_before(round);
        enum status status = next_once(state, counter, ret_number, error);
        if (status != STATUS_CONFLICT)
            return status;
    }
    return error_set(error, STATUS_UNAVAILABLE, "MongoDB: the counter %s is too busy", counter);
}

enum status mongo_get_or_set(void *state, const char *name, int64_t value, int64_t *ret_value, struct error *error) {
    for (int round = 0; round < ROUNDS; round++) {
        pause_before(round);
        struct error absent = {0};
        enum status status = get(state, name, ret_value, &absent);
        if (status != STATUS_NOT_FOUND)
            return status == STATUS_OK ? status : error_set(error, status, "%s", absent.text);
        status = insert_value(state, name, value, &absent);
        if (status == STATUS_OK)
            *ret_value = value;
        if (status != STATUS_CONFLICT)
            return status == STATUS_OK ? status : error_set(error, status, "MongoDB: %s could not be set", name);
    }
    return error_set(error, STATUS_UNAVAILABLE, "MongoDB: %s is there and cannot be read", name);
}

enum status mongo_swap(void *state, const char *name, int64_t from, int64_t to, struct error *error) {
    enum status status = move_value(state, name, from, to, error);
    if (status == STATUS_CONFLICT && from == 0)
        status = insert_value(state, name, to, NULL);
    if (status == STATUS_OK)
        return STATUS_OK;
    return error_set(error, status, "MongoDB: %s could not be swapped", name);
}

static void append_copy_id(bson_t *bson, int64_t copy) {
    char name[KEY_SIZE];
    snprintf(name, sizeof(name), "%s%lld", copy_prefix, (long long)copy);
    bson_append_utf8(bson, "_id", -1, name, -1);
}

/* An upsert may lose against another of the same _id; the second time it finds that. */
static enum status put(struct mongo_client *client, const char *collection, const bson_t *filter, const bson_t *set,
                       struct error *error) {
    bson_t update = BSON_INITIALIZER;
    bson_append_document(&update, "$set", -1, set);
    struct error lost = {0};
    enum status status = mongo_update(client, collection, filter, &update, true, NULL, &lost);
    if (status == STATUS_CONFLICT)
        status = mongo_update(client, collection, filter, &update, true, NULL, error);
    else if (status != STATUS_OK)
        error_set(error, status, "%s", lost.text);
    bson_destroy(&update);
    return status;
}

enum status mongo_beat(void *state, int64_t copy, int64_t beat, struct error *error) {
    bson_t filter = BSON_INITIALIZER, set = BSON_INITIALIZER;
    append_copy_id(&filter, copy);
    bson_append_int64(&set, "beat", -1, beat);
    enum status status = put(state, meta, &filter, &set, error);
    bson_destroy(&set);
    bson_destroy(&filter);
    return status;
}

struct copies {
    struct copy *items;
    size_t count;
};

static bool take_copy(const bson_t *document, void *argument) {
    struct copies *copies = argument;
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, document, "_id") || !BSON_ITER_HOLDS_UTF8(&iter))
        return true;
    const char *digits = bson_iter_utf8(&iter, NULL) + strlen(copy_prefix);
    int64_t id;
    if (parse_i64(digits, 1, INT64_MAX, &id) == STATUS_OK)
        copies->items[copies->count++] = (struct copy){id, codec_find_number(document, "beat")};
    return copies->count < COPIES_MAX;
}

enum status mongo_copies(void *state, struct copy *ret_copies, size_t *ret_count, struct error *error) {
    struct copies copies = {.items = ret_copies};
    bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER, range;
    bson_append_document_begin(&filter, "_id", -1, &range);
    bson_append_utf8(&range, "$gte", -1, "copy.", -1);
    bson_append_utf8(&range, "$lt", -1, "copy/", -1); /* the character behind the dot */
    bson_append_document_end(&filter, &range);
    bson_append_int64(&options, "limit", -1, COPIES_MAX);
    enum status status = mongo_find(state, meta, &filter, &options, take_copy, &copies, error);
    bson_destroy(&options);
    bson_destroy(&filter);
    if (status == STATUS_OK)
        *ret_count = copies.count;
    return status;
}

enum status mongo_forget_copy(void *state, int64_t copy, struct error *error) {
    bson_t filter = BSON_INITIALIZER;
    append_copy_id(&filter, copy);
    enum status status = mongo_delete(state, meta, &filter, error);
    bson_destroy(&filter);
    return status;
}

enum status mongo_keep_unread(void *state, int64_t place, int64_t now, const char *why, const void *data, size_t size,
                              struct error *error) {
    bson_t filter = BSON_INITIALIZER, set = BSON_INITIALIZER;
    bson_append_int64(&filter, "_id", -1, place);
    bson_append_int64(&set, "at", -1, now);
    bson_append_utf8(&set, "why", -1, why, -1);
    bson_append_binary(&set, "data", -1, BSON_SUBTYPE_BINARY, size > 0 ? data : (const void *)"", (uint32_t)size);
    enum status status = put(state, unread, &filter, &set, error);
    bson_destroy(&set);
    bson_destroy(&filter);
    return status;
}
