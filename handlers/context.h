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

enum { OWED_PER_UPDATE_MAX = 8, OWED_PER_DECISION_MAX = 4 };

/* What a route asks to be loaded before its handler runs. */
enum need {
    NEED_OPEN_TICKETS = 1 << 0,  /* context.open_tickets */
    NEED_TICKET_NUMBER = 1 << 1, /* context.ticket_number: a fresh one */
    NEED_TICKET = 1 << 2,        /* context.ticket: the one of context.number */
    NEED_BROADCAST = 1 << 8,     /* context.broadcast: the one of context.number */
    NEED_PERSON = 1 << 3,        /* context.person: of that id; with by_ticket the author of that ticket */
    NEED_CALL = 1 << 4,          /* context.call: the one of context.number */
    NEED_ROOM = 1 << 5,          /* context.room: the one of context.room_code, without one that of context.number */
    NEED_ROOMS = 1 << 6          /* context.rooms */
};

struct context {
    struct arena *arena;
    int64_t now; /* ms UTC */
    enum lang default_lang;
    const struct tg_update *update;
    const struct user *user; /* as loaded; doc.rev 0: not met before */

    bool too_fast, say_so; /* the person sends too much; and is to be told */

    size_t open_tickets;
    int64_t ticket_number;
    const struct ticket *ticket;       /* NULL: there is none of that number */
    const struct broadcast *broadcast; /* NULL: there is none of that id */
    const struct user *person;         /* another person; doc.rev 0: not met before. NULL: none is named */
    const struct call *call;           /* NULL: there is none of that id */
    const struct room *room;           /* doc.rev 0: there never was one of that code, without a name: it was removed.
                                          NULL: none is named, or the code cannot be used */
    size_t rooms;
    const char *bot;       /* the bot's username; NULL: not known yet */
    bool done;             /* the document that was loaded had this very operation before */
    int64_t call_cooldown; /* ms between two calls of one person; 0: none */

    /* of the route, for its handler */
    struct input input;       /* MESSAGE, EDITED_MESSAGE: as the flows see it */
    struct fsm_result step;   /* the form's routes */
    struct callback callback; /* what was pressed */
    int64_t number;           /* of a ticket or a person: of the callback data, of a command, or the session's target */
    bool by_ticket;           /* a command: "№ 1042", a ticket's number stands for its author */
    const char *room_code;    /* of a room's link, of a command; NULL: none */
    bool legacy; /* it was a button of the bot before: until the ticket is looked for, `number` is its legacy_id;
                    then its own, or 0 */
};

/* Another document than the session decides: it is written first. */
struct decision {
    enum collection collection;
    const void *before; /* as loaded, rev 0: not there yet; NULL: the session decides alone */
    void *after;        /* as it shall be; in the arena */
    struct owed owe[OWED_PER_DECISION_MAX];
    size_t owe_count;
    int64_t settle;          /* an owed item of the document that this takes away; 0: none */
    const struct card *card; /* put in place of that chat's; NULL: none */
    bool unseen;             /* cards show nothing of what changes */
};

struct change {
    struct user user; /* the session as it shall be */
    struct owed owe[OWED_PER_UPDATE_MAX];
    size_t owe_count;
    unsigned outcome; /* remembered with the operation id; 0 */
    bool forged;      /* a press that none of our buttons makes for this person; told to the log */
    struct decision decision;
};

/* The language that the person sees. */
enum lang user_lang(const struct user *user, enum lang default_lang);
/* The menu of the person's role. */
enum keyboard user_menu(const struct user *user);
bool user_is_staff(const struct user *user);
enum text ticket_status_text(enum ticket_status status);

/* The chat that an update came from; the person's own where it came from none. */
int64_t context_chat(const struct context *context);

/* Owes a message in the update's chat. `args` (NULL-terminated pairs name, value) are copied into the arena. */
void reply(const struct context *context, struct change *change, enum text text, enum keyboard keyboard, ...)
    __attribute__((sentinel));
/* The same for what only brings a keyboard to a super-admin: the chat keeps the last of such messages. */
void service(const struct context *context, struct change *change, enum text text, enum keyboard keyboard);
/* The session goes to that step, and its question is owed. */
void ask_step(const struct context *context, struct change *change, enum state state);
/* The keyboard of a step: the one of its name; a step of the form without one has the description's, which is the way
 * back and out. NONE: it is no step. */
enum keyboard step_keyboard(enum state state);
/* Owes the answer to the update's callback query; TEXT_NONE: without a word. */
void answer(const struct context *context, struct change *change, enum text text, bool alert);
void answer_with(const struct context *context, struct change *change, bool alert, enum text text, ...)
    __attribute__((sentinel));
/* Owes that the pressed message loses its buttons. */
void strip_buttons(const struct context *context, struct change *change);
/* Owes a text in place of the pressed message, with inline buttons about the ticket `number`. */
void edit_pressed(const struct context *context, struct change *change, enum text text, enum keyboard keyboard,
                  int64_t number, ...) __attribute__((sentinel));
/* Owes anything else; the recipient is the update's chat unless set. NULL when there is no more room. */
struct owed *owe(const struct context *context, struct change *change, enum owed_kind kind);

#endif
