#include "tests/unit/bot_api.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "tests/unit/unit.h"

enum { SEEN_MAX = 4096, BODY_MAX = 1 << 20, PATIENCE = 30 };

struct api {
    struct MHD_Daemon *daemon;
    api_script *script;
    void *context;
    char url[64];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct api_request seen[SEEN_MAX];
    size_t count;
    struct MHD_Connection *held[SEEN_MAX];
    size_t held_count;
    bool released;
};

struct exchange {
    struct buffer body;
    struct api_reply reply;
    bool decided;
};

static void copy_text(char *out, size_t size, const char *text) {
    snprintf(out, size, "%s", text ? text : "");
}

static struct api_request read_request(const struct api *api, const char *url, const struct buffer *raw) {
    const char *body = raw->data;
    struct api_request request = {0};
    json_auto_t *json = json_loads(body, 0, NULL);
    const json_t *first = json_array_get(json_object_get(json, "media"), 0);
    const json_t *text = json_object_get(json, "text");
    text = text ? text : json_object_get(first ? first : json, "caption");
    copy_text(request.method, sizeof(request.method), strrchr(url, '/') + 1);
    copy_text(request.text, sizeof(request.text), json_string_value(text));
    request.chat_id = json_integer_value(json_object_get(json, "chat_id"));
    request.html = json_object_get(first ? first : json, "parse_mode") != NULL;
    request.offset = json_integer_value(json_object_get(json, "offset"));
    request.limit = json_integer_value(json_object_get(json, "limit"));
    request.timeout = json_integer_value(json_object_get(json, "timeout"));
    copy_text(request.start, sizeof(request.start), body);
    request.size = raw->length;
    for (size_t i = 0; i < api->count; i++)
        request.nth += api->seen[i].chat_id == request.chat_id;
    return request;
}

/* Notes the request and decides the reply; under the lock, so that the script sees one at a time. */
static void decide(struct api *api, struct MHD_Connection *connection, const char *url, struct exchange *exchange) {
    pthread_mutex_lock(&api->lock);
    struct api_request request = read_request(api, url, &exchange->body);
    if (api->count == SEEN_MAX)
        abort();
    api->seen[api->count++] = request;
    exchange->reply = api->script(api->context, &request);
    exchange->decided = true;
    if (exchange->reply.held && !api->released) {
        MHD_suspend_connection(connection);
        api->held[api->held_count++] = connection;
    }
    exchange->reply.held = exchange->reply.held && !api->released;
    pthread_cond_broadcast(&api->changed);
    pthread_mutex_unlock(&api->lock);
}

static enum MHD_Result answer(struct MHD_Connection *connection, const struct api_reply *reply) {
    if (reply->status == 0)
        return MHD_NO;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(reply->body), (void *)(uintptr_t)reply->body, MHD_RESPMEM_MUST_COPY);
    if (reply->status / 100 == 3)
        MHD_add_response_header(response, "Location", "/elsewhere");
    enum MHD_Result queued = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state) {
    struct api *api = context;
    struct exchange *exchange = *state;
    (void)method;
    (void)version;
    if (!exchange) {
        *state = exchange = mem_alloc(sizeof(*exchange));
        buffer_init(&exchange->body, BODY_MAX);
        return MHD_YES;
    }
    if (*size > 0) {
        buffer_add_bytes(&exchange->body, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (!exchange->decided)
        decide(api, connection, url, exchange);
    else
        exchange->reply.held = false;
    return exchange->reply.held ? MHD_YES : answer(connection, &exchange->reply);
}

static void completed(void *context, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode code) {
    struct exchange *exchange = *state;
    (void)context;
    (void)connection;
    (void)code;
    if (exchange)
        buffer_free(&exchange->body);
    free(exchange);
}

static struct api *start(uint16_t port, const struct api_tls *tls, api_script *script, void *context) {
    struct api *api = mem_alloc(sizeof(*api));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct MHD_OptionItem keys[] = {
        {tls ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0, tls ? tls->key : NULL},
        {tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, tls ? tls->certificate : NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | (tls ? MHD_USE_TLS : 0U);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    api->script = script;
    api->context = context;
    pthread_mutex_init(&api->lock, NULL);
    pthread_cond_init(&api->changed, NULL);
    api->daemon = MHD_start_daemon(flags, port, NULL, NULL, handle, api, MHD_OPTION_SOCK_ADDR,
                                   (struct sockaddr *)&address, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
                                   MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_ARRAY, keys, MHD_OPTION_END);
    assert_non_null(api->daemon);
    snprintf(api->url, sizeof(api->url), "%s://127.0.0.1:%u", tls ? "https" : "http", (unsigned)api_port(api));
    return api;
}

struct api *api_start(uint16_t port, api_script *script, void *context) {
    return start(port, NULL, script, context);
}

struct api *api_start_tls(const struct api_tls *tls, api_script *script, void *context) {
    return start(0, tls, script, context);
}

uint16_t api_port(const struct api *api) {
    return MHD_get_daemon_info(api->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

const char *api_url(const struct api *api) {
    return api->url;
}

void api_release(struct api *api) {
    pthread_mutex_lock(&api->lock);
    api->released = true;
    for (size_t i = 0; i < api->held_count; i++)
        MHD_resume_connection(api->held[i]);
    api->held_count = 0;
    pthread_mutex_unlock(&api->lock);
}

void api_stop(struct api *api) {
    api_release(api);
    MHD_stop_daemon(api->daemon);
    pthread_mutex_destroy(&api->lock);
    pthread_cond_destroy(&api->changed);
    free(api);
}

void api_wait(struct api *api, size_t count) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE;
    int late = 0;
    pthread_mutex_lock(&api->lock);
    while (api->count < count && !late)
        late = pthread_cond_timedwait(&api->changed, &api->lock, &until);
    pthread_mutex_unlock(&api->lock);
    assert_int_equal(late, 0);
}

size_t api_count(struct api *api) {
    pthread_mutex_lock(&api->lock);
    size_t count = api->count;
    pthread_mutex_unlock(&api->lock);
    return count;
}

struct api_request api_seen(struct api *api, size_t index) {
    pthread_mutex_lock(&api->lock);
    struct api_request request = api->seen[index];
    pthread_mutex_unlock(&api->lock);
    return request;
}
