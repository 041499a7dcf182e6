#include "handlers/router.h"

#include <string.h>

#include "core/parse.h"
#include "core/utf.h"
#include "handlers/handlers.h"
#include "telegram/parse.h"

static bool private_chat(const struct tg_update *update) {
    switch (update->kind) {
    case TG_UPDATE_MESSAGE:
    case TG_UPDATE_EDITED_MESSAGE:
        return update->message.chat.type == TG_CHAT_PRIVATE;
    case TG_UPDATE_CALLBACK_QUERY:
        return update->callback_query.chat_id == 0 || update->callback_query.chat_type == TG_CHAT_PRIVATE;
    case TG_UPDATE_MY_CHAT_MEMBER:
        return update->my_chat_member.chat.type == TG_CHAT_PRIVATE;
    default:
        return false;
    }
}

/* --- the routes --- */

enum scope { SCOPE_PRIVATE, SCOPE_GROUP };

static const struct {
    const char *command;
    enum scope scope;
    enum role role;
    struct route route;
} commands[] = {
    {"start", SCOPE_PRIVATE, ROLE_USER, {"start", handle_start, 0}},
    {"help", SCOPE_PRIVATE, ROLE_USER, {"help", handle_help, 0}},
    {"help", SCOPE_GROUP, ROLE_USER, {"group_help", handle_group_help, 0}},
    {"cancel", SCOPE_PRIVATE, ROLE_USER, {"cancel", handle_cancel, 0}},
    {"id", SCOPE_PRIVATE, ROLE_USER, {"id", handle_id, 0}},
    {"id", SCOPE_GROUP, ROLE_USER, {"id", handle_id, 0}},
    {"lang", SCOPE_PRIVATE, ROLE_USER, {"lang", handle_lang, 0}},
    {"t", SCOPE_PRIVATE, ROLE_USER, {"ticket", handle_ticket_command, NEED_TICKET}},
    {"ban", SCOPE_PRIVATE, ROLE_ADMIN, {"ban", handle_ban, NEED_PERSON}},
    {"unban", SCOPE_PRIVATE, ROLE_ADMIN, {"unban", handle_unban, NEED_PERSON}},
    {"rooms", SCOPE_PRIVATE, ROLE_SUPER_ADMIN, {"rooms", handle_rooms, NEED_ROOM | NEED_ROOMS}},
};

/* Only labels of one's own menu get here, so that the menus' tables are the role column. */
static const struct {
    enum text label;
    struct route route;
} labels[] = {
    {TEXT_LABEL_NEW_TICKET, {"new_ticket", handle_new_ticket, NEED_OPEN_TICKETS}},
    {TEXT_LABEL_MY_TICKETS, {"my_tickets", handle_my_tickets, 0}},
    {TEXT_LABEL_CALL, {"call", handle_call, 0}},
    {TEXT_LABEL_CANCEL_TICKET, {"cancel_ticket", handle_cancel_ticket, 0}},
    {TEXT_LABEL_ACTIVE_TICKETS, {"active_tickets", handle_active_tickets, 0}},
    {TEXT_LABEL_BROADCAST, {"broadcast", handle_broadcast, 0}},
    {TEXT_LABEL_ALL_TICKETS, {"all_tickets", handle_all_tickets, 0}},
    {TEXT_LABEL_DATABASE, {"report", handle_report, 0}},
    {TEXT_LABEL_STAFF, {"staff", handle_staff_menu, 0}},
    {TEXT_LABEL_STAFF_ADD, {"staff_add", handle_staff_add, 0}},
    {TEXT_LABEL_STAFF_REMOVE, {"staff_remove", handle_staff_remove, 0}},
    {TEXT_LABEL_STAFF_LIST, {"staff_list", handle_staff_list, 0}},
    {TEXT_LABEL_STAFF_BACK, {"staff_back", handle_staff_back, 0}},
};

