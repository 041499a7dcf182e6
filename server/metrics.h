/* server/metrics: the counters of all parts as Prometheus text. */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "core/buffer.h"
#include "server/app.h"

enum { METRICS_BYTES_MAX = 32768 };

/* Appends everything; parts of `app` that are NULL are left out. */
void metrics_write(struct app *app, struct buffer *out);

#endif
