/* libmicrohttpd with a thread for each connection: methods that wait (getUpdates, a slow fault, a page's long poll)
 * simply block theirs. */
#include "simulator/http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/digest.h"
#include "core/parse.h"
#include "simulator/api.h"
#include "simulator/control.h"
#include "simulator/errors.h"
#include "simulator/events.h"
#include "simulator/image.h"
#include "simulator/multipart.h"
#include "simulator/origin.h"
#include "simulator/page.h"
#include "simulator/sim.h"

enum { THREAD_STACK = 1 << 20, IDLE_SECONDS = 300 };

struct http {
    struct MHD_Daemon *daemon;
    struct sim *sim;
    uint16_t port;
};

struct request {
    struct params *params; /* of the address at first */
    struct buffer body;
    bool too_big;
};

static enum MHD_Result send_bytes(struct MHD_Connection *connection, int status, const char *type, const void *data,
                                  size_t size, enum MHD_ResponseMemoryMode mode, int64_t retry_after) {
    char number[32];
    struct MHD_Response *response = MHD_create_response_from_buffer(size, (void *)(uintptr_t)data, mode);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (retry_after > 0) {
        (void)snprintf(number, sizeof(number), "%lld", (long long)retry_after);
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, number);
    }
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_refusal(struct MHD_Connection *connection, enum api_error error, const char *detail) {
    char description[512];
    api_error_text(error, detail, description, sizeof(description));
    json_t *body = json_pack("{sb si ss}", "ok", 0, "error_code", api_error_code(error), "description", description);
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    return send_bytes(connection, api_error_code(error), "application/json", text, strlen(text), MHD_RESPMEM_MUST_FREE,
                      0);
}

/* ---- reading ---- */

/* INVALID: a form that cannot be read, for the reason in *ret_why. */
static enum status read_body(struct MHD_Connection *connection, struct request *request, const char **ret_why) {
    const char *type = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    if (!type || request->body.length == 0)
        return STATUS_OK;
    if (strncasecmp(type, "application/json", 16) == 0)
        params_add_json(request->params, request->body.data, request->body.length);
    else if (strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0)
        params_add_urlencoded(request->params, request->body.data, request->body.length);
    else if (strncasecmp(type, "multipart/form-data", 19) == 0)
        return multipart_read(type, request->body.data, request->body.length, request->params, ret_why);
    return STATUS_OK;
}

static enum MHD_Result on_argument(void *context, enum MHD_ValueKind kind, const char *key, const char *value) {
    (void)kind;
    params_add(context, key, value ? value : "", value ? strlen(value) : 0);
    return MHD_YES;
}

/* ---- answering ---- */

/* Behind "bot<token>/" of a path, NULL when refused; *ret_error says how. */
static const char *check_token(const struct sim *sim, const char *path, enum api_error *ret_error) {
    char token[TOKEN_MAX + 2];
    size_t length = strcspn(path, "/");
    *ret_error = ERROR_PATH;
    if (path[length] != '/')
        return NULL;
    (void)snprintf(token, sizeof(token), "%.*s", (int)(length > TOKEN_MAX ? TOKEN_MAX + 1 : length), path);
    const char *colon = strchr(token, ':');
    *ret_error = ERROR_TOKEN_SHAPE;
    if (length > TOKEN_MAX || *token == '0' || !colon || strspn(token, "0123456789") != (size_t)(colon - token))
        return NULL;
    *ret_error = ERROR_TOKEN;
    return digest_equal(token, sim->token) ? path + length + 1 : NULL;
}

static enum MHD_Result answer_api(struct sim *sim, struct MHD_Connection *connection, const char *path,
                                  struct request *request) {
    enum api_error error = ERROR_PATH;
    char number[32];
    const char *why = NULL;
    const char *method = check_token(sim, path, &error);
    if (!method)
        return send_refusal(connection, error, NULL);
    if (request->too_big) {
        (void)snprintf(number, sizeof(number), "%zu", request->body.length);
        return send_refusal(connection, ERROR_BODY_TOO_BIG, number);
    }
    if (read_body(connection, request, &why) != STATUS_OK)
        return send_refusal(connection, ERROR_MULTIPART, why);
    struct api_answer answer = {0};
    api_run(sim, *method ? method : params_text(request->params, "method"), request->params, &answer);
    enum MHD_Result result = MHD_NO; /* closes the connection */
    if (!answer.cut)
        result = send_bytes(connection, answer.status, answer.type, answer.body, strlen(answer.body),
                            MHD_RESPMEM_MUST_COPY, answer.retry_after);
    api_answer_free(&answer);
    return result;
}

static enum MHD_Result answer_file(struct sim *sim, struct MHD_Connection *connection, const char *path) {
    enum api_error error = ERROR_PATH;
    const char *file_path = check_token(sim, path, &error);
    if (!file_path)
        return send_refusal(connection, error, NULL);
    sim_lock(sim);
    const struct file *file = files_at(&sim->files, file_path);
    size_t size = 0;
    char *copy = file && file->size <= FILE_DOWNLOAD_MAX ? file_contents(file, &size) : NULL;
    sim_unlock(sim);
    if (!copy)
        return send_refusal(connection, ERROR_PATH, NULL);
    return send_bytes(connection, 200, "application/octet-stream", copy, size, MHD_RESPMEM_MUST_FREE, 0);
}

