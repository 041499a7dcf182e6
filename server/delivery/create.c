/* A session owes {kind, id}; what is to stand in the document is in the session. Here the document is inserted under
 * that id. Is there one already that came of the same session, somebody was here before: done. A random id is never
 * anybody else's. A number can be (a counter that was set back): then the session first owes the next number, so that a
 * crash in between cannot make two. */
#include "server/delivery/create.h"

#include <string.h>

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "handlers/calls.h"
#include "handlers/cast.h"
#include "handlers/tickets.h"
#include "server/copies.h"
#include "server/delivery/delivery.h"

enum { TRIES_MAX = 5 };

/* A document before it is inserted. */
struct fresh {
    union any_row row;
    struct owed owe[CALL_OWES_MAX]; /* by itself, from the beginning */
    size_t owe_count;
};

static void make_ticket(struct arena *arena, const struct user *user, const struct owed *item,
                        struct fresh *ret_fresh) {
    ret_fresh->row.ticket = ticket_from_form(arena, user, item, clock_now(), &ret_fresh->owe[0]);
    ret_fresh->owe_count = 1;
}

static bool is_our_ticket(const union any_row *there, const struct user *user) {
    return there->ticket.form_id == user->form.id && there->ticket.author == user->doc.id;
}

static void make_broadcast(struct arena *arena, const struct user *user, const struct owed *item,
                           struct fresh *ret_fresh) {
    (void)arena;
    ret_fresh->row.broadcast = broadcast_from_session(user, item, clock_now());
}

static bool is_our_broadcast(const union any_row *there, const struct user *user) {
    return there->broadcast.made_by == user->doc.id;
}

static void make_call(struct arena *arena, const struct user *user, const struct owed *item, struct fresh *ret_fresh) {
    struct call_step step;
    call_begin(arena, user, item, clock_now(), &step);
    ret_fresh->row.call = step.call;
    ret_fresh->owe_count = step.owe_count;
    memcpy(ret_fresh->owe, step.owe, sizeof(step.owe));
}

static bool is_our_call(const union any_row *there, const struct user *user) {
    return there->call.caller == user->doc.id;
}

static const struct maker {
    enum owed_kind kind;
    enum collection collection;
    void (*make)(struct arena *arena, const struct user *user, const struct owed *item, struct fresh *ret_fresh);
    bool (*is_ours)(const union any_row *there, const struct user *user);
    const char *counter; /* gives the next number where one is taken; NULL: ids are random */
    enum { NO_CARDS, STAFF_CARDS, AUTHOR_CARD } cards;
} makers[] = {
    {OWED_CREATE_TICKET, COLLECTION_TICKETS, make_ticket, is_our_ticket, TICKET_COUNTER, STAFF_CARDS},
    {OWED_CREATE_BROADCAST, COLLECTION_BROADCASTS, make_broadcast, is_our_broadcast, NULL, AUTHOR_CARD},
    {OWED_CREATE_CALL, COLLECTION_CALLS, make_call, is_our_call, NULL, STAFF_CARDS},
};

static const struct maker *maker_of(enum owed_kind kind) {
    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
        if (makers[i].kind == kind)
            return &makers[i];
    return NULL;
}

bool create_is(enum owed_kind kind) {
    return maker_of(kind) != NULL;
}

const struct owed *create_owed(const struct user *user) {
    for (size_t i = 0; i < user->doc.owes.count; i++)
        if (create_is(user->doc.owes.items[i].kind))
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

static enum status insert(struct app *app, const struct maker *maker, const struct user *user, const struct owed *item,
                          struct arena *arena, struct error *error) {
    struct fresh fresh = {.owe_count = 0};
    enum status status = STATUS_OK;
    maker->make(arena, user, item, &fresh);
    struct write write = {.collection = maker->collection,
                          .after = &fresh.row,
                          .owe = fresh.owe,
                          .owe_count = fresh.owe_count,
                          .owner = copies_self(app->copies),
                          .now = clock_now()};
    const struct card own = {.chat = user->doc.id};
    if (maker->cards == STAFF_CARDS)
        status = staff_cards(app, arena, &write, error);
    if (maker->cards == AUTHOR_CARD) {
        write.cards = &own;
        write.card_count = 1;
    }
    if (status)
        return status;
    FAULT(before_create);
    return store_write(app->store, &write, NULL, error);
}

/* Somebody else's document has our number: owe the next one. */
static enum status renumber(struct app *app, const char *counter, struct user *user, const struct owed *item,
                            struct arena *arena, struct error *error) {
    struct owed next = *item;
    enum status status = store_next(app->store, counter, &next.number, error);
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

/* Whether the document that stands under the id came of this session. */
static enum status is_ours(struct app *app, const struct maker *maker, const struct user *user, int64_t id,
                           struct arena *arena, bool *ret_ours, struct error *error) {
    union any_row there;
    enum status status = store_load(app->store, maker->collection, id, arena, &there, error);
    if (status == STATUS_OK)
        *ret_ours = maker->is_ours(&there, user);
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
    if (status == STATUS_CONFLICT) /* adopted by another copy meanwhile, which finds the document made */
        return STATUS_OK;
    if (status == STATUS_OK && !released)
        delivery_notify(app->delivery, COLLECTION_USERS, user->doc.id);
    return status;
}

/* NOT_FOUND: not inserted, and nobody else's is there. CONFLICT: somebody else's is. */
static enum status make(struct app *app, const struct maker *maker, const struct user *user, const struct owed *item,
                        struct arena *arena, struct error *error) {
    struct error inner = {0};
    enum status status = insert(app, maker, user, item, arena, &inner);
    bool ours = true;
    if (status == STATUS_CONFLICT || status == STATUS_UNKNOWN)
        status = is_ours(app, maker, user, item->number, arena, &ours, error);
    if (status && status != STATUS_NOT_FOUND)
        return error_set(error, status, "%s", inner.text);
    return ours ? status : STATUS_CONFLICT;
}

enum status create_document(struct app *app, const struct user *user, struct arena *arena, struct error *error) {
    struct user session = *user;
    for (int i = 0; i < TRIES_MAX; i++) {
        const struct owed *item = create_owed(&session);
        if (!item)
            return STATUS_OK;
        const struct maker *maker = maker_of(item->kind);
        enum status status = make(app, maker, &session, item, arena, error);
        if (status == STATUS_OK) {
            delivery_notify(app->delivery, maker->collection, item->number);
            return clear(app, &session, item, error);
        }
        if (status == STATUS_CONFLICT && maker->counter)
            status = renumber(app, maker->counter, &session, item, arena, error);
        if (status && status != STATUS_NOT_FOUND)
            return status;
    }
    return error_set(error, STATUS_UNAVAILABLE, "a document could not be made");
}
