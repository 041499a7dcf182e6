#include <stdlib.h>

#include "telegram/transport.h"

static enum status perform(CURL *easy, const struct buffer *answer, struct arena *arena, struct tg_answer *ret_answer,
                           struct error *error) {
    CURLcode code = curl_easy_perform(easy);
    enum status status = transport_outcome(easy, code);
    if (status != STATUS_OK)
        return error_set(error, status, "the Bot API: %s", curl_easy_strerror(code));
    status = tg_answer_parse(answer->data, answer->length, arena, ret_answer, NULL);
    if (status != STATUS_OK)
        return error_set(error, STATUS_UNKNOWN, "the Bot API: the answer cannot be read");
    return STATUS_OK;
}

enum status sender_call_once(const struct sender_settings *settings, const struct tg_call *call, struct arena *arena,
                             struct tg_answer *ret_answer, struct error *error) {
    struct transport transport;
    struct buffer answer;
    enum status status = transport_init(&transport, settings, error);
    if (status != STATUS_OK)
        return status;
    char *body = tg_call_encode(call, false);
    CURL *easy = transport_open(&transport, tg_call_method_name(call), body, false, &answer);
    status = perform(easy, &answer, arena, ret_answer, error);
    transport_close(&transport, easy);
    buffer_free(&answer);
    free(body);
    transport_free(&transport);
    return status;
}
