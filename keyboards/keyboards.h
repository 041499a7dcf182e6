/* keyboards: every keyboard that a person sees, as a table of rows of texts, and the codec of callback data. */
#ifndef KEYBOARDS_KEYBOARDS_H
#define KEYBOARDS_KEYBOARDS_H

#include "core/arena.h"
#include "core/status.h"
#include "telegram/types.h"
#include "texts/texts.h"

/* --- callback data: "verb:number" or "verb:number:number…", at most 64 bytes --- */

enum { CALLBACK_NUMBERS_MAX = 4 };

/* Name, and how many numbers stand behind it. */
#define VERBS(X)                                                                                                       \
    X(NONE, "", 0)                                                                                                     \
    X(DRAFT, "draft", 1)   /* 1: go on, 0: afresh */                                                                   \
    X(LANG, "lang", 1)     /* enum lang */                                                                             \
    X(ACCEPT, "accept", 1) /* ticket number */                                                                         \
    X(REJECT, "reject", 1) /* ticket number */                                                                         \
    X(COMPLETE, "complete", 1)                                                                                         \
    X(RETURN, "return", 1)                                                                                             \
    X(PAGE, "page", 4)               /* enum list, filter, 1: the page before, sort key */                             \
    X(OPEN, "open", 1)               /* ticket number: its card */                                                     \
    X(CANCEL, "cancel", 1)           /* ticket number: asks */                                                         \
    X(CANCEL_SURE, "cancel_sure", 1) /* ticket number: does it */                                                      \
    X(CAST_SEND, "cast_send", 1)     /* id of what is composed */                                                      \
    X(CAST_DROP, "cast_drop", 1)     /* the same */                                                                    \
    X(CAST_PAUSE, "cast_pause", 1)   /* id of a broadcast */                                                           \
    X(CAST_GO_ON, "cast_go_on", 1)   /* the same */                                                                    \
    X(CAST_STOP, "cast_stop", 1)     /* the same */                                                                    \
    X(CANCEL_KEEP, "cancel_keep", 1) /* ticket number: thinks better of it */                                          \
    X(DISMISS, "dismiss", 1)         /* a person's id: asks */                                                         \
    X(DISMISS_SURE, "dismiss_sure", 1)                                                                                 \
    X(DISMISS_KEEP, "dismiss_keep", 0)                                                                                 \
    X(REPORT, "report", 0)                                                                                             \
    X(BACKUP, "backup", 0)                                                                                             \
    X(CALL_TAKE, "call_take", 1) /* id of a call */                                                                    \
    X(CALL_DECLINE, "call_decline", 1)                                                                                 \
    X(CALL_OLD, "call_old", 0) /* a call of the bot before */                                                          \
    X(ROOMS, "rooms", 0)                                                                                               \
    X(ROOM, "room", 1) /* id of a room */                                                                              \
    X(ROOM_REMOVE, "room_remove", 1)                                                                                   \
    X(ROOM_REMOVE_SURE, "room_remove_sure", 1)
enum verb {
#define X(id, name, numbers) VERB_##id,
    VERBS(X)
#undef X
        VERB_COUNT
};

struct callback {
    enum verb verb;
    int64_t numbers[CALLBACK_NUMBERS_MAX]; /* not negative */
};
/* How many numbers a verb takes. */
size_t verb_numbers(enum verb verb);
const char *verb_name(enum verb verb); /* "" of VERB_NONE */
char *callback_encode(struct arena *arena, const struct callback *callback);
/* INVALID for anything that callback_encode does not make: data comes from a client and may be anything. */
MUST_CHECK enum status callback_decode(const char *data, struct callback *ret_callback);

/* Data of the bot before: "accept|00c0ffee". The number is that of the eight hexadecimal digits, a ticket's legacy_id;
 * "srv_reply|yes|5" is VERB_CALL_OLD without one.
 * INVALID also for old buttons that nothing of ours corresponds to. */
MUST_CHECK enum status callback_decode_legacy(const char *data, struct callback *ret_callback);

