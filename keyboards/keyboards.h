/* keyboards: every keyboard that a person sees, as a table of rows of texts, and the codec of callback data. */
#ifndef KEYBOARDS_KEYBOARDS_H
#define KEYBOARDS_KEYBOARDS_H

#include "core/arena.h"
#include "core/status.h"
#include "telegram/types.h"
#include "texts/texts.h"

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
    X(REASON, "reject_reason")
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

/* --- callback data: "verb:number", at most 64 bytes --- */

#define VERBS(X)                                                                                                       \
    X(NONE, "")                                                                                                        \
    X(DRAFT, "draft")   /* 1: go on, 0: afresh */                                                                      \
    X(LANG, "lang")     /* enum lang */                                                                                \
    X(ACCEPT, "accept") /* ticket number */                                                                            \
    X(REJECT, "reject") /* ticket number */                                                                            \
    X(COMPLETE, "complete")                                                                                            \
    X(RETURN, "return")
enum verb {
#define X(id, name) VERB_##id,
    VERBS(X)
#undef X
        VERB_COUNT
};

char *callback_encode(struct arena *arena, enum verb verb, int64_t number);
/* INVALID for anything that callback_encode does not make: data comes from a client and may be anything. */
MUST_CHECK enum status callback_decode(const char *data, enum verb *ret_verb, int64_t *ret_number);
/* Data of the bot before: "accept|00c0ffee". The number is that of the eight hexadecimal digits, a ticket's legacy_id.
 * INVALID also for old buttons that nothing of ours corresponds to. */
MUST_CHECK enum status callback_decode_legacy(const char *data, enum verb *ret_verb, int64_t *ret_number);

#endif
