/* db/upgrade: brings documents of an earlier version of this program to the shape of this one, at the start of `serve`.
 *
 * Each step leads from one schema version to the next, can be repeated, and changes documents one by one by the usual
 * conditional writes, so that a crash in it costs nothing. Who does it holds a lease of a minute, renewed on the way.
 */
#ifndef DB_UPGRADE_H
#define DB_UPGRADE_H

#include "db/store.h"

/* Whether the documents are of an earlier version. */
MUST_CHECK enum status upgrade_is_due(struct store *store, bool *ret_due, struct error *error);
/* No copy of the earlier version may run any more: it would write what is not derived. *ret_changed: how many documents
 * were. UNAVAILABLE: another copy is at it. */
MUST_CHECK enum status upgrade_run(struct store *store, int64_t *ret_changed, struct error *error);

#endif
