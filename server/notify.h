/* server/notify: what systemd is told of a `serve` (sd_notify(3)), without its library: datagrams to a unix socket.
 * Where nobody listens every function does nothing. */
#ifndef SERVER_NOTIFY_H
#define SERVER_NOTIFY_H

#include <stdint.h>

/* Lines such as "READY=1" or "STATUS=…". */
void notify_send(const char *lines);
/* How often, in ms, "WATCHDOG=1" is due; 0: never. */
int64_t notify_watchdog_every(void);

#endif
