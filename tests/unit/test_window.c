/* The updates between Telegram and the workers: order, retries, offsets. The workers are played, and so is the clock:
 * it stands still unless the test moves it. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "server/workers.h"

static int64_t the_time;

static int64_t played_clock(void) {
    return the_time;
}

#define clock_monotonic played_clock
#include "server/window.c" // NOLINT(bugprone-suspicious-include): it is to see the clock above
#undef clock_monotonic

enum { HANDED_MAX = 512, ARENA = 1 << 20 };

static struct {
    struct entry *entries[HANDED_MAX];
    int64_t ids[HANDED_MAX];
    size_t count;
    enum status answer;
    bool at_once; /* the verdict comes before workers_submit returns */
} handed;
static int woken;
static struct app app;
static struct window *window;

enum status workers_submit(struct workers *workers, const char *json, size_t length, update_done *done, void *context) {
    (void)workers;
    assert_int_equal(strlen(json), length);
    assert_true(handed.count < HANDED_MAX);
    handed.entries[handed.count] = context;
    handed.ids[handed.count++] = atoll(json);
    if (handed.answer == STATUS_OK && handed.at_once)
        done(context, VERDICT_TAKEN);
    return handed.answer;
}

static void wake(void *context) {
    assert_ptr_equal(context, &woken);
    woken++;
}

static int set_up(void **state) {
    (void)state;
    memset(&handed, 0, sizeof(handed));
    woken = 0;
    the_time = 1000 * SECOND;
    window = window_new(&app, wake, &woken);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    window_free(window);
    window_free(NULL);
    return 0;
}

/* Their ids and queues in turn; their JSON is the id. Gives how many were new. */
static size_t add_pairs(const int64_t *pairs, size_t count) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA);
    struct tg_updates updates = {.count = count};
    for (size_t i = 0; i < count; i++) {
        const char *json = arena_printf(arena, "%lld", (long long)pairs[2 * i]);
        updates.items[i] = (struct tg_raw_update){pairs[2 * i], pairs[2 * i + 1], json, strlen(json)};
    }
    return window_add(window, &updates);
}
#define ADD(...) add_pairs((const int64_t[]){__VA_ARGS__}, COUNT(((const int64_t[]){__VA_ARGS__})) / 2)

/* What went to the workers since the last look; `wanted` has a 0 in front. */
static void expect_ids(const int64_t *wanted, size_t count) {
    assert_int_equal(handed.count, count - 1);
    for (size_t i = 0; i < handed.count; i++)
        assert_int_equal(handed.ids[i], wanted[i + 1]);
    handed.count = 0;
}
#define expect_handed(...) expect_ids((const int64_t[]){0, __VA_ARGS__}, COUNT(((const int64_t[]){0, __VA_ARGS__})))

static struct entry *entry_of(int64_t id) {
    for (size_t i = 0; i < window->count; i++)
        if (window->entries[i]->id == id)
            return window->entries[i];
    fail_msg("no update %lld", (long long)id);
    return NULL;
}

static void decide(int64_t id, enum verdict verdict) {
    on_verdict(entry_of(id), verdict);
}

static void test_offsets(void **state) {
    (void)state;
    assert_int_equal(window_offset(window), 0);
    assert_int_equal(ADD(10, 1, 11, 2, 12, 3), 3);
    assert_int_equal(window_offset(window), 10);
    assert_int_equal(window_step(window), -1);
    expect_handed(10, 11, 12);
    assert_int_equal(window_in_flight(window), 3);
    decide(11, VERDICT_TAKEN);
    assert_int_equal(woken, 1);
    assert_int_equal(window_step(window), -1);
    assert_int_equal(window_offset(window), 10); /* the one below is not done */
    assert_int_equal(window_count(window), 3);
    decide(10, VERDICT_TAKEN);
    window_step(window);
    assert_int_equal(window_offset(window), 12);
    assert_int_equal(window_count(window), 1);
    decide(12, VERDICT_TAKEN);
    window_step(window);
    assert_int_equal(window_offset(window), 13);
    assert_int_equal(window_count(window), 0);
    window_confirmed(window);
    assert_int_equal(window_offset(window), 0); /* Telegram may start anew, below */
    expect_ids(&(int64_t){0}, 1);
}

static void test_known_ones_are_skipped(void **state) {
    (void)state;
    assert_int_equal(ADD(10, 1, 11, 2), 2);
    window_step(window);
    decide(11, VERDICT_TAKEN);
    window_step(window);
    assert_int_equal(ADD(10, 1, 11, 2, 12, 3, 12, 3), 1); /* the done one too, as long as Telegram shows it */
    assert_int_equal(window_last(window), 12);
    window_step(window);
    expect_handed(10, 11, 12);
    window_confirmed(window); /* not with something under way */
    assert_int_equal(window_offset(window), 10);
    for (int64_t id = 10; id <= 12; id += 2)
        decide(id, VERDICT_TAKEN);
}

