#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "telegram/sender.h"
#include "tests/unit/bot_api.h"
#include "tests/unit/unit.h"

#define TOKEN             "123456:very-secret-token"
#define SENT              "{\"ok\":true,\"result\":{\"message_id\":77,\"date\":1,\"chat\":{\"id\":1,\"type\":\"private\"}}}"
#define ERROR(code, text) "{\"ok\":false,\"error_code\":" #code ",\"description\":\"" text "\"}"
#define BAD(text)         ERROR(400, "Bad Request: " text)
#define HOLD(seconds)                                                                                                  \
    "{\"ok\":false,\"error_code\":429,\"description\":\"x\",\"parameters\":{\"retry_after\":" #seconds "}}"
#define MIGRATED(id)                                                                                                   \
    "{\"ok\":false,\"error_code\":400,\"description\":\"x\",\"parameters\":{\"migrate_to_chat_id\":" #id "}}"

enum { RESULTS_MAX = 2048, PATIENCE = 30 };

/* --- results as they come --- */

struct results {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct sender_result items[RESULTS_MAX]; /* `answer` is gone */
    intptr_t names[RESULTS_MAX];
    int64_t message_ids[RESULTS_MAX];
    size_t count;
};
static struct results results = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void note(void *context, const struct sender_result *result) {
    pthread_mutex_lock(&results.lock);
    if (results.count == RESULTS_MAX)
        abort();
    results.items[results.count] = *result;
    results.items[results.count].answer = NULL;
    results.names[results.count] = (intptr_t)context;
    results.message_ids[results.count] = result->answer ? result->answer->message_ids[0] : 0;
    results.count++;
    pthread_cond_broadcast(&results.changed);
    pthread_mutex_unlock(&results.lock);
}

static void wait_results(size_t count) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE;
    int late = 0;
    pthread_mutex_lock(&results.lock);
    while (results.count < count && !late)
        late = pthread_cond_timedwait(&results.changed, &results.lock, &until);
    pthread_mutex_unlock(&results.lock);
    assert_int_equal(late, 0);
}

static const struct sender_result *result_of(intptr_t name) {
    for (size_t i = 0; i < results.count; i++) {
        if (results.names[i] == name)
            return &results.items[i];
    }
    fail_msg("no result of %ld", (long)name);
    return NULL;
}

static int set_up(void **state) {
    (void)state;
    results.count = 0;
    return 0;
}

static int set_up_group(void **state) {
    (void)state;
    tg_setup();
    return 0;
}

static struct sender *start_at(const char *url, size_t max_requests) {
    struct sender_settings settings = {
        .api_url = url, .token = TOKEN, .max_requests = max_requests, .timeout = PATIENCE * SECOND};
    struct sender *sender = NULL;
    struct error error = {0};
    assert_int_equal(sender_new(&settings, &sender, &error), STATUS_OK);
    return sender;
}

static struct sender *start(const struct api *api) {
    return start_at(api_url(api), RESULTS_MAX);
}

static enum status submit(struct sender *sender, int64_t chat_id, const char *text, intptr_t name) {
    struct tg_call call = {.method = TG_METHOD_SEND_MESSAGE, .chat_id = chat_id, .text = text, .html = true};
    return sender_submit(sender, &call, SENDER_REPLY, 0, note, (void *)name);
}

static void end(struct sender *sender, struct api *api) {
    sender_stop(sender, 0);
    sender_free(sender);
    if (api)
        api_stop(api);
}

/* --- what each answer leads to --- */

/* A cut on a connection that was used before is repaired by libcurl, within the attempt; else it takes two. */
enum { BY_LIBCURL = 0 };

struct verdict_row {
    const char *name;
    struct api_reply replies[3];
    enum sender_outcome outcome;
    int attempts;
    bool plain;
    int64_t chat_id; /* where it went in the end; 0: where it was sent */
};

