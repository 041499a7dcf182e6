/* What a method takes is a row of `methods`; the fields that several methods share are added by one function each. */
#include "telegram/call.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/utf.h"
#include "telegram/body.h"
#include "telegram/upload.h"

enum field {
    FIELD_CHAT = 1 << 0,    /* chat_id */
    FIELD_TOPIC = 1 << 1,   /* message_thread_id and reply_parameters: of everything that sends */
    FIELD_MESSAGE = 1 << 2, /* message_id */
    FIELD_PREVIEW = 1 << 3, /* link_preview_options */
    FIELD_MARKUP = 1 << 4,  /* reply_markup */
    FIELD_SCOPE = 1 << 5,   /* scope by the chat, and language_code */
    FIELD_LANGUAGE = 1 << 6
};
#define FIELDS_SEND (FIELD_CHAT | FIELD_TOPIC)
#define FIELDS_EDIT (FIELD_CHAT | FIELD_MESSAGE | FIELD_MARKUP)

typedef void add_function(json_t *body, const struct tg_call *call);
static add_function add_webhook, add_drop, add_polling, add_media, add_album, add_answer, add_commands;

static const struct {
    const char *text; /* the parameter that `text` goes to; NULL: none, or by `add` */
    unsigned fields;
    add_function *add; /* what no other method has */
} methods[TG_METHOD_COUNT] = {
    [TG_METHOD_SET_WEBHOOK] = {NULL, 0, add_webhook},
    [TG_METHOD_DELETE_WEBHOOK] = {NULL, 0, add_drop},
    [TG_METHOD_GET_UPDATES] = {NULL, 0, add_polling},
    [TG_METHOD_SEND_MESSAGE] = {"text", FIELDS_SEND | FIELD_PREVIEW | FIELD_MARKUP, NULL},
    [TG_METHOD_SEND_MEDIA] = {NULL, FIELDS_SEND | FIELD_MARKUP, add_media},
    [TG_METHOD_SEND_MEDIA_GROUP] = {NULL, FIELDS_SEND, add_album},
    [TG_METHOD_EDIT_MESSAGE_TEXT] = {"text", FIELDS_EDIT | FIELD_PREVIEW, NULL},
    [TG_METHOD_EDIT_MESSAGE_CAPTION] = {"caption", FIELDS_EDIT, NULL},
    [TG_METHOD_EDIT_MESSAGE_REPLY_MARKUP] = {NULL, FIELDS_EDIT, NULL},
    [TG_METHOD_DELETE_MESSAGE] = {NULL, FIELD_CHAT | FIELD_MESSAGE, NULL},
    [TG_METHOD_ANSWER_CALLBACK_QUERY] = {"text", 0, add_answer},
    [TG_METHOD_SET_MY_COMMANDS] = {NULL, FIELD_SCOPE | FIELD_LANGUAGE, add_commands},
    [TG_METHOD_DELETE_MY_COMMANDS] = {NULL, FIELD_SCOPE | FIELD_LANGUAGE, NULL},
    [TG_METHOD_SET_MY_DESCRIPTION] = {"description", FIELD_LANGUAGE, NULL},
    [TG_METHOD_SET_MY_SHORT_DESCRIPTION] = {"short_description", FIELD_LANGUAGE, NULL},
};

static const struct {
    const char *name;
    bool counts;
} method_names[] = {
#define X(id, name, counts) {name, counts},
    TG_METHODS(X)
#undef X
};

/* The method that sends a kind of media, the parameter that holds it (a media's `type` in an album, too), and whether
 * it takes a caption. */
static const struct {
    const char *method, *parameter;
    bool captioned;
} media_kinds[TG_MEDIA_COUNT] = {
    [TG_MEDIA_NONE] = {"", "", false},
    [TG_MEDIA_PHOTO] = {"sendPhoto", "photo", true},
    [TG_MEDIA_DOCUMENT] = {"sendDocument", "document", true},
    [TG_MEDIA_VIDEO] = {"sendVideo", "video", true},
    [TG_MEDIA_ANIMATION] = {"sendAnimation", "animation", true},
    [TG_MEDIA_AUDIO] = {"sendAudio", "audio", true},
    [TG_MEDIA_VOICE] = {"sendVoice", "voice", true},
    [TG_MEDIA_VIDEO_NOTE] = {"sendVideoNote", "video_note", false},
    [TG_MEDIA_STICKER] = {"sendSticker", "sticker", false},
};