/* --- keyboards --- */

/* Of the button that chooses a person: Telegram repeats it with the choice. There is one such button. */
enum { REQUEST_PERSON = 1 };

/* Names are stored in owed items. */
#define KEYBOARDS(X)                                                                                                   \
    X(NONE, "none")                                                                                                    \
    X(MENU_USER, "menu_user")                                                                                          \
    X(MENU_ADMIN, "menu_admin")                                                                                        \
    X(MENU_SUPER_ADMIN, "menu_super_admin")                                                                            \
    X(MENU, "menu") /* the one of the person's role when it is shown */                                                \
    X(FORM_NAME, "form_name")                                                                                          \
    X(FORM_PHONE, "form_phone")                                                                                        \
    X(FORM_DESCRIPTION, "form_description")                                                                            \
    X(FORM_MEDIA, "form_media")                                                                                        \
    X(FORM_PRIORITY, "form_priority")                                                                                  \
    X(DRAFT, "draft")                                                                                                  \
    X(LANGS, "langs")                                                                                                  \
    X(TICKET_WAITING, "ticket_waiting")                                                                                \
    X(TICKET_ACCEPTED, "ticket_accepted")                                                                              \
    X(CAST_TEXT, "cast_text")                                                                                          \
    X(CAST_MEDIA, "cast_media")                                                                                        \
    X(CAST_CONFIRM, "cast_confirm")                                                                                    \
    X(CAST_RUNNING, "cast_running")                                                                                    \
    X(CAST_PAUSED, "cast_paused")                                                                                      \
    X(CANCEL_SURE, "cancel_sure")                                                                                      \
    X(REASON, "reject_reason")                                                                                         \
    X(MENU_STAFF, "menu_staff")                                                                                        \
    X(STAFF_ADD, "staff_add")                                                                                          \
    X(DISMISS_SURE, "dismiss_sure")                                                                                    \
    X(REPORT, "report")                                                                                                \
    X(REPORT_SUPER_ADMIN, "report_super_admin")                                                                        \
    X(CALL, "call")                                                                                                    \
    X(ROOM, "room")                                                                                                    \
    X(ROOM_REMOVE_SURE, "room_remove_sure")
enum keyboard {
#define X(id, name) KEYBOARD_##id,
    KEYBOARDS(X)
#undef X
        KEYBOARD_COUNT
};

const char *keyboard_name(enum keyboard keyboard);
/* NOT_FOUND for a name of another version. */
MUST_CHECK enum status keyboard_by_name(const char *name, enum keyboard *ret_keyboard);

struct keyboard_context {
    enum lang lang;
    enum keyboard menu;      /* what KEYBOARD_MENU stands for */
    int64_t number;          /* of the ticket that inline buttons are about */
    const char *known_name;  /* offered as a button in FORM_NAME; NULL: none */
    const char *known_phone; /* offered in FORM_PHONE */
};

/* The markup, in `arena`; NULL for KEYBOARD_NONE. */
const struct tg_markup *keyboard_build(struct arena *arena, enum keyboard keyboard,
                                       const struct keyboard_context *context);
/* Which label of `menu` a person typed or pressed, in any of our languages; TEXT_NONE: none. It counts as it
 * stands, also without its emoji and in any letter case; «🔔 Виклик в серверну» is an old form of a label. */
enum text keyboard_label(struct arena *arena, enum keyboard menu, const char *typed);
/* Whether `typed` is this label, in any of our languages. */
bool keyboard_is_label(struct arena *arena, enum text label, const char *typed);

/* --- inline keyboards of lists --- */

struct inline_button {
    const char *text; /* as it is shown */
    enum verb verb;
    int64_t numbers[CALLBACK_NUMBERS_MAX]; /* as many as the verb takes */
    bool beside;                           /* in the row of the one before */
};
/* The markup, in `arena`. */
const struct tg_markup *keyboard_inline(struct arena *arena, const struct inline_button *buttons, size_t count);

#endif
