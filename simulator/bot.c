/* What the bot says of itself beside its commands: its menu button; and the two methods that end a server's session. */
#include <stdio.h>
#include <string.h>

#include "simulator/methods.h"

enum { LEAVE_SECONDS = 600 };

/* As the server gives it back. NULL: *ret_why says what is wrong (C:10680). */
static json_t *menu_button(const json_t *given, const char **ret_why) {
    const char *type = json_string_value(json_object_get(given, "type"));
    const char *text = json_string_value(json_object_get(given, "text"));
    const json_t *app = json_object_get(given, "web_app");
    const char *url = json_string_value(json_object_get(app, "url"));
    if (type && (strcmp(type, "default") == 0 || strcmp(type, "commands") == 0))
        return json_pack("{ss}", "type", type);
    if (type && strcmp(type, "web_app") == 0 && text && url)
        return json_pack("{ss ss s{ss}}", "type", type, "text", text, "web_app", "url", url);
    bool is_app = type && strcmp(type, "web_app") == 0;
    *ret_why = !json_is_object(given) ? "MenuButton must be an Object"
               : !type                ? "Can't find field \"type\""
               : !is_app              ? "MenuButton has unsupported type"
               : !text                ? "Can't find field \"text\""
               : !json_is_object(app) ? "Can't find field \"web_app\""
                                      : "Can't find field \"url\"";
    return NULL;
}

static enum status read_button(struct call *call, json_t **ret_button) {
    json_t *given = NULL;
    const char *why = "";
    enum status status = params_json(call->params, "menu_button", &given);
    if (status == STATUS_INVALID)
        return call_refuse(call, ERROR_MENU_JSON, NULL);
    if (status == STATUS_NOT_FOUND)
        given = json_pack("{ss}", "type", "default");
    *ret_button = menu_button(given, &why);
    json_decref(given);
    return *ret_button ? STATUS_OK : call_refuse(call, ERROR_MENU, why);
}

/* "menu/user" among the bot's texts; "menu/0" is everybody's. */
static enum status button_key(struct call *call, char key[48]) {
    int64_t user = params_int(call->params, "chat_id");
    if (params_has(call->params, "chat_id")) {
        if (user <= 0)
            return call_refuse(call, ERROR_USER_INVALID, "chat_id");
        if (!world_chat(&call->sim->world, user))
            return call_refuse(call, ERROR_USER_NOT_FOUND, NULL);
    }
    (void)snprintf(key, 48, "menu/%lld", (long long)user);
    return STATUS_OK;
}

enum status method_set_menu_button(struct call *call) {
    char key[48];
    json_t *button = NULL;
    enum status status = read_button(call, &button);
    if (status == STATUS_OK)
        status = button_key(call, key);
    if (status == STATUS_OK && json_object_size(call->sim->descriptions) >= COMMAND_LISTS_MAX)
        status = call_refuse(call, ERROR_COMMANDS_TOO_MANY, NULL);
    if (status == STATUS_OK) {
        json_object_set(call->sim->descriptions, key, button);
        call->result = json_true();
    }
    json_decref(button);
    return status;
}

enum status method_get_menu_button(struct call *call) {
    char key[48];
    enum status status = button_key(call, key);
    if (status != STATUS_OK)
        return status;
    json_t *button = json_object_get(call->sim->descriptions, key);
    bool own = params_has(call->params, "chat_id");
    call->result = button ? json_incref(button) : json_pack("{ss}", "type", own ? "default" : "commands");
    return STATUS_OK;
}

/* C:12643: not for a session that has just begun. This one never gets old. */
static enum status refuse_leaving(struct call *call) {
    call->retry_after = LEAVE_SECONDS;
    return call_refuse_number(call, ERROR_TOO_MANY, LEAVE_SECONDS);
}

enum status method_log_out(struct call *call) {
    return refuse_leaving(call);
}

enum status method_close(struct call *call) {
    return refuse_leaving(call);
}
