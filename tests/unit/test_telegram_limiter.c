#include "telegram/limiter.h"
#include "tests/unit/unit.h"

enum { START = 1000000, TIMES_MAX = 20000 };

/* When each message left, and the most that left in any span of so many ms. */
static int64_t times[TIMES_MAX];
static size_t times_count;

static size_t most_within(int64_t span) {
    size_t most = 0, first = 0;
    for (size_t i = 0; i < times_count; i++) {
        while (times[i] - times[first] >= span)
            first++;
        most = i - first + 1 > most ? i - first + 1 : most;
    }
    return most;
}

/* Sends as much as may go until `end`. */
static void send_all(struct limiter *limiter, enum sender_class class, bool slow, int64_t start, int64_t end) {
    int64_t now = start, wait;
    times_count = 0;
    while (now + (wait = limiter_wait(limiter, class, slow, now)) < end) {
        now += wait;
        limiter_take(limiter, class, now);
        times[times_count++] = now;
    }
}

struct limiter_row {
    const char *name;
    double rate;
    enum sender_class class;
    bool slow;
    size_t most;           /* in any second */
    size_t least, highest; /* in twenty seconds */
};

static const struct limiter_row limiter_rows[] = {
    {"replies", 30, SENDER_REPLY, false, 30, 570, 600},
    {"bulk", 30, SENDER_BULK, false, 22, 420, 450},
    {"replies, slowed", 30, SENDER_REPLY, true, 30, 280, 330},
    {"bulk, slowed", 30, SENDER_BULK, true, 22, 205, 235},
    {"one a second", 1, SENDER_REPLY, false, 1, 19, 20},
    {"one in four seconds", 0.25, SENDER_REPLY, false, 1, 5, 5},
    {"uneven", 2.5, SENDER_REPLY, false, 2, 38, 40},
};

static void test_rates_hold(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(limiter_rows); i++) {
        const struct limiter_row *row = &limiter_rows[i];
        struct limiter limiter;
        ROW(i, row->name);
        limiter_init(&limiter, row->rate);
        send_all(&limiter, row->class, row->slow, START, START + 20000);
        assert_in_range(most_within(1000), 1, row->most);
        assert_in_range(times_count, row->least, row->highest);
        limiter_free(&limiter);
    }
}

static void test_replies_keep_a_share(void **state) {
    (void)state;
    struct limiter limiter;
    limiter_init(&limiter, 30);
    send_all(&limiter, SENDER_BULK, false, START, START + 1000);
    assert_in_range(times_count, 20, 22);
    for (int i = 0; i < 7; i++) {
        assert_int_equal(limiter_wait(&limiter, SENDER_REPLY, false, START), 0);
        limiter_take(&limiter, SENDER_REPLY, START);
    }
    assert_true(limiter_wait(&limiter, SENDER_BULK, false, START) > 0);
    limiter_free(&limiter);
}

static void test_no_limit(void **state) {
    (void)state;
    struct limiter limiter;
    struct chat_rate chat;
    limiter_init(&limiter, 0);
    chat_rate_init(&chat, -1, 0);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(limiter_wait(&limiter, SENDER_BULK, true, START), 0);
        assert_int_equal(chat_rate_wait(&chat, START), 0);
        limiter_take(&limiter, SENDER_BULK, START);
        chat_rate_take(&chat, START);
    }
    assert_true(chat_rate_rested_at(&chat) <= START);
    limiter_free(&limiter);
    chat_rate_free(&chat);
}

/* Sends to a chat as much as may go until `end`. */
static void send_to_chat(struct chat_rate *chat, int64_t end) {
    int64_t now = START, wait;
    times_count = 0;
    while (now + (wait = chat_rate_wait(chat, now)) < end) {
        now += wait;
        chat_rate_take(chat, now);
        times[times_count++] = now;
    }
}

static void test_chat_has_a_burst(void **state) {
    (void)state;
    static const int64_t expected[] = {0, 0, 0, 1000, 2000, 3000, 4000};
    struct chat_rate chat;
    chat_rate_init(&chat, 5, 1);
    send_to_chat(&chat, START + 5000);
    assert_int_equal(times_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(times[i], START + expected[i]);
    int64_t rested = chat_rate_rested_at(&chat);
    assert_int_equal(rested, START + 7000);
    send_to_chat(&chat, START + 5001);
    for (int i = 0; i < CHAT_BURST; i++) {
        assert_int_equal(chat_rate_wait(&chat, rested + 1000), 0);
        chat_rate_take(&chat, rested + 1000);
    }
    assert_int_equal(chat_rate_wait(&chat, rested + 1000), 1000);
    chat_rate_free(&chat);
}

static void test_group_has_a_minute(void **state) {
    (void)state;
    struct chat_rate chat;
    chat_rate_init(&chat, -5, 1);
    send_to_chat(&chat, START + 600 * 1000);
    assert_int_equal(most_within(60 * 1000), 20);
    assert_int_equal(times_count, 200);
    assert_true(chat_rate_rested_at(&chat) >= times[times_count - 1] + 60 * 1000);
    chat_rate_free(&chat);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rates_hold),         cmocka_unit_test(test_replies_keep_a_share),
        cmocka_unit_test(test_no_limit),           cmocka_unit_test(test_chat_has_a_burst),
        cmocka_unit_test(test_group_has_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
