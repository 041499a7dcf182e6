/* What must be there before the first document: the indexes, and nothing of another program. */
#include "db/mongo/mongo.h"

/* Read by people too; db/mongo/query.c says which question each serves. Making one that is there changes nothing. */
#define OWED_INDEX                                                                                                     \
    " {\"name\": \"owed\", \"key\": {\"owner\": 1, \"_id\": 1},"                                                       \
    "  \"partialFilterExpression\": {\"owed_at\": {\"$gt\": 0}}}]}"
static const char *const indexes[] = {
    "{\"createIndexes\": \"users\", \"indexes\": ["
    " {\"name\": \"role\", \"key\": {\"role\": 1, \"_id\": 1}}," OWED_INDEX,
    "{\"createIndexes\": \"tickets\", \"indexes\": ["
    " {\"name\": \"assignee\", \"key\": {\"assignee\": 1, \"status\": 1, \"_id\": 1}},"
    " {\"name\": \"author\", \"key\": {\"author\": 1, \"status\": 1, \"_id\": 1}},"
    " {\"name\": \"legacy\", \"key\": {\"legacy_id\": 1, \"_id\": 1},"
    "  \"partialFilterExpression\": {\"legacy_id\": {\"$exists\": true}}},"
    " {\"name\": \"of_author\", \"key\": {\"author\": 1, \"_id\": 1}},"
    " {\"name\": \"queue\", \"key\": {\"queue\": 1}, \"sparse\": true},"
    " {\"name\": \"waiting\", \"key\": {\"status\": 1, \"queue\": 1}},"
    " {\"name\": \"mine\", \"key\": {\"assignee\": 1, \"queue\": 1}}," OWED_INDEX,
    "{\"createIndexes\": \"calls\", \"indexes\": [" OWED_INDEX,
    "{\"createIndexes\": \"broadcasts\", \"indexes\": [" OWED_INDEX,
    "{\"createIndexes\": \"rooms\", \"indexes\": ["
    " {\"name\": \"place\", \"key\": {\"place\": 1}, \"sparse\": true}," OWED_INDEX,
};

/* Signs of the bot that was before: admins in a collection of their own, people known by telegram_id. */
static const struct {
    const char *collection, *filter;
} signs[] = {
    {"admins", "{}"},
    {"users", "{\"telegram_id\": {\"$exists\": true}}"},
    {"tickets", "{\"ticket_id\": {\"$exists\": true}}"},
};

static enum status parse(const char *json, bson_t *ret_bson, struct error *error) {
    bson_error_t reason;
    if (!bson_init_from_json(ret_bson, json, -1, &reason))
        return error_set(error, STATUS_INVALID, "%s", reason.message);
    return STATUS_OK;
}

static enum status refuse_sign(struct mongo_client *client, const char *collection, const char *filter_text,
                               struct error *error) {
    bson_t filter, document;
    enum status status = parse(filter_text, &filter, error);
    if (status != STATUS_OK)
        return status;
    status = mongo_find_one(client, collection, &filter, &document, NULL);
    bson_destroy(&filter);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return error_set(error, status, "MongoDB: the collection %s could not be read", collection);
    bson_destroy(&document);
    return error_set(
        error, STATUS_DAMAGED,
        "the database holds data of the original bot: set MONGO_DB to another name and take them over with "
        "`techsupport migrate --from URI/DB`");
}

/* Only where our own mark is missing: the search reads every document. */
static enum status refuse_other_shape(struct mongo_client *client, struct error *error) {
    int64_t version;
    struct error absent = {0};
    enum status status = mongo_get(client, SCHEMA_NAME, &version, &absent);
    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK ? status : error_set(error, status, "%s", absent.text);
    status = STATUS_OK;
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]) && status == STATUS_OK; i++)
        status = refuse_sign(client, signs[i].collection, signs[i].filter, error);
    return status;
}

static enum status make_indexes(struct mongo_client *client, const char *text, struct error *error) {
    bson_t command;
    enum status status = parse(text, &command, error);
    if (status != STATUS_OK)
        return status;
    status = mongo_command(client, &command, error);
    bson_destroy(&command);
    return status;
}

enum status mongo_prepare(struct mongo_client *client, struct error *error) {
    enum status status = refuse_other_shape(client, error);
    for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]) && status == STATUS_OK; i++)
        status = make_indexes(client, indexes[i], error);
    return status;
}
