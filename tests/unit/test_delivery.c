/* What sessions owe, on its way to Telegram. */
#include "tests/unit/server_stage.h"

#include "telegram/html.h"

enum { PERSON = 500, GROUP = -1001 };

static struct owed message(const char *text, int64_t chat) {
    return (struct owed){.kind = OWED_MESSAGE, .chat = chat, .text = text};
}

static struct owed callback_answer(void) {
    return (struct owed){.kind = OWED_ANSWER, .chat = PERSON, .callback_query_id = "query"};
}

static void owe(const struct owed *items, size_t count, int64_t owner) {
    put_user((struct user){.doc.id = PERSON, .started = true, .lang = "uk"}, items, count, owner);
}

static void notify(void) {
    delivery_notify(stage.app.delivery, COLLECTION_USERS, PERSON);
}

static bool done(void) {
    return let_go(COLLECTION_USERS, PERSON) && delivery_idle();
}

static const char *text_of(size_t place) {
    return html_to_plain(stage.arena, sent(place)->text);
}

static void test_in_order_one_in_flight_for_each_chat(void **state) {
    (void)state;
    const struct owed items[] = {message("hint", PERSON), message("stale_button", PERSON), message("help_group", GROUP),
                                 callback_answer(), message("form_cancelled", PERSON)};
    stage_set(&stage.hold, true);
    owe(items, COUNT(items), STAGE_SELF);
    notify();
    wait_sent(3);
    notify(); /* another notice starts nothing twice */
    notify();
    assert_string_equal(sent_to(PERSON), "sendMessage");
    assert_string_equal(sent_to(GROUP), "sendMessage");
    assert_string_equal(sent_to(0), "answerCallbackQuery");
    stage_land(0, SENDER_DELIVERED);
    wait_sent(4);
    assert_string_equal(text_of(3), text_raw(LANG_UK, TEXT_STALE_BUTTON));
    stage_release();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), 5);
    assert_string_equal(text_of(0), text_raw(LANG_UK, TEXT_HINT));
    assert_string_equal(text_of(4), text_raw(LANG_UK, TEXT_FORM_CANCELLED));
}

static void test_answers_do_not_wait_for_each_other(void **state) {
    (void)state;
    const struct owed items[] = {callback_answer(), callback_answer(), message("hint", PERSON), callback_answer()};
    stage_set(&stage.hold, true);
    owe(items, COUNT(items), STAGE_SELF);
    notify();
    wait_sent(4);
    stage_release();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), 4);
}

/* One write for each landing at most, and the last one lets the document go. */
static void test_the_last_note_lets_go(void **state) {
    (void)state;
    const struct owed items[] = {message("hint", PERSON), message("help_group", GROUP), callback_answer()};
    struct store_counts before, after;
    stage_set(&stage.hold, true);
    owe(items, COUNT(items), STAGE_SELF);
    store_count(stage.app.store, &before);
    notify();
    wait_sent(3);
    stage_release();
    WAIT_UNTIL(delivery_idle());
    store_count(stage.app.store, &after);
    assert_in_range(after.writes - before.writes, 1, 3);
    assert_int_equal(after.reads - before.reads, 1);
    assert_true(done());
}

static void test_what_cannot_be_delivered_is_taken_away(void **state) {
    (void)state;
    static const enum sender_outcome outcomes[] = {SENDER_REFUSED, SENDER_GONE, SENDER_EXPIRED, SENDER_BLOCKED};
    for (size_t i = 0; i < COUNT(outcomes); i++) {
        const struct owed item = message("hint", PERSON);
        stage_set(&stage.hold, true);
        if (i == 0)
            owe(&item, 1, STAGE_SELF);
        else
            add_owed(PERSON, &item, 1);
        notify();
        wait_sent(i + 1);
        assert_false(load_user(PERSON).blocked);
        stage_land(i, outcomes[i]);
        WAIT_UNTIL(load_user(PERSON).doc.owes.count == 0 && delivery_idle());
    }
    assert_true(load_user(PERSON).blocked);
    assert_int_equal(sent_count(), COUNT(outcomes));
}

static void test_blocked_in_a_group_blocks_no_person(void **state) {
    (void)state;
    const struct owed item = message("help_group", GROUP);
    stage_set(&stage.hold, true);
    owe(&item, 1, STAGE_SELF);
    notify();
    wait_sent(1);
    stage_land(0, SENDER_BLOCKED);
    WAIT_UNTIL(done());
    assert_false(load_user(PERSON).blocked);
}