static const struct {
    enum verb verb;
    enum role role;
    struct route route;
} callbacks[] = {
    {VERB_DRAFT, ROLE_USER, {"draft", handle_draft, 0}},
    {VERB_LANG, ROLE_USER, {"lang_chosen", handle_lang_chosen, 0}},
    {VERB_ACCEPT, ROLE_ADMIN, {"accept", handle_accept, NEED_TICKET}},
    {VERB_COMPLETE, ROLE_ADMIN, {"complete", handle_complete, NEED_TICKET}},
    {VERB_RETURN, ROLE_ADMIN, {"return", handle_return, NEED_TICKET}},
    {VERB_REJECT, ROLE_ADMIN, {"reject", handle_reject, NEED_TICKET}},
    {VERB_CAST_SEND, ROLE_ADMIN, {"cast_send", handle_cast_send, 0}},
    {VERB_CAST_DROP, ROLE_ADMIN, {"cast_drop", handle_cast_drop, 0}},
    {VERB_CAST_PAUSE, ROLE_ADMIN, {"cast_pause", handle_cast_pause, NEED_BROADCAST}},
    {VERB_CAST_GO_ON, ROLE_ADMIN, {"cast_go_on", handle_cast_go_on, NEED_BROADCAST}},
    {VERB_CAST_STOP, ROLE_ADMIN, {"cast_stop", handle_cast_stop, NEED_BROADCAST}},
    {VERB_PAGE, ROLE_USER, {"page", handle_page, 0}},
    {VERB_OPEN, ROLE_USER, {"open", handle_open, NEED_TICKET}},
    {VERB_CANCEL, ROLE_USER, {"cancel_ask", handle_cancel_ask, NEED_TICKET}},
    {VERB_CANCEL_SURE, ROLE_USER, {"cancel_sure", handle_cancel_sure, NEED_TICKET}},
    {VERB_CANCEL_KEEP, ROLE_USER, {"cancel_keep", handle_cancel_keep, 0}},
    {VERB_REPORT, ROLE_ADMIN, {"report_again", handle_report_again, 0}},
    {VERB_BACKUP, ROLE_SUPER_ADMIN, {"backup", handle_backup, 0}},
    {VERB_DISMISS, ROLE_SUPER_ADMIN, {"dismiss_ask", handle_dismiss_ask, NEED_PERSON}},
    {VERB_DISMISS_SURE, ROLE_SUPER_ADMIN, {"dismiss_sure", handle_dismiss_sure, NEED_PERSON}},
    {VERB_DISMISS_KEEP, ROLE_SUPER_ADMIN, {"dismiss_keep", handle_dismiss_keep, 0}},
    {VERB_ROOMS, ROLE_SUPER_ADMIN, {"rooms_back", handle_rooms_back, 0}},
    {VERB_ROOM, ROLE_SUPER_ADMIN, {"room", handle_room, NEED_ROOM}},
    {VERB_ROOM_REMOVE, ROLE_SUPER_ADMIN, {"room_remove", handle_room_remove, NEED_ROOM}},
    {VERB_ROOM_REMOVE_SURE, ROLE_SUPER_ADMIN, {"room_remove_sure", handle_room_remove_sure, NEED_ROOM}},
    {VERB_CALL_TAKE, ROLE_ADMIN, {"call_take", handle_call_take, NEED_CALL}},
    {VERB_CALL_DECLINE, ROLE_ADMIN, {"call_decline", handle_call_decline, NEED_CALL}},
    {VERB_CALL_OLD, ROLE_ADMIN, {"old_call", handle_old_call, 0}},
};

/* What is said within a conversation, by the states that it has: an answer to its step, «⬅️ Назад», «✖️
 * Скасувати» or /cancel. */
static const struct conversation {
    enum state first, last;
    struct route step, back, cancel;
} conversations[] = {
    {STATE_FORM_NAME,
     STATE_FORM_PRIORITY,
     {"form_step", handle_form_step, 0},
     {"form_back", handle_form_back, 0},
     {"form_cancel", handle_form_cancel, 0}},
    {STATE_CAST_TEXT,
     STATE_CAST_MEDIA,
     {"cast_step", handle_cast_step, 0},
     {"cast_back", handle_cast_back, 0},
     {"cast_cancel", handle_cast_cancel, 0}},
    {STATE_REJECT_REASON,
     STATE_REJECT_REASON,
     {"reason", handle_reason, NEED_TICKET},
     {"reason_cancel", handle_reason_cancel, 0},
     {"reason_cancel", handle_reason_cancel, 0}},
    {STATE_STAFF_ADD,
     STATE_STAFF_ADD,
     {"staff_named", handle_staff_named, NEED_PERSON},
     {"staff_add_cancel", handle_staff_add_cancel, 0},
     {"staff_add_cancel", handle_staff_add_cancel, 0}},
};

