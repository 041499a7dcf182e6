#include "db/upgrade.h"

#include <string.h>

#include "core/clock.h"
#include "db/backend.h"
#include "db/change.h"
#include "db/codec.h"

#define LEASE "upgrading" /* in meta: ms UTC until when somebody is at it */

enum { LEASE_TIME = MINUTE, TRIES = 8, UPGRADE_BYTES_MAX = 32 << 20 };

struct upgrade {
    struct store *store;
    struct arena *arena;
    int64_t lease, changed;
};

/* --- what is derived from other fields is written where it is missing --- */

static enum status derive_one(struct upgrade *upgrade, enum collection collection, int64_t id, struct error *error) {
    for (int i = 0; i < TRIES; i++) {
        union any_row row;
        struct error last = {0};
        arena_reset(upgrade->arena);
        enum status status = store_load(upgrade->store, collection, id, upgrade->arena, &row, &last);
        if (status == STATUS_NOT_FOUND || status == STATUS_DAMAGED)
            return STATUS_OK; /* gone, or nothing that can be read anyway */
        if (status == STATUS_OK && change_is_derived(collection, &row))
            return STATUS_OK;
        const struct write write = {
            .collection = collection, .before = &row, .after = &row, .unseen = true, .now = clock_now()};
        if (status == STATUS_OK)
            status = store_write(upgrade->store, &write, NULL, &last);
        if (status == STATUS_OK)
            upgrade->changed++;
        if (status != STATUS_CONFLICT && status != STATUS_UNKNOWN)
            return status == STATUS_OK || status == STATUS_INVALID ? STATUS_OK
                                                                   : error_set(error, status, "%s", last.text);
    }
    return error_set(error, STATUS_UNAVAILABLE, "a document is being changed all the time");
}

struct ids {
    int64_t items[RAW_PAGE];
    size_t count;
};

static enum status note_id(void *context, const bson_t *document, struct error *error) {
    struct ids *ids = context;
    (void)error;
    if (document != NULL && ids->count < RAW_PAGE)
        ids->items[ids->count++] = codec_find_number(document, "_id");
    return STATUS_OK;
}

static enum status renew(struct upgrade *upgrade, struct error *error) {
    const int64_t until = clock_now() + LEASE_TIME;
    if (until == upgrade->lease)
        return STATUS_OK;
    enum status status = store_swap(upgrade->store, LEASE, upgrade->lease, until, NULL);
    if (status != STATUS_OK)
        return error_set(error, STATUS_UNAVAILABLE, "the upgrade of the database was taken over, or cannot go on");
    upgrade->lease = until;
    return STATUS_OK;
}

static enum status derive_page(struct upgrade *upgrade, enum collection collection, bson_t *after,
                               struct error *error) {
    struct ids ids = {.count = 0};
    enum status status = store_raw_page(upgrade->store, (int)collection, after, RAW_PAGE, note_id, &ids, error);
    for (size_t i = 0; i < ids.count && status == STATUS_OK; i++)
        status = derive_one(upgrade, collection, ids.items[i], error);
    return status == STATUS_OK ? renew(upgrade, error) : status;
}

static enum status derive_all(struct upgrade *upgrade, struct error *error) {
    for (int i = 0; i < COLLECTION_COUNT; i++) {
        bson_t after = BSON_INITIALIZER;
        enum status status = STATUS_OK;
        while (status == STATUS_OK)
            status = derive_page(upgrade, (enum collection)i, &after, error);
        bson_destroy(&after);
        if (status != STATUS_NOT_FOUND)
            return status;
    }
    return STATUS_OK;
}

/* --- the steps --- */

/* From the version of its place to the next. A step that a later version needs is a row; old ones stay. */
static enum status (*const steps[SCHEMA_VERSION])(struct upgrade *upgrade, struct error *error) = {
    [1] = derive_all, /* tickets: queue; users: reachable; rooms: place */
};

enum status upgrade_is_due(struct store *store, bool *ret_due, struct error *error) {
    int64_t version;
    enum status status = store_get(store, SCHEMA_NAME, &version, error);
    if (status == STATUS_OK)
        *ret_due = version < SCHEMA_VERSION;
    return status;
}

static enum status take_lease(struct upgrade *upgrade, struct error *error) {
    int64_t there = 0;
    enum status status = store_get(upgrade->store, LEASE, &there, NULL);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return error_set(error, status, "the database does not answer");
    if (there > clock_now())
        return error_set(error, STATUS_UNAVAILABLE, "another copy brings the database up to date");
    upgrade->lease = there;
    return renew(upgrade, error);
}

static enum status run_steps(struct upgrade *upgrade, struct error *error) {
    int64_t version;
    enum status status = store_get(upgrade->store, SCHEMA_NAME, &version, error);
    for (; status == STATUS_OK && version < SCHEMA_VERSION; version++) {
        if (version < 1 || !steps[version])
            return error_set(error, STATUS_DAMAGED, "the database has schema %lld, which there never was",
                             (long long)version);
        status = steps[version](upgrade, error);
        if (status == STATUS_OK)
            status = store_swap(upgrade->store, SCHEMA_NAME, version, version + 1, error);
    }
    return status;
}

enum status upgrade_run(struct store *store, int64_t *ret_changed, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(UPGRADE_BYTES_MAX);
    struct upgrade upgrade = {.store = store, .arena = arena};
    enum status status = take_lease(&upgrade, error);
    if (status != STATUS_OK)
        return status;
    status = run_steps(&upgrade, error);
    const enum status given_back = store_swap(store, LEASE, upgrade.lease, 0, NULL);
    (void)given_back; /* else it runs out */
    if (status == STATUS_OK)
        *ret_changed = upgrade.changed;
    return status;
}
