/* A session that was asked to file a ticket owes {number, form id}; the fields are still in its form. Here the ticket
 * is inserted under that number. Is the number taken by a ticket of the same form, somebody was here before: done. Is
 * it taken by another one (a counter that was set back), the session first owes the next number, so that a crash in
 * between cannot make two. */
#include "server/create.h"

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "handlers/tickets.h"
#include "server/copies.h"
#include "server/delivery.h"

enum { TRIES_MAX = 5 };

const struct owed *create_owed(const struct user *user) {
    for (size_t i = 0; i < user->doc.owes.count; i++)
        if (user->doc.owes.items[i].kind == OWED_CREATE_TICKET)
            return &user->doc.owes.items[i];
    return NULL;
}

/* Every staff member gets a card; whether they can be reached is seen at delivery. */
static enum status staff_cards(struct app *app, struct arena *arena, struct write *write, struct error *error) {
    int64_t *staff = arena_array(arena, CARDS_MAX, sizeof(*staff));
    size_t count = 0;
    enum status status = store_find(app->store, QUERY_STAFF, 0, INT64_MIN, staff, CARDS_MAX, &count, error);
    if (status)
        return status;
    struct card *cards = arena_array(arena, count, sizeof(*cards));
    for (size_t i = 0; i < count; i++)
        cards[i] = (struct card){.chat = staff[i]};
    write->cards = cards;
    write->card_count = count;
    return STATUS_OK;
}

static enum status insert(struct app *app, const struct user *user, const struct owed *item, struct arena *arena,
                          struct error *error) {
    struct owed filed;
    struct ticket ticket = ticket_from_form(arena, user, item, clock_now(), &filed);
    struct write write = {.collection = COLLECTION_TICKETS,
                          .after = &ticket,
                          .owe = &filed,
                          .owe_count = 1,
                          .owner = copies_self(app->copies),
                          .now = clock_now()};
    enum status status = staff_cards(app, arena, &write, error);
    if (status)
        return status;
    FAULT(before_create);
    return store_write(app->store, &write, NULL, error);
}

/* Somebody else's ticket has our number: owe the next one. */
static enum status renumber(struct app *app, struct user *user, const struct owed *item, struct arena *arena,
                            struct error *error) {
    struct owed next = *item;
    enum status status = store_next(app->store, "ticket", &next.ticket, error);
    if (status)
        return status;
    struct write write = {.collection = COLLECTION_USERS,
                          .before = user,
                          .after = user,
                          .owe = &next,
                          .owe_count = 1,
                          .settle = &item->id,
                          .settle_count = 1,
                          .owner = copies_owner(app->copies, user->doc.owner),
                          .now = clock_now()};
    status = store_write(app->store, &write, NULL, error);
    if (status && status != STATUS_CONFLICT)
        return status;
    return store_load(app->store, COLLECTION_USERS, user->doc.id, arena, user, error);
}

/* Whether the ticket that stands under the number came of this form. */
static enum status is_ours(struct app *app, const struct user *user, int64_t number, struct arena *arena,
                           bool *ret_ours, struct error *error) {
    struct ticket ticket;
    enum status status = store_load(app->store, COLLECTION_TICKETS, number, arena, &ticket, error);
    if (status == STATUS_OK)
        *ret_ours = ticket.form_id == user->form.id && ticket.author == user->doc.id;
    return status;
}

static enum status clear(struct app *app, const struct user *user, const struct owed *item, struct error *error) {
    FAULT(after_create);
    struct settle settle = {.collection = COLLECTION_USERS,
                            .id = user->doc.id,
                            .owner = user->doc.owner,
                            .items = &item->id,
                            .item_count = 1,
                            .release = user->doc.owes.count == 1,
                            .rev = user->doc.rev};
    bool released = false;
    enum status status = store_settle(app->store, &settle, &released, error);
    FAULT(after_create_clear);
    if (status == STATUS_CONFLICT) /* adopted by another copy meanwhile, which finds the ticket made */
        return STATUS_OK;
    if (status == STATUS_OK && !released)
        delivery_notify(app->delivery, COLLECTION_USERS, user->doc.id);
    return status;
}

enum status create_ticket(struct app *app, const struct user *user, struct arena *arena, struct error *error) {
    struct user session = *user;
    for (int i = 0; i < TRIES_MAX; i++) {
        const struct owed *item = create_owed(&session);
        if (!item)
            return STATUS_OK;
        struct error inner = {0};
        enum status status = insert(app, &session, item, arena, &inner);
        bool ours = status == STATUS_OK;
        if (status == STATUS_CONFLICT || status == STATUS_UNKNOWN)
            status = is_ours(app, &session, item->ticket, arena, &ours, error);
        if (status == STATUS_NOT_FOUND)
            continue; /* the unknown outcome was: not inserted */
        if (status)
            return error_set(error, status, "%s", inner.text);
        if (ours) {
            delivery_notify(app->delivery, COLLECTION_TICKETS, item->ticket);
            return clear(app, &session, item, error);
        }
        status = renumber(app, &session, item, arena, error);
        if (status)
            return status;
    }
    return error_set(error, STATUS_UNAVAILABLE, "no ticket number could be had");
}
