/* Role changes from outside the conversation, on both stores: the last super-admin stays, whoever is dismissed at the
 * same instant by whom; what the person is owed for it. */
#include "server/roles.h"
#include "tests/unit/store_fixture.h"

enum { ROUNDS = 15 };

static void put(const struct fixture *fixture, int64_t id, enum role role) {
    struct user user = {.doc.id = id, .role = role, .started = true};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
}

static enum status drop(const struct fixture *fixture, int64_t id) {
    enum role before;
    size_t returned;
    struct error error = {0};
    return roles_drop(fixture->store, LANG_UK, id, &before, &returned, &error);
}

static enum status raise_to(const struct fixture *fixture, int64_t id, enum role role) {
    enum role before;
    struct error error = {0};
    return roles_raise(fixture->store, LANG_UK, id, role, &before, &error);
}

static size_t super_admins(const struct fixture *fixture) {
    int64_t ids[8];
    return find_ids(fixture, QUERY_SUPER_ADMINS, 0, 0, ids, COUNT(ids));
}

/* --- the last super-admin --- */

static void the_last_one_stays(void **state) {
    struct fixture *fixture = *state;
    put(fixture, 1, ROLE_SUPER_ADMIN);
    put(fixture, 2, ROLE_ADMIN);
    EXPECT(STATUS_INVALID, drop(fixture, 1));
    assert_false(load_user(fixture, 1).leaving);
    EXPECT(STATUS_OK, raise_to(fixture, 2, ROLE_SUPER_ADMIN));
    EXPECT(STATUS_OK, drop(fixture, 1));
    EXPECT(STATUS_INVALID, drop(fixture, 2));
    EXPECT(STATUS_NOT_FOUND, drop(fixture, 1));
    EXPECT(STATUS_NOT_FOUND, drop(fixture, 99));
}

struct dismissal {
    const struct fixture *fixture;
    int64_t id;
    enum status status;
};

static void dismiss(void *argument) {
    struct dismissal *dismissal = argument;
    dismissal->status = drop(dismissal->fixture, dismissal->id);
}

/* Also twice the same person at once. */
static void all_at_once(void **state) {
    struct fixture *fixture = *state;
    static const int64_t ids[] = {1, 2, 3, 3, 2};
    for (int round = 0; round < ROUNDS; round++) {
        struct dismissal dismissals[COUNT(ids)];
        for (size_t i = 0; i < COUNT(ids); i++) {
            dismissals[i] = (struct dismissal){fixture, ids[i], STATUS_OK};
            EXPECT(STATUS_OK, raise_to(fixture, ids[i], ROLE_SUPER_ADMIN));
        }
        run_threads(dismiss, dismissals, sizeof(dismissals[0]), COUNT(ids));
        assert_true(super_admins(fixture) >= 1);
    }
}

static void two_of_two_many_times(void **state) {
    struct fixture *fixture = *state;
    for (int round = 0; round < ROUNDS; round++) {
        struct dismissal dismissals[] = {{fixture, 1, STATUS_OK}, {fixture, 2, STATUS_OK}};
        EXPECT(STATUS_OK, raise_to(fixture, 1, ROLE_SUPER_ADMIN));
        EXPECT(STATUS_OK, raise_to(fixture, 2, ROLE_SUPER_ADMIN));
        run_threads(dismiss, dismissals, sizeof(dismissals[0]), COUNT(dismissals));
        size_t gone = (dismissals[0].status == STATUS_OK ? 1U : 0U) + (dismissals[1].status == STATUS_OK ? 1U : 0U);
        assert_true(gone <= 1);
        assert_int_equal(super_admins(fixture), 2 - gone);
    }
}

/* Whoever began a dismissal and was killed: nobody can leave past it, and everything can be set right. */
static void a_mark_that_was_left_behind(void **state) {
    struct fixture *fixture = *state;
    put(fixture, 1, ROLE_SUPER_ADMIN);
    struct user marked = {.doc.id = 2, .role = ROLE_SUPER_ADMIN, .leaving = true};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &marked));
    EXPECT(STATUS_INVALID, drop(fixture, 1));
    EXPECT(STATUS_OK, raise_to(fixture, 2, ROLE_SUPER_ADMIN));
    assert_false(load_user(fixture, 2).leaving);
    EXPECT(STATUS_OK, drop(fixture, 1));
    EXPECT(STATUS_OK, raise_to(fixture, 1, ROLE_SUPER_ADMIN));
    struct user before = load_user(fixture, 1), after = before;
    after.leaving = true;
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &after, .now = 1000));
    EXPECT(STATUS_OK, drop(fixture, 1)); /* the dismissal again */
    assert_int_equal(super_admins(fixture), 1);
}

/* --- what they are owed --- */

static const char *owed(const struct fixture *fixture, int64_t id) {
    struct user user = load_user(fixture, id);
    const char *words = "";
    for (size_t i = 0; i < user.doc.owes.count; i++)
        words = arena_printf(fixture->arena, "%s %s", words,
                             user.doc.owes.items[i].text ? user.doc.owes.items[i].text
                                                         : owed_kind_name(user.doc.owes.items[i].kind));
    return words;
}

static void the_person_is_told(void **state) {
    struct fixture *fixture = *state;
    put(fixture, 1, ROLE_USER);
    EXPECT(STATUS_OK, raise_to(fixture, 1, ROLE_ADMIN));
    assert_string_equal(owed(fixture, 1), " staff_welcome commands");
    EXPECT(STATUS_OK, raise_to(fixture, 1, ROLE_ADMIN));
    assert_string_equal(owed(fixture, 1), " staff_welcome commands");
    EXPECT(STATUS_OK, drop(fixture, 1));
    assert_string_equal(owed(fixture, 1), " staff_welcome commands return_tickets staff_goodbye commands");
    assert_true(finds(fixture, QUERY_OWED_USERS, 0, 1));
    enum role before;
    put(fixture, 3, ROLE_USER);
    EXPECT(STATUS_OK, roles_raise_silently(fixture->store, 3, ROLE_ADMIN, &before, &(struct error){0}));
    assert_string_equal(owed(fixture, 3), "");
    assert_null(load_user(fixture, 3).commands);         /* set at their next update */
    EXPECT(STATUS_OK, raise_to(fixture, 2, ROLE_ADMIN)); /* not met yet: their /start says it all */
    assert_string_equal(owed(fixture, 2), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(the_last_one_stays),          ON_BOTH(all_at_once),        ON_BOTH(two_of_two_many_times),
        ON_BOTH(a_mark_that_was_left_behind), ON_BOTH(the_person_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
