/* The ticket form: fsm decides, this file speaks. */
#include <string.h>

#include "core/clock.h"
#include "core/random.h"
#include "handlers/handlers.h"

enum { DRAFT_LIFETIME = DAY };

static bool too_many_open(const struct context *context, struct change *change) {
    if (context->open_tickets < OPEN_TICKETS_MAX)
        return false;
    const char *max = arena_printf(context->arena, "%d", OPEN_TICKETS_MAX);
    reply(context, change, TEXT_TOO_MANY_OPEN, KEYBOARD_MENU, "max", max, NULL);
    return true;
}

static void start_afresh(const struct context *context, struct change *change) {
    change->user.form = (struct form){.id = random_id(), .touched_at = context->now};
    ask_step(context, change, STATE_FORM_NAME);
}

/* The step at which a form that was left goes on; IDLE: there is none, or it is too old. */
static enum state draft_state(const struct user *user, int64_t now) {
    return now - user->form.touched_at < DRAFT_LIFETIME ? state_by_name(user->form.draft_state) : STATE_IDLE;
}

void conversation_leave(struct user *user, int64_t now) {
    enum state state = state_by_name(user->state);
    if (state == STATE_IDLE)
        return;
    if (state_is_form(state)) {
        user->form.draft_state = user->state;
        user->form.touched_at = now;
    }
    user->target = 0;
    user->state = NULL;
}

void form_leave(const struct context *context, struct change *change) {
    conversation_leave(&change->user, context->now);
}

void handle_new_ticket(const struct context *context, struct change *change) {
    /* A double press: the form is open and has no answer yet. */
    if (state_by_name(context->user->state) == STATE_FORM_NAME && !context->user->form.name) {
        ask_step(context, change, STATE_FORM_NAME);
        return;
    }
    form_leave(context, change);
    if (too_many_open(context, change))
        return;
    if (draft_state(&change->user, context->now) != STATE_IDLE)
        reply(context, change, TEXT_DRAFT_OFFER, KEYBOARD_DRAFT, NULL);
    else
        start_afresh(context, change);
}

void handle_draft(const struct context *context, struct change *change) {
    enum state state = draft_state(context->user, context->now);
    bool idle = state_by_name(context->user->state) == STATE_IDLE;
    if (state == STATE_IDLE || !idle) {
        answer(context, change, TEXT_DRAFT_GONE, true);
        strip_buttons(context, change);
        return;
    }
    answer(context, change, TEXT_NONE, false);
    strip_buttons(context, change);
    change->user.form.draft_state = NULL;
    if (context->number == 1)
        ask_step(context, change, state);
    else
        start_afresh(context, change);
}

/* The form is complete: the session owes a ticket of this number, made from the form, which stays until then. */
static void file_ticket(const struct context *context, struct change *change) {
    change->user.state = NULL;
    if (too_many_open(context, change)) {
        change->user.form.draft_state = state_name(STATE_FORM_PRIORITY);
        return;
    }
    change->user.full_name = change->user.form.name;
    change->user.phone = change->user.form.phone;
    change->user.form.draft_state = NULL;
    struct owed *item = owe(context, change, OWED_CREATE_TICKET);
    if (item)
        item->number = context->ticket_number;
}

void handle_form_step(const struct context *context, struct change *change) {
    const struct fsm_result *step = &context->step;
    change->user.form = step->form;
    if (step->complaint && !step->silent)
        reply(context, change, step->complaint, KEYBOARD_NONE, NULL);
    if (step->complaint || step->silent)
        return;
    if (step->next == STATE_FORM_FILED)
        file_ticket(context, change);
    else
        ask_step(context, change, step->next);
}

void handle_form_edit(const struct context *context, struct change *change) {
    change->user.form = context->step.form;
    enum text text = context->step.complaint ? context->step.complaint : TEXT_ANSWER_CHANGED;
    reply(context, change, text, KEYBOARD_NONE, NULL);
}

/* Away without a trace: «✖️ Скасувати», /cancel, and «⬅️ Назад» from the first step. */
void handle_form_cancel(const struct context *context, struct change *change) {
    change->user.form = (struct form){0};
    change->user.state = NULL;
    reply(context, change, TEXT_FORM_CANCELLED, KEYBOARD_MENU, NULL);
}

void handle_form_back(const struct context *context, struct change *change) {
    enum state before = state_before(state_by_name(context->user->state));
    if (before == STATE_IDLE) {
        handle_form_cancel(context, change);
        return;
    }
    change->user.form.answer_message = 0;
    ask_step(context, change, before);
}

/* Within a conversation /cancel is that one's own (router.c). */
void handle_cancel(const struct context *context, struct change *change) {
    reply(context, change, TEXT_NOTHING_TO_CANCEL, KEYBOARD_MENU, NULL);
}
