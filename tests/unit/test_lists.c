/* Lists of tickets: how a page looks, opening a ticket from it, and cancelling one's own. */
#include <string.h>

#include "handlers/handlers.h"
#include "handlers/lists.h"
#include "telegram/html.h"
#include "tests/unit/talk.h"

enum { NUMBER = 1042, OTHER = 900 };

static struct talk talk;
static struct ticket ticket;
static struct card card = {.chat = TALK_PERSON, .message = 77, .shown = 1};

static void begin(enum role role, enum ticket_status status, int64_t author) {
    talk_begin(&talk, role);
    ticket = (struct ticket){.doc = {.id = NUMBER, .rev = 3, .cards = {&card, 1}},
                             .author = author,
                             .name = "Коваль",
                             .description = "Не друкує",
                             .priority = PRIORITY_HIGH,
                             .status = status};
    talk.ticket = &ticket;
}

/* --- a card from a list --- */

static const struct {
    enum role role;
    enum ticket_status status;
    int64_t author;
    const char *open, *command; /* what the session owes */
    bool renews;                /* the ticket's own card is sent anew */
} opens[] = {
    {ROLE_ADMIN, TICKET_WAITING, OTHER, "answer", "", true},
    {ROLE_SUPER_ADMIN, TICKET_ACCEPTED, OTHER, "answer", "", true},
    {ROLE_ADMIN, TICKET_COMPLETED, OTHER, "answer + card(1042)", "card(1042)", false},
    {ROLE_USER, TICKET_WAITING, TALK_PERSON, "answer + card(1042)", "card(1042)", false},
    {ROLE_USER, TICKET_REJECTED, TALK_PERSON, "answer + card(1042)", "card(1042)", false},
    {ROLE_USER, TICKET_WAITING, OTHER, "answer(no_such_ticket)!", "no_such_ticket", false},
};

static void expect_renewed(bool renews) {
    const struct decision *decision = &talk.change.decision;
    assert_int_equal(decision->before != NULL, renews);
    if (!renews)
        return;
    assert_true(decision->unseen);
    assert_int_equal(decision->card->chat, TALK_PERSON);
    assert_int_equal(decision->card->message, 0);
    assert_int_equal(decision->card->shown, 0);
    assert_int_equal(decision->owe_count, 1);
    assert_int_equal(decision->owe[0].kind, OWED_STRIP);
    assert_int_equal(decision->owe[0].message, 77);
}

static void test_opening_a_ticket(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(opens); i++) {
        ROW(i, opens[i].open);
        begin(opens[i].role, opens[i].status, opens[i].author);
        assert_string_equal(talk_press(&talk, "open:1042"), opens[i].open);
        expect_renewed(opens[i].renews);
        assert_string_equal(talk_say(&talk, "/t 1042"), opens[i].command);
        expect_renewed(opens[i].renews);
        talk.done = true;
        assert_string_equal(talk_press(&talk, "open:1042"), strstr(opens[i].open, "no_") ? opens[i].open : "answer");
        assert_null(talk.change.decision.before);
        talk_end(&talk);
    }
}

static void test_a_chat_without_a_card_gets_one_while_there_is_room(void **state) {
    (void)state;
    static struct card cards[CARDS_MAX];
    for (int i = 0; i < CARDS_MAX; i++)
        cards[i] = (struct card){.chat = 10000 + i, .message = 1, .shown = 1};
    begin(ROLE_ADMIN, TICKET_WAITING, OTHER);
    ticket.doc.cards = (struct card_list){cards, CARDS_MAX - 1};
    assert_string_equal(talk_press(&talk, "open:1042"), "answer");
    assert_int_equal(talk.change.decision.card->chat, TALK_PERSON);
    assert_int_equal(talk.change.decision.owe_count, 0);
    ticket.doc.cards.count = CARDS_MAX;
    assert_string_equal(talk_press(&talk, "open:1042"), "answer + card(1042)");
    assert_null(talk.change.decision.before);
    talk_end(&talk);
}

/* --- cancelling --- */

static const struct {
    enum ticket_status status;
    int64_t author, assignee;
    const char *ask, *sure;
    const char *notice; /* NULL: nothing is decided; "": nobody is told */
} cancels[] = {
    {TICKET_WAITING, TALK_PERSON, 0, "answer + edit(cancel_sure[cancel_sure])",
     "answer(done_cancelled)! + list in place(3:0:0:0)", ""},
    {TICKET_ACCEPTED, TALK_PERSON, OTHER, "answer + edit(cancel_sure[cancel_sure])",
     "answer(done_cancelled)! + list in place(3:0:0:0)", "notice_cancelled"},
    {TICKET_COMPLETED, TALK_PERSON, OTHER, "answer(already_closed)! + list in place(3:0:0:0)",
     "answer(already_closed)! + list in place(3:0:0:0)", NULL},
    {TICKET_CANCELLED, TALK_PERSON, 0, "answer(already_closed)! + list in place(3:0:0:0)",
     "answer(already_closed)! + list in place(3:0:0:0)", NULL},
    {TICKET_WAITING, OTHER, 0, "answer(no_such_ticket)! + list in place(3:0:0:0)",
     "answer(no_such_ticket)! + list in place(3:0:0:0)", NULL},
};

