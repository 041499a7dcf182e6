/* The questions: each filter is served by an index of db/mongo/schema.c and answered in the order of its sort key. */
#include "db/codec.h"
#include "db/mongo/mongo.h"

static void one_of(bson_t *filter, const char *field, const char *first, const char *second) {
    bson_t condition, words;
    bson_append_document_begin(filter, field, -1, &condition);
    bson_append_array_begin(&condition, "$in", -1, &words);
    bson_append_utf8(&words, "0", -1, first, -1);
    bson_append_utf8(&words, "1", -1, second, -1);
    bson_append_array_end(&condition, &words);
    bson_append_document_end(filter, &condition);
}

static void compare(bson_t *filter, const char *field, const char *operator, int64_t number) {
    bson_t condition;
    bson_append_document_begin(filter, field, -1, &condition);
    bson_append_int64(&condition, operator, - 1, number);
    bson_append_document_end(filter, &condition);
}

static void above(bson_t *filter, const char *field, int64_t number) {
    compare(filter, field, "$gt", number);
}

static void filter_staff(bson_t *filter, int64_t key) {
    (void)key;
    one_of(filter, "role", role_name(ROLE_ADMIN), role_name(ROLE_SUPER_ADMIN));
}

static void filter_admins(bson_t *filter, int64_t key) {
    (void)key;
    bson_append_utf8(filter, "role", -1, role_name(ROLE_ADMIN), -1);
}

static void filter_super_admins(bson_t *filter, int64_t key) {
    (void)key;
    bson_append_utf8(filter, "role", -1, role_name(ROLE_SUPER_ADMIN), -1);
}

/* Nobody's: also where `owner` is absent or no number. */
static void filter_owed(bson_t *filter, int64_t key) {
    bson_t no;
    if (key != 0) {
        bson_append_int64(filter, "owner", -1, key);
    } else {
        bson_append_document_begin(filter, "owner", -1, &no);
        above(&no, "$not", 0);
        bson_append_document_end(filter, &no);
    }
    above(filter, "owed_at", 0);
}

static void filter_open_tickets(bson_t *filter, int64_t key) {
    bson_append_int64(filter, "author", -1, key);
    one_of(filter, "status", ticket_status_name(TICKET_WAITING), ticket_status_name(TICKET_ACCEPTED));
}

static void filter_assigned_tickets(bson_t *filter, int64_t key) {
    bson_append_int64(filter, "assignee", -1, key);
    bson_append_utf8(filter, "status", -1, ticket_status_name(TICKET_ACCEPTED), -1);
}

static void filter_legacy_tickets(bson_t *filter, int64_t key) {
    char id[KEY_SIZE];
    snprintf(id, sizeof(id), "%08llx", (unsigned long long)key);
    bson_append_utf8(filter, "legacy_id", -1, id, -1);
}

static void filter_author_tickets(bson_t *filter, int64_t key) {
    bson_append_int64(filter, "author", -1, key);
}

/* A closed ticket has no place in the queue. Few are open, so that the _id serves. */
static void filter_closed_tickets(bson_t *filter, int64_t key) {
    (void)key;
    bson_t no;
    bson_append_document_begin(filter, "queue", -1, &no);
    bson_append_bool(&no, "$exists", -1, false);
    bson_append_document_end(filter, &no);
}

static void filter_nothing(bson_t *filter, int64_t key) {
    (void)filter;
    (void)key;
}

static void filter_status_tickets(bson_t *filter, int64_t key) {
    bool known = key >= 0 && key < TICKET_STATUS_COUNT;
    bson_append_utf8(filter, "status", -1, known ? ticket_status_name((enum ticket_status)key) : "", -1);
}

static void filter_queue_waiting(bson_t *filter, int64_t key) {
    (void)key;
    bson_append_utf8(filter, "status", -1, ticket_status_name(TICKET_WAITING), -1);
}

static void filter_queue_assigned(bson_t *filter, int64_t key) {
    bson_append_int64(filter, "assignee", -1, key);
}

static void filter_recipients(bson_t *filter, int64_t key) {
    bson_t range;
    bson_append_document_begin(filter, "reachable", -1, &range);
    bson_append_int64(&range, "$gt", -1, 0);
    bson_append_int64(&range, "$lte", -1, key);
    bson_append_document_end(filter, &range);
}

