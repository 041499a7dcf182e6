/* The doors of both stores: every call is let in (not once the store is being closed), checked, handed to the backend
 * and counted. */
#include "db/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "db/backend.h"
#include "db/codec.h"

struct store {
    const struct store_backend *backend;
    void *state;
    pthread_mutex_t lock;
    pthread_cond_t left;
    size_t inside; /* calls under way */
    bool closing;
    atomic_uint_fast64_t reads, writes, conflicts, failures;
};

static enum status enter(struct store *store, struct error *error) {
    pthread_mutex_lock(&store->lock);
    bool closing = store->closing;
    store->inside += !closing;
    pthread_mutex_unlock(&store->lock);
    return closing ? error_set(error, STATUS_STOPPED, "the store is being closed") : STATUS_OK;
}

/* Every call that entered ends here. */
static enum status leave(struct store *store, atomic_uint_fast64_t *counter, enum status status) {
    atomic_fetch_add(counter, 1);
    if (status == STATUS_CONFLICT)
        atomic_fetch_add(&store->conflicts, 1);
    if (status == STATUS_UNAVAILABLE || status == STATUS_UNKNOWN || status == STATUS_DAMAGED)
        atomic_fetch_add(&store->failures, 1);
    pthread_mutex_lock(&store->lock);
    if (--store->inside == 0)
        pthread_cond_broadcast(&store->left);
    pthread_mutex_unlock(&store->lock);
    return status;
}

static enum status check_schema(const struct store_backend *backend, void *state, bool exclusive, struct error *error) {
    int64_t version;
    enum status status = backend->get_or_set(state, SCHEMA_NAME, SCHEMA_VERSION, &version, error);
    if (status == STATUS_OK && version > SCHEMA_VERSION)
        return error_set(error, STATUS_DAMAGED,
                         "the database has schema %lld, this program knows %d: a newer version of it has been here. "
                         "Install that one again, or restore a backup from before",
                         (long long)version, SCHEMA_VERSION);
    if (status == STATUS_OK && version < SCHEMA_VERSION && !exclusive)
        return error_set(
            error, STATUS_CONFLICT,
            "the database is of an earlier version: `techsupport serve` brings it up to date at its start");
    return status;
}

enum status store_open(const struct store_settings *settings, struct store **ret_store, struct error *error) {
    const struct store_backend *backend = settings->mongo_uri != NULL ? &mongo_backend : &sqlite_backend;
    void *state;
    enum status status = backend->open(settings, &state, error);
    if (status != STATUS_OK)
        return status;
    status = check_schema(backend, state, settings->exclusive, error);
    if (status != STATUS_OK) {
        backend->close(state);
        return status;
    }
    struct store *store = mem_alloc(sizeof(*store));
    store->backend = backend;
    store->state = state;
    if (pthread_mutex_init(&store->lock, NULL) != 0 || pthread_cond_init(&store->left, NULL) != 0)
        mem_die("store");
    *ret_store = store;
    return STATUS_OK;
}

