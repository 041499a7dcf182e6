/* The ticket form as a conversation: what is said, kept and owed at each step. */
#include <string.h>

#include "core/clock.h"
#include "tests/unit/talk.h"

static struct talk talk;

static int setup(void **state) {
    (void)state;
    talk_begin(&talk, ROLE_USER);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    talk_end(&talk);
    return 0;
}

static void expect(const char *words, const char *state, const char *owed) {
    assert_string_equal(words, owed);
    assert_string_equal(talk_state(&talk), state);
}

static const char *new_ticket(void) {
    return talk_say(&talk, "📝 Створити заявку");
}

enum { NAME, PHONE, DESCRIPTION, MEDIA, PRIORITY };
static const struct {
    const char *name, *asked, *answer, *complaint;
} steps[] = {
    [NAME] = {"form_name", "ask_name[form_name]", "Іван Петренко", "bad_name"},
    [PHONE] = {"form_phone", "ask_phone[form_phone]", "+380501234567", "bad_phone"},
    [DESCRIPTION] = {"form_description", "ask_description[form_description]", "Не працює принтер", "bad_description"},
    [MEDIA] = {"form_media", "ask_media[form_media]", "Пропустити", "bad_media"},
    [PRIORITY] = {"form_priority", "ask_priority[form_priority]", "🔴 Високий", "bad_priority"},
};

/* Goes on from an idle session to the step. */
static void go_to(const char *step) {
    new_ticket();
    for (size_t i = 0; strcmp(steps[i].name, step) != 0; i++)
        talk_say(&talk, steps[i].answer);
    assert_string_equal(talk_state(&talk), step);
}

/* --- the happy way --- */

static void test_from_the_first_question_to_the_ticket(void **state) {
    (void)state;
    expect(new_ticket(), "form_name", steps[NAME].asked);
    int64_t id = talk.user.form.id;
    assert_int_not_equal(id, 0);
    expect(talk_say(&talk, "  Іван   Петренко "), "form_phone", steps[PHONE].asked);
    expect(talk_contact(&talk, TALK_PERSON, "380501234567"), "form_description", steps[DESCRIPTION].asked);
    expect(talk_say(&talk, "Не працює принтер"), "form_media", steps[MEDIA].asked);
    expect(talk_photo(&talk, "file", NULL, "на столі"), "form_priority", steps[PRIORITY].asked);
    expect(talk_say(&talk, "🔴 Високий"), "", "create(41)");
    const struct form *form = &talk.user.form;
    assert_int_equal(form->id, id);
    assert_string_equal(form->name, "Іван Петренко");
    assert_string_equal(form->phone, "+380501234567");
    assert_string_equal(form->description, "Не працює принтер");
    assert_string_equal(form->caption, "на столі");
    assert_int_equal(form->media.count, 1);
    assert_int_equal(form->priority, PRIORITY_HIGH);
    assert_null(form->draft_state);
    assert_string_equal(talk.user.full_name, "Іван Петренко");
    assert_string_equal(talk.user.phone, "+380501234567");
    assert_int_equal(talk.needs, NEED_OPEN_TICKETS | NEED_TICKET_NUMBER);
    /* The next form is a new one. */
    expect(new_ticket(), "form_name", steps[NAME].asked);
    assert_int_not_equal(talk.user.form.id, id);
    assert_null(talk.user.form.name);
    assert_string_equal(talk.user.full_name, "Іван Петренко");
}

static void test_wrong_input_at_every_step(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++) {
        go_to(steps[i].name);
        int64_t id = talk.user.form.id;
        print_message("step %s\n", steps[i].name);
        expect(talk_odd(&talk, NULL), steps[i].name, steps[i].complaint);
        expect(talk_contact(&talk, 77, "380501234567"), steps[i].name, i == PHONE ? "bad_contact" : steps[i].complaint);
        expect(talk_contact(&talk, 0, "380501234567"), steps[i].name, i == PHONE ? "bad_contact" : steps[i].complaint);
        if (i != MEDIA) {
            expect(talk_photo(&talk, "f", "B", NULL), steps[i].name, steps[i].complaint);
            expect(talk_photo(&talk, "f", "B", NULL), steps[i].name, "");
        }
        if (i != DESCRIPTION)
            expect(talk_say(&talk, "!"), steps[i].name, steps[i].complaint);
        else
            expect(talk_say(&talk, "!"), steps[i].name, "bad_description_length");
        assert_int_equal(talk.user.form.id, id);
        expect(talk_say(&talk, "/cancel"), "", "form_cancelled[menu]");
        assert_int_equal(talk.user.form.id, 0);
    }
}

