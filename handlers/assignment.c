/* A ticket's life: accept, complete, return, reject by staff, cancel by its author. Each is a row: from where to where,
 * who may, what is said. The ticket decides: its write carries the notice and, by its revision, every card. */
#include <string.h>

#include "core/utf.h"
#include "handlers/handlers.h"

enum rule { ANY_STAFF, ASSIGNEE, AUTHOR }; /* ASSIGNEE: or a super-admin */

enum { QUESTION_UNITS = 200 }; /* of the description, where the author is asked */

struct transition {
    unsigned from; /* statuses as bits */
    enum ticket_status to;
    enum rule rule;
    enum text done, notice; /* for the actor; for the author, where they are the actor for the assignee */
};

#define IN(status) (1U << TICKET_##status)

static const struct transition
    accept = {IN(WAITING), TICKET_ACCEPTED, ANY_STAFF, TEXT_DONE_ACCEPTED, TEXT_NOTICE_ACCEPTED},
    complete = {IN(ACCEPTED), TICKET_COMPLETED, ASSIGNEE, TEXT_DONE_COMPLETED, TEXT_NOTICE_COMPLETED},
    give_back = {IN(ACCEPTED), TICKET_WAITING, ASSIGNEE, TEXT_DONE_RETURNED, TEXT_NOTICE_RETURNED},
    reject = {IN(WAITING) | IN(ACCEPTED), TICKET_REJECTED, ANY_STAFF, TEXT_DONE_REJECTED, TEXT_NOTICE_REJECTED},
    cancel = {IN(WAITING) | IN(ACCEPTED), TICKET_CANCELLED, AUTHOR, TEXT_DONE_CANCELLED, TEXT_NOTICE_CANCELLED};

/* --- what is true now --- */

static bool is_closed(enum ticket_status status) {
    return status != TICKET_WAITING && status != TICKET_ACCEPTED;
}

/* TEXT_NONE: the actor may do it. */
static enum text refusal(const struct context *context, const struct transition *transition) {
    const struct ticket *ticket = context->ticket;
    if (!ticket || (transition->rule == AUTHOR && ticket->author != context->user->doc.id))
        return context->legacy ? TEXT_STALE_BUTTON : TEXT_NO_SUCH_TICKET;
    if (is_closed(ticket->status))
        return TEXT_ALREADY_CLOSED;
    if (!(transition->from & (1U << ticket->status)))
        return ticket->status == TICKET_ACCEPTED ? TEXT_ALREADY_TAKEN : TEXT_NOT_ACCEPTED;
    bool mine = ticket->assignee == context->user->doc.id || context->user->role == ROLE_SUPER_ADMIN;
    return transition->rule == ASSIGNEE && !mine ? TEXT_NOT_YOUR_TICKET : TEXT_NONE;
}

void ticket_say(const struct context *context, struct change *change, enum text text, bool alert) {
    const struct ticket *ticket = context->ticket;
    const char *number = arena_printf(context->arena, "%lld", (long long)context->number);
    const char *name = ticket && ticket->assignee_name ? ticket->assignee_name : "—";
    enum lang lang = user_lang(context->user, context->default_lang);
    const char *status = ticket ? text_raw(lang, ticket_status_text(ticket->status)) : "";
    if (context->update->kind == TG_UPDATE_CALLBACK_QUERY)
        answer_with(context, change, alert, text, "number", number, "name", name, "status", status, NULL);
    else
        reply(context, change, text, KEYBOARD_MENU, "number", number, "name", name, "status", status, NULL);
}

/* A copy of the card that its document does not know of (a crash between its sending and our note, an edit that
 * Telegram refused) loses its buttons. While a card is on its way to the chat, the pressed one may be the one whose
 * note is under way. */
void heal_pressed_copy(const struct context *context, struct change *change, const struct doc *doc) {
    if (context->update->kind != TG_UPDATE_CALLBACK_QUERY)
        return;
    int64_t pressed = context->update->callback_query.message_id;
    for (size_t i = 0; doc && i < doc->cards.count; i++) {
        const struct card *card = &doc->cards.items[i];
        bool kept = card->shown != CARD_GIVEN_UP && (card->message == pressed || card->message == 0);
        if (card->chat == context->update->callback_query.chat_id && kept)
            return;
    }
    strip_buttons(context, change);
}

/* --- the change --- */

static struct event_list with_event(struct arena *arena, const struct event_list *events, struct event event) {
    size_t drop = events->count == EVENTS_MAX ? 1 : 0;
    struct event *items = arena_array(arena, events->count + 1 - drop, sizeof(*items));
    if (events->count > drop)
        memcpy(items, events->items + drop, (events->count - drop) * sizeof(*items));
    items[events->count - drop] = event;
    return (struct event_list){items, events->count + 1 - drop};
}

static void owe_notice(const struct context *context, struct decision *decision, const struct ticket *ticket,
                       enum text notice) {
    int64_t recipient = notice == TEXT_NOTICE_CANCELLED ? ticket->assignee : ticket->author;
    if (recipient == 0)
        return;
    struct owed_arg *args = arena_array(context->arena, 3, sizeof(*args));
    args[0] = (struct owed_arg){"number", arena_printf(context->arena, "%lld", (long long)ticket->doc.id)};
    args[1] = (struct owed_arg){"name", ticket->assignee_name};
    args[2] = (struct owed_arg){"reason", ticket->reason};
    decision->owe[decision->owe_count++] =
        (struct owed){.kind = OWED_MESSAGE, .chat = recipient, .text = text_name(notice), .args = {args, 3}};
}