static void test_cancelling(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(cancels); i++) {
        ROW(i, cancels[i].sure);
        begin(i % 2 ? ROLE_USER : ROLE_ADMIN, cancels[i].status, cancels[i].author);
        ticket.assignee = cancels[i].assignee;
        assert_string_equal(talk_press(&talk, "cancel:1042"), cancels[i].ask);
        assert_null(talk.change.decision.before);
        assert_string_equal(talk_press(&talk, "cancel_sure:1042"), cancels[i].sure);
        const struct decision *decision = &talk.change.decision;
        assert_int_equal(decision->before != NULL, cancels[i].notice != NULL);
        if (cancels[i].notice) {
            const struct ticket *after = decision->after;
            assert_int_equal(after->status, TICKET_CANCELLED);
            assert_int_equal(after->events.items[after->events.count - 1].who, TALK_PERSON);
            assert_int_equal(decision->owe_count, *cancels[i].notice ? 1 : 0);
        }
        if (cancels[i].notice && *cancels[i].notice) {
            assert_string_equal(decision->owe[0].text, cancels[i].notice);
            assert_int_equal(decision->owe[0].chat, OTHER);
        }
        talk_end(&talk);
    }
}

static void test_a_cancellation_that_was_done_before_says_so_again(void **state) {
    (void)state;
    begin(ROLE_USER, TICKET_CANCELLED, TALK_PERSON);
    talk.done = true;
    assert_string_equal(talk_press(&talk, "cancel_sure:1042"), "answer(done_cancelled)! + list in place(3:0:0:0)");
    assert_null(talk.change.decision.before);
    talk_end(&talk);
}

/* --- how a page looks --- */

static struct page full_page(size_t count, enum collection collection) {
    static char name[401], text[3001];
    struct page page = {.first = INT64_MAX - 9, .last = INT64_MAX - 5, .count = count, .before = true, .after = true};
    memset(name, '<', sizeof(name) - 1);
    memset(text, '&', sizeof(text) - 1);
    for (size_t i = 0; i < count; i++) {
        if (collection == COLLECTION_USERS)
            page.people[i] =
                (struct user){.doc.id = INT64_MAX - (int64_t)i, .name = name, .username = name, .role = ROLE_ADMIN};
        else if (collection == COLLECTION_ROOMS)
            page.rooms[i] = (struct room){
                .doc.id = INT64_MAX - (int64_t)i, .code = name + sizeof(name) - 1 - CODE_BYTES_MAX, .name = name};
        else
            page.tickets[i] = (struct ticket){.doc.id = INT64_MAX - (int64_t)i,
                                              .name = name,
                                              .description = text,
                                              .priority = PRIORITY_MEDIUM,
                                              .status = TICKET_REJECTED,
                                              .assignee = OTHER,
                                              .assignee_name = name,
                                              .reason = text,
                                              .created_at = 1,
                                              .changed_at = INT64_MAX};
    }
    return page;
}

static void test_the_longest_page_fits_into_a_message(void **state) {
    (void)state;
    talk_begin(&talk, ROLE_SUPER_ADMIN);
    for (int list = LIST_NONE + 1; list < LIST_COUNT; list++) {
        struct page page = full_page(PAGE_TICKETS, list_collection((enum list)list));
        for (int64_t filter = 0; filter < list_filters((enum list)list); filter++) {
            struct render render = {.arena = talk.arena, .recipient = &talk.user, .page = &page};
            struct owed item = {.kind = OWED_LIST, .chat = 1, .list = (enum list)list, .filter = filter, .message = 5};
            struct tg_call calls[RENDER_CALLS_MAX];
            assert_int_equal(render_owed(&render, &item, calls), 2);
            assert_int_equal(calls[0].method, TG_METHOD_EDIT_MESSAGE_TEXT);
            assert_int_equal(calls[0].message_id, 5);
            assert_int_equal(calls[1].method, TG_METHOD_SEND_MESSAGE);
            assert_true(html_length(calls[0].text) <= TG_TEXT_MAX);
            size_t rows = (list == LIST_STAFF ? 0U : PAGE_TICKETS) + 1 + (list_filters((enum list)list) > 1 ? 1 : 0);
            assert_int_equal(calls[0].markup->row_count, rows);
            for (size_t r = 0; r < rows; r++)
                for (size_t b = 0; b < calls[0].markup->rows[r].count; b++)
                    assert_true(strlen(calls[0].markup->rows[r].buttons[b].callback_data) <= TG_CALLBACK_DATA_MAX);
        }
    }
    talk_end(&talk);
}

