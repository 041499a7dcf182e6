/* What several methods do the same way, and the small methods. */
#include "simulator/methods.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/utf.h"
#include "simulator/load.h"

enum status method_get_me(struct call *call) {
    call->result = json_copy(call->sim->bot);
    json_object_update_new(call->result, json_pack("{sb sb sb sb}", "can_join_groups", 1, "can_read_all_group_messages",
                                                   1, "supports_inline_queries", 0, "can_connect_to_business", 0));
    return STATUS_OK;
}

enum status call_chat(struct call *call, bool write, struct chat **ret_chat) {
    const char *text = params_text(call->params, "chat_id");
    if (!*text)
        return call_refuse(call, ERROR_CHAT_ID_EMPTY, NULL);
    int64_t id = params_int(call->params, "chat_id");
    struct chat *chat = world_chat(&call->sim->world, id);
    const struct person *person = world_person(&call->sim->world, id);
    if (!chat)
        return call_refuse(call, write && person && person->met ? ERROR_NOT_STARTED : ERROR_CHAT_NOT_FOUND, NULL);
    if (write && person && person->blocked)
        return call_refuse(call, ERROR_BLOCKED, NULL);
    if (chat->kicked)
        return call_refuse(call, ERROR_KICKED, NULL);
    if (chat->left)
        return call_refuse(call, ERROR_NOT_MEMBER, NULL);
    *ret_chat = chat;
    return STATUS_OK;
}

static enum status refuse_text(struct call *call, struct rich_text *rich, const struct text_problem *problem) {
    rich_text_free(rich);
    return call_refuse(call, problem->error, problem->detail);
}

static enum status parse_text(struct call *call, const char *text, const char *parse_mode, const json_t *entities,
                              struct rich_text *ret_rich) {
    struct text_problem problem = {0};
    if (strlen(text) > TEXT_BYTES_MAX)
        return call_refuse(call, ERROR_TEXT_BYTES, NULL);
    enum status status = text_parse(text, parse_mode, entities, ret_rich, &problem);
    return status == STATUS_OK ? STATUS_OK : call_refuse(call, problem.error, problem.detail);
}

enum status call_caption(struct call *call, const char *text, const char *parse_mode, const json_t *entities,
                         struct rich_text *ret_rich) {
    struct text_problem problem = {0};
    struct rich_text rich = {0};
    enum status status = parse_text(call, text, parse_mode, entities, &rich);
    if (status != STATUS_OK)
        return status;
    if (text_clean(&rich, &problem) != STATUS_OK)
        return refuse_text(call, &rich, &problem);
    if (utf16_length(rich.text) > CAPTION_UNITS_MAX) {
        rich_text_free(&rich);
        return call_refuse(call, ERROR_CAPTION_TOO_LONG, NULL);
    }
    *ret_rich = rich;
    return STATUS_OK;
}

enum status call_text(struct call *call, struct rich_text *ret_rich) {
    const char *text = params_text(call->params, "text");
    json_t *entities = NULL;
    if (!*text)
        return call_refuse(call, ERROR_TEXT_ABSENT, NULL);
    if (params_json(call->params, "entities", &entities) != STATUS_OK)
        entities = NULL;
    enum status status = parse_text(call, text, params_text(call->params, "parse_mode"), entities, ret_rich);
    json_decref(entities);
    return status;
}

enum status call_preview(struct call *call, json_t **ret_options) {
    static const char *const names[] = {"is_disabled", "url", "prefer_small_media", "prefer_large_media",
                                        "show_above_text"};
    json_t *given = NULL, *kept = json_object();
    enum status status = params_json(call->params, "link_preview_options", &given);
    if (status == STATUS_NOT_FOUND && params_bool(call->params, "disable_web_page_preview"))
        given = json_pack("{sb}", "is_disabled", 1);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        json_t *value = json_object_get(given, names[i]);
        if (json_is_true(value) || json_string_length(value) > 0)
            json_object_set(kept, names[i], value);
    }
    bool is_object = !given || json_is_object(given);
    json_decref(given);
    *ret_options = json_object_size(kept) > 0 ? json_incref(kept) : NULL;
    json_decref(kept);
    if (status == STATUS_INVALID)
        return call_refuse(call, ERROR_PREVIEW_JSON, NULL);
    return is_object ? STATUS_OK : call_refuse(call, ERROR_PREVIEW_OBJECT, NULL);
}

enum status call_finish_text(struct call *call, struct rich_text *rich) {
    struct text_problem problem = {0};
    if (text_clean(rich, &problem) != STATUS_OK)
        return call_refuse(call, problem.error, problem.detail);
    if (text_is_blank(rich->text))
        return call_refuse(call, ERROR_TEXT_EMPTY, NULL);
    if (utf16_length(rich->text) > TEXT_UNITS_MAX)
        return call_refuse(call, ERROR_TEXT_TOO_LONG, NULL);
    return STATUS_OK;
}

