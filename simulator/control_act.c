/* What a person does: sends, edits, presses, blocks. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/random.h"
#include "simulator/act.h"
#include "simulator/control.h"

enum { INVENTED_SIZE = 54321 };

/* X(member of the request, function): what a message can be; the first that is there is taken. */
struct content {
    const char *key;
    enum status (*fill)(struct control *control, const struct person *person, json_t *message);
};

static json_t *get(const struct control *control, const char *key) {
    return json_object_get(control->body, key);
}

/* A text's entities: those given, or the command it begins with. */
static void set_entities(const struct control *control, const char *text, const char *key, json_t *message) {
    json_t *given = get(control, "entities");
    if (json_is_array(given)) {
        json_object_set_new(message, key, json_deep_copy(given));
        return;
    }
    size_t length = 1;
    if (text[0] != '/')
        return;
    while (isalnum((unsigned char)text[length]) || text[length] == '_' || text[length] == '@')
        length++;
    if (length > 1)
        json_object_set_new(
            message, key, json_pack("[{si sI ss}]", "offset", 0, "length", (json_int_t)length, "type", "bot_command"));
}

static enum status fill_text(struct control *control, const struct person *person, json_t *message) {
    const char *text = control_text(control, "text");
    (void)person;
    if (!text || !*text)
        return control_fail(control, "text must be a text that is not empty");
    json_object_set_new(message, "text", json_string(text));
    set_entities(control, text, "entities", message);
    return STATUS_OK;
}

static enum status fill_file(struct control *control, enum file_kind kind, json_t *message) {
    const json_t *given = get(control, file_kind_field(kind));
    const char *id = json_string_value(json_object_get(given, "file_id"));
    const char *name = json_string_value(json_object_get(given, "file_name"));
    const char *mime = kind == FILE_DOCUMENT ? "application/octet-stream" : kind == FILE_VIDEO ? "video/mp4" : NULL;
    json_int_t size = json_integer_value(json_object_get(given, "file_size"));
    if (!name && kind == FILE_DOCUMENT)
        name = "file.txt";
    struct file *file = id ? files_find(&control->sim->files, id) : NULL;
    if (id && (!file || file->kind != kind))
        return control_fail(control, "no %s with that file_id", file_kind_field(kind));
    if (!file)
        file = files_add(&control->sim->files, kind, name, mime, NULL, size > 0 ? (size_t)size : INVENTED_SIZE);
    file_to_message(file, message);
    return STATUS_OK;
}

#define FILL(kind, name)                                                                                               \
    static enum status fill_##name(struct control *control, const struct person *person, json_t *message) {            \
        (void)person;                                                                                                  \
        return fill_file(control, FILE_##kind, message);                                                               \
    }
FILL(PHOTO, photo)
FILL(DOCUMENT, document)
FILL(VIDEO, video)
FILL(VOICE, voice)
FILL(STICKER, sticker)

static enum status fill_location(struct control *control, const struct person *person, json_t *message) {
    (void)control;
    (void)person;
    json_object_set_new(message, "location", json_pack("{sf sf}", "latitude", 50.4501, "longitude", 30.5234));
    return STATUS_OK;
}

static enum status fill_contact(struct control *control, const struct person *person, json_t *message) {
    const json_t *given = get(control, "contact");
    (void)person;
    if (!json_string_value(json_object_get(given, "phone_number")) ||
        !json_string_value(json_object_get(given, "first_name")))
        return control_fail(control, "contact needs phone_number and first_name");
    json_object_set_new(message, "contact", json_deep_copy(given));
    return STATUS_OK;
}

/* As the request_contact button does: their own number, without '+', as a reply to the keyboard's message. */
static enum status fill_own_phone(struct control *control, const struct person *person, json_t *message) {
    const char *phone = person->phone[0] == '+' ? person->phone + 1 : person->phone;
    json_t *contact =
        json_pack("{ss sO}", "phone_number", phone, "first_name", json_object_get(person->user, "first_name"));
    json_t *last_name = json_object_get(person->user, "last_name");
    if (last_name)
        json_object_set(contact, "last_name", last_name);
    json_object_set_new(contact, "user_id", json_integer((json_int_t)person->id));
    json_object_set_new(message, "contact", contact);
    struct chat *chat = world_chat(&control->sim->world, person->id);
    struct message *keyboard = chat && chat->keyboard ? chat_message(chat, chat->keyboard_message) : NULL;
    if (keyboard)
        json_object_set(message, "reply_to_message", keyboard->json);
    return STATUS_OK;
}

/* As a request_users button does. */
static enum status fill_users(struct control *control, const struct person *person, json_t *message) {
    const json_t *given = get(control, "share_users");
    json_t *ids = json_object_get(given, "user_ids"), *users = json_array(), *id;
    size_t i;
    (void)person;
    json_array_foreach(ids, i, id) json_array_append_new(users, json_pack("{sO}", "user_id", id));
    json_object_set_new(message, "users_shared",
                        json_pack("{sI sO? so}", "request_id", json_integer_value(json_object_get(given, "request_id")),
                                  "user_ids", ids, "users", users));
    return STATUS_OK;
}

static const struct content contents[] = {
    {"text", fill_text},         {"photo", fill_photo},     {"document", fill_document},
    {"video", fill_video},       {"voice", fill_voice},     {"sticker", fill_sticker},
    {"location", fill_location}, {"contact", fill_contact}, {"share_phone", fill_own_phone},
    {"share_users", fill_users},
};

