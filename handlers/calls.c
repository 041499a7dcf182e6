/* «🔔 Виклик у серверну». The session's write makes the call, if its cool-down allows: of two presses at once one finds
 * the other's. The call decides who comes: the first «👍» is a conditional write. What the caller is told is owed by the
 * call, all of it, so that it comes in order. */
#include "handlers/calls.h"

#include <string.h>

#include "core/random.h"
#include "handlers/handlers.h"

/* --- making one --- */

/* Until the next one is allowed, ms. A call from further ahead than that was made under a clock that went wrong. */
static int64_t cooldown_left(const struct context *context) {
    int64_t last = context->user->last_call_at, passed = context->now - last;
    if (last == 0 || passed >= context->call_cooldown || passed <= -context->call_cooldown)
        return 0;
    return context->call_cooldown - (passed > 0 ? passed : 0);
}

/* "4:59"; what has begun of a second counts. */
static const char *minutes(struct arena *arena, int64_t ms) {
    long long seconds = (ms + SECOND - 1) / SECOND;
    return arena_printf(arena, "%lld:%02lld", seconds / 60, seconds % 60);
}

/* NULL: there is no such room. */
static const char *room_name(const struct context *context) {
    return context->room ? context->room->name : NULL;
}

static void make_call(const struct context *context, struct change *change) {
    int64_t left = cooldown_left(context);
    if (left > 0) {
        reply(context, change, TEXT_CALL_TOO_SOON, KEYBOARD_MENU, "left", minutes(context->arena, left), NULL);
        return;
    }
    struct owed *item = owe(context, change, OWED_CREATE_CALL);
    if (!item)
        return;
    item->number = random_id();
    if (context->room_code) {
        struct owed_arg *args = arena_array(context->arena, 2, sizeof(*args));
        args[0] = (struct owed_arg){"code", context->room_code};
        args[1] = (struct owed_arg){"room", room_name(context)};
        item->args = (struct owed_arg_list){args, 2};
    }
    change->user.last_call_at = context->now;
    change->user.last_call = item->number;
}

void handle_call(const struct context *context, struct change *change) {
    menu_before(context, change);
    make_call(context, change);
}

/* "/start room_7": pressing Start behind the link is the call. Staff look at a link, they call nobody. */
void handle_start_room(const struct context *context, struct change *change) {
    if (user_is_staff(context->user)) {
        form_leave(context, change);
        const char *room = room_name(context) ? room_name(context) : context->room_code;
        reply(context, change, TEXT_ROOM_LINK_STAFF, KEYBOARD_MENU, "room", room, NULL);
        return;
    }
    if (!context->user->started)
        reply(context, change, TEXT_GREETING, KEYBOARD_MENU, "name", change->user.name, NULL);
    handle_call(context, change);
}

static const char *arg_value(const struct owed *item, const char *name) {
    for (size_t i = 0; i < item->args.count; i++)
        if (strcmp(item->args.items[i].name, name) == 0)
            return item->args.items[i].value;
    return NULL;
}

/* A message to the caller, with at most two arguments. */
static void tell(struct arena *arena, struct call_step *step, enum text text, const char *name, const char *value,
                 const char *name2, const char *value2) {
    struct owed_arg *args = arena_array(arena, 2, sizeof(*args));
    args[0] = (struct owed_arg){name, value};
    args[1] = (struct owed_arg){name2, value2};
    step->owe[step->owe_count++] = (struct owed){.kind = OWED_MESSAGE,
                                                 .chat = step->call.caller,
                                                 .text = text_name(text),
                                                 .keyboard = keyboard_name(KEYBOARD_MENU),
                                                 .args = {args, name2  ? 2
                                                                : name ? 1
                                                                       : 0}};
}

void call_begin(struct arena *arena, const struct user *caller, const struct owed *item, int64_t now,
                struct call_step *ret_step) {
    const char *code = arg_value(item, "code"), *room = arg_value(item, "room");
    *ret_step = (struct call_step){.call = {.doc.id = item->number,
                                            .caller = caller->doc.id,
                                            .name = caller->full_name ? caller->full_name : caller->name,
                                            .username = caller->username,
                                            .phone = caller->form.phone ? caller->form.phone : caller->phone,
                                            .room = code,
                                            .room_name = room,
                                            .status = CALL_WAITING,
                                            .made_at = now,
                                            .changed_at = now}};
    if (room)
        tell(arena, ret_step, TEXT_CALL_MADE_ROOM, "room", room, NULL, NULL);
    else if (code)
        tell(arena, ret_step, TEXT_CALL_MADE_UNKNOWN, "code", code, NULL, NULL);
    else
        tell(arena, ret_step, TEXT_CALL_MADE, NULL, NULL, NULL, NULL);
    ret_step->owe[ret_step->owe_count++] = (struct owed){.kind = OWED_CALL_COUNT, .chat = caller->doc.id};
    ret_step->owe[ret_step->owe_count++] =
        (struct owed){.kind = OWED_CALL_DUE, .chat = caller->doc.id, .not_before = now + CALL_ANSWER_WITHIN};
}

