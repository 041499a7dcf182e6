#include "handlers/context.h"

#include <stdarg.h>

/* Callback queries can be answered for a short while only (telegram-bot-api, Client.cpp: the update lives 150 s). */
enum { ANSWER_LIFETIME = 150 * 1000 };

enum lang user_lang(const struct user *user, enum lang default_lang) {
    return lang_by_code(user->lang ? user->lang : user->language_code, default_lang);
}

enum keyboard user_menu(const struct user *user) {
    static const enum keyboard menus[ROLE_COUNT] = {[ROLE_USER] = KEYBOARD_MENU_USER,
                                                    [ROLE_ADMIN] = KEYBOARD_MENU_ADMIN,
                                                    [ROLE_SUPER_ADMIN] = KEYBOARD_MENU_SUPER_ADMIN};
    return menus[user->role];
}

bool user_is_staff(const struct user *user) {
    return user->role >= ROLE_ADMIN;
}

enum text ticket_status_text(enum ticket_status status) {
    static const enum text texts[TICKET_STATUS_COUNT] = {[TICKET_WAITING] = TEXT_STATUS_WAITING,
                                                         [TICKET_ACCEPTED] = TEXT_STATUS_ACCEPTED,
                                                         [TICKET_COMPLETED] = TEXT_STATUS_COMPLETED,
                                                         [TICKET_REJECTED] = TEXT_STATUS_REJECTED,
                                                         [TICKET_CANCELLED] = TEXT_STATUS_CANCELLED};
    return texts[status];
}

int64_t context_chat(const struct context *context) {
    switch (context->update->kind) {
    case TG_UPDATE_MESSAGE:
    case TG_UPDATE_EDITED_MESSAGE:
        return context->update->message.chat.id;
    case TG_UPDATE_CALLBACK_QUERY:
        if (context->update->callback_query.chat_id)
            return context->update->callback_query.chat_id;
        return context->update->callback_query.from.id;
    default:
        return context->user->doc.id;
    }
}

struct owed *owe(const struct context *context, struct change *change, enum owed_kind kind) {
    if (change->owe_count == OWED_PER_UPDATE_MAX)
        return NULL;
    struct owed *item = &change->owe[change->owe_count++];
    *item = (struct owed){.kind = kind, .chat = context_chat(context)};
    if (context->update->kind == TG_UPDATE_MESSAGE)
        item->thread = context->update->message.thread_id;
    return item;
}

/* NULL-terminated pairs name, value. */
static struct owed_arg_list collect(struct arena *arena, va_list list) {
    struct owed_arg_list args = {arena_array(arena, OWED_ARGS_MAX, sizeof(struct owed_arg)), 0};
    for (const char *name; args.count < OWED_ARGS_MAX && (name = va_arg(list, const char *));)
        args.items[args.count++] = (struct owed_arg){name, va_arg(list, const char *)};
    return args;
}

void reply(const struct context *context, struct change *change, enum text text, enum keyboard keyboard, ...) {
    struct owed *item = owe(context, change, OWED_MESSAGE);
    if (!item)
        return;
    item->text = text_name(text);
    item->keyboard = keyboard == KEYBOARD_NONE ? NULL : keyboard_name(keyboard);
    va_list list;
    va_start(list, keyboard);
    item->args = collect(context->arena, list);
    va_end(list);
}

void service(const struct context *context, struct change *change, enum text text, enum keyboard keyboard) {
    size_t before = change->owe_count;
    reply(context, change, text, keyboard, NULL);
    if (change->owe_count > before)
        change->owe[before].service = true;
}

enum keyboard step_keyboard(enum state state) {
    enum keyboard keyboard = KEYBOARD_NONE;
    if (keyboard_by_name(state_name(state), &keyboard) && state_is_form(state))
        return KEYBOARD_FORM_DESCRIPTION;
    return keyboard;
}

void ask_step(const struct context *context, struct change *change, enum state state) {
    change->user.state = state_name(state);
    reply(context, change, state_question(state), step_keyboard(state), NULL);
}

void edit_pressed(const struct context *context, struct change *change, enum text text, enum keyboard keyboard,
                  int64_t number, ...) {
    struct owed *item = owe(context, change, OWED_EDIT);
    if (!item)
        return;
    item->message = context->update->callback_query.message_id;
    item->text = text_name(text);
    item->keyboard = keyboard == KEYBOARD_NONE ? NULL : keyboard_name(keyboard);
    item->number = number;
    va_list list;
    va_start(list, number);
    item->args = collect(context->arena, list);
    va_end(list);
}

void answer_with(const struct context *context, struct change *change, bool alert, enum text text, ...) {
    struct owed *item = owe(context, change, OWED_ANSWER);
    if (!item)
        return;
    item->text = text == TEXT_NONE ? NULL : text_name(text);
    item->callback_query_id = context->update->callback_query.id;
    item->alert = alert;
    item->not_after = context->now + ANSWER_LIFETIME;
    va_list list;
    va_start(list, text);
    item->args = collect(context->arena, list);
    va_end(list);
}

void answer(const struct context *context, struct change *change, enum text text, bool alert) {
    answer_with(context, change, alert, text, NULL);
}

void strip_buttons(const struct context *context, struct change *change) {
    struct owed *item = context->update->callback_query.message_id ? owe(context, change, OWED_STRIP) : NULL;
    if (item)
        item->message = context->update->callback_query.message_id;
}