static void test_one_of_a_queue_in_order(void **state) {
    (void)state;
    ADD(10, 1, 11, 1, 12, 2, 13, 1, 14, 0, 15, 0);
    window_step(window);
    expect_handed(10, 12, 14, 15);
    decide(12, VERDICT_TAKEN);
    window_step(window);
    expect_ids(&(int64_t){0}, 1);
    decide(10, VERDICT_TAKEN);
    window_step(window);
    expect_handed(11);
    decide(11, VERDICT_TAKEN);
    window_step(window);
    expect_handed(13);
    decide(13, VERDICT_TAKEN);
    decide(14, VERDICT_TAKEN);
    decide(15, VERDICT_TAKEN);
    window_step(window);
    assert_int_equal(window_count(window), 0);
}

static void test_a_verdict_before_the_hand_over_ends(void **state) {
    (void)state;
    handed.at_once = true;
    ADD(10, 1, 11, 1);
    window_step(window);
    expect_handed(10, 11);
    assert_int_equal(window_count(window), 0);
    assert_int_equal(window_offset(window), 12);
}

/* 0, 2, 4, 8, 8 … s; its own queue waits, others go on. */
static void test_retries(void **state) {
    (void)state;
    static const int64_t waits[] = {2, 4, 8, 8, 8};
    ADD(10, 1, 11, 1);
    window_step(window);
    expect_handed(10);
    decide(10, VERDICT_LATER);
    window_step(window);
    expect_handed(10);
    for (size_t i = 0; i < COUNT(waits); i++) {
        decide(10, VERDICT_LATER);
        assert_int_equal(window_step(window), waits[i] * SECOND);
        assert_int_equal(ADD(20 + (int64_t)i, 2), 1);
        the_time += waits[i] * SECOND - 1;
        assert_int_equal(window_step(window), 1);
        expect_handed(20 + (int64_t)i);
        decide(20 + (int64_t)i, VERDICT_TAKEN);
        the_time += 1;
        window_step(window);
        expect_handed(10);
    }
    assert_int_equal(window_offset(window), 10);
    decide(10, VERDICT_TAKEN);
    window_step(window);
    expect_handed(11);
    decide(11, VERDICT_TAKEN);
    window_step(window);
    assert_int_equal(window_offset(window), 25);
}

static void test_workers_that_take_nothing(void **state) {
    (void)state;
    static const enum status answers[] = {STATUS_FULL, STATUS_STOPPED};
    ADD(10, 1, 11, 1);
    for (size_t i = 0; i < COUNT(answers); i++) {
        handed.answer = answers[i];
        window_step(window);
        expect_handed(10);
        assert_int_equal(window_in_flight(window), 0);
    }
    handed.answer = STATUS_OK;
    assert_int_equal(window_step(window), 2 * SECOND);
    the_time += 2 * SECOND;
    window_step(window);
    expect_handed(10);
    decide(10, VERDICT_TAKEN);
}

static void test_the_window_is_bounded(void **state) {
    (void)state;
    for (int64_t id = 1; id <= WINDOW_MAX; id++)
        assert_int_equal(ADD(id, id == 1 ? 1 : 2), 1);
    assert_int_equal(ADD(WINDOW_MAX + 1, 3), 0);
    window_pass(window, WINDOW_MAX + 1);
    assert_int_equal(window_count(window), WINDOW_MAX);
    assert_int_equal(window_last(window), WINDOW_MAX);
    handed.at_once = true;
    window_step(window);
    assert_int_equal(window_count(window), 0);
}

/* One that cannot be read is done as soon as those below are. */
static void test_passing_one_over(void **state) {
    (void)state;
    ADD(10, 1);
    window_step(window);
    window_pass(window, 11);
    window_pass(window, 11);
    assert_int_equal(window_offset(window), 10);
    assert_int_equal(ADD(11, 1, 12, 1), 1);
    decide(10, VERDICT_TAKEN);
    window_step(window);
    expect_handed(10, 12);
    assert_int_equal(window_offset(window), 12);
    decide(12, VERDICT_TAKEN);
}

static void test_forgetting_all(void **state) {
    (void)state;
    ADD(10, 1, 11, 1);
    window_clear(window);
    assert_int_equal(window_count(window), 0);
    assert_int_equal(window_offset(window), 0);
    assert_int_equal(window_step(window), -1);
    expect_ids(&(int64_t){0}, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_offsets),
        CASE(test_known_ones_are_skipped),
        CASE(test_one_of_a_queue_in_order),
        CASE(test_a_verdict_before_the_hand_over_ends),
        CASE(test_retries),
        CASE(test_workers_that_take_nothing),
        CASE(test_the_window_is_bounded),
        CASE(test_passing_one_over),
        CASE(test_forgetting_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
