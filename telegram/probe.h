/* telegram/probe: opens a connection to our own public address as Telegram would, for `techsupport check`. */
#ifndef TELEGRAM_PROBE_H
#define TELEGRAM_PROBE_H

#include <stdint.h>

#include "core/status.h"

/* Nothing is sent beyond the handshake; at most `wait` ms. *ret_ends_at: when the certificate ends, seconds UTC; 0: not
 * known, or http. UNAVAILABLE: nobody listens there. INVALID: its certificate is not one that everybody accepts.
 * `error` holds no address. */
MUST_CHECK enum status probe_tls(const char *url, int64_t wait, int64_t *ret_ends_at, struct error *error);

#endif
