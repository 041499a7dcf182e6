/* Copies under a clock of the test's own: one that stood still, and one with much to take over. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "server/copies.h"
#include "server/delivery/delivery.h"
#include "server/thread.h"
#include "tests/unit/unit.h"

enum { OTHER = 77, DEAD = 78, OWED = 200, ADOPTION = SECOND, STEP = 5 };

static _Atomic int64_t now = 1000 * SECOND;
static _Atomic int64_t last_beat, longest_silence;
static _Atomic size_t adopted;

/* --- stand-ins: a clock that only the test moves, and a store that is only what is asked of it --- */

int64_t clock_monotonic(void) {
    return atomic_load(&now);
}

/* Waits end at once, so that the thread sees the clock move. */
struct timespec thread_deadline(int64_t ms) {
    struct timespec at;
    (void)ms;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at;
}

enum status store_beat(struct store *store, int64_t copy, int64_t beat, struct error *error) {
    (void)store, (void)copy, (void)beat, (void)error;
    atomic_store(&last_beat, clock_monotonic());
    return STATUS_OK;
}

enum status store_copies(struct store *store, struct copy ret_copies[COPIES_MAX], size_t *ret_count,
                         struct error *error) {
    (void)store, (void)error;
    ret_copies[0] = (struct copy){OTHER, 5};
    *ret_count = 1;
    return STATUS_OK;
}

enum status store_forget_copy(struct store *store, int64_t copy, struct error *error) {
    (void)store, (void)copy, (void)error;
    return STATUS_OK;
}

enum status store_find(struct store *store, enum query query, int64_t key, int64_t after, int64_t *ret_ids, size_t max,
                       size_t *ret_count, struct error *error) {
    (void)store, (void)after, (void)max, (void)error;
    *ret_count = key == DEAD && query == QUERY_OWED_TICKETS && atomic_load(&adopted) == 0 ? OWED : 0;
    for (size_t i = 0; i < *ret_count; i++)
        ret_ids[i] = (int64_t)i + 1;
    return STATUS_OK;
}

enum status store_adopt(struct store *store, enum collection collection, int64_t id, int64_t from, int64_t to,
                        struct error *error) {
    (void)store, (void)collection, (void)id, (void)from, (void)to, (void)error;
    int64_t silence = atomic_fetch_add(&now, ADOPTION) + ADOPTION - atomic_load(&last_beat);
    if (silence > atomic_load(&longest_silence))
        atomic_store(&longest_silence, silence);
    atomic_fetch_add(&adopted, 1);
    return STATUS_OK;
}

void delivery_notify(struct delivery *delivery, enum collection collection, int64_t id) {
    (void)delivery, (void)collection, (void)id;
}

/* --- tests --- */

static char folder[64], file[128];

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/copies-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    snprintf(file, sizeof(file), "%s/copy", folder);
    return unlink(file) || rmdir(folder);
}

static void pause_shortly(void) {
    const struct timespec moment = {.tv_nsec = 200000};
    nanosleep(&moment, NULL);
}

static struct copies *start(struct app *app, struct settings *settings) {
    struct error error = {0};
    settings->data_dir = folder;
    settings->mongo_uri = "mongodb://nowhere";
    app->settings = settings;
    assert_int_equal(copies_new(app, &app->copies, &error), STATUS_OK);
    assert_int_equal(copies_start(app->copies, &error), STATUS_OK);
    return app->copies;
}

static void one_that_stood_still_calls_nobody_dead(void **state) {
    (void)state;
    struct app app = {0};
    struct settings settings = {0};
    struct copies *copies = start(&app, &settings);
    assert_int_equal(copies_owner(copies, OTHER), OTHER);
    assert_true(copies_may_send(copies));
    atomic_fetch_add(&now, 20 * SECOND);
    assert_int_equal(copies_owner(copies, OTHER), OTHER);
    copies_stop(copies);
    copies_free(copies);
}

static void beats_go_on_while_much_is_taken_over(void **state) {
    (void)state;
    struct app app = {0};
    struct settings settings = {0};
    struct copies *copies = start(&app, &settings);
    assert_int_equal(copies_owner(copies, DEAD), DEAD);
    while (atomic_load(&adopted) == 0) {
        atomic_fetch_add(&now, STEP);
        pause_shortly();
    }
    while (atomic_load(&adopted) < OWED)
        pause_shortly();
    assert_true(atomic_load(&longest_silence) < 8 * SECOND);
    copies_stop(copies);
    copies_free(copies);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_that_stood_still_calls_nobody_dead, set_up, tear_down),
        cmocka_unit_test_setup_teardown(beats_go_on_while_much_is_taken_over, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
