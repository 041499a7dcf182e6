#include "core/queue.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/clock.h"
#include "tests/unit/unit.h"

static int items[100];

static void test_first_in_first_out_with_a_limit(void **state) {
    (void)state;
    struct queue *queue = queue_new(3);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3; i++)
            assert_int_equal(queue_push(queue, &items[i]), STATUS_OK);
        assert_int_equal(queue_push(queue, &items[3]), STATUS_FULL);
        assert_int_equal(queue_length(queue), 3);
        for (int i = 0; i < 3; i++) {
            void *item = NULL;
            assert_int_equal(queue_pop(queue, 0, &item), STATUS_OK);
            assert_ptr_equal(item, &items[i]);
        }
    }
    queue_free(queue);
    queue_free(NULL);
}

static void test_push_always_grows_in_order(void **state) {
    (void)state;
    struct queue *queue = queue_new(1);
    void *item = NULL;
    /* Moves the start of the ring away from its first place, so that growing has something wrapped round. */
    for (int i = 0; i < 7; i++) {
        assert_int_equal(queue_push(queue, &items[0]), STATUS_OK);
        assert_int_equal(queue_pop(queue, 0, &item), STATUS_OK);
    }
    for (int i = 0; i < 100; i++)
        assert_int_equal(queue_push_always(queue, &items[i]), STATUS_OK);
    assert_int_equal(queue_push(queue, &items[0]), STATUS_FULL);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(queue_pop(queue, 0, &item), STATUS_OK);
        assert_ptr_equal(item, &items[i]);
    }
    queue_free(queue);
}

static void test_waiting_ends(void **state) {
    (void)state;
    struct queue *queue = queue_new(1);
    void *item = &items[9];
    const int64_t start = clock_monotonic();
    assert_int_equal(queue_pop(queue, 0, &item), STATUS_TIMEOUT);
    assert_int_equal(queue_pop(queue, 30, &item), STATUS_TIMEOUT);
    assert_true(clock_monotonic() - start >= 30);
    assert_ptr_equal(item, &items[9]);
    queue_free(queue);
}

static void test_a_closed_queue_is_emptied_first(void **state) {
    (void)state;
    struct queue *queue = queue_new(4);
    void *item = NULL;
    assert_int_equal(queue_push(queue, &items[1]), STATUS_OK);
    queue_close(queue);
    assert_int_equal(queue_push(queue, &items[2]), STATUS_STOPPED);
    assert_int_equal(queue_push_always(queue, &items[2]), STATUS_STOPPED);
    assert_int_equal(queue_pop(queue, -1, &item), STATUS_OK);
    assert_ptr_equal(item, &items[1]);
    assert_int_equal(queue_pop(queue, -1, &item), STATUS_STOPPED);
    assert_int_equal(queue_pop(queue, 1000, &item), STATUS_STOPPED);
    queue_free(queue);
}

static void *pop_for_ever(void *argument) {
    void *item = NULL;
    const enum status status = queue_pop(argument, -1, &item);
    return status == STATUS_STOPPED ? &items[0] : NULL;
}

static void test_close_wakes_every_waiter(void **state) {
    (void)state;
    struct queue *queue = queue_new(4);
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, pop_for_ever, queue), 0);
    queue_close(queue);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *woken = NULL;
        assert_int_equal(pthread_join(threads[i], &woken), 0);
        assert_non_null(woken);
    }
    queue_free(queue);
}

enum { PRODUCERS = 3, CONSUMERS = 3, EACH = 2000 };

struct numbered {
    int producer, number;
};

struct crowd {
    struct queue *queue;
    int producer;
    struct numbered items[EACH];
    int taken; /* by one consumer */
    bool ordered;
};

static void *produce(void *argument) {
    struct crowd *crowd = argument;
    for (int i = 0; i < EACH; i++) {
        crowd->items[i] = (struct numbered){crowd->producer, i};
        while (queue_push(crowd->queue, &crowd->items[i]) != STATUS_OK)
            clock_sleep(1);
    }
    return NULL;
}

static void *consume(void *argument) {
    struct crowd *crowd = argument;
    int last[PRODUCERS] = {-1, -1, -1};
    void *item = NULL;
    crowd->ordered = true;
    while (queue_pop(crowd->queue, -1, &item) == STATUS_OK) {
        const struct numbered *numbered = item;
        crowd->ordered = crowd->ordered && numbered->number > last[numbered->producer];
        last[numbered->producer] = numbered->number;
        crowd->taken++;
    }
    return NULL;
}

static void test_nothing_is_lost_between_threads(void **state) {
    (void)state;
    struct queue *queue = queue_new(8);
    static struct crowd producers[PRODUCERS], consumers[CONSUMERS];
    pthread_t threads[PRODUCERS + CONSUMERS];
    for (int i = 0; i < PRODUCERS; i++) {
        producers[i] = (struct crowd){.queue = queue, .producer = i};
        assert_int_equal(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
    }
    for (int i = 0; i < CONSUMERS; i++) {
        consumers[i] = (struct crowd){.queue = queue};
        assert_int_equal(pthread_create(&threads[PRODUCERS + i], NULL, consume, &consumers[i]), 0);
    }
    for (int i = 0; i < PRODUCERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    queue_close(queue);
    int taken = 0;
    for (int i = 0; i < CONSUMERS; i++) {
        assert_int_equal(pthread_join(threads[PRODUCERS + i], NULL), 0);
        assert_true(consumers[i].ordered);
        taken += consumers[i].taken;
    }
    assert_int_equal(taken, PRODUCERS * EACH);
    queue_free(queue);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_in_first_out_with_a_limit),
        cmocka_unit_test(test_push_always_grows_in_order),
        cmocka_unit_test(test_waiting_ends),
        cmocka_unit_test(test_a_closed_queue_is_emptied_first),
        cmocka_unit_test(test_close_wakes_every_waiter),
        cmocka_unit_test(test_nothing_is_lost_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
