/* server/notation: the small notations that settings are written in. */
#include "server/notation.h"

#include "core/clock.h"
#include "tests/unit/unit.h"

static void durations_are_read(void **state) {
    static const struct {
        const char *text;
        int64_t ms; /* -1: refused */
    } rows[] = {
        {"0", 0},           {"1s", SECOND},  {"30m", 30 * MINUTE},
        {"12h", 12 * HOUR}, {"7d", 7 * DAY}, {"10d", 10 * DAY},
        {"11d", -1},        {"241h", -1},    {"", -1},
        {"7", -1},          {"d", -1},       {"-1d", -1},
        {"0d", -1},         {"07d", -1},     {"7 d", -1},
        {" 7d", -1},        {"7dd", -1},     {"1.5d", -1},
        {"7w", -1},         {"weekly", -1},  {"9999999999999999999s", -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms = -1;
        ROW(i, rows[i].text);
        assert_int_equal(duration_of(rows[i].text, 10 * DAY, &ms), rows[i].ms < 0 ? STATUS_INVALID : STATUS_OK);
        assert_int_equal(ms, rows[i].ms);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(durations_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
