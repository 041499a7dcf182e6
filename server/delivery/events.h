/* server/delivery/events: what a document owes that is no message: something is to be done. It has its turn among the
 * messages to the same chat: what stands behind it waits for it. */
#ifndef SERVER_DELIVERY_EVENTS_H
#define SERVER_DELIVERY_EVENTS_H

#include "db/rows.h"
#include "server/app.h"

/* Of an item that a document of that collection owes. */
bool event_is(enum collection collection, enum owed_kind kind);
/* Whether it can be done, as far as the document says; its time is another matter. */
bool event_is_ready(const union any_row *row, const struct owed *item);
/* Does what `item` of the document `row` (as loaded just now) asks for. Can be repeated. *ret_written: the document
 * itself was written, and the item was taken away with that. CONFLICT: it has changed, and is read again at once. Other
 * statuses: not yet. */
MUST_CHECK enum status event_run(struct app *app, const union any_row *row, const struct owed *item,
                                 struct arena *arena, bool *ret_written, struct error *error);

#endif
