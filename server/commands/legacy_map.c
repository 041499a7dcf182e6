#include "server/commands/legacy_map.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/iso.h"
#include "core/parse.h"
#include "core/utf.h"
#include "telegram/types.h"

/* Telegram's ids of people stay below 2^52. */
static const int64_t PERSON_MAX = INT64_C(1) << 52;
/* Seconds and milliseconds since 1970 are told apart by their size: seconds reach the year 5138 with it. */
static const int64_t SECONDS_MAX = INT64_C(100000000000);

enum { LEGACY_ID_DIGITS = 8, FILE_ID_MAX = 255 };

#define REMARK(id) (1U << LEGACY_REMARK_##id)

static const char *const remark_texts[] = {
#define X(id, text) text,
    LEGACY_REMARKS(X)
#undef X
};

const char *legacy_remark_text(enum legacy_remark remark) {
    return remark_texts[remark];
}

/* A row being read. */
struct reading {
    struct arena *arena;
    const struct legacy_row *row;
    unsigned remarks;
};

static const struct legacy_value *value_of(const struct reading *reading, enum legacy_field field) {
    return &reading->row->values[field];
}

/* --- values --- */

/* A number in whatever way it was stored. */
static bool read_number(struct arena *arena, const struct legacy_value *value, int64_t min, int64_t max,
                        int64_t *ret_number) {
    if (value->kind == LEGACY_TEXT)
        return parse_i64(utf_clean_line(arena, value->text), min, max, ret_number) == STATUS_OK;
    if (value->kind != LEGACY_NUMBER || value->number < min || value->number > max)
        return false;
    *ret_number = value->number;
    return true;
}

static const char *read_person(const struct reading *reading, int64_t *ret_id) {
    const bool read = read_number(reading->arena, value_of(reading, LEGACY_FIELD_TELEGRAM_ID), 1, PERSON_MAX, ret_id);
    return read ? NULL : "telegram_id is missing, or no id of a person";
}

static int64_t of_epoch(int64_t number) {
    return number < SECONDS_MAX ? number * SECOND : number;
}

/* Naive times were written in UTC. */
static bool read_time(struct arena *arena, const struct legacy_value *value, int64_t *ret_ms) {
    struct iso_time time;
    int64_t ms = 0;
    if (value->kind == LEGACY_TIME)
        ms = value->number;
    else if (value->kind == LEGACY_NUMBER)
        ms = of_epoch(value->number);
    else if (value->kind == LEGACY_TEXT && iso_parse(utf_clean_line(arena, value->text), &time) == STATUS_OK)
        ms = iso_as_utc(&time);
    if (ms <= 0)
        return false;
    *ret_ms = ms;
    return true;
}

/* At most `max` bytes, cut between two characters. */
static const char *cut(struct reading *reading, char *text, size_t max) {
    static const char more[] = "…";
    if (strlen(text) <= max)
        return text;
    const char *end = text;
    for (const char *next = text; (void)utf_next(&next), next <= text + max - strlen(more);)
        end = next;
    reading->remarks |= REMARK(CUT);
    return arena_printf(reading->arena, "%.*s%s", (int)(end - text), text, more);
}

/* Of texts and numbers (a phone without its plus); NULL where there is nothing. */
static const char *read_text(struct reading *reading, enum legacy_field field, size_t max, bool lines) {
    const struct legacy_value *value = value_of(reading, field);
    const char *text = value->text;
    if (value->kind == LEGACY_NUMBER)
        text = arena_printf(reading->arena, "%" PRId64, value->number);
    else if (value->kind != LEGACY_TEXT)
        return NULL;
    char *clean = lines ? utf_clean(reading->arena, text) : utf_clean_line(reading->arena, text);
    return *clean ? cut(reading, clean, max) : NULL;
}

static const char *without_at(const char *username) {
    return username && *username == '@' ? username + 1 : username;
}

bool legacy_is_name(const char *name) {
    const size_t length = name ? utf_length(name) : 0;
    return length >= 2 && length <= 100 && utf_has_letter(name);
}

bool legacy_is_phone(const char *phone) {
    const char *digits = phone && *phone == '+' ? phone + 1 : phone;
    const size_t count = digits ? strspn(digits, "0123456789") : 0;
    return count >= 10 && count <= 15 && digits[count] == '\0';
}

