/* Command lists by scope and language, and the bot's descriptions. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf.h"
#include "simulator/commands.h"
#include "simulator/methods.h"

enum {
    COMMANDS_MAX = 100,
    NAME_MAX_LENGTH = 32,
    COMMAND_DESCRIPTION_MAX = 256,
    LONG_MAX_UNITS = 512,
    SHORT_MAX_UNITS = 120,
    BOT_NAME_MAX_UNITS = 64,
    KEY_MAX = 128
};

static const char *const scopes[] = {
    "default", "all_private_chats",   "all_group_chats", "all_chat_administrators",
    "chat",    "chat_administrators", "chat_member",
};

static int64_t number_in(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? strtoll(json_string_value(value), NULL, 10) : json_integer_value(value);
}

static enum status check_language(struct call *call) {
    const char *language = params_text(call->params, "language_code");
    bool good = strlen(language) == 0 ||
                (strlen(language) == 2 && islower((unsigned char)language[0]) && islower((unsigned char)language[1]));
    return good ? STATUS_OK : call_refuse(call, ERROR_LANGUAGE, NULL);
}

static enum status read_scope(struct call *call, const json_t *scope, char key[KEY_MAX]) {
    if (!json_is_object(scope))
        return call_refuse(call, ERROR_SCOPE, "BotCommandScope must be an Object");
    const char *type = json_string_value(json_object_get(scope, "type"));
    if (!type)
        return call_refuse(call, ERROR_SCOPE, "Can't find field \"type\"");
    bool known = false;
    for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
        known = known || strcmp(scopes[i], type) == 0;
    if (!known)
        return call_refuse(call, ERROR_SCOPE, "Unsupported type specified");
    int64_t chat = 0, user = 0;
    if (strncmp(type, "chat", 4) == 0) {
        if (!json_object_get(scope, "chat_id"))
            return call_refuse(call, ERROR_SCOPE, "Can't find field \"chat_id\"");
        chat = number_in(scope, "chat_id");
        if (!world_chat(&call->sim->world, chat))
            return call_refuse(call, ERROR_CHAT_NOT_FOUND, NULL);
        if (chat > 0 && strcmp(type, "chat") != 0)
            return call_refuse(call, ERROR_SCOPE_PRIVATE, NULL);
    }
    if (strcmp(type, "chat_member") == 0) {
        user = number_in(scope, "user_id");
        if (user <= 0)
            return call_refuse(call, ERROR_SCOPE, "Invalid user_id specified");
    }
    (void)snprintf(key, KEY_MAX, "%s/%lld/%lld/%s", type, (long long)chat, (long long)user,
                   params_text(call->params, "language_code"));
    return STATUS_OK;
}

static enum status scope_key(struct call *call, char key[KEY_MAX]) {
    json_t *scope = NULL;
    enum status status = check_language(call);
    if (status != STATUS_OK)
        return status;
    status = params_json(call->params, "scope", &scope);
    if (status == STATUS_INVALID)
        return call_refuse(call, ERROR_SCOPE_JSON, NULL);
    if (status == STATUS_NOT_FOUND)
        scope = json_pack("{ss}", "type", "default");
    status = read_scope(call, scope, key);
    json_decref(scope);
    return status;
}

/* The shape of a command, looked at before the scope … */
static enum status check_shape(struct call *call, const json_t *command) {
    if (!json_is_object(command))
        return call_refuse(call, ERROR_COMMAND, "expected an Object");
    if (!json_is_string(json_object_get(command, "command")))
        return call_refuse(call, ERROR_COMMAND, "Can't find field \"command\"");
    if (!json_is_string(json_object_get(command, "description")))
        return call_refuse(call, ERROR_COMMAND, "Can't find field \"description\"");
    return STATUS_OK;
}

