/* One thread polls all connections; nothing in here waits. A request goes through the handler several times: once with
 * its head, once for each piece of its body, once at the end, and once more after it was suspended. What the head says
 * decides about the answer at once, but the answer is given at the end: closing a connection with unread bytes on it
 * would reset it, and the client might never see why. Only what is longer than DRAIN_MAX is cut off.
 *
 * A suspended connection has no deadline of its own: the workers promise a verdict for each update that they take. */
#include "server/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/parse.h"
#include "core/random.h"
#include "server/health.h"
#include "server/listen.h"
#include "server/metrics.h"
#include "server/thread.h"
#include "server/workers.h"
#include "telegram/types.h"

enum {
    CONNECTIONS_MAX = 256,
    CONNECTION_BYTES = 8192, /* for head and buffers of one connection; bodies are apart */
    IDLE_SECONDS = 75,       /* longer than Telegram's and nginx' own 60, so that the client closes first */
    STACK_BYTES = 2 << 20,   /* jansson goes 2,048 levels deep on this thread */
    DRAIN_MAX = 4 << 20,     /* bytes of a refused body that are read to be polite */
    STOP_WAIT = 2 * SECOND,
    RETRY_SECONDS_MAX = 5
};

#define SECRET_HEADER "X-Telegram-Bot-Api-Secret-Token"

struct http {
    struct app *app;
    struct MHD_Daemon *daemon;
    int socket;
    atomic_bool quiesced;
    atomic_uint_fast64_t answers[HTTP_STATUS_COUNT];
    pthread_mutex_t lock;
    pthread_cond_t none_open;
    size_t open; /* requests between their head and the end of their answer; under lock */
};

struct request {
    struct http *http;
    struct MHD_Connection *connection;
    const struct page *page; /* NULL: the webhook, or nothing that we have */
    bool decided, handed_over;
    enum http_status status; /* once decided */
    atomic_int verdict;      /* of the workers, once resumed */
    struct buffer body;
    size_t seen; /* bytes of body */
};

/* ---- answers ---- */

static const struct {
    unsigned code;
    const char *text;
} statuses[] = {
#define X(code, text) {code, text},
    HTTP_STATUSES(X)
#undef X
};

static void add_header(struct MHD_Response *response, const char *name, const char *value) {
    if (MHD_add_response_header(response, name, value) != MHD_YES)
        mem_die("response header");
}

static void add_retry(struct MHD_Response *response) {
    const char seconds[] = {(char)('1' + random_below(RETRY_SECONDS_MAX)), '\0'};
    add_header(response, "Retry-After", seconds);
}