static void test_back_from_every_step(void **state) {
    (void)state;
    go_to("form_priority");
    for (size_t i = COUNT(steps) - 1; i > 0; i--)
        expect(talk_say(&talk, "⬅️ Назад"), steps[i - 1].name, steps[i - 1].asked);
    assert_string_equal(talk.user.form.description, "Не працює принтер");
    expect(talk_say(&talk, "Олена Коваль"), "form_phone", steps[PHONE].asked);
    assert_string_equal(talk.user.form.name, "Олена Коваль");
    expect(talk_say(&talk, "Back"), "form_name", steps[NAME].asked);
    expect(talk_say(&talk, "⬅️ Назад"), "", "form_cancelled[menu]");
    expect(new_ticket(), "form_name", steps[NAME].asked);
}

static void test_an_album(void **state) {
    (void)state;
    go_to("form_media");
    expect(talk_photo(&talk, "1", "A", NULL), "form_priority", steps[PRIORITY].asked);
    for (int i = 0; i < 10; i++)
        expect(talk_photo(&talk, "n", "A", NULL), "form_priority", "");
    assert_int_equal(talk.user.form.media.count, MEDIA_MAX);
    expect(talk_photo(&talk, "x", "B", NULL), "form_priority", "bad_priority");
    expect(talk_photo(&talk, "x", "B", NULL), "form_priority", "");
    expect(talk_say(&talk, "low"), "", "create(41)");
}

/* --- edits --- */

static void test_an_edit_replaces_the_last_answer(void **state) {
    (void)state;
    new_ticket();
    talk_say(&talk, "Іван");
    int64_t answer = talk.message;
    expect(talk_edit(&talk, answer, "Іван Петренко"), "form_phone", "answer_changed");
    assert_string_equal(talk.user.form.name, "Іван Петренко");
    expect(talk_edit(&talk, answer, "1"), "form_phone", "bad_name");
    assert_string_equal(talk.user.form.name, "Іван Петренко");
    expect(talk_edit(&talk, answer + 1, "Інше"), "form_phone", "");
    talk_say(&talk, "0501234567");
    expect(talk_edit(&talk, answer, "Пізно"), "form_description", "");
    assert_string_equal(talk.user.form.name, "Іван Петренко");
}

/* A label, a command or the way back is no answer, also when an answer is edited into it. */
static void test_an_edit_into_a_label_is_no_answer(void **state) {
    (void)state;
    static const char *const words[] = {"⬅️ Назад", "✖️ Скасувати", "📜 Історія заявок", "/cancel",
                                        "/start room_7"};
    new_ticket();
    talk_say(&talk, "Іван");
    int64_t answer = talk.message;
    for (size_t i = 0; i < COUNT(words); i++) {
        talk_edit(&talk, answer, words[i]);
        ROW(i, words[i]);
        assert_string_equal(talk_state(&talk), "form_phone");
        assert_string_equal(talk.user.form.name, "Іван");
    }
}

static void test_an_edit_after_the_ticket_changes_nothing(void **state) {
    (void)state;
    go_to("form_priority");
    int64_t answer = talk.message;
    talk_say(&talk, "🔵 Низький");
    expect(talk_edit(&talk, answer, "words"), "", "");
    expect(talk_edit(&talk, answer + 1, "🔴 Високий"), "", "");
    assert_int_equal(talk.user.form.priority, PRIORITY_LOW);
}

/* --- drafts --- */

