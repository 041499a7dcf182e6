/* Staff and a ticket: who may do what to a ticket in which status, what follows, and which copies of a card lose their
 * buttons. */
#include "tests/unit/talk.h"

#include <string.h>

#include "handlers/handlers.h"

enum { NUMBER = 7, AUTHOR = 900, OTHER = 501, CARD_MESSAGE = 77 };

static struct ticket ticket_in(enum ticket_status status, int64_t assignee) {
    return (struct ticket){.doc = {.id = NUMBER, .rev = 3},
                           .author = AUTHOR,
                           .status = status,
                           .assignee = assignee,
                           .assignee_name = assignee ? "Ірина" : NULL,
                           .priority = PRIORITY_HIGH};
}

static void who_may_do_what(void **state) {
    (void)state;
    static const struct {
        const char *press;
        enum role role;
        enum ticket_status status;
        int64_t assignee;
        const char *owed;      /* without the strip of an unknown copy */
        enum ticket_status to; /* TICKET_STATUS_COUNT: nothing is written */
    } rows[] = {
#define NOTHING TICKET_STATUS_COUNT
        {"accept:7", ROLE_ADMIN, TICKET_WAITING, 0, "answer(done_accepted)", TICKET_ACCEPTED},
        {"accept:7", ROLE_ADMIN, TICKET_ACCEPTED, OTHER, "answer(already_taken)!", NOTHING},
        {"accept:7", ROLE_ADMIN, TICKET_REJECTED, 0, "answer(already_closed)!", NOTHING},
        {"accept:7", ROLE_USER, TICKET_WAITING, 0, "answer(no_rights)!", NOTHING},
        {"complete:7", ROLE_ADMIN, TICKET_ACCEPTED, TALK_PERSON, "answer(done_completed)", TICKET_COMPLETED},
        {"complete:7", ROLE_ADMIN, TICKET_ACCEPTED, OTHER, "answer(not_your_ticket)!", NOTHING},
        {"complete:7", ROLE_SUPER_ADMIN, TICKET_ACCEPTED, OTHER, "answer(done_completed)", TICKET_COMPLETED},
        {"complete:7", ROLE_ADMIN, TICKET_WAITING, 0, "answer(not_accepted)!", NOTHING},
        {"complete:7", ROLE_ADMIN, TICKET_COMPLETED, TALK_PERSON, "answer(already_closed)!", NOTHING},
        {"return:7", ROLE_ADMIN, TICKET_ACCEPTED, TALK_PERSON, "answer(done_returned)", TICKET_WAITING},
        {"return:7", ROLE_ADMIN, TICKET_ACCEPTED, OTHER, "answer(not_your_ticket)!", NOTHING},
        {"return:7", ROLE_USER, TICKET_ACCEPTED, TALK_PERSON, "answer(no_rights)!", NOTHING},
        {"reject:7", ROLE_ADMIN, TICKET_CANCELLED, 0, "answer(already_closed)!", NOTHING},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].press);
        struct talk talk;
        talk_begin(&talk, rows[i].role);
        struct ticket ticket = ticket_in(rows[i].status, rows[i].assignee);
        struct card card = {.chat = TALK_PERSON, .message = 0};
        ticket.doc.cards = (struct card_list){&card, 1};
        talk.ticket = &ticket;
        const char *owed = talk_press(&talk, rows[i].press);
        assert_memory_equal(owed, rows[i].owed, strlen(rows[i].owed));
        assert_null(strstr(owed, "strip"));
        assert_int_equal(talk.change.writes_ticket, rows[i].to != NOTHING);
        if (rows[i].to != NOTHING) {
            assert_int_equal(talk.change.ticket.status, rows[i].to);
            assert_int_equal(talk.change.ticket_owe.chat, AUTHOR);
            assert_int_equal(talk.change.ticket.events.count, 1);
            assert_int_equal(talk.change.ticket.assignee != 0, rows[i].to != TICKET_WAITING);
        }
        talk_end(&talk);
    }
}

static void only_a_copy_that_is_certainly_lost_is_stripped(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int64_t chat, noted, pressed;
        bool strips;
    } rows[] = {
        {"the noted copy", TALK_PERSON, CARD_MESSAGE, CARD_MESSAGE, false},
        {"another copy", TALK_PERSON, CARD_MESSAGE, CARD_MESSAGE - 1, true},
        {"a copy whose note is under way", TALK_PERSON, 0, CARD_MESSAGE, false},
        {"a card in a chat that has none", OTHER, CARD_MESSAGE, CARD_MESSAGE, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].name);
        struct talk talk;
        talk_begin(&talk, ROLE_ADMIN);
        struct ticket ticket = ticket_in(TICKET_WAITING, 0);
        struct card card = {.chat = rows[i].chat, .message = rows[i].noted};
        ticket.doc.cards = (struct card_list){&card, 1};
        talk.ticket = &ticket;
        talk_callback(&talk, "accept:7");
        talk.update.callback_query.message_id = rows[i].pressed;
        const char *owed = talk_take(&talk);
        assert_int_equal(strstr(owed, "strip") != NULL, rows[i].strips);
        talk_end(&talk);
    }
}

static void what_was_done_before_is_answered_the_same_and_not_done_again(void **state) {
    (void)state;
    struct talk talk;
    talk_begin(&talk, ROLE_ADMIN);
    struct ticket ticket = ticket_in(TICKET_ACCEPTED, TALK_PERSON);
    talk.ticket = &ticket;
    talk.ticket_done = true;
    assert_non_null(strstr(talk_press(&talk, "accept:7"), "answer(done_accepted)"));
    assert_false(talk.change.writes_ticket);
    talk_end(&talk);
}

static void a_ticket_that_is_not_there(void **state) {
    (void)state;
    struct talk talk;
    talk_begin(&talk, ROLE_ADMIN);
    static const char *const presses[] = {"accept:7", "complete:7", "return:7", "reject:7", "accept:0"};
    for (size_t i = 0; i < COUNT(presses); i++) {
        ROW(i, presses[i]);
        assert_non_null(strstr(talk_press(&talk, presses[i]), "answer(no_such_ticket)!"));
        assert_false(talk.change.writes_ticket);
    }
    talk_end(&talk);
}

static void revoked_only_where_it_is_theirs(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct ticket theirs = ticket_in(TICKET_ACCEPTED, OTHER), done = ticket_in(TICKET_COMPLETED, OTHER), after;
    struct owed notice;
    assert_false(assignment_revoke(arena, TALK_NOW, &theirs, TALK_PERSON, &after, &notice));
    assert_false(assignment_revoke(arena, TALK_NOW, &done, OTHER, &after, &notice));
    assert_true(assignment_revoke(arena, TALK_NOW, &theirs, OTHER, &after, &notice));
    assert_int_equal(after.status, TICKET_WAITING);
    assert_int_equal(after.assignee, 0);
    assert_int_equal(notice.chat, AUTHOR);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_do_what),
        cmocka_unit_test(only_a_copy_that_is_certainly_lost_is_stripped),
        cmocka_unit_test(what_was_done_before_is_answered_the_same_and_not_done_again),
        cmocka_unit_test(a_ticket_that_is_not_there),
        cmocka_unit_test(revoked_only_where_it_is_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
