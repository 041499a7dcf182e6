/* server/http: libmicrohttpd in front of the workers, and /healthz, /readyz, /metrics for the operator.
 *
 * The webhook: 404 another path, 405 another method, 401 secret missing or wrong, 413 over TG_UPDATE_MAX, 415 not JSON. To JSON
 * under the right secret the answer is 200 once its effect is durable, or 503 with Retry-After: never 4xx (BOTAPI: it would be sent
 * again for a day). */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "server/app.h"

/* Listens; app->workers is set. *ret_port (may be NULL) is the port in fact. */
MUST_CHECK enum status http_new(struct app *app, struct http **ret_http, int *ret_port, struct error *error);
/* Takes no new connections or updates; waits for suspended ones to be answered (stop the workers in between). */
void http_quiesce(struct http *http);
void http_stop(struct http *http);
void http_free(struct http *http); /* NULL is allowed */

#endif