static json_t *known_user(void *context, int64_t id) {
    const struct person *person = world_person(context, id);
    return person ? json_incref(person->user) : NULL;
}

void call_put_text(struct call *call, json_t *message, const char *key, const struct rich_text *rich) {
    const char *entities_key = strcmp(key, "text") == 0 ? "entities" : "caption_entities";
    json_object_del(message, key);
    json_object_del(message, entities_key);
    if (!*rich->text)
        return;
    json_object_set_new(message, key, json_string(rich->text));
    json_t *entities = text_entities_json(rich, known_user, &call->sim->world);
    if (entities)
        json_object_set_new(message, entities_key, entities);
}

struct message *call_post(struct call *call, struct chat *chat, json_t *content, json_t *markup) {
    bool is_inline = markup_is_inline(markup);
    if (is_inline)
        json_object_set(content, "reply_markup", markup);
    struct message *message = world_add_message(&call->sim->world, chat, call->sim->bot, 0, content);
    if (markup && !is_inline) {
        message->markup = json_incref(markup);
        chat_apply_markup(chat, message);
    }
    json_decref(markup);
    load_on_shown(call->sim, chat, message, false);
    return message;
}

enum status call_reply_target(struct call *call, const struct chat *chat, struct message **ret_message) {
    json_t *object = NULL;
    int64_t id = params_int(call->params, "reply_to_message_id");
    bool optional = params_bool(call->params, "allow_sending_without_reply");
    enum status status = params_json(call->params, "reply_parameters", &object);
    if (status == STATUS_INVALID)
        return call_refuse(call, ERROR_REPLY_JSON, NULL);
    if (status == STATUS_OK) {
        bool is_object = json_is_object(object);
        id = json_integer_value(json_object_get(object, "message_id"));
        optional = json_is_true(json_object_get(object, "allow_sending_without_reply"));
        json_decref(object);
        if (!is_object)
            return call_refuse(call, ERROR_REPLY_OBJECT, NULL);
    }
    struct message *message = id > 0 ? chat_message(chat, id) : NULL;
    if (id > 0 && !message && !optional)
        return call_refuse(call, ERROR_REPLY_NOT_FOUND, NULL);
    *ret_message = message;
    return STATUS_OK;
}

enum status call_flood(struct call *call, const struct chat *chat, int64_t messages) {
    int64_t wait = limits_take(&call->sim->limits, chat->id, messages);
    if (wait == 0)
        return STATUS_OK;
    call->retry_after = wait;
    return call_refuse_number(call, ERROR_TOO_MANY, wait);
}

enum status method_get_chat(struct call *call) {
    struct chat *chat = NULL;
    enum status status = call_chat(call, false, &chat);
    if (status != STATUS_OK)
        return status;
    json_t *username = json_object_get(chat->json, "username");
    call->result = json_copy(chat->json);
    json_object_update_new(call->result,
                           json_pack("{si si s{sb sb sb sb sb}}", "accent_color_id", 0, "max_reaction_count", 11,
                                     "accepted_gift_types", "unlimited_gifts", 0, "limited_gifts", 0, "unique_gifts", 0,
                                     "premium_subscription", 0, "gifts_from_channels", 0));
    if (username)
        json_object_set_new(call->result, "active_usernames", json_pack("[O]", username));
    return STATUS_OK;
}

enum status method_send_chat_action(struct call *call) {
    static const char *const actions[] = {
        "cancel",         "typing",           "record_video",  "upload_video",      "record_audio",
        "upload_audio",   "record_voice",     "upload_voice",  "upload_photo",      "upload_document",
        "choose_sticker", "pick_up_location", "find_location", "record_video_note", "upload_video_note",
    };
    struct chat *chat = NULL;
    bool known = false;
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        known = known || strcasecmp(actions[i], params_text(call->params, "action")) == 0;
    if (!known)
        return call_refuse(call, ERROR_ACTION, NULL);
    enum status status = call_chat(call, true, &chat);
    if (status == STATUS_OK)
        call->result = json_true();
    return status;
}

enum status method_get_file(struct call *call) {
    const char *id = params_text(call->params, "file_id");
    char path[256];
    if (!*id)
        return call_refuse(call, ERROR_FILE_NOT_GIVEN, NULL);
    const struct file *file = files_find(&call->sim->files, id);
    if (!file)
        return call_refuse(call, ERROR_FILE_INVALID, NULL);
    if (file->size > FILE_DOWNLOAD_MAX)
        return call_refuse(call, ERROR_FILE_TOO_BIG, NULL);
    file_path(file, path, sizeof(path));
    call->result = json_pack("{ss ss sI ss}", "file_id", id, "file_unique_id", file->unique_id, "file_size",
                             (json_int_t)file->size, "file_path", path);
    return STATUS_OK;
}