static const struct route route_file = {"form_file", handle_form_step, NEED_OPEN_TICKETS | NEED_TICKET_NUMBER},
                          route_edit = {"form_edit", handle_form_edit, 0},
                          route_room = {"start_room", handle_start_room, NEED_ROOM},
                          route_hint = {"hint", handle_hint, 0}, route_stale = {"stale_button", handle_stale_button, 0},
                          route_no_rights = {"no_rights", handle_no_rights, 0},
                          route_banned = {"banned", handle_banned, 0},
                          route_too_fast = {"too_fast", handle_too_fast, 0},
                          route_member = {"member", handle_member, 0}, route_nothing = {"nothing", NULL, 0};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* "/start room_7" and "/id@our_bot": the command's word. Whose name stands behind the @ is not looked at: Telegram
 * gives a command for another bot only to administrators of a group. A word that is none of ours gets a hint and is no
 * answer to a form's question; «/dev/sda is full» is no command. */
#define WORD_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
static const struct route *command_route(const struct tg_message *message, enum scope scope, enum role role) {
    if (!message->text || message->text[0] != '/')
        return NULL;
    size_t length = strcspn(message->text + 1, " @\n");
    for (size_t i = 0; i < COUNT(commands); i++)
        if (commands[i].scope == scope && commands[i].role <= role && strlen(commands[i].command) == length &&
            strncasecmp(message->text + 1, commands[i].command, length) == 0)
            return &commands[i].route;
    bool alone = length > 0 && strspn(message->text + 1, WORD_BYTES "@") == strlen(message->text + 1);
    return scope == SCOPE_PRIVATE && alone ? &route_hint : NULL;
}

/* "/t 1042", "/ban № 1042": the number behind a command; 0: none. Some keyboards put a no-break space behind a sign. */
static void read_number(struct context *context, const char *text) {
    static const char *const signs[] = {"№", "#"};
    const char *line = utf_clean_line(context->arena, text), *at = line + strcspn(line, " ");
    at += strspn(at, " ");
    for (size_t i = 0; i < COUNT(signs); i++)
        if (strncmp(at, signs[i], strlen(signs[i])) == 0) {
            context->by_ticket = true;
            at += strlen(signs[i]);
            at += strspn(at, " ");
        }
    if (parse_i64_bytes(at, strcspn(at, " "), 1, INT64_MAX, &context->number))
        context->number = 0;
}

/* "/start room_7", as a room's link sends it, or "/rooms 7": the code; NULL: there is none that could be one. */
static const char *room_code(struct arena *arena, const char *text, const char *prefix) {
    const char *at = text + strcspn(text, " \n");
    at += strspn(at, " \n");
    if (strncmp(at, prefix, strlen(prefix)) != 0)
        return NULL;
    at += strlen(prefix);
    size_t length = strspn(at, WORD_BYTES "-");
    bool ends = at[length] == '\0' || at[length] == ' ' || at[length] == '\n';
    return length >= 1 && length <= CODE_BYTES_MAX && ends ? arena_strndup(arena, at, length) : NULL;
}

/* The labels of staff management count for a super-admin at all times, whichever of the two menus is shown: the chat
 * shows what came last, which need not be what the session was last about. */
static const struct route *label_route(const struct context *context) {
    const char *typed = context->update->message.text;
    enum text label = keyboard_label(context->arena, user_menu(context->user), typed);
    if (label == TEXT_NONE && context->user->role == ROLE_SUPER_ADMIN)
        label = keyboard_label(context->arena, KEYBOARD_MENU_STAFF, typed);
    for (size_t i = 0; label && i < COUNT(labels); i++)
        if (labels[i].label == label)
            return &labels[i].route;
    return NULL;
}

/* --- the form --- */