static enum tg_media_kind call_media_kind(const struct tg_call *call) {
    return call->media_count > 0 ? call->media[0].kind : TG_MEDIA_NONE;
}

const char *tg_call_method_name(const struct tg_call *call) {
    bool by_media = call->method == TG_METHOD_SEND_MEDIA;
    return by_media ? media_kinds[call_media_kind(call)].method : method_names[call->method].name;
}

bool tg_call_counts(const struct tg_call *call) {
    return method_names[call->method].counts;
}

/* --- adding fields --- */

/* Bytes that are not UTF-8 cannot go into JSON. They should not have come so far; a message with a replacement
 * character in it serves a person better than none. */
static json_t *repaired_string(const char *text) {
    struct buffer buffer;
    buffer_init(&buffer, 3 * strlen(text));
    while (*text) {
        char bytes[4];
        buffer_add_bytes(&buffer, bytes, utf_encode(utf_next(&text), bytes));
    }
    json_t *value = json_string(buffer.data);
    buffer_free(&buffer);
    return value;
}

static void add_text(json_t *body, const char *key, const char *text) {
    if (!text)
        return;
    json_t *value = json_string(text);
    json_object_set_new(body, key, value ? value : repaired_string(text));
}

static void add_integer(json_t *body, const char *key, int64_t value) {
    if (value != 0)
        json_object_set_new(body, key, json_integer(value));
}

static void add_true(json_t *body, const char *key, bool value) {
    if (value)
        json_object_set_new(body, key, json_true());
}

static void add_formatted(json_t *body, const char *key, const struct tg_call *call) {
    add_text(body, key, call->text);
    if (call->text && call->html)
        add_text(body, "parse_mode", "HTML");
}

static void add_reply(json_t *body, int64_t message_id) {
    if (message_id == 0)
        return;
    json_t *reply = json_object();
    add_integer(reply, "message_id", message_id);
    add_true(reply, "allow_sending_without_reply", true);
    json_object_set_new(body, "reply_parameters", reply);
}

static void add_scope(json_t *body, int64_t chat_id) {
    if (chat_id == 0)
        return;
    json_t *scope = json_object();
    add_text(scope, "type", "chat");
    add_integer(scope, "chat_id", chat_id);
    json_object_set_new(body, "scope", scope);
}

static void add_no_preview(json_t *body) {
    json_t *options = json_object();
    add_true(options, "is_disabled", true);
    json_object_set_new(body, "link_preview_options", options);
}

/* --- keyboards --- */

/* One person; bots cannot be chosen. */
static void add_request_users(json_t *object, int64_t request_id) {
    if (request_id == 0)
        return;
    json_t *request = json_object();
    add_integer(request, "request_id", request_id);
    json_object_set_new(request, "user_is_bot", json_false());
    add_integer(request, "max_quantity", 1);
    json_object_set_new(object, "request_users", request);
}

static json_t *encode_button(const struct tg_button *button) {
    json_t *object = json_object();
    add_text(object, "text", button->text);
    add_text(object, "url", button->url);
    add_text(object, "callback_data", button->url ? NULL : button->callback_data);
    add_true(object, "request_contact", button->request_contact);
    add_request_users(object, button->request_users);
    return object;
}

