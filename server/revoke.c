#include "server/revoke.h"

#include "core/clock.h"
#include "handlers/handlers.h"
#include "server/copies.h"

static enum status is_on_staff(struct app *app, int64_t person, struct arena *arena, bool *ret_is,
                               struct error *error) {
    struct user user;
    enum status status = store_load(app->store, COLLECTION_USERS, person, arena, &user, error);
    *ret_is = status == STATUS_OK && user_is_staff(&user);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
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
