#include "tests/unit/talk.h"

#include <string.h>

#include "core/utf.h"
#include "db/codec.h"
#include "handlers/lists.h"
#include "handlers/report.h"
#include "telegram/html.h"

enum { ARENA_MAX = 64 << 20, TICKET_NUMBER = 41 };

void talk_begin(struct talk *talk, enum role role) {
    *talk = (struct talk){.arena = arena_new(ARENA_MAX), .now = TALK_NOW * INT64_C(1000), .message = 100};
    talk->from = (struct tg_user){.id = TALK_PERSON, .first_name = "Іван", .username = "ivan", .language_code = "uk"};
    talk->user.doc.id = TALK_PERSON;
    if (role == ROLE_COUNT)
        return;
    talk->user.doc.rev = 1;
    talk->user.role = role;
    talk->user.started = true;
    talk->user.created_at = 1;
    talk->user.commands = role == ROLE_USER ? NULL : role == ROLE_ADMIN ? "admin-uk" : "super_admin-uk";
}

void talk_end(struct talk *talk) {
    arena_free(talk->arena);
}

/* --- words --- */

static const char *item_words(struct arena *arena, const struct owed *item) {
    switch (item->kind) {
    case OWED_MESSAGE:
        return arena_printf(arena, "%s%s%s", item->service ? "service " : "", item->text,
                            item->keyboard ? arena_printf(arena, "[%s]", item->keyboard) : "");
    case OWED_ANSWER:
        return item->text ? arena_printf(arena, "answer(%s)%s", item->text, item->alert ? "!" : "") : "answer";
    case OWED_EDIT:
        return arena_printf(arena, "edit(%s[%s])", item->text, item->keyboard ? item->keyboard : "");
    case OWED_LIST:
        return arena_printf(arena, "%s(%d:%d:%d:%lld)", item->message ? "list in place" : "list", (int)item->list,
                            (int)item->filter, item->before, (long long)item->from);
    case OWED_CARD:
        return arena_printf(arena, "card(%d)", (int)item->number);
    case OWED_CREATE_TICKET:
        return arena_printf(arena, "create(%d)", (int)item->number);
    default:
        return owed_kind_name(item->kind);
    }
}

const char *talk_owed(struct arena *arena, const struct change *change) {
    const char *words = "";
    for (size_t i = 0; i < change->owe_count; i++)
        words = arena_printf(arena, "%s%s%s", words, i ? " + " : "", item_words(arena, &change->owe[i]));
    return words;
}

const char *talk_value(const struct talk *talk, const char *name) {
    const char *value = NULL;
    for (size_t i = 0; i < talk->change.owe_count; i++)
        for (size_t a = 0; a < talk->change.owe[i].args.count; a++)
            if (strcmp(talk->change.owe[i].args.items[a].name, name) == 0)
                value = talk->change.owe[i].args.items[a].value;
    return value;
}

const char *talk_state(const struct talk *talk) {
    return talk->user.state ? talk->user.state : "";
}

/* --- what must always be so --- */

static void check_call(const struct tg_call *call) {
    if (call->method == TG_METHOD_SEND_MESSAGE) {
        assert_non_null(call->text);
        assert_true(html_length(call->text) >= 1 && html_length(call->text) <= TG_TEXT_MAX);
    }
    if (call->method == TG_METHOD_ANSWER_CALLBACK_QUERY && call->text)
        assert_true(utf16_length(call->text) <= TG_CALLBACK_TEXT_MAX);
    if (call->method != TG_METHOD_ANSWER_CALLBACK_QUERY)
        assert_int_not_equal(call->chat_id, 0);
}

static bool has_value(const struct owed *item, const char *name, size_t length) {
    for (size_t i = 0; i < item->args.count; i++)
        if (strncmp(item->args.items[i].name, name, length) == 0 && item->args.items[i].name[length] == '\0')
            return item->args.items[i].value != NULL;
    return false;
}

/* Each placeholder of the text has a value. */
static void check_args(const struct owed *item) {
    enum text text = TEXT_NONE;
    if (!item->text)
        return;
    assert_int_equal(text_by_name(item->text, &text), STATUS_OK);
    for (const char *at = text_raw(LANG_UK, text); (at = strchr(at, '{')) != NULL;) {
        size_t length = strcspn(++at, "|}");
        assert_true(has_value(item, at, length));
    }
}

