/* server/http: libmicrohttpd in front of the workers, and /healthz, /readyz, /metrics for the operator.
 *
 * The webhook (there is none in polling: 404): 404 another path, 405 another method, 401 secret missing or wrong, 415
 * not JSON, 413 over TG_UPDATE_MAX. To JSON under the right secret the answer is 200 once its effect is durable, or 503
 * with Retry-After: never 4xx (Telegram sends a refused update again for a day). */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "server/app.h"

/* Listens at settings->listen_host and listen_port; app->workers and app->health are set. *ret_port (may be NULL) is
 * the port in fact. UNAVAILABLE: the address cannot be listened at. */
MUST_CHECK enum status http_new(struct app *app, struct http **ret_http, int *ret_port, struct error *error);
/* The port is free from now on; what still comes over open connections is answered 503. Updates that the workers have
 * go on and are answered. */
void http_quiesce(struct http *http);
/* After workers_stop, so that every update has its verdict. Sends the answers that are under way, for at most 2 s, and
 * ends the thread. */
void http_stop(struct http *http);
void http_free(struct http *http); /* after http_stop; NULL is allowed */

/* The operator's pages; the webhook cannot have one of their paths. */
#define HTTP_PAGES(X)                                                                                                  \
    X(healthz, "/healthz") /* the process lives */                                                                     \
    X(readyz, "/readyz")   /* it can do its work: server/health.h */                                                   \
    X(metrics, "/metrics") /* server/metrics.h */

#define HTTP_STATUSES(X)                                                                                               \
    X(200, "")                                                                                                         \
    X(401, "the secret is missing or wrong")                                                                           \
    X(404, "not found")                                                                                                \
    X(405, "method not allowed")                                                                                       \
    X(413, "too long")                                                                                                 \
    X(415, "not JSON")                                                                                                 \
    X(503, "try again")
enum http_status {
#define X(code, text) HTTP_##code,
    HTTP_STATUSES(X)
#undef X
        HTTP_STATUS_COUNT
};
struct http_counts { /* without the operator's pages */
    uint64_t answers[HTTP_STATUS_COUNT];
    size_t open; /* requests that have no answer yet */
};
void http_count(struct http *http, struct http_counts *ret_counts);

#endif
