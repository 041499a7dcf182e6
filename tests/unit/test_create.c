/* From a session that owes a ticket to the ticket: once, whatever happened before. */
#include "tests/unit/server_stage.h"

enum { PERSON = 500, STAFF = 901, FORM = 77 };

static const struct owed wanted = {.kind = OWED_CREATE_TICKET, .chat = PERSON, .number = 1};

static struct user author(int64_t form) {
    return (struct user){.doc.id = PERSON,
                         .started = true,
                         .lang = "uk",
                         .username = "ivan",
                         .form = {.id = form,
                                  .name = "Іван",
                                  .phone = "+380501234567",
                                  .description = "what happened",
                                  .priority = PRIORITY_HIGH}};
}

static void owe_ticket(int64_t owner) {
    put_user(author(FORM), &wanted, 1, owner);
}

/* Somebody's ticket under that number. */
static void put_ticket(int64_t number, int64_t form, int64_t who) {
    struct ticket ticket = {.doc.id = number, .author = who, .form_id = form, .name = "Other", .description = "other"};
    struct write write = {.collection = COLLECTION_TICKETS, .after = &ticket, .now = clock_now()};
    assert_int_equal(store_write(stage.app.store, &write, NULL, NULL), STATUS_OK);
}

static enum status create(void) {
    struct user user = load_user(PERSON);
    struct error error = {0};
    return create_document(&stage.app, &user, stage.arena, &error);
}

/* How many tickets came of the form. */
static size_t tickets_of(int64_t form) {
    size_t count = 0;
    for (int64_t number = 1; number < 40; number++)
        if (has_ticket(number))
            count += load_ticket(number).form_id == form ? 1 : 0;
    return count;
}

static bool owes_ticket(void) {
    struct user user = load_user(PERSON);
    return create_owed(&user) != NULL;
}

static void test_the_ticket_is_made_and_delivered(void **state) {
    (void)state;
    put_staff(STAFF, ROLE_ADMIN);
    owe_ticket(STAGE_SELF);
    assert_int_equal(create(), STATUS_OK);
    struct ticket ticket = load_ticket(1);
    assert_int_equal(ticket.form_id, FORM);
    assert_int_equal(ticket.author, PERSON);
    assert_string_equal(ticket.name, "Іван");
    assert_string_equal(ticket.username, "ivan");
    assert_true(let_go(COLLECTION_USERS, PERSON));
    WAIT_UNTIL(let_go(COLLECTION_TICKETS, 1) && delivery_idle());
    assert_string_equal(sent_to(PERSON), "sendMessage");
    assert_string_equal(sent_to(STAFF), "sendMessage");
    assert_int_equal(load_user(PERSON).form.id, FORM);
}

static void test_it_is_made_once(void **state) {
    (void)state;
    owe_ticket(STAGE_SELF);
    struct user user = load_user(PERSON);
    for (int i = 0; i < 3; i++) /* as it was loaded before anybody made it */
        assert_int_equal(create_document(&stage.app, &user, stage.arena, NULL), STATUS_OK);
    assert_int_equal(create(), STATUS_OK);
    assert_int_equal(tickets_of(FORM), 1);
}

/* The process died behind the insert: the ticket is there, and still owed. */
static void test_a_ticket_that_is_there_is_only_cleared(void **state) {
    (void)state;
    put_ticket(1, FORM, PERSON);
    owe_ticket(STAGE_SELF);
    assert_int_equal(create(), STATUS_OK);
    assert_string_equal(load_ticket(1).name, "Other");
    assert_int_equal(tickets_of(FORM), 1);
    assert_false(owes_ticket());
}

static void test_a_number_that_is_taken(void **state) {
    (void)state;
    static const struct {
        int64_t form, author;
    } rows[] = {{FORM + 1, PERSON + 1}, {FORM, PERSON + 1}, {FORM + 1, PERSON}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t number;
        put_ticket(1, rows[i].form, rows[i].author);
        assert_int_equal(store_next(stage.app.store, "ticket", &number, NULL), STATUS_OK); /* 1 */
        owe_ticket(STAGE_SELF);
        assert_int_equal(create(), STATUS_OK);
        assert_string_equal(load_ticket(1).description, "other");
        assert_string_equal(load_ticket(2).description, "what happened");
        assert_false(has_ticket(3));
        assert_false(owes_ticket());
        assert_int_equal(stage_teardown(NULL), 0);
        assert_int_equal(stage_setup(NULL), 0);
    }
}

