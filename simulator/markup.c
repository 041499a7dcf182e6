/* reply_markup. The server reads it in two places: first the shape (Client.cpp), before the chat is looked at, then
 * what depends on the chat (ReplyMarkup.cpp). What is kept is what the server would show: known fields, no empty
 * buttons, no more than 12 in a row and 300 in all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "simulator/methods.h"

enum { ROW_MAX = 12, BUTTONS_MAX = 300, DATA_MAX = 64, MARKUP_BYTES_MAX = 10240 };

static const char *text_in(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool is_true(const json_t *object, const char *key) {
    return json_is_true(json_object_get(object, key));
}

/* JB:720: what get_required_string_field says of a button's text; NULL: it is fine. Numbers are taken as texts. */
static const char *check_button_text(const json_t *button) {
    const json_t *text = json_object_get(button, "text");
    if (!text || json_is_null(text))
        return "Can't find field \"text\"";
    return json_is_string(text) || json_is_number(text) ? NULL : "Field \"text\" must be of type String";
}

/* C:9444 */
static bool has_bad_style(const json_t *button) {
    static const char *const styles[] = {"", "default", "primary", "danger", "success"};
    const char *style = text_in(button, "style");
    for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
        if (strcasecmp(styles[i], style) == 0)
            return false;
    return true;
}

static const char *check_inline_button(const json_t *button) {
    static const char *const actions[] = {
        "callback_game",
        "pay",
        "switch_inline_query",
        "switch_inline_query_chosen_chat",
        "switch_inline_query_current_chat",
        "login_url",
        "web_app",
        "copy_text",
    };
    if (!json_is_object(button))
        return "InlineKeyboardButton must be an Object";
    const char *why = check_button_text(button);
    if (why)
        return why;
    if (has_bad_style(button))
        return "invalid button style specified";
    const json_t *data = json_object_get(button, "callback_data");
    if (data && !json_is_string(data) && !json_is_number(data))
        return "Field \"callback_data\" must be of type String";
    if (*text_in(button, "url") || *text_in(button, "callback_data") || json_is_number(data))
        return NULL;
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        if (json_object_get(button, actions[i]))
            return NULL;
    return "Text buttons are unallowed in the inline keyboard";
}

static const char *check_button(const json_t *button) {
    if (json_is_string(button))
        return NULL;
    if (!json_is_object(button))
        return "KeyboardButton must be a String or an Object";
    const char *why = check_button_text(button);
    if (why)
        return why;
    if (has_bad_style(button))
        return "invalid button style specified";
    const json_t *users = json_object_get(button, "request_users");
    if (users && !json_is_object(users))
        return "Field \"request_users\" must be of type Object";
    if (users && !json_object_get(users, "request_id"))
        return "Can't find field \"request_id\"";
    return NULL;
}

static enum status check_rows(struct call *call, const json_t *markup, bool is_inline) {
    const char *key = is_inline ? "inline_keyboard" : "keyboard";
    json_t *rows = json_object_get(markup, key), *row, *button;
    size_t i, j;
    if (!rows || json_is_null(rows))
        return STATUS_OK;
    if (!json_is_array(rows))
        return call_refuse(call, ERROR_MARKUP_FIELD, key);
    json_array_foreach(rows, i, row) {
        if (!json_is_array(row))
            return call_refuse(call, is_inline ? ERROR_MARKUP_INLINE_ROWS : ERROR_MARKUP_ROWS, NULL);
        json_array_foreach(row, j, button) {
            const char *why = is_inline ? check_inline_button(button) : check_button(button);
            if (why)
                return call_refuse(call, is_inline ? ERROR_INLINE_BUTTON : ERROR_BUTTON, why);
        }
    }
    return STATUS_OK;
}

static bool says_something(const json_t *markup) {
    return json_array_size(json_object_get(markup, "keyboard")) > 0 ||
           json_array_size(json_object_get(markup, "inline_keyboard")) > 0 || is_true(markup, "remove_keyboard") ||
           is_true(markup, "force_reply");
}

