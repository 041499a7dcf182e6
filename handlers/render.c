/* Owed items as messages. */
#include "handlers/render.h"

#include <string.h>

#include "core/utf.h"
#include "handlers/cast.h"
#include "handlers/lists.h"
#include "handlers/report.h"
#include "handlers/setup.h"
#include "handlers/tickets.h"
#include "telegram/html.h"

enum { ANSWER_MAX = 200 }; /* UTF-16 units of an answer to a press */

enum lang render_lang(const struct render *render) {
    return user_lang(render->recipient, render->default_lang);
}

const char *render_text(const struct render *render, enum text text, const struct text_arg *args, size_t count) {
    return text_format(render->arena, render_lang(render), text, args, count);
}

const struct tg_markup *render_markup(const struct render *render, enum keyboard keyboard, int64_t number) {
    struct keyboard_context context = {.lang = render_lang(render),
                                       .menu = user_menu(render->recipient),
                                       .number = number,
                                       .known_name = render->recipient->full_name,
                                       .known_phone = render->recipient->phone};
    return keyboard_build(render->arena, keyboard, &context);
}

size_t render_parts(const struct render *render, int64_t chat, const char *html, struct tg_call *calls, size_t count) {
    char **parts = NULL;
    size_t part_count = html_split(render->arena, html, TG_TEXT_MAX, &parts);
    for (size_t i = 0; i < part_count && count < RENDER_CALLS_MAX; i++)
        calls[count++] =
            (struct tg_call){.method = TG_METHOD_SEND_MESSAGE, .chat_id = chat, .text = parts[i], .html = true};
    return count;
}

static const char *item_text(const struct render *render, const struct owed *item, enum text text) {
    struct text_arg args[OWED_ARGS_MAX];
    size_t count = item->args.count < OWED_ARGS_MAX ? item->args.count : OWED_ARGS_MAX;
    for (size_t i = 0; i < count; i++)
        args[i] = (struct text_arg){.name = item->args.items[i].name ? item->args.items[i].name : "",
                                    .value = item->args.items[i].value};
    return render_text(render, text, args, count);
}

/* A question that is delivered late, when the conversation is elsewhere, must not leave the keyboard of its step
 * behind: it comes with the one of the step that is open now, or with the menu. */
static enum keyboard keyboard_now(const struct render *render, enum keyboard asked) {
    if (asked == KEYBOARD_MENU_STAFF && render->recipient->role != ROLE_SUPER_ADMIN)
        return KEYBOARD_MENU;
    if (state_by_name(keyboard_name(asked)) == STATE_IDLE)
        return asked;
    enum state state = state_by_name(render->recipient->state);
    return state == STATE_IDLE ? KEYBOARD_MENU : step_keyboard(state);
}

static size_t render_message(const struct render *render, const struct owed *item, struct tg_call *calls) {
    enum text text = TEXT_NONE;
    enum keyboard keyboard = KEYBOARD_NONE;
    if (text_by_name(item->text, &text) || (item->keyboard && keyboard_by_name(item->keyboard, &keyboard)))
        return 0;
    size_t count = render_parts(render, item->chat, item_text(render, item, text), calls, 0);
    for (size_t i = 0; i < count; i++)
        calls[i].thread_id = item->thread;
    calls[count - 1].markup = render_markup(render, keyboard_now(render, keyboard), item->number);
    return count;
}

/* --- in the place of another message --- */

bool owed_replaces(const struct owed *item) {
    return item->kind == OWED_EDIT || item->kind == OWED_LIST || item->kind == OWED_REPORT;
}

bool owed_continues(const struct owed *item) {
    return item->kind == OWED_MESSAGE && item->service;
}

size_t owed_continue(const struct owed *item, int64_t message, struct user *user, struct owed *ret_owe) {
    int64_t before = user->service_message;
    user->service_message = message;
    if (before == 0 || before == message)
        return 0;
    *ret_owe = (struct owed){.kind = OWED_DELETE, .chat = item->chat, .message = before};
    return 1;
}

