/* What came of a call, noted in the document. */
#include "server/delivery_internal.h"

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "server/copies.h"

static void mark_blocked(struct line *line, int64_t chat) {
    struct app *app = line->delivery->app;
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < 3 && status == STATUS_CONFLICT; i++) {
        struct user user, blocked;
        struct error error = {0};
        status = store_load(app->store, COLLECTION_USERS, chat, line->arena, &user, &error);
        if (status || user.blocked)
            return;
        blocked = user;
        blocked.blocked = true;
        struct write write = {.collection = COLLECTION_USERS,
                              .before = &user,
                              .after = &blocked,
                              .owner = copies_owner(app->copies, user.doc.owner),
                              .now = clock_now()};
        status = store_write(app->store, &write, NULL, &error);
    }
}

/* Telegram would not take the media: the ticket says so from now on, and every card goes without. */
static void refuse_media(struct line *line, int64_t number) {
    struct app *app = line->delivery->app;
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < 3 && status == STATUS_CONFLICT; i++) {
        struct ticket ticket, without;
        struct error error = {0};
        status = store_load(app->store, COLLECTION_TICKETS, number, line->arena, &ticket, &error);
        if (status || ticket.media_refused)
            return;
        without = ticket;
        without.media_refused = true;
        struct write write = {.collection = COLLECTION_TICKETS,
                              .before = &ticket,
                              .after = &without,
                              .owner = copies_owner(app->copies, ticket.doc.owner),
                              .now = clock_now()};
        status = store_write(app->store, &write, NULL, &error);
    }
}

static bool refused_media(const struct flight *flight) {
    return flight->outcome == SENDER_REFUSED &&
           (flight->method == TG_METHOD_SEND_MEDIA || flight->method == TG_METHOD_SEND_MEDIA_GROUP);
}

/* True: the document was let go with it, nothing is left to do. */
static bool land_item(struct line *line, struct job *job, const struct flight *flight) {
    struct settle settle = job_settle(line, job);
    bool released = false;
    if (flight->outcome == SENDER_STOPPED)
        return false;
    if (flight->kind == OWED_CARD && refused_media(flight)) {
        refuse_media(line, flight->ticket); /* shown without, from its beginning */
        settle.progress_item = flight->item;
        return job_note(line, &settle, &released) == STATUS_OK && released;
    }
    bool instead = flight->replaces && (flight->outcome == SENDER_GONE || flight->outcome == SENDER_REFUSED);
    if (instead || (flight->outcome == SENDER_DELIVERED && !flight->last)) {
        settle.progress_item = flight->item;
        settle.progress_part = flight->part + 1;
    } else {
        settle.items = &flight->item;
        settle.item_count = 1;
        settle.release = flight->only;
        settle.rev = flight->rev;
    }
    atomic_fetch_add(&line->delivery->items, 1);
    if (job_note(line, &settle, &released) == STATUS_CONFLICT)
        log_warning("a delivery was noted by another copy", LOG_NUMBER("id", settle.id));
    return released;
}

/* A card that cannot be edited is replaced. Its buttons may still come off, and a press on them takes them off later:
 * so this is tried once, and nobody waits for what comes of it. */
static void strip_copy(struct line *line, const struct card *card) {
    const struct tg_call strip = {
        .method = TG_METHOD_EDIT_MESSAGE_REPLY_MARKUP, .chat_id = card->chat, .message_id = card->message};
    if (sender_submit(line->delivery->app->sender, &strip, SENDER_REPLY, 0, NULL, NULL))
        log_debug("an old copy of a card keeps its buttons", LOG_NUMBER("chat", card->chat));
}

static void land_card(struct line *line, struct job *job, const struct flight *flight) {
    struct card card = flight->card;
    if (flight->outcome == SENDER_STOPPED)
        return;
    if (!card.message && refused_media(flight)) {
        refuse_media(line, job->key.id);
        return;
    }
    if (flight->outcome == SENDER_DELIVERED) {
        card.part = flight->part_count - flight->part - 1;
        card.shown = flight->last ? flight->rev : card.shown;
        if (flight->last && !card.message)
            card.message = flight->message;
    } else if (card.message && flight->outcome != SENDER_BLOCKED) {
        strip_copy(line, &card);
        card.message = 0; /* sent anew */
    } else {
        card = (struct card){.chat = card.chat, .shown = CARD_GIVEN_UP};
    }
    atomic_fetch_add(&line->delivery->cards, 1);
    job_note_card(line, job, &card, flight->card.message);
}

void flight_land(struct line *line, struct flight *flight) {
    struct job *job = job_find(line, (struct key){flight->id, flight->collection});
    FAULT(after_send);
    job_remove_flight(job, flight);
    arena_reset(line->arena);
    flight_log(flight);
    bool released = false;
    if (flight->is_card)
        land_card(line, job, flight);
    else
        released = land_item(line, job, flight);
    if (flight->outcome == SENDER_BLOCKED && flight->chat > 0)
        mark_blocked(line, flight->chat);
    flight_free(flight);
    if (released)
        job_drop(line, job);
    else
        job_pump(line, job);
}
