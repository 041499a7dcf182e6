/* Calls that wait for Telegram: their outcomes, and what their caller does meanwhile. */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "core/clock.h"
#include "telegram/poll.h"
#include "tests/unit/bot_api.h"

#define TOKEN "123456:very-secret-token"
enum { PATIENCE = 30 * SECOND, ARENA = 8 << 20 };

static const struct tg_call question = {.method = TG_METHOD_GET_UPDATES, .offset = 5, .limit = 10, .timeout = 50};

static struct tg_poll *poll_new(const char *url) {
    const struct sender_settings settings = {.api_url = url, .token = TOKEN};
    struct tg_poll *poll = NULL;
    assert_int_equal(tg_poll_new(&settings, &poll, NULL), STATUS_OK);
    return poll;
}

static enum status ask(struct tg_poll *poll, tg_poll_tick *tick, void *context, struct arena *arena,
                       struct tg_updates *updates) {
    struct error error = {0};
    enum status status = tg_poll_call(poll, &question, PATIENCE, tick, context, arena, updates, &error);
    assert_int_equal(status != STATUS_OK, error.text[0] != '\0');
    assert_null(strstr(error.text, "secret"));
    assert_null(strstr(error.text, "127.0.0.1"));
    return status;
}

static struct api_reply say(void *context, const struct api_request *request) {
    (void)request;
    return *(const struct api_reply *)context;
}

struct row {
    const char *name;
    struct api_reply reply;
    enum status status;
    bool ok;
    size_t count;
};

static const struct row rows[] = {
    {"two", {200, "{\"ok\":true,\"result\":[{\"update_id\":5},{\"update_id\":6}]}", false}, STATUS_OK, true, 2},
    {"none", {200, "{\"ok\":true,\"result\":[]}", false}, STATUS_OK, true, 0},
    {"refused", {409, "{\"ok\":false,\"error_code\":409,\"description\":\"c\"}", false}, STATUS_OK, false, 0},
    {"a proxy's page", {502, "<html>", false}, STATUS_UNKNOWN, false, 0},
    {"somebody's page", {200, "<html>", false}, STATUS_INVALID, false, 0},
    {"cut", {0, NULL, false}, STATUS_UNKNOWN, false, 0},
};

static void test_outcomes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA);
        struct api *api = api_start(0, say, (void *)(uintptr_t)&rows[i].reply);
        struct tg_poll *poll = poll_new(api_url(api));
        struct tg_updates updates = {0};
        ROW(i, rows[i].name);
        assert_int_equal(ask(poll, NULL, NULL, arena, &updates), rows[i].status);
        assert_int_equal(updates.answer.ok, rows[i].ok);
        assert_int_equal(updates.count, rows[i].count);
        const struct api_request seen = api_seen(api, 0);
        assert_string_equal(seen.method, "getUpdates");
        assert_int_equal(seen.offset, 5);
        assert_int_equal(seen.limit, 10);
        assert_int_equal(seen.timeout, 50);
        tg_poll_free(poll);
        api_stop(api);
    }
}

static void test_without_a_server(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA);
    struct tg_updates updates;
    struct api *api = api_start(0, say, NULL);
    struct tg_poll *poll = poll_new(api_url(api));
    api_stop(api);
    assert_int_equal(ask(poll, NULL, NULL, arena, &updates), STATUS_UNAVAILABLE);
    tg_poll_free(poll);
}

/* It is cut, its start can be looked at; the next call is not harmed. */
static void test_an_answer_that_is_too_long(void **state) {
    (void)state;
    static char text[TG_POLL_BYTES_MAX + 100] = "{\"ok\":true,\"result\":[{\"update_id\":5,\"x\":\"";
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA);
    struct tg_updates updates;
    struct api_reply reply = {200, text, false};
    struct api *api = api_start(0, say, &reply);
    struct tg_poll *poll = poll_new(api_url(api));
    memset(text + strlen(text), 'x', sizeof(text) - 1 - strlen(text));
    assert_int_equal(ask(poll, NULL, NULL, arena, &updates), STATUS_FULL);
    size_t length;
    const char *start = tg_poll_answer(poll, &length);
    assert_true(length <= TG_POLL_BYTES_MAX);
    assert_int_equal(tg_updates_find_id(start, length, 0), 5);
    reply.body = rows[0].reply.body;
    assert_int_equal(ask(poll, NULL, NULL, arena, &updates), STATUS_OK);
    assert_int_equal(updates.count, 2);
    tg_poll_free(poll);
    api_stop(api);
}

/* --- what the caller does meanwhile --- */

struct meanwhile {
    struct tg_poll *poll;
    struct api *api;
    atomic_int ticks;
    int until; /* ticks; then it breaks off */
};

static int64_t count_tick(void *context) {
    struct meanwhile *meanwhile = context;
    const int ticks = atomic_fetch_add(&meanwhile->ticks, 1) + 1;
    return ticks > meanwhile->until ? -1 : 1;
}

static void test_ticks_come_by_themselves_and_break_off(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA);
    struct api_reply reply = {200, rows[0].reply.body, true};
    struct tg_updates updates;
    struct api *api = api_start(0, say, &reply);
    struct meanwhile meanwhile = {.poll = poll_new(api_url(api)), .until = 20};
    assert_int_equal(ask(meanwhile.poll, count_tick, &meanwhile, arena, &updates), STATUS_STOPPED);
    assert_int_equal(atomic_load(&meanwhile.ticks), 21);
    api_release(api);
    meanwhile.until = INT32_MAX;
    assert_int_equal(ask(meanwhile.poll, count_tick, &meanwhile, arena, &updates), STATUS_OK);
    tg_poll_free(meanwhile.poll);
    api_stop(api);
}

static int64_t wait_for_ever(void *context) {
    struct meanwhile *meanwhile = context;
    return atomic_fetch_add(&meanwhile->ticks, 1) < meanwhile->until ? HOUR : -1;
}

static void *wake_when_asked(void *context) {
    struct meanwhile *meanwhile = context;
    api_wait(meanwhile->api, 1);
    while (atomic_load(&meanwhile->ticks) <= meanwhile->until) {
        tg_poll_wake(meanwhile->poll);
        clock_sleep(1);
    }
    return NULL;
}

/* Without being woken up neither would end in a test's lifetime. */
static void test_waking(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA);
    struct api_reply reply = {200, rows[0].reply.body, true};
    struct tg_updates updates;
    struct api *api = api_start(0, say, &reply);
    struct meanwhile meanwhile = {.poll = poll_new(api_url(api)), .api = api, .until = 10};
    pthread_t thread;
    tg_poll_wake(meanwhile.poll); /* before there is anything to wake */
    tg_poll_rest(meanwhile.poll, HOUR);
    assert_int_equal(pthread_create(&thread, NULL, wake_when_asked, &meanwhile), 0);
    assert_int_equal(ask(meanwhile.poll, wait_for_ever, &meanwhile, arena, &updates), STATUS_STOPPED);
    pthread_join(thread, NULL);
    tg_poll_free(meanwhile.poll);
    tg_poll_free(NULL);
    api_stop(api);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_without_a_server),
        cmocka_unit_test(test_an_answer_that_is_too_long),
        cmocka_unit_test(test_ticks_come_by_themselves_and_break_off),
        cmocka_unit_test(test_waking),
    };
    tg_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
