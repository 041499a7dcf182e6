/* server/listen: a listening TCP socket for the HTTP server. */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include "core/status.h"

/* The first of the host's addresses that can be listened at. Port 0: any free one; *ret_port is the one in fact. The
 * socket is non-blocking and the caller's to close. UNAVAILABLE: `error` says why not. */
MUST_CHECK enum status listen_at(const char *host, int port, int *ret_socket, int *ret_port, struct error *error);

#endif
