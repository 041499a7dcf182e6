/* How a ticket looks: which messages carry it, that they are within Telegram's limits, and that nothing is missing. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf.h"
#include "handlers/tickets.h"
#include "telegram/html.h"
#include "tests/unit/unit.h"

enum { ARENA_MAX = 64 << 20, CHAT = 900, NUMBER = 1042 };

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    setenv("TZ", "Europe/Kyiv", 1);
    arena = arena_new(ARENA_MAX);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static const char *times(size_t count, const char *what) {
    char *text = arena_alloc(arena, count * strlen(what) + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * strlen(what), what, strlen(what));
    return text;
}

/* A waiting ticket; `media`: a letter for each, p photo, d document, anything else of an unknown kind. */
static struct ticket ticket_of(const char *media, const char *description) {
    struct media *items = arena_array(arena, strlen(media), sizeof(*items));
    for (size_t i = 0; media[i]; i++) {
        int64_t kind = media[i] == 'p' ? TG_MEDIA_PHOTO : media[i] == 'd' ? TG_MEDIA_DOCUMENT : 0;
        items[i] = (struct media){kind, arena_printf(arena, "file%zu", i)};
    }
    return (struct ticket){.doc.id = NUMBER,
                           .author = 500,
                           .name = "Іван <b>Петренко</b> & Ко",
                           .username = "ivan_p",
                           .phone = "+380501234567",
                           .description = description,
                           .media = {items, strlen(media)},
                           .priority = PRIORITY_HIGH,
                           .status = TICKET_WAITING,
                           .created_at = INT64_C(1764000000000),
                           .changed_at = INT64_C(1764000000000)};
}

static const struct user staff_uk = {.doc.id = CHAT, .role = ROLE_ADMIN, .lang = "uk"},
                         staff_en = {.doc.id = CHAT, .role = ROLE_ADMIN, .lang = "en"},
                         author = {.doc.id = 500, .role = ROLE_USER, .lang = "uk"};

struct messages {
    struct tg_call calls[RENDER_CALLS_MAX];
    size_t count;
};

static struct messages card(const struct user *reader, const struct ticket *ticket, int64_t message) {
    struct messages messages = {0};
    struct render render = {.arena = arena, .recipient = reader};
    messages.count = render_card(&render, ticket, CHAT, message, messages.calls);
    return messages;
}

static struct messages filed(const struct ticket *ticket) {
    struct messages messages = {0};
    struct render render = {.arena = arena, .recipient = &author};
    messages.count = render_filed(&render, ticket, CHAT, messages.calls);
    return messages;
}

/* --- what is in the messages --- */

static const char *call_word(const struct tg_call *call) {
    switch (call->method) {
    case TG_METHOD_SEND_MESSAGE:
        return "text";
    case TG_METHOD_SEND_MEDIA:
        return arena_printf(arena, "%s%s", call->media->kind == TG_MEDIA_PHOTO ? "photo" : "document",
                            call->text ? "+card" : "");
    case TG_METHOD_SEND_MEDIA_GROUP:
        return arena_printf(arena, "album%zu", call->media_count);
    case TG_METHOD_EDIT_MESSAGE_TEXT:
        return "edit";
    case TG_METHOD_EDIT_MESSAGE_CAPTION:
        return "edit caption";
    default:
        return "?";
    }
}

static const char *shape(const struct messages *messages) {
    const char *words = "";
    for (size_t i = 0; i < messages->count; i++)
        words = arena_printf(arena, "%s%s%s", words, i ? " " : "", call_word(&messages->calls[i]));
    return words;
}

/* What a person reads in all of it, without white space: the borders of parts may lose some. */
static char *letters(const char *text) {
    char *copy = arena_strdup(arena, text), *to = copy;
    for (const char *at = copy; *at; at++)
        if (!isspace((unsigned char)*at))
            *to++ = *at;
    *to = '\0';
    return copy;
}

static const char *read_all(const struct messages *messages) {
    const char *all = "";
    for (size_t i = 0; i < messages->count; i++)
        if (messages->calls[i].text)
            all = arena_printf(arena, "%s%s", all, html_to_plain(arena, messages->calls[i].text));
    return letters(all);
}

