/* server/create: the second write of filing a ticket: from a session that owes one to the ticket. Idempotent: the
 * worker does it right after the deciding write, recovery does it after a crash, and both may meet. */
#ifndef SERVER_CREATE_H
#define SERVER_CREATE_H

#include "server/app.h"

/* The OWED_CREATE_TICKET of a session; NULL: it owes none. */
const struct owed *create_owed(const struct user *user);
/* Makes sure that the ticket which `user` (as loaded, and owing one) owes exists exactly once, and that the session
 * owes it no more. OK: it is so. UNAVAILABLE, UNKNOWN: not yet; it stays owed. */
MUST_CHECK enum status create_ticket(struct app *app, const struct user *user, struct arena *arena,
                                     struct error *error);

#endif
