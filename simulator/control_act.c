/* What a person does beside sending: presses, blocks, lets the bot into a group, opens a topic. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "simulator/act.h"
#include "simulator/control.h"
#include "simulator/methods.h"

/* ---- presses ---- */

static const char *data_of_label(const struct message *message, const char *label) {
    json_t *rows = json_object_get(json_object_get(message->json, "reply_markup"), "inline_keyboard"), *row, *button;
    size_t i, j;
    json_array_foreach(rows, i, row)
        json_array_foreach(row, j, button) if (strcmp(json_string_value(json_object_get(button, "text")), label) ==
                                               0) return json_string_value(json_object_get(button, "callback_data"));
    return NULL;
}

/* As if it had been pressed `age` ms ago: what takes 30 s by the clock is tested at once. */
static void make_older(struct sim *sim, const char *id, int64_t age) {
    struct query *query = NULL;
    HASH_FIND_STR(sim->queries, id, query);
    if (query)
        query->made_at -= age;
}

static enum status press(struct control *control, const struct person *person, struct chat *chat) {
    int64_t id = control_int(control, "message_id", 0);
    const char *data = control_text(control, "data"), *label = control_text(control, "text");
    struct message *message = chat_message(chat, id);
    if (!data && label && message)
        data = data_of_label(message, label);
    if (!data)
        return control_fail(control,
                            label ? "no button «%s» with data on message %" PRId64
                                  : "give data or the text of a button (%s%" PRId64 ")",
                            label ? label : "message ", id);
    const struct query *query = NULL;
    int64_t update = 0;
    enum status status = act_press(control->sim, person, chat, id, data, &query, &update);
    json_object_set_new(control->result, "callback_query_id", json_string(query->id));
    make_older(control->sim, query->id, control_int(control, "age", 0));
    return control_queued(control, status, update);
}

enum status control_press(struct control *control) {
    struct person *person = NULL;
    struct chat *chat = NULL;
    sim_lock(control->sim);
    enum status status = control_person(control, &person);
    if (status == STATUS_OK)
        status = control_chat(control, person, &chat);
    if (status == STATUS_OK)
        status = press(control, person, chat);
    sim_unlock(control->sim);
    return status;
}

/* ---- the bot in a chat ---- */

/* What the bot may do as an administrator: everything that a ChatMemberAdministrator must say. */
static void add_rights(json_t *member) {
    static const char *const rights[] = {
        "can_manage_chat",           "can_change_info",  "can_delete_messages", "can_invite_users",
        "can_restrict_members",      "can_pin_messages", "can_manage_topics",   "can_promote_members",
        "can_manage_video_chats",    "can_post_stories", "can_edit_stories",    "can_delete_stories",
        "can_send_welcome_messages",
    };
    json_object_set_new(member, "can_be_edited", json_false());
    json_object_set_new(member, "is_anonymous", json_false());
    for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
        json_object_set_new(member, rights[i], json_true());
}

static json_t *member_json(const struct sim *sim, const char *status) {
    json_t *member = json_pack("{sO ss}", "user", sim->bot, "status", status);
    if (strcmp(status, "kicked") == 0)
        json_object_set_new(member, "until_date", json_integer(0));
    if (strcmp(status, "administrator") == 0)
        add_rights(member);
    return member;
}

static const char *status_in(const struct sim *sim, const struct chat *chat, const struct person *person) {
    if (!chat_is_group(chat))
        return person->blocked ? "kicked" : "member";
    return chat->kicked                            ? "kicked"
           : chat->left                            ? "left"
           : chat_has_admin(chat, sim_bot_id(sim)) ? "administrator"
                                                   : "member";
}

static void make_admin(struct chat *chat, int64_t id, bool admin) {
    json_t *kept = json_array(), *value;
    size_t i;
    json_array_foreach(chat->admins, i, value) if (json_integer_value(value) != id) json_array_append(kept, value);
    if (admin)
        json_array_append_new(kept, json_integer((json_int_t)id));
    json_decref(chat->admins);
    chat->admins = kept;
}

static void set_status(struct control *control, struct chat *chat, struct person *person, const char *wanted) {
    bool kicked = strcmp(wanted, "kicked") == 0;
    if (chat_is_group(chat)) {
        chat->kicked = kicked;
        chat->left = strcmp(wanted, "left") == 0;
        make_admin(chat, sim_bot_id(control->sim), strcmp(wanted, "administrator") == 0);
    } else {
        person->blocked = kicked;
    }
    world_touch(&control->sim->world, chat);
}

static enum status change_status(struct control *control, const char *wanted) {
    struct person *person = NULL;
    struct chat *chat = NULL;
    enum status status = control_person(control, &person);
    if (status == STATUS_OK)
        status = control_chat(control, person, &chat);
    if (status != STATUS_OK)
        return status;
    json_t *old = member_json(control->sim, status_in(control->sim, chat, person));
    set_status(control, chat, person, wanted);
    json_t *content = json_pack("{sO sO sI so so}", "chat", chat->json, "from", person->user, "date",
                                (json_int_t)(clock_now() / SECOND), "old_chat_member", old, "new_chat_member",
                                member_json(control->sim, wanted));
    status = control_push(control, "my_chat_member", content, chat->id + ((int64_t)5 << 33), UPDATE_LIFETIME);
    json_decref(content);
    return status;
}

enum status control_member(struct control *control) {
    static const char *const statuses[] = {"kicked", "member", "left", "administrator"};
    const char *wanted = control_text(control, "status");
    size_t count = control_int(control, "chat", 0) < 0 ? sizeof(statuses) / sizeof(statuses[0]) : 2;
    bool known = false;
    for (size_t i = 0; i < count; i++)
        known = known || (wanted && strcmp(wanted, statuses[i]) == 0);
    if (!known)
        return control_fail(control, "status must be kicked or member, in a group also left or administrator");
    sim_lock(control->sim);
    enum status status = change_status(control, wanted);
    sim_unlock(control->sim);
    return status;
}

/* ---- topics ---- */

static enum status open_topic(struct control *control, const char *name) {
    struct person *person = NULL;
    struct chat *chat = NULL;
    char key[24];
    enum status status = control_person(control, &person);
    if (status == STATUS_OK)
        status = control_chat(control, person, &chat);
    if (status != STATUS_OK)
        return status;
    if (!chat->topics || json_object_size(chat->topics) >= TOPICS_MAX)
        return control_fail(control, "%" PRId64 " is no forum, or has too many topics", chat->id);
    json_t *content = json_pack("{s{ss si}}", "forum_topic_created", "name", name, "icon_color", 7322096);
    struct message *message = world_add_message(&control->sim->world, chat, person->user, person->id, content);
    (void)snprintf(key, sizeof(key), "%" PRId64, message->id);
    json_object_set_new(chat->topics, key, json_string(name));
    json_object_set_new(message->json, "message_thread_id", json_integer((json_int_t)message->id));
    json_object_set_new(message->json, "is_topic_message", json_true());
    json_object_set_new(control->result, "message_thread_id", json_integer((json_int_t)message->id));
    return control_push(control, "message", message->json, chat->id, UPDATE_LIFETIME);
}

enum status control_topic(struct control *control) {
    const char *name = control_text(control, "name");
    if (!name || !*name)
        return control_fail(control, "a topic needs a name");
    sim_lock(control->sim);
    enum status status = open_topic(control, name);
    sim_unlock(control->sim);
    return status;
}
