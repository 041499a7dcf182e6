/* server/alerts: what super-admins must learn at once. They are remembered in memory, so that they can be told also
 * while the database is away. Sent straight through the sender and not kept: what an alert is about is in the log. */
#ifndef SERVER_ALERTS_H
#define SERVER_ALERTS_H

#include "server/app.h"
#include "texts/texts.h"

enum { ALERT_PAUSE = 60 * 1000 /* ms between two alerts of one cause */ };

/* app->settings, app->direct and app->store are set and outlive it. */
struct alerts *alerts_new(struct app *app);
void alerts_free(struct alerts *alerts); /* NULL is allowed */

/* Reads who the super-admins are, and which language they see. Whoever was known stays known where the database does
 * not answer. */
MUST_CHECK enum status alerts_refresh(struct alerts *alerts, struct error *error);
/* Tells every super-admin a text, unless one of the same cause was told within ALERT_PAUSE. `cause` names it in words
 * of the program, with nothing that a person wrote. False: it was left out. Never blocks; any thread. */
bool alerts_raise(struct alerts *alerts, const char *cause, enum text text, const struct text_arg *args, size_t count);

/* The same without looking at what was told before. */
void alerts_tell(struct alerts *alerts, enum text text, const struct text_arg *args, size_t count);

#endif
