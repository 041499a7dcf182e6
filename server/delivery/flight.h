/* server/delivery/flight: one call to Telegram under way for a document, and what came of it. */
#ifndef SERVER_DELIVERY_FLIGHT_H
#define SERVER_DELIVERY_FLIGHT_H

#include "db/rows.h"
#include "telegram/sender.h"

struct line; /* the delivery thread that keeps the document */

struct flight {
    struct flight *next;
    struct line *line;
    enum collection collection;
    int64_t id, rev; /* the document, as it was rendered */
    int64_t lane;    /* the chat; an answer has one of its own, below any chat */
    int64_t chat;
    int64_t item; /* owed item, where it is not a card */
    enum owed_kind kind;
    bool replaces;  /* edits a message; where that cannot be edited, the item's next part is sent instead */
    bool continues; /* the message's id goes back into the person's document */
    int64_t number; /* OWED_CARD: which ticket */
    bool is_card;
    struct card card;
    enum tg_method method;
    int64_t part, part_count;
    bool last; /* the last part */

    enum sender_outcome outcome;
    int64_t message; /* id of the message made */
    int error_code;
    char why[64]; /* Telegram's words up to the first quote, behind which people's text may stand */
    int64_t waited, took;
    int attempts;
};

struct flight *flight_new(const struct flight *plan);
void flight_free(struct flight *flight); /* NULL is allowed */
/* Keeps what we need of the result. */
void flight_note(struct flight *flight, const struct sender_result *result);
/* A refusal is a warning; the rest is for debugging. */
void flight_log(const struct flight *flight);

#endif
