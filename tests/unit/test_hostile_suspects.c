/* An innocent update that was under way beside one that kills the process. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server/suspects.h"
#include "tests/unit/unit.h"

enum { SLOTS = 2, KILLER = 1001, INNOCENT = 1002, DEATHS = 4, MOMENT = 50 };

static char folder[64], file[128];

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/suspects-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    snprintf(file, sizeof(file), "%s/under-way", folder);
    return unlink(file) || rmdir(folder);
}

static void *begin_innocent(void *suspects) {
    suspects_begin(suspects, 1, INNOCENT);
    return NULL;
}

/* Both come in again at the next start, as Telegram delivers them; the one that kills is first. */
static void die_of_it(void) {
    struct suspects *suspects = NULL;
    pthread_t other;
    const struct timespec moment = {.tv_nsec = MOMENT * 1000000};
    if (suspects_open(folder, SLOTS, &suspects, NULL))
        _exit(99);
    suspects_begin(suspects, 0, KILLER);
    if (pthread_create(&other, NULL, begin_innocent, suspects))
        _exit(98);
    nanosleep(&moment, NULL);
    raise(SIGKILL);
}

static void what_died_beside_it_is_not_given_up(void **state) {
    (void)state;
    for (int i = 0; i < DEATHS; i++) {
        int code = -1;
        pid_t child = fork();
        if (child == 0)
            die_of_it();
        assert_int_equal(waitpid(child, &code, 0), child);
        assert_true(WIFSIGNALED(code) && WTERMSIG(code) == SIGKILL);
    }
    struct suspects *suspects = NULL;
    assert_int_equal(suspects_open(folder, SLOTS, &suspects, NULL), STATUS_OK);
    assert_int_equal(suspects_begin(suspects, 0, KILLER), DEATHS);
    suspects_end(suspects, 0, KILLER);
    assert_int_equal(suspects_begin(suspects, 1, INNOCENT), 1);
    suspects_end(suspects, 1, INNOCENT);
    suspects_close(suspects);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_died_beside_it_is_not_given_up, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
