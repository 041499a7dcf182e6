/* server/app: the parts of a running `serve`, and who hands what to whom:
 * http or poller → workers (updates) → store → delivery (what is owed) → sender. */
#ifndef SERVER_APP_H
#define SERVER_APP_H

#include <stdatomic.h>

#include "db/store.h"
#include "server/settings.h"
#include "telegram/sender.h"

struct copies;     /* server/copies.h: this copy's identity and beat, and who else lives */
struct workers;    /* server/workers.h: updates, one at a time for each person */
struct delivery;   /* server/delivery/delivery.h: what documents owe */
struct poller;     /* server/poller.h: updates by getUpdates, where they do not come to http */
struct http;       /* server/http.h: the webhook and the operator's pages */
struct broadcasts; /* server/broadcasts.h: what is to reach everybody */
struct alerts;     /* server/alerts.h: what super-admins are told at once */
struct backups;    /* server/backups.h: backups made by itself and on demand */
struct counts;     /* server/report.h: how many there are of what, kept for a minute */
struct watch;      /* server/watch.h: what people are told while the database is away */
struct health;     /* server/health.h: whether the database and the way out work */

struct app {
    const struct settings *settings;
    struct store *store;
    struct sender *sender;
    struct sender *direct; /* for what no document owes: goes on when the database is away */
    struct copies *copies;
    struct workers *workers;
    struct delivery *delivery;
    struct broadcasts *broadcasts;
    struct alerts *alerts;
    struct watch *watch;   /* NULL: nobody is told */
    struct counts *counts; /* NULL: counted each time */
    struct health *health;
    /* Made when threads that look at them run already; NULL until then. */
    _Atomic(struct backups *) backups;
    _Atomic(struct poller *) poller; /* stays NULL where updates come to the webhook */
    _Atomic(struct http *) http;
    int64_t started;           /* monotonic ms */
    _Atomic(const char *) bot; /* its username, once Telegram has said it; NULL until then */
};

#endif
