/* telegram/call: one request to the Bot API, typed. Built by handlers and keyboards as plain data, encoded to JSON by
 * the sender (jansson stays in here). Strings are borrowed; tg_call_copy makes a copy that owns all. */
#ifndef TELEGRAM_CALL_H
#define TELEGRAM_CALL_H

#include "core/arena.h"
#include "core/status.h"
#include "telegram/types.h"

/* Method, its name, and whether it counts as a message for Telegram's rates (answers, edits of keyboards and
 * settings do not). */
#define TG_METHODS(X)                                                                                                  \
    X(GET_ME, "getMe", false)                                                                                          \
    X(SET_WEBHOOK, "setWebhook", false)                                                                                \
    X(DELETE_WEBHOOK, "deleteWebhook", false)                                                                          \
    X(GET_WEBHOOK_INFO, "getWebhookInfo", false)                                                                       \
    X(GET_UPDATES, "getUpdates", false)                                                                                \
    X(SEND_MESSAGE, "sendMessage", true)                                                                               \
    X(SEND_MEDIA, "", true) /* sendPhoto, sendDocument, …: by the kind of media[0] */                                \
    X(SEND_MEDIA_GROUP, "sendMediaGroup", true)                                                                        \
    X(EDIT_MESSAGE_TEXT, "editMessageText", true)                                                                      \
    X(EDIT_MESSAGE_CAPTION, "editMessageCaption", true)                                                                \
    X(EDIT_MESSAGE_REPLY_MARKUP, "editMessageReplyMarkup", false)                                                      \
    X(DELETE_MESSAGE, "deleteMessage", false)                                                                          \
    X(ANSWER_CALLBACK_QUERY, "answerCallbackQuery", false)                                                             \
    X(SET_MY_COMMANDS, "setMyCommands", false)                                                                         \
    X(DELETE_MY_COMMANDS, "deleteMyCommands", false)                                                                   \
    X(SET_MY_DESCRIPTION, "setMyDescription", false)                                                                   \
    X(SET_MY_SHORT_DESCRIPTION, "setMyShortDescription", false)
enum tg_method {
#define X(id, name, counts) TG_METHOD_##id,
    TG_METHODS(X)
#undef X
        TG_METHOD_COUNT
};

struct tg_call {
    enum tg_method method;
    int64_t chat_id;    /* 0: not about a chat. SET/DELETE_MY_COMMANDS: the scope's chat, 0 = default scope */
    int64_t thread_id;  /* topic of a forum; 0: none */
    int64_t message_id; /* edits, delete; of sends: the message replied to, 0: none */
    const char *text;   /* text, caption, description or the callback answer's text; NULL: none */
    bool html;          /* `text` is our HTML (telegram/html.h); sent with parse_mode, or plain where there is none */
    const struct tg_markup *markup;
    const struct tg_media *media; /* SEND_MEDIA: one; SEND_MEDIA_GROUP: 2–10 */
    size_t media_count;
    const char *upload; /* SEND_MEDIA: a file of this machine in place of media[0].file_id, by its path; read while it
                           is sent. SET_WEBHOOK by sender_call_once: the certificate */
    const char *callback_query_id;
    bool show_alert;
    const struct tg_command *commands;
    size_t command_count;
    const char *language_code; /* NULL: all languages */
    const char *url, *secret;  /* SET_WEBHOOK */
    int64_t max_connections;   /* SET_WEBHOOK; 0: the server's default */
    bool drop_pending;         /* SET_WEBHOOK, DELETE_WEBHOOK: what waits is thrown away */
    int64_t offset;            /* GET_UPDATES: those below it are confirmed; 0: from the first that is not */
    int64_t limit, timeout;    /* GET_UPDATES: at most so many; seconds to wait for the first, 0: not at all */
};

/* The method's name as it stands in the URL; of SEND_MEDIA by its media's kind. Static. */
const char *tg_call_method_name(const struct tg_call *call);
/* Whether it counts as a message for Telegram's rates. */
bool tg_call_counts(const struct tg_call *call);
/* A deep copy in `arena`. */
struct tg_call *tg_call_copy(struct arena *arena, const struct tg_call *call);
/* The JSON body, a malloc'ed string. Absent fields are left out (telegram-bot-api takes null as text). `plain`: `text`
 * without markup and parse_mode, as it is sent once more where Telegram refuses markup. Link previews are off. Never
 * NULL. */
char *tg_call_encode(const struct tg_call *call, bool plain);

#endif
