/* server/delivery/continue: the result of a delivery goes back into the document of the person who owed it. */
#ifndef SERVER_DELIVERY_CONTINUE_H
#define SERVER_DELIVERY_CONTINUE_H

#include "server/app.h"

/* The owed item `item` of `person` made the message `message`. One write notes that, takes the item away and owes what
 * follows, so that a crash leaves either all of it or none: then the item is delivered once more. OK also where it was
 * noted before. CONFLICT: somebody else was faster, try again. NOT_FOUND: this copy no longer delivers for the person.
 */
MUST_CHECK enum status continue_delivered(struct app *app, int64_t person, int64_t item, int64_t message,
                                          struct arena *arena, struct error *error);

#endif
