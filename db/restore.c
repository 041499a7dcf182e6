/* What is put back is not quite what was saved: a store that was restored belongs to nobody and owes nothing, as the
 * copies, the messages and the timers of then are gone. The table says what restore changes in each collection. */
#include <string.h>

#include "core/clock.h"
#include "db/backend.h"
#include "db/backup_line.h"
#include "db/codec.h"
#include "db/legacy.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PENDING      "restoring" /* in meta while a restore is under way */

enum { BATCH_BYTES_MAX = 1 << 20, TRIES = 5, PAUSE_MS = 500 };

/* In every collection: `owner` and `owed_at` go, and of `owes` all items but those of the kinds `kept`. */
static const struct rule {
    const char *kept[2];       /* kinds of owed items that are work of our own and no messages */
    const char *counter;       /* numbers the documents; NULL: none */
    const char *field, *ended; /* a text field that says that something is going on, and what it says then … */
    const char *running[2];    /* … in place of these */
} rules[] = {
    /* filed and not inserted yet; accepted by one who was dismissed */
    [COLLECTION_USERS] = {.kept = {"create_ticket", "return_tickets"}},
    [COLLECTION_TICKETS] = {.counter = TICKET_COUNTER},
    [COLLECTION_CALLS] = {.field = "status", .running = {"waiting"}, .ended = "unanswered"},
    [COLLECTION_BROADCASTS] = {.field = "status", .running = {"running", "paused"}, .ended = "stopped"},
    [COLLECTION_ROOMS] = {.counter = NULL},
};
_Static_assert(COUNT(rules) == COLLECTION_COUNT, "what restore changes in every collection");

/* Of meta only names that begin so and the counters come back: the rest are leases, offsets and times of the bot that
 * ran then. */
static const char *const kept_numbers[] = {"bot_id", LEGACY_MARK};

struct restoring {
    struct store *store;
    const struct backup_watch *watch;
    int64_t documents;
    int64_t highest[COLLECTION_COUNT]; /* number seen, of those with a counter */
    int shelf;                         /* of the batch */
    bson_t batch[RAW_PAGE];
    size_t count, bytes;
};

/* --- a document as it is put back --- */

static bool is_kept(const struct rule *rule, const bson_iter_t *item) {
    bson_iter_t field;
    if (!BSON_ITER_HOLDS_DOCUMENT(item) || !bson_iter_recurse(item, &field) || !bson_iter_find(&field, "kind") ||
        !BSON_ITER_HOLDS_UTF8(&field))
        return false;
    for (size_t i = 0; i < COUNT(rule->kept); i++)
        if (rule->kept[i] != NULL && strcmp(bson_iter_utf8(&field, NULL), rule->kept[i]) == 0)
            return true;
    return false;
}

/* A ticket that is yet to be inserted has its number already. */
static void note_promised(const bson_iter_t *item, int64_t *highest) {
    bson_iter_t field;
    int64_t number;
    if (bson_iter_recurse(item, &field) && bson_iter_find(&field, "ticket") && codec_number(&field, &number) &&
        number > *highest)
        *highest = number;
}

/* Whether any item stays. */
static bool append_owes(const struct rule *rule, const bson_iter_t *owes, bson_t *out, int64_t *promised) {
    bson_t kept = BSON_INITIALIZER;
    bson_iter_t item;
    if (BSON_ITER_HOLDS_DOCUMENT(owes) && bson_iter_recurse(owes, &item))
        while (bson_iter_next(&item))
            if (is_kept(rule, &item)) {
                bson_append_iter(&kept, NULL, 0, &item);
                note_promised(&item, promised);
            }
    const bool any = !bson_empty(&kept);
    if (any)
        bson_append_document(out, "owes", -1, &kept);
    bson_destroy(&kept);
    return any;
}

static bool is_running(const struct rule *rule, const bson_iter_t *iter) {
    if (rule->field == NULL || strcmp(bson_iter_key(iter), rule->field) != 0 || !BSON_ITER_HOLDS_UTF8(iter))
        return false;
    const char *value = bson_iter_utf8(iter, NULL);
    for (size_t i = 0; i < COUNT(rule->running); i++)
        if (rule->running[i] != NULL && strcmp(value, rule->running[i]) == 0)
            return true;
    return false;
}

