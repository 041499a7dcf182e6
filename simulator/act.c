#include "simulator/act.h"

#include <stdio.h>

enum status act_send(struct sim *sim, const struct person *person, struct chat *chat, json_t *content,
                     struct message **ret_message, int64_t *ret_update) {
    *ret_message = world_add_message(&sim->world, chat, person->user, person->id, content);
    *ret_update = 0;
    if (chat->kicked || chat->left)
        return STATUS_OK;
    enum status status =
        updates_push(&sim->updates, "message", (*ret_message)->json, chat->id, UPDATE_LIFETIME, ret_update);
    sim_deliver(sim);
    return status;
}

/* The message as a press carries it: one that is gone is an InaccessibleMessage (C:4898). */
static json_t *pressed_message(const struct chat *chat, int64_t id) {
    const struct message *message = chat_message(chat, id);
    if (message)
        return json_incref(message->json);
    return json_pack("{sO sI si}", "chat", chat->json, "message_id", (json_int_t)id, "date", 0);
}

enum status act_press(struct sim *sim, const struct person *person, const struct chat *chat, int64_t id,
                      const char *data, const struct query **ret_query, int64_t *ret_update) {
    struct query *query = sim_add_query(sim, person->id, chat->id);
    char instance[24];
    (void)snprintf(instance, sizeof(instance), "%lld", (long long)(chat->id * 7919 + 104729));
    json_t *content = json_pack("{ss sO so ss ss}", "id", query->id, "from", person->user, "message",
                                pressed_message(chat, id), "chat_instance", instance, "data", data);
    enum status status = updates_push(&sim->updates, "callback_query", content, person->id + ((int64_t)3 << 33),
                                      UPDATE_CALLBACK_LIFETIME, ret_update);
    json_decref(content);
    sim_deliver(sim);
    *ret_query = query;
    return status;
}
