/* server/report: finds out what stands on the screen of «⚙️ Стан БД». */
#ifndef SERVER_REPORT_H
#define SERVER_REPORT_H

#include "handlers/report.h"
#include "server/app.h"

/* How long counts are kept that need a walk along an index. */
enum { COUNTS_AGE_MAX = 60 * 1000 };

struct counts *counts_new(void);
void counts_free(struct counts *counts); /* NULL is allowed */

/* Waits for the database: one ping, and where the counts are too old some dozen questions, each of a bounded time.
 * UNAVAILABLE: it does not answer; counts that fail while it does are left out. app->counts NULL: they are made each
 * time. */
MUST_CHECK enum status report_make(struct app *app, struct report *ret_report, struct error *error);

#endif