/* What a form accepts is kept as a form keeps it; anything else as it was written. */
static const char *read_phone(struct reading *reading) {
    const char *text = read_text(reading, LEGACY_FIELD_PHONE, WORD_BYTES_MAX, false);
    char *digits = text ? arena_alloc(reading->arena, strlen(text) + 1) : NULL;
    size_t length = 0;
    for (const char *byte = text; text && *byte; byte++)
        if (!strchr(" -()", *byte))
            digits[length++] = *byte;
    return legacy_is_phone(digits) ? digits : text;
}

/* --- people --- */

const char *legacy_user(struct arena *arena, const struct legacy_row *row, struct user *ret_user,
                        unsigned *ret_remarks) {
    struct reading reading = {arena, row, 0};
    struct user user = {.role = ROLE_USER, .started = true};
    const struct legacy_value *registered = value_of(&reading, LEGACY_FIELD_REGISTERED_AT);
    const char *wrong = read_person(&reading, &user.doc.id);
    if (wrong)
        return wrong;
    user.username = without_at(read_text(&reading, LEGACY_FIELD_USERNAME, WORD_BYTES_MAX, false));
    if (!read_time(arena, registered, &user.created_at) && registered->kind != LEGACY_ABSENT)
        reading.remarks |= REMARK(REGISTERED_AT);
    *ret_user = user;
    *ret_remarks = reading.remarks;
    return NULL;
}

static bool is_true(struct arena *arena, const struct legacy_value *value) {
    if (value->kind == LEGACY_TEXT)
        return strcmp(utf_fold_label(arena, value->text), "true") == 0 || strcmp(value->text, "1") == 0;
    return (value->kind == LEGACY_BOOL || value->kind == LEGACY_NUMBER) && value->number != 0;
}

const char *legacy_admin(struct arena *arena, const struct legacy_row *row, struct user *ret_user) {
    struct reading reading = {arena, row, 0};
    const bool super = is_true(arena, value_of(&reading, LEGACY_FIELD_IS_SUPER_ADMIN));
    struct user user = {.role = super ? ROLE_SUPER_ADMIN : ROLE_ADMIN};
    const char *wrong = read_person(&reading, &user.doc.id);
    if (wrong)
        return wrong;
    user.username = without_at(read_text(&reading, LEGACY_FIELD_USERNAME, WORD_BYTES_MAX, false));
    *ret_user = user;
    return NULL;
}

/* --- tickets --- */

/* Eight hexadecimal digits; where all of them are decimal, a tool may have made a number of them. */
static const char *read_legacy_id(const struct reading *reading, const char **ret_id) {
    static const char wrong[] = "ticket_id is missing, or not of eight hexadecimal digits";
    const struct legacy_value *value = value_of(reading, LEGACY_FIELD_TICKET_ID);
    char *id = NULL;
    if (value->kind == LEGACY_TEXT)
        id = utf_clean_line(reading->arena, value->text);
    else if (value->kind == LEGACY_NUMBER && value->number >= 0)
        id = arena_printf(reading->arena, "%08" PRId64, value->number);
    if (!id || strlen(id) != LEGACY_ID_DIGITS)
        return wrong;
    for (char *digit = id; *digit; digit++) {
        if (!isxdigit((unsigned char)*digit))
            return wrong;
        *digit = (char)tolower((unsigned char)*digit);
    }
    *ret_id = id;
    return NULL;
}

static const char *read_created_at(struct reading *reading, int64_t *ret_ms) {
    if (read_time(reading->arena, value_of(reading, LEGACY_FIELD_CREATED_AT), ret_ms))
        return NULL;
    if (reading->row->id_time <= 0)
        return "created_at is missing, or no time";
    *ret_ms = reading->row->id_time;
    reading->remarks |= REMARK(CREATED_AT);
    return NULL;
}

static const char *read_status(const struct reading *reading, enum ticket_status *ret_status) {
    const struct legacy_value *value = value_of(reading, LEGACY_FIELD_STATUS);
    const bool known = value->kind == LEGACY_TEXT && legacy_status_word(reading->arena, value->text, ret_status);
    return known ? NULL : "status is missing, or no known word";
}

static enum priority read_priority(struct reading *reading) {
    const struct legacy_value *value = value_of(reading, LEGACY_FIELD_PRIORITY);
    enum priority priority = PRIORITY_MEDIUM;
    if (value->kind != LEGACY_TEXT || !legacy_priority_word(reading->arena, value->text, &priority))
        reading->remarks |= REMARK(PRIORITY);
    return priority;
}

