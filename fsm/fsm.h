/* fsm: conversations as tables. A row says: in this state, on this event, check the input, keep it, go there. The
 * engine knows neither Telegram nor keyboards nor the database: (state, form, input) → result. It sees the plain rows
 * of db/rows.h and the ids of texts, nothing else above core. */
#ifndef FSM_FSM_H
#define FSM_FSM_H

#include "core/arena.h"
#include "db/rows.h"
#include "texts/ids.h"

/* The steps: name (stored in the session), what is asked there, what is said to input that no row of fsm/flows.c takes.
 * Steps of one conversation stand together, in their order. */
#define STATES(X)                                                                                                      \
    X(IDLE, "", NONE, NONE)                                                                                            \
    X(FORM_NAME, "form_name", ASK_NAME, BAD_NAME)                                                                      \
    X(FORM_PHONE, "form_phone", ASK_PHONE, BAD_PHONE)                                                                  \
    X(FORM_DESCRIPTION, "form_description", ASK_DESCRIPTION, BAD_DESCRIPTION)                                          \
    X(FORM_MEDIA, "form_media", ASK_MEDIA, BAD_MEDIA)                                                                  \
    X(FORM_PRIORITY, "form_priority", ASK_PRIORITY, BAD_PRIORITY)                                                      \
    X(FORM_FILED, "form_filed", NONE, NONE) /* the form is complete: a ticket is to be made; never stored */           \
    X(CAST_TEXT, "cast_text", ASK_CAST_TEXT, BAD_CAST_TEXT)                                                            \
    X(CAST_MEDIA, "cast_media", ASK_CAST_MEDIA, BAD_CAST_MEDIA)                                                        \
    X(CAST_READY, "cast_ready", NONE, NONE) /* never stored */                                                         \
    X(REJECT_REASON, "reject_reason", ASK_REASON, BAD_REASON)                                                          \
    X(REASON_GIVEN, "reason_given", NONE, NONE) /* never stored */                                                     \
    X(STAFF_ADD, "staff_add", ASK_STAFF, BAD_STAFF)                                                                    \
    X(PERSON_NAMED, "person_named", NONE, NONE) /* never stored */
enum state {
#define X(id, name, ask, complaint) STATE_##id,
    STATES(X)
#undef X
        STATE_COUNT
};

/* What came in, as the tables tell events apart. */
enum fsm_event {
    EVENT_TEXT,    /* text that is no label of the step's keyboard */
    EVENT_LABEL,   /* a label of the step's keyboard: input.label */
    EVENT_CONTACT, /* input.phone, input.own_contact */
    EVENT_PERSON,  /* somebody is named by a forwarded message or chosen with a button: input.person */
    EVENT_MEDIA,   /* a photo or a document: input.media */
    EVENT_VIDEO,   /* input.media */
    EVENT_OTHER    /* anything else */
};

struct input {
    enum fsm_event event;
    enum text label;
    const char *text; /* of TEXT, LABEL */
    const char *phone;
    bool own_contact;
    int64_t person; /* of CONTACT, PERSON: who; 0: they are not shown */
    bool is_bot;    /* of PERSON */
    struct media media;
    const char *caption, *album; /* NULL: none */
    int64_t message_id, now;
};

/* Form limits, in characters. */
enum {
    NAME_MIN = 2,
    NAME_MAX = 100,
    DESCRIPTION_MIN = 3,
    DESCRIPTION_MAX = 3000,
    PHONE_DIGITS_MIN = 10,
    PHONE_DIGITS_MAX = 15,
    REASON_MIN = 3,
    REASON_MAX = 500,
    CAST_UNITS_MAX = 4096 /* UTF-16 units: one message */
};

struct fsm_result {
    enum state next;
    enum text complaint; /* TEXT_NONE: accepted. Else `next` is the same state */
    bool silent;         /* nothing is said: another item of an album, or one already complained about */
    const char *answer;  /* of flows without a form: what was said, in the form in which it is kept */
    struct form form;    /* as it is afterwards; strings in the arena or borrowed from the form given and the input */
};

const char *state_name(enum state state); /* NULL for IDLE: what is stored */
/* IDLE for NULL and for names of another version. */
enum state state_by_name(const char *name);
enum text state_question(enum state state);
/* TEXT_NONE: the state is no step that waits for input. */
enum text state_complaint(enum state state);
/* The step before; IDLE before the first. */
enum state state_before(enum state state);

/* Whether it is a step of the ticket form. */
bool state_is_form(enum state state);

/* One step of a conversation. `state` is not IDLE. */
struct fsm_result fsm_step(struct arena *arena, enum state state, const struct form *form, const struct input *input);
/* An edited message: if it gave the form's last answer and the form is still at the step after, the answer is put in
 * its place (true; the result's `next` is the present state, `complaint` says why it could not be). Else false. */
bool fsm_edit(struct arena *arena, enum state state, const struct form *form, const struct input *input,
              struct fsm_result *ret_result);

/* Text from a phone as stored: blanks, dashes and brackets taken out; NULL if it is no phone number (^\+?\d{10,15}$).
 */
const char *phone_normalise(struct arena *arena, const char *text);
/* The description with the media's caption under it, as far as DESCRIPTION_MAX allows. */
const char *form_full_description(struct arena *arena, const struct form *form);

#endif
