/* sendMessage, and what every sending method does around its content. Checks come in the server's order: the content's
 * shape, the markup's shape, the chat, its topic, what is replied to, the markup, the content. */
#include "simulator/methods.h"

/* A message without the fields that it cannot carry inside another. */
static json_t *quoted(const struct message *message) {
    json_t *json = json_copy(message->json);
    json_object_del(json, "reply_to_message");
    return json;
}

void message_put_topic(const struct chat *chat, int64_t thread, json_t *content) {
    if (thread == 0)
        return;
    const struct message *opening = chat_message(chat, thread);
    json_object_set_new(content, "message_thread_id", json_integer((json_int_t)thread));
    json_object_set_new(content, "is_topic_message", json_true());
    if (opening && !json_object_get(content, "reply_to_message"))
        json_object_set_new(content, "reply_to_message", quoted(opening));
}

/* C:8257: topics are looked for in forums and in private chats, anywhere else the parameter is ignored. The general
 * topic has no number that may be named. */
static enum status find_topic(struct call *call, struct target *target) {
    int64_t thread = params_int(call->params, "message_thread_id");
    bool looked_for = !chat_is_group(target->chat) || target->chat->topics;
    if (thread <= 0 || !looked_for)
        return STATUS_OK;
    if (!chat_has_topic(target->chat, thread))
        return call_refuse(call, ERROR_THREAD_NOT_FOUND, NULL);
    target->thread = thread;
    return STATUS_OK;
}

enum status call_target(struct call *call, struct target *target) {
    enum status status = call_chat(call, true, &target->chat);
    if (status == STATUS_OK)
        status = find_topic(call, target);
    if (status == STATUS_OK)
        status = call_reply_target(call, target->chat, &target->reply_to);
    if (status == STATUS_OK && target->reply_to && target->thread == 0)
        target->thread = message_topic(target->reply_to);
    if (status == STATUS_OK)
        status = call_finish_markup(call, target->chat, false, &target->markup);
    return status;
}

json_t *call_send(struct call *call, struct target *target, json_t *content) {
    if (target->reply_to)
        json_object_set_new(content, "reply_to_message", quoted(target->reply_to));
    message_put_topic(target->chat, target->thread, content);
    if (params_bool(call->params, "protect_content"))
        json_object_set_new(content, "has_protected_content", json_true());
    json_t *markup = target->markup;
    target->markup = NULL;
    return call_post(call, target->chat, content, markup)->json;
}

enum status method_send_message(struct call *call) {
    struct rich_text rich = {0};
    struct target target = {0};
    json_t *preview = NULL;
    enum status status = call_preview(call, &preview);
    if (status == STATUS_OK)
        status = call_text(call, &rich);
    if (status == STATUS_OK)
        status = call_markup(call, &target.markup);
    if (status == STATUS_OK)
        status = call_target(call, &target);
    if (status == STATUS_OK)
        status = call_finish_text(call, &rich);
    if (status == STATUS_OK)
        status = call_flood(call, target.chat, 1);
    if (status == STATUS_OK) {
        json_t *content = json_object();
        call_put_text(call, content, "text", &rich);
        if (preview)
            json_object_set(content, "link_preview_options", preview);
        call->result = json_incref(call_send(call, &target, content));
    }
    json_decref(preview);
    json_decref(target.markup);
    rich_text_free(&rich);
    return status;
}