static void test_times(void **state) {
    (void)state;
    struct owed items[] = {message("hint", PERSON), message("stale_button", PERSON), message("help", PERSON),
                           callback_answer()};
    int64_t tomorrow = clock_now() + DAY;
    items[0].not_before = tomorrow;
    items[1].not_after = 1;
    items[3].not_after = tomorrow;
    owe(items, COUNT(items), STAGE_SELF);
    notify();
    WAIT_UNTIL(load_user(PERSON).doc.owes.count == 1 && delivery_idle());
    assert_int_equal(sent_count(), 2);
    struct user user = load_user(PERSON);
    assert_string_equal(user.doc.owes.items[0].text, "hint");
    assert_int_equal(user.doc.owner, STAGE_SELF);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(stage.sent[i].not_after, sent(i)->callback_query_id ? tomorrow : 0);
}

/* With nobody to remind delivery of it: there is no sweep here. */
static void test_what_is_due_soon_is_sent_then(void **state) {
    (void)state;
    struct owed items[] = {message("hint", PERSON), message("stale_button", PERSON), message("help", PERSON)};
    int64_t begun = clock_now();
    items[0].not_before = begun + 900;
    items[1].not_before = begun + 300;
    owe(items, COUNT(items), STAGE_SELF);
    notify();
    WAIT_UNTIL(done());
    assert_true(clock_now() - begun >= 900);
    assert_int_equal(sent_count(), 3);
    assert_string_equal(text_of(1), text_raw(LANG_UK, TEXT_STALE_BUTTON));
    assert_string_equal(text_of(2), text_raw(LANG_UK, TEXT_HINT));
}

static void test_items_of_another_version_are_dropped(void **state) {
    (void)state;
    struct owed items[] = {message("of_tomorrow", PERSON),
                           message("hint", PERSON),
                           message("hint", PERSON),
                           {.kind = OWED_TICKET_FILED, .chat = PERSON}};
    items[1].keyboard = "of_tomorrow";
    owe(items, COUNT(items), STAGE_SELF);
    notify();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), 1);
}

/* --- long messages, crashes --- */

static struct owed long_message(void) {
    struct owed_arg *args = arena_array(stage.arena, 1, sizeof(*args));
    char *value = arena_alloc(stage.arena, 10001);
    memset(value, 'x', 10000);
    args[0] = (struct owed_arg){"id", value};
    struct owed item = message("your_id", PERSON);
    item.keyboard = "menu";
    item.args = (struct owed_arg_list){args, 1};
    return item;
}

static void test_parts_go_on_after_a_crash(void **state) {
    (void)state;
    const struct owed item = long_message();
    stage_set(&stage.hold, true);
    owe(&item, 1, STAGE_SELF);
    notify();
    wait_sent(1);
    stage_land(0, SENDER_DELIVERED);
    wait_sent(2);
    assert_int_equal(load_user(PERSON).doc.owes.items[0].part, 1);
    stage_close(); /* the second is under way and never answered */
    stage_open();
    stage_set(&stage.hold, false);
    notify();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), 4);
    assert_string_equal(sent(1)->text, sent(2)->text);
    assert_string_not_equal(sent(0)->text, sent(1)->text);
    assert_null(sent(2)->markup);
    assert_non_null(sent(3)->markup);
}

static void test_what_was_stopped_is_still_owed(void **state) {
    (void)state;
    const struct owed item = message("hint", PERSON);
    stage_set(&stage.hold, true);
    owe(&item, 1, STAGE_SELF);
    notify();
    wait_sent(1);
    delivery_stop(stage.app.delivery, 0);
    stage_land(0, SENDER_STOPPED); /* the sender ends after delivery */
    assert_int_equal(load_user(PERSON).doc.owes.count, 1);
    assert_int_equal(load_user(PERSON).doc.owner, STAGE_SELF);
    delivery_free(stage.app.delivery);
    assert_int_equal(delivery_new(&stage.app, &stage.app.delivery, NULL), STATUS_OK);
    stage_set(&stage.hold, false);
    notify();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), 2);
}

static void test_stopping_waits_for_what_can_be_sent(void **state) {
    (void)state;
    const struct owed items[] = {message("hint", PERSON), message("stale_button", PERSON), message("help", PERSON)};
    owe(items, COUNT(items), STAGE_SELF);
    notify();
    delivery_stop(stage.app.delivery, STAGE_PATIENCE);
    assert_int_equal(sent_count(), 3);
    assert_true(let_go(COLLECTION_USERS, PERSON));
    delivery_free(stage.app.delivery);
    assert_int_equal(delivery_new(&stage.app, &stage.app.delivery, NULL), STATUS_OK);
}

