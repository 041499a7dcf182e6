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
    X("sendAnimation", method_send_animation)                                                                          \
    X("sendAudio", method_send_audio)                                                                                  \
    X("sendVoice", method_send_voice)                                                                                  \
    X("sendVideoNote", method_send_video_note)                                                                         \
    X("sendSticker", method_send_sticker)                                                                              \
    X("sendMediaGroup", method_send_media_group)                                                                       \
    X("editMessageText", method_edit_text)                                                                             \
    X("editMessageCaption", method_edit_caption)                                                                       \
    X("editMessageReplyMarkup", method_edit_markup)                                                                    \
    X("editMessageMedia", method_edit_media)                                                                           \
    X("forwardMessage", method_forward_message)                                                                        \
    X("forwardMessages", method_forward_messages)                                                                      \
    X("copyMessage", method_copy_message)                                                                              \
    X("copyMessages", method_copy_messages)                                                                            \
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
    X("setMyName", method_set_name)                                                                                    \
    X("getMyName", method_get_name)                                                                                    \
    X("setChatMenuButton", method_set_menu_button)                                                                     \
    X("getChatMenuButton", method_get_menu_button)                                                                     \
    X("logOut", method_log_out)                                                                                        \
    X("close", method_close)                                                                                           \
    X("getChat", method_get_chat)                                                                                      \
    X("getFile", method_get_file)                                                                                      \
    X("sendChatAction", method_send_chat_action)

#define X(name, function) enum status function(struct call *call);
API_METHODS(X)
#undef X

/* Fills the refusal and gives INVALID. `detail` may be NULL. */
enum status call_refuse(struct call *call, enum api_error error, const char *detail);
enum status call_refuse_number(struct call *call, enum api_error error, int64_t number);

/* link_preview_options, or what disable_web_page_preview says. *ret_options: a new reference or NULL. */
MUST_CHECK enum status call_preview(struct call *call, json_t **ret_options);
/* "caption", "parse_mode" and "caption_entities" of the call; see call_caption. */
MUST_CHECK enum status call_own_caption(struct call *call, struct rich_text *ret_rich);
/* message_ids: at most `most` of them, each positive (message_id_of). A new reference. */
MUST_CHECK enum status call_message_ids(struct call *call, size_t most, json_t **ret_ids);
/* The id in one element of message_ids, 0 when it is none. */
int64_t message_id_of(const json_t *value);

/* Where a message goes. `markup` is call_markup's; the caller drops what is left in it. */
struct target {
    struct chat *chat;
    struct message *reply_to; /* NULL: none */
    int64_t thread;           /* 0: no topic */
    json_t *markup;
};
/* The chat, the topic, what is replied to, and the markup as it fits there. */
MUST_CHECK enum status call_target(struct call *call, struct target *target);
/* Puts `content` (taken) there; the Message is borrowed. The markup goes with the first. */
json_t *call_send(struct call *call, struct target *target, json_t *content);
/* Marks a message as one of a topic (0: none); it replies to the topic's opening unless it replies already. */
void message_put_topic(const struct chat *chat, int64_t thread, json_t *content);

/* One InputMedia. What is not owned by `caption` is borrowed from the JSON. */
struct input_media {
    enum file_kind kind;
    const json_t *object;
    const char *media;
    struct rich_text caption;
};
/* Its shape and its caption, which the caller frees also after a refusal. */
MUST_CHECK enum status call_input_media(struct call *call, const json_t *object, bool for_album,
                                        struct input_media *item);
MUST_CHECK enum status call_input_file(struct call *call, const struct input_media *item, struct file **ret_file);
/* The file and its caption as members of a message. */
void call_put_input(struct call *call, const struct input_media *item, const struct file *file, json_t *message);
void message_put_media(json_t *message, const struct file *file, bool spoiler, bool above);
/* Whether an album may hold it. */
bool file_is_groupable(const struct file *file);

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