static struct input make_input(const struct context *context, enum state state) {
    const struct tg_message *message = &context->update->message;
    struct input input = {.event = EVENT_OTHER,
                          .text = message->text,
                          .caption = message->caption,
                          .album = message->media_group_id,
                          .message_id = message->id,
                          .now = context->now};
    if (state == STATE_STAFF_ADD && (message->forwarded || message->shared_user)) {
        input.event = EVENT_PERSON;
        input.person = message->forward_from ? message->forward_from->id : message->shared_user;
        input.is_bot = message->forward_from && message->forward_from->is_bot;
    } else if (message->contact) {
        input.event = EVENT_CONTACT;
        input.phone = message->contact->phone_number;
        input.person = message->contact->user_id;
        input.own_contact = message->contact->user_id == context->user->doc.id;
    } else if (message->media.kind == TG_MEDIA_PHOTO || message->media.kind == TG_MEDIA_DOCUMENT) {
        input.event = EVENT_MEDIA;
        input.media = (struct media){message->media.kind, message->media.file_id};
    } else if (message->media.kind == TG_MEDIA_VIDEO) {
        input.event = EVENT_VIDEO;
        input.media = (struct media){message->media.kind, message->media.file_id};
    } else if (message->text) {
        input.label = keyboard_label(context->arena, step_keyboard(state), message->text);
        input.event = input.label ? EVENT_LABEL : EVENT_TEXT;
    }
    return input;
}

static int64_t person_named(const struct fsm_result *step) {
    int64_t id = 0;
    return step->complaint || parse_i64(step->answer, 1, INT64_MAX, &id) ? 0 : id;
}

/* NULL: the person is in none. */
static const struct conversation *conversation_of(enum state state) {
    for (size_t i = 0; i < COUNT(conversations); i++)
        if (state >= conversations[i].first && state <= conversations[i].last)
            return &conversations[i];
    return NULL;
}

static const struct route *step_route(struct context *context, const struct conversation *conversation,
                                      enum state state) {
    context->input = make_input(context, state);
    if (context->input.label == TEXT_LABEL_BACK)
        return &conversation->back;
    if (context->input.label == TEXT_LABEL_CANCEL)
        return &conversation->cancel;
    context->step = fsm_step(context->arena, state, &context->user->form, &context->input);
    if (state == STATE_STAFF_ADD)
        context->number = person_named(&context->step);
    return context->step.next == STATE_FORM_FILED ? &route_file : &conversation->step;
}

/* A message edited into a command or a label is neither a press nor an answer. */
static const struct route *edit_route(struct context *context) {
    enum state state = state_by_name(context->user->state);
    if (command_route(&context->update->message, SCOPE_PRIVATE, context->user->role) || label_route(context))
        return &route_nothing;
    context->input = make_input(context, state_before(state));
    bool edited = fsm_edit(context->arena, state, &context->user->form, &context->input, &context->step);
    return edited ? &route_edit : &route_nothing;
}

/* --- by kind of update --- */

static const struct route *message_route(struct context *context) {
    const struct tg_message *message = &context->update->message;
    if (!private_chat(context->update)) {
        const struct route *route = command_route(message, SCOPE_GROUP, ROLE_USER);
        return route ? route : &route_nothing;
    }
    enum state state = state_by_name(context->user->state);
    const struct conversation *conversation = conversation_of(state);
    const struct route *route = command_route(message, SCOPE_PRIVATE, context->user->role);
    if (route && route->handler == handle_cancel && conversation)
        return &conversation->cancel;
    if (route)
        read_number(context, message->text);
    else
        context->number = context->user->target;
    if (route && route->handler == handle_start)
        context->room_code = room_code(context->arena, message->text, "room_");
    if (context->room_code)
        return &route_room;
    if (route && route->handler == handle_rooms)
        context->room_code = room_code(context->arena, message->text, "");
    if (!route)
        route = label_route(context);
    if (route)
        return route;
    if (message->service)
        return &route_nothing;
    return conversation ? step_route(context, conversation, state) : &route_hint;
}

static enum status decode(struct context *context) {
    const char *data = context->update->callback_query.data;
    if (callback_decode(data, &context->callback) == STATUS_OK)
        return STATUS_OK;
    context->legacy = callback_decode_legacy(data, &context->callback) == STATUS_OK;
    return context->legacy ? STATUS_OK : STATUS_INVALID;
}

static const struct route *callback_route(struct context *context) {
    if (!private_chat(context->update) || decode(context))
        return &route_stale;
    context->number = context->callback.numbers[0];
    for (size_t i = 0; i < COUNT(callbacks); i++)
        if (callbacks[i].verb == context->callback.verb)
            return context->user->role >= callbacks[i].role ? &callbacks[i].route : &route_no_rights;
    return &route_stale;
}

