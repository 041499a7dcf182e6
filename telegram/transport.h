/* telegram/transport: how a request is put to libcurl. The URL holds the token, so no text of libcurl about a failed
 * attempt leaves this module; only the fixed sentence of an error code does. */
#ifndef TELEGRAM_TRANSPORT_H
#define TELEGRAM_TRANSPORT_H

#include <curl/curl.h>

#include "core/buffer.h"
#include "telegram/sender.h"

enum { IDLE_HANDLES_MAX = 16 };

struct transport {
    char *base; /* "https://host/bot<token>/" */
    struct curl_slist *headers;
    struct curl_slist *form_headers; /* of uploads: nobody is asked whether a long one is welcome */
    char *ca_file;                   /* NULL: the library's */
    bool multiplex; /* wait for an opening connection to share it. TLS tells at once whether it can be shared; without
                     * TLS only the first answer would, for which nobody is to wait */
    int64_t timeout;
    size_t answer_max;            /* bytes */
    CURL *idle[IDLE_HANDLES_MAX]; /* handles that wait for the next request: making one costs more than a request */
    size_t idle_count;
};

MUST_CHECK enum status transport_init(struct transport *transport, const struct sender_settings *settings,
                                      struct error *error);
/* A zeroed one is allowed. */
void transport_free(struct transport *transport);

/* A handle that posts `body` (borrowed until transport_close) to `method` and collects the answer in `answer`,
 * which this initialises; an answer too long for it fails. `fresh`: not over a connection that is open already.
 * Never NULL. */
CURL *transport_open(struct transport *transport, const char *method, const char *body, bool fresh,
                     struct buffer *answer);

/* Takes the handle back, which is in no multi handle any more. On the thread that opened it. */
void transport_close(struct transport *transport, CURL *easy);

/* What became of an attempt. OK: an HTTP answer came; UNAVAILABLE: the server was not reached, certainly nothing was
 * done; UNKNOWN: the request may have been carried out. */
enum status transport_outcome(CURL *easy, CURLcode code);

#endif
