/* server/health: whether this copy can do its work. A thread asks the database once a second, so that nobody who looks
 * at /readyz ever waits for it. */
#ifndef SERVER_HEALTH_H
#define SERVER_HEALTH_H

#include "core/buffer.h"
#include "server/app.h"

/* Starts the thread; app->store and app->sender are set and outlive it. */
MUST_CHECK enum status health_new(struct app *app, struct health **ret_health, struct error *error);
/* Adds a line for each part ("database: ok") and says whether all are well. The database is not where its last answer
 * is bad or older than 2.5 s; the outgoing path is not while its last attempt within a minute failed; in
 * polling the updates are not while Telegram does not give them to this copy, though it is the one that asks. Never
 * blocks. */
bool health_ready(struct health *health, struct buffer *lines);
/* /readyz says "stopping" from now on. */
void health_stopping(struct health *health);
void health_free(struct health *health); /* ends the thread; NULL is allowed */

#endif
