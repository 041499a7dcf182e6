#include "telegram/transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/arena.h"
#include "core/clock.h"

enum {
    ANSWER_MAX = 1 << 20,
    READ_BYTES = 4096, /* of each transfer under way; most answers are shorter */
    URL_MAX = 4096,
    METHOD_NAME_MAX = 64,
    CONNECT_TIMEOUT = 10 * SECOND,
    CONNECTION_AGE = 50,         /* seconds; proxies and address translators drop idle ones after a minute */
    UNACKNOWLEDGED = 20 * SECOND /* after which the system gives a silent connection up */
};

/* The system's own settings for OpenSSL; libcurl does not look at them by itself. */
static const char *ca_file(void) {
    const char *file = getenv("SSL_CERT_FILE");
    return file && *file ? file : NULL;
}

enum status transport_init(struct transport *transport, const struct sender_settings *settings, struct error *error) {
    struct buffer base;
    buffer_init(&base, URL_MAX);
    buffer_add_format(&base, "%s/bot%s/", settings->api_url, settings->token);
    bool full = base.full;
    *transport = (struct transport){.base = buffer_take(&base),
                                    .ca_file = mem_strdup(ca_file()),
                                    .timeout = settings->timeout,
                                    .answer_max = ANSWER_MAX};
    transport->headers = curl_slist_append(NULL, "Content-Type: application/json");
    transport->form_headers = curl_slist_append(NULL, "Expect:");
    if (transport->headers && transport->form_headers && !full)
        return STATUS_OK;
    transport_free(transport);
    return error_set(error, STATUS_INVALID, full ? "the API's address is too long" : "libcurl has no memory");
}

void transport_free(struct transport *transport) {
    while (transport->idle_count > 0)
        curl_easy_cleanup(transport->idle[--transport->idle_count]);
    curl_slist_free_all(transport->headers);
    curl_slist_free_all(transport->form_headers);
    free(transport->base);
    free(transport->ca_file);
    *transport = (struct transport){0};
}

static size_t collect(char *data, size_t size, size_t count, void *context) {
    struct buffer *answer = context;
    buffer_add_bytes(answer, data, size * count);
    return answer->full ? 0 : size * count;
}

/* Without it a request on a connection that died silently would wait for its whole timeout, and so would every other
 * one that shares the connection. */
static int set_socket(void *context, curl_socket_t socket, curlsocktype purpose) {
    unsigned int limit = UNACKNOWLEDGED;
    (void)context;
    if (purpose == CURLSOCKTYPE_IPCXN)
        (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof(limit));
    return CURL_SOCKOPT_OK;
}

static void set_connection(CURL *easy, const struct transport *transport, bool fresh) {
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, transport->multiplex ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)CONNECTION_AGE);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)transport->timeout);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, set_socket);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)READ_BYTES);
    if (transport->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, transport->ca_file);
}

CURL *transport_open(struct transport *transport, const char *method, const char *body, bool fresh,
                     struct buffer *answer) {
    struct buffer url;
    CURL *easy = transport->idle_count > 0 ? transport->idle[--transport->idle_count] : curl_easy_init();
    if (!easy)
        mem_die("libcurl handle");
    buffer_init(&url, URL_MAX + METHOD_NAME_MAX);
    buffer_add(&url, transport->base);
    buffer_add(&url, method);
    buffer_init(answer, transport->answer_max);
    set_connection(easy, transport, fresh);
    curl_easy_setopt(easy, CURLOPT_URL, url.data);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transport->headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer);
    buffer_free(&url);
    return easy;
}

void transport_close(struct transport *transport, CURL *easy) {
    if (transport->idle_count == IDLE_HANDLES_MAX) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    transport->idle[transport->idle_count++] = easy;
}

/* Whether the connection was up, so that bytes of the request may have left. */
static bool was_connected(CURL *easy) {
    curl_off_t when = 0;
    long sent = 0;
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &when);
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
    return when > 0 || sent > 0;
}

enum status transport_outcome(CURL *easy, CURLcode code) {
    if (code == CURLE_OK)
        return STATUS_OK;
    return was_connected(easy) ? STATUS_UNKNOWN : STATUS_UNAVAILABLE;
}
