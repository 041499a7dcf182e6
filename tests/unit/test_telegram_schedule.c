#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "telegram/schedule.h"
#include "tests/unit/unit.h"

enum { START = 1000000, JOBS_MAX = 600 };

struct item {
    struct job job; /* first */
    char name;
    int number;
    bool given;
};

static struct item items[JOBS_MAX];
static size_t item_count;

static int set_up(void **state) {
    memset(items, 0, sizeof(items));
    item_count = 0;
    *state = schedule_new(0, 0);
    return 0;
}

static void drain(struct schedule *schedule) {
    while (schedule_take_back(schedule)) {
    }
    schedule_free(schedule);
}

static int tear_down(void **state) {
    drain(*state);
    return 0;
}

static struct item *add_class(struct schedule *schedule, int64_t chat_id, char name, enum sender_class class,
                              bool counts, int64_t now) {
    struct item *item = &items[item_count++];
    item->job = (struct job){.chat_id = chat_id, .class = class, .counts = counts, .expires = INT64_MAX};
    item->name = name;
    schedule_add(schedule, &item->job, now);
    return item;
}

static struct item *add(struct schedule *schedule, int64_t chat_id, char name) {
    return add_class(schedule, chat_id, name, SENDER_REPLY, true, START);
}

static struct item *next(struct schedule *schedule, int64_t now) {
    bool expired = true;
    struct item *item = (struct item *)schedule_next(schedule, now, &expired);
    if (item)
        assert_false(expired);
    return item;
}

/* Names of what goes out up to `end`, each finished at once. */
static const char *run(struct schedule *schedule, int64_t now, int64_t end) {
    static char names[JOBS_MAX + 1];
    size_t count = 0;
    for (int64_t wait; now <= end; now += wait > 0 ? wait : 0) {
        struct item *item;
        while ((item = next(schedule, now))) {
            names[count++] = item->name;
            schedule_finish(schedule, &item->job, now);
        }
        if ((wait = schedule_wait(schedule, now)) < 0)
            break;
    }
    names[count] = '\0';
    return names;
}

static void test_order_in_a_chat(void **state) {
    struct schedule *schedule = *state;
    add(schedule, 1, 'a');
    add(schedule, 1, 'b');
    add(schedule, 2, 'x');
    add(schedule, 1, 'c');
    struct item *first = next(schedule, START), *other = next(schedule, START);
    assert_int_equal(first->name, 'a');
    assert_int_equal(other->name, 'x');
    assert_null(next(schedule, START));
    assert_int_equal(schedule_wait(schedule, START), -1);
    schedule_finish(schedule, &first->job, START);
    assert_string_equal(run(schedule, START, START), "bc");
    schedule_finish(schedule, &other->job, START);
    assert_int_equal(schedule_wait(schedule, START), -1);
}

static void test_what_came_back_is_still_first(void **state) {
    struct schedule *schedule = *state;
    add(schedule, 1, 'a');
    add(schedule, 1, 'b');
    add(schedule, 2, 'x');
    struct item *item = next(schedule, START);
    schedule_return(schedule, &item->job, PAUSE_HELD, 5000, START);
    assert_string_equal(run(schedule, START, START + 4999), "x");
    assert_int_equal(schedule_wait(schedule, START + 4000), 1000);
    assert_string_equal(run(schedule, START + 5000, START + 5000), "ab");
}

static void test_no_chat_no_order(void **state) {
    struct schedule *schedule = *state;
    add_class(schedule, 0, 'a', SENDER_REPLY, false, START);
    add_class(schedule, 0, 'b', SENDER_REPLY, false, START);
    assert_int_equal(next(schedule, START)->name, 'a');
    struct item *item = next(schedule, START);
    assert_int_equal(item->name, 'b');
    schedule_return(schedule, &item->job, PAUSE_FAILED, 100, START);
    assert_string_equal(run(schedule, START, START + 100), "b");
    schedule_finish(schedule, &items[0].job, START);
}

static void test_bulk_waits_for_replies(void **state) {
    struct schedule *schedule = *state;
    add_class(schedule, 1, 'a', SENDER_BULK, true, START);
    add_class(schedule, 2, 'b', SENDER_BULK, true, START);
    add(schedule, 3, 'x');
    add(schedule, 2, 'y'); /* lends its urgency to b, which goes before it */
    assert_string_equal(run(schedule, START, START), "xbya");
}

static void test_bulk_leaves_room(void **state) {
    struct schedule *schedule = *state;
    size_t out = 0;
    for (int64_t i = 1; i <= 100; i++)
        add_class(schedule, i, 'a', SENDER_BULK, true, START);
    while (next(schedule, START))
        out++;
    assert_in_range(out, 16, 50);
    assert_int_equal(schedule_wait(schedule, START), -1);
    add(schedule, 1000, 'x');
    struct item *reply = next(schedule, START);
    assert_int_equal(reply->name, 'x');
    for (size_t i = 0; i < out; i++)
        schedule_finish(schedule, &items[i].job, START);
    schedule_finish(schedule, &reply->job, START);
}