static enum status fill_forward(struct control *control, json_t *message) {
    int64_t from = control_int(control, "forward_from", 0);
    if (from == 0)
        return STATUS_OK;
    const struct person *person = world_person(&control->sim->world, from);
    if (!person)
        return control_fail(control, "no person %" PRId64 " to forward from", from);
    json_object_set_new(message, "forward_origin",
                        json_pack("{ss sO sI}", "type", "user", "sender_user", person->user, "date",
                                  (json_int_t)(clock_now() / SECOND)));
    return STATUS_OK;
}

static enum status fill_message(struct control *control, const struct person *person, json_t *message) {
    const char *caption = control_text(control, "caption"), *group = control_text(control, "media_group_id");
    enum status status = fill_forward(control, message);
    if (status != STATUS_OK)
        return status;
    if (group)
        json_object_set_new(message, "media_group_id", json_string(group));
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        if (!get(control, contents[i].key) || json_is_false(get(control, contents[i].key)))
            continue;
        status = contents[i].fill(control, person, message);
        if (status == STATUS_OK && caption && *caption) {
            json_object_set_new(message, "caption", json_string(caption));
            set_entities(control, caption, "caption_entities", message);
        }
        return status;
    }
    return control_fail(control, "nothing to send: give text, photo, document, video, voice, sticker, location, "
                                 "contact, share_phone or share_users");
}

static enum status reply(struct control *control, struct chat *chat, json_t *message) {
    int64_t id = control_int(control, "reply_to", 0);
    const struct message *target = id ? chat_message(chat, id) : NULL;
    if (id && !target)
        return control_fail(control, "no message %" PRId64 " to reply to", id);
    if (target)
        json_object_set(message, "reply_to_message", target->json);
    return STATUS_OK;
}

static enum status send_new(struct control *control, struct person *person, struct chat *chat) {
    json_t *content = json_object();
    enum status status = fill_message(control, person, content);
    if (status == STATUS_OK)
        status = reply(control, chat, content);
    if (status != STATUS_OK) {
        json_decref(content);
        return status;
    }
    struct message *message = NULL;
    int64_t update = 0;
    status = act_send(control->sim, person, chat, content, &message, &update);
    json_object_set_new(control->result, "message_id", json_integer((json_int_t)message->id));
    return control_queued(control, status, update);
}

static enum status edit_own(struct control *control, const struct person *person, struct chat *chat, int64_t id) {
    struct message *message = chat_message(chat, id);
    const char *text = control_text(control, "text"), *caption = control_text(control, "caption");
    if (!message || message->from != person->id)
        return control_fail(control, "%" PRId64 " has no message %" PRId64, person->id, id);
    const char *key = json_object_get(message->json, "text") ? "text" : "caption";
    const char *value = text ? text : caption;
    if (!value || !*value)
        return control_fail(control, "an edit needs a text or a caption");
    json_t *edited = json_copy(message->json);
    const char *entities = strcmp(key, "text") == 0 ? "entities" : "caption_entities";
    json_object_del(edited, entities);
    json_object_set_new(edited, key, json_string(value));
    set_entities(control, value, entities, edited);
    json_object_set_new(edited, "edit_date", json_integer((json_int_t)(clock_now() / SECOND)));
    json_decref(message->json);
    message->json = edited;
    world_touch(&control->sim->world, chat);
    json_object_set_new(control->result, "message_id", json_integer((json_int_t)id));
    return control_push(control, "edited_message", edited, chat->id, UPDATE_LIFETIME);
}

enum status control_send(struct control *control) {
    struct person *person = NULL;
    struct chat *chat = NULL;
    int64_t edit = control_int(control, "edit", 0);
    sim_lock(control->sim);
    enum status status = control_person(control, &person);
    if (status == STATUS_OK)
        status = control_chat(control, person, &chat);
    if (status == STATUS_OK)
        status = edit ? edit_own(control, person, chat, edit) : send_new(control, person, chat);
    sim_unlock(control->sim);
    return status;
}

/* ---- presses ---- */

static const char *data_of_label(const struct message *message, const char *label) {
    json_t *rows = json_object_get(json_object_get(message->json, "reply_markup"), "inline_keyboard"), *row, *button;
    size_t i, j;
    json_array_foreach(rows, i, row)
        json_array_foreach(row, j, button) if (strcmp(json_string_value(json_object_get(button, "text")), label) ==
                                               0) return json_string_value(json_object_get(button, "callback_data"));
    return NULL;
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

/* ---- blocking ---- */

static json_t *member_json(const struct sim *sim, const char *status) {
    json_t *member = json_pack("{sO ss}", "user", sim->bot, "status", status);
    if (strcmp(status, "kicked") == 0)
        json_object_set_new(member, "until_date", json_integer(0));
    return member;
}

enum status control_member(struct control *control) {
    struct person *person = NULL;
    struct chat *chat = NULL;
    const char *wanted = control_text(control, "status");
    bool blocks = wanted && strcmp(wanted, "kicked") == 0;
    if (!wanted || (!blocks && strcmp(wanted, "member") != 0))
        return control_fail(control, "status must be kicked or member");
    sim_lock(control->sim);
    enum status status = control_person(control, &person);
    if (status == STATUS_OK)
        status = world_open_private(&control->sim->world, person, &chat);
    if (status == STATUS_OK) {
        json_t *content = json_pack("{sO sO sI so so}", "chat", chat->json, "from", person->user, "date",
                                    (json_int_t)(clock_now() / SECOND), "old_chat_member",
                                    member_json(control->sim, person->blocked ? "kicked" : "member"), "new_chat_member",
                                    member_json(control->sim, wanted));
        person->blocked = blocks;
        world_touch(&control->sim->world, chat);
        status = control_push(control, "my_chat_member", content, chat->id + ((int64_t)5 << 33), UPDATE_LIFETIME);
        json_decref(content);
    }
    sim_unlock(control->sim);
    return status;
}
