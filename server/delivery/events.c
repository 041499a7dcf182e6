#include "server/delivery/events.h"

#include "core/clock.h"
#include "handlers/calls.h"
#include "server/backups.h"
#include "server/copies.h"
#include "server/delivery/revive.h"

enum { TRIES = 5 };

static enum status bring_cards(struct app *app, const union any_row *row, const struct owed *item, struct arena *arena,
                               bool *ret_written, struct error *error) {
    (void)row;
    (void)arena;
    (void)ret_written;
    return revive_cards(app, item->chat, error);
}

/* Where another one is being made it is asked for again with the next sweep: it stays owed. */
static enum status ask_backup(struct app *app, const union any_row *row, const struct owed *item, struct arena *arena,
                              bool *ret_written, struct error *error) {
    (void)item;
    (void)arena;
    (void)ret_written;
    if (row->user.role != ROLE_SUPER_ADMIN) /* any more */
        return STATUS_OK;
    return backups_request(app, row->doc.id, error);
}

/* --- calls --- */

static enum status write_step(struct app *app, const struct call *call, const struct owed *item,
                              const struct call_step *step, bool *ret_written, struct error *error) {
    const int64_t settle[] = {item->id, step->settle};
    const struct write write = {.collection = COLLECTION_CALLS,
                                .before = call,
                                .after = &step->call,
                                .owe = step->owe,
                                .owe_count = step->owe_count,
                                .settle = settle,
                                .settle_count = step->settle ? 2 : 1,
                                .unseen = step->unseen,
                                .owner = copies_owner(app->copies, call->doc.owner),
                                .now = clock_now()};
    enum status status = store_write(app->store, &write, NULL, error);
    *ret_written = status == STATUS_OK;
    return status;
}

static bool is_tried(const union any_row *row) {
    return call_is_tried(&row->call);
}

static enum status count_call(struct app *app, const union any_row *row, const struct owed *item, struct arena *arena,
                              bool *ret_written, struct error *error) {
    struct call_step step;
    call_count(arena, &row->call, clock_now(), &step);
    return write_step(app, &row->call, item, &step, ret_written, error);
}

static enum status expire_call(struct app *app, const union any_row *row, const struct owed *item, struct arena *arena,
                               bool *ret_written, struct error *error) {
    struct call_step step;
    if (!call_expire(arena, &row->call, clock_now(), &step))
        return STATUS_OK;
    return write_step(app, &row->call, item, &step, ret_written, error);
}

/* Unless they have called again. */
static enum status try_return(struct app *app, const struct call *call, struct arena *arena, struct error *error) {
    struct user caller, after;
    enum status status = store_load(app->store, COLLECTION_USERS, call->caller, arena, &caller, error);
    if (status || caller.last_call != call->doc.id || caller.last_call_at == 0)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    after = caller;
    after.last_call_at = 0;
    const struct write write = {.collection = COLLECTION_USERS, .before = &caller, .after = &after, .now = clock_now()};
    return store_write(app->store, &write, NULL, error);
}

static enum status return_cooldown(struct app *app, const union any_row *row, const struct owed *item,
                                   struct arena *arena, bool *ret_written, struct error *error) {
    (void)item;
    (void)ret_written;
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < TRIES && (status == STATUS_CONFLICT || status == STATUS_UNKNOWN); i++) {
        *error = (struct error){0};
        status = try_return(app, &row->call, arena, error);
    }
    return status == STATUS_CONFLICT ? STATUS_UNAVAILABLE : status;
}

/* --- the table --- */

static const struct event_kind {
    enum owed_kind kind;
    enum collection collection;                 /* whose documents owe it */
    bool (*is_ready)(const union any_row *row); /* NULL: always */
    enum status (*run)(struct app *app, const union any_row *row, const struct owed *item, struct arena *arena,
                       bool *ret_written, struct error *error);
} events[] = {
    {OWED_CARDS, COLLECTION_USERS, NULL, bring_cards},           {OWED_BACKUP, COLLECTION_USERS, NULL, ask_backup},
    {OWED_CALL_COUNT, COLLECTION_CALLS, is_tried, count_call},   {OWED_CALL_DUE, COLLECTION_CALLS, NULL, expire_call},
    {OWED_CALL_RETURN, COLLECTION_CALLS, NULL, return_cooldown},
};

static const struct event_kind *event_of(enum owed_kind kind) {
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        if (events[i].kind == kind)
            return &events[i];
    return NULL;
}

/* What stands in another collection's document by mistake is none. */
bool event_is(enum collection collection, enum owed_kind kind) {
    const struct event_kind *event = event_of(kind);
    return event && event->collection == collection;
}

bool event_is_ready(const union any_row *row, const struct owed *item) {
    const struct event_kind *event = event_of(item->kind);
    return !event->is_ready || event->is_ready(row);
}

enum status event_run(struct app *app, const union any_row *row, const struct owed *item, struct arena *arena,
                      bool *ret_written, struct error *error) {
    *ret_written = false;
    return event_of(item->kind)->run(app, row, item, arena, ret_written, error);
}
