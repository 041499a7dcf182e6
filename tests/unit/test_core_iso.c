#include "core/iso.h"

#include <stdlib.h>
#include <time.h>

#include "tests/unit/unit.h"

static void test_times(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t utc, local; /* Kyiv */
    } rows[] = {
        {"1970-01-01", 0, INT64_C(-10800000)},
        {"2026-03-31", INT64_C(1774915200000), INT64_C(1774904400000)},
        {"2024-02-29", INT64_C(1709164800000), INT64_C(1709157600000)},
        {"2026-03-31T18:05", INT64_C(1774980300000), INT64_C(1774969500000)},
        {"2026-03-31 18:05:09", INT64_C(1774980309000), INT64_C(1774969509000)},
        {"2026-03-31T18:05:09.5", INT64_C(1774980309500), INT64_C(1774969509500)},
        {"2026-03-31T18:05:09.123456", INT64_C(1774980309123), INT64_C(1774969509123)},
        {"2026-03-31T18:05:09,123", INT64_C(1774980309123), INT64_C(1774969509123)},
        {"2026-03-31T18:05:09Z", INT64_C(1774980309000), INT64_C(1774980309000)},
        {"2026-03-31T18:05:09.000001z", INT64_C(1774980309000), INT64_C(1774980309000)},
        {"2026-03-31T18:05:09+03:00", INT64_C(1774969509000), INT64_C(1774969509000)},
        {"2026-03-31T18:05:09-0130", INT64_C(1774985709000), INT64_C(1774985709000)},
        {"2026-03-31T18:05+03", INT64_C(1774969500000), INT64_C(1774969500000)},
    };
    setenv("TZ", "Europe/Kyiv", 1);
    tzset();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct iso_time time;
        ROW(i, rows[i].text);
        assert_int_equal(iso_parse(rows[i].text, &time), STATUS_OK);
        assert_int_equal(iso_as_utc(&time), rows[i].utc);
        assert_int_equal(iso_as_local(&time), rows[i].local);
    }
}

static void test_what_is_no_time(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "2026",
        "2026-03",
        "26-03-31",
        "2026-3-31",
        "2026-00-01",
        "2026-13-01",
        "2026-02-29",
        "2100-02-29",
        "2026-04-31",
        "2026-04-00",
        "1969-12-31",
        "2026-03-31T",
        "2026-03-31T18",
        "2026-03-31T24:00",
        "2026-03-31T18:60",
        "2026-03-31T18:05:60",
        "2026-03-31T18:05:09.",
        "2026-03-31T18:05:09.1234567890",
        "2026-03-31T18:05:09+3",
        "2026-03-31T18:05:09+24:00",
        "2026-03-31T18:05:09 UTC",
        "2026-03-31T18:05:09ZZ",
        "2026-03-31Z",
        " 2026-03-31",
        "2026-03-31 ",
        "31.03.2026",
    };
    struct iso_time time;
    assert_int_equal(iso_parse(NULL, &time), STATUS_INVALID);
    for (size_t i = 0; i < COUNT(texts); i++) {
        ROW(i, texts[i]);
        assert_int_equal(iso_parse(texts[i], &time), STATUS_INVALID);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_what_is_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
