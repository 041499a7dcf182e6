/* What a person sends and edits. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/random.h"
#include "simulator/act.h"
#include "simulator/control.h"
#include "simulator/methods.h"

enum { INVENTED_SIZE = 54321 };

/* X(member of the request, function): what a message can be; the first that is there is taken. */
struct content {
    const char *key;
    enum status (*fill)(struct control *control, const struct person *person, json_t *message);
};

static json_t *get(const struct control *control, const char *key) {
    return json_object_get(control->body, key);
}

static json_t *known_user(void *context, int64_t id) {
    const struct person *person = world_person(context, id);
    return person ? json_incref(person->user) : NULL;
}

/* Sets a text and its entities: those given, or what parse_mode makes of it, and what is found in it. A text that was
 * given plain stays as it is to the byte. */
static enum status set_text(struct control *control, const char *text, const char *key, json_t *message) {
    const char *mode = control_text(control, "parse_mode");
    const char *entities_key = strcmp(key, "text") == 0 ? "entities" : "caption_entities";
    json_t *given = get(control, "entities");
    struct rich_text rich = {0};
    struct text_problem problem = {0};
    json_object_del(message, entities_key);
    if (json_is_array(given)) {
        json_object_set_new(message, key, json_string(text));
        json_object_set_new(message, entities_key, json_deep_copy(given));
        return STATUS_OK;
    }
    if (text_parse(text, mode ? mode : "", NULL, &rich, &problem) != STATUS_OK)
        return control_fail(control, "the text cannot be parsed: %s", problem.detail);
    text_find_entities(&rich);
    json_t *entities = text_entities_json(&rich, known_user, &control->sim->world);
    json_object_set_new(message, key, json_string(rich.text));
    if (entities)
        json_object_set_new(message, entities_key, entities);
    rich_text_free(&rich);
    return STATUS_OK;
}

static enum status fill_text(struct control *control, const struct person *person, json_t *message) {
    const char *text = control_text(control, "text");
    (void)person;
    if (!text || !*text)
        return control_fail(control, "text must be a text that is not empty");
    return set_text(control, text, "text", message);
}

