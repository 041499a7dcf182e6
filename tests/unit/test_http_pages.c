/* The operator's pages: /healthz, /readyz, /metrics. */
#include "tests/unit/http_stage.h"

static void test_healthz(void **state) {
    const struct reply *reply = ask(*state, "GET /healthz HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(reply->code, 200);
    assert_string_equal(reply->body, "ok\n");
    assert_int_equal(ask(*state, "HEAD /healthz HTTP/1.1\r\n" HOST "\r\n")->code, 200);
    assert_int_equal(ask(*state, "GET /healthz HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc")->code, 200);
}

#define READY "GET /readyz HTTP/1.1\r\n" HOST "\r\n"

static void set_ping(enum status status) {
    pthread_mutex_lock(&stage.lock);
    stage.ping = status;
    pthread_mutex_unlock(&stage.lock);
}

static const struct reply *wait_ready(const struct desk *desk, int code) {
    const int64_t end = clock_monotonic() + HEAR_WAIT;
    const struct reply *reply = ask(desk, READY);
    while (reply->code != code) {
        assert_true(clock_monotonic() < end);
        clock_sleep(20);
        reply = ask(desk, READY);
    }
    return reply;
}

static void test_readyz_names_the_part(void **state) {
    struct desk *desk = *state;
    assert_string_equal(wait_ready(desk, 200)->body, "database: ok\ntelegram: ok\n");
    set_ping(STATUS_UNAVAILABLE);
    assert_string_equal(wait_ready(desk, 503)->body, "database: unavailable\ntelegram: ok\n");
    set_ping(STATUS_OK);
    (void)wait_ready(desk, 200);
    pthread_mutex_lock(&stage.lock);
    stage.sender.last_success = clock_monotonic() - 10;
    stage.sender.last_failure = clock_monotonic() - 5;
    pthread_mutex_unlock(&stage.lock);
    assert_string_equal(wait_ready(desk, 503)->body, "database: ok\ntelegram: unavailable\n");
    pthread_mutex_lock(&stage.lock);
    stage.sender.last_failure = clock_monotonic() - 2 * MINUTE;
    stage.sender.last_success = stage.sender.last_failure - 1;
    pthread_mutex_unlock(&stage.lock);
    (void)wait_ready(desk, 200);
    health_stopping(desk->app.health);
    assert_int_equal(ask(desk, READY)->code, 503);
}

static void test_metrics(void **state) {
    static const char *const lines[] = {
        "techsupport_http_answers_total{code=\"200\"} 2\n",
        "techsupport_http_answers_total{code=\"401\"} 1\n",
        "techsupport_updates_total{result=\"handled\"} 7\n",
        "techsupport_updates_waiting 3\n",
        "techsupport_delivered_items_total 11\n",
        "techsupport_store_writes_total 13\n",
        "techsupport_build_info{version=\"",
        "techsupport_uptime_seconds ",
        "# TYPE techsupport_requests_total counter\n",
        "# TYPE techsupport_resident_bytes gauge\n",
    };
    const struct desk *desk = *state;
    (void)ask(desk, GOOD);
    (void)ask(desk, GOOD);
    (void)ask(desk, "POST /hook HTTP/1.1\r\n" HOST "\r\n");
    const struct reply *reply = ask(desk, "GET /metrics HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(reply->code, 200);
    for (size_t i = 0; i < COUNT(lines); i++) {
        ROW(i, lines[i]);
        assert_non_null(strstr(reply->body, lines[i]));
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_healthz),
        TEST(test_readyz_names_the_part),
        TEST(test_metrics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