static const char *header(struct MHD_Connection *connection, const char *name) {
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result refuse_control(struct MHD_Connection *connection, int status, const char *why) {
    json_t *body = json_pack("{sb ss}", "ok", 0, "error", why);
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    return send_bytes(connection, status, "application/json", text, strlen(text), MHD_RESPMEM_MUST_FREE, 0);
}

/* Bytes that somebody sent, as the page shows them: only images are shown as what they say they are. */
static enum MHD_Result answer_shown_file(struct sim *sim, struct MHD_Connection *connection, const char *id) {
    size_t size = 0;
    sim_lock(sim);
    const struct file *file = files_find(&sim->files, id);
    char *copy = file && file->data ? file_contents(file, &size) : NULL;
    sim_unlock(sim);
    if (!copy)
        return refuse_control(connection, MHD_HTTP_NOT_FOUND, "no bytes are kept of such a file");
    const char *type = image_type(copy, size);
    struct MHD_Response *response = MHD_create_response_from_buffer(size, copy, MHD_RESPMEM_MUST_FREE);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type ? type : "application/octet-stream");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, type ? "inline" : "attachment");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

/* A browser that comes back says what it has had. */
static enum MHD_Result answer_events(struct sim *sim, struct MHD_Connection *connection, const struct params *query) {
    const char *had = header(connection, "Last-Event-ID");
    int64_t since = params_int_in(query, "since", -1, -1, INT64_MAX);
    if (had && parse_i64(had, 0, INT64_MAX, &since) != STATUS_OK)
        since = -1;
    struct MHD_Response *response = events_open(sim, since);
    if (!response)
        return refuse_control(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "too many streams of events");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_control(struct sim *sim, struct MHD_Connection *connection, const char *method,
                                      const char *path, const struct request *request) {
    int status = 0;
    const struct origin origin = {.host = header(connection, MHD_HTTP_HEADER_HOST),
                                  .origin = header(connection, MHD_HTTP_HEADER_ORIGIN),
                                  .fetch_site = header(connection, "Sec-Fetch-Site")};
    if (!origin_is_allowed(&origin, sim->name))
        return refuse_control(connection, MHD_HTTP_FORBIDDEN, "not from another site, nor under another name");
    if (strcmp(path, "events") == 0 && strcmp(method, MHD_HTTP_METHOD_GET) == 0)
        return answer_events(sim, connection, request->params);
    if (strcmp(path, "file") == 0 && strcmp(method, MHD_HTTP_METHOD_GET) == 0)
        return answer_shown_file(sim, connection, params_text(request->params, "file_id"));
    if (request->too_big)
        return refuse_control(connection, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too long");
    const struct control_request asked = {.method = method,
                                          .path = path,
                                          .query = request->params,
                                          .body = request->body.data,
                                          .type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE),
                                          .length = request->body.length};
    char *text = control_handle(sim, &asked, &status);
    return send_bytes(connection, status, "application/json", text, strlen(text), MHD_RESPMEM_MUST_FREE, 0);
}

static enum MHD_Result answer_page(struct MHD_Connection *connection, const char *path) {
    if (strcmp(path, "/") == 0)
        path = "/index.html";
    for (size_t i = 0; i < page_file_count; i++)
        if (strcmp(page_files[i].path, path) == 0)
            return send_bytes(connection, 200, page_files[i].type, page_files[i].data, page_files[i].size,
                              MHD_RESPMEM_PERSISTENT, 0);
    return send_refusal(connection, ERROR_PATH, NULL);
}

static enum MHD_Result answer(struct http *http, struct MHD_Connection *connection, const char *path,
                              const char *method, struct request *request) {
    if (strncmp(path, "/bot", 4) == 0)
        return answer_api(http->sim, connection, path + 4, request);
    if (strncmp(path, "/file/bot", 9) == 0)
        return answer_file(http->sim, connection, path + 9);
    if (strncmp(path, "/sim/", 5) == 0)
        return answer_control(http->sim, connection, method, path + 5, request);
    return answer_page(connection, path);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *data, size_t *size,
                                  void **state) {
    struct request *request = *state;
    (void)version;
    if (!request) {
        request = mem_alloc(sizeof(*request));
        request->params = params_new();
        buffer_init(&request->body, HTTP_BODY_MAX);
        MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, on_argument, request->params);
        *state = request;
        return MHD_YES;
    }
    if (*size > 0) {
        buffer_add_bytes(&request->body, data, *size);
        request->too_big = request->body.full;
        *size = 0;
        return MHD_YES;
    }
    return answer(context, connection, path, method, request);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code) {
    struct request *request = *state;
    (void)context;
    (void)connection;
    (void)code;
    if (!request)
        return;
    params_free(request->params);
    buffer_free(&request->body);
    free(request);
    *state = NULL;
}

enum status http_start(struct sim *sim, const char *address, uint16_t port, struct http **ret_http) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, address, &place.sin_addr) != 1)
        return STATUS_INVALID;
    struct http *http = mem_alloc(sizeof(*http));
    http->sim = sim;
    http->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, port, NULL, NULL, on_request,
        http, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&place, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_THREAD_STACK_SIZE, (size_t)THREAD_STACK, MHD_OPTION_END);
    if (!http->daemon) {
        free(http);
        return STATUS_UNAVAILABLE;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);
    http->port = info ? info->port : port;
    *ret_http = http;
    return STATUS_OK;
}

uint16_t http_port(const struct http *http) {
    return http->port;
}

void http_stop(struct http *http) {
    MHD_stop_daemon(http->daemon);
    free(http);
}