/* Something is done, nothing is said. */
static bool is_silent(enum owed_kind kind) {
    static const enum owed_kind kinds[] = {OWED_CREATE_TICKET, OWED_CREATE_CALL, OWED_CARDS, OWED_RETURN_TICKETS,
                                           OWED_BACKUP};
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

static void check_item(struct talk *talk, const struct user *recipient, const struct owed *item) {
    static const char *const langs[] = {"uk", "en"};
    assert_int_equal(codec_check(&owed_record, item, NULL), STATUS_OK);
    check_args(item);
    for (size_t i = 0; i < COUNT(langs) && !is_silent(item->kind); i++) {
        struct user reader = *recipient;
        reader.lang = langs[i];
        static const struct page empty;
        static const struct report report = {.backend = "sqlite", .version = "1", .counted_at = 1};
        struct render render = {.arena = talk->arena,
                                .recipient = &reader,
                                .ticket = talk->ticket,
                                .report = &report,
                                .page = talk->page ? talk->page : &empty};
        struct tg_call calls[RENDER_CALLS_MAX];
        size_t count = render_owed(&render, item, calls);
        assert_true(count >= 1);
        for (size_t c = 0; c < count; c++)
            check_call(&calls[c]);
    }
}

static void check_change(struct talk *talk) {
    const struct change *change = &talk->change;
    size_t answers = 0;
    assert_int_equal(change->user.doc.id, TALK_PERSON);
    assert_int_equal(change->user.role, talk->user.role);
    assert_int_equal(codec_check(record_of(COLLECTION_USERS), &change->user, NULL), STATUS_OK);
    for (size_t i = 0; i < change->owe_count; i++) {
        check_item(talk, &change->user, &change->owe[i]);
        answers += change->owe[i].kind == OWED_ANSWER;
    }
    assert_int_equal(answers, talk->update.kind == TG_UPDATE_CALLBACK_QUERY ? 1 : 0);
    const struct decision *decision = &change->decision;
    if (!decision->before)
        return;
    assert_int_equal(codec_check(record_of(decision->collection), decision->after, NULL), STATUS_OK);
    for (size_t i = 0; i < decision->owe_count; i++)
        check_item(talk, &change->user, &decision->owe[i]);
}

const char *talk_take(struct talk *talk) {
    struct user before = talk->user;
    struct context context = {.arena = talk->arena,
                              .now = talk->now,
                              .default_lang = LANG_UK,
                              .update = &talk->update,
                              .user = &before,
                              .call_cooldown = talk->call_cooldown};
    assert_true(router_wants(&talk->update));
    talk->route = router_find(&context);
    talk->needs = talk->route->needs;
    if (talk->needs & NEED_OPEN_TICKETS)
        context.open_tickets = talk->open_tickets;
    if (talk->needs & NEED_TICKET_NUMBER)
        context.ticket_number = TICKET_NUMBER;
    if (talk->needs & NEED_TICKET) {
        if (context.legacy)
            context.number = talk->ticket ? talk->ticket->doc.id : 0;
        context.ticket = talk->ticket;
        context.done = talk->done;
    }
    if ((talk->needs & NEED_PERSON) && context.number > 0) {
        struct user *stranger = ARENA_NEW(talk->arena, struct user);
        *stranger = (struct user){.doc.id = context.number};
        context.person = talk->person && talk->person->doc.id == context.number ? talk->person : stranger;
        context.done = talk->done;
    }
    if (talk->needs & NEED_CALL) {
        context.call = talk->call;
        context.done = talk->done;
    }
    if (talk->needs & NEED_ROOM)
        context.room = talk->room;
    if (talk->needs & NEED_ROOMS)
        context.rooms = talk->rooms;
    context.bot = talk->bot;
    router_run(talk->route, &context, &talk->change);
    check_change(talk);
    talk->user = talk->change.user;
    talk->user.doc.rev++;
    return talk_owed(talk->arena, &talk->change);
}

/* --- updates --- */

void talk_message(struct talk *talk) {
    talk->update = (struct tg_update){.id = ++talk->message, .kind = TG_UPDATE_MESSAGE, .kind_name = "message"};
    talk->update.message = (struct tg_message){.id = talk->message, .date = 1, .from = &talk->from};
    talk->update.message.chat = (struct tg_chat){.id = TALK_PERSON, .type = TG_CHAT_PRIVATE};
}

void talk_callback(struct talk *talk, const char *data) {
    talk->update = (struct tg_update){.id = ++talk->message, .kind = TG_UPDATE_CALLBACK_QUERY};
    talk->update.callback_query = (struct tg_callback_query){.id = "query",
                                                             .data = data,
                                                             .from = talk->from,
                                                             .chat_id = TALK_PERSON,
                                                             .chat_type = TG_CHAT_PRIVATE,
                                                             .message_id = 77};
}

const char *talk_say(struct talk *talk, const char *text) {
    talk_message(talk);
    talk->update.message.text = text;
    return talk_take(talk);
}

const char *talk_press(struct talk *talk, const char *data) {
    talk_callback(talk, data);
    return talk_take(talk);
}

const char *talk_photo(struct talk *talk, const char *file_id, const char *album, const char *caption) {
    talk_message(talk);
    talk->update.message.media = (struct tg_media){TG_MEDIA_PHOTO, file_id};
    talk->update.message.media_group_id = album;
    talk->update.message.caption = caption;
    return talk_take(talk);
}

const char *talk_contact(struct talk *talk, int64_t owner, const char *phone) {
    struct tg_contact contact = {.phone_number = phone, .first_name = "X", .user_id = owner};
    talk_message(talk);
    talk->update.message.contact = &contact;
    const char *words = talk_take(talk);
    talk->update.message.contact = NULL;
    return words;
}

const char *talk_odd(struct talk *talk, const char *album) {
    talk_message(talk);
    talk->update.message.media = (struct tg_media){TG_MEDIA_VIDEO, "video"};
    talk->update.message.media_group_id = album;
    return talk_take(talk);
}

const char *talk_edit(struct talk *talk, int64_t message, const char *text) {
    talk_message(talk);
    talk->update.kind = TG_UPDATE_EDITED_MESSAGE;
    talk->update.message.id = message;
    talk->update.message.edit_date = 2;
    talk->update.message.text = text;
    return talk_take(talk);
}
