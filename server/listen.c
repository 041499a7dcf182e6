#include "server/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Negative: errno says why not. */
static int listen_one(const struct addrinfo *address) {
    const int type = address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC;
    const int one = 1;
    const int result = socket(address->ai_family, type, address->ai_protocol);
    if (result < 0)
        return -1;
    if (setsockopt(result, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
        bind(result, address->ai_addr, address->ai_addrlen) == 0 && listen(result, SOMAXCONN) == 0)
        return result;
    const int failure = errno;
    close(result);
    errno = failure;
    return -1;
}

static int port_of(int socket) {
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof(address);
    (void)getsockname(socket, (struct sockaddr *)&address, &length);
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)&address)->sin_port);
}

enum status listen_at(const char *host, int port, int *ret_socket, int *ret_port, struct error *error) {
    char service[16];
    (void)snprintf(service, sizeof(service), "%d", port);
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *addresses;
    const int failure = getaddrinfo(host, service, &hints, &addresses);
    if (failure)
        return error_set(error, STATUS_UNAVAILABLE, "cannot listen at %s:%d: %s", host, port, gai_strerror(failure));
    int result = -1;
    for (const struct addrinfo *address = addresses; address && result < 0; address = address->ai_next)
        result = listen_one(address);
    const int why = errno;
    freeaddrinfo(addresses);
    if (result < 0)
        return error_set(error, STATUS_UNAVAILABLE, "cannot listen at %s:%d: %s", host, port, strerror(why));
    *ret_socket = result;
    *ret_port = port_of(result);
    return STATUS_OK;
}
