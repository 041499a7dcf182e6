/* server/backups: the backups that `serve` makes by itself: every BACKUP_EVERY, and when a super-admin asks.
 *
 * Of all copies one makes it, under a lease in meta ("backup": that copy's number) which another copy takes over when
 * the holder is dead. When it was made ("backup_made_at") and who asked ("backup_for") is noted in meta only after it
 * has been sent: after a crash the whole is done again, by whichever copy looks next, and may arrive twice. Each looks
 * once a minute. */
#ifndef SERVER_BACKUPS_H
#define SERVER_BACKUPS_H

#include "server/app.h"
#include "server/backup_file.h"

/* The official server takes files of at most 50 MB from a bot (core.telegram.org/bots/api#sending-files). */
enum { BACKUP_SENT_MAX = 50 * 1000 * 1000 };

/* Starts the thread; app->store, sender, copies and alerts are set and outlive it. */
MUST_CHECK enum status backups_new(struct app *app, struct backups **ret_backups, struct error *error);
/* A backup for this super-admin, now: noted in the database, so that it outlives a crash. The file or where it is comes
 * to them as a message of its own. Asking again before that changes nothing. FULL: one is being made for somebody
 * else. Waits for the database. */
MUST_CHECK enum status backups_request(struct app *app, int64_t person, struct error *error);
/* Breaks off what is under way; it is done again at the next start. Stop the sender after it, and free it after that:
 * what was given to the sender comes back then. NULL is allowed. */
void backups_stop(struct backups *backups);
void backups_free(struct backups *backups); /* ends the thread; NULL is allowed */

/* What a super-admin gets of a backup. */
enum backup_message { BACKUP_AS_DOCUMENT, BACKUP_IS_KEPT, BACKUP_NOT_SENT };
enum backup_message backup_message_of(const struct backup_file *file);

#endif