static void test_a_form_left_in_any_way_is_a_draft(void **state) {
    (void)state;
    static const char *const ways[] = {"/start", "📜 Історія заявок", "🔔 Виклик у серверну", "❌ Скасувати заявку"};
    for (size_t s = 0; s < COUNT(steps); s++)
        for (size_t i = 0; i < COUNT(ways); i++) {
            talk.user.form.draft_state = NULL;
            go_to(steps[s].name);
            int64_t id = talk.user.form.id;
            talk_say(&talk, ways[i]);
            print_message("%s, left by %s\n", steps[s].name, ways[i]);
            assert_string_equal(talk_state(&talk), "");
            expect(talk_say(&talk, "words"), "", "hint[menu]");
            expect(new_ticket(), "", "draft_offer[draft]");
            expect(talk_press(&talk, "draft:1"), steps[s].name,
                   arena_printf(talk.arena, "answer + strip + %s", steps[s].asked));
            assert_int_equal(talk.user.form.id, id);
            expect(talk_press(&talk, "draft:1"), steps[s].name, "answer(draft_gone)! + strip");
            expect(talk_press(&talk, "draft:0"), steps[s].name, "answer(draft_gone)! + strip");
            assert_int_equal(talk.user.form.id, id);
            talk_say(&talk, "/cancel");
        }
}

static void test_an_unknown_command_is_no_answer(void **state) {
    (void)state;
    static const char *const words[] = {"/foo", "/Start_", "/x@some_bot"};
    for (size_t s = 0; s < COUNT(steps); s++) {
        talk.user.form.draft_state = NULL;
        go_to(steps[s].name);
        for (size_t i = 0; i < COUNT(words); i++)
            expect(talk_say(&talk, words[i]), steps[s].name, "hint");
        talk_say(&talk, "/cancel");
    }
    expect(talk_say(&talk, "/foo"), "", "hint[menu]");
    go_to("form_description");
    expect(talk_say(&talk, "/dev/sda переповнено"), steps[DESCRIPTION + 1].name, steps[DESCRIPTION + 1].asked);
}

static void test_a_double_press_opens_one_form(void **state) {
    (void)state;
    expect(new_ticket(), "form_name", steps[NAME].asked);
    int64_t id = talk.user.form.id;
    expect(new_ticket(), "form_name", steps[NAME].asked);
    assert_int_equal(talk.user.form.id, id);
    assert_null(talk.user.form.draft_state);
    talk_say(&talk, "Іван Петренко");
    expect(new_ticket(), "", "draft_offer[draft]");
}

static void test_a_draft_started_afresh(void **state) {
    (void)state;
    go_to("form_media");
    int64_t id = talk.user.form.id;
    talk_say(&talk, "/start");
    new_ticket();
    expect(talk_press(&talk, "draft:0"), "form_name", "answer + strip + ask_name[form_name]");
    assert_int_not_equal(talk.user.form.id, id);
    assert_null(talk.user.form.description);
    assert_null(talk.user.form.draft_state);
}

