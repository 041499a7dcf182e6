/* Banning somebody who abuses the bot: their own document decides. */
#include "handlers/handlers.h"

/* Says something about the person to the staff member. */
static void say(const struct context *context, struct change *change, enum text text) {
    const struct user *person = context->person;
    const char *id = arena_printf(context->arena, "%lld", (long long)(person ? person->doc.id : context->number));
    reply(context, change, text, KEYBOARD_NONE, "id", id, "name", person && person->name ? person->name : "—", NULL);
}

/* Whoever has so much waiting already gets no word of it: for want of room they could not be banned at all, and the
 * staff member's own updates would wait for that. */
static bool has_room(const struct user *person) {
    return person->doc.owes.count < OWED_MAX / 2;
}

static void decide(const struct context *context, struct change *change, bool banned) {
    struct user *after = ARENA_NEW(context->arena, struct user);
    *after = *context->person;
    after->banned = banned;
    change->decision = (struct decision){.collection = COLLECTION_USERS,
                                         .before = context->person,
                                         .after = after,
                                         .owe_count = has_room(context->person) ? 1 : 0};
    change->decision.owe[0] = (struct owed){
        .kind = OWED_MESSAGE, .chat = after->doc.id, .text = text_name(banned ? TEXT_BANNED : TEXT_UNBANNED)};
}

static void set_banned(const struct context *context, struct change *change, bool banned) {
    const struct user *person = context->person;
    enum text done = banned ? TEXT_DONE_BANNED : TEXT_DONE_UNBANNED;
    if (context->number == 0)
        reply(context, change, TEXT_BAN_USAGE, KEYBOARD_NONE, NULL);
    else if (!person || person->doc.rev == 0)
        say(context, change, TEXT_NO_SUCH_PERSON);
    else if (user_is_staff(person))
        say(context, change, TEXT_STAFF_NOT_BANNED);
    else if (context->done)
        say(context, change, done);
    else if (person->banned == banned)
        say(context, change, banned ? TEXT_ALREADY_BANNED : TEXT_NOT_BANNED);
    else {
        decide(context, change, banned);
        say(context, change, done);
    }
}

void handle_ban(const struct context *context, struct change *change) {
    set_banned(context, change, true);
}

void handle_unban(const struct context *context, struct change *change) {
    set_banned(context, change, false);
}

/* A press is answered; nothing else is. */
void handle_banned(const struct context *context, struct change *change) {
    answer(context, change, TEXT_BANNED, true);
}
