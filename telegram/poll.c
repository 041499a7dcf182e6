/* A curl-multi handle with one transfer in it: it is what can be waited for and woken up at the same time. */
#include "telegram/poll.h"

#include <stdlib.h>

#include "core/clock.h"
#include "telegram/transport.h"

enum { HTTP_OK = 200, REST_MAX = MINUTE };

struct tg_poll {
    struct transport transport;
    CURLM *multi;
    struct buffer answer;
};

enum status tg_poll_new(const struct sender_settings *settings, struct tg_poll **ret_poll, struct error *error) {
    struct tg_poll *poll = mem_alloc(sizeof(*poll));
    enum status status = transport_init(&poll->transport, settings, error);
    if (status != STATUS_OK) {
        free(poll);
        return status;
    }
    poll->transport.answer_max = TG_POLL_BYTES_MAX;
    poll->multi = curl_multi_init();
    if (!poll->multi)
        mem_die("libcurl multi handle");
    buffer_init(&poll->answer, TG_POLL_BYTES_MAX);
    *ret_poll = poll;
    return STATUS_OK;
}

void tg_poll_free(struct tg_poll *poll) {
    if (!poll)
        return;
    curl_multi_cleanup(poll->multi);
    transport_free(&poll->transport);
    buffer_free(&poll->answer);
    free(poll);
}

const char *tg_poll_answer(const struct tg_poll *poll, size_t *ret_length) {
    *ret_length = poll->answer.length;
    return poll->answer.data;
}

void tg_poll_rest(struct tg_poll *poll, int64_t ms) {
    const int64_t wait = ms < 0 ? 0 : ms < REST_MAX ? ms : REST_MAX;
    (void)curl_multi_poll(poll->multi, NULL, 0, (int)wait, NULL);
}

void tg_poll_wake(struct tg_poll *poll) {
    (void)curl_multi_wakeup(poll->multi);
}

/* Runs the transfer to its end. STOPPED: it was broken off; else *ret_code is its outcome. */
static enum status transfer(struct tg_poll *poll, tg_poll_tick *tick, void *context, CURLcode *ret_code) {
    for (;;) {
        int running = 0, left = 0;
        if (curl_multi_perform(poll->multi, &running) != CURLM_OK)
            mem_die("libcurl transfer");
        const CURLMsg *message = curl_multi_info_read(poll->multi, &left);
        if (message && message->msg == CURLMSG_DONE) {
            *ret_code = message->data.result;
            return STATUS_OK;
        }
        const int64_t next = tick ? tick(context) : REST_MAX;
        if (next < 0)
            return STATUS_STOPPED;
        tg_poll_rest(poll, next);
    }
}

/* What came, when the transfer is over. */
static enum status read_answer(struct tg_poll *poll, CURL *easy, CURLcode code, struct arena *arena,
                               struct tg_updates *ret_updates, struct error *error) {
    long http = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &http);
    if (poll->answer.full && http == HTTP_OK)
        return error_set(error, STATUS_FULL, "the Bot API: an answer of more than %d bytes", TG_POLL_BYTES_MAX);
    enum status status = transport_outcome(easy, code);
    if (status != STATUS_OK)
        return error_set(error, status, "the Bot API: %s", curl_easy_strerror(code));
    struct error why = {0};
    status = tg_updates_parse(poll->answer.data, poll->answer.length, arena, ret_updates, &why);
    if (status == STATUS_OK)
        return STATUS_OK;
    return http == HTTP_OK ? error_set(error, status, "the Bot API: %s", why.text)
                           : error_set(error, STATUS_UNKNOWN, "the Bot API: HTTP status %ld", http);
}

enum status tg_poll_call(struct tg_poll *poll, const struct tg_call *call, int64_t wait, tg_poll_tick *tick,
                         void *context, struct arena *arena, struct tg_updates *ret_updates, struct error *error) {
    char *body = tg_call_encode(call, false);
    CURLcode code = CURLE_OK;
    buffer_free(&poll->answer);
    CURL *easy = transport_open(&poll->transport, tg_call_method_name(call), body, false, &poll->answer);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)wait);
    if (curl_multi_add_handle(poll->multi, easy) != CURLM_OK)
        mem_die("libcurl transfer");
    enum status status = transfer(poll, tick, context, &code);
    if (status == STATUS_OK)
        status = read_answer(poll, easy, code, arena, ret_updates, error);
    else
        error_set(error, status, "the Bot API: the call was broken off");
    curl_multi_remove_handle(poll->multi, easy);
    transport_close(&poll->transport, easy);
    free(body);
    return status;
}
