/* texts/ids: the closed set of texts: id, name as stored in owed items, placeholders that it may use ("a b"). */
#ifndef TEXTS_IDS_H
#define TEXTS_IDS_H

#define TEXTS(X)                                                                                                       \
    X(NONE, "none", "")                                                                                                \
    /* labels of reply keyboards: matched as people press or type them */                                              \
    X(LABEL_NEW_TICKET, "label_new_ticket", "")                                                                        \
    X(LABEL_MY_TICKETS, "label_my_tickets", "")                                                                        \
    X(LABEL_CALL, "label_call", "")                                                                                    \
    X(LABEL_CANCEL_TICKET, "label_cancel_ticket", "")                                                                  \
    X(LABEL_ACTIVE_TICKETS, "label_active_tickets", "")                                                                \
    X(LABEL_BROADCAST, "label_broadcast", "")                                                                          \
    X(LABEL_ALL_TICKETS, "label_all_tickets", "")                                                                      \
    X(LABEL_DATABASE, "label_database", "")                                                                            \
    X(LABEL_STAFF, "label_staff", "")                                                                                  \
    X(LABEL_SEND_PHONE, "label_send_phone", "")                                                                        \
    X(LABEL_SKIP, "label_skip", "")                                                                                    \
    X(LABEL_LOW, "label_low", "")                                                                                      \
    X(LABEL_MEDIUM, "label_medium", "")                                                                                \
    X(LABEL_HIGH, "label_high", "")                                                                                    \
    X(LABEL_BACK, "label_back", "")                                                                                    \
    X(LABEL_CANCEL, "label_cancel", "")                                                                                \
    /* buttons of inline keyboards */                                                                                  \
    X(BUTTON_ACCEPT, "button_accept", "")                                                                              \
    X(BUTTON_REJECT, "button_reject", "")                                                                              \
    X(BUTTON_COMPLETE, "button_complete", "")                                                                          \
    X(BUTTON_RETURN, "button_return", "")                                                                              \
    X(BUTTON_CANCEL_SURE, "button_cancel_sure", "")                                                                    \
    X(BUTTON_KEEP, "button_keep", "")                                                                                  \
    X(BUTTON_DRAFT_CONTINUE, "button_draft_continue", "")                                                              \
    X(BUTTON_DRAFT_FRESH, "button_draft_fresh", "")                                                                    \
    X(BUTTON_ROOM_REMOVE, "button_room_remove", "")                                                                    \
    X(BUTTON_ROOM_REMOVE_SURE, "button_room_remove_sure", "")                                                          \
    X(BUTTON_ROOMS, "button_rooms", "")                                                                                \
    X(BUTTON_CALL_TAKE, "button_call_take", "")                                                                        \
    X(BUTTON_CALL_DECLINE, "button_call_decline", "")                                                                  \
    X(BUTTON_UKRAINIAN, "button_ukrainian", "")                                                                        \
    X(BUTTON_ENGLISH, "button_english", "")                                                                            \
    /* commands' descriptions, the bot's profile */                                                                    \
    X(COMMAND_START, "command_start", "")                                                                              \
    X(COMMAND_HELP, "command_help", "")                                                                                \
    X(COMMAND_CANCEL, "command_cancel", "")                                                                            \
    X(COMMAND_TICKET, "command_ticket", "")                                                                            \
    X(COMMAND_ID, "command_id", "")                                                                                    \
    X(COMMAND_LANG, "command_lang", "")                                                                                \
    X(BOT_DESCRIPTION, "bot_description", "")                                                                          \
    X(BOT_SHORT_DESCRIPTION, "bot_short_description", "")                                                              \
    /* first contact and help */                                                                                       \
    X(GREETING, "greeting", "name")                                                                                    \
    X(GREETING_STAFF, "greeting_staff", "name")                                                                        \
    X(HELP, "help", "")                                                                                                \
    X(HELP_STAFF, "help_staff", "")                                                                                    \
    X(HELP_GROUP, "help_group", "")                                                                                    \
    X(YOUR_ID, "your_id", "id")                                                                                        \
    X(HINT, "hint", "")                                                                                                \
    X(CHOOSE_LANG, "choose_lang", "")                                                                                  \
    X(LANG_CHOSEN, "lang_chosen", "")                                                                                  \
    X(STALE_BUTTON, "stale_button", "")                                                                                \
    X(NO_RIGHTS, "no_rights", "")                                                                                      \
    X(TOO_FAST, "too_fast", "")                                                                                        \
    X(ALERT_ERROR, "alert_error", "error cause")                                                                       \
    X(BANNED, "banned", "")                                                                                            \
    X(UNBANNED, "unbanned", "")                                                                                        \
    X(DONE_BANNED, "done_banned", "name id")                                                                           \
    X(DONE_UNBANNED, "done_unbanned", "name id")                                                                       \
    X(BAN_USAGE, "ban_usage", "")                                                                                      \
    X(NO_SUCH_PERSON, "no_such_person", "id")                                                                          \
    X(STAFF_NOT_BANNED, "staff_not_banned", "name")                                                                    \
    X(ALREADY_BANNED, "already_banned", "name")                                                                        \
    X(NOT_BANNED, "not_banned", "name")                                                                                \
    X(APOLOGY, "apology", "error")                                                                                     \
    /* the ticket form */                                                                                              \
    X(ASK_NAME, "ask_name", "")                                                                                        \
    X(ASK_PHONE, "ask_phone", "")                                                                                      \
    X(ASK_DESCRIPTION, "ask_description", "")                                                                          \
    X(ASK_MEDIA, "ask_media", "")                                                                                      \
    X(ASK_PRIORITY, "ask_priority", "")                                                                                \
    X(BAD_NAME, "bad_name", "")                                                                                        \
    X(BAD_PHONE, "bad_phone", "")                                                                                      \
    X(BAD_CONTACT, "bad_contact", "")                                                                                  \
    X(BAD_DESCRIPTION, "bad_description", "")                                                                          \
    X(BAD_DESCRIPTION_LENGTH, "bad_description_length", "")                                                            \
    X(BAD_MEDIA, "bad_media", "")                                                                                      \
    X(BAD_PRIORITY, "bad_priority", "")                                                                                \
    X(ANSWER_CHANGED, "answer_changed", "")                                                                            \
    X(FORM_CANCELLED, "form_cancelled", "")                                                                            \
    X(NOTHING_TO_CANCEL, "nothing_to_cancel", "")                                                                      \
    X(DRAFT_OFFER, "draft_offer", "")                                                                                  \
    X(DRAFT_KEPT, "draft_kept", "")                                                                                    \
    X(DRAFT_GONE, "draft_gone", "")                                                                                    \
    X(TOO_MANY_OPEN, "too_many_open", "max")                                                                           \
    /* tickets */                                                                                                      \
    X(TICKET_FILED, "ticket_filed", "number")                                                                          \
    X(TICKET_HEADER, "ticket_header", "number status priority")                                                        \
    X(TICKET_LINE, "ticket_line", "number priority status")                                                            \
    X(TICKET_BUTTON, "ticket_button", "number status")                                                                 \
    X(TICKET_USAGE, "ticket_usage", "")                                                                                \
    X(TICKET_FIELDS, "ticket_fields", "name username phone created media")                                             \
    X(TICKET_DESCRIPTION, "ticket_description", "description")                                                         \
    X(TICKET_MEDIA, "ticket_media", "count")                                                                           \
    X(TICKET_MEDIA_REFUSED, "ticket_media_refused", "")                                                                \
    X(TICKET_ASSIGNEE, "ticket_assignee", "name")                                                                      \
    X(TICKET_REASON, "ticket_reason", "reason")                                                                        \
    /* what the author is told of the ticket */                                                                        \
    X(NOTICE_ACCEPTED, "notice_accepted", "number name")                                                               \
    X(NOTICE_COMPLETED, "notice_completed", "number")                                                                  \
    X(NOTICE_REJECTED, "notice_rejected", "number reason")                                                             \
    X(NOTICE_CANCELLED, "notice_cancelled", "number")                                                                  \
    X(NOTICE_RETURNED, "notice_returned", "number")                                                                    \
    /* what staff are answered */                                                                                      \
    X(DONE_ACCEPTED, "done_accepted", "number")                                                                        \
    X(DONE_COMPLETED, "done_completed", "number")                                                                      \
    X(DONE_REJECTED, "done_rejected", "number")                                                                        \
    X(DONE_RETURNED, "done_returned", "number")                                                                        \
    X(DONE_CANCELLED, "done_cancelled", "number")                                                                      \
    X(ALREADY_TAKEN, "already_taken", "number name")                                                                   \
    X(ALREADY_CLOSED, "already_closed", "number status")                                                               \
    X(NOT_ACCEPTED, "not_accepted", "number")                                                                          \
    X(NOT_YOUR_TICKET, "not_your_ticket", "number name")                                                               \
    X(NO_SUCH_TICKET, "no_such_ticket", "number")                                                                      \
    X(ASK_REASON, "ask_reason", "number")                                                                              \
    X(BAD_REASON, "bad_reason", "")                                                                                    \
    X(CANCEL_SURE, "cancel_sure", "number description")                                                                \
    X(REASON_LEFT, "reason_left", "")                                                                                  \
    X(TICKET_KEPT, "ticket_kept", "number")                                                                            \
    /* broadcasts */                                                                                                   \
    X(ASK_CAST_TEXT, "ask_cast_text", "")                                                                              \
    X(ASK_CAST_MEDIA, "ask_cast_media", "")                                                                            \
    X(BAD_CAST_TEXT, "bad_cast_text", "")                                                                              \
    X(BAD_CAST_MEDIA, "bad_cast_media", "")                                                                            \
    X(CAST_CONFIRM, "cast_confirm", "")                                                                                \
    X(CAST_STARTED, "cast_started", "")                                                                                \
    X(CAST_CANCELLED, "cast_cancelled", "")                                                                            \
    X(CAST_GONE, "cast_gone", "")                                                                                      \
    X(CAST_RUNNING, "cast_running", "")                                                                                \
    X(CAST_ON_PAUSE, "cast_on_pause", "")                                                                              \
    X(CAST_WAS_STOPPED, "cast_was_stopped", "")                                                                        \
    X(CAST_DONE, "cast_done", "")                                                                                      \
    X(CAST_NUMBERS, "cast_numbers", "sent failed blocked left total time")                                             \
    X(NOTICE_CAST_DONE, "notice_cast_done", "sent failed blocked")                                                     \
    X(CAST_PAUSED, "cast_paused", "")                                                                                  \
    X(CAST_GOES_ON, "cast_goes_on", "")                                                                                \
    X(CAST_STOPPED, "cast_stopped", "")                                                                                \
    X(LEFT, "left", "")                                                                                                \
    X(BUTTON_CAST_SEND, "button_cast_send", "")                                                                        \
    X(BUTTON_CAST_DROP, "button_cast_drop", "")                                                                        \
    X(BUTTON_CAST_PAUSE, "button_cast_pause", "")                                                                      \
    X(BUTTON_CAST_GO_ON, "button_cast_go_on", "")                                                                      \
    X(BUTTON_CAST_STOP, "button_cast_stop", "")                                                                        \
    /* what a caller is told */                                                                                        \
    X(CALL_MADE, "call_made", "")                                                                                      \
    X(CALL_MADE_ROOM, "call_made_room", "room")                                                                        \
    X(CALL_MADE_UNKNOWN, "call_made_unknown", "code")                                                                  \
    X(CALL_TOO_SOON, "call_too_soon", "left")                                                                          \
    X(CALL_REACHED, "call_reached", "reached total")                                                                   \
    X(CALL_UNREACHED, "call_unreached", "")                                                                            \
    X(CALL_COMING, "call_coming", "name")                                                                              \
    X(CALL_DECLINED, "call_declined", "")                                                                              \
    X(CALL_UNANSWERED, "call_unanswered", "")                                                                          \
    /* a call's card, and what staff are answered */                                                                   \
    X(CALL_CARD, "call_card", "name username phone time room state declined")                                          \
    X(CALL_CARD_ROOM, "call_card_room", "room")                                                                        \
    X(CALL_CARD_UNKNOWN, "call_card_unknown", "code")                                                                  \
    X(CALL_CARD_TAKEN, "call_card_taken", "name")                                                                      \
    X(CALL_CARD_UNANSWERED, "call_card_unanswered", "")                                                                \
    X(CALL_CARD_DECLINED, "call_card_declined", "names")                                                               \
    X(CALL_YOURS, "call_yours", "caller")                                                                              \
    X(CALL_TAKEN, "call_taken", "name")                                                                                \
    X(CALL_DECLINE_NOTED, "call_decline_noted", "")                                                                    \
    X(CALL_OVER, "call_over", "")                                                                                      \
    /* rooms */                                                                                                        \
    X(LIST_ROOMS, "list_rooms", "")                                                                                    \
    X(LIST_ROOMS_EMPTY, "list_rooms_empty", "")                                                                        \
    X(ROOM_ROW, "room_row", "name code link")                                                                          \
    X(ROOM, "room", "name code link")                                                                                  \
    X(ROOM_REMOVE_SURE, "room_remove_sure", "name code")                                                               \
    X(ROOM_REMOVED, "room_removed", "")                                                                                \
    X(ROOM_GONE, "room_gone", "")                                                                                      \
    X(ROOM_USAGE, "room_usage", "")                                                                                    \
    X(ROOM_SAVED, "room_saved", "name code link")                                                                      \
    X(ROOM_CODE_TAKEN, "room_code_taken", "")                                                                          \
    X(ROOMS_FULL, "rooms_full", "max")                                                                                 \
    X(ROOM_LINK_STAFF, "room_link_staff", "room")                                                                      \
    /* lists of tickets */                                                                                             \
    X(LIST_ACTIVE, "list_active", "")                                                                                  \
    X(LIST_ACTIVE_EMPTY, "list_active_empty", "")                                                                      \
    X(LIST_HISTORY, "list_history", "")                                                                                \
    X(LIST_HISTORY_EMPTY, "list_history_empty", "")                                                                    \
    X(LIST_OPEN, "list_open", "")                                                                                      \
    X(LIST_OPEN_EMPTY, "list_open_empty", "")                                                                          \
    X(LIST_CLOSED, "list_closed", "")                                                                                  \
    X(LIST_CLOSED_EMPTY, "list_closed_empty", "")                                                                      \
    X(LIST_WHO, "list_who", "name description")                                                                        \
    X(LIST_WHAT, "list_what", "description")                                                                           \
    X(LIST_MINE, "list_mine", "description created changed")                                                           \
    X(LIST_CHANGED, "list_changed", "changed")                                                                         \
    X(LIST_WHO_DATES, "list_who_dates", "name description created changed")                                            \
    X(FILTER_ALL, "filter_all", "")                                                                                    \
    X(FILTER_NEW, "filter_new", "")                                                                                    \
    X(FILTER_MINE, "filter_mine", "")                                                                                  \
    X(STATUS_WAITING, "status_waiting", "")                                                                            \
    X(STATUS_ACCEPTED, "status_accepted", "")                                                                          \
    X(STATUS_COMPLETED, "status_completed", "")                                                                        \
    X(STATUS_REJECTED, "status_rejected", "")                                                                          \
    X(STATUS_CANCELLED, "status_cancelled", "")                                                                        \
    /* staff management */                                                                                             \
    X(LABEL_STAFF_ADD, "label_staff_add", "")                                                                          \
    X(LABEL_STAFF_REMOVE, "label_staff_remove", "")                                                                    \
    X(LABEL_STAFF_LIST, "label_staff_list", "")                                                                        \
    X(LABEL_STAFF_BACK, "label_staff_back", "")                                                                        \
    X(LABEL_PICK_PERSON, "label_pick_person", "")                                                                      \
    X(BUTTON_DISMISS_SURE, "button_dismiss_sure", "")                                                                  \
    X(MENU_SHOWN, "menu_shown", "")                                                                                    \
    X(STAFF_MENU, "staff_menu", "")                                                                                    \
    X(ASK_STAFF, "ask_staff", "")                                                                                      \
    X(BAD_STAFF, "bad_staff", "")                                                                                      \
    X(BAD_STAFF_HIDDEN, "bad_staff_hidden", "")                                                                        \
    X(BAD_STAFF_BOT, "bad_staff_bot", "")                                                                              \
    X(STAFF_KEPT, "staff_kept", "")                                                                                    \
    X(STAFF_ADDED, "staff_added", "name id")                                                                           \
    X(STAFF_ADDED_WAITING, "staff_added_waiting", "name id")                                                           \
    X(STAFF_ADDED_BLOCKED, "staff_added_blocked", "name id")                                                           \
    X(STAFF_ALREADY, "staff_already", "name id")                                                                       \
    X(STAFF_WELCOME, "staff_welcome", "")                                                                              \
    X(STAFF_WELCOME_SUPER, "staff_welcome_super", "")                                                                  \
    X(STAFF_GOODBYE, "staff_goodbye", "")                                                                              \
    X(SUPER_ADMIN_ONLY, "super_admin_only", "")                                                                        \
    X(DISMISS_SURE, "dismiss_sure", "name id")                                                                         \
    X(DISMISSED, "dismissed", "name")                                                                                  \
    X(DISMISS_NOBODY, "dismiss_nobody", "")                                                                            \
    X(DISMISS_SELF, "dismiss_self", "")                                                                                \
    X(DISMISS_SUPER_ADMIN, "dismiss_super_admin", "name")                                                              \
    X(LIST_STAFF, "list_staff", "")                                                                                    \
    X(LIST_STAFF_EMPTY, "list_staff_empty", "")                                                                        \
    X(LIST_DISMISS, "list_dismiss", "")                                                                                \
    X(LIST_DISMISS_EMPTY, "list_dismiss_empty", "")                                                                    \
    X(STAFF_ROW, "staff_row", "name username id role state")                                                           \
    X(STAFF_BUTTON, "staff_button", "name")                                                                            \
    X(ROLE_ADMIN, "role_admin", "")                                                                                    \
    X(ROLE_SUPER_ADMIN, "role_super_admin", "")                                                                        \
    X(STAFF_ACTIVE, "staff_active", "")                                                                                \
    X(STAFF_WAITING, "staff_waiting", "")                                                                              \
    X(STAFF_BLOCKED, "staff_blocked", "")                                                                              \
    /* backups, to super-admins */                                                                                     \
    X(BACKUP_CAPTION, "backup_caption", "documents")                                                                   \
    X(BACKUP_KEPT, "backup_kept", "documents host path")                                                               \
    X(BACKUP_NOT_SENT, "backup_not_sent", "documents host path")                                                       \
    X(BACKUP_FAILED, "backup_failed", "host")                                                                          \
    /* how the bot and its database are */                                                                             \
    X(BUTTON_REFRESH, "button_refresh", "")                                                                            \
    X(BUTTON_BACKUP, "button_backup", "")                                                                              \
    X(REPORT, "report", "backend latency mode copies sending owing uptime version")                                    \
    X(REPORT_COUNTS, "report_counts", "waiting accepted completed rejected cancelled users staff time")                \
    X(REPORT_NO_COUNTS, "report_no_counts", "")                                                                        \
    X(UPTIME, "uptime", "days hours minutes")                                                                          \
    X(BACKUP_ASKED, "backup_asked", "")                                                                                \
    /* while the database is away */                                                                                   \
    X(DATABASE_LOST, "database_lost", "time")                                                                          \
    X(DATABASE_BACK, "database_back", "duration")                                                                      \
    X(WE_HAVE_IT, "we_have_it", "")                                                                                    \
    X(PRESS_AGAIN, "press_again", "")                                                                                  \
    X(REPORT_AWAY, "report_away", "time duration")                                                                     \
    /* columns of an export for people */                                                                              \
    X(EXPORT_NUMBER, "export_number", "")                                                                              \
    X(EXPORT_CREATED, "export_created", "")                                                                            \
    X(EXPORT_CHANGED, "export_changed", "")                                                                            \
    X(EXPORT_STATUS, "export_status", "")                                                                              \
    X(EXPORT_PRIORITY, "export_priority", "")                                                                          \
    X(EXPORT_NAME, "export_name", "")                                                                                  \
    X(EXPORT_PHONE, "export_phone", "")                                                                                \
    X(EXPORT_USERNAME, "export_username", "")                                                                          \
    X(EXPORT_AUTHOR, "export_author", "")                                                                              \
    X(EXPORT_DESCRIPTION, "export_description", "")                                                                    \
    X(EXPORT_FILES, "export_files", "")                                                                                \
    X(EXPORT_ASSIGNEE, "export_assignee", "")                                                                          \
    X(EXPORT_ASSIGNEE_ID, "export_assignee_id", "")                                                                    \
    X(EXPORT_REASON, "export_reason", "")                                                                              \
    X(EXPORT_LEGACY, "export_legacy", "")

enum text {
#define X(id, name, placeholders) TEXT_##id,
    TEXTS(X)
#undef X
        TEXT_COUNT
};

#endif
