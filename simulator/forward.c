/* forwardMessage, copyMessage and their plurals. */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "simulator/methods.h"

enum { FORWARD_MAX = 100 };

/* What of a message goes along. Service messages have none of the contents. */
static const char *const contents[] = {"text",  "photo",   "document", "video",    "animation", "audio",
                                       "voice", "sticker", "contact",  "location", "video_note"};
static const char *const companions[] = {
    "entities", "caption", "caption_entities", "has_media_spoiler", "show_caption_above_media", "link_preview_options"};

static size_t take_fields(const json_t *from, json_t *to, const char *const names[], size_t count) {
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        json_t *value = json_object_get(from, names[i]);
        if (value && json_object_set(to, names[i], value) == 0)
            taken++;
    }
    return taken;
}

/* NULL when there is nothing that may leave its chat. */
static json_t *content_of(const struct message *message) {
    json_t *content = json_object();
    size_t count = take_fields(message->json, content, contents, sizeof(contents) / sizeof(contents[0]));
    if (count == 0 || json_object_get(message->json, "has_protected_content")) {
        json_decref(content);
        return NULL;
    }
    take_fields(message->json, content, companions, sizeof(companions) / sizeof(companions[0]));
    return content;
}

static void put_origin(const struct message *message, json_t *content) {
    json_t *origin = json_object_get(message->json, "forward_origin");
    if (origin)
        json_object_set(content, "forward_origin", origin);
    else
        json_object_set_new(content, "forward_origin",
                            json_pack("{ss sO sO}", "type", "user", "sender_user",
                                      json_object_get(message->json, "from"), "date",
                                      json_object_get(message->json, "date")));
}

/* The chat in from_chat_id; it is looked at before the one that is written to. */
static enum status find_source(struct call *call, struct chat **ret_chat) {
    if (!*params_text(call->params, "from_chat_id"))
        return call_refuse(call, ERROR_PARAMETER, "from_chat_id");
    struct chat *chat = world_chat(&call->sim->world, params_int(call->params, "from_chat_id"));
    if (!chat)
        return call_refuse(call, ERROR_CHAT_NOT_FOUND, NULL);
    *ret_chat = chat;
    return STATUS_OK;
}

static enum status make_content(struct call *call, bool copy, json_t **ret_content) {
    struct chat *source = NULL;
    enum status status = find_source(call, &source);
    if (status != STATUS_OK)
        return status;
    const struct message *message = chat_message(source, params_int(call->params, "message_id"));
    if (!message)
        return call_refuse(call, copy ? ERROR_COPY_NOT_FOUND : ERROR_FORWARD_NOT_FOUND, NULL);
    json_t *content = content_of(message);
    if (!content)
        return call_refuse(call, copy ? ERROR_COPY_REFUSED : ERROR_FORWARD_REFUSED, NULL);
    if (!copy)
        put_origin(message, content);
    *ret_content = content;
    return STATUS_OK;
}

static enum status finish(struct call *call, struct target *target, json_t *content, bool copy) {
    enum status status = call_target(call, target);
    if (status == STATUS_OK)
        status = call_flood(call, target->chat, 1);
    if (status != STATUS_OK)
        return status;
    const json_t *sent = call_send(call, target, json_incref(content));
    call->result = copy ? json_pack("{sO}", "message_id", json_object_get(sent, "message_id"))
                        : json_incref((json_t *)(uintptr_t)sent);
    return STATUS_OK;
}

enum status method_forward_message(struct call *call) {
    struct target target = {0};
    json_t *content = NULL;
    enum status status = make_content(call, false, &content);
    if (status == STATUS_OK)
        status = finish(call, &target, content, false);
    json_decref(content);
    return status;
}

enum status method_copy_message(struct call *call) {
    struct target target = {0};
    struct rich_text caption = {0};
    json_t *content = NULL;
    bool replaces = params_has(call->params, "caption");
    enum status status = replaces ? call_own_caption(call, &caption) : STATUS_OK;
    if (status == STATUS_OK)
        status = call_markup(call, &target.markup);
    if (status == STATUS_OK)
        status = make_content(call, true, &content);
    if (status == STATUS_OK && replaces && !json_object_get(content, "text"))
        call_put_text(call, content, "caption", &caption);
    if (status == STATUS_OK)
        status = finish(call, &target, content, true);
    rich_text_free(&caption);
    json_decref(target.markup);
    json_decref(content);
    return status;
}

/* ---- several ---- */

/* Those that are gone or may not leave are passed over. */
static enum status post_many(struct call *call, struct target *target, const struct chat *source, const json_t *ids,
                             bool copy) {
    json_t *sent = json_array(), *id;
    size_t i;
    json_array_foreach((json_t *)(uintptr_t)ids, i, id) {
        const struct message *message = chat_message(source, message_id_of(id));
        json_t *content = message ? content_of(message) : NULL;
        if (!content)
            continue;
        if (!copy)
            put_origin(message, content);
        if (copy && params_bool(call->params, "remove_caption")) {
            json_object_del(content, "caption");
            json_object_del(content, "caption_entities");
        }
        json_array_append_new(
            sent, json_pack("{sO}", "message_id", json_object_get(call_send(call, target, content), "message_id")));
    }
    call->result = sent;
    return json_array_size(sent) > 0 ? STATUS_OK : call_refuse(call, ERROR_FORWARD_NONE, NULL);
}

static enum status send_many(struct call *call, bool copy) {
    struct target target = {0};
    struct chat *source = NULL;
    json_t *ids = NULL;
    enum status status = *params_text(call->params, "from_chat_id")
                             ? call_message_ids(call, FORWARD_MAX, &ids)
                             : call_refuse(call, ERROR_PARAMETER, "from_chat_id");
    if (status == STATUS_OK)
        status = call_target(call, &target);
    if (status == STATUS_OK)
        status = find_source(call, &source);
    if (status == STATUS_OK)
        status = call_flood(call, target.chat, (int64_t)json_array_size(ids));
    if (status == STATUS_OK)
        status = post_many(call, &target, source, ids, copy);
    json_decref(ids);
    return status;
}

enum status method_forward_messages(struct call *call) {
    return send_many(call, false);
}

enum status method_copy_messages(struct call *call) {
    return send_many(call, true);
}
