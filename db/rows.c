#include "db/rows.h"

#include <string.h>

#include "core/status.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const collection_names[] = {
#define X(id, name) name,
    COLLECTIONS(X)
#undef X
};
static const char *const role_names[] = {
#define X(id, name) name,
    ROLES(X)
#undef X
};
static const char *const ticket_status_names[] = {
#define X(id, name) name,
    TICKET_STATUSES(X)
#undef X
};
static const char *const priority_names[] = {
#define X(id, name) name,
    PRIORITIES(X)
#undef X
};
static const char *const call_status_names[] = {
#define X(id, name) name,
    CALL_STATUSES(X)
#undef X
};
static const char *const broadcast_status_names[] = {
#define X(id, name) name,
    BROADCAST_STATUSES(X)
#undef X
};
static const char *const list_names[] = {
#define X(id, name) name,
    LISTS(X)
#undef X
};
static const char *const owed_kind_names[] = {
#define X(id, name) name,
    OWED_KINDS(X)
#undef X
};

/* Rows of the tables: the member's place and what it may hold. */
#define NUMBER(row, member, stored)                                                                                    \
    { .name = (stored), .type = FIELD_NUMBER, .offset = offsetof(row, member) }
#define BOOL(row, member, stored)                                                                                      \
    { .name = (stored), .type = FIELD_BOOL, .offset = offsetof(row, member) }
#define TEXT(row, member, stored, bytes)                                                                               \
    { .name = (stored), .type = FIELD_TEXT, .offset = offsetof(row, member), .max = (bytes) }
#define NEEDED_TEXT(row, member, stored, bytes)                                                                        \
    { .name = (stored), .type = FIELD_TEXT, .offset = offsetof(row, member), .max = (bytes), .required = true }
#define WORD(row, member, stored, names)                                                                               \
    {                                                                                                                  \
        .name = (stored), .type = FIELD_WORD, .offset = offsetof(row, member), .words = (names),                       \
        .word_count = COUNT(names)                                                                                     \
    }
#define NEEDED_WORD(row, member, stored, names)                                                                        \
    {                                                                                                                  \
        .name = (stored), .type = FIELD_WORD, .offset = offsetof(row, member), .words = (names),                       \
        .word_count = COUNT(names), .required = true                                                                   \
    }
#define LIST(row, member, stored, items, record)                                                                       \
    { .name = (stored), .type = FIELD_LIST, .offset = offsetof(row, member), .max = (items), .list = &(record) }
#define RECORD(stored, row, table)                                                                                     \
    { .name = (stored), .size = sizeof(row), .fields = (table), .field_count = COUNT(table) }

static const struct field owed_arg_fields[] = {
    NEEDED_TEXT(struct owed_arg, name, "name", WORD_BYTES_MAX),
    TEXT(struct owed_arg, value, "value", TEXT_BYTES_MAX),
};
static const struct record owed_arg_record = RECORD("owed_arg", struct owed_arg, owed_arg_fields);

static const struct field owed_fields[] = {
    NEEDED_WORD(struct owed, kind, "kind", owed_kind_names),
    NUMBER(struct owed, chat, "chat"),
    NUMBER(struct owed, thread, "thread"),
    NUMBER(struct owed, message, "message"),
    NUMBER(struct owed, number, "ticket"),
    NUMBER(struct owed, not_before, "not_before"),
    NUMBER(struct owed, not_after, "not_after"),
    NUMBER(struct owed, part, "part"),
    WORD(struct owed, list, "list", list_names),
    NUMBER(struct owed, filter, "filter"),
    NUMBER(struct owed, from, "from"),
    BOOL(struct owed, before, "before"),
    TEXT(struct owed, text, "text", WORD_BYTES_MAX),
    TEXT(struct owed, keyboard, "keyboard", WORD_BYTES_MAX),
    TEXT(struct owed, callback_query_id, "callback_query_id", WORD_BYTES_MAX),
    BOOL(struct owed, alert, "alert"),
    BOOL(struct owed, service, "service"),
    LIST(struct owed, args, "args", OWED_ARGS_MAX, owed_arg_record),
};
const struct record owed_record = RECORD("owed", struct owed, owed_fields);

static const struct field card_fields[] = {
    NUMBER(struct card, message, "message"),
    NUMBER(struct card, shown, "shown"),
    NUMBER(struct card, part, "part"),
};
const struct record card_record = RECORD("card", struct card, card_fields);

static const struct field media_fields[] = {
    NUMBER(struct media, kind, "kind"),
    NEEDED_TEXT(struct media, file_id, "file_id", 255),
};
static const struct record media_record = RECORD("media", struct media, media_fields);

static const struct field event_fields[] = {
    NUMBER(struct event, at, "at"),
    NUMBER(struct event, who, "who"),
    NEEDED_TEXT(struct event, what, "what", WORD_BYTES_MAX),
};
static const struct record event_record = RECORD("event", struct event, event_fields);

