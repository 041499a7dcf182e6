/* server/notation: the small notations that settings are written in. */
#ifndef SERVER_NOTATION_H
#define SERVER_NOTATION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/status.h"

struct url {
    bool https;       /* else http */
    const char *host; /* without brackets */
    int port;
    const char *rest; /* of the text given, from the first slash, question mark or hash; "" where there is none */
};

/* Whether it has only ASCII letters, digits, and characters of `others`. */
bool made_of(const char *text, size_t length, const char *others);
MUST_CHECK enum status number_of(const char *text, int64_t min, int64_t max, int *ret_number);
/* A whole number with s, m, h or d behind it, or 0; in ms. */
MUST_CHECK enum status duration_of(const char *text, int64_t max, int64_t *ret_ms);
/* One of `words`, in any letter case. */
MUST_CHECK enum status word_of(const char *text, const char *const *words, size_t count, size_t *ret_place);
/* `host:port` or `[IPv6]:port`, of `length` bytes; ports from 0 on. The host is without brackets. */
MUST_CHECK enum status endpoint_of(struct arena *arena, const char *text, size_t length, const char **ret_host,
                                   int *ret_port);
/* http:// or https:// with a host, without a user's name; `rest` is not looked at. */
MUST_CHECK enum status url_parse(struct arena *arena, const char *text, struct url *ret_url);

#endif