static const struct verdict_row verdict_rows[] = {
    {"sent", {{200, SENT, false}}, SENDER_DELIVERED, 1, false, 0},
    {"not modified", {{400, BAD("message is not modified: specified new"), false}}, SENDER_DELIVERED, 1, false, 0},
    {"edit gone", {{400, BAD("message to edit not found"), false}}, SENDER_GONE, 1, false, 0},
    {"not editable", {{400, BAD("message can't be edited"), false}}, SENDER_GONE, 1, false, 0},
    {"no text there", {{400, BAD("there is no text in the message to edit"), false}}, SENDER_GONE, 1, false, 0},
    {"delete gone", {{400, BAD("message to delete not found"), false}}, SENDER_GONE, 1, false, 0},
    {"old query", {{400, BAD("query is too old and response timeout expired"), false}}, SENDER_GONE, 1, false, 0},
    {"blocked", {{403, ERROR(403, "Forbidden: bot was blocked by the user"), false}}, SENDER_BLOCKED, 1, false, 0},
    {"never started", {{400, BAD("chat not found"), false}}, SENDER_BLOCKED, 1, false, 0},
    {"refused", {{400, BAD("wrong file identifier/HTTP URL specified"), false}}, SENDER_REFUSED, 1, false, 0},
    {"too large", {{413, ERROR(413, "Request Entity Too Large"), false}}, SENDER_REFUSED, 1, false, 0},
    {"held, then sent", {{429, HOLD(1), false}, {200, SENT, false}}, SENDER_DELIVERED, 2, false, 0},
    {"500, then sent", {{500, ERROR(500, "x"), false}, {200, SENT, false}}, SENDER_DELIVERED, 2, false, 0},
    {"a proxy's page", {{502, "<html>Bad Gateway</html>", false}, {200, SENT, false}}, SENDER_DELIVERED, 2, false, 0},
    {"cut", {{0, NULL, false}, {200, SENT, false}}, SENDER_DELIVERED, BY_LIBCURL, false, 0},
    {"torn answer", {{200, "{\"ok\":tr", false}, {200, SENT, false}}, SENDER_DELIVERED, 2, false, 0},
    {"redirect", {{302, "{}", false}, {200, SENT, false}}, SENDER_DELIVERED, 2, false, 0},
    {"token changing", {{401, ERROR(401, "Unauthorized"), false}, {200, SENT, false}}, SENDER_DELIVERED, 2, false, 0},
    {"path unknown", {{404, ERROR(404, "Not Found"), false}, {200, SENT, false}}, SENDER_DELIVERED, 2, false, 0},
    {"markup refused",
     {{400, BAD("can't parse entities: Unsupported"), false}, {200, SENT, false}},
     SENDER_DELIVERED,
     2,
     true,
     0},
    {"refused twice",
     {{400, BAD("can't parse entities: x"), false}, {400, BAD("can't parse entities: x"), false}},
     SENDER_REFUSED,
     2,
     false,
     0},
    {"moved", {{400, MIGRATED(-1001000000001), false}, {200, SENT, false}}, SENDER_DELIVERED, 2, false, -1001000000001},
    {"moved to itself", {{400, MIGRATED(1023), false}}, SENDER_REFUSED, 1, false, 0},
};
enum { FIRST_CHAT = 1001 }; /* the chat of the first row; each row has its own */
static_assert(FIRST_CHAT + sizeof(verdict_rows) / sizeof(verdict_rows[0]) - 1 == 1023, "the last row moves to itself");

static struct api_reply verdict_script(void *context, const struct api_request *request) {
    size_t row = (size_t)(request->chat_id - FIRST_CHAT);
    (void)context;
    if (request->chat_id < 0)
        return (struct api_reply){200, SENT, false};
    return verdict_rows[row].replies[request->nth];
}

static void test_answers_decide(void **state) {
    (void)state;
    struct api *api = api_start(0, verdict_script, NULL);
    struct sender *sender = start(api);
    for (size_t i = 0; i < COUNT(verdict_rows); i++)
        assert_int_equal(submit(sender, FIRST_CHAT + (int64_t)i, "a <b>&amp;</b>", (intptr_t)i), STATUS_OK);
    wait_results(COUNT(verdict_rows));
    for (size_t i = 0; i < COUNT(verdict_rows); i++) {
        const struct verdict_row *row = &verdict_rows[i];
        const struct sender_result *result = result_of((intptr_t)i);
        ROW(i, row->name);
        assert_int_equal(result->outcome, row->outcome);
        if (row->attempts != BY_LIBCURL)
            assert_int_equal(result->attempts, row->attempts);
        assert_int_equal(result->plain, row->plain);
        assert_true(result->tried);
        assert_int_equal(result->chat_id, row->chat_id ? row->chat_id : FIRST_CHAT + (int64_t)i);
    }
    for (size_t i = 0; i < results.count; i++) {
        if (results.items[i].outcome == SENDER_DELIVERED && results.items[i].attempts == 2)
            assert_int_equal(results.message_ids[i], 77);
    }
    end(sender, api);
}