/* calls[0] is a message to send: it becomes the edit, and the one behind it what is sent where that fails. */
static size_t replace(const struct owed *item, struct tg_call *calls, size_t count) {
    if (count == 0)
        return 0;
    calls[1] = calls[0];
    if (item->message) {
        calls[0].method = TG_METHOD_EDIT_MESSAGE_TEXT;
        calls[0].message_id = item->message;
    }
    return 2;
}

/* Without buttons: it is not kept true. */
static size_t render_snapshot(const struct render *render, const struct owed *item, struct tg_call *calls) {
    size_t count = render->ticket ? render_card(render, render->ticket, item->chat, 0, calls) : 0;
    if (count > 0)
        calls[count - 1].markup = NULL;
    return count;
}

/* As everybody will get it; the last message brings the menu back, which nobody sees in it. */
static size_t render_preview(const struct render *render, const struct owed *item, struct tg_call *calls) {
    const struct cast *cast = &render->recipient->cast;
    if (!cast->html)
        return 0;
    size_t count = render_cast(render->arena, cast->html, &cast->media, item->chat, calls);
    calls[count - 1].markup = render_markup(render, KEYBOARD_MENU, 0);
    return count;
}

static size_t render_answer(const struct render *render, const struct owed *item, struct tg_call *calls) {
    enum text text = TEXT_NONE;
    struct tg_call call = {.method = TG_METHOD_ANSWER_CALLBACK_QUERY,
                           .callback_query_id = item->callback_query_id,
                           .show_alert = item->alert};
    if (item->text && text_by_name(item->text, &text) == STATUS_OK)
        call.text =
            utf16_shorten(render->arena, html_to_plain(render->arena, item_text(render, item, text)), ANSWER_MAX);
    calls[0] = call;
    return 1;
}

/* An empty list is none: the default one shows again. */
static size_t render_commands(const struct render *render, const struct owed *item, struct tg_call *calls) {
    size_t count = 0;
    const struct tg_command *commands = NULL;
    if (render->recipient->commands)
        commands = setup_commands(render->arena, render_lang(render), &count);
    calls[0] = (struct tg_call){.method = commands ? TG_METHOD_SET_MY_COMMANDS : TG_METHOD_DELETE_MY_COMMANDS,
                                .chat_id = item->chat,
                                .commands = commands,
                                .command_count = count};
    return 1;
}

size_t render_owed(const struct render *render, const struct owed *item, struct tg_call ret_calls[RENDER_CALLS_MAX]) {
    memset(ret_calls, 0, RENDER_CALLS_MAX * sizeof(*ret_calls));
    switch (item->kind) {
    case OWED_MESSAGE:
        return render_message(render, item, ret_calls);
    case OWED_EDIT:
        return replace(item, ret_calls, render_message(render, item, ret_calls));
    case OWED_LIST:
        return replace(item, ret_calls, render_list(render, item, ret_calls));
    case OWED_REPORT:
        return replace(item, ret_calls, render_report(render, item, ret_calls));
    case OWED_CARD:
        return render_snapshot(render, item, ret_calls);
    case OWED_PREVIEW:
        return render_preview(render, item, ret_calls);
    case OWED_ANSWER:
        return render_answer(render, item, ret_calls);
    case OWED_STRIP:
        ret_calls[0] = (struct tg_call){
            .method = TG_METHOD_EDIT_MESSAGE_REPLY_MARKUP, .chat_id = item->chat, .message_id = item->message};
        return 1;
    case OWED_DELETE:
        ret_calls[0] =
            (struct tg_call){.method = TG_METHOD_DELETE_MESSAGE, .chat_id = item->chat, .message_id = item->message};
        return 1;
    case OWED_COMMANDS:
        return render_commands(render, item, ret_calls);
    case OWED_TICKET_FILED:
        return render->ticket ? render_filed(render, render->ticket, item->chat, ret_calls) : 0;
    default:
        return 0;
    }
}
