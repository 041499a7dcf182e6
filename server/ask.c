#include "server/ask.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/clock.h"

static const char request[] = "GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n";
static const char *const good[] = {"HTTP/1.0 200", "HTTP/1.1 200"};

/* The address that reaches what listens at `host`. */
static const char *address_of(const char *host) {
    if (strcmp(host, "0.0.0.0") == 0)
        return "127.0.0.1";
    return strcmp(host, "::") == 0 ? "::1" : host;
}

static int open_socket(const struct addrinfo *address, int64_t wait) {
    const struct timeval limit = {.tv_sec = wait / SECOND, .tv_usec = wait % SECOND * 1000};
    const int result = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
    if (result < 0)
        return -1;
    (void)setsockopt(result, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)); /* for connect, too */
    (void)setsockopt(result, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    if (connect(result, address->ai_addr, address->ai_addrlen) == 0)
        return result;
    const int failure = errno;
    close(result);
    errno = failure;
    return -1;
}

/* The first bytes of the answer, which are all that counts. */
static bool is_well(int socket) {
    char answer[13] = "";
    size_t length = 0;
    if (send(socket, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
        return false;
    while (length + 1 < sizeof(answer)) {
        const ssize_t got = recv(socket, answer + length, sizeof(answer) - 1 - length, 0);
        if (got <= 0)
            return false;
        length += (size_t)got;
    }
    return strcmp(answer, good[0]) == 0 || strcmp(answer, good[1]) == 0;
}

enum status ask_healthz(const char *host, int port, int64_t wait, struct error *error) {
    char service[16];
    (void)snprintf(service, sizeof(service), "%d", port);
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *addresses;
    const int failure = getaddrinfo(address_of(host), service, &hints, &addresses);
    if (failure)
        return error_set(error, STATUS_UNAVAILABLE, "%s:%d: %s", host, port, gai_strerror(failure));
    int connection = -1;
    for (const struct addrinfo *address = addresses; address && connection < 0; address = address->ai_next)
        connection = open_socket(address, wait);
    const int why = errno;
    freeaddrinfo(addresses);
    if (connection < 0)
        return error_set(error, STATUS_UNAVAILABLE, "%s:%d does not answer: %s", host, port, strerror(why));
    const bool well = is_well(connection);
    close(connection);
    return well ? STATUS_OK
                : error_set(error, STATUS_UNAVAILABLE, "%s:%d does not answer /healthz with 200", host, port);
}