static enum status fill_file(struct control *control, enum file_kind kind, json_t *message) {
    const json_t *given = get(control, file_kind_field(kind));
    const char *id = json_string_value(json_object_get(given, "file_id"));
    const char *name = json_string_value(json_object_get(given, "file_name"));
    json_int_t size = json_integer_value(json_object_get(given, "file_size"));
    if (!name && kind == FILE_DOCUMENT)
        name = "file.txt";
    const char *upload = json_string_value(json_object_get(given, "upload"));
    if (upload)
        id = upload;
    struct file *file = id ? files_find(&control->sim->files, id) : NULL;
    if (id && (!file || file->kind != kind))
        return control_fail(control, "no %s with that file_id", file_kind_field(kind));
    if (!file)
        file = files_add(&control->sim->files, kind, name, NULL, given, NULL, size > 0 ? (size_t)size : INVENTED_SIZE);
    message_put_media(message, file, json_is_true(get(control, "has_spoiler")), false);
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
FILL(ANIMATION, animation)
FILL(AUDIO, audio)
FILL(VOICE, voice)
FILL(VIDEO_NOTE, video_note)
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

/* The request_users of a button shown now that has that id, NULL: there is none. */
static const json_t *shown_request(const struct chat *chat, int64_t request_id) {
    json_t *rows = chat ? json_object_get(chat->keyboard, "keyboard") : NULL, *row, *button;
    size_t i, j;
    json_array_foreach(rows, i, row) {
        json_array_foreach(row, j, button) {
            const json_t *request = json_object_get(button, "request_users");
            if (request && json_integer_value(json_object_get(request, "request_id")) == request_id)
                return request;
        }
    }
    return NULL;
}

static json_t *shared_user(const struct control *control, const json_t *request, json_t *id) {
    static const struct {
        const char *asked, *field;
    } rows[] = {{"request_name", "first_name"}, {"request_name", "last_name"}, {"request_username", "username"}};
    json_t *user = json_pack("{sO}", "user_id", id);
    struct person *person = world_person(&control->sim->world, json_integer_value(id));
    if (person)
        person->met = true;
    for (size_t i = 0; person && i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *value = json_object_get(person->user, rows[i].field);
        if (value && json_is_true(json_object_get(request, rows[i].asked)))
            json_object_set(user, rows[i].field, value);
    }
    return user;
}

/* As a request_users button does: it must be shown, and takes so many people as it says. */
static enum status fill_users(struct control *control, const struct person *person, json_t *message) {
    const json_t *given = get(control, "share_users");
    json_t *ids = json_object_get(given, "user_ids"), *users, *id;
    int64_t request_id = json_integer_value(json_object_get(given, "request_id"));
    const json_t *request = shown_request(world_chat(&control->sim->world, person->id), request_id);
    size_t i, count = json_array_size(ids);
    if (!request)
        return control_fail(control, "no button with request_users and request_id %" PRId64 " is shown", request_id);
    const json_t *most = json_object_get(request, "max_quantity");
    if (count == 0 || count > (size_t)(most ? json_integer_value(most) : 1))
        return control_fail(control, "that button takes another number of people");
    users = json_array();
    json_array_foreach(ids, i, id) json_array_append_new(users, shared_user(control, request, id));
    json_object_set_new(message, "users_shared",
                        json_pack("{sO so sI}", "user_ids", ids, "users", users, "request_id", (json_int_t)request_id));
    return STATUS_OK;
}

static const struct content contents[] = {
    {"text", fill_text},         {"photo", fill_photo},           {"document", fill_document},
    {"video", fill_video},       {"animation", fill_animation},   {"audio", fill_audio},
    {"voice", fill_voice},       {"video_note", fill_video_note}, {"sticker", fill_sticker},
    {"location", fill_location}, {"contact", fill_contact},       {"share_phone", fill_own_phone},
    {"share_users", fill_users},
};

/* Who wrote it first: a person's id, or the name of somebody who hides who they are. */
static enum status fill_forward(struct control *control, json_t *message) {
    int64_t from = control_int(control, "forward_from", 0);
    const char *hidden = control_text(control, "forward_from");
    struct person *person = world_person(&control->sim->world, from);
    if (person)
        person->met = true;
    json_int_t now = (json_int_t)(clock_now() / SECOND);
    if (hidden)
        json_object_set_new(message, "forward_origin",
                            json_pack("{ss ss sI}", "type", "hidden_user", "sender_user_name", hidden, "date", now));
    else if (person)
        json_object_set_new(message, "forward_origin",
                            json_pack("{ss sO sI}", "type", "user", "sender_user", person->user, "date", now));
    else if (from != 0)
        return control_fail(control, "no person %" PRId64 " to forward from", from);
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
        if (status == STATUS_OK && caption && *caption)
            status = set_text(control, caption, "caption", message);
        return status;
    }
    return control_fail(control, "nothing to send: give text, a medium, location, contact, share_phone or share_users");
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

static enum status enter_topic(struct control *control, const struct chat *chat, json_t *message) {
    int64_t thread = control_int(control, "message_thread_id", 0);
    if (thread != 0 && !chat_has_topic(chat, thread))
        return control_fail(control, "no topic %" PRId64 ": make one with POST /sim/topic", thread);
    message_put_topic(chat, thread, message);
    return STATUS_OK;
}

static enum status send_new(struct control *control, struct person *person, struct chat *chat) {
    json_t *content = json_object();
    enum status status = fill_message(control, person, content);
    if (status == STATUS_OK)
        status = reply(control, chat, content);
    if (status == STATUS_OK)
        status = enter_topic(control, chat, content);
    if (status != STATUS_OK) {
        json_decref(content);
        return status;
    }
    struct message *message = NULL;
    int64_t update = 0;
    person->met = true;
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
    enum status status = set_text(control, value, key, edited);
    if (status != STATUS_OK) {
        json_decref(edited);
        return status;
    }
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
    if (status == STATUS_OK && person->blocked && !chat_is_group(chat))
        status =
            control_fail(control, "%" PRId64 " has blocked the bot and cannot write to it: member first", person->id);
    if (status == STATUS_OK)
        status = edit ? edit_own(control, person, chat, edit) : send_new(control, person, chat);
    sim_unlock(control->sim);
    return status;
}
