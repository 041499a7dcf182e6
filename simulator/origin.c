#include "simulator/origin.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HOST_MAX = 256 };

/* Without the port, and without an IPv6 address's brackets. */
static void bare_host(const char *host, char *ret_bare, size_t size) {
    const bool bracketed = *host == '[';
    const char *begin = host + bracketed;
    (void)snprintf(ret_bare, size, "%.*s", (int)strcspn(begin, bracketed ? "]" : ":"), begin);
}

static bool is_known_host(const char *host, const char *name) {
    char bare[HOST_MAX];
    struct in6_addr address;
    if (strlen(host) >= HOST_MAX)
        return false;
    bare_host(host, bare, sizeof(bare));
    return strcasecmp(bare, "localhost") == 0 || (name && strcasecmp(bare, name) == 0) ||
           inet_pton(AF_INET, bare, &address) == 1 || inet_pton(AF_INET6, bare, &address) == 1;
}

static bool is_own_origin(const char *origin, const char *host) {
    const char *scheme_end = strstr(origin, "://");
    return scheme_end && host && strcasecmp(scheme_end + 3, host) == 0;
}

bool origin_is_allowed(const struct origin *origin, const char *name) {
    return (!origin->host || is_known_host(origin->host, name)) &&
           (!origin->origin || is_own_origin(origin->origin, origin->host)) &&
           (!origin->fetch_site || strcasecmp(origin->fetch_site, "cross-site") != 0);
}
