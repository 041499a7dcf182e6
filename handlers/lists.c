/* Lists of tickets: opening them from the menu, turning their pages in place, and a ticket's card from them. */
#include "handlers/lists.h"

#include "handlers/handlers.h"

void show_list(const struct context *context, struct change *change, enum list list, int64_t message) {
    struct owed *item = owe(context, change, OWED_LIST);
    if (!item)
        return;
    item->message = message;
    item->list = list;
}

void menu_before(const struct context *context, struct change *change) {
    enum state state = state_by_name(context->user->state);
    form_leave(context, change);
    if (state == STATE_REJECT_REASON)
        reply(context, change, TEXT_REASON_LEFT, KEYBOARD_MENU, NULL);
    else if (state_is_form(state))
        reply(context, change, TEXT_DRAFT_KEPT, KEYBOARD_MENU, NULL);
    else if (context->user->role == ROLE_SUPER_ADMIN)
        service(context, change, TEXT_MENU_SHOWN, KEYBOARD_MENU);
    else if (state != STATE_IDLE)
        reply(context, change, TEXT_LEFT, KEYBOARD_MENU, NULL);
}

static void open_list(const struct context *context, struct change *change, enum list list) {
    menu_before(context, change);
    show_list(context, change, list, 0);
}

void handle_active_tickets(const struct context *context, struct change *change) {
    open_list(context, change, LIST_ACTIVE);
}

void handle_my_tickets(const struct context *context, struct change *change) {
    open_list(context, change, LIST_HISTORY);
}

void handle_cancel_ticket(const struct context *context, struct change *change) {
    open_list(context, change, LIST_OPEN);
}

void handle_all_tickets(const struct context *context, struct change *change) {
    open_list(context, change, LIST_CLOSED);
}

void handle_page(const struct context *context, struct change *change) {
    const int64_t *numbers = context->callback.numbers;
    enum list list = numbers[0] < LIST_COUNT ? (enum list)numbers[0] : LIST_NONE;
    if (list == LIST_NONE || numbers[1] >= list_filters(list) || numbers[2] > 1) {
        handle_stale_button(context, change);
    } else if (context->user->role < list_role(list)) {
        handle_no_rights(context, change);
    } else {
        answer(context, change, TEXT_NONE, false);
        show_list(context, change, list, context->update->callback_query.message_id);
        struct owed *item = &change->owe[change->owe_count - 1];
        item->filter = numbers[1];
        item->before = numbers[2] == 1;
        item->from = numbers[3];
    }
}

/* --- a ticket's card --- */

static const struct card *card_of(const struct ticket *ticket, int64_t chat) {
    for (size_t i = 0; i < ticket->doc.cards.count; i++)
        if (ticket->doc.cards.items[i].chat == chat)
            return &ticket->doc.cards.items[i];
    return NULL;
}

/* The chat's card of this ticket is sent anew, and the one before loses its buttons: there is one true card in a chat.
 * False: there is no room for another chat's. */
static bool renew_card(const struct context *context, struct change *change) {
    const struct ticket *ticket = context->ticket;
    struct card *card = ARENA_NEW(context->arena, struct card);
    struct ticket *after = ARENA_NEW(context->arena, struct ticket);
    struct decision *decision = &change->decision;
    const struct card *before = card_of(ticket, context->user->doc.id);
    if (!before && ticket->doc.cards.count >= CARDS_MAX)
        return false;
    *card = (struct card){.chat = context->user->doc.id};
    *after = *ticket;
    *decision = (struct decision){
        .collection = COLLECTION_TICKETS, .before = ticket, .after = after, .card = card, .unseen = true};
    if (before && before->message)
        decision->owe[decision->owe_count++] =
            (struct owed){.kind = OWED_STRIP, .chat = card->chat, .message = before->message};
    return true;
}

/* Staff get a card that can be worked with and is kept true; of a closed ticket, and for its author, it is shown as it
 * is now. */
static void show_ticket(const struct context *context, struct change *change) {
    bool open = ticket_queue(context->ticket) != 0;
    if (context->done || (open && user_is_staff(context->user) && renew_card(context, change)))
        return;
    struct owed *item = owe(context, change, OWED_CARD);
    if (item)
        item->number = context->ticket->doc.id;
}

/* Other people's tickets are not there for a user. */
static bool is_theirs(const struct context *context) {
    return context->ticket && (user_is_staff(context->user) || context->ticket->author == context->user->doc.id);
}

void handle_open(const struct context *context, struct change *change) {
    if (!is_theirs(context)) {
        ticket_say(context, change, TEXT_NO_SUCH_TICKET, true);
        return;
    }
    answer(context, change, TEXT_NONE, false);
    show_ticket(context, change);
}

/* "/t 1042". Asking keeps an open form. */
void handle_ticket_command(const struct context *context, struct change *change) {
    const char *number = arena_printf(context->arena, "%lld", (long long)context->number);
    if (context->number == 0)
        reply(context, change, TEXT_TICKET_USAGE, KEYBOARD_NONE, NULL);
    else if (!is_theirs(context))
        reply(context, change, TEXT_NO_SUCH_TICKET, KEYBOARD_NONE, "number", number, NULL);
    else
        show_ticket(context, change);
}