static const struct field user_fields[] = {
    TEXT(struct user, username, "username", WORD_BYTES_MAX),
    TEXT(struct user, name, "name", NAME_BYTES_MAX),
    TEXT(struct user, language_code, "language_code", WORD_BYTES_MAX),
    TEXT(struct user, lang, "lang", WORD_BYTES_MAX),
    WORD(struct user, role, "role", role_names),
    BOOL(struct user, started, "started"),
    NUMBER(struct user, started_at, "started_at"),
    NUMBER(struct user, reachable, "reachable"),
    NUMBER(struct user, cast.id, "cast_id"),
    TEXT(struct user, cast.html, "cast_html", HTML_BYTES_MAX),
    LIST(struct user, cast.media, "cast_media", 1, media_record),
    BOOL(struct user, blocked, "blocked"),
    BOOL(struct user, banned, "banned"),
    BOOL(struct user, leaving, "leaving"),
    NUMBER(struct user, created_at, "created_at"),
    TEXT(struct user, commands, "commands", WORD_BYTES_MAX),
    NUMBER(struct user, service_message, "service_message"),
    TEXT(struct user, full_name, "full_name", NAME_BYTES_MAX),
    TEXT(struct user, phone, "phone", WORD_BYTES_MAX),
    TEXT(struct user, state, "state", WORD_BYTES_MAX),
    NUMBER(struct user, target, "target"),
    NUMBER(struct user, last_call_at, "last_call_at"),
    NUMBER(struct user, last_call, "last_call"),
    NUMBER(struct user, form.id, "form_id"),
    NUMBER(struct user, form.touched_at, "form_touched_at"),
    TEXT(struct user, form.name, "form_name", NAME_BYTES_MAX),
    TEXT(struct user, form.phone, "form_phone", WORD_BYTES_MAX),
    TEXT(struct user, form.description, "form_description", TEXT_BYTES_MAX),
    LIST(struct user, form.media, "form_media", MEDIA_MAX, media_record),
    TEXT(struct user, form.caption, "form_caption", TEXT_BYTES_MAX),
    WORD(struct user, form.priority, "form_priority", priority_names),
    TEXT(struct user, form.album, "form_album", WORD_BYTES_MAX),
    TEXT(struct user, form.refused_album, "form_refused_album", WORD_BYTES_MAX),
    NUMBER(struct user, form.answer_message, "form_answer_message"),
    TEXT(struct user, form.answer_state, "form_answer_state", WORD_BYTES_MAX),
    TEXT(struct user, form.draft_state, "form_draft_state", WORD_BYTES_MAX),
};

static const struct field ticket_fields[] = {
    NUMBER(struct ticket, author, "author"),
    NUMBER(struct ticket, form_id, "form_id"),
    TEXT(struct ticket, name, "name", NAME_BYTES_MAX),
    TEXT(struct ticket, phone, "phone", WORD_BYTES_MAX),
    TEXT(struct ticket, description, "description", TEXT_BYTES_MAX),
    TEXT(struct ticket, username, "username", WORD_BYTES_MAX),
    LIST(struct ticket, media, "media", MEDIA_MAX, media_record),
    WORD(struct ticket, priority, "priority", priority_names),
    WORD(struct ticket, status, "status", ticket_status_names),
    NUMBER(struct ticket, assignee, "assignee"),
    TEXT(struct ticket, assignee_name, "assignee_name", NAME_BYTES_MAX),
    TEXT(struct ticket, reason, "reason", TEXT_BYTES_MAX),
    NUMBER(struct ticket, created_at, "created_at"),
    NUMBER(struct ticket, changed_at, "changed_at"),
    NUMBER(struct ticket, queue, "queue"),
    LIST(struct ticket, events, "events", EVENTS_MAX, event_record),
    BOOL(struct ticket, media_refused, "media_refused"),
    TEXT(struct ticket, legacy_id, "legacy_id", WORD_BYTES_MAX),
};

static const struct field decline_fields[] = {
    NUMBER(struct decline, who, "who"),
    TEXT(struct decline, name, "name", NAME_BYTES_MAX),
};
static const struct record decline_record = RECORD("decline", struct decline, decline_fields);

static const struct field call_fields[] = {
    NUMBER(struct call, caller, "caller"),
    TEXT(struct call, name, "name", NAME_BYTES_MAX),
    TEXT(struct call, username, "username", WORD_BYTES_MAX),
    TEXT(struct call, phone, "phone", WORD_BYTES_MAX),
    TEXT(struct call, room, "room", CODE_BYTES_MAX),
    TEXT(struct call, room_name, "room_name", NAME_BYTES_MAX),
    WORD(struct call, status, "status", call_status_names),
    LIST(struct call, declined, "declined", DECLINED_MAX, decline_record),
    NUMBER(struct call, taken_by, "taken_by"),
    TEXT(struct call, taken_by_name, "taken_by_name", NAME_BYTES_MAX),
    BOOL(struct call, counted, "counted"),
    NUMBER(struct call, made_at, "made_at"),
    NUMBER(struct call, changed_at, "changed_at"),
};

