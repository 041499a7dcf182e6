/* handlers/tickets: a ticket from a form, and how tickets look to people. */
#ifndef HANDLERS_TICKETS_H
#define HANDLERS_TICKETS_H

#include "handlers/render.h"

/* The ticket that a session owes (`item` is its OWED_CREATE_TICKET), and what it owes itself: the author's summary in
 * *ret_owe. The session's form is unchanged since it was filed: a session that owes a ticket takes no update before it
 * is made. */
struct ticket ticket_from_form(struct arena *arena, const struct user *author, const struct owed *item, int64_t now,
                               struct owed *ret_owe);

/* --- parts, for lists --- */

/* Header, who handles it, and why it was rejected, that cut to `reason_units`. */
const char *ticket_header(const struct render *render, const struct ticket *ticket, size_t reason_units);
/* One line: number, priority, status; and who handles it. */
const char *ticket_line(const struct render *render, const struct ticket *ticket);
/* What a button says that leads to it; plain text. */
const char *ticket_button(const struct render *render, const struct ticket *ticket);
/* In local time. */
const char *ticket_time(struct arena *arena, int64_t ms);

/* --- whole messages --- */

/* A ticket's card for a staff member as the ticket is now: media, text, and last the message with header, status and
 * buttons, the only one that is edited later. With `message` ≠ 0: the edit of that one alone. */
size_t render_card(const struct render *render, const struct ticket *ticket, int64_t chat, int64_t message,
                   struct tg_call ret_calls[RENDER_CALLS_MAX]);

/* What its author is told when it is filed, with the menu. */
size_t render_filed(const struct render *render, const struct ticket *ticket, int64_t chat,
                    struct tg_call ret_calls[RENDER_CALLS_MAX]);

#endif
