#include "simulator/answerer.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <inttypes.h>
#include <jansson.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/parse.h"
#include "core/queue.h"

enum { SENDERS = 16, WAITING_MAX = 100000, UPDATE_MAX = 1 << 20, EXIT_USAGE = 64, EXIT_UNAVAILABLE = 69 };

struct answerer {
    struct queue *chats; /* of int64_t *, owned */
    const char *api;
};

static size_t swallow(char *data, size_t size, size_t count, void *context) {
    (void)data;
    (void)context;
    return size * count;
}

static void *send_all(void *context) {
    const struct answerer *answerer = context;
    char url[512], body[128];
    void *item;
    CURL *easy = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    if (!easy || !headers)
        mem_die("curl");
    (void)snprintf(url, sizeof(url), "%s/sendMessage", answerer->api);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    while (queue_pop(answerer->chats, -1, &item) == STATUS_OK) {
        (void)snprintf(body, sizeof(body), "{\"chat_id\":%" PRId64 ",\"text\":\"Taken.\"}", *(int64_t *)item);
        free(item);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        (void)curl_easy_perform(easy);
    }
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    return NULL;
}

static void answer_chat(const struct answerer *answerer, const struct buffer *body) {
    json_t *update = json_loadb(body->data, body->length, 0, NULL);
    const json_t *chat = json_object_get(json_object_get(update, "message"), "chat");
    int64_t *id = mem_alloc(sizeof(*id));
    *id = json_integer_value(json_object_get(chat, "id"));
    json_decref(update);
    if (*id == 0 || queue_push(answerer->chats, id) != STATUS_OK)
        free(id);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *data, size_t *size,
                                  void **state) {
    struct buffer *body = *state;
    (void)path;
    (void)method;
    (void)version;
    if (!body) {
        *state = body = mem_alloc(sizeof(*body));
        buffer_init(body, UPDATE_MAX);
        return MHD_YES;
    }
    if (*size > 0) {
        buffer_add_bytes(body, data, *size);
        *size = 0;
        return MHD_YES;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result = response ? MHD_queue_response(connection, MHD_HTTP_OK, response) : MHD_NO;
    if (response)
        MHD_destroy_response(response);
    answer_chat(context, body);
    return result;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code) {
    (void)context;
    (void)connection;
    (void)code;
    if (*state)
        buffer_free(*state);
    free(*state);
    *state = NULL;
}

/* Until a signal ends it. */
static int serve(struct answerer *answerer, struct sockaddr_in *place, const sigset_t *signals) {
    pthread_t senders[SENDERS];
    int number = 0;
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, ntohs(place->sin_port), NULL, NULL,
                         on_request, answerer, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)place,
                         MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
    if (!daemon)
        return EXIT_UNAVAILABLE;
    for (size_t i = 0; i < SENDERS; i++)
        if (pthread_create(&senders[i], NULL, send_all, answerer) != 0)
            mem_die("pthread_create");
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    (void)printf("answerer: port %u\n", info ? (unsigned)info->port : ntohs(place->sin_port));
    (void)fflush(stdout);
    (void)sigwait(signals, &number);
    MHD_stop_daemon(daemon);
    queue_close(answerer->chats);
    for (size_t i = 0; i < SENDERS; i++)
        pthread_join(senders[i], NULL);
    return EXIT_SUCCESS;
}

static enum status read_place(const char *text, struct sockaddr_in *ret_place) {
    char address[64];
    int64_t port = 0;
    const char *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof(address) || parse_i64(colon + 1, 0, UINT16_MAX, &port) != STATUS_OK)
        return STATUS_INVALID;
    (void)snprintf(address, sizeof(address), "%.*s", (int)(colon - text), text);
    *ret_place = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    return inet_pton(AF_INET, address, &ret_place->sin_addr) == 1 ? STATUS_OK : STATUS_INVALID;
}

int answerer_command(int count, char **arguments) {
    struct sockaddr_in place;
    sigset_t signals;
    if (count != 2 || read_place(arguments[0], &place) != STATUS_OK) {
        (void)fputs("usage: simulator answerer ADDRESS:PORT API_URL/botTOKEN\n", stderr);
        return EXIT_USAGE;
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    json_object_seed(0);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return EXIT_UNAVAILABLE;
    struct answerer answerer = {.chats = queue_new(WAITING_MAX), .api = arguments[1]};
    int code = serve(&answerer, &place, &signals);
    queue_free(answerer.chats);
    curl_global_cleanup();
    return code;
}