static void expect_within_limits(const struct messages *messages) {
    assert_true(messages->count >= 1 && messages->count <= RENDER_CALLS_MAX);
    for (size_t i = 0; i < messages->count; i++) {
        const struct tg_call *call = &messages->calls[i];
        bool media = call->method == TG_METHOD_SEND_MEDIA || call->method == TG_METHOD_EDIT_MESSAGE_CAPTION;
        assert_int_equal(call->chat_id, CHAT);
        assert_true(i + 1 == messages->count || !call->markup); /* buttons are in the last message only */
        assert_true(!call->text || call->html);
        if (call->text)
            assert_true(html_length(call->text) <= (media ? TG_CAPTION_MAX : TG_TEXT_MAX));
        if (call->method == TG_METHOD_SEND_MEDIA_GROUP)
            assert_true(call->media_count >= 2 && call->media_count <= TG_ALBUM_MAX && !call->markup);
        for (size_t m = 1; m < call->media_count; m++)
            assert_int_equal(call->media[m].kind, call->media[0].kind);
    }
}

static void expect_complete(const struct messages *messages, const struct ticket *ticket) {
    const char *all = read_all(messages);
    assert_non_null(strstr(all, letters(ticket->name)));
    assert_non_null(strstr(all, "(@ivan_p)"));
    assert_non_null(strstr(all, ticket->phone));
    assert_non_null(strstr(all, "№1042"));
    assert_non_null(strstr(all, letters(ticket->description)));
}

static size_t media_in(const struct messages *messages) {
    size_t count = 0;
    for (size_t i = 0; i < messages->count; i++)
        count += messages->calls[i].media_count;
    return count;
}

/* --- sending --- */

static struct {
    const char *media;
    size_t count;
    const char *letter;
    const char *sent, *edited, *refused;
} shapes[] = {
    {"", 3, "a", "text", "edit", "text"},
    {"p", 3, "a", "photo+card", "edit caption", "text"},
    {"d", 3, "a", "document+card", "edit caption", "text"},
    {"p", 600, "a", "photo text", "edit", "text"},
    {"d", 3000, "a", "document text", "edit", "text"},
    {"p", 3000, "&", "photo text", "edit", "text"},
    {"", 3000, "&", "text", "edit", "text"},
    {"", 3000, "<", "text", "edit", "text"},
    {"", 3000, "\U0001F600", "text text text", "edit", "text text text"},
    {"p", 3000, "\U0001F600", "photo text text text", "edit", "text text text"},
    {"pp", 3, "a", "album2 text", "edit", "text"},
    {"pd", 3, "a", "photo document text", "edit", "text"},
    {"pdpd", 3, "a", "album2 album2 text", "edit", "text"},
    {"dpp", 3, "a", "album2 document text", "edit", "text"},
    {"pppppppppp", 3, "a", "album10 text", "edit", "text"},
    {"pppppddddd", 3000, "\U0001F600", "album5 album5 text text text", "edit", "text text text"},
    {"x", 3, "a", "text", "edit", "text"},
    {"xp", 3, "a", "photo text", "edit", "text"},
};

static void test_cards_as_they_are_sent(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct ticket ticket = ticket_of(shapes[i].media, times(shapes[i].count, shapes[i].letter));
        struct messages messages = card(&staff_uk, &ticket, 0);
        ROW(i, shapes[i].sent);
        assert_string_equal(shape(&messages), shapes[i].sent);
        expect_within_limits(&messages);
        expect_complete(&messages, &ticket);
        assert_non_null(messages.calls[messages.count - 1].markup);
    }
}

static void test_every_attachment_is_sent(void **state) {
    (void)state;
    static const char *const kinds[] = {"p", "d", "pp", "pd", "pddppdpdpp", "dddddddddd"};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct ticket ticket = ticket_of(kinds[i], "what happened");
        struct messages messages = card(&staff_uk, &ticket, 0);
        assert_int_equal(media_in(&messages), strlen(kinds[i]));
    }
}

static void test_cards_without_refused_media(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct ticket ticket = ticket_of(shapes[i].media, times(shapes[i].count, shapes[i].letter));
        ticket.media_refused = true;
        struct messages messages = card(&staff_uk, &ticket, 0);
        ROW(i, shapes[i].refused);
        assert_string_equal(shape(&messages), shapes[i].refused);
        expect_within_limits(&messages);
        expect_complete(&messages, &ticket);
        const char *note = letters(html_to_plain(arena, text_raw(LANG_UK, TEXT_TICKET_MEDIA_REFUSED)));
        assert_int_equal(strstr(read_all(&messages), note) != NULL, *shapes[i].media != '\0');
    }
}

