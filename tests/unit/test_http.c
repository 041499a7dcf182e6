/* The webhook, over real sockets, in front of workers that the test plays itself. */
#include "tests/unit/http_stage.h"

static void play(enum play how) {
    pthread_mutex_lock(&stage.lock);
    stage.play = how;
    pthread_mutex_unlock(&stage.lock);
}

static void wait_submitted(size_t count) {
    pthread_mutex_lock(&stage.lock);
    while (stage.submitted < count)
        pthread_cond_wait(&stage.changed, &stage.lock);
    pthread_mutex_unlock(&stage.lock);
}

/* ---- the webhook ---- */

/* The request with its Content-Length, or with `body` as it is where that brings its own framing. */
static const struct reply *ask_row(const struct desk *desk, const char *line, const char *head, const char *body) {
    char text[1024];
    const char *framed = strstr(body, "\r\n\r\n");
    if (framed)
        (void)snprintf(text, sizeof(text), "%s HTTP/1.1\r\n" HOST "%s%s", line, head, body);
    else
        (void)snprintf(text, sizeof(text), "%s HTTP/1.1\r\n" HOST "%sContent-Length: %zu\r\n\r\n%s", line, head,
                       strlen(body), body);
    return ask(desk, text);
}

#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"
#define HUGE    "Content-Length: 90000000\r\n\r\n"
#define WRONG   "X-Telegram-Bot-Api-Secret-Token: "
#define PLAIN   "Content-Type: text/plain\r\n"

static void test_answers(void **state) {
    static const struct {
        const char *line, *head, *body;
        int code;
        size_t submitted;
    } rows[] = {
        {"POST /hook", TOKEN JSON, UPDATE, 200, 1},
        {"POST /hook?a=b", TOKEN JSON, UPDATE, 200, 1},
        {"POST /hook", TOKEN "content-type: Application/JSON; charset=utf-8\r\n", UPDATE, 200, 1},
        {"POST /hook", TOKEN JSON, CHUNKED "3\r\n{\"a\r\n3\r\n\":1\r\n1\r\n}\r\n0\r\n\r\n", 200, 1},
        {"POST /hook", TOKEN JSON, "", 200, 1},
        {"POST /hook", TOKEN JSON, "hello", 200, 1},
        {"POST /hook/", TOKEN JSON, UPDATE, 404, 0},
        {"POST /", TOKEN JSON, UPDATE, 404, 0},
        {"GET /nothing", "", "", 404, 0},
        {"GET /hook", TOKEN, "", 405, 0},
        {"PUT /hook", TOKEN JSON, UPDATE, 405, 0},
        {"BREW /hook", TOKEN JSON, UPDATE, 405, 0},
        {"POST /hook", JSON, UPDATE, 401, 0},
        {"POST /hook", WRONG "other\r\n" JSON, UPDATE, 401, 0},
        {"POST /hook", WRONG "\r\n" JSON, UPDATE, 401, 0},
        {"POST /hook", WRONG SECRET "x\r\n" JSON, UPDATE, 401, 0},
        {"POST /hook", PLAIN, UPDATE, 401, 0},
        {"POST /hook", TOKEN, UPDATE, 415, 0},
        {"POST /hook", TOKEN "Content-Type: application/jsonp\r\n", UPDATE, 415, 0},
        {"POST /hook", TOKEN PLAIN, HUGE, 415, 0},
        {"POST /hook", TOKEN JSON, HUGE, 413, 0},
        {"POST /healthz", "", UPDATE, 405, 0},
        {"DELETE /metrics", "", "", 405, 0},
    };
    const struct desk *desk = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].line);
        stage.submitted = 0;
        const struct reply *reply = ask_row(desk, rows[i].line, rows[i].head, rows[i].body);
        assert_int_equal(reply->code, rows[i].code);
        assert_int_equal(stage.submitted, rows[i].submitted);
        assert_null(header_of(reply, "Server"));
        assert_null(strstr(reply->head, "icrohttpd"));
    }
}

static void test_headers(void **state) {
    const struct desk *desk = *state;
    assert_string_equal(header_of(ask(desk, GOOD), "Connection"), "Keep-Alive");
    assert_string_equal(header_of(ask(desk, "GET /hook HTTP/1.1\r\n" HOST "\r\n"), "Allow"), "POST");
    assert_string_equal(header_of(ask(desk, "POST /healthz HTTP/1.1\r\n" HOST "\r\n"), "Allow"), "GET, HEAD");
    assert_null(header_of(ask(desk, GOOD), "Content-Type"));
}

