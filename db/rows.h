/* db/rows: what is stored, as plain structs, and the tables that describe them to the stores.
 *
 * Each struct has a table of fields (name in the database, type, place, maximum), from which one codec makes and reads
 * the documents of both stores. A new field is a member and a row in rows.c. Strings are borrowed from the arena
 * they were loaded into; NULL where absent. Handlers change a shallow copy: they replace strings and lists, never
 * what those point to. */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Maxima. Texts are counted in bytes here: a form's 3,000 characters are at most 12,000 bytes. */
enum {
    OPS_MAX = 128,  /* operation ids kept in a document */
    OWED_MAX = 100, /* items that a document can owe at once */
    OWED_ARGS_MAX = 6,
    CARDS_MAX = 300,           /* staff members who get a card */
    MEDIA_MAX = 10,            /* of one ticket: an album */
    EVENTS_MAX = 200,          /* of one ticket; the oldest are dropped */
    OPEN_TICKETS_MAX = 20,     /* of one person */
    ROW_BYTES_MAX = 8 << 20,   /* an arena for one row with all that it may owe */
    HTML_BYTES_MAX = 32 << 10, /* a broadcast's text with its formatting: Telegram takes no more (Client.cpp:11309) */
    DONE_MAX = 512,            /* recipients of a broadcast dealt with out of turn */
    DEFERRED_MAX = 64,         /* recipients of a broadcast whose chats are held */
    ROOMS_MAX = 500,
    DECLINED_MAX = 300,     /* staff members who declined a call */
    CODE_BYTES_MAX = 59,    /* of a room: Telegram takes 64 behind /start, and "room_" is in front */
    NAME_BYTES_MAX = 512,   /* names of people, 100 characters and more */
    TEXT_BYTES_MAX = 12000, /* descriptions, 3,000 characters */
    WORD_BYTES_MAX = 128    /* names of states, texts, keyboards; usernames; phones; callback query ids */
};

#define COLLECTIONS(X)                                                                                                 \
    X(USERS, "users")                                                                                                  \
    X(TICKETS, "tickets")                                                                                              \
    X(CALLS, "calls")                                                                                                  \
    X(BROADCASTS, "broadcasts")                                                                                        \
    X(ROOMS, "rooms")
enum collection {
#define X(id, name) COLLECTION_##id,
    COLLECTIONS(X)
#undef X
        COLLECTION_COUNT
};

/* Stored by name; the order is the order of power. */
#define ROLES(X)                                                                                                       \
    X(USER, "user")                                                                                                    \
    X(ADMIN, "admin")                                                                                                  \
    X(SUPER_ADMIN, "super_admin")
enum role {
#define X(id, name) ROLE_##id,
    ROLES(X)
#undef X
        ROLE_COUNT
};

#define TICKET_STATUSES(X)                                                                                             \
    X(WAITING, "waiting")                                                                                              \
    X(ACCEPTED, "accepted")                                                                                            \
    X(COMPLETED, "completed")                                                                                          \
    X(REJECTED, "rejected")                                                                                            \
    X(CANCELLED, "cancelled")
enum ticket_status {
#define X(id, name) TICKET_##id,
    TICKET_STATUSES(X)
#undef X
        TICKET_STATUS_COUNT
};

/* Of a call. Everything but WAITING and TAKEN has been told to the caller, and may be taken all the same. */
#define CALL_STATUSES(X)                                                                                               \
    X(WAITING, "waiting")                                                                                              \
    X(TAKEN, "taken")                                                                                                  \
    X(UNANSWERED, "unanswered") /* for three minutes */                                                                \
    X(DECLINED, "declined")     /* by all whom it reached */                                                           \
    X(UNREACHED, "unreached")   /* it reached nobody */
enum call_status {
#define X(id, name) CALL_##id,
    CALL_STATUSES(X)
#undef X
        CALL_STATUS_COUNT
};

#define BROADCAST_STATUSES(X)                                                                                          \
    X(RUNNING, "running")                                                                                              \
    X(PAUSED, "paused")                                                                                                \
    X(STOPPED, "stopped")                                                                                              \
    X(DONE, "done")
enum broadcast_status {
#define X(id, name) BROADCAST_##id,
    BROADCAST_STATUSES(X)
#undef X
        BROADCAST_STATUS_COUNT
};

/* NONE only in a form that has not asked yet. */
#define PRIORITIES(X)                                                                                                  \
    X(NONE, "")                                                                                                        \
    X(LOW, "low")                                                                                                      \
    X(MEDIUM, "medium")                                                                                                \
    X(HIGH, "high")
