/* core/fault, and the clock's offset: in force in a build with FAULT_POINTS, nothing in every other. */
#include "core/fault.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "tests/unit/unit.h"

#ifdef FAULT_POINTS
static const bool in_force = true;
#else
static const bool in_force = false;
#endif

/* Passes the point before_send `times` times in a child with FAULT=`setting` and, unless NULL, FAULT_HOLD=`hold`, whose
 * file is removed whenever it is there. Gives how the child ended. */
static int ending_of(const char *setting, const char *hold, int times) {
    char file[] = "/tmp/test_core_fault.XXXXXX";
    if (hold != NULL) {
        const int made = mkstemp(file);
        assert_true(made >= 0);
        (void)close(made);
        assert_int_equal(unlink(file), 0);
    }
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(STDERR_FILENO);
        (void)setenv("FAULT", setting, 1);
        if (hold != NULL) {
            (void)setenv("FAULT_HOLD", hold, 1);
            (void)setenv("FAULT_HOLD_FILE", file, 1);
        }
        for (int i = 0; i < times; i++) {
            FAULT(before_send);
            FAULT(after_send);
        }
        _exit(0);
    }
    int ending = 0;
    pid_t ended;
    while ((ended = waitpid(child, &ending, hold != NULL ? WNOHANG : 0)) == 0)
        (void)unlink(file);
    assert_int_equal(ended, child);
    return ending;
}

static void test_the_process_dies_at_the_named_passing(void **state) {
    (void)state;
    static const struct {
        const char *setting, *hold;
        int times;
        bool dies;
    } rows[] = {
        {"", NULL, 3, false},
        {"before_send", NULL, 1, true},
        {"before_send:1", NULL, 1, true},
        {"before_send:3", NULL, 2, false},
        {"before_send:3", NULL, 3, true},
        {"after_settle", NULL, 3, false},
        {"", "after_send", 3, false},
        {"before_send", "after_send", 1, false}, /* what passed before the wait does not count */
        {"before_send", "after_send", 2, true},
        {"before_send", "after_send:2", 2, false},
        {"before_send", "after_settle", 3, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].setting);
        const int ending = ending_of(rows[i].setting, rows[i].hold, rows[i].times);
        if (rows[i].dies && in_force)
            assert_true(WIFSIGNALED(ending) && WTERMSIG(ending) == SIGKILL);
        else
            assert_true(WIFEXITED(ending) && WEXITSTATUS(ending) == 0);
    }
}

static void test_a_misspelt_name_is_refused(void **state) {
    (void)state;
    static const char *const settings[] = {"before", "before_sendx", "before_send:0", "before_send:x", "before_send:"};
    for (size_t i = 0; i < COUNT(settings); i++) {
        ROW(i, settings[i]);
        const int ending = ending_of(settings[i], NULL, 1);
        assert_true(WIFEXITED(ending));
        assert_int_equal(WEXITSTATUS(ending), in_force ? 64 : 0);
    }
}

static void test_the_clock_can_be_moved(void **state) {
    (void)state;
    assert_int_equal(setenv("CLOCK_OFFSET_MS", "86400000", 1), 0);
    const int64_t moved = clock_now();
    assert_int_equal(unsetenv("CLOCK_OFFSET_MS"), 0);
    const int64_t difference = moved - clock_now();
    const int64_t expected = in_force ? DAY : 0;
    assert_true(difference <= expected && difference > expected - MINUTE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_process_dies_at_the_named_passing),
        cmocka_unit_test(test_a_misspelt_name_is_refused),
        cmocka_unit_test(test_the_clock_can_be_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
