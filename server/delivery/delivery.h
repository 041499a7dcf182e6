/* server/delivery/delivery: brings what documents owe to Telegram, and notes it.
 *
 * Only the owner of a document delivers for it. Documents are shared out among the delivery threads by their id; one
 * thread keeps everything about a document, so there is nothing to lock. In a document at most one message is in flight
 * for each chat, in the order of the items. */
#ifndef SERVER_DELIVERY_DELIVERY_H
#define SERVER_DELIVERY_DELIVERY_H

#include "server/app.h"

/* `app` must outlive it; store, sender and copies are set. */
MUST_CHECK enum status delivery_new(struct app *app, struct delivery **ret_delivery, struct error *error);
/* A document that this copy owns owes something. Never blocks; where the queue is full the sweep finds it. */
void delivery_notify(struct delivery *delivery, enum collection collection, int64_t id);
enum { DELIVERY_HOLDS = 4 };
/* Broadcast `id` (0: none) is kept as this copy's while it stands in `place`, also where it owes nothing: recipients
 * under way are not noted yet. Whoever takes it away notifies. */
void delivery_hold(struct delivery *delivery, size_t place, int64_t id);
/* Finishes what can be sent now within `wait` ms; what cannot stays owed in the database. Ends the threads. Stop the
 * sender after it. */
void delivery_stop(struct delivery *delivery, int64_t wait);
void delivery_free(struct delivery *delivery); /* after delivery_stop; NULL is allowed */

struct delivery_counts {
    uint64_t items, cards, dropped, settle_conflicts;
    size_t documents; /* being worked on */
};
void delivery_count(struct delivery *delivery, struct delivery_counts *ret_counts);

#endif
