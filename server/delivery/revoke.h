/* server/delivery/revoke: no ticket stays with somebody who is no longer on staff, and nobody waits for them.
 *
 * Whoever dismisses a person first writes the role, then takes back what the person has accepted (the person's document
 * owes it, so that a crash loses nothing). What
 * they accept at that very instant may be written after that search. But a ticket that was accepted owes its notices,
 * and its owner looks at the assignee's role before it sends any: either the search sees the ticket, or this look sees
 * the role. A crash between the two changes nothing, as the look is repeated with the sending. */
#ifndef SERVER_DELIVERY_REVOKE_H
#define SERVER_DELIVERY_REVOKE_H

#include "db/store.h"
#include "server/app.h"

/* Gives `ticket`, as loaded just now, back to the queue if its assignee is no longer on staff; *ret_revoked says
 * whether it was written. CONFLICT as at store_write. */
MUST_CHECK enum status revoke_if_dismissed(struct app *app, const struct ticket *ticket, struct arena *arena,
                                           bool *ret_revoked, struct error *error);

/* Gives all that `dismissed` has accepted back to the queue; *ret_count says how many tickets that were looked at.
 * `app`: of this running serve, which then delivers what the tickets owe; NULL: another one's sweep finds them. */
MUST_CHECK enum status revoke_all(struct store *store, struct app *app, int64_t dismissed, size_t *ret_count,
                                  struct error *error);

/* The same of a call whose caller has not yet been told who comes: it waits for somebody again. */
MUST_CHECK enum status revoke_call_if_dismissed(struct app *app, const struct call *call, struct arena *arena,
                                                bool *ret_revoked, struct error *error);

#endif
