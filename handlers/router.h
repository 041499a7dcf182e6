/* handlers/router: which handler an update belongs to. The routes are a table with a role column: who may call what is
 * checked once, here. Order: a command, a label of one's own menu, the step of the form that is open, a hint. */
#ifndef HANDLERS_ROUTER_H
#define HANDLERS_ROUTER_H

#include "handlers/context.h"

typedef void handler(const struct context *context, struct change *change);

struct route {
    const char *name; /* in the log */
    handler *handler; /* NULL: nothing follows from the update */
    unsigned needs;   /* enum need */
};

/* False for what we never answer, without looking at the database: channels, bots, group talk that is no command for
 * us. */
bool router_wants(const struct tg_update *update);
/* Finds the route for context->update and context->user, and fills in the route's part of the context. Never NULL. */
const struct route *router_find(struct context *context);
/* Runs it: change->user starts as context->user with the profile brought up to date. */
void router_run(const struct route *route, const struct context *context, struct change *ret_change);
/* The change for an update that has ended the process again and again: an apology with an error id. */
void router_give_up(const struct context *context, const char *error_id, struct change *ret_change);

#endif