/* --- when nothing can be sent --- */

static void test_nothing_is_lost_when_nothing_can_be_sent(void **state) {
    (void)state;
    const struct owed item = message("hint", PERSON);
    owe(&item, 1, STAGE_SELF);
    stage_set(&stage.full, true);
    notify();
    atomic_store(&stage.silent, true);
    stage_set(&stage.full, false);
    notify();
    WAIT_UNTIL(delivery_idle());
    assert_int_equal(sent_count(), 0);
    assert_int_equal(load_user(PERSON).doc.owes.count, 1);
    atomic_store(&stage.silent, false);
    notify();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), 1);
}

/* --- owners --- */

static void test_only_the_owner_delivers(void **state) {
    (void)state;
    const struct owed item = message("hint", PERSON);
    owe(&item, 1, STAGE_OTHER);
    notify();
    assert_int_equal(store_adopt(stage.app.store, COLLECTION_USERS, PERSON, STAGE_OTHER, STAGE_SELF, NULL), STATUS_OK);
    notify();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), 1);
    add_owed(PERSON, &item, 1);
    assert_int_equal(store_adopt(stage.app.store, COLLECTION_USERS, PERSON, STAGE_SELF, STAGE_OTHER, NULL), STATUS_OK);
    for (int i = 0; i < 50; i++)
        notify();
    delivery_stop(stage.app.delivery, STAGE_PATIENCE);
    assert_int_equal(sent_count(), 1);
    assert_int_equal(load_user(PERSON).doc.owes.count, 1);
    delivery_free(stage.app.delivery);
    assert_int_equal(delivery_new(&stage.app, &stage.app.delivery, NULL), STATUS_OK);
}

static void test_adopted_while_in_flight(void **state) {
    (void)state;
    const struct owed items[] = {message("hint", PERSON), message("help", PERSON)};
    stage_set(&stage.hold, true);
    owe(items, COUNT(items), STAGE_SELF);
    notify();
    wait_sent(1);
    assert_int_equal(store_adopt(stage.app.store, COLLECTION_USERS, PERSON, STAGE_SELF, STAGE_OTHER, NULL), STATUS_OK);
    stage_release();
    WAIT_UNTIL(delivery_idle());
    struct delivery_counts counts;
    delivery_count(stage.app.delivery, &counts);
    assert_int_equal(counts.settle_conflicts, 1);
    assert_int_equal(sent_count(), 1);
    assert_int_equal(load_user(PERSON).doc.owes.count, 2);
}

/* --- additions --- */

/* The last item is in flight, and would let the document go when it lands. */
static void test_an_addition_beside_the_last_note(void **state) {
    (void)state;
    const struct owed first = message("hint", PERSON), second = message("help", PERSON);
    stage_set(&stage.hold, true);
    owe(&first, 1, STAGE_SELF);
    notify();
    wait_sent(1);
    add_owed(PERSON, &second, 1);
    stage_land(0, SENDER_DELIVERED); /* and no notice of the addition */
    wait_sent(2);
    stage_release();
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), 2);
}

enum { ADDITIONS = 150 };

static void test_additions_at_any_time(void **state) {
    (void)state;
    char number[16];
    struct owed_arg arg = {"id", number};
    struct owed item = message("your_id", PERSON);
    item.args = (struct owed_arg_list){&arg, 1};
    owe(NULL, 0, 0);
    for (int i = 0; i < ADDITIONS;) {
        struct user user = load_user(PERSON);
        snprintf(number, sizeof(number), "%d.", i);
        struct write write = {.collection = COLLECTION_USERS,
                              .before = &user,
                              .after = &user,
                              .owe = &item,
                              .owe_count = 1,
                              .owner = STAGE_SELF,
                              .now = clock_now()};
        if (store_write(stage.app.store, &write, NULL, NULL) != STATUS_OK)
            continue; /* let go in between, or owes too much */
        notify();
        i++;
    }
    WAIT_UNTIL(done());
    assert_int_equal(sent_count(), ADDITIONS);
    for (size_t i = 0; i < ADDITIONS; i++)
        assert_non_null(strstr(sent(i)->text, arena_printf(stage.arena, ">%zu.<", i)));
}

/* --- what came of a delivery, back in the person's document --- */

static const struct owed menu_item = {
    .kind = OWED_MESSAGE, .chat = 1, .text = "menu_shown", .keyboard = "menu", .service = true};

