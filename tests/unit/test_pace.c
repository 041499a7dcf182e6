/* How many updates a person may send. */
#include "tests/unit/unit.h"

#include "server/pace.h"

enum { SECONDS = 1000, PERSON = 7 };

static size_t taken(struct pace *pace, int64_t person, int times, int64_t now) {
    size_t count = 0;
    while (count < 1000 && pace_take(pace, person, times, now) == PACE_FINE)
        count++;
    return count;
}

static void a_burst_then_the_rate(void **state) {
    (void)state;
    static const struct {
        double rate;
        int times;
        size_t burst, minute; /* at once; in the minute after, one try a second */
    } rows[] = {{60, 1, 30, 60}, {60, PACE_STAFF_TIMES, 120, 60}, {30, 1, 30, 30}, {600, 1, 30, 60}, {0, 1, 1000, 60}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, "");
        struct pace *pace = pace_new(rows[i].rate);
        assert_int_equal(taken(pace, PERSON, rows[i].times, 5), rows[i].burst);
        size_t minute = 0;
        /* Half of the burst has to be free again first. */
        for (int64_t second = 1; second <= 120; second++)
            minute += second > 60 && pace_take(pace, PERSON, rows[i].times, 5 + second * SECONDS) == PACE_FINE;
        assert_true(minute >= rows[i].minute);
        pace_free(pace);
    }
}

static void told_once_then_silence_until_rested(void **state) {
    (void)state;
    struct pace *pace = pace_new(60);
    assert_int_equal(taken(pace, PERSON, 1, 0), PACE_BURST);
    for (int64_t now = 1; now <= 14 * SECONDS; now += SECONDS)
        assert_int_equal(pace_take(pace, PERSON, 1, now), PACE_OVER);
    assert_int_equal(taken(pace, PERSON, 1, 15 * SECONDS), 15);
    assert_int_equal(pace_take(pace, PERSON, 1, 15 * SECONDS), PACE_OVER);
    pace_free(pace);
}

static void the_first_over_is_told(void **state) {
    (void)state;
    struct pace *pace = pace_new(60);
    for (int i = 0; i < PACE_BURST; i++)
        assert_int_equal(pace_take(pace, PERSON, 1, 0), PACE_FINE);
    assert_int_equal(pace_take(pace, PERSON, 1, 0), PACE_FIRST_OVER);
    assert_int_equal(pace_take(pace, PERSON, 1, 0), PACE_OVER);
    assert_int_equal(pace_take(pace, PERSON + 1, 1, 0), PACE_FINE);
    pace_free(pace);
}

static void only_so_many_people_are_remembered(void **state) {
    (void)state;
    struct pace *pace = pace_new(60);
    for (int64_t person = 1; person <= 2 * PACE_PEOPLE_MAX; person++)
        assert_int_equal(pace_take(pace, person, 1, 0), PACE_FINE);
    assert_int_equal(pace_people(pace), PACE_PEOPLE_MAX);
    assert_int_equal(pace_take(pace, 3 * PACE_PEOPLE_MAX, 1, 60 * SECONDS), PACE_FINE);
    assert_int_equal(pace_people(pace), 1);
    pace_free(pace);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_then_the_rate),
        cmocka_unit_test(told_once_then_silence_until_rested),
        cmocka_unit_test(the_first_over_is_told),
        cmocka_unit_test(only_so_many_people_are_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
