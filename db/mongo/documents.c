/* Documents. A decision is one update whose filter names what was read; the server compares and writes in one step. */
#include "db/codec.h"
#include "db/mongo/mongo.h"

/* A stored number that is absent or of a wrong type is read as 0, so that is what 0 must match. */
static void filter_number(bson_t *filter, const char *name, int64_t number) {
    bson_t no, above;
    if (number != 0) {
        bson_append_int64(filter, name, -1, number);
        return;
    }
    bson_append_document_begin(filter, name, -1, &no);
    bson_append_document_begin(&no, "$not", -1, &above);
    bson_append_int64(&above, "$gt", -1, 0);
    bson_append_document_end(&no, &above);
    bson_append_document_end(filter, &no);
}

static void filter_exists(bson_t *filter, const char *map, int64_t key) {
    char path[KEY_SIZE];
    bson_t exists;
    snprintf(path, sizeof(path), "%s.%lld", map, (long long)key);
    bson_append_document_begin(filter, path, -1, &exists);
    bson_append_bool(&exists, "$exists", -1, true);
    bson_append_document_end(filter, &exists);
}

static void append_push(bson_t *update, int64_t op) {
    bson_t push, ops, each;
    bson_append_document_begin(update, "$push", -1, &push);
    bson_append_document_begin(&push, "ops", -1, &ops);
    bson_append_array_begin(&ops, "$each", -1, &each);
    bson_append_int64(&each, "0", -1, op);
    bson_append_array_end(&ops, &each);
    bson_append_int32(&ops, "$slice", -1, -OPS_MAX);
    bson_append_document_end(&push, &ops);
    bson_append_document_end(update, &push);
}

/* An operator without fields would be refused. */
static void append_change(bson_t *update, const struct change *change) {
    if (!bson_empty(&change->set))
        bson_append_document(update, "$set", -1, &change->set);
    if (!bson_empty(&change->unset))
        bson_append_document(update, "$unset", -1, &change->unset);
    if (change->op != 0)
        append_push(update, change->op);
}

/* Takes away what is not of the type that an update needs: it is read as absent anyway. A type's name matches elements
 * of an array too, therefore arrays are named. */
static const char *const repairs[] = {
    "{\"$and\": [{\"ops\": {\"$exists\": true}}, {\"ops\": {\"$not\": {\"$type\": \"array\"}}}]}",
    "{\"owes\": {\"$exists\": true}, \"$or\": [{\"owes\": {\"$type\": \"array\"}},"
    " {\"owes\": {\"$not\": {\"$type\": \"object\"}}}]}",
    "{\"cards\": {\"$exists\": true}, \"$or\": [{\"cards\": {\"$type\": \"array\"}},"
    " {\"cards\": {\"$not\": {\"$type\": \"object\"}}}]}",
};
static const char *const repaired[] = {"ops", "owes", "cards"};

static enum status repair(struct mongo_client *client, const char *collection, int64_t id, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof(repairs) / sizeof(repairs[0]) && status == STATUS_OK; i++) {
        bson_t filter = BSON_INITIALIZER, update = BSON_INITIALIZER, wrong, unset;
        bson_append_int64(&filter, "_id", -1, id);
        if (bson_init_from_json(&wrong, repairs[i], -1, NULL)) {
            bson_concat(&filter, &wrong);
            bson_destroy(&wrong);
        }
        bson_append_document_begin(&update, "$unset", -1, &unset);
        bson_append_bool(&unset, repaired[i], -1, true);
        bson_append_document_end(&update, &unset);
        status = mongo_update(client, collection, &filter, &update, false, NULL, error);
        bson_destroy(&update);
        bson_destroy(&filter);
    }
    return status;
}

/* Without a change there is nothing to send, an empty update would replace the document: whether the filter matches is
 * only read. */
static enum status look(struct mongo_client *client, const char *collection, const bson_t *filter, bool *ret_matched,
                        struct error *error) {
    bson_t document;
    struct error absent = {0};
    enum status status = mongo_find_one(client, collection, filter, &document, &absent);
    if (status == STATUS_OK)
        bson_destroy(&document);
    else if (status != STATUS_NOT_FOUND)
        return error_set(error, status, "%s", absent.text);
    *ret_matched = status == STATUS_OK;
    return STATUS_OK;
}

/* Updates one document; where the server refuses, once more after a repair. */
static enum status change_document(struct mongo_client *client, enum collection collection, int64_t id,
                                   const bson_t *filter, const struct change *change, bool *ret_matched,
                                   struct error *error) {
    const char *name = collection_name(collection);
    struct error refused = {0};
    bson_t update = BSON_INITIALIZER;
    append_change(&update, change);
    if (bson_empty(&update)) {
        bson_destroy(&update);
        return look(client, name, filter, ret_matched, error);
    }
    enum status status = mongo_update(client, name, filter, &update, false, ret_matched, &refused);
    if (status == STATUS_DAMAGED && repair(client, name, id, NULL) == STATUS_OK) {
        refused = (struct error){0};
        status = mongo_update(client, name, filter, &update, false, ret_matched, &refused);
    }
    bson_destroy(&update);
    return status == STATUS_OK ? STATUS_OK : error_set(error, status, "%s", refused.text);
}