/* --- what becomes of it by itself --- */

bool call_is_tried(const struct call *call) {
    for (size_t i = 0; i < call->doc.cards.count; i++)
        if (call->doc.cards.items[i].message == 0 && call->doc.cards.items[i].shown != CARD_GIVEN_UP)
            return false;
    return true;
}

static size_t count_reached(const struct call *call) {
    size_t count = 0;
    for (size_t i = 0; i < call->doc.cards.count; i++)
        count += call->doc.cards.items[i].message != 0;
    return count;
}

static bool has_declined(const struct call *call, int64_t who) {
    for (size_t i = 0; i < call->declined.count; i++)
        if (call->declined.items[i].who == who)
            return true;
    return false;
}

/* Whether all whom it reached have; only told once all cards are tried. */
static bool all_declined(const struct call *call) {
    for (size_t i = 0; i < call->doc.cards.count; i++)
        if (call->doc.cards.items[i].message != 0 && !has_declined(call, call->doc.cards.items[i].chat))
            return false;
    return call->counted && call->declined.count > 0;
}

/* Nobody need be waited for any more. */
static void set_status(struct call_step *step, enum call_status status, int64_t now) {
    const struct owed_list *owes = &step->call.doc.owes;
    for (size_t i = 0; i < owes->count; i++)
        if (owes->items[i].kind == OWED_CALL_DUE)
            step->settle = owes->items[i].id;
    step->call.status = status;
    step->call.changed_at = now;
    step->unseen = false;
}

static void decline_if_all(struct arena *arena, struct call_step *step, int64_t now) {
    if (step->call.status != CALL_WAITING || !all_declined(&step->call))
        return;
    set_status(step, CALL_DECLINED, now);
    tell(arena, step, TEXT_CALL_DECLINED, NULL, NULL, NULL, NULL);
}

/* One whose card could not be noted has reached whoever pressed its button. */
void call_count(struct arena *arena, const struct call *call, int64_t now, struct call_step *ret_step) {
    size_t reached = count_reached(call), total = call->doc.cards.count;
    *ret_step = (struct call_step){.call = *call, .unseen = true};
    ret_step->call.counted = true;
    if (call->status != CALL_WAITING)
        return;
    if (reached == 0) {
        set_status(ret_step, CALL_UNREACHED, now);
        ret_step->owe[ret_step->owe_count++] = (struct owed){.kind = OWED_CALL_RETURN, .chat = call->caller};
        tell(arena, ret_step, TEXT_CALL_UNREACHED, NULL, NULL, NULL, NULL);
        return;
    }
    tell(arena, ret_step, TEXT_CALL_REACHED, "reached", arena_printf(arena, "%zu", reached), "total",
         arena_printf(arena, "%zu", total));
    decline_if_all(arena, ret_step, now);
}

bool call_expire(struct arena *arena, const struct call *call, int64_t now, struct call_step *ret_step) {
    if (call->status != CALL_WAITING)
        return false;
    *ret_step = (struct call_step){.call = *call};
    set_status(ret_step, CALL_UNANSWERED, now);
    tell(arena, ret_step, TEXT_CALL_UNANSWERED, NULL, NULL, NULL, NULL);
    return true;
}

/* 0: it has been delivered. */
static int64_t word_of_coming(const struct call *call) {
    const struct owed_list *owes = &call->doc.owes;
    for (size_t i = 0; i < owes->count; i++)
        if (owes->items[i].text && strcmp(owes->items[i].text, text_name(TEXT_CALL_COMING)) == 0)
            return owes->items[i].id;
    return 0;
}

