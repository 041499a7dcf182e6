/* Staff management as the handlers see it: what the super-admin is answered, and what the person's document gets. */
#include <string.h>

#include "handlers/handlers.h"
#include "handlers/render.h"
#include "tests/unit/talk.h"

static struct talk talk;

enum { OTHER = 777 };

static struct user other;

static void begin(const char *state, enum role role, bool started, bool blocked) {
    talk_begin(&talk, ROLE_SUPER_ADMIN);
    talk.user.state = state;
    other = (struct user){.doc.id = OTHER, .doc.rev = 3, .name = "Ірина", .role = role};
    other.started = started;
    other.blocked = blocked;
    other.commands = role == ROLE_USER ? NULL : "admin-uk";
    talk.person = &other;
}

static const char *owed_by_person(void) {
    const char *words = "";
    const struct decision *decision = &talk.change.decision;
    for (size_t i = 0; i < decision->owe_count; i++) {
        const struct owed *item = &decision->owe[i];
        assert_int_equal(item->chat, item->kind == OWED_RETURN_TICKETS ? 0 : OTHER);
        words = arena_printf(talk.arena, "%s%s%s", words, i ? " + " : "",
                             item->kind == OWED_MESSAGE ? arena_printf(talk.arena, "%s[%s]", item->text, item->keyboard)
                                                        : owed_kind_name(item->kind));
    }
    return words;
}

/* What became of the other person; "": nothing was decided. */
static const char *decided(void) {
    const struct decision *decision = &talk.change.decision;
    if (!decision->before)
        return "";
    const struct user *after = decision->after;
    assert_int_equal(decision->collection, COLLECTION_USERS);
    assert_int_equal(after->doc.id, OTHER);
    return arena_printf(talk.arena, "%s: %s", role_name(after->role), owed_by_person());
}

/* --- adding --- */

static const struct {
    enum role role;
    bool known, started, blocked, done;
    const char *answered, *decided;
} added[] = {
    {ROLE_USER, true, true, false, false, "staff_added[menu_staff]", "admin: staff_welcome[menu] + commands"},
    {ROLE_USER, true, true, true, false, "staff_added_blocked[menu_staff]", "admin: "},
    {ROLE_USER, true, false, false, false, "staff_added_waiting[menu_staff]", "admin: "},
    {ROLE_USER, false, false, false, false, "staff_added_waiting[menu_staff]", "admin: "},
    {ROLE_ADMIN, true, true, false, false, "staff_already[menu_staff]", ""},
    {ROLE_SUPER_ADMIN, true, true, false, false, "staff_already[menu_staff]", ""},
    /* the person's document had it before a crash: the same answer again */
    {ROLE_ADMIN, true, true, false, true, "staff_added[menu_staff]", ""},
    {ROLE_ADMIN, true, false, false, true, "staff_added_waiting[menu_staff]", ""},
};

static void test_adding(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(added); i++) {
        begin("staff_add", added[i].role, added[i].started, added[i].blocked);
        ROW(i, added[i].answered);
        if (!added[i].known)
            talk.person = NULL;
        talk.done = added[i].done;
        assert_string_equal(talk_say(&talk, " 777 "), added[i].answered);
        assert_string_equal(decided(), added[i].decided);
        assert_string_equal(talk_value(&talk, "id"), "777");
        assert_string_equal(talk_value(&talk, "name"), added[i].known ? "Ірина" : "777");
        assert_string_equal(talk_state(&talk), "");
        assert_true(added[i].done || !talk.change.decision.before ||
                    ((const struct user *)talk.change.decision.after)->created_at > 0);
        talk_end(&talk);
    }
}

static void test_what_names_nobody(void **state) {
    (void)state;
    static const char *const texts[] = {
        "Ірина", "0", "-5", "4503599627370497", "99999999999999999999", "7 7", "+777", "@ira", "", "/", "<b>"};
    begin("staff_add", ROLE_USER, true, false);
    for (size_t i = 0; i < COUNT(texts); i++) {
        ROW(i, texts[i]);
        const char *words = talk_say(&talk, texts[i]);
        assert_true(strcmp(words, "bad_staff") == 0);
        assert_string_equal(talk_state(&talk), "staff_add");
        assert_null(talk.change.decision.before);
    }
    assert_string_equal(talk_photo(&talk, "file", NULL, NULL), "bad_staff");
    assert_string_equal(talk_contact(&talk, 0, "380501234567"), "bad_staff_hidden");
    assert_string_equal(talk_contact(&talk, OTHER, "380501234567"), "staff_added[menu_staff]");
    talk_end(&talk);
}

static const char *forwarded(const struct tg_user *from, const char *text) {
    talk_message(&talk);
    talk.update.message.forwarded = true;
    talk.update.message.forward_from = from;
    talk.update.message.text = text;
    return talk_take(&talk);
}

static void test_forwards_and_choices(void **state) {
    (void)state;
    static const struct tg_user person = {.id = OTHER}, bot = {.id = 9, .is_bot = true};
    begin("staff_add", ROLE_USER, true, false);
    assert_string_equal(forwarded(NULL, "123"), "bad_staff_hidden"); /* the digits are somebody's words */
    assert_string_equal(forwarded(&bot, "hello"), "bad_staff_bot");
    assert_string_equal(forwarded(&person, "hello"), "staff_added[menu_staff]");
    assert_string_equal(talk_say(&talk, "➕ Додати адміна"), "service ask_staff[staff_add]");
    talk_message(&talk);
    talk.update.message.shared_user = OTHER;
    assert_string_equal(talk_take(&talk), "staff_added[menu_staff]");
    assert_string_equal(decided(), "admin: staff_welcome[menu] + commands");
    talk_message(&talk);
    talk.update.message.shared_user = OTHER; /* once more, when nobody has asked */
    assert_string_equal(talk_take(&talk), "hint[menu]");
    talk_end(&talk);
}