static void test_body_arrives_whole(void **state) {
    const struct desk *desk = *state;
    assert_int_equal(ask(desk, GOOD)->code, 200);
    assert_int_equal(stage.length, strlen(UPDATE));
    assert_string_equal(stage.start, UPDATE);
}

/* Sends `length` bytes of JSON in pieces of `piece`, chunked or not. */
static int post_long(const struct desk *desk, size_t length, size_t piece, bool chunked) {
    static char data[65536];
    struct reply reply;
    char line[256];
    memset(data, ' ', sizeof(data));
    const int client = dial(desk->port);
    say(client, "POST /hook HTTP/1.1\r\n" HOST TOKEN JSON);
    (void)snprintf(line, sizeof(line), "Content-Length: %zu\r\n\r\n", length);
    say(client, chunked ? "Transfer-Encoding: chunked\r\n\r\n" : line);
    for (size_t left = length, now; left > 0; left -= now) {
        now = left < piece ? left : piece;
        (void)snprintf(line, sizeof(line), "%zx\r\n", now);
        if (chunked)
            say(client, line);
        say_bytes(client, data, now);
        if (chunked)
            say(client, "\r\n");
    }
    if (chunked)
        say(client, "0\r\n\r\n");
    hear(client, true, &reply);
    close(client);
    return reply.code;
}

static void test_length_limit(void **state) {
    const struct desk *desk = *state;
    for (int chunked = 0; chunked < 2; chunked++) {
        assert_int_equal(post_long(desk, 1 << 20, 65536, chunked), 200);
        assert_int_equal(stage.length, 1 << 20);
        assert_int_equal(post_long(desk, (1 << 20) + 1, 4000, chunked), 413);
        assert_int_equal(post_long(desk, 3 << 20, 65536, chunked), 413);
    }
    assert_int_equal(stage.submitted, 2);
}

static void test_endless_body_is_cut_off(void **state) {
    const struct desk *desk = *state;
    const int client = dial(desk->port);
    char chunk[8 + 32768 + 2];
    (void)snprintf(chunk, sizeof(chunk), "%06x\r\n", 32768);
    memset(chunk + 8, ' ', 32768);
    memcpy(chunk + 8 + 32768, "\r\n", 2);
    say(client, "POST /hook HTTP/1.1\r\n" HOST TOKEN JSON "Transfer-Encoding: chunked\r\n\r\n");
    size_t sent = 0;
    while (sent < (64U << 20) && send(client, chunk, sizeof(chunk), MSG_NOSIGNAL) > 0)
        sent += sizeof(chunk);
    assert_true(sent < (64U << 20));
    close(client);
    assert_int_equal(stage.submitted, 0);
}

static void test_put_off(void **state) {
    const struct desk *desk = *state;
    static const enum play plays[] = {PLAY_FULL, PLAY_LATER};
    for (size_t i = 0; i < COUNT(plays); i++) {
        play(plays[i]);
        const struct reply *reply = ask(desk, GOOD);
        assert_int_equal(reply->code, 503);
        const char *seconds = header_of(reply, "Retry-After");
        assert_non_null(seconds);
        assert_in_range(strtol(seconds, NULL, 10), 1, 5);
    }
    play(PLAY_TAKE);
    assert_int_equal(ask(desk, GOOD)->code, 200);
}

static void test_one_connection_many_updates(void **state) {
    const struct desk *desk = *state;
    static const enum play plays[] = {PLAY_TAKE, PLAY_THREAD, PLAY_FULL, PLAY_LATER};
    static const int codes[] = {200, 200, 503, 503};
    struct reply reply;
    const int client = dial(desk->port);
    for (size_t i = 0; i < 200; i++) {
        play(plays[i % COUNT(plays)]);
        say(client, GOOD);
        hear(client, true, &reply);
        assert_int_equal(reply.code, codes[i % COUNT(codes)]);
    }
    close(client);
    assert_int_equal(stage.submitted, 200);
}

static void answer_held(size_t place, enum verdict verdict) {
    pthread_mutex_lock(&stage.lock);
    update_done *done = stage.done[place];
    void *context = stage.contexts[place];
    pthread_mutex_unlock(&stage.lock);
    done(context, verdict);
}

