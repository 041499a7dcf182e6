/* Edits and deletions, and the answers to presses. */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/utf.h"
#include "simulator/load.h"
#include "simulator/methods.h"

enum { ANSWER_UNITS_MAX = 200, DELETE_MAX = 100 };
static const int64_t delete_time = 48 * (int64_t)HOUR / SECOND;

static bool can_be_edited(const struct message *message) {
    return message->from == 0 && !message->markup && !json_object_get(message->json, "forward_origin");
}

/* The message that the call names; refused unless it is there and may be edited (MM:23057). */
static enum status find_editable(struct call *call, struct chat **ret_chat, struct message **ret_message) {
    int64_t id = params_int(call->params, "message_id");
    if (!*params_text(call->params, "chat_id") && id <= 0)
        return call_refuse(call, ERROR_MESSAGE_NOT_GIVEN, NULL);
    struct chat *chat = NULL;
    enum status status = call_chat(call, true, &chat);
    if (status != STATUS_OK)
        return status;
    struct message *message = chat_message(chat, id);
    if (!message)
        return call_refuse(call, ERROR_EDIT_NOT_FOUND, NULL);
    if (!can_be_edited(message))
        return call_refuse(call, ERROR_EDIT_FORBIDDEN, NULL);
    *ret_chat = chat;
    *ret_message = message;
    return STATUS_OK;
}

static bool same(const json_t *a, const json_t *b, const char *key) {
    const json_t *left = json_object_get(a, key), *right = json_object_get(b, key);
    return left == right || (left && right && json_equal(left, right));
}