static void test_no_longer_a_super_admin(void **state) {
    (void)state;
    begin("staff_add", ROLE_USER, true, false);
    talk.user.role = ROLE_ADMIN;
    talk.user.commands = "admin-uk";
    assert_string_equal(talk_say(&talk, "777"), "super_admin_only[menu]");
    assert_null(talk.change.decision.before);
    assert_string_equal(talk_state(&talk), "");
    talk_end(&talk);
}

/* --- dismissing --- */

static const struct {
    const char *data;
    enum role role;
    bool started, done;
    const char *answered, *decided;
    bool forged;
} dismissals[] = {
    {"dismiss:777", ROLE_ADMIN, true, false, "answer + edit(dismiss_sure[dismiss_sure])", "", false},
    {"dismiss:777", ROLE_USER, true, false, "answer(dismiss_nobody)! + list in place(6:0:0:0)", "", false},
    {"dismiss:778", ROLE_ADMIN, true, false, "answer(dismiss_nobody)! + list in place(6:0:0:0)", "", false},
    {"dismiss:777", ROLE_SUPER_ADMIN, true, false, "answer(dismiss_super_admin)! + list in place(6:0:0:0)", "", true},
    {"dismiss_sure:777", ROLE_ADMIN, true, false, "answer(dismissed)! + list in place(6:0:0:0)",
     "user: return_tickets + staff_goodbye[menu] + commands", false},
    {"dismiss_sure:777", ROLE_ADMIN, false, false, "answer(dismissed)! + list in place(6:0:0:0)",
     "user: return_tickets", false},
    {"dismiss_sure:777", ROLE_USER, true, true, "answer(dismissed)! + list in place(6:0:0:0)", "", false},
    {"dismiss_sure:777", ROLE_USER, true, false, "answer(dismiss_nobody)! + list in place(6:0:0:0)", "", false},
    {"dismiss_sure:777", ROLE_SUPER_ADMIN, true, false, "answer(dismiss_super_admin)! + list in place(6:0:0:0)", "",
     true},
};

static void test_dismissing(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(dismissals); i++) {
        begin(NULL, dismissals[i].role, dismissals[i].started, false);
        ROW(i, dismissals[i].data);
        talk.done = dismissals[i].done;
        assert_string_equal(talk_press(&talk, dismissals[i].data), dismissals[i].answered);
        assert_string_equal(decided(), dismissals[i].decided);
        assert_int_equal(talk.change.forged, dismissals[i].forged);
        talk_end(&talk);
    }
}

static void test_oneself(void **state) {
    (void)state;
    static const char *const presses[] = {"dismiss:500", "dismiss_sure:500"};
    for (size_t i = 0; i < COUNT(presses); i++) {
        begin(NULL, ROLE_ADMIN, true, false);
        ROW(i, presses[i]);
        other.doc.id = TALK_PERSON;
        other.role = ROLE_SUPER_ADMIN;
        assert_string_equal(talk_press(&talk, presses[i]), "answer(dismiss_self)! + list in place(6:0:0:0)");
        assert_true(talk.change.forged);
        assert_null(talk.change.decision.before);
        talk_end(&talk);
    }
}

/* --- what a role change does to the person --- */

static void test_what_they_were_doing_ends(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct owed owe[OWED_PER_DECISION_MAX];
    struct user user = {.doc.id = OTHER, .started = true, .state = "form_phone", .form.id = 4, .leaving = true};
    assert_int_equal(role_change(arena, 1000, LANG_UK, &user, ROLE_SUPER_ADMIN, owe), 2);
    assert_string_equal(owe[0].text, "staff_welcome_super");
    assert_null(user.state);
    assert_string_equal(user.form.draft_state, "form_phone");
    assert_int_equal(user.form.touched_at, 1000);
    assert_string_equal(user.commands, "super_admin-uk");
    assert_false(user.leaving);
    user.state = "reject_reason";
    user.target = 5;
    user.form.draft_state = NULL;
    assert_int_equal(role_change(arena, 1000, LANG_UK, &user, ROLE_USER, owe), 3);
    assert_null(user.state);
    assert_null(user.form.draft_state);
    assert_null(user.commands);
    assert_int_equal(user.target, 0);
    arena_free(arena);
}

/* The staff keyboard is for super-admins: rendered later for one who is none any more, it is their menu. */
static void test_the_keyboard_of_the_moment(void **state) {
    (void)state;
    begin(NULL, ROLE_USER, true, false);
    struct owed item = {.kind = OWED_MESSAGE, .chat = 1, .text = "staff_menu", .keyboard = "menu_staff"};
    struct tg_call calls[RENDER_CALLS_MAX];
    struct render render = {.arena = talk.arena, .recipient = &talk.user};
    assert_int_equal(render_owed(&render, &item, calls), 1);
    assert_string_equal(calls[0].markup->rows[0].buttons[0].text, "➕ Додати адміна");
    talk.user.role = ROLE_ADMIN;
    assert_int_equal(render_owed(&render, &item, calls), 1);
    assert_string_equal(calls[0].markup->rows[0].buttons[0].text, "📢 Активні заявки");
    talk_end(&talk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adding),
        cmocka_unit_test(test_what_names_nobody),
        cmocka_unit_test(test_forwards_and_choices),
        cmocka_unit_test(test_no_longer_a_super_admin),
        cmocka_unit_test(test_dismissing),
        cmocka_unit_test(test_oneself),
        cmocka_unit_test(test_what_they_were_doing_ends),
        cmocka_unit_test(test_the_keyboard_of_the_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