enum priority {
#define X(id, name) PRIORITY_##id,
    PRIORITIES(X)
#undef X
        PRIORITY_COUNT
};

/* Lists of tickets, and of people. Their numbers stand in the callback data of buttons: add at the end. */
#define LISTS(X)                                                                                                       \
    X(NONE, "")                                                                                                        \
    X(ACTIVE, "active")   /* waiting and accepted, for staff */                                                        \
    X(HISTORY, "history") /* one's own, newest first */                                                                \
    X(OPEN, "open")       /* one's own that can be cancelled */                                                        \
    X(CLOSED, "closed")   /* everybody's closed ones, newest first, for staff */                                       \
    X(STAFF, "staff")     /* of people: who is on staff, for super-admins */                                           \
    X(DISMISS, "dismiss") /* of people: who can be dismissed, for super-admins */                                      \
    X(ROOMS, "rooms")     /* of rooms, for super-admins */
enum list {
#define X(id, name) LIST_##id,
    LISTS(X)
#undef X
        LIST_COUNT
};

/* What a document may owe. Rendered when delivered. */
#define OWED_KINDS(X)                                                                                                  \
    X(MESSAGE, "message")   /* a text of the catalogue with arguments and a keyboard to `chat` */                      \
    X(EDIT, "edit")         /* the same in place of the message `message`; a new one where that is gone */             \
    X(LIST, "list")         /* a page of tickets; in place of `message`, a new one where that is 0 or gone */          \
    X(CARD, "card")         /* the ticket `number` as it is, without buttons */                                        \
    X(ANSWER, "answer")     /* answerCallbackQuery; `text` may be NULL */                                              \
    X(STRIP, "strip")       /* takes the buttons off the message `message` */                                          \
    X(DELETE, "delete")     /* the message `message`; nobody minds if it stays */                                      \
    X(REPORT, "report")     /* how the bot and its database are; in place of `message`, as LIST */                     \
    X(BACKUP, "backup")     /* not a message: a backup is wanted */                                                    \
    X(CARDS, "cards")       /* not a message: cards that were given up in the chat are brought again */                \
    X(COMMANDS, "commands") /* the command list of one's role, by chat scope */                                        \
    X(PREVIEW, "preview")   /* what the session's `cast` says, as recipients will see it; with the menu */             \
    X(CREATE_BROADCAST, "create_broadcast") /* not a message: insert broadcast `number` from the session's cast */     \
    X(CREATE_TICKET, "create_ticket")       /* not a message: insert ticket `number` from the session's form */        \
    X(TICKET_FILED, "ticket_filed")         /* the author's summary of the ticket that owes it */                      \
    X(RETURN_TICKETS, "return_tickets")     /* not a message: what this person has accepted goes back to the queue */  \
    X(CREATE_CALL, "create_call")           /* not a message: insert the call `number` of the session's person */      \
    X(CALL_COUNT, "call_count")             /* not a message: every card of the call is tried, count them */           \
    X(CALL_DUE, "call_due")                 /* not a message: nobody has taken the call for long */                    \
    X(CALL_RETURN, "call_return")           /* not a message: the caller's cool-down is given back */
enum owed_kind {
#define X(id, name) OWED_##id,
    OWED_KINDS(X)
#undef X
        OWED_KIND_COUNT
};

struct owed_arg {
    const char *name, *value; /* of a placeholder; the value is raw, escaped when rendered */
};
struct owed_arg_list {
    struct owed_arg *items;
    size_t count;
};

struct owed {
    int64_t id; /* rises within a document: the order of delivery. Given by store_write */
    enum owed_kind kind;
    int64_t chat, thread; /* the recipient */
    int64_t message;      /* EDIT, LIST, STRIP: which; MESSAGE: replied to, 0 none */
    int64_t number;       /* CREATE_…: id of what is made; CARD: of the ticket; what inline buttons are about */
    int64_t not_before, not_after; /* ms UTC, 0: none */
    int64_t part;         /* how many parts of a long message are delivered; EDIT, LIST: 1 once `message` is gone */
    enum list list;       /* LIST: which */
    int64_t filter, from; /* LIST: which of them; sort key beyond which the page begins, 0: at the start */
    bool before;          /* LIST: the page before `from` instead */
    const char *text, *keyboard; /* names in the catalogue and of a keyboard; unknown ones are dropped with a warning */
    const char *callback_query_id; /* ANSWER */
    bool alert;                    /* ANSWER */
    bool service;                  /* MESSAGE: becomes the person's service message, the one before is deleted */
    struct owed_arg_list args;
};
struct owed_list {
    struct owed *items; /* by id, rising */
    size_t count;
};

