/* server/poller: updates by long polling (getUpdates) instead of a webhook, for a bot without a public address. A
 * thread asks Telegram and hands to the same workers; Telegram is told that an update is done only once its effect is
 * durable.
 *
 * Of all copies one asks, under a lease: the named number "poller" is that copy's id, 0 when nobody's. It is kept as
 * long as the copy beats (server/copies.h), taken over from one that is dead, and given back at the stop. Two that
 * think they have it are told apart by Telegram's 409, upon which each looks again; what both hand over has one effect
 * (docs/ARCHITECTURE.md, "The commit protocol"). */
#ifndef SERVER_POLLER_H
#define SERVER_POLLER_H

#include "core/buffer.h"
#include "server/app.h"

/* Starts the thread; store, copies (started) and workers are set. */
MUST_CHECK enum status poller_new(struct app *app, struct poller **ret_poller, struct error *error);
/* Breaks a waiting question off, waits for the updates that workers have, tells Telegram what is done, gives the lease
 * back. Before workers_stop and copies_stop. */
void poller_stop(struct poller *poller);
void poller_free(struct poller *poller); /* after poller_stop and workers_stop; NULL is allowed */

/* Adds the line "updates: …" and says whether all is well: Telegram gives us updates, or another copy asks for them.
 * Never blocks. */
bool poller_ready(struct poller *poller, struct buffer *lines);

struct poller_counts {
    uint64_t polls, failures, unreadable;
    bool lease;
    size_t window;
};
void poller_count(struct poller *poller, struct poller_counts *ret_counts);

#endif
