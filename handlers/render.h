/* handlers/render: what is owed, as calls of the Bot API, at the moment of its delivery: in the language, with the menu
 * and from the document as they are then. */
#ifndef HANDLERS_RENDER_H
#define HANDLERS_RENDER_H

#include "handlers/context.h"
#include "telegram/call.h"

struct page;   /* handlers/lists.h */
struct report; /* handlers/report.h */

struct render {
    struct arena *arena;
    enum lang default_lang;
    const struct user *recipient; /* in whose language and with whose menu */
    const struct ticket *ticket;  /* TICKET_FILED: the document that owes it; CARD: the one it is about */
    const struct page *page;      /* LIST: what stands on it */
    const struct report *report;  /* REPORT: what it says */
    const char *bot;              /* the bot's username; NULL: not known yet */
};

enum { RENDER_CALLS_MAX = 24 };

/* The messages of an owed item, in order of sending; 0: it says nothing that can be sent any more (a text of another
 * version, a ticket that is not there). Of what takes another message's place: the edit, and the message that is sent
 * instead where that cannot be edited; `item->part` tells which of the two is to be sent. */
size_t render_owed(const struct render *render, const struct owed *item, struct tg_call ret_calls[RENDER_CALLS_MAX]);
/* Whether the item takes the place of its `message`. */
bool owed_replaces(const struct owed *item);

/* --- what came of a delivery --- */

/* Whether the id of the message that was made is wanted back in the document that owed the item. */
bool owed_continues(const struct owed *item);
/* Puts it into the person's row; gives how many items the row then owes for it, at most one. */
size_t owed_continue(const struct owed *item, int64_t message, struct user *user, struct owed *ret_owe);

/* --- for the files that render one kind of document --- */

enum lang render_lang(const struct render *render);
const char *render_text(const struct render *render, enum text text, const struct text_arg *args, size_t count);
const struct tg_markup *render_markup(const struct render *render, enum keyboard keyboard, int64_t number);
/* Adds a message for each part of a long text at calls[count], gives the new count. */
size_t render_parts(const struct render *render, int64_t chat, const char *html, struct tg_call *calls, size_t count);

#endif
