/* simulator/methods: what the files with the Bot API's methods share. Everything runs under the lock. */
#ifndef SIMULATOR_METHODS_H
#define SIMULATOR_METHODS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"
#include "simulator/errors.h"
#include "simulator/params.h"
#include "simulator/sim.h"
#include "simulator/text.h"

enum { DESCRIPTION_MAX = 768 };

struct call {
    struct sim *sim;
    const struct params *params;
    json_t *result;   /* of a success */
    const char *note; /* "description" of a success, NULL: none */
    int code;         /* of a refusal */
    char description[DESCRIPTION_MAX];
    int64_t retry_after, migrate_to;
};

typedef enum status method_run(struct call *call);

/* A table row: the name in the documentation and the function. */
#define API_METHODS(X)                                                                                                 \
    X("getMe", method_get_me)                                                                                          \
    X("setWebhook", method_set_webhook)                                                                                \
    X("deleteWebhook", method_delete_webhook)                                                                          \
    X("getWebhookInfo", method_get_webhook_info)                                                                       \
    X("getUpdates", method_get_updates)                                                                                \
    X("sendMessage", method_send_message)                                                                              \
    X("sendPhoto", method_send_photo)                                                                                  \
    X("sendDocument", method_send_document)                                                                            \
    X("sendVideo", method_send_video)                                                                                  \
    X("sendMediaGroup", method_send_media_group)                                                                       \
    X("editMessageText", method_edit_text)                                                                             \
    X("editMessageCaption", method_edit_caption)                                                                       \
    X("editMessageReplyMarkup", method_edit_markup)                                                                    \
    X("deleteMessage", method_delete_message)                                                                          \
    X("deleteMessages", method_delete_messages)                                                                        \
    X("answerCallbackQuery", method_answer_query)                                                                      \
    X("setMyCommands", method_set_commands)                                                                            \
    X("getMyCommands", method_get_commands)                                                                            \
    X("deleteMyCommands", method_delete_commands)                                                                      \
    X("setMyDescription", method_set_description)                                                                      \
    X("getMyDescription", method_get_description)                                                                      \
    X("setMyShortDescription", method_set_short_description)                                                           \
    X("getMyShortDescription", method_get_short_description)                                                           \
    X("getChat", method_get_chat)                                                                                      \
    X("getFile", method_get_file)                                                                                      \
    X("sendChatAction", method_send_chat_action)

#define X(name, function) enum status function(struct call *call);
API_METHODS(X)
#undef X

/* Fills the refusal and gives INVALID. `detail` may be NULL. */
enum status call_refuse(struct call *call, enum api_error error, const char *detail);
enum status call_refuse_number(struct call *call, enum api_error error, int64_t number);

/* The chat named by chat_id; refused when the bot does not know it. `write`: also when it may not write there. */
MUST_CHECK enum status call_chat(struct call *call, bool write, struct chat **ret_chat);
/* The text in parameter or field values, parsed, cleaned and measured. `entities` may be NULL. The caller frees
 * *ret_rich. An absent caption is an empty text. */
MUST_CHECK enum status call_caption(struct call *call, const char *text, const char *parse_mode, const json_t *entities,
                                    struct rich_text *ret_rich);
/* "text", "parse_mode", "entities" of the call, before clean-up (the checks that come before the chat is looked at). */
MUST_CHECK enum status call_text(struct call *call, struct rich_text *ret_rich);
/* The rest: cleaned, not blank, not too long. */
MUST_CHECK enum status call_finish_text(struct call *call, struct rich_text *rich);
/* Sets `key` and its entities in a message. */
void call_put_text(struct call *call, json_t *message, const char *key, const struct rich_text *rich);

/* reply_markup, in the two steps in which the server takes it. *ret_markup: a new reference or NULL (none, or an empty
 * keyboard). First the shape … */
MUST_CHECK enum status call_markup(struct call *call, json_t **ret_markup);
/* … then what depends on the chat; buttons without text are left out, as are those beyond the limits. Takes *markup
 * apart: it may become NULL. `inline_only`: for edits. */
MUST_CHECK enum status call_finish_markup(struct call *call, const struct chat *chat, bool inline_only,
                                          json_t **markup);
bool markup_is_inline(const json_t *markup);

/* Puts a message of the bot into the chat. `content` is taken, `markup` (may be NULL) too. The result is borrowed. */
struct message *call_post(struct call *call, struct chat *chat, json_t *content, json_t *markup);
/* reply_parameters or reply_to_message_id: a message to be replied to, NULL for none. */
MUST_CHECK enum status call_reply_target(struct call *call, const struct chat *chat, struct message **ret_message);
/* 429 when the flood limits say so. */
MUST_CHECK enum status call_flood(struct call *call, const struct chat *chat, int64_t messages);

#endif