static const char *shown(enum role role, enum list list, int64_t filter, const struct page *page) {
    struct user reader = {.role = role, .lang = "uk"};
    struct render render = {.arena = talk.arena, .recipient = &reader, .page = page};
    struct owed item = {.kind = OWED_LIST, .chat = 1, .list = list, .filter = filter};
    struct tg_call calls[RENDER_CALLS_MAX];
    if (render_owed(&render, &item, calls) == 0)
        return NULL;
    const char *words = html_to_plain(talk.arena, calls[0].text);
    for (size_t r = 0; r < calls[0].markup->row_count; r++)
        for (size_t b = 0; b < calls[0].markup->rows[r].count; b++)
            words =
                arena_printf(talk.arena, "%s%s[%s %s]", words, b ? "" : "\n", calls[0].markup->rows[r].buttons[b].text,
                             calls[0].markup->rows[r].buttons[b].callback_data);
    return words;
}

static void test_pages_as_people_see_them(void **state) {
    (void)state;
    begin(ROLE_ADMIN, TICKET_ACCEPTED, OTHER);
    ticket.assignee = OTHER;
    ticket.assignee_name = "Ірина <b>";
    struct page page = {.tickets = {ticket}, .first = 5, .last = 5, .count = 1, .after = true}, empty = {.count = 0};
    assert_string_equal(shown(ROLE_ADMIN, LIST_ACTIVE, 2, &page),
                        "📢 Активні заявки\n\n№ 1042 · 🔴 Високий · Прийнята\nВиконує: Ірина <b>\nКоваль: Не друкує\n"
                        "[№ 1042 · Прийнята open:1042]\n[▶️ page:1:2:0:5]\n"
                        "[Усі page:1:0:0:0][Нові page:1:1:0:0][• Мої page:1:2:0:0]");
    page.before = true;
    assert_string_equal(shown(ROLE_USER, LIST_OPEN, 0, &page),
                        "Яку заявку скасувати?\n\n№ 1042 · 🔴 Високий · Прийнята\nВиконує: Ірина <b>\nНе друкує\n"
                        "[№ 1042 · Прийнята cancel:1042]\n[◀️ page:3:0:1:5][▶️ page:3:0:0:5]");
    assert_string_equal(shown(ROLE_USER, LIST_HISTORY, 0, &empty), "📜 Ваші заявки\n\nВи ще не створили жодної заявки.");
    assert_null(shown(ROLE_USER, LIST_ACTIVE, 0, &page));
    assert_null(shown(ROLE_USER, LIST_CLOSED, 0, &page));
    assert_null(shown(ROLE_ADMIN, LIST_STAFF, 0, &empty));
    assert_null(shown(ROLE_ADMIN, LIST_DISMISS, 0, &empty));
    talk_end(&talk);
}

static void test_pages_of_people(void **state) {
    (void)state;
    talk_begin(&talk, ROLE_SUPER_ADMIN);
    struct page page = {
        .people = {{.doc.id = 7, .name = "Ірина <b>", .username = "ira", .role = ROLE_ADMIN, .started = true},
                   {.doc.id = 8, .role = ROLE_ADMIN},
                   {.doc.id = 9, .name = "Шеф", .role = ROLE_SUPER_ADMIN, .started = true, .blocked = true}},
        .first = 7,
        .last = 8,
        .count = 3};
    assert_string_equal(shown(ROLE_SUPER_ADMIN, LIST_STAFF, 0, &page),
                        "📋 Команда підтримки\n\nІрина <b> @ira\n7 · адмін · користується ботом\n\n"
                        "8\n8 · адмін · очікуємо /start\n\nШеф\n9 · суперадмін · бота заблоковано");
    page.count = 2;
    page.after = true;
    assert_string_equal(
        shown(ROLE_SUPER_ADMIN, LIST_DISMISS, 0, &page),
        "Кого видалити з команди?\n\nІрина <b> @ira\n7 · адмін · користується ботом\n\n"
        "8\n8 · адмін · очікуємо /start\n[➖ Ірина <b> dismiss:7]\n[➖ 8 dismiss:8]\n[▶️ page:6:0:0:8]");
    talk_end(&talk);
}

/* A card from a list is like the one that was sent, but its buttons are nobody's to keep true. */
static void test_a_card_that_is_shown_has_no_buttons(void **state) {
    (void)state;
    begin(ROLE_ADMIN, TICKET_WAITING, OTHER);
    struct media photo = {TG_MEDIA_PHOTO, "file"};
    ticket.media = (struct media_list){&photo, 1};
    struct render render = {.arena = talk.arena, .recipient = &talk.user, .ticket = &ticket};
    struct owed item = {.kind = OWED_CARD, .chat = 1, .number = NUMBER};
    struct tg_call calls[RENDER_CALLS_MAX];
    assert_int_equal(render_owed(&render, &item, calls), 1);
    assert_int_equal(calls[0].method, TG_METHOD_SEND_MEDIA);
    assert_null(calls[0].markup);
    talk_end(&talk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opening_a_ticket),
        cmocka_unit_test(test_a_chat_without_a_card_gets_one_while_there_is_room),
        cmocka_unit_test(test_cancelling),
        cmocka_unit_test(test_a_cancellation_that_was_done_before_says_so_again),
        cmocka_unit_test(test_the_longest_page_fits_into_a_message),
        cmocka_unit_test(test_pages_as_people_see_them),
        cmocka_unit_test(test_pages_of_people),
        cmocka_unit_test(test_a_card_that_is_shown_has_no_buttons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
