/* Cards of a ticket: who gets them, and how they are kept true. */
#include "tests/unit/server_stage.h"

#include "telegram/html.h"

enum { NUMBER = 7, AUTHOR = 500, ANNA = 901, BOHDAN = 902, VIRA = 903 };

static const char *times(size_t count, const char *what) {
    char *text = arena_alloc(stage.arena, count * strlen(what) + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * strlen(what), what, strlen(what));
    return text;
}

/* A waiting ticket with a card for each of `chats`; `media`: p for a photo, d for a document each. */
static void put_ticket(const char *description, const char *media, const int64_t *chats, size_t count) {
    struct media items[MEDIA_MAX];
    struct card *cards = arena_array(stage.arena, count, sizeof(*cards));
    for (size_t i = 0; media[i]; i++)
        items[i] = (struct media){media[i] == 'p' ? TG_MEDIA_PHOTO : TG_MEDIA_DOCUMENT, "file"};
    for (size_t i = 0; i < count; i++)
        cards[i] = (struct card){.chat = chats[i]};
    struct ticket ticket = {.doc.id = NUMBER,
                            .author = AUTHOR,
                            .name = "Іван",
                            .phone = "+380501234567",
                            .description = description,
                            .media = {items, strlen(media)},
                            .priority = PRIORITY_LOW,
                            .created_at = 1000};
    struct write write = {.collection = COLLECTION_TICKETS,
                          .after = &ticket,
                          .cards = cards,
                          .card_count = count,
                          .owner = STAGE_SELF,
                          .now = clock_now()};
    assert_int_equal(store_write(stage.app.store, &write, NULL, NULL), STATUS_OK);
}

static void notify(void) {
    delivery_notify(stage.app.delivery, COLLECTION_TICKETS, NUMBER);
}

static bool done(void) {
    return let_go(COLLECTION_TICKETS, NUMBER) && delivery_idle();
}

static struct card card_of(int64_t chat) {
    struct ticket ticket = load_ticket(NUMBER);
    for (size_t i = 0; i < ticket.doc.cards.count; i++)
        if (ticket.doc.cards.items[i].chat == chat)
            return ticket.doc.cards.items[i];
    return (struct card){0};
}

/* Somebody takes the ticket. */
static void accept(int64_t who) {
    struct ticket before = load_ticket(NUMBER), after = before;
    after.status = TICKET_ACCEPTED;
    after.assignee = who;
    after.assignee_name = "Олена";
    struct write write = {
        .collection = COLLECTION_TICKETS, .before = &before, .after = &after, .owner = STAGE_SELF, .now = clock_now()};
    assert_int_equal(store_write(stage.app.store, &write, NULL, NULL), STATUS_OK);
    notify();
}

static const int64_t staff[] = {ANNA, BOHDAN, VIRA};

static void put_three(void) {
    for (size_t i = 0; i < COUNT(staff); i++)
        put_staff(staff[i], i == 2 ? ROLE_SUPER_ADMIN : ROLE_ADMIN);
}

/* --- who gets one --- */

static void test_every_staff_member_gets_the_card(void **state) {
    (void)state;
    put_three();
    put_ticket("what happened", "", staff, COUNT(staff));
    notify();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), COUNT(staff));
    for (size_t i = 0; i < COUNT(staff); i++) {
        assert_string_equal(sent_to(staff[i]), "sendMessage");
        assert_int_equal(card_of(staff[i]).shown, load_ticket(NUMBER).doc.rev);
        assert_in_range(card_of(staff[i]).message, 1001, 1003);
        assert_non_null(sent(i)->markup);
    }
}

static void test_who_cannot_be_written_to_gets_none(void **state) {
    (void)state;
    const int64_t chats[] = {1, 2, 3, 4, 5, 6};
    put_user((struct user){.doc.id = 1, .role = ROLE_ADMIN}, NULL, 0, 0);
    put_user((struct user){.doc.id = 2, .role = ROLE_ADMIN, .started = true, .blocked = true}, NULL, 0, 0);
    put_user((struct user){.doc.id = 3, .role = ROLE_USER, .started = true}, NULL, 0, 0);
    put_user((struct user){.doc.id = 4, .role = ROLE_SUPER_ADMIN}, NULL, 0, 0);
    put_user((struct user){.doc.id = 5, .role = ROLE_SUPER_ADMIN, .started = true, .blocked = true}, NULL, 0, 0);
    put_ticket("what happened", "", chats, COUNT(chats)); /* 6 is nobody we know */
    notify();
    WAIT_UNTIL(done());
    for (size_t i = 0; i < COUNT(chats); i++) {
        bool tried = chats[i] == 4 || chats[i] == 5; /* somebody has to learn of the ticket */
        assert_string_equal(sent_to(chats[i]), tried ? "sendMessage" : "");
        assert_int_equal(card_of(chats[i]).shown == CARD_GIVEN_UP, !tried);
    }
}