void store_close(struct store *store) {
    if (store == NULL)
        return;
    pthread_mutex_lock(&store->lock);
    store->closing = true;
    while (store->inside > 0)
        pthread_cond_wait(&store->left, &store->lock);
    pthread_mutex_unlock(&store->lock);
    store->backend->close(store->state);
    pthread_cond_destroy(&store->left);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

const char *store_kind(const struct store *store) {
    return store->backend->kind;
}

/* A call of the backend between the doors. */
#define THROUGH(store, counter, call)                                                                                  \
    do {                                                                                                               \
        enum status entered_ = enter((store), error);                                                                  \
        return entered_ == STATUS_OK ? leave((store), &(store)->counter, (store)->backend->call) : entered_;           \
    } while (0)

enum status store_ping(struct store *store, struct error *error) {
    THROUGH(store, reads, ping(store->state, error));
}

enum status store_load(struct store *store, enum collection collection, int64_t id, struct arena *arena, void *ret_row,
                       struct error *error) {
    THROUGH(store, reads, load(store->state, collection, id, arena, ret_row, error));
}

static enum status write_change(struct store *store, const struct write *write, const struct change *change,
                                struct error *error) {
    const struct doc *before = write->before, *after = write->after;
    struct backend_write request = {
        .collection = write->collection,
        .id = after->id,
        .rev = before != NULL ? before->rev : 0,
        .owner = before != NULL ? before->owner : 0,
        .insert = before == NULL,
        .change = change,
    };
    THROUGH(store, writes, write(store->state, &request, error));
}

enum status store_write(struct store *store, const struct write *write, int64_t *ret_rev, struct error *error) {
    struct change change;
    enum status status = change_of_write(write, &change, error);
    if (status == STATUS_OK)
        status = write_change(store, write, &change, error);
    change_done(&change);
    if (status == STATUS_OK && ret_rev != NULL)
        *ret_rev = write->before != NULL ? ((const struct doc *)write->before)->rev + 1 : 1;
    return status;
}

enum status store_settle(struct store *store, const struct settle *settle, bool *ret_released, struct error *error) {
    if (settle->owner <= 0 || settle->item_count > OWED_MAX || settle->card_count > SETTLE_CARDS_MAX)
        return error_set(error, STATUS_INVALID, "a settling without an owner or with too many items or cards");
    THROUGH(store, writes, settle(store->state, settle, ret_released, error));
}

enum status store_adopt(struct store *store, enum collection collection, int64_t id, int64_t from, int64_t to,
                        struct error *error) {
    if (from < 0 || to < 0)
        return error_set(error, STATUS_INVALID, "an owner out of range");
    THROUGH(store, writes, adopt(store->state, collection, id, from, to, error));
}

enum status store_page(struct store *store, enum query query, int64_t key, int64_t from, bool down, int64_t *ret_keys,
                       size_t max, size_t *ret_count, struct error *error) {
    if ((unsigned)query >= QUERY_COUNT || max == 0 || max > INT32_MAX)
        return error_set(error, STATUS_INVALID, "no such query");
    THROUGH(store, reads, find(store->state, query, key, from, down, ret_keys, max, ret_count, error));
}

enum status store_find(struct store *store, enum query query, int64_t key, int64_t after, int64_t *ret_ids, size_t max,
                       size_t *ret_count, struct error *error) {
    return store_page(store, query, key, after, false, ret_ids, max, ret_count, error);
}

enum status store_tally(struct store *store, enum query query, int64_t key, int64_t *ret_count, struct error *error) {
    if ((unsigned)query >= QUERY_COUNT)
        return error_set(error, STATUS_INVALID, "no such query");
    THROUGH(store, reads, tally(store->state, query, key, ret_count, error));
}

static enum status check_name(const char *name, struct error *error) {
    size_t length = strnlen(name, WORD_BYTES_MAX);
    if (length == 0 || length >= WORD_BYTES_MAX || !bson_utf8_validate(name, length, false))
        return error_set(error, STATUS_INVALID, "a name that is empty, too long or not UTF-8");
    return STATUS_OK;
}

enum status store_next(struct store *store, const char *counter, int64_t *ret_number, struct error *error) {
    char name[RAW_NAME_SIZE];
    enum status status = check_name(counter, error);
    if (status != STATUS_OK)
        return status;
    snprintf(name, sizeof(name), RAW_COUNTER "%s", counter);
    THROUGH(store, writes, next(store->state, name, ret_number, error));
}

enum status store_get(struct store *store, const char *name, int64_t *ret_value, struct error *error) {
    enum status status = check_name(name, error);
    if (status != STATUS_OK)
        return status;
    THROUGH(store, reads, get(store->state, name, ret_value, error));
}

enum status store_get_or_set(struct store *store, const char *name, int64_t value, int64_t *ret_value,
                             struct error *error) {
    enum status status = check_name(name, error);
    if (status != STATUS_OK)
        return status;
    THROUGH(store, writes, get_or_set(store->state, name, value, ret_value, error));
}

enum status store_swap(struct store *store, const char *name, int64_t from, int64_t to, struct error *error) {
    enum status status = check_name(name, error);
    if (status != STATUS_OK)
        return status;
    THROUGH(store, writes, swap(store->state, name, from, to, error));
}

enum status store_beat(struct store *store, int64_t copy, int64_t beat, struct error *error) {
    THROUGH(store, writes, beat(store->state, copy, beat, error));
}

enum status store_copies(struct store *store, struct copy ret_copies[COPIES_MAX], size_t *ret_count,
                         struct error *error) {
    THROUGH(store, reads, copies(store->state, ret_copies, ret_count, error));
}

enum status store_forget_copy(struct store *store, int64_t copy, struct error *error) {
    THROUGH(store, writes, forget_copy(store->state, copy, error));
}

/* The places are taken in turn, by a counter: what is kept is bounded without a scan. */
enum status store_keep_unread(struct store *store, int64_t now, const char *why, const void *data, size_t size,
                              struct error *error) {
    int64_t number;
    enum status status = check_name(why, error);
    if (status == STATUS_OK)
        status = store_next(store, "unread", &number, error);
    if (status != STATUS_OK)
        return status;
    size_t kept = size < UNREAD_BYTES_MAX ? size : UNREAD_BYTES_MAX;
    THROUGH(store, writes, keep_unread(store->state, number % UNREAD_MAX, now, why, data, kept, error));
}

const char *raw_name(int shelf) {
    return shelf == RAW_META ? "meta" : collection_name((enum collection)shelf);
}

enum status store_raw_page(struct store *store, int shelf, bson_t *after, size_t max, raw_see *see, void *context,
                           struct error *error) {
    THROUGH(store, reads, raw_page(store->state, shelf, after, max, see, context, error));
}

enum status store_raw_put(struct store *store, int shelf, const bson_t *documents, size_t count, struct error *error) {
    if (count > RAW_PAGE)
        return error_set(error, STATUS_INVALID, "too many documents at once");
    THROUGH(store, writes, raw_put(store->state, shelf, documents, count, error));
}

enum status store_raw_clear(struct store *store, const char *kept, struct error *error) {
    THROUGH(store, writes, raw_clear(store->state, kept, error));
}

void store_count(struct store *store, struct store_counts *ret_counts) {
    *ret_counts = (struct store_counts){
        .reads = atomic_load(&store->reads),
        .writes = atomic_load(&store->writes),
        .conflicts = atomic_load(&store->conflicts),
        .failures = atomic_load(&store->failures),
        .commits = store->backend->commits != NULL ? store->backend->commits(store->state) : 0,
    };
}
