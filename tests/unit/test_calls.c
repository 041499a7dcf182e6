/* The call to the server room: who may call when, what the buttons of its card do, what becomes of it by itself. */
#include <string.h>

#include "handlers/calls.h"
#include "handlers/handlers.h"
#include "telegram/html.h"
#include "tests/unit/talk.h"

enum { CALL_ID = 77001, CALLER = 900, COLLEAGUE = 501, THIRD = 502, DUE_ITEM = 130 };

static const char label[] = "🔔 Виклик у серверну";
static struct talk talk;
static struct call call;
static struct card cards[3];
static struct decline declined[3];
static struct owed due;

static int setup(void **state) {
    (void)state;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    talk_end(&talk);
    return 0;
}

static void begin_caller(void) {
    talk_begin(&talk, ROLE_USER);
    talk.call_cooldown = 300 * SECOND;
}

/* A call that reached three; the person is one of them. */
static void begin_staff(enum call_status status) {
    talk_begin(&talk, ROLE_ADMIN);
    for (size_t i = 0; i < COUNT(cards); i++)
        cards[i] = (struct card){.chat = TALK_PERSON + (int64_t)i, .message = 77, .shown = 1};
    due = (struct owed){.id = DUE_ITEM, .kind = OWED_CALL_DUE, .chat = CALLER};
    call = (struct call){.doc = {.id = CALL_ID, .rev = 2, .cards = {cards, 3}, .owes = {&due, 1}},
                         .caller = CALLER,
                         .name = "Коваль <b>",
                         .username = "koval",
                         .phone = "+380501234567",
                         .status = status,
                         .declined = {declined, 0},
                         .counted = true,
                         .made_at = talk.now};
    talk.call = &call;
}

static const char *press(const char *verb) {
    return talk_press(&talk, arena_printf(talk.arena, "%s:%d", verb, CALL_ID));
}

/* What the decision tells the caller; "" for nothing. */
static const char *told(void) {
    const struct decision *decision = &talk.change.decision;
    const char *words = "";
    for (size_t i = 0; i < decision->owe_count; i++) {
        assert_int_equal(decision->owe[i].chat, CALLER);
        words = arena_printf(talk.arena, "%s%s", words, decision->owe[i].text);
    }
    return words;
}

static const struct call *after(void) {
    assert_non_null(talk.change.decision.after);
    return talk.change.decision.after;
}

/* --- the cool-down --- */

static void test_the_next_call_and_the_time_left(void **state) {
    (void)state;
    static const struct {
        int64_t passed;   /* ms */
        const char *left; /* NULL: a call */
    } rows[] = {
        {0, "5:00"},      {1, "5:00"},       {1000, "4:59"},   {1001, "4:59"},   {60000, "4:00"},
        {241000, "0:59"}, {298999, "0:02"},  {299000, "0:01"}, {299999, "0:01"}, {300000, NULL},
        {300001, NULL},   {86400000, NULL},  {-60000, "5:00"}, /* the clock was set back */
        {-300000, NULL},  {-86400000, NULL},                   /* … from a time that is not to be waited for */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin_caller();
        assert_string_equal(talk_say(&talk, label), "create_call");
        int64_t id = talk.user.last_call, at = talk.user.last_call_at;
        assert_int_equal(id, talk.change.owe[0].number);
        assert_int_equal(at, talk.now);
        talk.now += rows[i].passed;
        ROW(i, rows[i].left ? rows[i].left : "a call");
        const char *words = talk_say(&talk, label);
        if (rows[i].left) {
            assert_string_equal(words, "call_too_soon[menu]");
            assert_string_equal(talk_value(&talk, "left"), rows[i].left);
            assert_int_equal(talk.user.last_call, id);
            assert_int_equal(talk.user.last_call_at, at);
        } else {
            assert_string_equal(words, "create_call");
            assert_int_not_equal(talk.user.last_call, id);
        }
        talk_end(&talk);
    }
    begin_caller();
    talk.call_cooldown = 0;
    for (int i = 0; i < 3; i++)
        assert_string_equal(talk_say(&talk, label), "create_call");
}

static void test_a_call_in_mid_form_keeps_the_draft(void **state) {
    (void)state;
    begin_caller();
    talk_say(&talk, "📝 Створити заявку");
    talk_say(&talk, "Коваль Олена");
    assert_string_equal(talk_say(&talk, label), "draft_kept[menu] + create_call");
    assert_string_equal(talk_say(&talk, "📝 Створити заявку"), "draft_offer[draft]");
    assert_string_equal(talk.user.form.name, "Коваль Олена");
    talk_press(&talk, "draft:1");
    assert_string_equal(talk_say(&talk, label), "draft_kept[menu] + call_too_soon[menu]");
}

/* --- rooms --- */