static enum sender_outcome first_blocks(const struct tg_call *call) {
    return call->chat_id == ANNA ? SENDER_BLOCKED : SENDER_DELIVERED;
}

static void test_a_card_to_one_who_blocked_the_bot(void **state) {
    (void)state;
    put_three();
    put_ticket("what happened", "", staff, COUNT(staff));
    stage.judge = first_blocks;
    notify();
    WAIT_UNTIL(done());
    assert_true(load_user(ANNA).blocked);
    assert_int_equal(card_of(ANNA).shown, CARD_GIVEN_UP);
    accept(BOHDAN);
    WAIT_UNTIL(done());
    assert_string_equal(sent_to(ANNA), "sendMessage"); /* not tried again */
    assert_string_equal(sent_to(BOHDAN), "sendMessage editMessageText");
}

static void test_the_summary_comes_before_the_card(void **state) {
    (void)state;
    const int64_t chat = ANNA;
    put_staff(ANNA, ROLE_ADMIN);
    put_ticket("what happened", "", &chat, 1);
    struct ticket ticket = load_ticket(NUMBER);
    const struct owed filed = {.kind = OWED_TICKET_FILED, .chat = ANNA};
    struct write write = {.collection = COLLECTION_TICKETS,
                          .before = &ticket,
                          .after = &ticket,
                          .owe = &filed,
                          .owe_count = 1,
                          .now = clock_now()};
    assert_int_equal(store_write(stage.app.store, &write, NULL, NULL), STATUS_OK);
    stage_set(&stage.hold, true);
    notify();
    wait_sent(1);
    stage_release();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), 2);
    assert_int_equal(sent(0)->markup->kind, TG_MARKUP_REPLY);
    assert_int_equal(sent(1)->markup->kind, TG_MARKUP_INLINE);
}

/* --- kept true --- */

static void test_cards_are_edited(void **state) {
    (void)state;
    put_three();
    put_ticket("what happened", "p", staff, COUNT(staff));
    notify();
    WAIT_UNTIL(done());
    accept(ANNA);
    WAIT_UNTIL(done());
    for (size_t i = 0; i < COUNT(staff); i++) {
        assert_string_equal(sent_to(staff[i]), "sendPhoto editMessageCaption");
        assert_int_equal(card_of(staff[i]).shown, load_ticket(NUMBER).doc.rev);
    }
    for (size_t i = 3; i < 6; i++) {
        assert_int_equal(sent(i)->message_id, card_of(sent(i)->chat_id).message);
        assert_int_equal(sent(i)->markup != NULL, sent(i)->chat_id == ANNA);
        assert_non_null(strstr(sent(i)->text, "Олена"));
    }
}

/* What was in flight shows an older revision: it is edited at once. */
static void test_a_change_while_the_card_is_in_flight(void **state) {
    (void)state;
    const int64_t chat = ANNA;
    put_staff(ANNA, ROLE_ADMIN);
    put_ticket("what happened", "", &chat, 1);
    stage_set(&stage.hold, true);
    notify();
    wait_sent(1);
    accept(ANNA);
    stage_release();
    WAIT_UNTIL(done());
    assert_string_equal(sent_to(ANNA), "sendMessage editMessageText");
    assert_int_equal(card_of(ANNA).message, 1001);
    assert_int_equal(card_of(ANNA).shown, 2);
}

static enum sender_outcome edits_are_gone(const struct tg_call *call) {
    return call->method == TG_METHOD_EDIT_MESSAGE_TEXT ? SENDER_GONE : SENDER_DELIVERED;
}