static void test_a_draft_lives_a_day(void **state) {
    (void)state;
    static const struct {
        int64_t after;
        bool there;
    } rows[] = {{0, true}, {DAY - 1, true}, {DAY, false}, {DAY + 1, false}, {30 * (int64_t)DAY, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        go_to("form_description");
        talk.now += 3 * (int64_t)DAY; /* an open form never expires */
        talk_say(&talk, "/start");
        talk.now += rows[i].after;
        if (rows[i].there) {
            expect(new_ticket(), "", "draft_offer[draft]");
            expect(talk_press(&talk, "draft:1"), "form_description",
                   "answer + strip + ask_description[form_description]");
        } else {
            expect(talk_press(&talk, "draft:1"), "", "answer(draft_gone)! + strip");
            expect(new_ticket(), "form_name", steps[NAME].asked);
            assert_null(talk.user.form.name);
        }
        talk_say(&talk, "/cancel");
    }
}

/* Another conversation that is left makes no draft, and the draft that is there no younger. */
static void test_a_reason_left_is_no_draft(void **state) {
    (void)state;
    struct ticket ticket = {.doc.id = 7, .status = TICKET_WAITING};
    go_to("form_media");
    talk_say(&talk, "/start");
    talk.user.role = ROLE_ADMIN;
    talk.ticket = &ticket;
    talk.now += DAY - 1;
    talk_press(&talk, "reject:7");
    assert_string_equal(talk_state(&talk), "reject_reason");
    talk_say(&talk, "/start");
    assert_string_equal(talk_state(&talk), "");
    assert_string_equal(talk.user.form.draft_state, "form_media");
    expect(talk_press(&talk, "draft:1"), "form_media", "answer + strip + ask_media[form_media]");
    talk_say(&talk, "/start");
    talk.now += DAY - 1;
    talk_press(&talk, "reject:7");
    talk_say(&talk, "/start");
    talk.now++;
    expect(talk_press(&talk, "draft:1"), "", "answer(draft_gone)! + strip");
}

static void test_a_cancelled_form_is_no_draft(void **state) {
    (void)state;
    go_to("form_media");
    talk_say(&talk, "✖️ Скасувати");
    expect(talk_press(&talk, "draft:1"), "", "answer(draft_gone)! + strip");
    expect(new_ticket(), "form_name", steps[NAME].asked);
}

static void test_help_id_and_language_leave_the_form_open(void **state) {
    (void)state;
    go_to("form_description");
    talk_say(&talk, "/help");
    talk_say(&talk, "/id");
    talk_say(&talk, "/lang");
    expect(talk_press(&talk, "lang:1"), "form_description", "answer + strip + lang_chosen + commands");
    assert_string_equal(talk.user.lang, "en");
    expect(talk_say(&talk, "The printer is broken"), steps[DESCRIPTION + 1].name, steps[DESCRIPTION + 1].asked);
    talk_say(&talk, "/cancel");
    go_to("form_media");
    expect(talk_say(&talk, "Пропустити"), "form_priority", steps[PRIORITY].asked); /* the old keyboard still counts */
}

/* --- too many open tickets --- */

static void test_too_many_open_tickets(void **state) {
    (void)state;
    talk.open_tickets = OPEN_TICKETS_MAX;
    expect(new_ticket(), "", "too_many_open[menu]");
    assert_string_equal(talk_value(&talk, "max"), "20");
    talk.open_tickets = OPEN_TICKETS_MAX - 1;
    go_to("form_priority");
    talk.open_tickets = OPEN_TICKETS_MAX; /* on another device meanwhile */
    expect(talk_say(&talk, "🔵 Низький"), "", "too_many_open[menu]");
    expect(new_ticket(), "", "too_many_open[menu]");
    talk.open_tickets = 0; /* nothing of the form is lost */
    expect(new_ticket(), "", "draft_offer[draft]");
    expect(talk_press(&talk, "draft:1"), "form_priority", "answer + strip + ask_priority[form_priority]");
    expect(talk_say(&talk, "🟡 Середній"), "", "create(41)");
    assert_string_equal(talk.user.form.description, "Не працює принтер");
}

/* Somebody who becomes staff with a form open may finish it. */
static void test_a_role_changed_in_mid_form(void **state) {
    (void)state;
    go_to("form_priority");
    talk.user.role = ROLE_ADMIN;
    expect(talk_say(&talk, "🔵 Низький"), "", "create(41) + commands");
    expect(new_ticket(), "", "hint[menu]");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_from_the_first_question_to_the_ticket),
        TEST(test_wrong_input_at_every_step),
        TEST(test_back_from_every_step),
        TEST(test_an_album),
        TEST(test_an_edit_replaces_the_last_answer),
        TEST(test_an_edit_into_a_label_is_no_answer),
        TEST(test_an_edit_after_the_ticket_changes_nothing),
        TEST(test_a_form_left_in_any_way_is_a_draft),
        TEST(test_an_unknown_command_is_no_answer),
        TEST(test_a_double_press_opens_one_form),
        TEST(test_a_draft_started_afresh),
        TEST(test_a_draft_lives_a_day),
        TEST(test_a_reason_left_is_no_draft),
        TEST(test_a_cancelled_form_is_no_draft),
        TEST(test_help_id_and_language_leave_the_form_open),
        TEST(test_too_many_open_tickets),
        TEST(test_a_role_changed_in_mid_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
