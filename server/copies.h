/* server/copies: which copy of the program this is, and which others live.
 *
 * A copy's identity is a number in DATA_DIR/copy, held under a file lock, so that a restarted copy is still the owner
 * of what it had owned and goes on at once. Every 2 s it writes a beat; an owner whose beat stands still for 15 s on
 * our monotonic clock is dead, and its documents are adopted. The sweep every 5 s finds what is owed by us, by nobody,
 * or by the dead. */
#ifndef SERVER_COPIES_H
#define SERVER_COPIES_H

#include "server/app.h"

/* Takes the lock. CONFLICT: another `serve` holds DATA_DIR (an error with SQLite; with MongoDB a fresh identity is
 * taken and OK returned). */
MUST_CHECK enum status copies_new(struct app *app, struct copies **ret_copies, struct error *error);
/* Writes the first beat and starts the thread that beats and sweeps; delivery is set. */
MUST_CHECK enum status copies_start(struct copies *copies, struct error *error);
int64_t copies_self(const struct copies *copies);
/* Who shall own a document that `owner` owns now: `owner` while it lives, else this copy. */
int64_t copies_owner(struct copies *copies, int64_t owner);
/* Whether that copy is dead, or has no record: it ended, or was dead and everything of it is adopted already. Asks the
 * database. */
MUST_CHECK enum status copies_is_gone(struct copies *copies, int64_t id, bool *ret_gone, struct error *error);
/* False when the beat could not be written for 8 s: others may take our documents over soon. */
bool copies_may_send(struct copies *copies);
/* Since when (monotonic) the beat has stood still for less than that; INT64_MAX: it does now. What was read from a
 * document before then may be somebody else's. */
int64_t copies_sending_since(struct copies *copies);
/* For commands that need the database for themselves: what was seen of the copies' records. */
struct copies_seen {
    struct copy items[COPIES_MAX];
    size_t count;
};
/* Whether a copy lives: where there are records, watches them until one's beat moves or all can be called dead. */
MUST_CHECK enum status copies_watch(struct store *store, struct copies_seen *ret_seen, bool *ret_alive,
                                    struct error *error);
/* Whether any beat has moved or a copy come since, at once. */
MUST_CHECK enum status copies_look_again(struct store *store, const struct copies_seen *seen, bool *ret_alive,
                                         struct error *error);
/* Ends the thread; the beat's record goes if nothing is owned any more. */
void copies_stop(struct copies *copies);
void copies_free(struct copies *copies); /* after copies_stop; NULL is allowed */

#endif