static void test_links_of_rooms(void **state) {
    (void)state;
    static const struct {
        const char *text, *code; /* NULL: just a start */
    } rows[] = {
        {"/start room_7", "7"},
        {"/start room_A-1_z", "A-1_z"},
        {"/START room_7 ", "7"},
        {"/start room_", NULL},
        {"/start room", NULL},
        {"/start", NULL},
        {"/start Room_7", NULL},
        {"/start room_7 8", "7"},
        {"/start room_ж", NULL},
        {"/start room_a.b", NULL},
        {"/start room_12345678901234567890123456789012345678901234567890123456789",
         "12345678901234567890123456789012345678901234567890123456789"},
        {"/start room_123456789012345678901234567890123456789012345678901234567890", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin_caller();
        ROW(i, rows[i].text);
        assert_string_equal(talk_say(&talk, rows[i].text), rows[i].code ? "create_call" : "greeting[menu]");
        if (rows[i].code)
            assert_string_equal(talk_value(&talk, "code"), rows[i].code);
        talk_end(&talk);
    }
    begin_caller();
}

/* The call that comes of what the session owes. */
static struct call_step made(void) {
    struct call_step step;
    for (size_t i = 0; i < talk.change.owe_count; i++)
        if (talk.change.owe[i].kind == OWED_CREATE_CALL)
            call_begin(talk.arena, &talk.user, &talk.change.owe[i], talk.now, &step);
    return step;
}

static void test_a_call_has_what_is_known(void **state) {
    (void)state;
    struct room room = {.code = "7", .name = "Серверна <1>"};
    begin_caller();
    talk_say(&talk, label);
    struct call_step step = made();
    assert_string_equal(step.call.name, "Іван");
    assert_string_equal(step.call.username, "ivan");
    assert_null(step.call.phone);
    assert_null(step.call.room);
    assert_string_equal(step.owe[0].text, "call_made");
    assert_int_equal(step.owe[1].kind, OWED_CALL_COUNT);
    assert_int_equal(step.owe[2].kind, OWED_CALL_DUE);
    assert_int_equal(step.owe[2].not_before, talk.now + 3 * MINUTE);

    talk.now += HOUR;
    talk.user.full_name = "Коваль Іван";
    talk.user.phone = "+380501111111";
    talk.room = &room;
    assert_string_equal(talk_say(&talk, "/start room_7"), "create_call");
    step = made();
    assert_string_equal(step.call.name, "Коваль Іван");
    assert_string_equal(step.call.phone, "+380501111111");
    assert_string_equal(step.call.room, "7");
    assert_string_equal(step.call.room_name, "Серверна <1>");
    assert_string_equal(step.owe[0].text, "call_made_room");

    talk.now += HOUR;
    talk.user.form.phone = "+380502222222"; /* of a form that is not filed yet: the latest */
    talk.room = NULL;
    talk_say(&talk, "/start room_8");
    step = made();
    assert_string_equal(step.call.phone, "+380502222222");
    assert_string_equal(step.call.room, "8");
    assert_null(step.call.room_name);
    assert_string_equal(step.owe[0].text, "call_made_unknown");
    assert_string_equal(talk_say(&talk, "/start room_8"), "call_too_soon[menu]");
}

static void test_who_is_new_is_greeted_first_and_staff_call_nobody(void **state) {
    (void)state;
    talk_begin(&talk, ROLE_COUNT);
    assert_string_equal(talk_say(&talk, "/start room_7"), "greeting[menu] + create_call");
    talk_end(&talk);
    talk_begin(&talk, ROLE_ADMIN);
    assert_string_equal(talk_say(&talk, "/start room_7"), "room_link_staff[menu]");
    assert_string_equal(talk_value(&talk, "room"), "7");
    assert_string_equal(talk_say(&talk, label), "hint[menu]");
}

/* --- the buttons --- */

static void test_the_first_takes_it(void **state) {
    (void)state;
    static const enum call_status open[] = {CALL_WAITING, CALL_UNANSWERED, CALL_DECLINED, CALL_UNREACHED};
    for (size_t i = 0; i < COUNT(open); i++) {
        begin_staff(open[i]);
        assert_string_equal(press("call_take"), "answer(call_yours)");
        assert_string_equal(told(), "call_coming");
        assert_int_equal(after()->status, CALL_TAKEN);
        assert_int_equal(after()->taken_by, TALK_PERSON);
        assert_string_equal(after()->taken_by_name, "Іван");
        assert_int_equal(talk.change.decision.settle, DUE_ITEM);
        assert_false(talk.change.decision.unseen);
        call = *after();
        assert_string_equal(press("call_take"), "answer(call_yours)");
        assert_null(talk.change.decision.after);
        assert_string_equal(press("call_decline"), "answer(call_yours)!");
        assert_null(talk.change.decision.after);
        call.taken_by = COLLEAGUE;
        assert_string_equal(press("call_take"), "answer(call_taken)!");
        assert_string_equal(talk_value(&talk, "name"), "Іван");
        assert_string_equal(press("call_decline"), "answer(call_taken)!");
        assert_null(talk.change.decision.after);
        talk_end(&talk);
    }
    begin_staff(CALL_WAITING);
}

static void test_all_decline(void **state) {
    (void)state;
    begin_staff(CALL_WAITING);
    assert_string_equal(press("call_decline"), "answer(call_decline_noted)");
    assert_string_equal(told(), "");
    assert_int_equal(after()->declined.count, 1);
    assert_int_equal(after()->declined.items[0].who, TALK_PERSON);
    assert_int_equal(after()->status, CALL_WAITING);
    assert_int_equal(talk.change.decision.settle, 0);
    declined[0] = (struct decline){TALK_PERSON, "Іван"};
    call.declined.count = 1;
    assert_string_equal(press("call_decline"), "answer(call_decline_noted)");
    assert_null(talk.change.decision.after);

    declined[0] = (struct decline){COLLEAGUE, "Олег"};
    declined[1] = (struct decline){THIRD, NULL};
    call.declined.count = 2;
    assert_string_equal(press("call_decline"), "answer(call_decline_noted)");
    assert_string_equal(told(), "call_declined");
    assert_int_equal(after()->status, CALL_DECLINED);
    assert_int_equal(talk.change.decision.settle, DUE_ITEM);

    call.counted = false; /* somebody's card is under way still */
    press("call_decline");
    assert_string_equal(told(), "");
    call.counted = true;
    call.declined.count = 1;
    cards[2] = (struct card){.chat = THIRD, .shown = CARD_GIVEN_UP}; /* it did not reach them */
    press("call_decline");
    assert_string_equal(told(), "call_declined");
    call.status = CALL_UNANSWERED; /* that was told */
    press("call_decline");
    assert_string_equal(told(), "");
    assert_int_equal(after()->declined.count, 2);

    declined[0] = (struct decline){TALK_PERSON, "Іван"};
    press("call_take"); /* thinks better of it */
    assert_int_equal(after()->declined.count, 0);
}

static void test_presses_that_do_not_count(void **state) {
    (void)state;
    static const char *const verbs[] = {"call_take", "call_decline"};
    for (size_t i = 0; i < COUNT(verbs); i++) {
        begin_staff(CALL_WAITING);
        cards[0].chat = 1234; /* the call did not go to this person */
        assert_string_equal(press(verbs[i]), "answer(stale_button)! + strip");
        assert_null(talk.change.decision.after);
        cards[0].chat = TALK_PERSON;
        talk.now += HOUR;
        assert_string_equal(press(verbs[i]), "answer(call_over)! + strip");
        assert_null(talk.change.decision.after);
        talk.now -= 1;
        cards[0].message = 76; /* a copy that is not known */
        assert_non_null(strstr(press(verbs[i]), " + strip"));
        assert_non_null(talk.change.decision.after);
        talk_end(&talk);
    }
    begin_staff(CALL_WAITING);
}

/* --- by itself --- */

static void test_how_many_it_reached(void **state) {
    (void)state;
    struct call_step step;
    begin_staff(CALL_WAITING);
    call.counted = false;
    cards[1].message = 0;
    cards[1].shown = 0;
    assert_false(call_is_tried(&call));
    cards[1].shown = CARD_GIVEN_UP;
    assert_true(call_is_tried(&call));
    call_count(talk.arena, &call, talk.now, &step);
    assert_true(step.call.counted && step.unseen);
    assert_int_equal(step.owe_count, 1);
    assert_string_equal(step.owe[0].text, "call_reached");
    assert_string_equal(step.owe[0].args.items[0].value, "2");
    assert_string_equal(step.owe[0].args.items[1].value, "3");

    declined[0] = (struct decline){TALK_PERSON, "Іван"}; /* faster than the slowest card */
    declined[1] = (struct decline){THIRD, "Олег"};
    call.declined.count = 2;
    call_count(talk.arena, &call, talk.now, &step);
    assert_int_equal(step.owe_count, 2);
    assert_string_equal(step.owe[1].text, "call_declined");
    assert_int_equal(step.call.status, CALL_DECLINED);
    assert_int_equal(step.settle, DUE_ITEM);
    assert_false(step.unseen);

    call.status = CALL_TAKEN; /* who is coming was told */
    call_count(talk.arena, &call, talk.now, &step);
    assert_int_equal(step.owe_count, 0);
    assert_true(step.call.counted);
}

static void test_it_reached_nobody(void **state) {
    (void)state;
    struct call_step step;
    begin_staff(CALL_WAITING);
    for (size_t i = 0; i < COUNT(cards); i++)
        cards[i] = (struct card){.chat = cards[i].chat, .shown = CARD_GIVEN_UP};
    for (int none = 0; none < 2; none++) {
        call_count(talk.arena, &call, talk.now, &step);
        assert_int_equal(step.call.status, CALL_UNREACHED);
        assert_int_equal(step.owe_count, 2);
        assert_int_equal(step.owe[0].kind, OWED_CALL_RETURN);
        assert_string_equal(step.owe[1].text, "call_unreached");
        assert_int_equal(step.settle, DUE_ITEM);
        call.doc.cards.count = 0; /* there is no staff at all */
    }
}

static void test_nobody_takes_it(void **state) {
    (void)state;
    struct call_step step;
    begin_staff(CALL_WAITING);
    assert_true(call_expire(talk.arena, &call, talk.now, &step));
    assert_int_equal(step.call.status, CALL_UNANSWERED);
    assert_string_equal(step.owe[0].text, "call_unanswered");
    for (int i = CALL_TAKEN; i < CALL_STATUS_COUNT; i++) {
        call.status = (enum call_status)i;
        assert_false(call_expire(talk.arena, &call, talk.now, &step));
    }
}

/* --- the card --- */

static const char *card_text(int64_t message, size_t *ret_buttons) {
    struct render render = {.arena = talk.arena, .recipient = &talk.user};
    struct tg_call calls[RENDER_CALLS_MAX] = {0};
    assert_int_equal(render_call(&render, &call, TALK_PERSON, message, calls), 1);
    assert_int_equal(calls[0].method, message ? TG_METHOD_EDIT_MESSAGE_TEXT : TG_METHOD_SEND_MESSAGE);
    assert_true(html_length(calls[0].text) <= TG_TEXT_MAX);
    *ret_buttons = calls[0].markup ? calls[0].markup->rows[0].count : 0;
    return html_to_plain(talk.arena, calls[0].text);
}

static void test_how_a_card_looks(void **state) {
    (void)state;
    size_t buttons;
    begin_staff(CALL_WAITING);
    const char *text = card_text(0, &buttons);
    assert_non_null(strstr(text, "Коваль <b> (@koval)"));
    assert_non_null(strstr(text, "+380501234567"));
    assert_null(strstr(text, "Приміщення"));
    assert_int_equal(buttons, 2);
    call.room = "x_1";
    assert_non_null(strstr(card_text(0, &buttons), "невідомий код x_1"));
    call.room_name = "Серверна & <2>";
    assert_non_null(strstr(card_text(0, &buttons), "Приміщення: Серверна & <2>"));
    declined[0] = (struct decline){COLLEAGUE, "Олег <i>"};
    declined[1] = (struct decline){THIRD, NULL};
    call.declined.count = 2;
    assert_non_null(strstr(card_text(7, &buttons), "👎 Олег <i>, —"));
    assert_int_equal(buttons, 2);
    call.status = CALL_UNANSWERED;
    assert_non_null(strstr(card_text(7, &buttons), "Понад 3\u00a0хвилини"));
    assert_int_equal(buttons, 2);
    call.status = CALL_TAKEN;
    call.taken_by_name = "Ірина";
    assert_non_null(strstr(card_text(7, &buttons), "👍 Іде: Ірина"));
    assert_int_equal(buttons, 0);
    call.status = CALL_WAITING;
    talk.user.role = ROLE_USER; /* dismissed */
    card_text(7, &buttons);
    assert_int_equal(buttons, 0);
}

/* Three hundred declined, with the longest names. */
static void test_a_card_always_fits(void **state) {
    (void)state;
    size_t buttons;
    begin_staff(CALL_UNANSWERED);
    char *name = arena_array(talk.arena, NAME_BYTES_MAX, 1);
    memset(name, '&', NAME_BYTES_MAX - 1);
    struct decline *all = arena_array(talk.arena, DECLINED_MAX, sizeof(*all));
    for (size_t i = 0; i < DECLINED_MAX; i++)
        all[i] = (struct decline){(int64_t)i, name};
    call.declined = (struct decline_list){all, DECLINED_MAX};
    call.name = call.room_name = name;
    call.room = "1";
    card_text(0, &buttons);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_the_next_call_and_the_time_left),
        CASE(test_a_call_in_mid_form_keeps_the_draft),
        CASE(test_links_of_rooms),
        CASE(test_a_call_has_what_is_known),
        CASE(test_who_is_new_is_greeted_first_and_staff_call_nobody),
        CASE(test_the_first_takes_it),
        CASE(test_all_decline),
        CASE(test_presses_that_do_not_count),
        CASE(test_how_many_it_reached),
        CASE(test_it_reached_nobody),
        CASE(test_nobody_takes_it),
        CASE(test_how_a_card_looks),
        CASE(test_a_card_always_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