static const struct field id_fields[] = {
    NUMBER(struct id_item, id, "id"),
    NUMBER(struct id_item, part, "part"),
};
static const struct record id_record = RECORD("id", struct id_item, id_fields);

static const struct field broadcast_fields[] = {
    WORD(struct broadcast, status, "status", broadcast_status_names),
    NUMBER(struct broadcast, made_by, "made_by"),
    NUMBER(struct broadcast, made_at, "made_at"),
    TEXT(struct broadcast, html, "html", HTML_BYTES_MAX),
    LIST(struct broadcast, media, "media", 1, media_record),
    BOOL(struct broadcast, counted, "counted"),
    NUMBER(struct broadcast, total, "total"),
    NUMBER(struct broadcast, sent, "sent"),
    NUMBER(struct broadcast, failed, "failed"),
    NUMBER(struct broadcast, blocked, "blocked"),
    NUMBER(struct broadcast, cursor, "cursor"),
    LIST(struct broadcast, done, "done", DONE_MAX, id_record),
    LIST(struct broadcast, deferred, "deferred", DEFERRED_MAX, id_record),
    NUMBER(struct broadcast, eta, "eta"),
};

static const struct field room_fields[] = {
    TEXT(struct room, code, "code", CODE_BYTES_MAX),
    TEXT(struct room, name, "name", NAME_BYTES_MAX),
    NUMBER(struct room, place, "place"),
};

static const struct record records[] = {
    [COLLECTION_USERS] = RECORD("users", struct user, user_fields),
    [COLLECTION_TICKETS] = RECORD("tickets", struct ticket, ticket_fields),
    [COLLECTION_CALLS] = RECORD("calls", struct call, call_fields),
    [COLLECTION_BROADCASTS] = RECORD("broadcasts", struct broadcast, broadcast_fields),
    [COLLECTION_ROOMS] = RECORD("rooms", struct room, room_fields),
};
_Static_assert(COUNT(records) == COLLECTION_COUNT, "a record for every collection");

const struct record *record_of(enum collection collection) {
    return &records[collection];
}

const char *collection_name(enum collection collection) {
    return collection_names[collection];
}

const char *role_name(enum role role) {
    return role_names[role];
}

const char *ticket_status_name(enum ticket_status status) {
    return ticket_status_names[status];
}

const char *priority_name(enum priority priority) {
    return priority_names[priority];
}

const char *owed_kind_name(enum owed_kind kind) {
    return owed_kind_names[kind];
}

const char *call_status_name(enum call_status status) {
    return call_status_names[status];
}

/* Numbers above it do not occur: a ticket a second fills it in 35,000 years. */
enum { QUEUE_NUMBER_BITS = 40 };

/* Of those who were met before the time was kept, the time of that counts. */
int64_t user_reachable(const struct user *user) {
    if (!user->started || user->blocked || user->banned)
        return 0;
    if (user->started_at > 0)
        return user->started_at;
    return user->created_at > 0 ? user->created_at : 1;
}

int64_t ticket_queue(const struct ticket *ticket) {
    if (ticket->status != TICKET_WAITING && ticket->status != TICKET_ACCEPTED)
        return 0;
    return ((int64_t)(PRIORITY_COUNT - ticket->priority) << QUEUE_NUMBER_BITS) +
           (ticket->doc.id & (((int64_t)1 << QUEUE_NUMBER_BITS) - 1));
}

int64_t ticket_of_queue(int64_t queue) {
    return queue & (((int64_t)1 << QUEUE_NUMBER_BITS) - 1);
}

/* Five letters in front, 32 bits of FNV-1a behind: an id is good for lists, and hardly ever another code's. */
int64_t room_id(const char *code) {
    enum { LETTERS = 5, LETTER_BITS = 6 };
    static const char order[] = "-0123456789_AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz";
    uint64_t letters = 0, hash = UINT32_C(2166136261);
    const char *at = code;
    for (size_t i = 0; i < LETTERS; i++) {
        const char *letter = *at ? strchr(order, *at++) : NULL;
        letters = letters << LETTER_BITS | (letter ? (uint64_t)(letter - order) : 0);
    }
    for (at = code; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619 & UINT32_MAX;
    return (int64_t)(letters << 32 | hash) + 1;
}

static const uint64_t outcome_mask = (1U << OP_OUTCOME_BITS) - 1;

int64_t op_id(uint64_t digest, unsigned outcome) {
    return (int64_t)((digest & ~outcome_mask) | (outcome & outcome_mask));
}

bool op_find(const struct op_list *ops, uint64_t digest, unsigned *ret_outcome) {
    for (size_t i = ops->count; i-- > 0;) {
        uint64_t op = (uint64_t)ops->items[i];
        if ((op & ~outcome_mask) != (digest & ~outcome_mask))
            continue;
        if (ret_outcome)
            *ret_outcome = (unsigned)(op & outcome_mask);
        return true;
    }
    return false;
}
