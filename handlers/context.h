/* handlers/context: what a handler sees, and what it decides. A handler is a function (context → change): it never
 * sends, never waits, never writes. What it needs is loaded before; what follows is owed by the documents that the
 * change is written to. It may be run again with newer data when somebody else was faster. */
#ifndef HANDLERS_CONTEXT_H
#define HANDLERS_CONTEXT_H

#include "core/arena.h"
#include "db/rows.h"
#include "fsm/fsm.h"
#include "keyboards/keyboards.h"
#include "telegram/types.h"
#include "texts/texts.h"

enum { OWED_PER_UPDATE_MAX = 8 };

/* What a route asks to be loaded before its handler runs. */
enum need {
    NEED_OPEN_TICKETS = 1 << 0,  /* context.open_tickets */
    NEED_TICKET_NUMBER = 1 << 1, /* context.ticket_number: a fresh one */
    NEED_TICKET = 1 << 2         /* context.ticket: of callback data, else of the session's target */
};

struct context {
    struct arena *arena;
    int64_t now; /* ms UTC */
    enum lang default_lang;
    const struct tg_update *update;
    const struct user *user; /* as loaded; doc.rev 0: not met before */

    size_t open_tickets;
    int64_t ticket_number;
    const struct ticket *ticket; /* NULL: there is none of that number */
    bool ticket_done;            /* the ticket had this very operation before */

    /* of the route, for its handler */
    struct input input;     /* MESSAGE, EDITED_MESSAGE: as the flows see it */
    struct fsm_result step; /* the form's routes */
    int64_t number;         /* callback data's */
    bool legacy; /* it was a button of the bot before: until the ticket is looked for, `number` is its legacy_id;
                    then its own, or 0 */
};

struct change {
    struct user user; /* the session as it shall be */
    struct owed owe[OWED_PER_UPDATE_MAX];
    size_t owe_count;
    unsigned outcome; /* remembered with the operation id; 0 */

    /* The ticket decides, where it is written: first it, then the session. */
    bool writes_ticket;
    struct ticket ticket; /* as it shall be */
    struct owed ticket_owe;
    int64_t card_chat; /* a chat that has no card of the ticket and shall get one; 0: none */
};

/* The language that the person sees. */
enum lang user_lang(const struct user *user, enum lang default_lang);
/* The menu of the person's role. */
enum keyboard user_menu(const struct user *user);
bool user_is_staff(const struct user *user);
enum text ticket_status_text(enum ticket_status status);

/* The chat that an update came from; the person's own where it came from none. */
int64_t context_chat(const struct context *context);

/* The number of the ticket that a press or a conversation is about. */
int64_t context_ticket_number(const struct context *context);

/* Owes a message in the update's chat. `args` (NULL-terminated pairs name, value) are copied into the arena. */
void reply(const struct context *context, struct change *change, enum text text, enum keyboard keyboard, ...)
    __attribute__((sentinel));
/* Owes the answer to the update's callback query; TEXT_NONE: without a word. */
void answer(const struct context *context, struct change *change, enum text text, bool alert);
void answer_with(const struct context *context, struct change *change, bool alert, enum text text, ...)
    __attribute__((sentinel));
/* Owes that the pressed message loses its buttons. */
void strip_buttons(const struct context *context, struct change *change);
/* Owes anything else; the recipient is the update's chat unless set. NULL when there is no more room. */
struct owed *owe(const struct context *context, struct change *change, enum owed_kind kind);

#endif