static json_t *encode_rows(const struct tg_markup *markup) {
    json_t *rows = json_array();
    for (size_t i = 0; i < markup->row_count; i++) {
        json_t *row = json_array();
        for (size_t j = 0; j < markup->rows[i].count; j++)
            json_array_append_new(row, encode_button(&markup->rows[i].buttons[j]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static void add_reply_keyboard(json_t *object, const struct tg_markup *markup) {
    json_object_set_new(object, "keyboard", encode_rows(markup));
    add_true(object, "resize_keyboard", true);
    add_true(object, "is_persistent", !markup->one_time);
    add_true(object, "one_time_keyboard", markup->one_time);
    add_text(object, "input_field_placeholder", markup->placeholder);
}

static void add_markup(json_t *body, const struct tg_markup *markup) {
    if (!markup || markup->kind == TG_MARKUP_NONE)
        return;
    json_t *object = json_object();
    if (markup->kind == TG_MARKUP_INLINE)
        json_object_set_new(object, "inline_keyboard", encode_rows(markup));
    else if (markup->kind == TG_MARKUP_REPLY)
        add_reply_keyboard(object, markup);
    else
        add_true(object, "remove_keyboard", true);
    json_object_set_new(body, "reply_markup", object);
}

/* --- what one method alone has --- */

static void add_used_kinds(json_t *body) {
    static const char *const kinds[] = {
#define X(id, name) [TG_UPDATE_##id] = name,
        TG_UPDATE_KINDS(X)
#undef X
    };
    json_t *array = json_array();
    for (size_t i = 0; i < TG_UPDATE_OTHER; i++)
        json_array_append_new(array, json_string(kinds[i]));
    json_object_set_new(body, "allowed_updates", array);
}

static void add_drop(json_t *body, const struct tg_call *call) {
    add_true(body, "drop_pending_updates", call->drop_pending);
}

static void add_webhook(json_t *body, const struct tg_call *call) {
    add_text(body, "url", call->url);
    add_text(body, "secret_token", call->secret);
    add_integer(body, "max_connections", call->max_connections);
    add_drop(body, call);
    add_used_kinds(body);
}

static void add_polling(json_t *body, const struct tg_call *call) {
    add_integer(body, "offset", call->offset);
    add_integer(body, "limit", call->limit);
    add_integer(body, "timeout", call->timeout);
    add_used_kinds(body);
}

static void add_media(json_t *body, const struct tg_call *call) {
    enum tg_media_kind kind = call_media_kind(call);
    if (kind == TG_MEDIA_NONE)
        return;
    add_text(body, media_kinds[kind].parameter, call->upload ? UPLOAD_REFERENCE : call->media[0].file_id);
    if (media_kinds[kind].captioned)
        add_formatted(body, "caption", call);
}

/* An album's caption is that of its first item. */
static void add_album(json_t *body, const struct tg_call *call) {
    json_t *array = json_array();
    for (size_t i = 0; i < call->media_count; i++) {
        json_t *item = json_object();
        add_text(item, "type", media_kinds[call->media[i].kind].parameter);
        add_text(item, "media", call->media[i].file_id);
        if (i == 0)
            add_formatted(item, "caption", call);
        json_array_append_new(array, item);
    }
    json_object_set_new(body, "media", array);
}

static void add_answer(json_t *body, const struct tg_call *call) {
    add_text(body, "callback_query_id", call->callback_query_id);
    add_true(body, "show_alert", call->show_alert);
}

static void add_commands(json_t *body, const struct tg_call *call) {
    json_t *array = json_array();
    for (size_t i = 0; i < call->command_count; i++) {
        json_t *command = json_object();
        add_text(command, "command", call->commands[i].name);
        add_text(command, "description", call->commands[i].description);
        json_array_append_new(array, command);
    }
    json_object_set_new(body, "commands", array);
}

/* --- the whole --- */

static void add_shared_fields(json_t *body, const struct tg_call *call, unsigned fields) {
    if (fields & FIELD_CHAT)
        add_integer(body, "chat_id", call->chat_id);
    if (fields & FIELD_TOPIC) {
        add_integer(body, "message_thread_id", call->thread_id);
        add_reply(body, call->message_id);
    }
    if (fields & FIELD_MESSAGE)
        add_integer(body, "message_id", call->message_id);
    if (fields & FIELD_PREVIEW)
        add_no_preview(body);
    if (fields & FIELD_MARKUP)
        add_markup(body, call->markup);
    if (fields & FIELD_SCOPE)
        add_scope(body, call->chat_id);
    if (fields & FIELD_LANGUAGE)
        add_text(body, "language_code", call->language_code);
}

char *tg_call_encode(const struct tg_call *call, bool plain) {
    json_auto_t *body = json_object();
    add_shared_fields(body, call, methods[call->method].fields);
    if (methods[call->method].text)
        add_formatted(body, methods[call->method].text, call);
    if (methods[call->method].add)
        methods[call->method].add(body, call);
    if (plain || !(methods[call->method].fields & FIELD_CHAT))
        body_drop_formatting(body);
    return body_write(body);
}
