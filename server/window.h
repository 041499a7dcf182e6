/* server/window: the updates that were taken from Telegram by getUpdates and are not all confirmed yet. It hands them
 * to the workers as a webhook would get them: in each of Telegram's queues one at a time, in order; one that the
 * workers put off goes to them again after 0, 2, 4, 8, 8 … s, and only its own queue waits for it.
 *
 * One thread uses it; the workers' verdicts come in by themselves, and each calls `wake`. */
#ifndef SERVER_WINDOW_H
#define SERVER_WINDOW_H

#include "core/clock.h"
#include "server/app.h"
#include "telegram/updates.h"

enum {
    WINDOW_MAX = TG_UPDATES_MAX, /* from the lowest that is not done: what one answer can show of it */
    WINDOW_RETRY_MAX = 8 * SECOND
};

struct window;

/* `wake` must not block. */
struct window *window_new(struct app *app, void (*wake)(void *context), void *context);
void window_free(struct window *window); /* with nothing in flight; NULL is allowed */

/* Takes those that it does not know, as long as there is room; copies them. Gives how many. */
size_t window_add(struct window *window, const struct tg_updates *updates);
/* Takes an update that is done: nobody will handle it. */
void window_pass(struct window *window, int64_t id);
/* Takes verdicts and hands over what may go now. Gives the ms until there is something to try again; -1: nothing. */
int64_t window_step(struct window *window);

size_t window_count(const struct window *window); /* taken and not confirmable; 0: all is done */
size_t window_in_flight(const struct window *window);
int64_t window_last(const struct window *window); /* the highest id taken; 0: none */
/* The offset for getUpdates: all below is done. 0: nothing was taken, or window_confirmed. */
int64_t window_offset(const struct window *window);
/* Telegram has forgotten everything below the offset. After a quiet week its ids start anew, maybe below. */
void window_confirmed(struct window *window);
/* Forgets all, with nothing in flight: somebody else goes on. */
void window_clear(struct window *window);

#endif