/* Appends to *out what `document` becomes; *promised rises to the numbers that it holds for others. */
static void change_document(const struct rule *rule, const bson_t *document, bson_t *out, int64_t *promised) {
    bson_iter_t iter;
    bool owing = false;
    if (!bson_iter_init(&iter, document))
        return;
    while (bson_iter_next(&iter)) {
        const char *name = bson_iter_key(&iter);
        if (strcmp(name, "owes") == 0)
            owing = append_owes(rule, &iter, out, promised);
        else if (is_running(rule, &iter))
            bson_append_utf8(out, name, -1, rule->ended, -1);
        else if (strcmp(name, "owner") != 0 && strcmp(name, "owed_at") != 0)
            bson_append_iter(out, NULL, 0, &iter);
    }
    const int64_t since = codec_find_number(document, "owed_at");
    if (owing)
        bson_append_int64(out, "owed_at", -1, since > 0 ? since : 1);
}

/* --- putting --- */

/* The same again is harmless, whatever became of the last time. */
static enum status put_batch(struct restoring *restoring, struct error *error) {
    enum status status = STATUS_UNKNOWN;
    struct error last = {0};
    for (int i = 0; i < TRIES && (status == STATUS_UNKNOWN || status == STATUS_UNAVAILABLE); i++) {
        if (i > 0)
            clock_sleep(PAUSE_MS);
        last = (struct error){0};
        status = store_raw_put(restoring->store, restoring->shelf, restoring->batch, restoring->count, &last);
    }
    for (size_t i = 0; i < restoring->count; i++)
        bson_destroy(&restoring->batch[i]);
    restoring->count = restoring->bytes = 0;
    return status == STATUS_OK ? STATUS_OK : error_set(error, status, "%s", last.text);
}

/* An empty document at the end of the batch, which is put first if it is full or of another shelf. */
static enum status next_place(struct restoring *restoring, int shelf, bson_t **ret_place, struct error *error) {
    enum status status = STATUS_OK;
    if (restoring->count > 0 &&
        (restoring->shelf != shelf || restoring->count == RAW_PAGE || restoring->bytes >= BATCH_BYTES_MAX))
        status = put_batch(restoring, error);
    if (status != STATUS_OK)
        return status;
    restoring->shelf = shelf;
    *ret_place = &restoring->batch[restoring->count++];
    bson_init(*ret_place);
    return STATUS_OK;
}

static void note_number(struct restoring *restoring, enum collection collection, int64_t number) {
    if (number > restoring->highest[collection])
        restoring->highest[collection] = number;
}

static enum status restore_document(struct restoring *restoring, enum collection collection, const bson_t *document,
                                    struct error *error) {
    bson_t *place = NULL;
    int64_t promised = 0;
    enum status status = next_place(restoring, (int)collection, &place, error);
    if (status != STATUS_OK)
        return status;
    change_document(&rules[collection], document, place, &promised);
    restoring->bytes += place->len;
    note_number(restoring, collection, codec_find_number(document, "_id"));
    note_number(restoring, COLLECTION_TICKETS, promised);
    return STATUS_OK;
}

static enum status put_number(struct restoring *restoring, const char *name, int64_t value, struct error *error) {
    bson_t *place = NULL;
    enum status status = next_place(restoring, RAW_META, &place, error);
    if (status != STATUS_OK)
        return status;
    bson_append_utf8(place, "_id", -1, name, -1);
    bson_append_int64(place, "value", -1, value);
    return STATUS_OK;
}

/* The collection that the counter of that name numbers; COLLECTION_COUNT: none. */
static enum collection counted_by(const char *counter) {
    int i = 0;
    while (i < COLLECTION_COUNT && (rules[i].counter == NULL || strcmp(rules[i].counter, counter) != 0))
        i++;
    return (enum collection)i;
}

static enum status restore_number(struct restoring *restoring, const bson_t *document, struct error *error) {
    struct backup_key_of key = {0};
    const int64_t value = codec_find_number(document, "value");
    if (!backup_find_key(RAW_META, document, &key))
        return error_set(error, STATUS_DAMAGED, "a named number is none");
    if (strncmp(key.name, RAW_COUNTER, strlen(RAW_COUNTER)) == 0) {
        const enum collection counted = counted_by(key.name + strlen(RAW_COUNTER));
        if (counted == COLLECTION_COUNT)
            return put_number(restoring, key.name, value, error);
        note_number(restoring, counted, value);
    }
    for (size_t i = 0; i < COUNT(kept_numbers); i++)
        if (strncmp(key.name, kept_numbers[i], strlen(kept_numbers[i])) == 0)
            return put_number(restoring, key.name, value, error);
    return STATUS_OK;
}

