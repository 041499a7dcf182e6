/* simulator/http: the HTTP server in front: /bot<token>/…, /file/bot<token>/…, /sim/… and the page. */
#ifndef SIMULATOR_HTTP_H
#define SIMULATOR_HTTP_H

#include <stdint.h>

#include "core/status.h"

struct sim;
struct http;

enum { HTTP_BODY_MAX = 64 << 20, HTTP_CONNECTIONS_MAX = 2000 };

/* Listens on a numeric address; port 0: any free one. UNAVAILABLE: it cannot. */
MUST_CHECK enum status http_start(struct sim *sim, const char *address, uint16_t port, struct http **ret_http);
uint16_t http_port(const struct http *http);
/* After sim_stop. Ends every connection and waits for their threads. */
void http_stop(struct http *http);

#endif
