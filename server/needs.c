#include "server/needs.h"

#include <string.h>

/* The number of the ticket that an old button names. */
static enum status find_legacy(struct app *app, struct context *context, struct error *error) {
    int64_t number = 0;
    size_t count = 0;
    enum status status =
        store_find(app->store, QUERY_LEGACY_TICKETS, context->number, INT64_MIN, &number, 1, &count, error);
    context->number = count > 0 ? number : 0;
    return status;
}

static enum status load_ticket(struct app *app, uint64_t digest, struct context *context, struct error *error) {
    struct ticket *ticket = ARENA_NEW(context->arena, struct ticket);
    enum status status = store_load(app->store, COLLECTION_TICKETS, context->number, context->arena, ticket, error);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    context->ticket = status == STATUS_OK ? ticket : NULL;
    context->done = status == STATUS_OK && op_find(&ticket->doc.ops, digest, NULL);
    return status;
}

/* Somebody else than who sent the update. */
static enum status load_person(struct app *app, uint64_t digest, struct context *context, struct error *error) {
    int64_t id = context->number;
    if (context->by_ticket) {
        enum status status = load_ticket(app, digest, context, error);
        id = context->ticket ? context->ticket->author : 0;
        if (status)
            return status;
    }
    if (id <= 0)
        return STATUS_OK;
    struct user *person = ARENA_NEW(context->arena, struct user);
    struct error why = {0};
    enum status status = store_load(app->store, COLLECTION_USERS, id, context->arena, person, &why);
    if (status == STATUS_NOT_FOUND)
        *person = (struct user){.doc.id = id};
    else if (status != STATUS_OK)
        return error_set(error, status, "%s", why.text);
    context->person = person;
    context->done = op_find(&person->doc.ops, digest, NULL);
    return STATUS_OK;
}

static enum status load_broadcast(struct app *app, uint64_t digest, struct context *context, struct error *error) {
    struct broadcast *broadcast = ARENA_NEW(context->arena, struct broadcast);
    enum status status =
        store_load(app->store, COLLECTION_BROADCASTS, context->number, context->arena, broadcast, error);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    context->broadcast = status == STATUS_OK ? broadcast : NULL;
    context->done = status == STATUS_OK && op_find(&broadcast->doc.ops, digest, NULL);
    return status;
}

static enum status load_call(struct app *app, uint64_t digest, struct context *context, struct error *error) {
    struct call *call = ARENA_NEW(context->arena, struct call);
    enum status status = store_load(app->store, COLLECTION_CALLS, context->number, context->arena, call, error);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    context->call = status == STATUS_OK ? call : NULL;
    context->done = status == STATUS_OK && op_find(&call->doc.ops, digest, NULL);
    return status;
}

static enum status load_room(struct app *app, uint64_t digest, struct context *context, struct error *error) {
    const char *code = context->room_code;
    int64_t id = code ? room_id(code) : context->number;
    struct room *room = ARENA_NEW(context->arena, struct room);
    struct error why = {0};
    if (id <= 0)
        return STATUS_OK;
    enum status status = store_load(app->store, COLLECTION_ROOMS, id, context->arena, room, &why);
    if (status == STATUS_NOT_FOUND)
        *room = (struct room){.doc.id = id};
    else if (status != STATUS_OK)
        return error_set(error, status, "%s", why.text);
    bool others = code && room->code && strcmp(room->code, code) != 0;
    context->room = others ? NULL : room;
    context->done = op_find(&room->doc.ops, digest, NULL);
    return STATUS_OK;
}

static enum status count_rooms(struct app *app, struct context *context, struct error *error) {
    int64_t ids[ROOMS_MAX];
    return store_find(app->store, QUERY_ROOMS, 0, 0, ids, ROOMS_MAX, &context->rooms, error);
}

enum status needs_load(struct app *app, uint64_t digest, unsigned needs, struct context *context, struct error *error) {
    enum status status = STATUS_OK;
    int64_t ids[OPEN_TICKETS_MAX];
    if (context->legacy)
        status = find_legacy(app, context, error);
    if (status == STATUS_OK && (needs & NEED_OPEN_TICKETS))
        status = store_find(app->store, QUERY_OPEN_TICKETS, context->user->doc.id, INT64_MIN, ids, OPEN_TICKETS_MAX,
                            &context->open_tickets, error);
    if (status == STATUS_OK && (needs & NEED_TICKET_NUMBER) && context->ticket_number == 0)
        status = store_next(app->store, TICKET_COUNTER, &context->ticket_number, error);
    if (status == STATUS_OK && (needs & NEED_TICKET))
        status = load_ticket(app, digest, context, error);
    if (status == STATUS_OK && (needs & NEED_BROADCAST))
        status = load_broadcast(app, digest, context, error);
    if (status == STATUS_OK && (needs & NEED_PERSON))
        status = load_person(app, digest, context, error);
    if (status == STATUS_OK && (needs & NEED_CALL))
        status = load_call(app, digest, context, error);
    if (status == STATUS_OK && (needs & NEED_ROOM))
        status = load_room(app, digest, context, error);
    if (status == STATUS_OK && (needs & NEED_ROOMS))
        status = count_rooms(app, context, error);
    return status;
}