static void test_a_service_message_takes_the_place_of_the_one_before(void **state) {
    (void)state;
    struct owed owe[] = {menu_item, menu_item, {.kind = OWED_MESSAGE, .chat = 1, .text = "hint"}};
    put_user((struct user){.doc.id = 1, .service_message = 7}, owe, COUNT(owe), STAGE_SELF);
    delivery_notify(stage.app.delivery, COLLECTION_USERS, 1);
    WAIT_UNTIL(let_go(COLLECTION_USERS, 1));
    /* The new one first: the old one goes afterwards, and what was owed already comes before that. */
    assert_string_equal(sent_to(1), "sendMessage sendMessage sendMessage deleteMessage deleteMessage");
    assert_int_equal(sent(3)->message_id, 7);
    assert_int_equal(sent(4)->message_id, 1001);
    assert_int_equal(load_user(1).service_message, 1002);
}

static enum sender_outcome nothing_is_deleted(const struct tg_call *call) {
    return call->method == TG_METHOD_DELETE_MESSAGE ? SENDER_REFUSED : SENDER_DELIVERED;
}

static void test_a_deletion_that_fails_is_forgotten(void **state) {
    (void)state;
    stage.judge = nothing_is_deleted;
    put_user((struct user){.doc.id = 1, .service_message = 7}, &menu_item, 1, STAGE_SELF);
    delivery_notify(stage.app.delivery, COLLECTION_USERS, 1);
    WAIT_UNTIL(let_go(COLLECTION_USERS, 1));
    assert_string_equal(sent_to(1), "sendMessage deleteMessage");
}

static enum sender_outcome nothing_is_taken(const struct tg_call *call) {
    (void)call;
    return SENDER_REFUSED; /* BLOCKED would be noted in the row, which then has an owner */
}

static void test_a_service_message_that_is_not_delivered_changes_nothing(void **state) {
    (void)state;
    stage.judge = nothing_is_taken;
    put_user((struct user){.doc.id = 1, .service_message = 7}, &menu_item, 1, STAGE_SELF);
    delivery_notify(stage.app.delivery, COLLECTION_USERS, 1);
    WAIT_UNTIL(let_go(COLLECTION_USERS, 1));
    assert_string_equal(sent_to(1), "sendMessage");
    assert_int_equal(load_user(1).service_message, 7);
}

/* While the message flies, the person's session goes on: nothing of it is lost, nothing is sent twice. */
static void test_a_continuation_meets_the_persons_next_update(void **state) {
    (void)state;
    stage_set(&stage.hold, true);
    put_user((struct user){.doc.id = 1, .service_message = 7}, &menu_item, 1, STAGE_SELF);
    delivery_notify(stage.app.delivery, COLLECTION_USERS, 1);
    wait_sent(1);
    add_owed(1, &(struct owed){.kind = OWED_MESSAGE, .chat = 1, .text = "hint"}, 1);
    stage_release();
    WAIT_UNTIL(let_go(COLLECTION_USERS, 1));
    assert_string_equal(sent_to(1), "sendMessage sendMessage deleteMessage");
    assert_int_equal(load_user(1).service_message, 1001);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGE_TEST(test_in_order_one_in_flight_for_each_chat),
        STAGE_TEST(test_answers_do_not_wait_for_each_other),
        STAGE_TEST(test_the_last_note_lets_go),
        STAGE_TEST(test_what_cannot_be_delivered_is_taken_away),
        STAGE_TEST(test_blocked_in_a_group_blocks_no_person),
        STAGE_TEST(test_times),
        STAGE_TEST(test_what_is_due_soon_is_sent_then),
        STAGE_TEST(test_items_of_another_version_are_dropped),
        STAGE_TEST(test_parts_go_on_after_a_crash),
        STAGE_TEST(test_what_was_stopped_is_still_owed),
        STAGE_TEST(test_stopping_waits_for_what_can_be_sent),
        STAGE_TEST(test_nothing_is_lost_when_nothing_can_be_sent),
        STAGE_TEST(test_only_the_owner_delivers),
        STAGE_TEST(test_adopted_while_in_flight),
        STAGE_TEST(test_an_addition_beside_the_last_note),
        STAGE_TEST(test_additions_at_any_time),
        STAGE_TEST(test_a_service_message_takes_the_place_of_the_one_before),
        STAGE_TEST(test_a_deletion_that_fails_is_forgotten),
        STAGE_TEST(test_a_service_message_that_is_not_delivered_changes_nothing),
        STAGE_TEST(test_a_continuation_meets_the_persons_next_update),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