static enum MHD_Result answer(struct request *request, enum http_status status, const char *text, const char *allow) {
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
    if (!response)
        mem_die("response");
    if (*text)
        add_header(response, "Content-Type", "text/plain; charset=utf-8");
    if (status == HTTP_405)
        add_header(response, "Allow", allow);
    if (status == HTTP_503)
        add_retry(response);
    if (atomic_load(&request->http->quiesced))
        add_header(response, "Connection", "close");
    else
        MHD_set_response_options(response, MHD_RF_SEND_KEEP_ALIVE_HEADER, MHD_RO_END);
    const enum MHD_Result result = MHD_queue_response(request->connection, statuses[status].code, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- the operator's pages ---- */

static bool write_healthz(struct http *http, struct buffer *out) {
    (void)http;
    buffer_add(out, "ok\n");
    return true;
}

static bool write_readyz(struct http *http, struct buffer *out) {
    return health_ready(http->app->health, out);
}

static bool write_metrics(struct http *http, struct buffer *out) {
    metrics_write(http->app, out);
    return true;
}

static const struct page {
    const char *path;
    bool (*write)(struct http *http, struct buffer *out); /* whether all is well */
} pages[] = {
#define X(name, path) {path, write_##name},
    HTTP_PAGES(X)
#undef X
};

static const struct page *page_by_path(const char *path) {
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
        if (strcmp(pages[i].path, path) == 0)
            return &pages[i];
    return NULL;
}

static enum MHD_Result answer_page(struct request *request) {
    struct buffer out;
    buffer_init(&out, METRICS_BYTES_MAX);
    const bool well = request->page->write(request->http, &out);
    const enum MHD_Result result = answer(request, well ? HTTP_200 : HTTP_503, out.data, NULL);
    buffer_free(&out);
    return result;
}

/* ---- the webhook ---- */

static const char *header(struct request *request, const char *name) {
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

static bool is_json(const char *type) {
    static const char json[] = "application/json";
    return type && strncasecmp(type, json, strlen(json)) == 0 && strchr("; \t", type[strlen(json)]);
}

/* The body's length as announced; 0 where it is not. libmicrohttpd has refused what is no number. */
static int64_t announced(struct request *request) {
    const char *text = header(request, "Content-Length");
    int64_t length = 0;
    if (text && parse_i64(text, 0, INT64_MAX, &length) != STATUS_OK)
        return INT64_MAX;
    return length;
}

static void decide(struct request *request, enum http_status status) {
    if (!request->decided)
        request->status = status;
    request->decided = true;
}

static bool is_method(const struct request *request, const char *method) {
    if (request->page)
        return strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    return strcmp(method, MHD_HTTP_METHOD_POST) == 0;
}

static void check_head(struct request *request, const char *path, const char *method) {
    const struct settings *settings = request->http->app->settings;
    request->page = page_by_path(path);
    if (!request->page && (settings->mode == MODE_POLLING || strcmp(path, settings->webhook_path) != 0))
        decide(request, HTTP_404);
    else if (!is_method(request, method))
        decide(request, HTTP_405);
    else if (request->page)
        return;
    else if (!digest_equal(header(request, SECRET_HEADER), settings->webhook_secret))
        decide(request, HTTP_401);
    else if (!is_json(header(request, "Content-Type")))
        decide(request, HTTP_415);
    else if (announced(request) > TG_UPDATE_MAX)
        decide(request, HTTP_413);
}

/* On a worker's thread. The request may be gone once its connection goes on. */
static void on_verdict(void *context, enum verdict verdict) {
    struct request *request = context;
    atomic_store(&request->verdict, (int)verdict);
    MHD_resume_connection(request->connection);
}

/* Suspends first: the verdict may come before workers_submit returns. */
static enum MHD_Result hand_over(struct request *request) {
    request->handed_over = true;
    MHD_suspend_connection(request->connection);
    enum status status = STATUS_STOPPED;
    if (!atomic_load(&request->http->quiesced))
        status =
            workers_submit(request->http->app->workers, request->body.data, request->body.length, on_verdict, request);
    if (status != STATUS_OK)
        on_verdict(request, VERDICT_LATER);
    return MHD_YES;
}

static enum MHD_Result finish(struct request *request) {
    if (!request->decided && request->page)
        return answer_page(request);
    if (!request->decided && request->body.full)
        decide(request, HTTP_413);
    if (!request->decided && !request->handed_over)
        return hand_over(request);
    if (request->handed_over)
        decide(request, atomic_load(&request->verdict) == VERDICT_TAKEN ? HTTP_200 : HTTP_503);
    if (!request->page)
        atomic_fetch_add(&request->http->answers[request->status], 1);
    char text[64] = "";
    if (request->status != HTTP_200)
        (void)snprintf(text, sizeof(text), "%s\n", statuses[request->status].text);
    return answer(request, request->status, text, request->page ? "GET, HEAD" : "POST");
}

static enum MHD_Result take_body(struct request *request, const char *data, size_t *size) {
    request->seen += *size;
    if (!request->decided && !request->page)
        buffer_add_bytes(&request->body, data, *size);
    *size = 0;
    return request->seen <= DRAIN_MAX ? MHD_YES : MHD_NO;
}

static struct request *request_new(struct http *http, struct MHD_Connection *connection) {
    struct request *request = mem_alloc(sizeof(*request));
    request->http = http;
    request->connection = connection;
    buffer_init(&request->body, TG_UPDATE_MAX);
    pthread_mutex_lock(&http->lock);
    http->open++;
    pthread_mutex_unlock(&http->lock);
    return request;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *size, void **request_slot) {
    (void)version;
    if (*request_slot)
        return *size > 0 ? take_body(*request_slot, data, size) : finish(*request_slot);
    struct request *request = *request_slot = request_new(context, connection);
    check_head(request, path, method);
    return request->decided && announced(request) > DRAIN_MAX ? finish(request) : MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_slot,
                         enum MHD_RequestTerminationCode how) {
    (void)connection;
    (void)how;
    struct http *http = context;
    struct request *request = *request_slot;
    if (!request)
        return;
    *request_slot = NULL;
    buffer_free(&request->body);
    free(request);
    pthread_mutex_lock(&http->lock);
    if (--http->open == 0)
        pthread_cond_signal(&http->none_open);
    pthread_mutex_unlock(&http->lock);
}

/* ---- its life ---- */

static enum status start(struct http *http, struct error *error) {
    http->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, http,
                         MHD_OPTION_LISTEN_SOCKET, http->socket, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                         MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                         (size_t)CONNECTION_BYTES, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES,
                         MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_END);
    return http->daemon ? STATUS_OK : error_set(error, STATUS_UNAVAILABLE, "the HTTP server does not start");
}

enum status http_new(struct app *app, struct http **ret_http, int *ret_port, struct error *error) {
    struct http *http = mem_alloc(sizeof(*http));
    http->app = app;
    pthread_mutex_init(&http->lock, NULL);
    thread_cond_init(&http->none_open);
    int port;
    enum status status = listen_at(app->settings->listen_host, app->settings->listen_port, &http->socket, &port, error);
    if (status == STATUS_OK) {
        status = start(http, error);
        if (status != STATUS_OK)
            close(http->socket);
    }
    if (status != STATUS_OK) {
        http_free(http);
        return status;
    }
    if (ret_port)
        *ret_port = port;
    *ret_http = http;
    return STATUS_OK;
}

/* The socket stays ours, shut, until the thread has ended: a closed one's number could be somebody else's soon. */
void http_quiesce(struct http *http) {
    atomic_store(&http->quiesced, true);
    (void)MHD_quiesce_daemon(http->daemon);
    (void)shutdown(http->socket, SHUT_RDWR);
}

void http_stop(struct http *http) {
    const struct timespec until = thread_deadline(STOP_WAIT);
    pthread_mutex_lock(&http->lock);
    while (http->open > 0 && pthread_cond_timedwait(&http->none_open, &http->lock, &until) == 0)
        continue;
    pthread_mutex_unlock(&http->lock);
    MHD_stop_daemon(http->daemon);
    close(http->socket);
}

void http_free(struct http *http) {
    if (!http)
        return;
    pthread_cond_destroy(&http->none_open);
    pthread_mutex_destroy(&http->lock);
    free(http);
}

void http_count(struct http *http, struct http_counts *ret_counts) {
    for (size_t i = 0; i < HTTP_STATUS_COUNT; i++)
        ret_counts->answers[i] = atomic_load(&http->answers[i]);
    pthread_mutex_lock(&http->lock);
    ret_counts->open = http->open;
    pthread_mutex_unlock(&http->lock);
}