/* --- editing --- */

static struct ticket in_status(struct ticket ticket, enum ticket_status status) {
    ticket.status = status;
    ticket.assignee = status == TICKET_WAITING ? 0 : CHAT;
    ticket.assignee_name = status == TICKET_WAITING ? NULL : times(100, "&");
    ticket.reason = status == TICKET_REJECTED ? times(500, "\U0001F600") : NULL;
    return ticket;
}

/* Whatever became of the ticket, and in whatever language its reader reads it now, the edit is of the message that was
 * sent; and what this message said is still in it. */
static void check_edit(const struct ticket *ticket, const char *wanted, bool whole) {
    static const struct user *const readers[] = {&staff_uk, &staff_en};
    for (int status = 0; status < TICKET_STATUS_COUNT; status++)
        for (size_t r = 0; r < COUNT(readers); r++) {
            struct ticket now = in_status(*ticket, (enum ticket_status)status);
            struct messages edit = card(readers[r], &now, 55);
            assert_string_equal(shape(&edit), wanted);
            assert_int_equal(edit.calls[0].message_id, 55);
            expect_within_limits(&edit);
            if (whole)
                expect_complete(&edit, &now);
        }
}

static void test_edits_have_the_shape_of_what_was_sent(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct ticket ticket = ticket_of(shapes[i].media, times(shapes[i].count, shapes[i].letter));
        ROW(i, shapes[i].edited);
        check_edit(&ticket, shapes[i].edited, strstr(shapes[i].sent, "text text") == NULL);
    }
}

/* At each length around the borders: the same shape in both languages, and with the media refused meanwhile. */
static void test_the_shape_is_the_same_for_all(void **state) {
    (void)state;
    for (size_t count = 3; count < 3000; count += count < 400 ? 1 : 29) {
        arena_reset(arena);
        struct ticket ticket = ticket_of("p", times(count, "a")), album = ticket_of("pp", times(count, "\U0001F600"));
        struct messages uk = card(&staff_uk, &ticket, 0), en = card(&staff_en, &ticket, 0);
        assert_string_equal(shape(&uk), shape(&en));
        check_edit(&ticket, uk.count == 1 ? "edit caption" : "edit", true);
        uk = card(&staff_uk, &album, 0);
        album.media_refused = true;
        en = card(&staff_en, &album, 0);
        assert_int_equal(uk.count - 1, en.count);
        check_edit(&album, "edit", en.count == 1);
    }
}

/* --- words and buttons --- */

static void test_what_a_card_says(void **state) {
    (void)state;
    struct ticket ticket = ticket_of("", "<i>1 & 2</i>");
    struct messages messages = card(&staff_uk, &ticket, 0);
    assert_string_equal(html_to_plain(arena, messages.calls[0].text),
                        "Заявка № 1042 · Очікує\nПріоритет: 🔴 Високий\n\nВід кого: Іван <b>Петренко</b> & Ко "
                        "(@ivan_p)\nТелефон: +380501234567\nСтворено: 24.11.2025 18:00\n\nОпис\n<i>1 & 2</i>");
    ticket = in_status(ticket, TICKET_REJECTED);
    ticket.assignee_name = "<Олена>";
    ticket.reason = "дубль & <b>";
    ticket.username = NULL;
    messages = card(&staff_en, &ticket, 7);
    const char *plain = html_to_plain(arena, messages.calls[0].text);
    assert_non_null(strstr(plain, "Rejected"));
    assert_non_null(strstr(plain, "<Олена>"));
    assert_non_null(strstr(plain, "дубль & <b>"));
    assert_null(strstr(plain, "@"));
    assert_null(strstr(messages.calls[0].text, "<Олена>"));
}

static const char *buttons(const struct messages *messages) {
    const struct tg_markup *markup = messages->calls[messages->count - 1].markup;
    const char *words = "";
    for (size_t r = 0; markup && r < markup->row_count; r++)
        for (size_t b = 0; b < markup->rows[r].count; b++)
            words = arena_printf(arena, "%s%s ", words, markup->rows[r].buttons[b].callback_data);
    return words;
}