static void test_what_does_not_count_is_free(void **state) {
    (void)state;
    struct schedule *schedule = schedule_new(1, 1);
    add(schedule, 1, 'a');
    add(schedule, 2, 'b');
    add_class(schedule, 3, 'x', SENDER_REPLY, false, START);
    add_class(schedule, 0, 'y', SENDER_REPLY, false, START);
    add_class(schedule, 2, 'c', SENDER_REPLY, false, START); /* free, but after b */
    assert_string_equal(run(schedule, START, START), "xya");
    assert_string_equal(run(schedule, START + 1, START + 1100), "bc");
    drain(schedule);
}

static void test_chat_rate_is_the_chats_own(void **state) {
    (void)state;
    struct schedule *schedule = schedule_new(0, 1);
    for (const char *name = "abcde"; *name; name++)
        add(schedule, 1, *name);
    assert_string_equal(run(schedule, START, START), "abc");
    add(schedule, 2, 'x');
    assert_string_equal(run(schedule, START, START + 999), "x");
    assert_string_equal(run(schedule, START + 999, START + 1000), "d");
    assert_string_equal(run(schedule, START + 1000, START + 2000), "e");
    add_class(schedule, 1, 'f', SENDER_REPLY, true, START + 2000); /* the chat is remembered without jobs */
    assert_string_equal(run(schedule, START + 2000, START + 2999), "");
    assert_string_equal(run(schedule, START + 3000, START + 3000), "f");
    drain(schedule);
}

static void test_rested_chats_are_forgotten(void **state) {
    (void)state;
    struct schedule *schedule = schedule_new(0, 1);
    add(schedule, 1, 'a');
    add(schedule, -1, 'g');
    run(schedule, START, START);
    assert_int_equal(schedule_wait(schedule, START), 1000);
    run(schedule, START, START + 60 * 1000);
    assert_int_equal(schedule_wait(schedule, START + 60 * 1000), -1);
    drain(schedule);
}

static size_t sent_in(struct schedule *schedule, int64_t start, int64_t ms) {
    return strlen(run(schedule, start, start + ms));
}

static void test_three_held_chats_slow_all(void **state) {
    (void)state;
    struct schedule *schedule = schedule_new(10, 0);
    for (int64_t i = 1; i <= 3; i++) {
        add(schedule, i, 'h');
        schedule_return(schedule, &next(schedule, START)->job, PAUSE_HELD, 10500, START);
    }
    for (int64_t i = 0; i < 200; i++)
        add(schedule, 100 + i, 'a');
    assert_in_range(sent_in(schedule, START, 10000), 45, 60);
    run(schedule, START + 10000, START + 11000);
    assert_in_range(sent_in(schedule, START + 12000, 5000), 45, 60);
    drain(schedule);
}

static void test_expired(void **state) {
    (void)state;
    bool expired = false;
    struct schedule *schedule = schedule_new(1, 1);
    struct item *first = add(schedule, 1, 'a'), *second = &items[item_count++];
    second->job = (struct job){.chat_id = 1, .class = SENDER_REPLY, .counts = true, .expires = START + 500};
    schedule_add(schedule, &second->job, START);
    assert_ptr_equal(next(schedule, START), first);
    schedule_return(schedule, &first->job, PAUSE_HELD, 1000, START);
    assert_null(schedule_next(schedule, START + 600, &expired));
    assert_ptr_equal(schedule_next(schedule, START + 1100, &expired), &first->job);
    schedule_finish(schedule, &first->job, START + 1100);
    assert_ptr_equal(schedule_next(schedule, START + 1100, &expired), &second->job);
    assert_true(expired);
    schedule_finish(schedule, &second->job, START + 1100);
    drain(schedule);
}

static void test_held_job_expires_in_time(void **state) {
    struct schedule *schedule = *state;
    bool expired = false;
    struct item *item = add(schedule, 1, 'a');
    item->job.expires = START + 500;
    assert_ptr_equal(next(schedule, START), item);
    schedule_return(schedule, &item->job, PAUSE_HELD, 3600 * 1000, START);
    assert_int_equal(schedule_wait(schedule, START), 500);
    assert_ptr_equal(schedule_next(schedule, START + 500, &expired), &item->job);
    assert_true(expired);
    schedule_finish(schedule, &item->job, START + 500);
    assert_int_equal(schedule_wait(schedule, START + 500), 3600 * 1000 - 500); /* the hold outlives the job */
}