/* A copy of a document's card in one chat. Its document's owner keeps it true: `shown` is the revision it shows. */
struct card {
    int64_t chat;
    int64_t message; /* the one with the buttons, edited later; 0: none yet */
    int64_t shown;   /* revision; CARD_GIVEN_UP: cannot be delivered, until its chat can be written to again */
    int64_t part;    /* of a card that is being sent: how many of its messages are left; 0: it is not begun */
};
enum { CARD_GIVEN_UP = -1 };
struct card_list {
    struct card *items; /* by chat, rising */
    size_t count;
};

struct op_list {
    int64_t *items; /* oldest first: op_id(…) values */
    size_t count;
};

/* An operation is known by 56 bits of its digest; the low 8 bits say how it ended. */
#define OP_OUTCOME_BITS 8
int64_t op_id(uint64_t digest, unsigned outcome);
/* Whether `ops` holds the operation; *ret_outcome (may be NULL) says how it ended. */
bool op_find(const struct op_list *ops, uint64_t digest, unsigned *ret_outcome);

/* What every deciding document carries (docs/ARCHITECTURE.md, "The commit protocol"). The first member of its struct.
 */
struct doc {
    int64_t id;
    int64_t rev;     /* rises with every deciding write; 0: not stored yet */
    int64_t owner;   /* the copy that delivers what is owed; 0: nobody */
    int64_t owed_at; /* ms UTC since when something is owed; 0: nothing is */
    int64_t face;    /* revision of the last write that changed what cards show; a card that shows less is not true */
    struct op_list ops;
    struct owed_list owes;
    struct card_list cards; /* tickets and calls */
    unsigned odd;           /* loaded fields that were of a wrong type or over their maximum, and read as absent */
};

struct media {
    int64_t kind; /* enum tg_media_kind by number */
    const char *file_id;
};
struct media_list {
    struct media *items;
    size_t count;
};

struct event {
    int64_t at, who;  /* ms UTC; a person */
    const char *what; /* a word: created, accepted, … */
};
struct event_list {
    struct event *items;
    size_t count;
};

/* The ticket form while it is filled in, or left as a draft. */
struct form {
    int64_t id;         /* random, of this filling-in; names the ticket that comes of it */
    int64_t touched_at; /* ms UTC */
    const char *name, *phone, *description;
    struct media_list media;
    const char *caption; /* what came with the media; joins the description when the ticket is filed */
    enum priority priority;
    const char *album;         /* media_group_id of the accepted album, whose other items are appended */
    const char *refused_album; /* media_group_id that was complained about once */
    int64_t answer_message;    /* the message that gave the last answer; an edit of it replaces the answer */
    const char *answer_state;  /* the step which that answer was to */
    const char *draft_state;   /* where a form that was left goes on; NULL: there is no draft */
};

/* A broadcast while its author composes it. */
struct cast {
    int64_t id; /* random, of the preview that can be confirmed; 0: none */
    const char *html;
    struct media_list media;
};

/* _id is the Telegram id. */
struct user {
    struct doc doc;
    const char *username, *name, *language_code; /* as Telegram says: without @; first and last name; IETF tag */
    const char *lang;                            /* chosen with /lang; NULL: by language_code */
    enum role role;
    bool started;                  /* has written to the bot (a staff member may be added before) */
    int64_t started_at;            /* ms UTC */
    bool blocked;                  /* the bot cannot write to them */
    bool banned;                   /* staff want nothing from them */
    bool leaving;                  /* a super-admin whose dismissal has begun: does not count as one who stays */
    int64_t created_at;            /* ms UTC */
    const char *commands;          /* role and language of the command list last set for this chat */
    int64_t service_message;       /* the last message that only brought a keyboard; 0: none */
    const char *full_name, *phone; /* remembered from the last form */
    int64_t reachable;             /* ms UTC since when broadcasts reach them, 0: they do not. The store sets it */
    struct cast cast;
    const char *state;    /* of the conversation; NULL: idle */
    int64_t target;       /* the ticket that the conversation is about; 0: none */
    int64_t last_call_at; /* ms UTC; 0: never, or it reached nobody */
    int64_t last_call;    /* id of that call */
    struct form form;
};