bool call_revoke(const struct call *call, int64_t now, struct call_step *ret_step) {
    int64_t word = word_of_coming(call);
    if (call->status != CALL_TAKEN || word == 0)
        return false;
    *ret_step = (struct call_step){.call = *call};
    set_status(ret_step, CALL_WAITING, now);
    ret_step->settle = word;
    ret_step->call.taken_by = 0;
    ret_step->call.taken_by_name = NULL;
    ret_step->owe[ret_step->owe_count++] =
        (struct owed){.kind = OWED_CALL_DUE, .chat = call->caller, .not_before = now + CALL_ANSWER_WITHIN};
    return true;
}

/* --- the buttons of its card --- */

static bool has_card(const struct call *call, int64_t chat) {
    for (size_t i = 0; i < call->doc.cards.count; i++)
        if (call->doc.cards.items[i].chat == chat)
            return true;
    return false;
}

/* Without the one who thinks better of it. */
static struct decline_list declined_without(struct arena *arena, const struct decline_list *list, int64_t who) {
    struct decline_list rest = {arena_array(arena, list->count + 1, sizeof(struct decline)), 0};
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].who != who)
            rest.items[rest.count++] = list->items[i];
    return rest;
}

static void decide(const struct context *context, struct change *change, const struct call_step *step) {
    struct call *after = ARENA_NEW(context->arena, struct call);
    *after = step->call;
    change->decision = (struct decision){.collection = COLLECTION_CALLS,
                                         .before = context->call,
                                         .after = after,
                                         .settle = step->settle,
                                         .unseen = step->unseen};
    memcpy(change->decision.owe, step->owe, step->owe_count * sizeof(step->owe[0]));
    change->decision.owe_count = step->owe_count;
}
_Static_assert((int)CALL_OWES_MAX <= (int)OWED_PER_DECISION_MAX, "a step's items fit into a decision");

/* TEXT_NONE: the press counts. Who has no card of the call made the data up. */
static enum text refusal(const struct context *context) {
    const struct call *call = context->call;
    int64_t me = context->user->doc.id;
    if (!call || !has_card(call, me))
        return TEXT_STALE_BUTTON;
    if (call->status == CALL_TAKEN && call->taken_by != me)
        return TEXT_CALL_TAKEN;
    if (call->status != CALL_TAKEN && context->now - call->made_at >= CALL_LIFETIME)
        return TEXT_CALL_OVER;
    return TEXT_NONE;
}

static void say(const struct context *context, struct change *change, enum text text, bool alert) {
    const struct call *call = context->call;
    const char *coming = call && call->taken_by_name ? call->taken_by_name : "—";
    const char *caller = call && call->name ? call->name : "—";
    answer_with(context, change, alert, text, "name", coming, "caller", caller, NULL);
    if (text == TEXT_STALE_BUTTON || text == TEXT_CALL_OVER)
        strip_buttons(context, change);
    else
        heal_pressed_copy(context, change, &call->doc);
}

void handle_call_take(const struct context *context, struct change *change) {
    enum text no = refusal(context);
    int64_t me = context->user->doc.id;
    if (!no && context->call->status != CALL_TAKEN) {
        struct call_step step = {.call = *context->call};
        set_status(&step, CALL_TAKEN, context->now);
        step.call.taken_by = me;
        step.call.taken_by_name = change->user.name;
        step.call.declined = declined_without(context->arena, &context->call->declined, me);
        tell(context->arena, &step, TEXT_CALL_COMING, "name", change->user.name, NULL, NULL);
        decide(context, change, &step);
    }
    say(context, change, no ? no : TEXT_CALL_YOURS, no != TEXT_NONE);
}

void handle_call_decline(const struct context *context, struct change *change) {
    enum text no = refusal(context);
    int64_t me = context->user->doc.id;
    if (!no && context->call->status == CALL_TAKEN)
        no = TEXT_CALL_YOURS;
    if (!no && !has_declined(context->call, me) && context->call->declined.count < DECLINED_MAX) {
        struct call_step step = {.call = *context->call};
        step.call.changed_at = context->now;
        step.call.declined = declined_without(context->arena, &context->call->declined, me);
        step.call.declined.items[step.call.declined.count++] = (struct decline){me, change->user.name};
        decline_if_all(context->arena, &step, context->now);
        decide(context, change, &step);
    }
    say(context, change, no ? no : TEXT_CALL_DECLINE_NOTED, no != TEXT_NONE);
}

/* A button of the bot before, whose calls are not ours. */
void handle_old_call(const struct context *context, struct change *change) {
    answer(context, change, TEXT_CALL_OVER, true);
    strip_buttons(context, change);
}