static void test_move(void **state) {
    struct schedule *schedule = *state;
    add(schedule, -1, 'a');
    add(schedule, -1, 'b');
    add(schedule, -2, 'x');
    struct item *item = next(schedule, START);
    schedule_return(schedule, &item->job, PAUSE_NONE, 0, START);
    schedule_move(schedule, -1, -2, START);
    schedule_move(schedule, -1, -2, START);
    assert_int_equal(items[1].job.chat_id, -2);
    assert_string_equal(run(schedule, START, START), "xab");
    add(schedule, -2, 'c');
    assert_int_equal(next(schedule, START)->name, 'c');
    add(schedule, -3, 'y');
    schedule_move(schedule, -3, -2, START); /* to one that is out */
    assert_null(next(schedule, START));
    schedule_finish(schedule, &items[3].job, START);
    assert_string_equal(run(schedule, START, START), "y");
}

static void test_hurry_ends_what_was_away_only(void **state) {
    struct schedule *schedule = *state;
    add(schedule, 1, 'a');
    add(schedule, 2, 'b');
    schedule_return(schedule, &next(schedule, START)->job, PAUSE_AWAY, 60000, START);
    schedule_return(schedule, &next(schedule, START)->job, PAUSE_FAILED, 60000, START);
    schedule_hurry(schedule, START + 10);
    assert_string_equal(run(schedule, START + 10, START + 10), "a");
}

static void test_take_back_leaves_what_is_out(void **state) {
    struct schedule *schedule = *state;
    add(schedule, 1, 'a');
    add(schedule, 1, 'b');
    add(schedule, 0, 'x');
    add(schedule, 0, 'y');
    struct item *out = next(schedule, START), *lone = next(schedule, START);
    assert_int_equal(out->name, 'a');
    assert_int_equal(lone->name, 'x');
    int taken = 0;
    while (schedule_take_back(schedule))
        taken++;
    assert_int_equal(taken, 2);
    schedule_return(schedule, &out->job, PAUSE_FAILED, 100, START);
    schedule_finish(schedule, &lone->job, START);
    assert_ptr_equal(schedule_take_back(schedule), &out->job);
    assert_null(schedule_take_back(schedule));
}

/* --- whatever happens: each chat's jobs once each and in order --- */

static uint32_t seed;

static uint32_t dice(uint32_t sides) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % sides;
}

static void add_any(struct schedule *schedule, int64_t now) {
    struct item *item = &items[item_count];
    item->number = (int)item_count++;
    item->job = (struct job){.chat_id = (int64_t)dice(9) - 3,
                             .class = dice(3) ? SENDER_REPLY : SENDER_BULK,
                             .counts = dice(4) > 0,
                             .expires = dice(5) ? INT64_MAX : now + dice(3000)};
    schedule_add(schedule, &item->job, now);
}

static void end_any(struct schedule *schedule, struct item *item, bool expired, int last[], int64_t now) {
    int64_t chat = item->job.chat_id + 3;
    if (!expired && dice(3) == 0) {
        schedule_return(schedule, &item->job, (enum pause)dice(4), dice(2000), now);
        return;
    }
    assert_false(item->given);
    item->given = true;
    if (chat != 3)
        assert_true(item->number > last[chat]);
    last[chat] = item->number;
    schedule_finish(schedule, &item->job, now);
}

static void run_any(uint32_t first_seed) {
    int last[9] = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
    int64_t now = START;
    struct schedule *schedule = schedule_new(30, 5);
    seed = first_seed;
    item_count = 0;
    memset(items, 0, sizeof(items));
    while (item_count < JOBS_MAX || schedule_wait(schedule, now) >= 0) {
        struct item *out[4];
        bool expired[4];
        size_t count = 0;
        if (item_count < JOBS_MAX && dice(2))
            add_any(schedule, now);
        while (count < 4 && (out[count] = (struct item *)schedule_next(schedule, now, &expired[count])))
            count++;
        for (size_t i = count; i-- > 0;)
            end_any(schedule, out[i], expired[i], last, now);
        if (dice(50) == 0)
            schedule_hurry(schedule, now);
        int64_t wait = schedule_wait(schedule, now);
        now += item_count < JOBS_MAX ? dice(60) : wait > 0 ? wait : 0;
    }
    for (size_t i = 0; i < item_count; i++)
        assert_true(items[i].given);
    schedule_free(schedule);
}

static void test_any_course(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 20; i++)
        run_any(i);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_order_in_a_chat),
        CASE(test_what_came_back_is_still_first),
        CASE(test_no_chat_no_order),
        CASE(test_bulk_waits_for_replies),
        CASE(test_bulk_leaves_room),
        CASE(test_what_does_not_count_is_free),
        CASE(test_chat_rate_is_the_chats_own),
        CASE(test_rested_chats_are_forgotten),
        CASE(test_three_held_chats_slow_all),
        CASE(test_expired),
        CASE(test_held_job_expires_in_time),
        CASE(test_move),
        CASE(test_hurry_ends_what_was_away_only),
        CASE(test_take_back_leaves_what_is_out),
        CASE(test_any_course),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
