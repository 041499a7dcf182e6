/* Staff management, for super-admins: who joins, who leaves, who is there. The person concerned decides: their
 * document's write carries the new role, the word to them and that their tickets go back. A super-admin is never
 * dismissed from here, so that presses alone cannot leave the bot without one; docs/adr/0008 says how the command line
 * keeps the last. */
#include "core/utf.h"
#include "handlers/handlers.h"

static const char *id_text(const struct context *context, int64_t id) {
    return arena_printf(context->arena, "%lld", (long long)id);
}

static const char *person_name(const struct context *context) {
    const struct user *person = context->person;
    return person->name ? person->name : id_text(context, person->doc.id);
}

/* --- the menu --- */

void handle_staff_menu(const struct context *context, struct change *change) {
    form_leave(context, change);
    service(context, change, TEXT_STAFF_MENU, KEYBOARD_MENU_STAFF);
}

void handle_staff_back(const struct context *context, struct change *change) {
    form_leave(context, change);
    service(context, change, TEXT_MENU_SHOWN, KEYBOARD_MENU);
}

/* A list has no room for the menu's keyboard, which comes before it. */
static void show_people(const struct context *context, struct change *change, enum list list) {
    form_leave(context, change);
    service(context, change, TEXT_STAFF_MENU, KEYBOARD_MENU_STAFF);
    show_list(context, change, list, 0);
}

void handle_staff_list(const struct context *context, struct change *change) {
    show_people(context, change, LIST_STAFF);
}

void handle_staff_remove(const struct context *context, struct change *change) {
    show_people(context, change, LIST_DISMISS);
}

/* --- another role --- */

static enum text role_word(enum role role) {
    static const enum text words[ROLE_COUNT] = {[ROLE_USER] = TEXT_STAFF_GOODBYE,
                                                [ROLE_ADMIN] = TEXT_STAFF_WELCOME,
                                                [ROLE_SUPER_ADMIN] = TEXT_STAFF_WELCOME_SUPER};
    return words[role];
}

static bool reachable(const struct user *user) {
    return user->started && !user->blocked;
}

size_t role_change(struct arena *arena, int64_t now, enum lang default_lang, struct user *user, enum role role,
                   struct owed ret_owe[OWED_PER_DECISION_MAX]) {
    size_t count = 0;
    conversation_leave(user, now);
    user->role = role;
    user->leaving = false;
    user->banned = user->banned && role == ROLE_USER;
    if (role == ROLE_USER)
        ret_owe[count++] = (struct owed){.kind = OWED_RETURN_TICKETS};
    if (!reachable(user) || user->doc.owes.count >= OWED_MAX / 2) /* the role must not fail for want of room */
        return count;
    ret_owe[count++] = (struct owed){.kind = OWED_MESSAGE,
                                     .chat = user->doc.id,
                                     .text = text_name(role_word(role)),
                                     .keyboard = keyboard_name(KEYBOARD_MENU)};
    if (commands_change(arena, user, default_lang))
        ret_owe[count++] = (struct owed){.kind = OWED_COMMANDS, .chat = user->doc.id};
    return count;
}

/* An answer of one who has as many waiting as there is room for: what the dismissal owes goes before it. 0: there is
 * room. */
static int64_t makes_room(const struct owed_list *owes, size_t wanted) {
    for (size_t i = owes->count; owes->count + wanted > OWED_MAX && i > 0; i--)
        if (owes->items[i - 1].kind == OWED_MESSAGE)
            return owes->items[i - 1].id;
    return 0;
}

static void decide_role(const struct context *context, struct change *change, enum role role) {
    struct user *after = ARENA_NEW(context->arena, struct user);
    struct decision *decision = &change->decision;
    *after = *context->person;
    *decision = (struct decision){.collection = COLLECTION_USERS, .before = context->person, .after = after};
    if (after->created_at == 0)
        after->created_at = context->now;
    decision->owe_count = role_change(context->arena, context->now, context->default_lang, after, role, decision->owe);
    decision->settle = makes_room(&after->doc.owes, decision->owe_count);
}

/* --- adding --- */

void handle_staff_add(const struct context *context, struct change *change) {
    form_leave(context, change);
    change->user.state = state_name(STATE_STAFF_ADD);
    service(context, change, state_question(STATE_STAFF_ADD), step_keyboard(STATE_STAFF_ADD));
}

void handle_staff_add_cancel(const struct context *context, struct change *change) {
    form_leave(context, change);
    service(context, change, TEXT_STAFF_KEPT, KEYBOARD_MENU_STAFF);
}

/* What the super-admin hears of one who has just been added. */
static enum text added_text(const struct user *person) {
    if (!person->started)
        return TEXT_STAFF_ADDED_WAITING;
    return person->blocked ? TEXT_STAFF_ADDED_BLOCKED : TEXT_STAFF_ADDED;
}

void handle_staff_named(const struct context *context, struct change *change) {
    if (context->step.complaint) {
        if (!context->step.silent)
            reply(context, change, context->step.complaint, KEYBOARD_NONE, NULL);
        change->user.form = context->step.form;
        return;
    }
    form_leave(context, change);
    if (context->user->role != ROLE_SUPER_ADMIN) {
        reply(context, change, TEXT_SUPER_ADMIN_ONLY, KEYBOARD_MENU, NULL);
        return;
    }
    enum text text = added_text(context->person);
    if (!context->done && user_is_staff(context->person))
        text = TEXT_STAFF_ALREADY;
    else if (!context->done)
        decide_role(context, change, ROLE_ADMIN);
    reply(context, change, text, KEYBOARD_MENU_STAFF, "name", person_name(context), "id",
          id_text(context, context->number), NULL);
}

/* --- dismissing --- */

static void show_again(const struct context *context, struct change *change) {
    show_list(context, change, LIST_DISMISS, context->update->callback_query.message_id);
}

/* TEXT_NONE: they can be dismissed. No button of ours leads to the first two. */
static enum text refusal(const struct context *context, struct change *change) {
    const struct user *person = context->person;
    if (!person || !user_is_staff(person))
        return TEXT_DISMISS_NOBODY;
    enum text no = person->doc.id == context->user->doc.id ? TEXT_DISMISS_SELF
                   : person->role == ROLE_SUPER_ADMIN      ? TEXT_DISMISS_SUPER_ADMIN
                                                           : TEXT_NONE;
    change->forged = no != TEXT_NONE;
    return no;
}

static void say(const struct context *context, struct change *change, enum text text) {
    const char *name = context->person ? person_name(context) : id_text(context, context->number);
    answer_with(context, change, true, text, "name", name, NULL);
}

void handle_dismiss_ask(const struct context *context, struct change *change) {
    enum text no = refusal(context, change);
    if (no) {
        say(context, change, no);
        show_again(context, change);
        return;
    }
    answer(context, change, TEXT_NONE, false);
    edit_pressed(context, change, TEXT_DISMISS_SURE, KEYBOARD_DISMISS_SURE, context->number, "name",
                 person_name(context), "id", id_text(context, context->number), NULL);
}

void handle_dismiss_sure(const struct context *context, struct change *change) {
    enum text no = context->done ? TEXT_NONE : refusal(context, change);
    if (!no && !context->done)
        decide_role(context, change, ROLE_USER);
    say(context, change, no ? no : TEXT_DISMISSED);
    show_again(context, change);
}

void handle_dismiss_keep(const struct context *context, struct change *change) {
    answer(context, change, TEXT_NONE, false);
    show_again(context, change);
}
