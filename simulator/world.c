#include "simulator/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "core/arena.h"
#include "core/clock.h"

static void message_free(struct message *message) {
    json_decref(message->json);
    json_decref(message->markup);
    free(message);
}

static void chat_free(struct chat *chat) {
    for (size_t i = 0; i < chat->count; i++)
        message_free(chat->messages[i]);
    for (size_t i = 0; i < chat->answer_count; i++) {
        free(chat->answers[i].query_id);
        free(chat->answers[i].text);
    }
    free(chat->messages);
    json_decref(chat->json);
    json_decref(chat->members);
    json_decref(chat->admins);
    json_decref(chat->topics);
    json_decref(chat->keyboard);
    free(chat);
}

void world_free(struct world *world) {
    struct person *person, *next_person;
    struct chat *chat, *next_chat;
    HASH_ITER(hh, world->chats, chat, next_chat) {
        HASH_DEL(world->chats, chat);
        chat_free(chat);
    }
    HASH_ITER(hh, world->people, person, next_person) {
        HASH_DEL(world->people, person);
        json_decref(person->user);
        free(person->phone);
        free(person);
    }
}

struct person *world_person(const struct world *world, int64_t id) {
    struct person *person = NULL;
    HASH_FIND(hh, world->people, &id, sizeof(id), person);
    return person;
}

struct chat *world_chat(const struct world *world, int64_t id) {
    struct chat *chat = NULL;
    HASH_FIND(hh, world->chats, &id, sizeof(id), chat);
    return chat;
}

static void set_phone(struct person *person, const char *phone) {
    char made[32];
    if (!phone && person->phone)
        return;
    if (!phone) {
        (void)snprintf(made, sizeof(made), "+38050%07lld", (long long)(person->id % 10000000));
        phone = made;
    }
    free(person->phone);
    person->phone = mem_strdup(phone);
}

static void set_user(struct person *person, const json_t *fields) {
    static const char *const keys[] = {"first_name", "last_name", "username", "language_code"};
    json_t *user = json_pack("{sI sb}", "id", (json_int_t)person->id, "is_bot", 0);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        json_t *value = json_object_get(fields, keys[i]);
        if (!value && person->user)
            value = json_object_get(person->user, keys[i]);
        if (json_is_string(value) && json_string_length(value) > 0)
            json_object_set(user, keys[i], value);
    }
    json_decref(person->user);
    person->user = user;
}

static json_t *private_chat_json(const struct person *person) {
    static const char *const keys[] = {"first_name", "last_name", "username"};
    json_t *json = json_pack("{sI}", "id", (json_int_t)person->id);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        json_t *value = json_object_get(person->user, keys[i]);
        if (value)
            json_object_set(json, keys[i], value);
    }
    json_object_set_new(json, "type", json_string("private"));
    return json;
}

enum status world_set_person(struct world *world, const json_t *fields, struct person **ret_person) {
    int64_t id = json_integer_value(json_object_get(fields, "id"));
    struct person *person = world_person(world, id);
    const char *first_name = json_string_value(json_object_get(fields, "first_name"));
    if (id <= 0 || (!person && (!first_name || !*first_name)))
        return STATUS_INVALID;
    if (!person) {
        if (HASH_COUNT(world->people) >= PEOPLE_MAX)
            return STATUS_FULL;
        person = mem_alloc(sizeof(*person));
        person->id = id;
        HASH_ADD(hh, world->people, id, sizeof(person->id), person);
    }
    set_user(person, fields);
    set_phone(person, json_string_value(json_object_get(fields, "phone")));
    struct chat *chat = world_chat(world, id);
    if (chat) {
        json_decref(chat->json);
        chat->json = private_chat_json(person);
        world_touch(world, chat);
    }
    *ret_person = person;
    return STATUS_OK;
}

static enum status add_chat(struct world *world, int64_t id, struct chat **ret_chat) {
    if (HASH_COUNT(world->chats) >= CHATS_MAX)
        return STATUS_FULL;
    struct chat *chat = mem_alloc(sizeof(*chat));
    chat->id = id;
    HASH_ADD(hh, world->chats, id, sizeof(chat->id), chat);
    DL_PREPEND(world->by_change, chat);
    *ret_chat = chat;
    return STATUS_OK;
}

enum status world_open_private(struct world *world, const struct person *person, struct chat **ret_chat) {
    struct chat *chat = world_chat(world, person->id);
    if (!chat) {
        enum status status = add_chat(world, person->id, &chat);
        if (status != STATUS_OK)
            return status;
        chat->json = private_chat_json(person);
    }
    *ret_chat = chat;
    return STATUS_OK;
}

enum status world_set_group(struct world *world, int64_t id, const char *title, const json_t *members,
                            struct chat **ret_chat) {
    struct chat *chat = world_chat(world, id);
    if (id >= 0 || json_array_size(members) > MEMBERS_MAX)
        return STATUS_INVALID;
    if (!chat) {
        enum status status = add_chat(world, id, &chat);
        if (status != STATUS_OK)
            return status;
    }
    json_decref(chat->json);
    json_decref(chat->members);
    chat->json = json_pack("{sI ss ss}", "id", (json_int_t)id, "title", title, "type", "supergroup");
    chat->members = json_is_array(members) ? json_deep_copy(members) : json_array();
    world_touch(world, chat);
    *ret_chat = chat;
    return STATUS_OK;
}