/* A counter that was set far back: the next numbers are tried in turn, a few at a time. */
static void test_many_numbers_that_are_taken(void **state) {
    (void)state;
    int tries = 0;
    for (int64_t number = 1; number <= 12; number++)
        put_ticket(number, FORM + 1, PERSON + 1);
    owe_ticket(STAGE_SELF);
    for (enum status status = STATUS_UNAVAILABLE; status != STATUS_OK; tries++) {
        assert_true(tries < 10);
        assert_true(owes_ticket());
        status = create();
        assert_true(status == STATUS_OK || status == STATUS_UNAVAILABLE);
    }
    assert_true(tries > 1);
    assert_int_equal(tickets_of(FORM), 1);
    assert_int_equal(load_ticket(13).form_id, FORM);
    assert_int_equal(load_ticket(13).author, PERSON);
}

/* --- what a crash left is finished by delivery --- */

static void finish_by_delivery(void) {
    delivery_notify(stage.app.delivery, COLLECTION_USERS, PERSON);
    WAIT_UNTIL(!owes_ticket() && let_go(COLLECTION_USERS, PERSON) && delivery_idle());
    assert_int_equal(tickets_of(FORM), 1);
}

static void test_leftovers_are_finished(void **state) {
    (void)state;
    put_staff(STAFF, ROLE_ADMIN);
    owe_ticket(STAGE_SELF);
    finish_by_delivery();
    WAIT_UNTIL(let_go(COLLECTION_TICKETS, 1) && delivery_idle());
    assert_string_equal(sent_to(PERSON), "sendMessage");
    assert_string_equal(sent_to(STAFF), "sendMessage");
}

static void test_leftovers_with_the_ticket_made(void **state) {
    (void)state;
    put_ticket(1, FORM, PERSON);
    owe_ticket(STAGE_SELF);
    finish_by_delivery();
}

static void test_leftovers_beside_messages(void **state) {
    (void)state;
    const struct owed items[] = {{.kind = OWED_MESSAGE, .chat = PERSON, .text = "hint"},
                                 wanted,
                                 {.kind = OWED_MESSAGE, .chat = PERSON, .text = "help"}};
    put_user(author(FORM), items, COUNT(items), STAGE_SELF);
    finish_by_delivery();
    WAIT_UNTIL(let_go(COLLECTION_TICKETS, 1) && delivery_idle());
    assert_string_equal(sent_to(PERSON), "sendMessage sendMessage sendMessage");
}

/* --- owners --- */

/* The worker of one copy makes the ticket of a session that another copy delivers for. */
static void test_a_session_of_another_copy(void **state) {
    (void)state;
    owe_ticket(STAGE_OTHER);
    assert_int_equal(create(), STATUS_OK);
    assert_false(owes_ticket());
    assert_int_equal(load_user(PERSON).doc.owner, 0);
    assert_int_equal(tickets_of(FORM), 1);
}

/* Adopted between the load and the note: it is still owed, the adopter finds it made. */
static void test_a_session_adopted_meanwhile(void **state) {
    (void)state;
    owe_ticket(STAGE_SELF);
    struct user user = load_user(PERSON);
    assert_int_equal(store_adopt(stage.app.store, COLLECTION_USERS, PERSON, STAGE_SELF, STAGE_OTHER, NULL), STATUS_OK);
    assert_int_equal(create_document(&stage.app, &user, stage.arena, NULL), STATUS_OK);
    assert_true(owes_ticket());
    assert_int_equal(create(), STATUS_OK);
    assert_false(owes_ticket());
    assert_int_equal(tickets_of(FORM), 1);
}

static void adopt_meanwhile(void) {
    if (store_adopt(stage.app.store, COLLECTION_USERS, PERSON, STAGE_SELF, STAGE_OTHER, NULL) != STATUS_OK)
        abort();
}

/* Adopted while delivery makes the ticket: the rest is the adopter's to deliver. */
static void test_a_session_adopted_from_under_delivery(void **state) {
    (void)state;
    const struct owed items[] = {wanted, {.kind = OWED_MESSAGE, .chat = PERSON, .text = "hint"}};
    put_user(author(FORM), items, COUNT(items), STAGE_SELF);
    atomic_store(&stage.meanwhile, adopt_meanwhile);
    delivery_notify(stage.app.delivery, COLLECTION_USERS, PERSON);
    WAIT_UNTIL(has_ticket(1) && let_go(COLLECTION_TICKETS, 1) && delivery_idle());
    assert_string_equal(sent_to(PERSON), "sendMessage"); /* what the ticket owes */
    assert_int_equal(load_user(PERSON).doc.owes.count, 2);
}

