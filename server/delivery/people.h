/* server/delivery/people: what is learnt of people beside their own updates. */
#ifndef SERVER_DELIVERY_PEOPLE_H
#define SERVER_DELIVERY_PEOPLE_H

#include "core/arena.h"
#include "server/app.h"

/* Notes that the bot cannot write to a person, until they write again. Where the database is away it is learnt again at
 * the next message. */
void people_mark_blocked(struct app *app, struct arena *arena, int64_t person);

#endif
