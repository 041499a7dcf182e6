#include "core/parse.h"

#include <string.h>

#include "tests/unit/unit.h"

static void test_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t min, max;
        enum status status;
        int64_t value;
    } rows[] = {
        {"0", 0, 10, STATUS_OK, 0},
        {"10", 0, 10, STATUS_OK, 10},
        {"007", 0, 10, STATUS_INVALID, 0},
        {"00", 0, 10, STATUS_INVALID, 0},
        {"11", 0, 10, STATUS_INVALID, 0},
        {"-1", 0, 10, STATUS_INVALID, 0},
        {"-1", -1, 10, STATUS_OK, -1},
        {"-2", -1, 10, STATUS_INVALID, 0},
        {"-0", -1, 10, STATUS_INVALID, 0},
        {"+1", 0, 10, STATUS_INVALID, 0},
        {"", 0, 10, STATUS_INVALID, 0},
        {"-", -1, 10, STATUS_INVALID, 0},
        {" 1", 0, 10, STATUS_INVALID, 0},
        {"1 ", 0, 10, STATUS_INVALID, 0},
        {"1\n", 0, 10, STATUS_INVALID, 0},
        {"0x1", 0, 10, STATUS_INVALID, 0},
        {"1e1", 0, 10, STATUS_INVALID, 0},
        {"٣", 0, 10, STATUS_INVALID, 0},
        {NULL, 0, 10, STATUS_INVALID, 0},
        {"9223372036854775807", INT64_MIN, INT64_MAX, STATUS_OK, INT64_MAX},
        {"9223372036854775808", INT64_MIN, INT64_MAX, STATUS_INVALID, 0},
        {"-9223372036854775808", INT64_MIN, INT64_MAX, STATUS_OK, INT64_MIN},
        {"-9223372036854775809", INT64_MIN, INT64_MAX, STATUS_INVALID, 0},
        {"99999999999999999999999999", INT64_MIN, INT64_MAX, STATUS_INVALID, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text != NULL ? rows[i].text : "NULL");
        int64_t value = 77;
        assert_int_equal(parse_i64(rows[i].text, rows[i].min, rows[i].max, &value), rows[i].status);
        assert_true(value == (rows[i].status == STATUS_OK ? rows[i].value : 77));
    }
}

static void test_bytes_need_no_nul(void **state) {
    (void)state;
    int64_t value = 77;
    assert_int_equal(parse_i64_bytes("1234", 2, 0, 100, &value), STATUS_OK);
    assert_true(value == 12);
    assert_int_equal(parse_i64_bytes("1\0002", 3, 0, 100, &value), STATUS_INVALID);
    assert_int_equal(parse_i64_bytes("1", 0, 0, 100, &value), STATUS_INVALID);
    assert_int_equal(parse_i64_bytes(NULL, 0, 0, 100, &value), STATUS_INVALID);
    assert_true(value == 12);
}

static void test_rates(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double max;
        enum status status;
        double value;
    } rows[] = {
        {"0", 100, STATUS_OK, 0},
        {"30", 100, STATUS_OK, 30},
        {"0.5", 100, STATUS_OK, 0.5},
        {"1.25", 100, STATUS_OK, 1.25},
        {"100.0", 100, STATUS_OK, 100},
        {"100.1", 100, STATUS_INVALID, 0},
        {"123456789012345", 1e15, STATUS_OK, 123456789012345.0},
        {"1234567890123456", 1e18, STATUS_INVALID, 0},
        {".5", 100, STATUS_INVALID, 0},
        {"1.", 100, STATUS_INVALID, 0},
        {".", 100, STATUS_INVALID, 0},
        {"1.2.3", 100, STATUS_INVALID, 0},
        {"-1", 100, STATUS_INVALID, 0},
        {"+1", 100, STATUS_INVALID, 0},
        {"1,5", 100, STATUS_INVALID, 0},
        {"1e2", 100, STATUS_INVALID, 0},
        {"nan", 100, STATUS_INVALID, 0},
        {"inf", 100, STATUS_INVALID, 0},
        {" 1", 100, STATUS_INVALID, 0},
        {"", 100, STATUS_INVALID, 0},
        {NULL, 100, STATUS_INVALID, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text != NULL ? rows[i].text : "NULL");
        double value = 77;
        assert_int_equal(parse_rate(rows[i].text, rows[i].max, &value), rows[i].status);
        const double expected = rows[i].status == STATUS_OK ? rows[i].value : 77;
        assert_memory_equal(&value, &expected, sizeof(value));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_bytes_need_no_nul),
        cmocka_unit_test(test_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