/* … and what is in it, after that. Only the characters of a name are looked at by Telegram's own servers. */
static enum status check_words(struct call *call, const char *name, const char *description) {
    if (!*name)
        return call_refuse(call, ERROR_COMMAND_EMPTY, NULL);
    if (utf_length(name) > NAME_MAX_LENGTH)
        return call_refuse(call, ERROR_COMMAND_LONG, NULL);
    if (!*description)
        return call_refuse(call, ERROR_COMMAND_DESCRIPTION_EMPTY, NULL);
    if (utf_length(description) > COMMAND_DESCRIPTION_MAX)
        return call_refuse(call, ERROR_COMMAND_DESCRIPTION_LONG, NULL);
    bool good = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
    return good ? STATUS_OK : call_refuse(call, ERROR_COMMAND_NAME, NULL);
}

/* *ret_list: as the server keeps them, a new reference. */
static enum status finish_commands(struct call *call, const json_t *commands, json_t **ret_list) {
    json_t *list = json_array(), *command;
    size_t i;
    enum status status = STATUS_OK;
    json_array_foreach((json_t *)(uintptr_t)commands, i, command) {
        char *name = text_cleaned(json_string_value(json_object_get(command, "command")));
        char *description = text_cleaned(json_string_value(json_object_get(command, "description")));
        const char *bare = *name == '/' ? name + 1 : name;
        status = check_words(call, bare, description);
        if (status == STATUS_OK)
            json_array_append_new(list, json_pack("{ss ss}", "command", bare, "description", description));
        free(name);
        free(description);
        if (status != STATUS_OK)
            break;
    }
    if (status == STATUS_OK && json_array_size(commands) > COMMANDS_MAX)
        status = call_refuse(call, ERROR_COMMANDS_TOO_MANY, NULL);
    if (status == STATUS_OK)
        *ret_list = list;
    else
        json_decref(list);
    return status;
}

static enum status read_commands(struct call *call, json_t **ret_commands) {
    json_t *commands = NULL, *command;
    size_t i;
    enum status status = params_json(call->params, "commands", &commands);
    if (status == STATUS_NOT_FOUND)
        commands = json_array();
    else if (status != STATUS_OK)
        return call_refuse(call, ERROR_COMMANDS_JSON, NULL);
    status = json_is_array(commands) ? STATUS_OK : call_refuse(call, ERROR_COMMANDS_ARRAY, NULL);
    json_array_foreach(commands, i, command) {
        status = check_shape(call, command);
        if (status != STATUS_OK)
            break;
    }
    if (status == STATUS_OK)
        *ret_commands = commands;
    else
        json_decref(commands);
    return status;
}

/* Chats show other commands now: whoever looks at one must look again. */
static void touch_chats(struct call *call, const char *key) {
    if (strncmp(key, "chat", 4) == 0) {
        struct chat *only = world_chat(&call->sim->world, strtoll(strchr(key, '/') + 1, NULL, 10));
        if (only)
            world_touch(&call->sim->world, only);
        return;
    }
    struct chat *chat, *next;
    HASH_ITER(hh, call->sim->world.chats, chat, next)
    world_touch(&call->sim->world, chat);
}

static enum status store_commands(struct call *call, const char *key, json_t *list) {
    bool known = json_object_get(call->sim->commands, key);
    if (!known && json_object_size(call->sim->commands) >= COMMAND_LISTS_MAX)
        return call_refuse(call, ERROR_COMMANDS_TOO_MANY, NULL);
    json_object_set(call->sim->commands, key, list);
    touch_chats(call, key);
    call->result = json_true();
    return STATUS_OK;
}

enum status method_set_commands(struct call *call) {
    char key[KEY_MAX];
    json_t *commands = NULL, *list = NULL;
    enum status status = read_commands(call, &commands);
    if (status != STATUS_OK)
        return status;
    status = scope_key(call, key);
    if (status == STATUS_OK)
        status = finish_commands(call, commands, &list);
    if (status == STATUS_OK)
        status = store_commands(call, key, list);
    json_decref(commands);
    json_decref(list);
    return status;
}