enum status mongo_load(void *state, enum collection collection, int64_t id, struct arena *arena, void *ret_row,
                       struct error *error) {
    bson_t filter = BSON_INITIALIZER, document;
    bson_append_int64(&filter, "_id", -1, id);
    enum status status = mongo_find_one(state, collection_name(collection), &filter, &document, error);
    bson_destroy(&filter);
    if (status != STATUS_OK)
        return status;
    status = codec_read(&document, collection, arena, ret_row, error);
    bson_destroy(&document);
    return status;
}

static enum status insert(struct mongo_client *client, const struct backend_write *write, struct error *error) {
    bson_t empty = BSON_INITIALIZER, document = BSON_INITIALIZER;
    bson_append_int64(&empty, "_id", -1, write->id);
    change_apply(write->change, &empty, &document);
    enum status status = mongo_insert(client, collection_name(write->collection), &document, error);
    bson_destroy(&document);
    bson_destroy(&empty);
    return status;
}

enum status mongo_write(void *state, const struct backend_write *write, struct error *error) {
    if (write->insert)
        return insert(state, write, error);
    bson_t filter = BSON_INITIALIZER;
    bool matched = false;
    bson_append_int64(&filter, "_id", -1, write->id);
    filter_number(&filter, "rev", write->rev);
    filter_number(&filter, "owner", write->owner);
    enum status status = change_document(state, write->collection, write->id, &filter, write->change, &matched, error);
    bson_destroy(&filter);
    if (status == STATUS_OK && !matched)
        return error_set(error, STATUS_CONFLICT, "a document has changed");
    return status;
}

static void filter_card(bson_t *filter, const struct card_note *note) {
    char path[KEY_SIZE + sizeof(".message")];
    snprintf(path, sizeof(path), "cards.%lld.message", (long long)note->card.chat);
    filter_exists(filter, "cards", note->card.chat);
    filter_number(filter, path, note->before);
}

/* One try of a settling: everything it asks for is in the filter. */
static enum status try_settle(struct mongo_client *client, const struct settle *settle, bool *ret_matched,
                              struct error *error) {
    bson_t filter = BSON_INITIALIZER;
    struct change change;
    change_of_settle(settle, &change);
    bson_append_int64(&filter, "_id", -1, settle->id);
    bson_append_int64(&filter, "owner", -1, settle->owner);
    if (settle->progress_item != 0)
        filter_exists(&filter, "owes", settle->progress_item);
    for (size_t i = 0; i < settle->card_count; i++)
        filter_card(&filter, &settle->cards[i]);
    if (settle->release)
        filter_number(&filter, "rev", settle->rev);
    enum status status = change_document(client, settle->collection, settle->id, &filter, &change, ret_matched, error);
    change_done(&change);
    bson_destroy(&filter);
    return status;
}

/* Looks why a settling did not match, and takes out of it what applies no more. None of it can come back: items,
 * revisions and messages are never used again, so that a few rounds are enough. */
static enum status narrow(struct mongo_client *client, struct settle *settle, struct card_note cards[SETTLE_CARDS_MAX],
                          struct error *error) {
    bson_t filter = BSON_INITIALIZER, document;
    bson_append_int64(&filter, "_id", -1, settle->id);
    bson_append_int64(&filter, "owner", -1, settle->owner);
    enum status status = mongo_find_one(client, collection_name(settle->collection), &filter, &document, NULL);
    bson_destroy(&filter);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_CONFLICT, "somebody else owns the document");
    if (status != STATUS_OK)
        return error_set(error, status, "MongoDB: a document could not be read again");
    settle_narrow(settle, &document, cards);
    bson_destroy(&document);
    return STATUS_OK;
}

enum status mongo_settle(void *state, const struct settle *settle, bool *ret_released, struct error *error) {
    enum { ROUNDS = 8 };
    struct settle rest = *settle;
    struct card_note cards[SETTLE_CARDS_MAX];
    for (int round = 0; round < ROUNDS; round++) {
        bool matched = false;
        enum status status = try_settle(state, &rest, &matched, error);
        if (status == STATUS_OK && matched) {
            if (ret_released != NULL)
                *ret_released = rest.release;
            return STATUS_OK;
        }
        if (status == STATUS_OK)
            status = narrow(state, &rest, cards, error);
        if (status != STATUS_OK)
            return status;
    }
    return error_set(error, STATUS_UNAVAILABLE, "a document changes faster than it can be settled");
}

enum status mongo_adopt(void *state, enum collection collection, int64_t id, int64_t from, int64_t to,
                        struct error *error) {
    bson_t filter = BSON_INITIALIZER;
    struct change change;
    bool matched = false;
    bson_append_int64(&filter, "_id", -1, id);
    filter_number(&filter, "owner", from);
    change_of_owner(to, &change);
    enum status status = change_document(state, collection, id, &filter, &change, &matched, error);
    change_done(&change);
    bson_destroy(&filter);
    if (status == STATUS_OK && !matched)
        return error_set(error, STATUS_CONFLICT, "the document has another owner");
    return status;
}