/* --- the largest there is --- */

static void test_the_largest_form_makes_a_ticket(void **state) {
    (void)state;
    char text[TEXT_BYTES_MAX + 1] = "", name[NAME_BYTES_MAX + 1] = "", word[WORD_BYTES_MAX + 1] = "";
    struct media media[MEDIA_MAX];
    memset(name, 'n', NAME_BYTES_MAX);
    memset(word, 'w', WORD_BYTES_MAX);
    for (size_t i = 0; i < TEXT_BYTES_MAX; i += 4)
        memcpy(text + i, "\U0001F600", 4);
    for (size_t i = 0; i < MEDIA_MAX; i++)
        media[i] = (struct media){TG_MEDIA_PHOTO, word};
    struct user user = author(FORM);
    user.username = word;
    user.form.name = name;
    user.form.phone = word;
    user.form.description = user.form.caption = text;
    user.form.media = (struct media_list){media, MEDIA_MAX};
    put_user(user, &wanted, 1, STAGE_SELF);
    assert_int_equal(create(), STATUS_OK);
    assert_string_equal(load_ticket(1).description, text);
    WAIT_UNTIL(let_go(COLLECTION_TICKETS, 1) && delivery_idle());
}

/* --- a call, which has a random id --- */

enum { CALL_ID = 770011 };

static void owe_call(void) {
    const struct owed item = {.kind = OWED_CREATE_CALL, .chat = PERSON, .number = CALL_ID};
    put_user((struct user){.doc.id = PERSON, .name = "Olena", .phone = "+380501234567", .started = true, .lang = "uk"},
             &item, 1, STAGE_SELF);
}

static struct call load_call(void) {
    struct call call;
    assert_int_equal(store_load(stage.app.store, COLLECTION_CALLS, CALL_ID, stage.arena, &call, NULL), STATUS_OK);
    return call;
}

static size_t count_owing_calls(void) {
    int64_t ids[4];
    size_t count = 0;
    assert_int_equal(
        store_find(stage.app.store, QUERY_OWED_CALLS, STAGE_SELF, INT64_MIN, ids, COUNT(ids), &count, NULL), STATUS_OK);
    return count;
}

static void test_a_call_is_made_once(void **state) {
    (void)state;
    put_staff(STAFF, ROLE_ADMIN);
    owe_call();
    struct user user = load_user(PERSON);
    for (int i = 0; i < 3; i++) /* as it was loaded before anybody made it */
        assert_int_equal(create_document(&stage.app, &user, stage.arena, NULL), STATUS_OK);
    assert_true(let_go(COLLECTION_USERS, PERSON));
    WAIT_UNTIL(load_call().counted && load_call().doc.owes.count == 1 && delivery_idle());
    const struct call call = load_call();
    assert_int_equal(call.caller, PERSON);
    assert_string_equal(call.phone, "+380501234567");
    assert_string_equal(sent_to(STAFF), "sendMessage");
    assert_string_equal(sent_to(PERSON), "sendMessage sendMessage"); /* it is made; it reached one of one */
    assert_int_equal(call.doc.owes.items[0].kind, OWED_CALL_DUE);
    assert_int_equal(count_owing_calls(), 1);
}

/* Nobody on staff: told at once, and nothing is owed any more. */
static void test_a_call_that_reaches_nobody(void **state) {
    (void)state;
    owe_call();
    struct user user = load_user(PERSON), called = user;
    called.last_call = CALL_ID;
    called.last_call_at = 5;
    struct write write = {.collection = COLLECTION_USERS, .before = &user, .after = &called, .now = clock_now()};
    assert_int_equal(store_write(stage.app.store, &write, NULL, NULL), STATUS_OK);
    user = load_user(PERSON);
    assert_int_equal(create_document(&stage.app, &user, stage.arena, NULL), STATUS_OK);
    WAIT_UNTIL(count_owing_calls() == 0 && delivery_idle());
    assert_int_equal(load_call().status, CALL_UNREACHED);
    assert_int_equal(load_user(PERSON).last_call_at, 0);
    assert_string_equal(sent_to(PERSON), "sendMessage sendMessage");
}