/* _id is the number people see. */
struct ticket {
    struct doc doc;
    int64_t author, form_id;
    const char *name, *phone, *description, *username;
    struct media_list media;
    enum priority priority;
    enum ticket_status status;
    int64_t assignee;          /* 0: nobody */
    const char *assignee_name; /* as it was when they took it */
    const char *reason;
    int64_t created_at, changed_at; /* ms UTC */
    int64_t queue; /* place among the open tickets, see ticket_queue; 0: closed. The store sets it at every write */
    struct event_list events;
    bool media_refused;    /* Telegram would not take the media: cards go without and say so */
    const char *legacy_id; /* what the bot before called it, eight hexadecimal digits; NULL: filed with this one */
};

struct decline {
    int64_t who;
    const char *name; /* as it was then */
};
struct decline_list {
    struct decline *items;
    size_t count;
};

/* Somebody asks staff to come. _id is random. */
struct call {
    struct doc doc;
    int64_t caller;
    const char *name, *username, *phone;
    const char *room, *room_name; /* code and name as they were; NULL: none, and of an unknown code no name */
    enum call_status status;
    struct decline_list declined;
    int64_t taken_by; /* 0: nobody */
    const char *taken_by_name;
    bool counted;                /* every card has been tried, and the caller was told how many it reached */
    int64_t made_at, changed_at; /* ms UTC */
};

struct id_item {
    int64_t id;   /* a person */
    int64_t part; /* of a broadcast's messages: what they have not got yet begins with it */
};
struct id_list {
    struct id_item *items;
    size_t count;
};

/* _id is random. Recipients are walked by id, rising. */
struct broadcast {
    struct doc doc;
    enum broadcast_status status;
    int64_t made_by, made_at; /* a person; ms UTC: who had started the bot by then gets it */
    const char *html;
    struct media_list media; /* one, or none */
    bool counted;            /* total is known */
    int64_t total, sent, failed, blocked;
    int64_t cursor;          /* everybody up to it has been dealt with, but for `deferred` */
    struct id_list done;     /* above it, dealt with */
    struct id_list deferred; /* whose chats are held: tried again */
    int64_t eta;             /* seconds that the rest takes, as last seen; 0: not known */
};

/* A place that a call can come from. _id is room_id of its code. */
struct room {
    struct doc doc;
    const char *code;
    const char *name; /* NULL: it was removed */
    int64_t place;    /* its _id; 0: it was removed. The store sets it at every write */
};

/* In the order of the codes' first letters; never 0. Two codes can have one id (one in 10^9 of them), so the code has
 * to be looked at. */
int64_t room_id(const char *code);

/* A row of any collection, as it is loaded. */
union any_row {
    struct doc doc;
    struct user user;
    struct ticket ticket;
    struct call call;
    struct broadcast broadcast;
    struct room room;
};

/* ms UTC since when broadcasts reach a person; 0: they do not. */
int64_t user_reachable(const struct user *user);
/* The sort key of an open ticket, urgent first, then oldest; 0 for a closed one. */
int64_t ticket_queue(const struct ticket *ticket);
/* The number of the ticket with that sort key. */
int64_t ticket_of_queue(int64_t queue);

/* --- the tables --- */

enum field_type {
    FIELD_NUMBER, /* int64_t */
    FIELD_BOOL,
    FIELD_TEXT, /* const char *; `max` bytes */
    FIELD_WORD, /* an enum, stored by the name in `words` */
    FIELD_LIST  /* struct { T *items; size_t count; }; `max` items of `list` */
};

struct record; /* below */

struct field {
    const char *name; /* in the document */
    enum field_type type;
    size_t offset; /* in the struct */
    size_t max;
    bool required;            /* texts and words in a list or map: an element without it is left out, and odd */
    const char *const *words; /* FIELD_WORD: names by value */
    size_t word_count;
    const struct record *list; /* FIELD_LIST: its element */
};

struct record {
    const char *name;
    size_t size;
    const struct field *fields;
    size_t field_count;
};

/* The fields of a collection's rows without those of struct doc. */
const struct record *record_of(enum collection collection);
/* Elements of the maps in struct doc: owes (key: id) and cards (key: chat). */
extern const struct record owed_record, card_record;

const char *collection_name(enum collection collection);
const char *role_name(enum role role);
const char *ticket_status_name(enum ticket_status status);
const char *priority_name(enum priority priority);
const char *call_status_name(enum call_status status);
const char *owed_kind_name(enum owed_kind kind);

#endif
