/* handlers: the handlers that routes name, one file a capability. */
#ifndef HANDLERS_HANDLERS_H
#define HANDLERS_HANDLERS_H

#include "handlers/router.h"

/* basics.c */
handler handle_start, handle_help, handle_group_help, handle_id, handle_lang, handle_lang_chosen, handle_hint,
    handle_stale_button, handle_no_rights, handle_member, handle_too_fast;
/* form.c */
handler handle_cancel, handle_new_ticket, handle_draft, handle_form_step, handle_form_edit, handle_form_back,
    handle_form_cancel;

/* assignment.c */
handler handle_accept, handle_complete, handle_return, handle_reject, handle_reason, handle_reason_cancel,
    handle_cancel_ask, handle_cancel_sure, handle_cancel_keep;

/* cast.c */
handler handle_broadcast, handle_cast_step, handle_cast_back, handle_cast_cancel, handle_cast_send, handle_cast_drop,
    handle_cast_pause, handle_cast_go_on, handle_cast_stop;

/* ban.c */
handler handle_ban, handle_unban, handle_banned;

/* lists.c */
handler handle_active_tickets, handle_my_tickets, handle_cancel_ticket, handle_all_tickets, handle_page, handle_open,
    handle_ticket_command;

/* report.c */
handler handle_report, handle_report_again, handle_backup;

/* staff.c */
handler handle_staff_menu, handle_staff_back, handle_staff_add, handle_staff_add_cancel, handle_staff_named,
    handle_staff_list, handle_staff_remove, handle_dismiss_ask, handle_dismiss_sure, handle_dismiss_keep;
/* staff.c: gives `user` another role: what they were doing ends (a form is kept as a draft), and ret_owe is what their
 * document then owes: a word with the new menu, the command list, and that their tickets go back. Gives the number of
 * items, at most OWED_PER_DECISION_MAX. */
size_t role_change(struct arena *arena, int64_t now, enum lang default_lang, struct user *user, enum role role,
                   struct owed ret_owe[OWED_PER_DECISION_MAX]);
/* router.c: whether the command list of the person's chat is to be set anew; notes in *user what it will be. */
bool commands_change(struct arena *arena, struct user *user, enum lang default_lang);

/* lists.c: owes a list's first page in place of `message`, as a new message where that is 0. */
void show_list(const struct context *context, struct change *change, enum list list, int64_t message);
/* lists.c: leaves what the conversation was about and owes the menu where it may have gone: an inline screen brings no
 * keyboard of its own. A form that is left has its keyboard in the chat still, and a super-admin's menu is sent again
 * with every answer to a press in it. */
void menu_before(const struct context *context, struct change *change);
/* assignment.c: says something about the ticket to the person: under the button that they pressed, or as a message. */
void ticket_say(const struct context *context, struct change *change, enum text text, bool alert);

/* assignment.c: the ticket as it goes back to the queue when its assignee is no longer on staff; false: it is not
 * theirs. */
bool assignment_revoke(struct arena *arena, int64_t now, const struct ticket *ticket, int64_t dismissed,
                       struct ticket *ret_ticket, struct owed *ret_notice);

/* rooms.c */
handler handle_rooms, handle_rooms_back, handle_room, handle_room_remove, handle_room_remove_sure;
/* What a door's QR code says. */
const char *room_link(struct arena *arena, const char *bot, const char *code);

/* calls.c */
handler handle_call, handle_start_room, handle_call_take, handle_call_decline, handle_old_call;

/* assignment.c: a pressed copy of a document's card that the document does not know of loses its buttons. */
void heal_pressed_copy(const struct context *context, struct change *change, const struct doc *doc);

/* form.c: leaves what the conversation was about, an open form as a draft; for commands and labels that lead
 * elsewhere. */
void form_leave(const struct context *context, struct change *change);
void conversation_leave(struct user *user, int64_t now);

#endif
