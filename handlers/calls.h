/* handlers/calls: somebody asks staff to come: the call as it is made, what becomes of it by itself, and its card. */
#ifndef HANDLERS_CALLS_H
#define HANDLERS_CALLS_H

#include "core/clock.h"
#include "handlers/render.h"

enum {
    CALL_ANSWER_WITHIN = 3 * MINUTE, /* then the caller is told that nobody has taken it */
    CALL_LIFETIME = HOUR,            /* then nobody can take it any more */
    CALL_OWES_MAX = 3
};

/* A call as it is to be written, and what it owes with that. */
struct call_step {
    struct call call;
    struct owed owe[CALL_OWES_MAX];
    size_t owe_count;
    int64_t settle; /* the owed item that is void with it; 0: none */
    bool unseen;    /* its cards show nothing of what changes */
};

/* The call that a session owes; `item` is its OWED_CREATE_CALL. */
void call_begin(struct arena *arena, const struct user *caller, const struct owed *item, int64_t now,
                struct call_step *ret_step);
/* Whether every card is with its recipient, or never will be. */
bool call_is_tried(const struct call *call);
/* Then: how many it reached is told, or that it reached nobody. */
void call_count(struct arena *arena, const struct call *call, int64_t now, struct call_step *ret_step);
/* Nobody has taken it in time. False: that is not so. */
bool call_expire(struct arena *arena, const struct call *call, int64_t now, struct call_step *ret_step);

/* Taken by one who was dismissed at that moment: nobody has taken it, and the caller never hears of it. False: the
 * caller has heard already. */
bool call_revoke(const struct call *call, int64_t now, struct call_step *ret_step);

/* The card as the call is now; the edit of `message` where that is not 0. */
size_t render_call(const struct render *render, const struct call *call, int64_t chat, int64_t message,
                   struct tg_call ret_calls[RENDER_CALLS_MAX]);

#endif
