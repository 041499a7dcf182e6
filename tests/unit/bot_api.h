/* tests/unit/bot_api: a Bot API that answers as the test says, on a free port of the loopback. */
#ifndef TESTS_UNIT_BOT_API_H
#define TESTS_UNIT_BOT_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A request as it came. */
struct api_request {
    char method[64];
    char text[256]; /* text or caption */
    int64_t chat_id;
    size_t nth; /* request of this chat, from 0 */
    bool html;
    int64_t offset, limit, timeout; /* of getUpdates; 0: absent */
    char start[1024];               /* of the body as it came */
    size_t size;                    /* of the body */
};

struct api_reply {
    unsigned status; /* 0: the connection is cut */
    const char *body;
    bool held; /* sent once the test says api_release */
};

/* Called on the server's thread for one request after the other. */
typedef struct api_reply api_script(void *context, const struct api_request *request);

struct api;

/* `port` 0: a free one. */
struct api *api_start(uint16_t port, api_script *script, void *context);
/* PEM; the port is a free one. */
struct api_tls {
    char *key, *certificate;
};
struct api *api_start_tls(const struct api_tls *tls, api_script *script, void *context);
/* Waiting connections are released first. */
void api_stop(struct api *api);
const char *api_url(const struct api *api);
uint16_t api_port(const struct api *api);
/* Held replies go out, and none is held from now on. */
void api_release(struct api *api);
/* Waits until `count` requests came, or fails the test after half a minute. */
void api_wait(struct api *api, size_t count);
size_t api_count(struct api *api);
struct api_request api_seen(struct api *api, size_t index);

#endif
