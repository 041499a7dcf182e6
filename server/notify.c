#include "server/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/parse.h"

void notify_send(const char *lines) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = path ? strlen(path) : 0;
    if (length < 2 || length >= sizeof(address.sun_path) || (*path != '/' && *path != '@'))
        return;
    memcpy(address.sun_path, path, length);
    if (*path == '@') /* a name without a file */
        address.sun_path[0] = '\0';
    const int socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0)
        return;
    (void)sendto(socket_fd, lines, strlen(lines), MSG_NOSIGNAL, (const struct sockaddr *)&address,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    close(socket_fd);
}

int64_t notify_watchdog_every(void) {
    const char *text = getenv("WATCHDOG_USEC"), *whose = getenv("WATCHDOG_PID");
    int64_t limit, pid;
    if (!text || parse_i64(text, 1, INT64_MAX, &limit) != STATUS_OK)
        return 0;
    if (whose && (parse_i64(whose, 1, INT64_MAX, &pid) != STATUS_OK || pid != getpid()))
        return 0;
    const int64_t every = limit / 1000 / 3; /* two may be late */
    return every > 0 ? every : 1;
}
