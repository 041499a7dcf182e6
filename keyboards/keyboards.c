#include "keyboards/keyboards.h"

#include <ctype.h>
#include <string.h>

#include "core/parse.h"
#include "core/utf.h"

enum { ROWS_MAX = 5, BUTTONS_MAX = 2 };

/* A button of a table: a label of a reply keyboard, or a text with its callback data. */
struct key {
    enum text text;
    enum verb verb; /* inline only */
    int64_t number; /* of the callback data; KEY_TICKET: the context's */
    enum key_kind { KEY_LABEL, KEY_CONTACT, KEY_PERSON, KEY_KNOWN_NAME, KEY_KNOWN_PHONE, KEY_CALLBACK } kind;
};
enum { KEY_TICKET = -1 };

#define LABEL(id)                                                                                                      \
    { .text = TEXT_LABEL_##id, .kind = KEY_LABEL }
#define CALLBACK(id, verb, n)                                                                                          \
    { TEXT_BUTTON_##id, VERB_##verb, (n), KEY_CALLBACK }
#define BACK_AND_CANCEL                                                                                                \
    { LABEL(BACK), LABEL(CANCEL) }
#define KNOWN(what)                                                                                                    \
    {                                                                                                                  \
        { .text = TEXT_COUNT, .kind = KEY_KNOWN_##what }                                                               \
    }

static const struct {
    enum tg_markup_kind kind;
    struct key rows[ROWS_MAX][BUTTONS_MAX];
} table[KEYBOARD_COUNT] = {
#define ADMIN_ROWS                                                                                                     \
    {LABEL(ACTIVE_TICKETS), LABEL(BROADCAST)}, {                                                                       \
        LABEL(ALL_TICKETS), LABEL(DATABASE)                                                                            \
    }
    [KEYBOARD_NONE] = {TG_MARKUP_NONE, {{{0}}}},
    [KEYBOARD_MENU] = {TG_MARKUP_REPLY, {{{0}}}},
    [KEYBOARD_MENU_USER] = {TG_MARKUP_REPLY,
                            {{LABEL(NEW_TICKET), LABEL(MY_TICKETS)}, {LABEL(CALL), LABEL(CANCEL_TICKET)}}},
    [KEYBOARD_MENU_ADMIN] = {TG_MARKUP_REPLY, {ADMIN_ROWS}},
    [KEYBOARD_MENU_SUPER_ADMIN] = {TG_MARKUP_REPLY, {ADMIN_ROWS, {LABEL(STAFF)}}},
    [KEYBOARD_FORM_NAME] = {TG_MARKUP_REPLY, {KNOWN(NAME), BACK_AND_CANCEL}},
    [KEYBOARD_FORM_PHONE] = {TG_MARKUP_REPLY,
                             {{{.text = TEXT_LABEL_SEND_PHONE, .kind = KEY_CONTACT}}, KNOWN(PHONE), BACK_AND_CANCEL}},
    [KEYBOARD_FORM_DESCRIPTION] = {TG_MARKUP_REPLY, {BACK_AND_CANCEL}},
    [KEYBOARD_FORM_MEDIA] = {TG_MARKUP_REPLY, {{LABEL(SKIP)}, BACK_AND_CANCEL}},
    [KEYBOARD_FORM_PRIORITY] = {TG_MARKUP_REPLY, {{LABEL(LOW)}, {LABEL(MEDIUM)}, {LABEL(HIGH)}, BACK_AND_CANCEL}},
    [KEYBOARD_DRAFT] = {TG_MARKUP_INLINE, {{CALLBACK(DRAFT_CONTINUE, DRAFT, 1)}, {CALLBACK(DRAFT_FRESH, DRAFT, 0)}}},
    [KEYBOARD_LANGS] = {TG_MARKUP_INLINE, {{CALLBACK(UKRAINIAN, LANG, LANG_UK), CALLBACK(ENGLISH, LANG, LANG_EN)}}},
    [KEYBOARD_TICKET_WAITING] = {TG_MARKUP_INLINE,
                                 {{CALLBACK(ACCEPT, ACCEPT, KEY_TICKET), CALLBACK(REJECT, REJECT, KEY_TICKET)}}},
    [KEYBOARD_TICKET_ACCEPTED] = {TG_MARKUP_INLINE,
                                  {{CALLBACK(COMPLETE, COMPLETE, KEY_TICKET)},
                                   {CALLBACK(RETURN, RETURN, KEY_TICKET), CALLBACK(REJECT, REJECT, KEY_TICKET)}}},
    [KEYBOARD_CAST_TEXT] = {TG_MARKUP_REPLY, {{LABEL(CANCEL)}}},
    [KEYBOARD_CAST_MEDIA] = {TG_MARKUP_REPLY, {{LABEL(SKIP)}, BACK_AND_CANCEL}},
    [KEYBOARD_CAST_CONFIRM] = {TG_MARKUP_INLINE,
                               {{CALLBACK(CAST_SEND, CAST_SEND, KEY_TICKET),
                                 CALLBACK(CAST_DROP, CAST_DROP, KEY_TICKET)}}},
    [KEYBOARD_CAST_RUNNING] = {TG_MARKUP_INLINE,
                               {{CALLBACK(CAST_PAUSE, CAST_PAUSE, KEY_TICKET),
                                 CALLBACK(CAST_STOP, CAST_STOP, KEY_TICKET)}}},
    [KEYBOARD_CAST_PAUSED] = {TG_MARKUP_INLINE,
                              {{CALLBACK(CAST_GO_ON, CAST_GO_ON, KEY_TICKET),
                                CALLBACK(CAST_STOP, CAST_STOP, KEY_TICKET)}}},
    [KEYBOARD_CANCEL_SURE] = {TG_MARKUP_INLINE,
                              {{CALLBACK(CANCEL_SURE, CANCEL_SURE, KEY_TICKET)},
                               {CALLBACK(KEEP, CANCEL_KEEP, KEY_TICKET)}}},
    [KEYBOARD_REASON] = {TG_MARKUP_REPLY, {{LABEL(CANCEL)}}},
    [KEYBOARD_MENU_STAFF] = {TG_MARKUP_REPLY,
                             {{LABEL(STAFF_ADD), LABEL(STAFF_REMOVE)}, {LABEL(STAFF_LIST)}, {LABEL(STAFF_BACK)}}},
    [KEYBOARD_STAFF_ADD] = {TG_MARKUP_REPLY, {{{.text = TEXT_LABEL_PICK_PERSON, .kind = KEY_PERSON}}, {LABEL(CANCEL)}}},
    [KEYBOARD_REPORT] = {TG_MARKUP_INLINE, {{CALLBACK(REFRESH, REPORT, 0)}}},
    [KEYBOARD_REPORT_SUPER_ADMIN] = {TG_MARKUP_INLINE, {{CALLBACK(REFRESH, REPORT, 0)}, {CALLBACK(BACKUP, BACKUP, 0)}}},
    [KEYBOARD_DISMISS_SURE] = {TG_MARKUP_INLINE,
                               {{CALLBACK(DISMISS_SURE, DISMISS_SURE, KEY_TICKET)}, {CALLBACK(KEEP, DISMISS_KEEP, 0)}}},
    [KEYBOARD_ROOM] = {TG_MARKUP_INLINE,
                       {{CALLBACK(ROOM_REMOVE, ROOM_REMOVE, KEY_TICKET)}, {CALLBACK(ROOMS, ROOMS, 0)}}},
    [KEYBOARD_ROOM_REMOVE_SURE] = {TG_MARKUP_INLINE,
                                   {{CALLBACK(ROOM_REMOVE_SURE, ROOM_REMOVE_SURE, KEY_TICKET)},
                                    {CALLBACK(KEEP, ROOM, KEY_TICKET)}}},
    [KEYBOARD_CALL] = {TG_MARKUP_INLINE,
                       {{CALLBACK(CALL_TAKE, CALL_TAKE, KEY_TICKET),
                         CALLBACK(CALL_DECLINE, CALL_DECLINE, KEY_TICKET)}}},
};
static const char *const names[KEYBOARD_COUNT] = {
#define X(id, name) name,
    KEYBOARDS(X)
#undef X
};

static const struct {
    const char *name;
    size_t numbers;
} verbs[VERB_COUNT] = {
#define X(id, name, numbers) {name, numbers},
    VERBS(X)
#undef X
};

const char *keyboard_name(enum keyboard keyboard) {
    return names[keyboard];
}

enum status keyboard_by_name(const char *name, enum keyboard *ret_keyboard) {
    for (int i = 0; name && i < KEYBOARD_COUNT; i++)
        if (strcmp(names[i], name) == 0) {
            *ret_keyboard = (enum keyboard)i;
            return STATUS_OK;
        }
    return STATUS_NOT_FOUND;
}

/* Fills in one button; false where it is not shown (nothing is known to offer). */
static bool build_button(struct arena *arena, const struct key *key, const struct keyboard_context *context,
                         struct tg_button *button) {
    *button = (struct tg_button){0};
    switch (key->kind) {
    case KEY_KNOWN_NAME:
        button->text = context->known_name;
        return button->text != NULL;
    case KEY_KNOWN_PHONE:
        button->text = context->known_phone;
        return button->text != NULL;
    case KEY_CALLBACK:
        button->callback_data = callback_encode(
            arena, &(struct callback){key->verb, {key->number == KEY_TICKET ? context->number : key->number}});
        break;
    case KEY_CONTACT:
        button->request_contact = true;
        break;
    case KEY_PERSON:
        button->request_users = REQUEST_PERSON;
        break;
    case KEY_LABEL:
        break;
    }
    button->text = text_raw(context->lang, key->text);
    return key->text != TEXT_NONE;
}

const struct tg_markup *keyboard_build(struct arena *arena, enum keyboard keyboard,
                                       const struct keyboard_context *context) {
    if (keyboard == KEYBOARD_MENU)
        keyboard = context->menu;
    if (table[keyboard].kind == TG_MARKUP_NONE)
        return NULL;
    struct tg_markup *markup = ARENA_NEW(arena, struct tg_markup);
    struct tg_row *rows = arena_array(arena, ROWS_MAX, sizeof(*rows));
    markup->kind = table[keyboard].kind;
    markup->rows = rows;
    for (size_t r = 0; r < ROWS_MAX; r++) {
        struct tg_button *buttons = arena_array(arena, BUTTONS_MAX, sizeof(*buttons));
        size_t count = 0;
        for (size_t b = 0; b < BUTTONS_MAX; b++)
            count += build_button(arena, &table[keyboard].rows[r][b], context, &buttons[count]) ? 1 : 0;
        if (count > 0)
            rows[markup->row_count++] = (struct tg_row){buttons, count};
    }
    return markup;
}

bool keyboard_is_label(struct arena *arena, enum text label, const char *typed) {
    if (!typed)
        return false;
    const char *folded = utf_fold_label(arena, typed);
    for (int lang = 0; lang < LANG_COUNT; lang++)
        if (strcmp(folded, utf_fold_label(arena, text_raw((enum lang)lang, label))) == 0)
            return true;
    return label == TEXT_LABEL_CALL && strcmp(folded, "виклик в серверну") == 0;
}

enum text keyboard_label(struct arena *arena, enum keyboard menu, const char *typed) {
    for (size_t r = 0; typed && r < ROWS_MAX; r++)
        for (size_t b = 0; b < BUTTONS_MAX; b++) {
            const struct key *key = &table[menu].rows[r][b];
            if (key->kind == KEY_LABEL && key->text != TEXT_NONE && keyboard_is_label(arena, key->text, typed))
                return key->text;
        }
    return TEXT_NONE;
}

const struct tg_markup *keyboard_inline(struct arena *arena, const struct inline_button *buttons, size_t count) {
    struct tg_markup *markup = ARENA_NEW(arena, struct tg_markup);
    struct tg_row *rows = arena_array(arena, count, sizeof(*rows));
    struct tg_button *made = arena_array(arena, count, sizeof(*made));
    *markup = (struct tg_markup){.kind = TG_MARKUP_INLINE, .rows = rows};
    for (size_t i = 0; i < count; i++) {
        struct callback callback = {.verb = buttons[i].verb};
        memcpy(callback.numbers, buttons[i].numbers, sizeof(callback.numbers));
        made[i] = (struct tg_button){.text = buttons[i].text, .callback_data = callback_encode(arena, &callback)};
        if (!buttons[i].beside || markup->row_count == 0)
            rows[markup->row_count++] = (struct tg_row){&made[i], 0};
        rows[markup->row_count - 1].count++;
    }
    return markup;
}

const char *verb_name(enum verb verb) {
    return verbs[verb].name;
}

size_t verb_numbers(enum verb verb) {
    return verbs[verb].numbers;
}

char *callback_encode(struct arena *arena, const struct callback *callback) {
    char *data = arena_strdup(arena, verbs[callback->verb].name);
    for (size_t i = 0; i < verbs[callback->verb].numbers; i++)
        data = arena_printf(arena, "%s:%lld", data, (long long)callback->numbers[i]);
    return data;
}

static enum verb verb_by_name(const char *name, size_t length) {
    for (int verb = VERB_NONE + 1; verb < VERB_COUNT; verb++)
        if (strlen(verbs[verb].name) == length && strncmp(name, verbs[verb].name, length) == 0)
            return (enum verb)verb;
    return VERB_NONE;
}

enum status callback_decode(const char *data, struct callback *ret_callback) {
    if (!data || strlen(data) > TG_CALLBACK_DATA_MAX)
        return STATUS_INVALID;
    size_t length = strcspn(data, ":");
    struct callback callback = {.verb = verb_by_name(data, length)};
    const char *at = data + length;
    for (size_t i = 0; i < verbs[callback.verb].numbers; i++) {
        if (*at++ != ':')
            return STATUS_INVALID;
        length = strcspn(at, ":");
        if (parse_i64_bytes(at, length, 0, INT64_MAX, &callback.numbers[i]))
            return STATUS_INVALID;
        at += length;
    }
    if (callback.verb == VERB_NONE || *at)
        return STATUS_INVALID;
    *ret_callback = callback;
    return STATUS_OK;
}

/* Words of the old buttons that were about a ticket. */
static const struct {
    const char *word;
    enum verb verb;
} legacy_verbs[] = {
    {"accept", VERB_ACCEPT},
    {"reject", VERB_REJECT},
    {"complete", VERB_COMPLETE},
    {"user_cancel", VERB_CANCEL},
};

/* False for all but eight digits. */
static bool parse_legacy_id(const char *text, int64_t *ret_number) {
    enum { DIGITS = 8 };
    static const char digits[] = "0123456789abcdef";
    int64_t number = 0;
    for (size_t i = 0; i < DIGITS; i++) {
        const char *digit = text[i] != '\0' ? strchr(digits, tolower((unsigned char)text[i])) : NULL;
        if (!digit)
            return false;
        number = number * 16 + (digit - digits);
    }
    *ret_number = number;
    return text[DIGITS] == '\0';
}

enum status callback_decode_legacy(const char *data, struct callback *ret_callback) {
    static const char call[] = "srv_reply|";
    const char *bar = data ? strchr(data, '|') : NULL;
    int64_t number = 0;
    if (data && strncmp(data, call, sizeof(call) - 1) == 0) {
        *ret_callback = (struct callback){.verb = VERB_CALL_OLD};
        return STATUS_OK;
    }
    if (!bar || !parse_legacy_id(bar + 1, &number))
        return STATUS_INVALID;
    const size_t length = (size_t)(bar - data);
    for (size_t i = 0; i < sizeof(legacy_verbs) / sizeof(legacy_verbs[0]); i++)
        if (strlen(legacy_verbs[i].word) == length && strncmp(data, legacy_verbs[i].word, length) == 0) {
            *ret_callback = (struct callback){legacy_verbs[i].verb, {number}};
            return STATUS_OK;
        }
    return STATUS_INVALID;
}
