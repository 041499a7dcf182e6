/* server/broadcasts: sends what is to reach everybody.
 *
 * A broadcast that runs is a document which owes something: whoever owns it sends it, and another copy adopts it when
 * the owner dies, as with all that is owed (server/copies). At most BROADCAST_WINDOW recipients are between «handed to
 * the sender» and «noted in the document»: so many can get it twice after a crash, and only they. */
#ifndef SERVER_BROADCASTS_H
#define SERVER_BROADCASTS_H

#include "server/app.h"

enum {
    BROADCAST_WINDOW = 16,
    BROADCASTS_AT_ONCE = 4 /* that one copy sends side by side; others wait */
};

/* Starts the thread. `app` must outlive it; store, sender, copies and delivery are set. */
MUST_CHECK enum status broadcasts_new(struct app *app, struct broadcasts **ret_broadcasts, struct error *error);
/* Begins nothing more, waits at most `wait` ms for what is under way and notes it, ends the thread. Before
 * delivery_stop and sender_stop. */
void broadcasts_stop(struct broadcasts *broadcasts, int64_t wait);
void broadcasts_free(struct broadcasts *broadcasts); /* after sender_stop; NULL is allowed */

struct broadcast_counts {
    uint64_t sent, failed, blocked, deferred;
    size_t running;
};
void broadcasts_count(struct broadcasts *broadcasts, struct broadcast_counts *ret_counts);

#endif
