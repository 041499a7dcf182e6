/* db/change: one change of one document, in the form that both stores take: MongoDB as an update, SQLite by applying it
 * to the stored document inside its writer. */
#ifndef DB_CHANGE_H
#define DB_CHANGE_H

#include <bson/bson.h>

#include "core/status.h"
#include "db/store.h"

enum { OWED_BYTES_MAX = 512 << 10 }; /* of all that a document owes, as BSON */

struct change {
    bson_t set;   /* path → value; a path is "field", "owes.<id>", "owes.<id>.part" or "cards.<chat>" */
    bson_t unset; /* path → true */
    int64_t op;   /* appended to ops, of which the last OPS_MAX stay; 0: none */
};

/* The change that a checked write makes; change_done gives its memory back, after a failure too. INVALID, FULL as at
 * store_write. Whatever the result, the change is initialised. */
MUST_CHECK enum status change_of_write(const struct write *write, struct change *ret_change, struct error *error);

/* Takes out of a settling what no longer applies to the document. `cards` is where those that do are kept; it may be
 * what settle->cards is already. */
void settle_narrow(struct settle *settle, const bson_t *document, struct card_note cards[SETTLE_CARDS_MAX]);
/* Whether a row has what a write of it would derive from its other fields. */
bool change_is_derived(enum collection collection, const void *row);
/* What a settle changes. */
void change_of_settle(const struct settle *settle, struct change *ret_change);

/* To own a document; 0: nobody. */
void change_of_owner(int64_t owner, struct change *ret_change);

void change_done(struct change *change);

/* Appends to *out the document `old` with the change made. Parents of a wrong type are replaced. */
void change_apply(const struct change *change, const bson_t *old, bson_t *out);

#endif
