#include <curl/curl.h>
#include <stdlib.h>

#include "telegram/transport.h"
#include "telegram/upload.h"

/* By the answer's head; 0 where it has no date. */
static int64_t server_time(CURL *easy) {
    struct curl_header *date;
    if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &date) != CURLHE_OK)
        return 0;
    const time_t time = curl_getdate(date->value, NULL);
    return time > 0 ? time : 0;
}

static enum status perform(CURL *easy, const struct buffer *answer, struct arena *arena, struct tg_answer *ret_answer,
                           struct error *error) {
    CURLcode code = curl_easy_perform(easy);
    enum status status = transport_outcome(easy, code);
    if (status != STATUS_OK)
        return error_set(error, status, "the Bot API: %s", curl_easy_strerror(code));
    status = tg_answer_parse(answer->data, answer->length, arena, ret_answer, NULL);
    if (status != STATUS_OK)
        return error_set(error, STATUS_UNKNOWN, "the Bot API: the answer cannot be read");
    ret_answer->server_time = server_time(easy);
    return STATUS_OK;
}

enum status sender_call_once(const struct sender_settings *settings, const struct tg_call *call, struct arena *arena,
                             struct tg_answer *ret_answer, struct error *error) {
    struct transport transport;
    struct buffer answer;
    if (call->upload && !upload_is_readable(call->upload))
        return error_set(error, STATUS_INVALID, "%.128s cannot be read", call->upload);
    enum status status = transport_init(&transport, settings, error);
    if (status != STATUS_OK)
        return status;
    char *body = tg_call_encode(call, false);
    CURL *easy = transport_open(&transport, tg_call_method_name(call), body, false, &answer);
    curl_mime *form = call->upload ? upload_attach(&transport, easy, body, "certificate", call->upload) : NULL;
    status = perform(easy, &answer, arena, ret_answer, error);
    transport_close(&transport, easy);
    curl_mime_free(form);
    buffer_free(&answer);
    free(body);
    transport_free(&transport);
    return status;
}