/* A file without a type is taken for a photo: the first versions of the bot before knew no others. */
static bool read_media_kind(const struct reading *reading, int64_t *ret_kind) {
    const struct legacy_value *value = value_of(reading, LEGACY_FIELD_FILE_TYPE);
    *ret_kind = TG_MEDIA_PHOTO;
    if (value->kind == LEGACY_ABSENT)
        return true;
    const char *word = value->kind == LEGACY_TEXT ? utf_fold_label(reading->arena, value->text) : "?";
    if (strcmp(word, "document") == 0)
        *ret_kind = TG_MEDIA_DOCUMENT;
    return strcmp(word, "document") == 0 || strcmp(word, "photo") == 0 || *word == '\0';
}

static struct media_list read_media(struct reading *reading) {
    const struct legacy_value *value = value_of(reading, LEGACY_FIELD_IMAGE);
    const char *file_id = value->kind == LEGACY_TEXT ? utf_clean_line(reading->arena, value->text) : "";
    struct media media = {.file_id = file_id};
    if (value->kind == LEGACY_ABSENT || (value->kind == LEGACY_TEXT && !*file_id))
        return (struct media_list){0};
    if (!*file_id || strlen(file_id) > FILE_ID_MAX || !read_media_kind(reading, &media.kind)) {
        reading->remarks |= REMARK(MEDIA);
        return (struct media_list){0};
    }
    return (struct media_list){arena_memdup(reading->arena, &media, sizeof(media)), 1};
}

/* By username, or by id. Somebody unknown is kept by the name that stands there. */
static void read_assignee(struct reading *reading, const struct legacy_people *people, struct ticket *ticket) {
    const char *name = read_text(reading, LEGACY_FIELD_ACCEPTED_BY, NAME_BYTES_MAX, false);
    int64_t id = 0;
    if (!name || strcmp(name, "None") == 0)
        return;
    if (parse_i64(name, 1, PERSON_MAX, &id) == STATUS_OK)
        id = legacy_people_know(people, id) ? id : 0;
    else
        id = legacy_people_find(people, without_at(name));
    const char *username = id ? legacy_people_username(people, id) : NULL;
    ticket->assignee = id;
    ticket->assignee_name = username ? arena_printf(reading->arena, "@%s", username) : name;
    if (!id)
        reading->remarks |= REMARK(ASSIGNEE);
}

static void read_rest(struct reading *reading, const struct legacy_people *people, struct ticket *ticket) {
    struct event created = {.at = ticket->created_at, .who = ticket->author, .what = "created"};
    const char *username = legacy_people_username(people, ticket->author);
    ticket->name = read_text(reading, LEGACY_FIELD_NAME, NAME_BYTES_MAX, false);
    ticket->phone = read_phone(reading);
    ticket->description = read_text(reading, LEGACY_FIELD_DESCRIPTION, TEXT_BYTES_MAX, true);
    ticket->username = arena_strdup(reading->arena, username);
    ticket->media = read_media(reading);
    ticket->priority = read_priority(reading);
    ticket->reason = read_text(reading, LEGACY_FIELD_DECLINE_REASON, TEXT_BYTES_MAX, true);
    ticket->changed_at = ticket->created_at;
    ticket->events = (struct event_list){arena_memdup(reading->arena, &created, sizeof(created)), 1};
    if (ticket->status != TICKET_WAITING)
        read_assignee(reading, people, ticket);
}

const char *legacy_ticket(struct arena *arena, const struct legacy_row *row, const struct legacy_people *people,
                          struct ticket *ret_ticket, unsigned *ret_remarks) {
    struct reading reading = {arena, row, 0};
    struct ticket ticket = {0};
    const char *wrong = read_legacy_id(&reading, &ticket.legacy_id);
    if (!wrong)
        wrong = read_person(&reading, &ticket.author);
    if (!wrong)
        wrong = read_status(&reading, &ticket.status);
    if (!wrong)
        wrong = read_created_at(&reading, &ticket.created_at);
    if (wrong)
        return wrong;
    read_rest(&reading, people, &ticket);
    *ret_ticket = ticket;
    *ret_remarks = reading.remarks;
    return NULL;
}