static bool is_unchanged(const json_t *before, const json_t *after) {
    static const char *const keys[] = {"text",
                                       "entities",
                                       "caption",
                                       "caption_entities",
                                       "reply_markup",
                                       "photo",
                                       "document",
                                       "video",
                                       "audio",
                                       "animation",
                                       "link_preview_options",
                                       "has_media_spoiler",
                                       "show_caption_above_media"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (!same(before, after, keys[i]))
            return false;
    return true;
}

/* Puts `edited` (taken) in the message's place, with the markup of the call. */
static enum status finish_edit(struct call *call, struct chat *chat, struct message *message, json_t *edited,
                               json_t *markup) {
    json_object_del(edited, "reply_markup");
    if (markup)
        json_object_set(edited, "reply_markup", markup);
    if (is_unchanged(message->json, edited)) {
        json_decref(edited);
        return call_refuse(call, ERROR_EDIT_SAME, NULL);
    }
    json_object_set_new(edited, "edit_date", json_integer((json_int_t)(clock_now() / SECOND)));
    json_decref(message->json);
    message->json = edited;
    world_touch(&call->sim->world, chat);
    load_on_shown(call->sim, chat, message, true);
    call->result = json_incref(edited);
    return STATUS_OK;
}

static bool has_media(const struct message *message) {
    static const char *const fields[] = {"photo", "document", "video", "animation", "audio", "voice"};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (json_object_get(message->json, fields[i]))
            return true;
    return false;
}

enum status method_edit_text(struct call *call) {
    struct rich_text rich = {0};
    json_t *markup = NULL, *preview = NULL;
    struct chat *chat = NULL;
    struct message *message = NULL;
    enum status status = call_preview(call, &preview);
    if (status == STATUS_OK)
        status = call_text(call, &rich);
    if (status == STATUS_OK)
        status = call_markup(call, &markup);
    if (status == STATUS_OK)
        status = find_editable(call, &chat, &message);
    if (status == STATUS_OK && !json_object_get(message->json, "text"))
        status = call_refuse(call, ERROR_EDIT_NO_TEXT, NULL);
    if (status == STATUS_OK)
        status = call_finish_markup(call, chat, true, &markup);
    if (status == STATUS_OK)
        status = call_finish_text(call, &rich);
    if (status == STATUS_OK) {
        json_t *edited = json_copy(message->json);
        call_put_text(call, edited, "text", &rich);
        json_object_del(edited, "link_preview_options");
        if (preview)
            json_object_set(edited, "link_preview_options", preview);
        status = finish_edit(call, chat, message, edited, markup);
    }
    json_decref(preview);
    json_decref(markup);
    rich_text_free(&rich);
    return status;
}

enum status method_edit_caption(struct call *call) {
    struct rich_text rich = {0};
    json_t *markup = NULL;
    struct chat *chat = NULL;
    struct message *message = NULL;
    enum status status = call_own_caption(call, &rich);
    if (status == STATUS_OK)
        status = call_markup(call, &markup);
    if (status == STATUS_OK)
        status = find_editable(call, &chat, &message);
    if (status == STATUS_OK && !has_media(message))
        status = call_refuse(call, ERROR_EDIT_NO_CAPTION, NULL);
    if (status == STATUS_OK)
        status = call_finish_markup(call, chat, true, &markup);
    if (status == STATUS_OK) {
        json_t *edited = json_copy(message->json);
        call_put_text(call, edited, "caption", &rich);
        status = finish_edit(call, chat, message, edited, markup);
    }
    json_decref(markup);
    rich_text_free(&rich);
    return status;
}

enum status method_edit_markup(struct call *call) {
    json_t *markup = NULL;
    struct chat *chat = NULL;
    struct message *message = NULL;
    enum status status = call_markup(call, &markup);
    if (status == STATUS_OK)
        status = find_editable(call, &chat, &message);
    if (status == STATUS_OK)
        status = call_finish_markup(call, chat, true, &markup);
    if (status == STATUS_OK)
        status = finish_edit(call, chat, message, json_copy(message->json), markup);
    json_decref(markup);
    return status;
}

/* MM:23640: an album stays one of its sort. */
static enum status check_album(struct call *call, const struct message *message, const struct file *file) {
    if (!json_object_get(message->json, "media_group_id"))
        return STATUS_OK;
    if (json_object_get(message->json, file_kind_field(file->kind)))
        return STATUS_OK;
    if (!file_is_groupable(file))
        return call_refuse(call, ERROR_EDIT_ALBUM, NULL);
    bool was_lonely = json_object_get(message->json, "document") || json_object_get(message->json, "audio");
    bool is_lonely = file->kind == FILE_DOCUMENT || file->kind == FILE_AUDIO;
    return was_lonely || is_lonely ? call_refuse(call, ERROR_EDIT_ALBUM_KIND, NULL) : STATUS_OK;
}

static json_t *with_media(struct call *call, const struct message *message, const struct input_media *item,
                          const struct file *file) {
    static const char *const replaced[] = {"text",
                                           "entities",
                                           "photo",
                                           "document",
                                           "video",
                                           "audio",
                                           "voice",
                                           "caption",
                                           "caption_entities",
                                           "animation",
                                           "link_preview_options",
                                           "has_media_spoiler",
                                           "show_caption_above_media"};
    json_t *edited = json_copy(message->json);
    for (size_t i = 0; i < sizeof(replaced) / sizeof(replaced[0]); i++)
        json_object_del(edited, replaced[i]);
    call_put_input(call, item, file, edited);
    return edited;
}

static enum status read_media(struct call *call, json_t **ret_json, struct input_media *item) {
    enum status status = params_json(call->params, "media", ret_json);
    if (status == STATUS_NOT_FOUND)
        return call_refuse(call, ERROR_PARAMETER, "media");
    if (status != STATUS_OK)
        return call_refuse(call, ERROR_INPUT_MEDIA_JSON, NULL);
    return call_input_media(call, *ret_json, false, item);
}

enum status method_edit_media(struct call *call) {
    struct input_media item = {0};
    json_t *markup = NULL, *json = NULL;
    struct chat *chat = NULL;
    struct message *message = NULL;
    struct file *file = NULL;
    enum status status = call_markup(call, &markup);
    if (status == STATUS_OK)
        status = read_media(call, &json, &item);
    if (status == STATUS_OK)
        status = find_editable(call, &chat, &message);
    if (status == STATUS_OK && !has_media(message) && !json_object_get(message->json, "text"))
        status = call_refuse(call, ERROR_EDIT_MEDIA, NULL);
    if (status == STATUS_OK)
        status = call_input_file(call, &item, &file);
    if (status == STATUS_OK)
        status = check_album(call, message, file);
    if (status == STATUS_OK)
        status = call_finish_markup(call, chat, true, &markup);
    if (status == STATUS_OK)
        status = finish_edit(call, chat, message, with_media(call, message, &item, file), markup);
    rich_text_free(&item.caption);
    json_decref(json);
    json_decref(markup);
    return status;
}

static bool is_too_old(const struct message *message) {
    return clock_now() / SECOND - json_integer_value(json_object_get(message->json, "date")) > delete_time;
}

/* Others' messages in a group only as an administrator. */
static bool can_be_deleted(const struct sim *sim, const struct chat *chat, const struct message *message) {
    bool own = message->from == 0 || !chat_is_group(chat);
    return !is_too_old(message) && (own || chat_has_admin(chat, sim_bot_id(sim)));
}

enum status method_delete_message(struct call *call) {
    int64_t id = params_int(call->params, "message_id");
    struct chat *chat = NULL;
    if (!*params_text(call->params, "chat_id"))
        return call_refuse(call, ERROR_CHAT_NOT_GIVEN, NULL);
    if (id <= 0)
        return call_refuse(call, ERROR_MESSAGE_NOT_GIVEN, NULL);
    enum status status = call_chat(call, true, &chat);
    if (status != STATUS_OK)
        return status;
    struct message *message = chat_message(chat, id);
    if (!message)
        return call_refuse(call, ERROR_DELETE_NOT_FOUND, NULL);
    if (!can_be_deleted(call->sim, chat, message))
        return call_refuse(call, ERROR_DELETE_FORBIDDEN, NULL);
    world_delete_message(&call->sim->world, chat, message);
    call->result = json_true();
    return STATUS_OK;
}

int64_t message_id_of(const json_t *value) {
    if (json_is_integer(value))
        return json_integer_value(value);
    return json_is_string(value) ? strtoll(json_string_value(value), NULL, 10) : 0;
}

static enum status check_ids(struct call *call, const json_t *ids, size_t most) {
    size_t i;
    json_t *id;
    if (!json_is_array(ids))
        return call_refuse(call, ERROR_MESSAGES_ARRAY, NULL);
    if (json_array_size(ids) > most)
        return call_refuse(call, ERROR_MESSAGES_TOO_MANY, NULL);
    if (json_array_size(ids) == 0)
        return call_refuse(call, ERROR_MESSAGES_NOT_GIVEN, NULL);
    json_array_foreach((json_t *)(uintptr_t)ids, i, id) {
        if (!json_is_integer(id) && !json_is_string(id))
            return call_refuse(call, ERROR_MESSAGES_NUMBER, NULL);
        if (message_id_of(id) <= 0)
            return call_refuse(call, ERROR_MESSAGES_INVALID, NULL);
    }
    return STATUS_OK;
}

enum status call_message_ids(struct call *call, size_t most, json_t **ret_ids) {
    json_t *ids = NULL;
    enum status status = params_json(call->params, "message_ids", &ids);
    if (status == STATUS_NOT_FOUND)
        return call_refuse(call, ERROR_MESSAGES_NOT_GIVEN, NULL);
    if (status != STATUS_OK)
        return call_refuse(call, ERROR_MESSAGES_JSON, NULL);
    status = check_ids(call, ids, most);
    if (status == STATUS_OK)
        *ret_ids = ids;
    else
        json_decref(ids);
    return status;
}

enum status method_delete_messages(struct call *call) {
    json_t *ids = NULL, *id;
    struct chat *chat = NULL;
    size_t i;
    enum status status = call_message_ids(call, DELETE_MAX, &ids);
    if (status == STATUS_OK)
        status = call_chat(call, true, &chat);
    if (status == STATUS_OK) {
        json_array_foreach(ids, i, id) {
            struct message *message = chat_message(chat, message_id_of(id));
            if (message && can_be_deleted(call->sim, chat, message))
                world_delete_message(&call->sim->world, chat, message);
        }
        call->result = json_true();
    }
    json_decref(ids);
    return status;
}

enum status method_answer_query(struct call *call) {
    const char *text = params_text(call->params, "text"), *id = params_text(call->params, "callback_query_id");
    struct query *query = NULL;
    HASH_FIND_STR(call->sim->queries, id, query);
    if (!query || query->answered || clock_monotonic() - query->made_at > QUERY_ANSWER_TIME)
        return call_refuse(call, ERROR_QUERY, NULL);
    if (utf16_length(text) > ANSWER_UNITS_MAX)
        return call_refuse(call, ERROR_ANSWER_TOO_LONG, NULL);
    query->answered = true;
    struct chat *chat = world_chat(&call->sim->world, query->chat);
    if (chat)
        world_add_answer(&call->sim->world, chat, query->id, text, params_bool(call->params, "show_alert"));
    call->result = json_true();
    return STATUS_OK;
}
