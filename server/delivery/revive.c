#include "server/delivery/revive.h"

#include "core/arena.h"
#include "core/clock.h"
#include "server/copies.h"
#include "server/delivery/delivery.h"

enum { PAGE = 64, TRIES = 5, TICKET_BYTES_MAX = 8 << 20 };

static const struct card *given_up_card(const struct ticket *ticket, int64_t chat) {
    for (size_t i = 0; i < ticket->doc.cards.count; i++) {
        const struct card *card = &ticket->doc.cards.items[i];
        if (card->chat == chat && card->shown == CARD_GIVEN_UP)
            return card;
    }
    return NULL;
}

static enum status try_ticket(struct app *app, int64_t number, int64_t chat, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(TICKET_BYTES_MAX);
    struct ticket ticket;
    enum status status = store_load(app->store, COLLECTION_TICKETS, number, arena, &ticket, error);
    const struct card *old = status == STATUS_OK ? given_up_card(&ticket, chat) : NULL;
    if (!old)
        return status == STATUS_NOT_FOUND || status == STATUS_DAMAGED ? STATUS_OK : status;
    const struct card card = {.chat = chat, .message = old->message};
    const struct write write = {.collection = COLLECTION_TICKETS,
                                .before = &ticket,
                                .after = &ticket,
                                .cards = &card,
                                .card_count = 1,
                                .unseen = true,
                                .owner = copies_owner(app->copies, ticket.doc.owner),
                                .now = clock_now()};
    status = store_write(app->store, &write, NULL, error);
    if (status == STATUS_OK)
        delivery_notify(app->delivery, COLLECTION_TICKETS, number);
    return status;
}

static enum status revive_in(struct app *app, int64_t number, int64_t chat, struct error *error) {
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < TRIES && (status == STATUS_CONFLICT || status == STATUS_UNKNOWN); i++) {
        *error = (struct error){0};
        status = try_ticket(app, number, chat, error);
    }
    return status;
}

enum status revive_cards(struct app *app, int64_t chat, struct error *error) {
    int64_t keys[PAGE], after = 0;
    size_t count = PAGE;
    while (count == PAGE) {
        enum status status = store_page(app->store, QUERY_QUEUE, 0, after, false, keys, PAGE, &count, error);
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = revive_in(app, ticket_of_queue(keys[i]), chat, error);
        if (status != STATUS_OK)
            return status;
        after = count > 0 ? keys[count - 1] : after;
    }
    return STATUS_OK;
}
