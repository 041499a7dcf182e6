#include "core/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/utf.h"
#include "tests/unit/unit.h"

static char line[8192];
static int saved_stderr, reader;

static void start_reading(enum log_level level, enum log_format format) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    saved_stderr = dup(STDERR_FILENO);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    assert_int_equal(close(ends[1]), 0);
    reader = ends[0];
    log_setup(level, format);
}

/* What was logged since start_reading, one read(2): a line comes in one piece. */
static const char *logged(void) {
    assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
    assert_int_equal(close(saved_stderr), 0);
    const ssize_t length = read(reader, line, sizeof(line) - 1);
    assert_true(length >= 0);
    line[length] = '\0';
    assert_int_equal(close(reader), 0);
    return line;
}

/* The time is 2026-11-23T01:02:03.456Z, 24 bytes. */
static const char *after_time(const char *text, const char *before) {
    const size_t start = strlen(before);
    assert_memory_equal(text, before, start);
    assert_true(strlen(text) > start + 24);
    static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    for (size_t i = 0; i < 24; i++) {
        const char byte = text[start + i];
        assert_true(shape[i] == 'd' ? byte >= '0' && byte <= '9' : byte == shape[i]);
    }
    return text + start + 24;
}

static void test_text_line(void **state) {
    (void)state;
    start_reading(LOG_INFO, LOG_FORMAT_TEXT);
    log_info("update done", LOG_NUMBER("update", -7), LOG_TEXT("handler", "start"), LOG_TEXT("none", NULL),
             LOG_TEXT("odd", "va lue"), LOG_TEXT("quote", "a\"b\\c=\n\x01"), LOG_TEXT("word", "так"));
    assert_string_equal(after_time(logged(), ""), " info update done update=-7 handler=start none=\"\" odd=\"va lue\" "
                                                  "quote=\"a\\\"b\\\\c=\\n\\u0001\" word=\"так\"\n");
}

static void test_json_line(void **state) {
    (void)state;
    start_reading(LOG_INFO, LOG_FORMAT_JSON);
    log_error("store away", LOG_NUMBER("ms", 12), LOG_TEXT("cause", "no \"host\"\t\u2028\xFF"), LOG_TEXT("plain", "x"));
    assert_string_equal(after_time(logged(), "{\"time\":\""),
                        "\",\"level\":\"error\",\"event\":\"store away\",\"ms\":12,"
                        "\"cause\":\"no \\\"host\\\"\\u0009\\u2028\uFFFD\",\"plain\":\"x\"}\n");
}

static void test_an_event_needs_no_fields(void **state) {
    (void)state;
    start_reading(LOG_INFO, LOG_FORMAT_TEXT);
    log_warning("stopping");
    assert_string_equal(after_time(logged(), ""), " warning stopping\n");
    start_reading(LOG_INFO, LOG_FORMAT_JSON);
    log_info("started");
    assert_string_equal(after_time(logged(), "{\"time\":\""), "\",\"level\":\"info\",\"event\":\"started\"}\n");
}

static void test_levels(void **state) {
    (void)state;
    start_reading(LOG_WARNING, LOG_FORMAT_TEXT);
    log_debug("not this", LOG_NUMBER("n", 1));
    log_info("nor this");
    assert_false(log_wants(LOG_INFO));
    assert_true(log_wants(LOG_WARNING));
    assert_true(log_wants(LOG_ERROR));
    assert_string_equal(logged(), "");
    start_reading(LOG_DEBUG, LOG_FORMAT_TEXT);
    log_debug("this", LOG_NUMBER("n", 1));
    assert_string_equal(after_time(logged(), ""), " debug this n=1\n");
}

static void test_long_values_are_cut_between_characters(void **state) {
    (void)state;
    static char text[2001];
    for (size_t i = 0; i < 1000; i++)
        memcpy(text + 2 * i, "є", 2);
    start_reading(LOG_INFO, LOG_FORMAT_TEXT);
    log_info("long", LOG_TEXT("text", text));
    const char *rest = after_time(logged(), "");
    assert_true(utf_valid(rest, strlen(rest)));
    static const char start[] = " info long text=\"", end[] = "…\"\n";
    assert_int_equal(strlen(rest), strlen(start) + 512 + strlen(end));
    assert_string_equal(rest + strlen(rest) - strlen(end), end);
}

static void test_a_line_has_a_maximum(void **state) {
    (void)state;
    static char text[600];
    memset(text, '\x01', sizeof(text) - 1);
    struct log_field fields[18];
    for (size_t i = 0; i < COUNT(fields); i++)
        fields[i] = LOG_TEXT("field", text);
    fields[15] = LOG_NUMBER("small", 5);
    start_reading(LOG_INFO, LOG_FORMAT_JSON);
    log_write(LOG_INFO, "much", fields, COUNT(fields));
    const char *all = logged();
    assert_true(strlen(all) <= 4096);
    static const char end[] = ",\"small\":5,\"cut\":1}\n";
    assert_string_equal(all + strlen(all) - strlen(end), end);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_line),
        cmocka_unit_test(test_json_line),
        cmocka_unit_test(test_an_event_needs_no_fields),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_long_values_are_cut_between_characters),
        cmocka_unit_test(test_a_line_has_a_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