/* Nothing reminds delivery of it: there is no sweep here. */
static void test_a_call_whose_time_comes(void **state) {
    (void)state;
    const struct owed item = {.kind = OWED_CALL_DUE, .chat = PERSON, .not_before = clock_now() + 500};
    const struct call call = {.doc.id = CALL_ID, .caller = PERSON, .name = "Olena", .counted = true, .made_at = 1};
    const struct card card = {.chat = STAFF, .message = 5, .shown = 1};
    put_staff(STAFF, ROLE_ADMIN);
    put_user((struct user){.doc.id = PERSON, .started = true, .lang = "uk"}, NULL, 0, 0);
    struct write write = {.collection = COLLECTION_CALLS,
                          .after = &call,
                          .owe = &item,
                          .owe_count = 1,
                          .cards = &card,
                          .card_count = 1,
                          .owner = STAGE_SELF,
                          .now = clock_now()};
    assert_int_equal(store_write(stage.app.store, &write, NULL, NULL), STATUS_OK);
    delivery_notify(stage.app.delivery, COLLECTION_CALLS, CALL_ID);
    WAIT_UNTIL(count_owing_calls() == 0 && delivery_idle());
    assert_int_equal(load_call().status, CALL_UNANSWERED);
    assert_true(load_call().changed_at >= item.not_before);
    assert_string_equal(sent_to(PERSON), "sendMessage");
    assert_string_equal(sent_to(STAFF), "editMessageText");
}

/* The taker's dismissal was written before the take: the caller never hears of them. */
static void test_a_call_taken_by_one_who_was_dismissed(void **state) {
    (void)state;
    enum { TAKER = 902 };
    struct owed_arg name = {"name", "Dismissed"};
    const struct owed coming = {.kind = OWED_MESSAGE, .chat = PERSON, .text = "call_coming", .args = {&name, 1}};
    const struct call call = {.doc.id = CALL_ID,
                              .caller = PERSON,
                              .status = CALL_TAKEN,
                              .taken_by = TAKER,
                              .taken_by_name = "Dismissed",
                              .counted = true,
                              .made_at = 1};
    const struct card card = {.chat = STAFF, .message = 5};
    put_staff(STAFF, ROLE_ADMIN);
    put_staff(TAKER, ROLE_USER);
    put_user((struct user){.doc.id = PERSON, .started = true, .lang = "uk"}, NULL, 0, 0);
    struct write write = {.collection = COLLECTION_CALLS,
                          .after = &call,
                          .owe = &coming,
                          .owe_count = 1,
                          .cards = &card,
                          .card_count = 1,
                          .owner = STAGE_SELF,
                          .now = clock_now()};
    assert_int_equal(store_write(stage.app.store, &write, NULL, NULL), STATUS_OK);
    delivery_notify(stage.app.delivery, COLLECTION_CALLS, CALL_ID);
    WAIT_UNTIL(load_call().status == CALL_WAITING && sent_count() > 0 && delivery_idle());
    assert_string_equal(sent_to(PERSON), "");
    assert_string_equal(sent_to(STAFF), "editMessageText");
    assert_null(strstr(sent(0)->text, "Dismissed"));
    assert_int_equal(load_call().taken_by, 0);
    assert_int_equal(load_call().doc.owes.count, 1);
    assert_int_equal(load_call().doc.owes.items[0].kind, OWED_CALL_DUE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGE_TEST(test_the_ticket_is_made_and_delivered),
        STAGE_TEST(test_it_is_made_once),
        STAGE_TEST(test_a_ticket_that_is_there_is_only_cleared),
        STAGE_TEST(test_a_number_that_is_taken),
        STAGE_TEST(test_many_numbers_that_are_taken),
        STAGE_TEST(test_leftovers_are_finished),
        STAGE_TEST(test_leftovers_with_the_ticket_made),
        STAGE_TEST(test_leftovers_beside_messages),
        STAGE_TEST(test_a_session_of_another_copy),
        STAGE_TEST(test_a_session_adopted_meanwhile),
        STAGE_TEST(test_a_session_adopted_from_under_delivery),
        STAGE_TEST(test_the_largest_form_makes_a_ticket),
        STAGE_TEST(test_a_call_is_made_once),
        STAGE_TEST(test_a_call_that_reaches_nobody),
        STAGE_TEST(test_a_call_whose_time_comes),
        STAGE_TEST(test_a_call_taken_by_one_who_was_dismissed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
