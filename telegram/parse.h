/* telegram/parse: an update's JSON → plain structs. The only door for Telegram's bytes; each is checked here. */
#ifndef TELEGRAM_PARSE_H
#define TELEGRAM_PARSE_H

#include "core/arena.h"
#include "core/status.h"
#include "telegram/types.h"

/* What jansson and libcurl need once in a process. Call before threads start and before anything else of this folder.
 */
void tg_setup(void);

/* Decodes one update. Everything in *ret_update lives in `arena`.
 * OK also for a kind that we do not use (TG_UPDATE_OTHER), and for a message without anything that we understand.
 * INVALID: not JSON, not an object, no update_id, or a part of a used kind that is missing or of a wrong type; `error`
 * names the place and never quotes the content. Nesting deeper than jansson's limit is INVALID. */
MUST_CHECK enum status tg_update_parse(const char *json, size_t length, struct arena *arena,
                                       struct tg_update *ret_update, struct error *error);

/* The person an update is from: whose turn it takes and whose session it changes. 0: nobody (a channel post, a kind
 * that we do not use). */
int64_t tg_update_person(const struct tg_update *update);
/* NULL: nobody. */
const struct tg_user *tg_update_from(const struct tg_update *update);

/* Answers of the Bot API, as far as we use them. */
struct tg_answer {
    bool ok;
    int error_code;
    const char *description;    /* in the arena; "" where there is none; may quote the text sent: not for the log */
    int64_t retry_after;        /* seconds; 0: none */
    int64_t migrate_to_chat_id; /* 0: none */
    int64_t message_ids[TG_ALBUM_MAX];
    size_t message_count;                  /* of a message or an album in `result` */
    const struct tg_user *user;            /* getMe */
    const struct tg_webhook_info *webhook; /* getWebhookInfo */
    int64_t server_time;                   /* sender_call_once: seconds UTC by the server's clock; 0: not said */
};
/* INVALID: not the JSON of a Bot API answer (a proxy's HTML page, a torn body): the outcome is unknown. */
MUST_CHECK enum status tg_answer_parse(const char *json, size_t length, struct arena *arena,
                                       struct tg_answer *ret_answer, struct error *error);

#endif