static enum status see(void *context, int shelf, const bson_t *document, struct error *error) {
    struct restoring *restoring = context;
    restoring->documents++;
    if (restoring->watch != NULL && !restoring->watch->go_on(restoring->watch->context, restoring->documents))
        return error_set(error, STATUS_STOPPED, "the restore was ended: begin it again");
    return shelf == RAW_META ? restore_number(restoring, document, error)
                             : restore_document(restoring, (enum collection)shelf, document, error);
}

/* Above every number that is in use: a backup is no snapshot, and a file may have been mended by hand. */
static enum status put_counters(struct restoring *restoring, struct error *error) {
    enum status status = STATUS_OK;
    for (int i = 0; i < COLLECTION_COUNT && status == STATUS_OK; i++) {
        char name[RAW_NAME_SIZE];
        if (rules[i].counter == NULL || restoring->highest[i] <= 0)
            continue;
        snprintf(name, sizeof(name), RAW_COUNTER "%s", rules[i].counter);
        status = put_number(restoring, name, restoring->highest[i], error);
    }
    return status == STATUS_OK && restoring->count > 0 ? put_batch(restoring, error) : status;
}

static void drop_batch(struct restoring *restoring) {
    for (size_t i = 0; i < restoring->count; i++)
        bson_destroy(&restoring->batch[i]);
}

/* --- the whole --- */

static enum status fill(struct store *store, FILE *file, const struct backup_key *key,
                        const struct backup_info *checked, const struct backup_watch *watch, struct error *error) {
    struct restoring restoring = {.store = store, .watch = watch};
    struct backup_info info = {0};
    enum status status = backup_read(file, key, see, &restoring, &info, error);
    if (status == STATUS_OK && (info.documents != checked->documents || info.made_at != checked->made_at))
        status = error_set(error, STATUS_DAMAGED, "the file was changed while it was read");
    if (status == STATUS_OK)
        status = put_counters(&restoring, error);
    drop_batch(&restoring);
    return status;
}

static enum status find_mark(struct store *store, int64_t *ret_mark, struct error *error) {
    struct error absent = {0};
    *ret_mark = 0;
    enum status status = store_get(store, PENDING, ret_mark, &absent);
    return status == STATUS_OK || status == STATUS_NOT_FOUND ? STATUS_OK : error_set(error, status, "%s", absent.text);
}

static enum status set_mark(struct store *store, int64_t to, struct error *error) {
    int64_t from;
    enum status status = find_mark(store, &from, error);
    return status == STATUS_OK && from != to ? store_swap(store, PENDING, from, to, error) : status;
}

enum status restore_begin(struct store *store, struct error *error) {
    return set_mark(store, 1, error);
}

enum status restore_cancel(struct store *store, struct error *error) {
    return set_mark(store, 0, error);
}

/* Documents of an earlier version are brought up to date by the next `serve` (db/upgrade.h). */
static enum status set_schema(struct store *store, int64_t version, struct error *error) {
    int64_t there;
    enum status status = store_get(store, SCHEMA_NAME, &there, error);
    return status == STATUS_OK && there != version ? store_swap(store, SCHEMA_NAME, there, version, error) : status;
}

enum status backup_restore(struct store *store, FILE *file, const struct backup_key *key,
                           const struct backup_info *checked, const struct backup_watch *watch, struct error *error) {
    enum status status = restore_begin(store, error);
    if (status == STATUS_OK)
        status = store_raw_clear(store, PENDING, error);
    if (status == STATUS_OK)
        status = fill(store, file, key, checked, watch, error);
    if (status == STATUS_OK)
        status = set_schema(store, checked->schema, error);
    return status == STATUS_OK ? set_mark(store, 0, error) : status;
}

enum status restore_is_pending(struct store *store, bool *ret_pending, struct error *error) {
    int64_t mark;
    enum status status = find_mark(store, &mark, error);
    if (status == STATUS_OK)
        *ret_pending = mark != 0;
    return status;
}

static enum status note_any(void *context, const bson_t *document, struct error *error) {
    (void)context;
    (void)document;
    (void)error;
    return STATUS_OK;
}

enum status store_is_empty(struct store *store, bool *ret_empty, struct error *error) {
    enum status status = STATUS_NOT_FOUND;
    for (int i = 0; i < COLLECTION_COUNT && status == STATUS_NOT_FOUND; i++) {
        bson_t after = BSON_INITIALIZER;
        status = store_raw_page(store, i, &after, 1, note_any, NULL, error);
        bson_destroy(&after);
    }
    if (status == STATUS_OK || status == STATUS_NOT_FOUND) {
        *ret_empty = status == STATUS_NOT_FOUND;
        return STATUS_OK;
    }
    return status;
}
