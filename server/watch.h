/* server/watch: what people are told while the database is away. Super-admins learn once that it is lost and once that
 * it is back; a person who writes meanwhile learns once in each outage that we have it and will answer, a press is
 * answered with "press again". Nothing can be owed then, so that these go straight to Telegram, through a sender of
 * their own (app->direct): the other one stops when the beat cannot be written.
 *
 * Whether it is away is said by health, each second: it does not answer, or what this copy wants written is not. Lost
 * and back count only when they have lasted for WATCH_PATIENCE. */
#ifndef SERVER_WATCH_H
#define SERVER_WATCH_H

#include "server/app.h"
#include "telegram/types.h"

enum { WATCH_PATIENCE = 5000, /* ms */ WATCH_TOLD_MAX = 10000 /* people remembered as told; beyond them nobody is */ };

/* app->settings, direct and alerts are set and outlive it. */
struct watch *watch_new(struct app *app);
void watch_free(struct watch *watch); /* NULL is allowed */

/* How it is now, at the monotonic time `now`. One thread. */
void watch_look(struct watch *watch, bool well, int64_t now);
/* Whether it is lost and still not there: an update need not be tried. NULL: no. */
bool watch_away(struct watch *watch);
/* An update was put off because of it. `digest`: its operation. Never blocks; any thread. NULL: nothing is said. */
void watch_put_off(struct watch *watch, const struct tg_update *update, uint64_t digest);

#endif