/* The message of the bot before is no card: what follows an acceptance from there needs one. NULL: there is one. */
static const struct card *new_card(const struct context *context) {
    struct card *card = context->legacy ? ARENA_NEW(context->arena, struct card) : NULL;
    if (card)
        *card = (struct card){.chat = context_chat(context)};
    return card;
}

static void apply(const struct context *context, struct change *change, const struct transition *transition,
                  const char *reason) {
    struct ticket *ticket = ARENA_NEW(context->arena, struct ticket);
    *ticket = *context->ticket;
    change->decision = (struct decision){.collection = COLLECTION_TICKETS, .before = context->ticket, .after = ticket};
    ticket->status = transition->to;
    ticket->changed_at = context->now;
    if (transition->to == TICKET_ACCEPTED) {
        ticket->assignee = context->user->doc.id;
        ticket->assignee_name = change->user.name;
        change->decision.card = new_card(context);
    } else if (transition->to == TICKET_WAITING) {
        ticket->assignee = 0;
        ticket->assignee_name = NULL;
    } else if (transition->to == TICKET_REJECTED) {
        ticket->reason = reason;
    }
    ticket->events =
        with_event(context->arena, &ticket->events,
                   (struct event){context->now, context->user->doc.id, ticket_status_name(transition->to)});
    owe_notice(context, &change->decision, ticket, transition->notice);
}

/* The whole of a press or a given reason. Done before (a crash came between the ticket and the session): the same
 * answer again. */
static void carry_out(const struct context *context, struct change *change, const struct transition *transition,
                      const char *reason) {
    enum text no = context->done ? TEXT_NONE : refusal(context, transition);
    if (!no && !context->done)
        apply(context, change, transition, reason);
    ticket_say(context, change, no ? no : transition->done, no != TEXT_NONE);
    heal_pressed_copy(context, change, context->ticket ? &context->ticket->doc : NULL);
}

void handle_accept(const struct context *context, struct change *change) {
    carry_out(context, change, &accept, NULL);
}

void handle_complete(const struct context *context, struct change *change) {
    carry_out(context, change, &complete, NULL);
}

void handle_return(const struct context *context, struct change *change) {
    carry_out(context, change, &give_back, NULL);
}

/* --- cancelling: asked once more, in the list's place --- */

static void show_open(const struct context *context, struct change *change) {
    show_list(context, change, LIST_OPEN, context->update->callback_query.message_id);
}

void handle_cancel_ask(const struct context *context, struct change *change) {
    enum text no = refusal(context, &cancel);
    if (no) {
        ticket_say(context, change, no, true);
        show_open(context, change);
        return;
    }
    const char *number = arena_printf(context->arena, "%lld", (long long)context->number);
    const char *description = context->ticket->description ? context->ticket->description : "";
    description = utf16_shorten(context->arena, description, QUESTION_UNITS);
    answer(context, change, TEXT_NONE, false);
    edit_pressed(context, change, TEXT_CANCEL_SURE, KEYBOARD_CANCEL_SURE, context->number, "number", number,
                 "description", description, NULL);
}

void handle_cancel_sure(const struct context *context, struct change *change) {
    enum text no = context->done ? TEXT_NONE : refusal(context, &cancel);
    if (!no && !context->done)
        apply(context, change, &cancel, NULL);
    ticket_say(context, change, no ? no : cancel.done, true);
    show_open(context, change);
}

void handle_cancel_keep(const struct context *context, struct change *change) {
    answer(context, change, TEXT_NONE, false);
    show_open(context, change);
}

/* --- rejecting: a reason is asked for first --- */

void handle_reject(const struct context *context, struct change *change) {
    enum text no = refusal(context, &reject);
    heal_pressed_copy(context, change, context->ticket ? &context->ticket->doc : NULL);
    if (no) {
        ticket_say(context, change, no, true);
        return;
    }
    form_leave(context, change);
    const char *number = arena_printf(context->arena, "%lld", (long long)context->number);
    answer(context, change, TEXT_NONE, false);
    change->user.state = state_name(STATE_REJECT_REASON);
    change->user.target = context->number;
    reply(context, change, state_question(STATE_REJECT_REASON), step_keyboard(STATE_REJECT_REASON), "number", number,
          NULL);
}

static void leave_reason(struct change *change) {
    change->user.state = NULL;
    change->user.target = 0;
}

void handle_reason(const struct context *context, struct change *change) {
    if (!user_is_staff(context->user)) {
        leave_reason(change);
        reply(context, change, TEXT_NO_RIGHTS, KEYBOARD_MENU, NULL);
        return;
    }
    if (context->step.complaint) {
        if (!context->step.silent)
            reply(context, change, context->step.complaint, KEYBOARD_NONE, NULL);
        change->user.form = context->step.form;
        return;
    }
    leave_reason(change);
    carry_out(context, change, &reject, context->step.answer);
}

void handle_reason_cancel(const struct context *context, struct change *change) {
    struct context about = *context; /* «/cancel» names no ticket */
    about.number = context->user->target;
    leave_reason(change);
    ticket_say(&about, change, TEXT_TICKET_KEPT, false);
}

bool assignment_revoke(struct arena *arena, int64_t now, const struct ticket *ticket, int64_t dismissed,
                       struct ticket *ret_ticket, struct owed *ret_notice) {
    if (ticket->status != TICKET_ACCEPTED || ticket->assignee != dismissed)
        return false;
    struct user nobody = {.doc.id = dismissed};
    struct context context = {.arena = arena, .now = now, .user = &nobody, .ticket = ticket};
    struct change *change = ARENA_NEW(arena, struct change);
    apply(&context, change, &give_back, NULL);
    *ret_ticket = *(const struct ticket *)change->decision.after;
    *ret_notice = change->decision.owe[0];
    return true;
}