static void test_counts(void **state) {
    (void)state;
    struct api *api = api_start(0, verdict_script, NULL);
    struct sender *sender = start(api);
    for (size_t i = 0; i < COUNT(verdict_rows); i++)
        assert_int_equal(submit(sender, FIRST_CHAT + (int64_t)i, "a <b>&amp;</b>", (intptr_t)i), STATUS_OK);
    wait_results(COUNT(verdict_rows));
    struct sender_counts counts;
    uint64_t attempts = 0;
    for (size_t i = 0; i < results.count; i++)
        attempts += (uint64_t)results.items[i].attempts;
    sender_count(sender, &counts);
    assert_int_equal(counts.attempts, attempts);
    assert_int_equal(counts.delivered, 12);
    assert_int_equal(counts.blocked, 2);
    assert_int_equal(counts.gone, 5);
    assert_int_equal(counts.refused, 4);
    assert_int_equal(counts.held, 1);
    assert_int_equal(counts.plain, 1);
    assert_int_equal(counts.retried, counts.attempts - COUNT(verdict_rows));
    assert_int_equal(counts.waiting + counts.in_flight, 0);
    assert_true(counts.last_success > 0 && counts.last_failure > 0);
    end(sender, api);
}

static struct api_reply refuse_markup(void *context, const struct api_request *request) {
    (void)context;
    if (request->html)
        return (struct api_reply){400, BAD("can't parse entities: x"), false};
    return (struct api_reply){200, SENT, false};
}

static void test_refused_markup_goes_out_plain(void **state) {
    (void)state;
    struct api *api = api_start(0, refuse_markup, NULL);
    struct sender *sender = start(api);
    struct tg_media album[] = {{TG_MEDIA_PHOTO, "p"}, {TG_MEDIA_PHOTO, "q"}};
    struct tg_call call = {.method = TG_METHOD_SEND_MEDIA_GROUP,
                           .chat_id = 2,
                           .media = album,
                           .media_count = 2,
                           .text = "1 <i>&lt;</i> 2",
                           .html = true};
    assert_int_equal(submit(sender, 1, "a <b>&amp;</b>", 1), STATUS_OK);
    assert_int_equal(sender_submit(sender, &call, SENDER_REPLY, 0, note, (void *)2), STATUS_OK);
    wait_results(2);
    for (size_t i = 0; i < api_count(api); i++) {
        struct api_request request = api_seen(api, i);
        if (!request.html)
            assert_string_equal(request.text, request.chat_id == 1 ? "a &" : "1 < 2");
    }
    assert_true(result_of(1)->plain && result_of(2)->plain);
    end(sender, api);
}

/* --- order, and nobody waiting for others --- */

static struct api_reply hold_first_chat(void *context, const struct api_request *request) {
    (void)context;
    if (request->chat_id == 1)
        return (struct api_reply){429, HOLD(3600), false};
    return (struct api_reply){200, SENT, false};
}

static void test_held_chat_delays_nobody_else(void **state) {
    (void)state;
    struct api *api = api_start(0, hold_first_chat, NULL);
    struct sender *sender = start(api);
    assert_int_equal(submit(sender, 1, "a", 10), STATUS_OK);
    api_wait(api, 1);
    for (intptr_t i = 0; i < 3; i++) {
        assert_int_equal(submit(sender, 1, "a", 11 + i), STATUS_OK);
        assert_int_equal(submit(sender, 2, "b", 20 + i), STATUS_OK);
    }
    wait_results(3);
    for (intptr_t i = 0; i < 3; i++)
        assert_int_equal(results.names[i], 20 + i);
    sender_stop(sender, 0);
    wait_results(7);
    assert_int_equal(api_count(api), 4);
    assert_int_equal(result_of(10)->outcome, SENDER_STOPPED);
    assert_true(result_of(10)->tried);
    assert_false(result_of(13)->tried);
    end(sender, api);
}