static void test_buttons_by_status_and_reader(void **state) {
    (void)state;
    static const char *const mine[TICKET_STATUS_COUNT] = {"accept:1042 reject:1042 ",
                                                          "complete:1042 return:1042 reject:1042 ", "", "", ""};
    static const char *const others[TICKET_STATUS_COUNT] = {"accept:1042 reject:1042 ", "", "", "", ""};
    const struct user other = {.doc.id = 901, .role = ROLE_ADMIN}, dismissed = {.doc.id = CHAT, .role = ROLE_USER};
    for (int status = 0; status < TICKET_STATUS_COUNT; status++) {
        struct ticket ticket = in_status(ticket_of("", "what"), (enum ticket_status)status);
        struct messages messages = card(&staff_uk, &ticket, 7);
        assert_string_equal(buttons(&messages), mine[status]);
        messages = card(&other, &ticket, 7);
        assert_string_equal(buttons(&messages), others[status]);
        messages = card(&dismissed, &ticket, 7);
        assert_string_equal(buttons(&messages), "");
    }
}

/* Of the bot before: who had accepted it is known by a name alone. */
static void test_an_assignee_without_an_id(void **state) {
    (void)state;
    const struct user boss = {.doc.id = 902, .role = ROLE_SUPER_ADMIN, .lang = "uk"};
    struct ticket ticket = in_status(ticket_of("", "what"), TICKET_ACCEPTED);
    ticket.assignee = 0;
    ticket.assignee_name = "@vanished";
    struct messages messages = card(&staff_uk, &ticket, 7);
    assert_string_equal(buttons(&messages), "");
    messages = card(&boss, &ticket, 7);
    assert_string_equal(buttons(&messages), "complete:1042 return:1042 reject:1042 ");
    assert_non_null(strstr(messages.calls[0].text, "@vanished"));
}

/* --- the author's side --- */

static void test_the_authors_summary(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct ticket ticket = ticket_of(shapes[i].media, times(shapes[i].count, shapes[i].letter));
        struct messages messages = filed(&ticket);
        expect_within_limits(&messages);
        expect_complete(&messages, &ticket);
        assert_int_equal(media_in(&messages), 0);
        const struct tg_markup *menu = messages.calls[messages.count - 1].markup;
        assert_int_equal(menu->kind, TG_MARKUP_REPLY);
        assert_string_equal(menu->rows[0].buttons[0].text, text_raw(LANG_UK, TEXT_LABEL_NEW_TICKET));
    }
}

static void test_a_ticket_of_a_form(void **state) {
    (void)state;
    struct media photo = {TG_MEDIA_PHOTO, "file"};
    struct user user = {.doc.id = 500,
                        .username = "ivan",
                        .form = {.id = 77,
                                 .name = "Іван",
                                 .phone = "+380501234567",
                                 .description = "що",
                                 .caption = "підпис",
                                 .media = {&photo, 1},
                                 .priority = PRIORITY_LOW}};
    const struct owed item = {.kind = OWED_CREATE_TICKET, .number = NUMBER};
    struct owed filed_item;
    struct ticket ticket = ticket_from_form(arena, &user, &item, 5, &filed_item);
    assert_int_equal(ticket.doc.id, NUMBER);
    assert_int_equal(ticket.author, 500);
    assert_int_equal(ticket.form_id, 77);
    assert_string_equal(ticket.description, "що\nпідпис");
    assert_int_equal(ticket.media.count, 1);
    assert_int_equal(ticket.priority, PRIORITY_LOW);
    assert_int_equal(ticket.status, TICKET_WAITING);
    assert_int_equal(ticket.created_at, 5);
    assert_int_equal(ticket.events.count, 1);
    assert_string_equal(ticket.events.items[0].what, "created");
    assert_int_equal(filed_item.kind, OWED_TICKET_FILED);
    assert_int_equal(filed_item.chat, 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards_as_they_are_sent),
        cmocka_unit_test(test_every_attachment_is_sent),
        cmocka_unit_test(test_cards_without_refused_media),
        cmocka_unit_test(test_edits_have_the_shape_of_what_was_sent),
        cmocka_unit_test(test_the_shape_is_the_same_for_all),
        cmocka_unit_test(test_what_a_card_says),
        cmocka_unit_test(test_buttons_by_status_and_reader),
        cmocka_unit_test(test_an_assignee_without_an_id),
        cmocka_unit_test(test_the_authors_summary),
        cmocka_unit_test(test_a_ticket_of_a_form),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
