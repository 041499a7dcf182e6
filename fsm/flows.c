/* The ticket form, row by row: state × event → check, keep, next. */
#include "fsm/flows.h"

#include <string.h>

#include "core/parse.h"
#include "core/utf.h"

static enum text check_length(const char *text, size_t min, size_t max, enum text complaint) {
    size_t length = utf_length(text);
    return length < min || length > max ? complaint : TEXT_NONE;
}

static enum text check_name(struct arena *arena, const struct form *form, const struct input *input,
                            struct answer *ret_answer) {
    (void)form;
    ret_answer->text = utf_clean_line(arena, input->text);
    if (!utf_has_letter(ret_answer->text))
        return TEXT_BAD_NAME;
    return check_length(ret_answer->text, NAME_MIN, NAME_MAX, TEXT_BAD_NAME);
}

static enum text check_phone(struct arena *arena, const struct form *form, const struct input *input,
                             struct answer *ret_answer) {
    (void)form;
    ret_answer->text = phone_normalise(arena, input->text);
    return ret_answer->text ? TEXT_NONE : TEXT_BAD_PHONE;
}

/* Telegram gives a contact's number in international form, often without the plus. */
static enum text check_contact(struct arena *arena, const struct form *form, const struct input *input,
                               struct answer *ret_answer) {
    (void)form;
    if (!input->own_contact)
        return TEXT_BAD_CONTACT;
    const char *phone = phone_normalise(arena, input->phone);
    if (!phone)
        return TEXT_BAD_PHONE;
    ret_answer->text = phone[0] == '+' ? phone : arena_printf(arena, "+%s", phone);
    return TEXT_NONE;
}

static enum text check_description(struct arena *arena, const struct form *form, const struct input *input,
                                   struct answer *ret_answer) {
    (void)form;
    ret_answer->text = utf_clean(arena, input->text);
    return check_length(ret_answer->text, DESCRIPTION_MIN, DESCRIPTION_MAX, TEXT_BAD_DESCRIPTION_LENGTH);
}

static enum text check_reason(struct arena *arena, const struct form *form, const struct input *input,
                              struct answer *ret_answer) {
    (void)form;
    ret_answer->text = utf_clean(arena, input->text);
    return check_length(ret_answer->text, REASON_MIN, REASON_MAX, TEXT_BAD_REASON);
}

/* Telegram's ids have at most 52 bits (core.telegram.org/bots/api#user). */
static const int64_t PERSON_MAX = INT64_C(1) << 52;

static enum text check_person_id(struct arena *arena, const struct form *form, const struct input *input,
                                 struct answer *ret_answer) {
    (void)form;
    int64_t id = 0;
    ret_answer->text = utf_clean_line(arena, input->text);
    return parse_i64(ret_answer->text, 1, PERSON_MAX, &id) == STATUS_OK ? TEXT_NONE : TEXT_BAD_STAFF;
}

static enum text check_person(struct arena *arena, const struct form *form, const struct input *input,
                              struct answer *ret_answer) {
    (void)form;
    if (input->is_bot)
        return TEXT_BAD_STAFF_BOT;
    ret_answer->text = arena_printf(arena, "%lld", (long long)input->person);
    return input->person != 0 ? TEXT_NONE : TEXT_BAD_STAFF_HIDDEN;
}

/* It is one message: what is longer is for its author to shorten. */
static enum text check_cast_text(struct arena *arena, const struct form *form, const struct input *input,
                                 struct answer *ret_answer) {
    (void)form;
    ret_answer->text = utf_clean(arena, input->text);
    bool fits = *ret_answer->text && utf16_length(input->text) <= CAST_UNITS_MAX;
    return fits ? TEXT_NONE : TEXT_BAD_CAST_TEXT;
}

static enum text check_same_album(struct arena *arena, const struct form *form, const struct input *input,
                                  struct answer *ret_answer) {
    (void)arena;
    (void)ret_answer;
    bool same = form->album && input->album && strcmp(form->album, input->album) == 0;
    return same ? TEXT_NONE : TEXT_BAD_PRIORITY;
}

static enum text check_priority(struct arena *arena, const struct form *form, const struct input *input,
                                struct answer *ret_answer) {
    (void)arena;
    (void)form;
    static const enum text labels[PRIORITY_COUNT] = {
        [PRIORITY_LOW] = TEXT_LABEL_LOW, [PRIORITY_MEDIUM] = TEXT_LABEL_MEDIUM, [PRIORITY_HIGH] = TEXT_LABEL_HIGH};
    for (int i = PRIORITY_LOW; i < PRIORITY_COUNT; i++)
        if (labels[i] == input->label)
            ret_answer->priority = (enum priority)i;
    return ret_answer->priority == PRIORITY_NONE ? TEXT_BAD_PRIORITY : TEXT_NONE;
}

#define KEEP_TEXT(member)                                                                                              \
    static void keep_##member(struct arena *arena, struct form *form, const struct answer *answer,                     \
                              const struct input *input) {                                                             \
        (void)arena;                                                                                                   \
        (void)input;                                                                                                   \
        form->member = answer->text;                                                                                   \
    }
KEEP_TEXT(name)
KEEP_TEXT(phone)
KEEP_TEXT(description)

/* Cleaned and cut to DESCRIPTION_MAX characters, which bounds what is stored too; no character is torn. */
static const char *bounded(struct arena *arena, const char *text) {
    const char *end = text = utf_clean(arena, text);
    for (size_t i = 0; i < DESCRIPTION_MAX && *end; i++)
        utf_next(&end);
    if (!*end)
        return text;
    size_t units = utf16_length(arena_strndup(arena, text, (size_t)(end - text)));
    return utf_clean(arena, arena_strndup(arena, text, utf16_cut(text, units)));
}