static struct api_reply fail_first(void *context, const struct api_request *request) {
    (void)context;
    if (request->nth == 0)
        return (struct api_reply){0, NULL, false};
    return (struct api_reply){200, SENT, false};
}

static void test_order_in_a_chat_outlives_failures(void **state) {
    (void)state;
    static const char *const texts[] = {"0", "1", "2", "3", "4"};
    static const char *const expected[] = {"0", "0", "1", "2", "3", "4"};
    struct api *api = api_start(0, fail_first, NULL);
    struct sender *sender = start(api);
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_int_equal(submit(sender, 5, texts[i], (intptr_t)i), STATUS_OK);
    wait_results(COUNT(texts));
    assert_int_equal(api_count(api), COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_string_equal(api_seen(api, i).text, expected[i]);
    end(sender, api);
}

static struct api_reply move_first(void *context, const struct api_request *request) {
    (void)context;
    if (request->chat_id == -5)
        return (struct api_reply){400, MIGRATED(-1005), false};
    return (struct api_reply){200, SENT, false};
}

static void test_move_is_remembered(void **state) {
    (void)state;
    struct api *api = api_start(0, move_first, NULL);
    struct sender *sender = start(api);
    assert_int_equal(submit(sender, -5, "0", 0), STATUS_OK);
    wait_results(1);
    assert_int_equal(submit(sender, -5, "1", 1), STATUS_OK);
    wait_results(2);
    assert_int_equal(api_count(api), 3);
    assert_int_equal(api_seen(api, 1).chat_id, -1005);
    assert_int_equal(api_seen(api, 2).chat_id, -1005);
    assert_int_equal(result_of(1)->chat_id, -1005);
    end(sender, api);
}

/* --- limits and the end --- */

static struct api_reply hold_all(void *context, const struct api_request *request) {
    (void)context;
    (void)request;
    return (struct api_reply){200, SENT, true};
}

static void test_one_at_a_time_in_a_chat(void **state) {
    (void)state;
    struct api *api = api_start(0, hold_all, NULL);
    struct sender *sender = start(api);
    for (intptr_t i = 0; i < 3; i++)
        assert_int_equal(submit(sender, 1, "a", i), STATUS_OK);
    assert_int_equal(submit(sender, 2, "b", 3), STATUS_OK);
    api_wait(api, 2); /* one of each chat */
    struct sender_counts counts;
    sender_count(sender, &counts);
    assert_int_equal(counts.in_flight, 2);
    assert_int_equal(counts.waiting, 2);
    api_release(api);
    wait_results(4);
    end(sender, api);
}

static void test_full(void **state) {
    (void)state;
    struct api *api = api_start(0, hold_all, NULL);
    struct sender *sender = start_at(api_url(api), 2);
    assert_int_equal(submit(sender, 1, "a", 0), STATUS_OK);
    assert_int_equal(submit(sender, 1, "a", 1), STATUS_OK);
    assert_int_equal(submit(sender, 2, "a", 2), STATUS_FULL);
    api_release(api);
    wait_results(2);
    assert_int_equal(submit(sender, 2, "a", 3), STATUS_OK);
    wait_results(3);
    end(sender, api);
}

static void test_stop_gives_all_back(void **state) {
    (void)state;
    struct api *api = api_start(0, hold_all, NULL);
    struct sender *sender = start(api);
    for (intptr_t i = 0; i < 6; i++)
        assert_int_equal(submit(sender, 1 + i / 3, "a", i), STATUS_OK);
    api_wait(api, 2);
    sender_stop(sender, 0);
    assert_int_equal(results.count, 6);
    for (intptr_t i = 0; i < 6; i++) {
        assert_int_equal(result_of(i)->outcome, SENDER_STOPPED);
        assert_int_equal(result_of(i)->tried, i % 3 == 0);
    }
    assert_int_equal(submit(sender, 1, "a", 9), STATUS_STOPPED);
    end(sender, api);
}

static void *release_when_stopping(void *context) {
    struct api *api = context;
    wait_results(1); /* what only waits is given back at once */
    api_release(api);
    return NULL;
}

static void test_stop_waits_for_what_runs(void **state) {
    (void)state;
    struct api *api = api_start(0, hold_all, NULL);
    struct sender *sender = start(api);
    pthread_t thread;
    assert_int_equal(submit(sender, 1, "a", 0), STATUS_OK);
    assert_int_equal(submit(sender, 1, "a", 1), STATUS_OK);
    api_wait(api, 1);
    assert_int_equal(pthread_create(&thread, NULL, release_when_stopping, api), 0);
    sender_stop(sender, PATIENCE * SECOND);
    pthread_join(thread, NULL);
    assert_int_equal(result_of(0)->outcome, SENDER_DELIVERED);
    assert_int_equal(result_of(1)->outcome, SENDER_STOPPED);
    end(sender, api);
}

static void test_expired(void **state) {
    (void)state;
    struct api *api = api_start(0, hold_all, NULL);
    struct sender *sender = start(api);
    struct tg_call call = {.method = TG_METHOD_SEND_MESSAGE, .chat_id = 1, .text = "late"};
    assert_int_equal(sender_submit(sender, &call, SENDER_REPLY, clock_now() - SECOND, note, (void *)1), STATUS_OK);
    wait_results(1);
    assert_int_equal(result_of(1)->outcome, SENDER_EXPIRED);
    assert_false(result_of(1)->tried);
    assert_int_equal(api_count(api), 0);
    end(sender, api);
}

static void test_server_comes_back(void **state) {
    (void)state;
    struct api *api = api_start(0, move_first, NULL);
    uint16_t port = api_port(api);
    char url[64];
    strcpy(url, api_url(api));
    api_stop(api);
    struct sender *sender = start_at(url, RESULTS_MAX);
    assert_int_equal(submit(sender, 1, "a", 0), STATUS_OK);
    struct sender_counts counts = {0};
    while (counts.last_failure == 0) {
        clock_sleep(1);
        sender_count(sender, &counts);
    }
    api = api_start(port, move_first, NULL);
    wait_results(1);
    assert_int_equal(result_of(0)->outcome, SENDER_DELIVERED);
    assert_true(result_of(0)->attempts > 1);
    end(sender, api);
}

/* --- many at once --- */

static struct sender *crowd_sender;
enum { CROWD = 4, EACH = 200 };

static void submit_again(void *context, const struct sender_result *result) {
    if (submit(crowd_sender, result->chat_id, "again", (intptr_t)context) != STATUS_OK)
        abort();
}

static void *submit_many(void *context) {
    struct tg_call call = {.method = TG_METHOD_SEND_MESSAGE, .text = "a"};
    for (intptr_t i = 0; i < EACH; i++) {
        call.chat_id = (intptr_t)context * 10 + i % 7;
        if (sender_submit(crowd_sender, &call, SENDER_BULK, 0, submit_again, (void *)i) != STATUS_OK)
            abort();
    }
    return NULL;
}

static void test_many_threads_submit(void **state) {
    (void)state;
    struct api *api = api_start(0, move_first, NULL);
    pthread_t threads[CROWD];
    crowd_sender = start(api);
    for (intptr_t i = 0; i < CROWD; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, submit_many, (void *)(i + 1)), 0);
    for (size_t i = 0; i < CROWD; i++)
        pthread_join(threads[i], NULL);
    wait_results(CROWD * EACH);
    assert_int_equal(api_count(api), 2 * CROWD * EACH);
    end(crowd_sender, api);
}

#define CASE(name) cmocka_unit_test_setup(name, set_up)
int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_answers_decide),
        CASE(test_counts),
        CASE(test_refused_markup_goes_out_plain),
        CASE(test_held_chat_delays_nobody_else),
        CASE(test_order_in_a_chat_outlives_failures),
        CASE(test_move_is_remembered),
        CASE(test_one_at_a_time_in_a_chat),
        CASE(test_full),
        CASE(test_stop_gives_all_back),
        CASE(test_stop_waits_for_what_runs),
        CASE(test_expired),
        CASE(test_server_comes_back),
        CASE(test_many_threads_submit),
    };
    return cmocka_run_group_tests(tests, set_up_group, NULL);
}