/* The answer waits for the verdict; others do not wait with it. */
static void test_suspended_until_the_verdict(void **state) {
    const struct desk *desk = *state;
    struct reply reply;
    play(PLAY_HOLD);
    const int first = dial(desk->port), second = dial(desk->port);
    say(first, GOOD);
    wait_submitted(1);
    say(second, GOOD);
    wait_submitted(2);
    assert_int_equal(ask(desk, "GET /healthz HTTP/1.1\r\n" HOST "\r\n")->code, 200);
    struct pollfd quiet = {.fd = first, .events = POLLIN};
    assert_int_equal(poll(&quiet, 1, 0), 0);
    answer_held(1, VERDICT_LATER);
    hear(second, true, &reply);
    assert_int_equal(reply.code, 503);
    answer_held(0, VERDICT_TAKEN);
    hear(first, true, &reply);
    assert_int_equal(reply.code, 200);
    close(first);
    close(second);
}

static void test_client_that_leaves_while_it_waits(void **state) {
    const struct desk *desk = *state;
    play(PLAY_HOLD);
    const int client = dial(desk->port);
    say(client, GOOD);
    wait_submitted(1);
    close(client);
    answer_held(0, VERDICT_TAKEN);
    play(PLAY_TAKE);
    assert_int_equal(ask(desk, GOOD)->code, 200);
}

static void test_torn_requests(void **state) {
    static const char *const texts[] = {
        "POST /hook HTTP/1.1\r\n" HOST TOKEN JSON LENGTH "\r\n{\"upd",
        "POST /hook HT",
        "\r\n\r\n",
        "\x16\x03\x01\x02\x01",
        "POST /hook HTTP/1.1\r\n" HOST TOKEN JSON "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /hook HTTP/1.1\r\n" HOST TOKEN JSON "Content-Length: -5\r\n\r\n",
        "POST /hook HTTP/1.1\r\n" HOST TOKEN JSON "Content-Length: 99999999999999999999999\r\n\r\n",
    };
    const struct desk *desk = *state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        const int client = dial(desk->port);
        say(client, texts[i]);
        close(client);
    }
    assert_int_equal(ask(desk, GOOD)->code, 200);
    assert_int_equal(stage.submitted, 1);
}

/* ---- the stop ---- */

static void *stop_workers(void *context) {
    (void)context;
    answer_held(0, VERDICT_TAKEN);
    return NULL;
}

static void test_stop_answers_what_is_inside(void **state) {
    struct desk *desk = *state;
    struct reply reply;
    play(PLAY_HOLD);
    const int waiting = dial(desk->port), open = dial(desk->port);
    say(open, "GET /healthz HTTP/1.1\r\n" HOST "\r\n");
    hear(open, true, &reply);
    say(waiting, GOOD);
    wait_submitted(1);
    health_stopping(desk->app.health);
    http_quiesce(desk->app.http);
    desk->quiesced = true;
    assert_int_equal(dial(desk->port), -1);
    say(open, GOOD);
    hear(open, true, &reply);
    assert_int_equal(reply.code, 503);
    assert_string_equal(header_of(&reply, "Connection"), "close");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_workers, NULL), 0);
    pthread_join(thread, NULL);
    http_stop(desk->app.http);
    desk->stopped = true;
    hear(waiting, true, &reply);
    assert_int_equal(reply.code, 200);
    close(waiting);
    close(open);
}

static void test_address_in_use(void **state) {
    struct desk *desk = *state;
    struct error error = {0};
    struct http *http;
    desk->settings.listen_port = desk->port;
    assert_int_equal(http_new(&desk->app, &http, NULL, &error), STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "127.0.0.1"));
    desk->settings.listen_host = "no-such-host.invalid";
    error = (struct error){0};
    assert_int_equal(http_new(&desk->app, &http, NULL, &error), STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "no-such-host.invalid"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_answers),
        TEST(test_headers),
        TEST(test_body_arrives_whole),
        TEST(test_length_limit),
        TEST(test_endless_body_is_cut_off),
        TEST(test_put_off),
        TEST(test_one_connection_many_updates),
        TEST(test_suspended_until_the_verdict),
        TEST(test_client_that_leaves_while_it_waits),
        TEST(test_torn_requests),
        TEST(test_stop_answers_what_is_inside),
        TEST(test_address_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
