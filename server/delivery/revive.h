/* server/delivery/revive: cards that were given up, because their chat could not be written to, are brought once it
 * can. */
#ifndef SERVER_DELIVERY_REVIVE_H
#define SERVER_DELIVERY_REVIVE_H

#include "server/app.h"

/* The cards of open tickets in `chat`: each ticket owes its own again. Can be repeated. */
MUST_CHECK enum status revive_cards(struct app *app, int64_t chat, struct error *error);

#endif