enum status call_markup(struct call *call, json_t **ret_markup) {
    json_t *markup = NULL;
    enum status status = params_json(call->params, "reply_markup", &markup);
    if (status == STATUS_NOT_FOUND) {
        *ret_markup = NULL;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return call_refuse(call, ERROR_MARKUP_JSON, NULL);
    if (!json_is_object(markup))
        status = call_refuse(call, ERROR_MARKUP_OBJECT, NULL);
    if (status == STATUS_OK)
        status = check_rows(call, markup, false);
    if (status == STATUS_OK)
        status = check_rows(call, markup, true);
    if (status == STATUS_OK && says_something(markup)) {
        *ret_markup = markup;
        return STATUS_OK;
    }
    json_decref(markup);
    if (status == STATUS_OK)
        *ret_markup = NULL;
    return status;
}

bool markup_is_inline(const json_t *markup) {
    return json_array_size(json_object_get(markup, "keyboard")) == 0 &&
           json_array_size(json_object_get(markup, "inline_keyboard")) > 0;
}

/* The text as a string, whether it came as one or as a number. */
static json_t *as_string(const json_t *value) {
    if (json_is_string(value))
        return json_string(json_string_value(value));
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    json_t *string = json_string(text);
    free(text);
    return string;
}

static enum status finish_link(struct call *call, const char *url, json_t *button) {
    char *link = text_checked_link(url);
    if (!link)
        return call_refuse(call, ERROR_BUTTON_URL, url);
    json_object_set_new(button, "url", json_string(link));
    free(link);
    return STATUS_OK;
}

static enum status finish_data(struct call *call, const json_t *data, json_t *button) {
    json_object_set_new(button, "callback_data", as_string(data));
    return strlen(text_in(button, "callback_data")) > DATA_MAX ? call_refuse(call, ERROR_BUTTON_DATA, NULL) : STATUS_OK;
}

static enum status finish_inline(struct call *call, const json_t *button, json_t **ret_button) {
    const json_t *data = json_object_get(button, "callback_data");
    json_t *kept = json_object();
    enum status status = STATUS_OK;
    static const char *const looks[] = {"icon_custom_emoji_id", "style"};
    json_object_set_new(kept, "text", as_string(json_object_get(button, "text")));
    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
        if (*text_in(button, looks[i]) && strcasecmp(text_in(button, looks[i]), "default") != 0)
            json_object_set(kept, looks[i], json_object_get(button, looks[i]));
    if (*text_in(button, "url"))
        status = finish_link(call, text_in(button, "url"), kept);
    else if (data)
        status = finish_data(call, data, kept);
    else
        json_object_update_missing(kept, (json_t *)(uintptr_t)button);
    if (status == STATUS_OK)
        *ret_button = kept;
    else
        json_decref(kept);
    return status;
}

static enum status finish_button(struct call *call, const struct chat *chat, const json_t *button,
                                 json_t **ret_button) {
    if (json_is_object(button) && chat_is_group(chat)) {
        if (is_true(button, "request_contact"))
            return call_refuse(call, ERROR_PHONE_PRIVATE, NULL);
        if (json_object_get(button, "request_users"))
            return call_refuse(call, ERROR_USERS_PRIVATE, NULL);
    }
    json_t *kept = json_is_object(button) ? json_deep_copy(button) : json_object();
    const json_t *text = json_is_object(button) ? json_object_get(button, "text") : button;
    json_object_set_new(kept, "text", as_string(text));
    *ret_button = kept;
    return STATUS_OK;
}

static bool is_empty(const json_t *button) {
    const json_t *text = json_is_object(button) ? json_object_get(button, "text") : button;
    return json_is_string(text) && json_string_length(text) == 0;
}

static enum status finish_row(struct call *call, const struct chat *chat, bool is_inline, const json_t *row,
                              size_t *total, json_t *out_rows) {
    json_t *kept_row = json_array(), *button;
    size_t i;
    enum status status = STATUS_OK;
    json_array_foreach((json_t *)(uintptr_t)row, i, button) {
        json_t *kept = NULL;
        if (is_empty(button))
            continue;
        if (json_array_size(kept_row) == ROW_MAX || *total == BUTTONS_MAX)
            break;
        status = is_inline ? finish_inline(call, button, &kept) : finish_button(call, chat, button, &kept);
        if (status != STATUS_OK)
            break;
        json_array_append_new(kept_row, kept);
        ++*total;
    }
    if (json_array_size(kept_row) > 0)
        json_array_append(out_rows, kept_row);
    json_decref(kept_row);
    return status;
}

static enum status finish_rows(struct call *call, const struct chat *chat, json_t **markup) {
    bool is_inline = markup_is_inline(*markup);
    const char *key = is_inline ? "inline_keyboard" : "keyboard";
    json_t *rows = json_object_get(*markup, key), *row, *kept = json_array();
    size_t i, total = 0;
    json_array_foreach(rows, i, row) {
        enum status status = finish_row(call, chat, is_inline, row, &total, kept);
        if (status != STATUS_OK) {
            json_decref(kept);
            return status;
        }
    }
    json_t *whole = is_inline ? json_object() : json_deep_copy(*markup);
    json_object_set(whole, key, kept);
    json_decref(*markup);
    *markup = json_array_size(kept) > 0 ? json_incref(whole) : NULL;
    json_decref(whole);
    json_decref(kept);
    return STATUS_OK;
}

enum status call_finish_markup(struct call *call, const struct chat *chat, bool inline_only, json_t **markup) {
    if (!*markup)
        return STATUS_OK;
    if (inline_only && !markup_is_inline(*markup))
        return call_refuse(call, ERROR_MARKUP_INLINE_ONLY, NULL);
    if (json_array_size(json_object_get(*markup, "keyboard")) > 0 || markup_is_inline(*markup)) {
        enum status status = finish_rows(call, chat, markup);
        if (status != STATUS_OK || !*markup)
            return status;
    }
    char *text = json_dumps(*markup, JSON_COMPACT);
    bool too_long = strlen(text) > MARKUP_BYTES_MAX * (markup_is_inline(*markup) ? 1 : 2);
    free(text);
    return too_long ? call_refuse(call, ERROR_MARKUP_TOO_LONG, NULL) : STATUS_OK;
}
