/* First contact, help, language, and polite words for what leads nowhere. */
#include <string.h>

#include "handlers/handlers.h"

void handle_start(const struct context *context, struct change *change) {
    form_leave(context, change);
    const struct user *user = &change->user;
    enum text text = user_is_staff(user) ? TEXT_GREETING_STAFF : TEXT_GREETING;
    reply(context, change, text, KEYBOARD_MENU, "name", user->name, NULL);
}

/* The menu, unless a step's own keyboard is to stay. */
static enum keyboard keyboard_beside(const struct context *context) {
    return state_by_name(context->user->state) == STATE_IDLE ? KEYBOARD_MENU : KEYBOARD_NONE;
}

void handle_help(const struct context *context, struct change *change) {
    enum text text = user_is_staff(context->user) ? TEXT_HELP_STAFF : TEXT_HELP;
    reply(context, change, text, keyboard_beside(context), NULL);
}

void handle_group_help(const struct context *context, struct change *change) {
    reply(context, change, TEXT_HELP_GROUP, KEYBOARD_NONE, NULL);
}

void handle_id(const struct context *context, struct change *change) {
    const char *id = arena_printf(context->arena, "%lld", (long long)context->user->doc.id);
    reply(context, change, TEXT_YOUR_ID, KEYBOARD_NONE, "id", id, NULL);
}

void handle_lang(const struct context *context, struct change *change) {
    reply(context, change, TEXT_CHOOSE_LANG, KEYBOARD_LANGS, NULL);
}

/* The reply keyboards still show the old language: a message with the menu puts the new one in their place, unless a
 * form is open, whose own keyboard comes with its next question. */
void handle_lang_chosen(const struct context *context, struct change *change) {
    if (context->number >= LANG_COUNT) {
        handle_stale_button(context, change);
        return;
    }
    change->user.lang = lang_code((enum lang)context->number);
    answer(context, change, TEXT_NONE, false);
    strip_buttons(context, change);
    reply(context, change, TEXT_LANG_CHOSEN, keyboard_beside(context), NULL);
}

/* Once for an album, whose items are messages of their own. */
void handle_hint(const struct context *context, struct change *change) {
    const char *album = context->update->message.media_group_id, *last = context->user->form.refused_album;
    if (album && last && strcmp(album, last) == 0)
        return;
    change->user.form.refused_album = album;
    reply(context, change, TEXT_HINT, keyboard_beside(context), NULL);
}

void handle_stale_button(const struct context *context, struct change *change) {
    change->forged = true;
    answer(context, change, TEXT_STALE_BUTTON, true);
    strip_buttons(context, change);
}

/* Of one who was dismissed, most likely: their old messages still have the buttons of staff. */
void handle_no_rights(const struct context *context, struct change *change) {
    change->forged = true;
    answer(context, change, user_is_staff(context->user) ? TEXT_SUPER_ADMIN_ONLY : TEXT_NO_RIGHTS, true);
    strip_buttons(context, change);
}

/* The person blocked the bot, or let it in again. */
void handle_member(const struct context *context, struct change *change) {
    change->user.blocked = !context->update->my_chat_member.can_write;
}

void handle_too_fast(const struct context *context, struct change *change) {
    if (context->update->kind == TG_UPDATE_CALLBACK_QUERY)
        answer(context, change, TEXT_TOO_FAST, true);
    else
        reply(context, change, TEXT_TOO_FAST, KEYBOARD_NONE, NULL);
}