void world_set_forum(struct world *world, struct chat *chat, bool forum) {
    json_t *json = json_copy(chat->json);
    json_object_del(json, "is_forum");
    if (forum)
        json_object_set_new(json, "is_forum", json_true());
    json_decref(chat->json);
    chat->json = json;
    if (forum && !chat->topics)
        chat->topics = json_object();
    if (!forum) {
        json_decref(chat->topics);
        chat->topics = NULL;
    }
    world_touch(world, chat);
}

bool chat_is_group(const struct chat *chat) {
    return chat->id < 0;
}

static bool has_id(const json_t *ids, int64_t id) {
    size_t index;
    json_t *value;
    json_array_foreach((json_t *)(uintptr_t)ids, index, value) if (json_integer_value(value) == id) return true;
    return false;
}

bool chat_has_admin(const struct chat *chat, int64_t person) {
    return has_id(chat->admins, person);
}

bool chat_has_topic(const struct chat *chat, int64_t thread) {
    char key[24];
    (void)snprintf(key, sizeof(key), "%lld", (long long)thread);
    return json_object_get(chat->topics, key);
}

int64_t message_topic(const struct message *message) {
    bool is_topic = json_is_true(json_object_get(message->json, "is_topic_message"));
    return is_topic ? json_integer_value(json_object_get(message->json, "message_thread_id")) : 0;
}

bool chat_has_member(const struct chat *chat, int64_t person) {
    if (!chat_is_group(chat))
        return chat->id == person;
    return has_id(chat->members, person);
}

static void forget(struct world *world, struct message *message) {
    DL_DELETE(world->oldest, message);
    world->message_count--;
    message_free(message);
}

static void drop_first(struct world *world, struct chat *chat, size_t count) {
    for (size_t i = 0; i < count; i++)
        forget(world, chat->messages[i]);
    chat->count -= count;
    memmove(chat->messages, chat->messages + count, chat->count * sizeof(*chat->messages));
}

static void make_room(struct world *world, struct chat *chat) {
    if (chat->count >= CHAT_MESSAGES_MAX)
        drop_first(world, chat, CHAT_MESSAGES_MAX / 10);
    while (world->message_count >= MESSAGES_MAX)
        drop_first(world, world_chat(world, world->oldest->chat_id), 1);
    if (chat->count == chat->size) {
        chat->size = chat->size ? chat->size * 2 : 8;
        chat->messages = mem_grow(chat->messages, chat->size * sizeof(*chat->messages));
    }
}

struct message *world_add_message(struct world *world, struct chat *chat, const json_t *sender, int64_t from,
                                  json_t *json) {
    make_room(world, chat);
    struct message *message = mem_alloc(sizeof(*message));
    message->id = chat_is_group(chat) ? ++chat->last_message : ++world->last_message;
    message->chat_id = chat->id;
    message->from = from;
    message->json = json_pack("{sI sO sO sI}", "message_id", (json_int_t)message->id, "from", sender, "chat",
                              chat->json, "date", (json_int_t)(clock_now() / SECOND));
    json_object_update(message->json, json);
    json_decref(json);
    chat->messages[chat->count++] = message;
    DL_APPEND(world->oldest, message);
    world->message_count++;
    world_touch(world, chat);
    return message;
}

struct message *chat_message(const struct chat *chat, int64_t id) {
    size_t low = 0, high = chat->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (chat->messages[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < chat->count && chat->messages[low]->id == id && !chat->messages[low]->deleted;
    return found ? chat->messages[low] : NULL;
}

void world_delete_message(struct world *world, struct chat *chat, struct message *message) {
    message->deleted = true;
    if (chat->keyboard && chat->keyboard_message == message->id) {
        json_decref(chat->keyboard);
        chat->keyboard = NULL;
    }
    world_touch(world, chat);
}

void world_touch(struct world *world, struct chat *chat) {
    chat->version = ++world->version;
    DL_DELETE(world->by_change, chat);
    DL_APPEND(world->by_change, chat);
}

void world_add_answer(struct world *world, struct chat *chat, const char *query_id, const char *text, bool show_alert) {
    if (chat->answer_count == CHAT_ANSWERS_MAX) {
        free(chat->answers[0].query_id);
        free(chat->answers[0].text);
        chat->answer_count--;
        memmove(chat->answers, chat->answers + 1, chat->answer_count * sizeof(chat->answers[0]));
    }
    chat->answers[chat->answer_count++] = (struct answer){mem_strdup(query_id), mem_strdup(text), show_alert};
    world_touch(world, chat);
}

void chat_apply_markup(struct chat *chat, const struct message *message) {
    if (!message->markup || json_object_get(message->markup, "force_reply"))
        return;
    json_decref(chat->keyboard);
    chat->keyboard = json_object_get(message->markup, "keyboard") ? json_incref(message->markup) : NULL;
    chat->keyboard_message = message->id;
}
