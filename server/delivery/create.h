/* server/delivery/create: the second write of what makes a new document: from a session that owes a ticket or a call to
 * the document. Idempotent: the worker does it right after the deciding write, recovery does it after a crash, and both
 * may meet. A new kind is a row in create.c. */
#ifndef SERVER_DELIVERY_CREATE_H
#define SERVER_DELIVERY_CREATE_H

#include "server/app.h"

/* Whether an owed item of that kind is a document that is to be made. */
bool create_is(enum owed_kind kind);
/* The first of them in a session; NULL: it owes none. */
const struct owed *create_owed(const struct user *user);
/* Makes sure that what `user` (as loaded) owes to be made exists exactly once, and that the session owes it no more.
 * OK: it is so. UNAVAILABLE, UNKNOWN: not yet; it stays owed. */
MUST_CHECK enum status create_document(struct app *app, const struct user *user, struct arena *arena,
                                       struct error *error);

#endif
