/* tests/unit/http_client: a client as rude as a test wants it: it says bytes and hears answers. */
#ifndef TESTS_UNIT_HTTP_CLIENT_H
#define TESTS_UNIT_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

enum { HEAR_WAIT = 20000 }; /* ms that anything may take before the test fails */

struct reply {
    int code;
    char head[2048];
    char body[65536];
};

/* A connection to 127.0.0.1; -1: refused. */
int dial(int port);
void say_bytes(int client, const char *data, size_t length);
void say(int client, const char *text);
/* One answer. `has_body` is false after HEAD, whose Content-Length is of a body that does not come. */
void hear(int client, bool has_body, struct reply *ret_reply);
/* NULL: not there. Static, until the next call. */
const char *header_of(const struct reply *reply, const char *name);

#endif
