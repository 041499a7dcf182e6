/* server/ask: asks a `serve` of this machine at /healthz, for `techsupport health` and for systemd's watchdog. */
#ifndef SERVER_ASK_H
#define SERVER_ASK_H

#include <stdint.h>

#include "core/status.h"

/* OK: the page at `host` (as in LISTEN: all addresses stand for this machine) and `port` says 200. UNAVAILABLE: it does
 * not, or not within `wait` ms for each step. */
MUST_CHECK enum status ask_healthz(const char *host, int port, int64_t wait, struct error *error);

#endif
