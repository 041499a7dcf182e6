#include "server/delivery/revoke.h"

#include "core/clock.h"
#include "core/log.h"
#include "handlers/calls.h"
#include "handlers/handlers.h"
#include "server/copies.h"
#include "server/delivery/delivery.h"

enum { TRIES = 10, PAGE = 64 };

/* Of somebody who cannot be read nobody can say that they were dismissed. */
static enum status is_on_staff(struct app *app, int64_t person, struct arena *arena, bool *ret_is,
                               struct error *error) {
    struct user user;
    struct error why = {0};
    enum status status = store_load(app->store, COLLECTION_USERS, person, arena, &user, &why);
    *ret_is = status == STATUS_DAMAGED || (status == STATUS_OK && user_is_staff(&user));
    const bool known = status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_DAMAGED;
    return known ? STATUS_OK : error_set(error, status, "%s", why.text);
}

enum status revoke_if_dismissed(struct app *app, const struct ticket *ticket, struct arena *arena, bool *ret_revoked,
                                struct error *error) {
    struct ticket returned;
    struct owed notice;
    bool on_staff = true;
    enum status status = STATUS_OK;
    *ret_revoked = false;
    if (ticket->status == TICKET_ACCEPTED && ticket->assignee != 0) /* 0: by a name of the bot before alone */
        status = is_on_staff(app, ticket->assignee, arena, &on_staff, error);
    if (status != STATUS_OK || on_staff ||
        !assignment_revoke(arena, clock_now(), ticket, ticket->assignee, &returned, &notice))
        return status;
    const struct write write = {.collection = COLLECTION_TICKETS,
                                .before = ticket,
                                .after = &returned,
                                .owe = &notice,
                                .owe_count = 1,
                                .owner = copies_owner(app->copies, ticket->doc.owner),
                                .now = clock_now()};
    status = store_write(app->store, &write, NULL, error);
    *ret_revoked = status == STATUS_OK;
    return status;
}

/* OK also where it is no longer theirs. */
static enum status return_ticket(struct store *store, struct app *app, int64_t number, int64_t dismissed,
                                 struct error *error) {
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < TRIES && (status == STATUS_CONFLICT || status == STATUS_UNKNOWN); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
        struct ticket before, after;
        struct owed notice;
        *error = (struct error){0};
        status = store_load(store, COLLECTION_TICKETS, number, arena, &before, error);
        if (status != STATUS_OK || !assignment_revoke(arena, clock_now(), &before, dismissed, &after, &notice))
            return status;
        const struct write write = {.collection = COLLECTION_TICKETS,
                                    .before = &before,
                                    .after = &after,
                                    .owe = &notice,
                                    .owe_count = 1,
                                    .owner = app ? copies_owner(app->copies, before.doc.owner) : 0,
                                    .now = clock_now()};
        status = store_write(store, &write, NULL, error);
    }
    if (status == STATUS_OK && app)
        delivery_notify(app->delivery, COLLECTION_TICKETS, number);
    return status;
}

/* One that nobody can read keeps nobody from the others. */
static enum status return_or_leave(struct store *store, struct app *app, int64_t number, int64_t dismissed,
                                   struct error *error) {
    enum status status = return_ticket(store, app, number, dismissed, error);
    if (status != STATUS_DAMAGED && status != STATUS_NOT_FOUND)
        return status;
    log_error("a dismissed person's ticket cannot be given back", LOG_NUMBER("ticket", number),
              LOG_TEXT("why", error->text));
    *error = (struct error){0};
    return STATUS_OK;
}

enum status revoke_all(struct store *store, struct app *app, int64_t dismissed, size_t *ret_count,
                       struct error *error) {
    int64_t numbers[PAGE], after = 0;
    size_t count = PAGE;
    *ret_count = 0;
    while (count == PAGE) {
        enum status status = store_find(store, QUERY_ASSIGNED_TICKETS, dismissed, after, numbers, PAGE, &count, error);
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = return_or_leave(store, app, numbers[i], dismissed, error);
        if (status != STATUS_OK)
            return status;
        after = count > 0 ? numbers[count - 1] : after;
        *ret_count += count;
    }
    return STATUS_OK;
}

enum status revoke_call_if_dismissed(struct app *app, const struct call *call, struct arena *arena, bool *ret_revoked,
                                     struct error *error) {
    struct call_step step;
    bool on_staff = true;
    enum status status = STATUS_OK;
    *ret_revoked = false;
    if (call->status == CALL_TAKEN)
        status = is_on_staff(app, call->taken_by, arena, &on_staff, error);
    if (status != STATUS_OK || on_staff || !call_revoke(call, clock_now(), &step))
        return status;
    const struct write write = {.collection = COLLECTION_CALLS,
                                .before = call,
                                .after = &step.call,
                                .owe = step.owe,
                                .owe_count = step.owe_count,
                                .settle = &step.settle,
                                .settle_count = 1,
                                .owner = copies_owner(app->copies, call->doc.owner),
                                .now = clock_now()};
    status = store_write(app->store, &write, NULL, error);
    *ret_revoked = status == STATUS_OK;
    return status;
}
