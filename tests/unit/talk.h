/* tests/unit/talk: a conversation with the handlers alone: updates are made, routed and handled as a worker does it,
 * and the session that comes of it is kept for the next one. Every change is held against what must always be so. */
#ifndef TESTS_UNIT_TALK_H
#define TESTS_UNIT_TALK_H

#include "handlers/router.h"
#include "tests/unit/unit.h"

enum { TALK_PERSON = 500, TALK_NOW = 1800000000 };

struct talk {
    struct arena *arena;
    struct user user;     /* the session, as stored */
    struct tg_user from;  /* as Telegram names the person */
    int64_t now, message; /* ms; id of the last message */
    size_t open_tickets;
    const struct ticket *ticket; /* what NEED_TICKET loads */
    const struct user *person;   /* whom NEED_PERSON finds; NULL: nobody has met them */
    const struct call *call;     /* what NEED_CALL loads */
    const struct room *room;     /* what NEED_ROOM loads */
    size_t rooms;
    const char *bot;
    int64_t call_cooldown; /* ms */
    bool done;
    struct page *page; /* what lists show; NULL: nothing */

    /* of the last update */
    struct tg_update update;
    const struct route *route;
    unsigned needs;
    struct change change;
};

/* A user with that role who has been met before; ROLE_COUNT: a stranger. talk_end gives the memory back. */
void talk_begin(struct talk *talk, enum role role);
void talk_end(struct talk *talk);

/* Updates. Each gives what is owed as words: "ask_name[form_name]" a message and its keyboard, "answer",
 * "answer(text)", "answer(text)!" an alert, "strip", "commands", "create(41)", joined by " + "; "" is nothing. In the
 * arena. */
const char *talk_say(struct talk *talk, const char *text);
const char *talk_press(struct talk *talk, const char *data);
const char *talk_photo(struct talk *talk, const char *file_id, const char *album, const char *caption);
const char *talk_contact(struct talk *talk, int64_t owner, const char *phone);
const char *talk_odd(struct talk *talk, const char *album); /* a video */
const char *talk_edit(struct talk *talk, int64_t message, const char *text);
/* talk->update as the test made it. */
const char *talk_take(struct talk *talk);

/* A message with nothing in it, to be filled in and taken. */
void talk_message(struct talk *talk);
void talk_callback(struct talk *talk, const char *data);

/* The words for one change. */
const char *talk_owed(struct arena *arena, const struct change *change);
/* The last reply's argument of that name; NULL: it has none. */
const char *talk_value(const struct talk *talk, const char *name);
/* What a state is called in tables: "" for idle. */
const char *talk_state(const struct talk *talk);

#endif