static const struct {
    enum collection collection;
    void (*filter)(bson_t *filter, int64_t key);
    const char *sort;
} queries[] = {
    [QUERY_USERS] = {COLLECTION_USERS, filter_nothing, "_id"},
    [QUERY_STATUS_TICKETS] = {COLLECTION_TICKETS, filter_status_tickets, "_id"},
    [QUERY_STAFF] = {COLLECTION_USERS, filter_staff, "_id"},
    [QUERY_ADMINS] = {COLLECTION_USERS, filter_admins, "_id"},
    [QUERY_SUPER_ADMINS] = {COLLECTION_USERS, filter_super_admins, "_id"},
    [QUERY_OWED_USERS] = {COLLECTION_USERS, filter_owed, "_id"},
    [QUERY_OWED_TICKETS] = {COLLECTION_TICKETS, filter_owed, "_id"},
    [QUERY_OWED_CALLS] = {COLLECTION_CALLS, filter_owed, "_id"},
    [QUERY_RECIPIENTS] = {COLLECTION_USERS, filter_recipients, "_id"},
    [QUERY_OWED_BROADCASTS] = {COLLECTION_BROADCASTS, filter_owed, "_id"},
    [QUERY_OWED_ROOMS] = {COLLECTION_ROOMS, filter_owed, "_id"},
    [QUERY_OPEN_TICKETS] = {COLLECTION_TICKETS, filter_open_tickets, "_id"},
    [QUERY_ASSIGNED_TICKETS] = {COLLECTION_TICKETS, filter_assigned_tickets, "_id"},
    [QUERY_AUTHOR_TICKETS] = {COLLECTION_TICKETS, filter_author_tickets, "_id"},
    [QUERY_CLOSED_TICKETS] = {COLLECTION_TICKETS, filter_closed_tickets, "_id"},
    [QUERY_QUEUE] = {COLLECTION_TICKETS, filter_nothing, "queue"},
    [QUERY_QUEUE_WAITING] = {COLLECTION_TICKETS, filter_queue_waiting, "queue"},
    [QUERY_QUEUE_ASSIGNED] = {COLLECTION_TICKETS, filter_queue_assigned, "queue"},
    [QUERY_ROOMS] = {COLLECTION_ROOMS, filter_nothing, "place"},
    [QUERY_LEGACY_TICKETS] = {COLLECTION_TICKETS, filter_legacy_tickets, "_id"},
    [QUERY_ALL_TICKETS] = {COLLECTION_TICKETS, filter_nothing, "_id"},
};
_Static_assert(sizeof(queries) / sizeof(queries[0]) == QUERY_COUNT, "a filter for every query");

struct keys {
    const char *sort;
    int64_t *items;
    size_t max, count;
};

static bool take_key(const bson_t *document, void *argument) {
    struct keys *keys = argument;
    bson_iter_t iter;
    if (bson_iter_init_find(&iter, document, keys->sort) && codec_number(&iter, &keys->items[keys->count]))
        keys->count++;
    return keys->count < keys->max;
}

static void append_options(bson_t *options, const char *sort, bool down, size_t max) {
    bson_t child;
    bson_append_document_begin(options, "sort", -1, &child);
    bson_append_int32(&child, sort, -1, down ? -1 : 1);
    bson_append_document_end(options, &child);
    bson_append_document_begin(options, "projection", -1, &child);
    bson_append_int32(&child, sort, -1, 1);
    bson_append_document_end(options, &child);
    bson_append_int64(options, "limit", -1, (int64_t)max);
}

enum status mongo_query(void *state, enum query query, int64_t key, int64_t from, bool down, int64_t *ret_keys,
                        size_t max, size_t *ret_count, struct error *error) {
    struct keys keys = {.sort = queries[query].sort, .items = ret_keys, .max = max};
    bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER;
    queries[query].filter(&filter, key);
    compare(&filter, keys.sort, down ? "$lt" : "$gt", from);
    append_options(&options, keys.sort, down, max);
    enum status status =
        mongo_find(state, collection_name(queries[query].collection), &filter, &options, take_key, &keys, error);
    bson_destroy(&options);
    bson_destroy(&filter);
    if (status == STATUS_OK)
        *ret_count = keys.count;
    return status;
}

enum status mongo_tally(void *state, enum query query, int64_t key, int64_t *ret_count, struct error *error) {
    bson_t filter = BSON_INITIALIZER;
    queries[query].filter(&filter, key);
    enum status status = mongo_count(state, collection_name(queries[query].collection), &filter, TALLY_MAX, TALLY_WAIT,
                                     ret_count, error);
    bson_destroy(&filter);
    return status;
}