enum status method_get_commands(struct call *call) {
    char key[KEY_MAX];
    enum status status = scope_key(call, key);
    if (status != STATUS_OK)
        return status;
    json_t *commands = json_object_get(call->sim->commands, key);
    call->result = commands ? json_incref(commands) : json_array();
    return STATUS_OK;
}

enum status method_delete_commands(struct call *call) {
    char key[KEY_MAX];
    enum status status = scope_key(call, key);
    if (status != STATUS_OK)
        return status;
    json_object_del(call->sim->commands, key);
    touch_chats(call, key);
    call->result = json_true();
    return STATUS_OK;
}

/* In the words of the person's language, else in those for everybody. */
static json_t *list_of(const struct sim *sim, const char *scope, int64_t chat, int64_t user, const char *language) {
    const char *const languages[] = {language, ""};
    for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
        char key[KEY_MAX];
        (void)snprintf(key, sizeof(key), "%s/%lld/%lld/%s", scope, (long long)chat, (long long)user, languages[i]);
        json_t *list = json_object_get(sim->commands, key);
        if (list)
            return list;
    }
    return NULL;
}

/* The order is that of the documentation, "Determining list of commands". */
json_t *commands_for(const struct sim *sim, int64_t chat_id, int64_t user, const char *language) {
    const struct chat *chat = world_chat(&sim->world, chat_id);
    bool group = chat_id < 0, admin = chat && chat_has_admin(chat, user);
    const struct {
        bool applies;
        const char *scope;
        int64_t chat, user;
    } order[] = {
        {group, "chat_member", chat_id, user},
        {group && admin, "chat_administrators", chat_id, 0},
        {true, "chat", chat_id, 0},
        {group && admin, "all_chat_administrators", 0, 0},
        {group, "all_group_chats", 0, 0},
        {!group, "all_private_chats", 0, 0},
        {true, "default", 0, 0},
    };
    char two[3] = "";
    (void)snprintf(two, sizeof(two), "%s", language ? language : "");
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        json_t *list = order[i].applies ? list_of(sim, order[i].scope, order[i].chat, order[i].user, two) : NULL;
        if (list)
            return json_incref(list);
    }
    return json_array();
}

/* ---- descriptions ---- */

static enum status set_text(struct call *call, const char *name, size_t most, const char *too_long) {
    char key[KEY_MAX];
    const char *text = params_text(call->params, name);
    enum status status = check_language(call);
    if (status != STATUS_OK)
        return status;
    if (utf16_length(text) > most)
        return call_refuse(call, ERROR_DESCRIPTION_TOO_LONG, too_long);
    (void)snprintf(key, sizeof(key), "%s/%s", name, params_text(call->params, "language_code"));
    json_object_set_new(call->sim->descriptions, key, json_string(text));
    call->result = json_true();
    return STATUS_OK;
}

static enum status get_text(struct call *call, const char *name, const char *fallback) {
    char key[KEY_MAX];
    enum status status = check_language(call);
    if (status != STATUS_OK)
        return status;
    (void)snprintf(key, sizeof(key), "%s/%s", name, params_text(call->params, "language_code"));
    const char *text = json_string_value(json_object_get(call->sim->descriptions, key));
    call->result = json_pack("{ss}", name, text && *text ? text : fallback);
    return STATUS_OK;
}

enum status method_set_description(struct call *call) {
    return set_text(call, "description", LONG_MAX_UNITS, "BOT_DESCRIPTION_TOO_LONG");
}

enum status method_get_description(struct call *call) {
    return get_text(call, "description", "");
}

enum status method_set_short_description(struct call *call) {
    return set_text(call, "short_description", SHORT_MAX_UNITS, "BOT_SHORT_DESCRIPTION_TOO_LONG");
}

enum status method_get_short_description(struct call *call) {
    return get_text(call, "short_description", "");
}

enum status method_set_name(struct call *call) {
    return set_text(call, "name", BOT_NAME_MAX_UNITS, "BOT_TITLE_INVALID");
}

enum status method_get_name(struct call *call) {
    return get_text(call, "name", json_string_value(json_object_get(call->sim->bot, "first_name")));
}