static void test_a_card_that_is_gone_is_sent_anew(void **state) {
    (void)state;
    const int64_t chat = ANNA;
    put_staff(ANNA, ROLE_ADMIN);
    put_ticket("what happened", "pp", &chat, 1);
    notify();
    WAIT_UNTIL(done());
    assert_int_equal(card_of(ANNA).message, 1002);
    stage.judge = edits_are_gone;
    accept(ANNA);
    WAIT_UNTIL(done());
    assert_string_equal(sent_to(ANNA), "sendMediaGroup sendMessage editMessageText editMessageReplyMarkup "
                                       "sendMediaGroup sendMessage");
    assert_int_equal(sent(3)->message_id, 1002);
    assert_null(sent(3)->markup);
    assert_int_equal(card_of(ANNA).message, 1006);
    assert_int_equal(card_of(ANNA).shown, 2);
}

/* --- refused media --- */

static enum sender_outcome media_refused(const struct tg_call *call) {
    bool media = call->method == TG_METHOD_SEND_MEDIA || call->method == TG_METHOD_SEND_MEDIA_GROUP;
    return media ? SENDER_REFUSED : SENDER_DELIVERED;
}

static void test_refused_media(void **state) {
    (void)state;
    static const char *const kinds[] = {"p", "d", "pp", "pd", "ppdd"};
    put_three();
    for (size_t i = 0; i < COUNT(kinds); i++) {
        put_ticket("what happened", kinds[i], staff, COUNT(staff));
        stage.judge = media_refused;
        notify();
        WAIT_UNTIL(done());
        assert_true(load_ticket(NUMBER).media_refused);
        const char *note = html_to_plain(stage.arena, text_raw(LANG_UK, TEXT_TICKET_MEDIA_REFUSED));
        for (size_t s = 0; s < COUNT(staff); s++) {
            assert_in_range(card_of(staff[s]).message, 1001, 1001 + (int)sent_count());
            const struct tg_call *card = sent((size_t)card_of(staff[s]).message - 1001);
            assert_int_equal(card->method, TG_METHOD_SEND_MESSAGE);
            assert_non_null(strstr(html_to_plain(stage.arena, card->text), note));
        }
        assert_int_equal(stage_teardown(NULL), 0);
        assert_int_equal(stage_setup(NULL), 0);
        put_three();
    }
}

static enum sender_outcome documents_refused(const struct tg_call *call) {
    bool media = call->method == TG_METHOD_SEND_MEDIA || call->method == TG_METHOD_SEND_MEDIA_GROUP;
    return media && call->media->kind == TG_MEDIA_DOCUMENT ? SENDER_REFUSED : SENDER_DELIVERED;
}

/* The photos are there when the documents are refused: everything that comes after them still does. */
static void test_half_of_the_media_refused(void **state) {
    (void)state;
    put_three();
    const char *description = times(3000, "\U0001F600");
    put_ticket(description, "ppd", staff, COUNT(staff));
    stage.judge = documents_refused;
    notify();
    WAIT_UNTIL(done());
    for (size_t s = 0; s < COUNT(staff); s++) {
        const char *all = "";
        for (size_t i = 0; i < sent_count(); i++)
            if (sent(i)->chat_id == staff[s] && sent(i)->text)
                all = arena_printf(stage.arena, "%s%s", all, html_to_plain(stage.arena, sent(i)->text));
        assert_non_null(strstr(all, description));
        assert_true(card_of(staff[s]).message > 0);
    }
}

/* --- many --- */

static void test_three_hundred_cards_of_a_long_ticket(void **state) {
    (void)state;
    int64_t chats[CARDS_MAX];
    for (int i = 0; i < CARDS_MAX; i++) {
        chats[i] = 10000 + i;
        put_staff(chats[i], ROLE_ADMIN);
    }
    put_ticket(times(3000, "\""), "", chats, CARDS_MAX);
    notify();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), CARDS_MAX);
    for (int i = 0; i < CARDS_MAX; i += 37)
        assert_string_equal(sent_to(chats[i]), "sendMessage");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGE_TEST(test_every_staff_member_gets_the_card),
        STAGE_TEST(test_who_cannot_be_written_to_gets_none),
        STAGE_TEST(test_a_card_to_one_who_blocked_the_bot),
        STAGE_TEST(test_the_summary_comes_before_the_card),
        STAGE_TEST(test_cards_are_edited),
        STAGE_TEST(test_a_change_while_the_card_is_in_flight),
        STAGE_TEST(test_a_card_that_is_gone_is_sent_anew),
        STAGE_TEST(test_refused_media),
        STAGE_TEST(test_half_of_the_media_refused),
        STAGE_TEST(test_three_hundred_cards_of_a_long_ticket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