bool router_wants(const struct tg_update *update) {
    const struct tg_user *from = tg_update_from(update);
    if (!from || from->is_bot)
        return false;
    if (update->kind == TG_UPDATE_CALLBACK_QUERY || private_chat(update))
        return true;
    return update->kind == TG_UPDATE_MESSAGE && command_route(&update->message, SCOPE_GROUP, ROLE_USER) != NULL;
}

/* Beyond the person's rate: one word, then silence; but every press is answered. */
static const struct route *too_fast_route(const struct context *context) {
    bool press = context->update->kind == TG_UPDATE_CALLBACK_QUERY;
    return press || (context->say_so && private_chat(context->update)) ? &route_too_fast : &route_nothing;
}

const struct route *router_find(struct context *context) {
    if (context->user->banned && !user_is_staff(context->user) && context->update->kind != TG_UPDATE_MY_CHAT_MEMBER)
        return context->update->kind == TG_UPDATE_CALLBACK_QUERY ? &route_banned : &route_nothing;
    if (context->too_fast)
        return too_fast_route(context);
    switch (context->update->kind) {
    case TG_UPDATE_MESSAGE:
        return message_route(context);
    case TG_UPDATE_EDITED_MESSAGE:
        return edit_route(context);
    case TG_UPDATE_CALLBACK_QUERY:
        return callback_route(context);
    case TG_UPDATE_MY_CHAT_MEMBER:
        return &route_member;
    default:
        return &route_nothing;
    }
}

/* --- the person --- */

static const char *full_name(struct arena *arena, const struct tg_user *from) {
    const char *name = from->first_name ? from->first_name : "";
    if (from->last_name)
        name = arena_printf(arena, "%s %s", name, from->last_name);
    name = utf_clean_line(arena, name);
    return utf16_shorten(arena, *name ? name : "—", 100);
}

bool commands_change(struct arena *arena, struct user *user, enum lang default_lang) {
    const char *wanted = arena_printf(arena, "%s-%s", role_name(user->role), lang_code(user_lang(user, default_lang)));
    bool plain_user = user->role == ROLE_USER && !user->lang;
    if (plain_user ? !user->commands : user->commands && strcmp(user->commands, wanted) == 0)
        return false;
    user->commands = plain_user ? NULL : wanted;
    return true;
}

/* The command list of one's chat follows role and language. */
static void owe_commands(const struct context *context, struct change *change) {
    struct user as_now = change->user;
    if (!commands_change(context->arena, &as_now, context->default_lang))
        return;
    struct owed *item = owe(context, change, OWED_COMMANDS);
    if (!item)
        return;
    item->chat = as_now.doc.id;
    change->user.commands = as_now.commands;
}

/* Staff who can be written to again, or for the first time, get the cards that were given up meanwhile. */
static void owe_cards(const struct context *context, struct change *change) {
    bool before = context->user->started && !context->user->blocked;
    bool now = change->user.started && !change->user.blocked;
    struct owed *item = user_is_staff(context->user) && now && !before ? owe(context, change, OWED_CARDS) : NULL;
    if (item)
        item->chat = change->user.doc.id;
}

static void refresh_profile(const struct context *context, struct change *change) {
    const struct tg_user *from = tg_update_from(context->update);
    struct user *user = &change->user;
    user->username = from->username;
    user->name = full_name(context->arena, from);
    user->language_code = from->language_code;
    if (user->created_at == 0)
        user->created_at = context->now;
    if (private_chat(context->update) && context->update->kind != TG_UPDATE_MY_CHAT_MEMBER) {
        user->started_at = user->started ? user->started_at : context->now;
        user->started = true;
        user->blocked = false;
    }
}

static void begin(const struct context *context, struct change *ret_change) {
    *ret_change = (struct change){.user = *context->user};
    refresh_profile(context, ret_change);
}

void router_run(const struct route *route, const struct context *context, struct change *ret_change) {
    begin(context, ret_change);
    if (route->handler)
        route->handler(context, ret_change);
    if (private_chat(context->update) && !ret_change->user.blocked)
        owe_commands(context, ret_change);
    owe_cards(context, ret_change);
}

void router_give_up(const struct context *context, const char *error_id, struct change *ret_change) {
    begin(context, ret_change);
    if (context->update->kind == TG_UPDATE_CALLBACK_QUERY)
        answer(context, ret_change, TEXT_NONE, false);
    reply(context, ret_change, TEXT_APOLOGY, KEYBOARD_NONE, "error", error_id, NULL);
    owe_cards(context, ret_change);
}
