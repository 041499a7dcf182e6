/* What came of a call, noted in the document. */
#include "server/delivery/internal.h"

#include <utlist.h>

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "server/copies.h"
#include "server/delivery/continue.h"
#include "server/delivery/people.h"

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

/* Of a ticket, on its way as a card or as a ticket that was asked for. */
static bool media_refused(const struct flight *flight) {
    bool shows_ticket = flight->is_card ? !flight->card.message : flight->kind == OWED_CARD;
    return shows_ticket && flight->outcome == SENDER_REFUSED &&
           (flight->method == TG_METHOD_SEND_MEDIA || flight->method == TG_METHOD_SEND_MEDIA_GROUP);
}

/* What one write takes. */
struct landing {
    struct settle settle;
    int64_t items[OWED_MAX];
    struct card_note cards[SETTLE_CARDS_MAX];
    size_t given_up; /* cards that will not be tried again */
    size_t left;     /* landed, and still owed */
};

static bool is_full(const struct landing *landing) {
    return landing->settle.item_count == OWED_MAX || landing->settle.card_count == SETTLE_CARDS_MAX ||
           landing->settle.progress_item != 0;
}

/* A card that cannot be edited is replaced. Its buttons may still come off, and a press on them takes them off later:
 * so this is tried once, and nobody waits for what comes of it. */
static void strip_copy(struct line *line, const struct card *card) {
    const struct tg_call strip = {
        .method = TG_METHOD_EDIT_MESSAGE_REPLY_MARKUP, .chat_id = card->chat, .message_id = card->message};
    if (sender_submit(line->delivery->app->sender, &strip, SENDER_REPLY, 0, NULL, NULL))
        log_debug("an old copy of a card keeps its buttons", LOG_NUMBER("chat", card->chat));
}

static bool is_empty(const struct landing *landing) {
    return landing->settle.item_count == 0 && landing->settle.card_count == 0 && landing->settle.progress_item == 0;
}

/* The item goes with the write that brings the message's id back. False: it is as any other. */
static bool continue_item(struct line *line, const struct flight *flight) {
    struct error error = {0};
    enum status status = STATUS_CONFLICT;
    if (!flight->continues || !flight->last || flight->outcome != SENDER_DELIVERED)
        return false;
    while (status == STATUS_CONFLICT || status == STATUS_UNKNOWN || status == STATUS_UNAVAILABLE) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
        status = continue_delivered(line->delivery->app, flight->id, flight->item, flight->message, arena, &error);
        if (delivery_drained(line->delivery))
            break;
        if (status == STATUS_UNAVAILABLE || status == STATUS_UNKNOWN)
            clock_sleep(SECOND);
    }
    return status == STATUS_OK;
}

static void add_item(struct line *line, struct landing *landing, const struct flight *flight) {
    struct settle *settle = &landing->settle;
    if (continue_item(line, flight)) {
        atomic_fetch_add(&line->delivery->items, 1);
        landing->left++; /* what follows is owed now */
        return;
    }
    bool afresh = media_refused(flight); /* shown without, from its beginning */
    bool instead = flight->replaces && (flight->outcome == SENDER_GONE || flight->outcome == SENDER_REFUSED);
    if (afresh || instead || (flight->outcome == SENDER_DELIVERED && !flight->last)) {
        settle->progress_item = flight->item;
        settle->progress_part = afresh ? 0 : flight->part + 1;
        landing->left++;
    } else {
        landing->items[settle->item_count++] = flight->item;
    }
    if (!afresh)
        atomic_fetch_add(&line->delivery->items, 1);
}

static void add_card(struct line *line, const struct job *job, struct landing *landing, const struct flight *flight) {
    struct card card = flight->card;
    const struct card given_up = {.chat = card.chat, .message = card.message, .shown = CARD_GIVEN_UP};
    if (flight->method == TG_METHOD_EDIT_MESSAGE_REPLY_MARKUP) { /* it was taken away, whatever came of that */
        card = given_up;
    } else if (flight->outcome == SENDER_DELIVERED) {
        card.part = flight->part_count - flight->part - 1;
        card.shown = flight->last ? flight->rev : card.shown;
        if (flight->last && !card.message)
            card.message = flight->message;
    } else if (card.message && flight->outcome != SENDER_BLOCKED) {
        strip_copy(line, &card);
        card.message = 0; /* sent anew */
    } else {
        card = given_up;
    }
    landing->given_up += card.shown == CARD_GIVEN_UP;
    landing->left += card.shown == CARD_GIVEN_UP || card.shown < job->face; /* the pump says where nobody was reached */
    landing->cards[landing->settle.card_count++] = (struct card_note){card, flight->card.message};
    atomic_fetch_add(&line->delivery->cards, 1);
}

static void add_flight(struct line *line, const struct job *job, struct landing *landing, const struct flight *flight) {
    FAULT(after_send);
    flight_log(flight);
    if (flight->outcome == SENDER_STOPPED || (flight->is_card && media_refused(flight)))
        landing->left++;
    else if (flight->is_card)
        add_card(line, job, landing, flight);
    else
        add_item(line, landing, flight);
}

static bool note(struct line *line, struct job *job, struct landing *landing) {
    struct settle *settle = &landing->settle;
    bool released = false;
    job->grounded += landing->left;
    if (is_empty(landing))
        return false;
    settle->release = job->grounded == 0 && !job->flights && !job->landed;
    settle->rev = job->rev;
    if (settle->release)
        FAULT(before_release);
    enum status status = job_note(line, settle, &released);
    if (status == STATUS_CONFLICT)
        log_warning("a delivery was noted by another copy", LOG_NUMBER("id", settle->id));
    else if (status == STATUS_OK)
        atomic_fetch_add(&line->delivery->dropped, landing->given_up);
    return released;
}

/* What a refusal means beyond the document's own notes. */
static void follow(struct line *line, const struct job *job, const struct flight *flight) {
    if (media_refused(flight))
        refuse_media(line, flight->is_card ? job->key.id : flight->number);
    if (flight->outcome == SENDER_BLOCKED && flight->chat > 0)
        people_mark_blocked(line->delivery->app, line->arena, flight->chat);
}

/* As many as one write takes. */
static bool land_some(struct line *line, struct job *job) {
    struct landing landing = {.settle = job_settle(line, job)};
    struct flight *flight, *next, *noted = NULL;
    landing.settle.items = landing.items;
    landing.settle.cards = landing.cards;
    while (job->landed && !is_full(&landing)) {
        flight = job->landed;
        LL_DELETE(job->landed, flight);
        LL_PREPEND(noted, flight);
        add_flight(line, job, &landing, flight);
    }
    bool released = note(line, job, &landing);
    LL_FOREACH_SAFE(noted, flight, next) {
        follow(line, job, flight);
        flight_free(flight);
    }
    return released;
}

bool job_land(struct line *line, struct job *job) {
    bool released = false;
    arena_reset(line->arena);
    while (job->landed)
        released = land_some(line, job);
    return released;
}