/* Two texts below each other, either of which may be absent. */
static const char *join(struct arena *arena, const char *first, const char *second) {
    if (!first || !*first || !second || !*second)
        return first && *first ? first : second;
    return bounded(arena, arena_printf(arena, "%s\n%s", first, second));
}

/* The first item of an album, or a single one; an edit of the message puts it in place of itself. */
static void keep_media(struct arena *arena, struct form *form, const struct answer *answer, const struct input *input) {
    (void)answer;
    bool edit = input->message_id == form->answer_message && form->media.count > 0;
    size_t count = edit ? form->media.count : 1;
    struct media *items = arena_array(arena, count, sizeof(*items));
    if (edit)
        memcpy(items, form->media.items, count * sizeof(*items));
    items[0] = input->media;
    form->media = (struct media_list){items, count};
    form->caption = input->caption ? bounded(arena, input->caption) : NULL;
    form->album = input->album;
}

static void keep_no_media(struct arena *arena, struct form *form, const struct answer *answer,
                          const struct input *input) {
    (void)arena;
    (void)answer;
    (void)input;
    form->media = (struct media_list){0};
    form->caption = form->album = NULL;
}

/* Another item of the album; beyond the tenth there is none at Telegram either. */
static void keep_album_item(struct arena *arena, struct form *form, const struct answer *answer,
                            const struct input *input) {
    (void)answer;
    if (input->caption)
        form->caption = join(arena, form->caption, bounded(arena, input->caption));
    if (form->media.count == MEDIA_MAX)
        return;
    struct media *items = arena_array(arena, form->media.count + 1, sizeof(*items));
    memcpy(items, form->media.items, form->media.count * sizeof(*items));
    items[form->media.count] = input->media;
    form->media = (struct media_list){items, form->media.count + 1};
}

static void keep_priority(struct arena *arena, struct form *form, const struct answer *answer,
                          const struct input *input) {
    (void)arena;
    (void)input;
    form->priority = answer->priority;
}

#define ON(state, event)       STATE_FORM_##state, EVENT_##event, TEXT_NONE
#define ON_LABEL(state, label) STATE_FORM_##state, EVENT_LABEL, TEXT_LABEL_##label

const struct flow_row flow_rows[] = {
    {ON(NAME, TEXT), check_name, keep_name, STATE_FORM_PHONE},
    {ON(PHONE, CONTACT), check_contact, keep_phone, STATE_FORM_DESCRIPTION},
    {ON(PHONE, TEXT), check_phone, keep_phone, STATE_FORM_DESCRIPTION},
    {ON(DESCRIPTION, TEXT), check_description, keep_description, STATE_FORM_MEDIA},
    {ON(MEDIA, MEDIA), NULL, keep_media, STATE_FORM_PRIORITY},
    {ON_LABEL(MEDIA, SKIP), NULL, keep_no_media, STATE_FORM_PRIORITY},
    {ON(PRIORITY, MEDIA), check_same_album, keep_album_item, STATE_FORM_PRIORITY},
    {ON_LABEL(PRIORITY, LOW), check_priority, keep_priority, STATE_FORM_FILED},
    {ON_LABEL(PRIORITY, MEDIUM), check_priority, keep_priority, STATE_FORM_FILED},
    {ON_LABEL(PRIORITY, HIGH), check_priority, keep_priority, STATE_FORM_FILED},
    {STATE_CAST_TEXT, EVENT_TEXT, TEXT_NONE, check_cast_text, NULL, STATE_CAST_MEDIA},
    {STATE_CAST_MEDIA, EVENT_MEDIA, TEXT_NONE, NULL, NULL, STATE_CAST_READY},
    {STATE_CAST_MEDIA, EVENT_VIDEO, TEXT_NONE, NULL, NULL, STATE_CAST_READY},
    {STATE_CAST_MEDIA, EVENT_LABEL, TEXT_LABEL_SKIP, NULL, NULL, STATE_CAST_READY},
    {STATE_REJECT_REASON, EVENT_TEXT, TEXT_NONE, check_reason, NULL, STATE_REASON_GIVEN},
    {STATE_STAFF_ADD, EVENT_TEXT, TEXT_NONE, check_person_id, NULL, STATE_PERSON_NAMED},
    {STATE_STAFF_ADD, EVENT_CONTACT, TEXT_NONE, check_person, NULL, STATE_PERSON_NAMED},
    {STATE_STAFF_ADD, EVENT_PERSON, TEXT_NONE, check_person, NULL, STATE_PERSON_NAMED},
};
const size_t flow_row_count = sizeof(flow_rows) / sizeof(flow_rows[0]);

const char *phone_normalise(struct arena *arena, const char *text) {
    const char *at = utf_clean_line(arena, text ? text : "");
    char phone[PHONE_DIGITS_MAX + 2];
    size_t length = 0, digits = 0;
    for (uint32_t c; (c = utf_next(&at)) != 0;) {
        bool dash = c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
        if (c == ' ' || c == '(' || c == ')' || dash)
            continue;
        bool digit = c >= '0' && c <= '9';
        if ((!digit && !(c == '+' && length == 0)) || length == sizeof(phone) - 1)
            return NULL;
        phone[length++] = (char)c;
        digits += digit ? 1 : 0;
    }
    if (digits < PHONE_DIGITS_MIN || digits > PHONE_DIGITS_MAX)
        return NULL;
    return arena_strndup(arena, phone, length);
}

const char *form_full_description(struct arena *arena, const struct form *form) {
    return join(arena, form->description, form->caption);
}
