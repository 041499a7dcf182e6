/* Who polls, what is asked, and what becomes of answers. Telegram, the workers and the other copies are played, the
 * lease is in a real store; the poller has a clock that the test can push. */
#include "tests/unit/unit.h"

#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "server/copies.h"
#include "server/workers.h"
#include "telegram/parse.h"
#include "tests/unit/bot_api.h"

static _Atomic int64_t pushed;

static int64_t real_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000000;
}

static int64_t pushed_clock(void) {
    return real_ms() + atomic_load(&pushed);
}

#define clock_monotonic pushed_clock
#include "server/poller.c" // NOLINT(bugprone-suspicious-include): it is to see the clock above
#undef clock_monotonic

enum { SELF = 11, OTHER = 22, DEAD = 33, PATIENCE = 60 * SECOND, TEXT_MAX = 8192, ANSWERS_MAX = 16 };

/* --- the other parts, played --- */

static _Atomic int64_t sending_since;

int64_t copies_self(const struct copies *copies) {
    (void)copies;
    return SELF;
}

enum status copies_is_gone(struct copies *copies, int64_t id, bool *ret_gone, struct error *error) {
    (void)copies;
    (void)error;
    *ret_gone = id == DEAD;
    return STATUS_OK;
}

int64_t copies_sending_since(struct copies *copies) {
    (void)copies;
    return atomic_load(&sending_since);
}

bool copies_may_send(struct copies *copies) {
    return copies_sending_since(copies) != INT64_MAX;
}

enum { JOBS_MAX = 64 };

static struct {
    pthread_mutex_t lock;
    char texts[JOBS_MAX][64];
    update_done *done[JOBS_MAX];
    void *contexts[JOBS_MAX];
    size_t count;
    bool hold; /* verdicts come when the test says so */
} jobs = {.lock = PTHREAD_MUTEX_INITIALIZER};

enum status workers_submit(struct workers *workers, const char *json, size_t length, update_done *done, void *context) {
    (void)workers;
    (void)length;
    pthread_mutex_lock(&jobs.lock);
    if (jobs.count == JOBS_MAX)
        abort();
    snprintf(jobs.texts[jobs.count], sizeof(jobs.texts[0]), "%s", json);
    jobs.done[jobs.count] = done;
    jobs.contexts[jobs.count++] = context;
    const bool hold = jobs.hold;
    pthread_mutex_unlock(&jobs.lock);
    if (!hold)
        done(context, VERDICT_TAKEN);
    return STATUS_OK;
}

static size_t job_count(void) {
    pthread_mutex_lock(&jobs.lock);
    const size_t count = jobs.count;
    pthread_mutex_unlock(&jobs.lock);
    return count;
}

static void decide(size_t job) {
    jobs.done[job](jobs.contexts[job], VERDICT_TAKEN);
}

/* --- Telegram: answers to getUpdates in turn, then it waits --- */

static struct {
    struct api *api;
    struct api_reply answers[ANSWERS_MAX];
    size_t count, given;
    atomic_int deletions;
} telegram;

#define LIST(updates)  "{\"ok\":true,\"result\":[" updates "]}"
#define REFUSAL(code)  "{\"ok\":false,\"error_code\":" code ",\"description\":\"played\"}"
#define MESSAGE(n, id) "{\"update_id\":" n ",\"message\":{\"chat\":{\"id\":" id "}}}"

static struct api_reply answer_poll(void *context, const struct api_request *request) {
    (void)context;
    if (strcmp(request->method, "deleteWebhook") == 0) {
        atomic_fetch_add(&telegram.deletions, 1);
        return (struct api_reply){200, "{\"ok\":true,\"result\":true}", false};
    }
    if (request->timeout == 0 && telegram.given == telegram.count)
        return (struct api_reply){200, LIST(""), false};
    if (telegram.given < telegram.count)
        return telegram.answers[telegram.given++];
    return (struct api_reply){200, LIST(""), true};
}

static void will_answer(unsigned status, const char *body) {
    assert_true(telegram.count < ANSWERS_MAX);
    telegram.answers[telegram.count++] = (struct api_reply){status, body, false};
}

/* The questions so far, without deleteWebhook: "offset/limit/timeout". */
static const char *questions(void) {
    static char text[TEXT_MAX];
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0, count = api_count(telegram.api); i < count && length < TEXT_MAX - 64; i++) {
        const struct api_request seen = api_seen(telegram.api, i);
        if (strcmp(seen.method, "getUpdates") == 0)
            length += (size_t)snprintf(text + length, TEXT_MAX - length, "%s%lld/%lld/%lld", length ? " " : "",
                                       (long long)seen.offset, (long long)seen.limit, (long long)seen.timeout);
    }
    return text;
}

/* --- waiting --- */

#define WAIT_UNTIL(condition)                                                                                          \
    do {                                                                                                               \
        const int64_t late_ = real_ms() + PATIENCE;                                                                    \
        while (!(condition) && real_ms() < late_)                                                                      \
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);                                                   \
        if (!(condition))                                                                                              \
            fail_msg("never so: %s; asked: %s", #condition, questions());                                              \
    } while (0)

/* More may have been asked since. */
#define WAIT_ASKED(text) WAIT_UNTIL(strncmp(questions(), (text), strlen(text)) == 0)

static char folder[64];
static struct settings settings;
static struct app app;
static bool stopped;

static void begin(void) {
    stopped = false;
    struct poller *poller = NULL;
    assert_int_equal(poller_new(&app, &poller, NULL), STATUS_OK);
    app.poller = poller;
}

static void push(int64_t ms) {
    atomic_fetch_add(&pushed, ms);
    tg_poll_wake(app.poller->poll);
}

static void end(void) {
    if (!stopped)
        poller_stop(app.poller);
    stopped = true;
}

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/poller-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    memset(telegram.answers, 0, sizeof(telegram.answers));
    telegram.count = telegram.given = 0;
    atomic_store(&telegram.deletions, 0);
    jobs.count = 0;
    jobs.hold = false;
    atomic_store(&sending_since, 0);
    atomic_store(&pushed, 0);
    telegram.api = api_start(0, answer_poll, NULL);
    settings =
        (struct settings){.data_dir = folder, .telegram_api_url = api_url(telegram.api), .bot_token = "1:played"};
    settings.mongo_uri = "mongodb://of.several.copies"; /* the store is SQLite all the same */
    app = (struct app){.settings = &settings};
    const struct store_settings wanted = {.data_dir = folder, .threads = 4};
    log_setup(LOG_ERROR, LOG_FORMAT_TEXT);
    return store_open(&wanted, &app.store, NULL) == STATUS_OK ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw) {
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int tear_down(void **state) {
    (void)state;
    if (app.poller)
        end();
    poller_free(app.poller);
    poller_free(NULL);
    api_stop(telegram.api);
    store_close(app.store);
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int64_t lease(void) {
    int64_t holder = 0;
    return store_get(app.store, "poller", &holder, NULL) == STATUS_OK ? holder : 0;
}

static void set_lease(int64_t from, int64_t to) {
    assert_int_equal(store_swap(app.store, "poller", from, to, NULL), STATUS_OK);
}

static struct poller_counts counts(void) {
    struct poller_counts counts;
    poller_count(app.poller, &counts);
    return counts;
}

static bool ready(const char *line) {
    struct buffer lines;
    buffer_init(&lines, 1024);
    const bool well = poller_ready(app.poller, &lines);
    assert_string_equal(lines.data, line);
    buffer_free(&lines);
    return well;
}

/* --- questions and offsets --- */

static void test_the_first_question_and_the_stop(void **state) {
    (void)state;
    begin();
    WAIT_ASKED("0/100/50");
    assert_int_equal(atomic_load(&telegram.deletions), 1);
    assert_int_equal(lease(), SELF);
    assert_true(counts().lease);
    assert_true(ready("updates: ok\n"));
    end(); /* the question waits for ever: the stop broke it off, and there is nothing to confirm */
    assert_string_equal(questions(), "0/100/50");
    assert_int_equal(lease(), 0);
    assert_false(counts().lease);
}

static void test_an_update_is_confirmed_when_it_is_done(void **state) {
    (void)state;
    jobs.hold = true;
    will_answer(200, LIST(MESSAGE("5", "1") "," MESSAGE("6", "2") "," MESSAGE("7", "1")));
    begin();
    WAIT_UNTIL(job_count() == 2);
    assert_string_equal(jobs.texts[1], MESSAGE("6", "2"));
    WAIT_UNTIL(counts().window == 3);
    push(SECOND);
    WAIT_ASKED("0/100/50 5/100/0"); /* only for what is above */
    decide(0);
    WAIT_UNTIL(job_count() == 3); /* while it rests */
    decide(1);
    decide(2);
    WAIT_UNTIL(counts().window == 0);
    WAIT_UNTIL(strstr(questions(), " 8/100/50") != NULL);
    assert_int_equal(counts().failures, 0);
    end();
    assert_non_null(strstr(questions(), " 8/1/0")); /* said once more at the stop: the answer had not come */
}

static void test_a_stop_waits_for_workers_and_confirms_what_is_done(void **state) {
    (void)state;
    jobs.hold = true;
    will_answer(200, LIST(MESSAGE("5", "1") "," MESSAGE("6", "1")));
    begin();
    WAIT_UNTIL(job_count() == 1);
    atomic_store(&app.poller->stopping, true);
    tg_poll_wake(app.poller->poll);
    assert_int_equal(lease(), SELF);
    decide(0);
    end();
    assert_int_equal(job_count(), 1); /* the next is left to whoever comes */
    assert_non_null(strstr(questions(), " 6/1/0"));
    assert_int_equal(lease(), 0);
}

/* After a quiet week Telegram's ids may start anew below. */
static void test_after_an_empty_answer_the_offset_is_forgotten(void **state) {
    (void)state;
    will_answer(200, LIST(MESSAGE("5", "1")));
    will_answer(200, LIST(""));
    will_answer(200, LIST(MESSAGE("3", "1")));
    begin();
    WAIT_UNTIL(strstr(questions(), "0/100/50 6/100/50") != NULL);
    push(SECOND);
    WAIT_ASKED("0/100/50 6/100/50 0/100/50 4/100/50");
    assert_int_equal(job_count(), 2);
}

/* --- errors --- */

static void test_failures_grow_the_pause_and_show(void **state) {
    (void)state;
    will_answer(502, "<html>");
    will_answer(503, REFUSAL("503"));
    will_answer(500, REFUSAL("500"));
    will_answer(200, LIST(MESSAGE("5", "1")));
    begin();
    for (uint64_t i = 1; i <= 3; i++) {
        WAIT_UNTIL(counts().failures == i);
        assert_false(ready("updates: unavailable\n"));
        WAIT_UNTIL((push(MINUTE), counts().polls > i));
    }
    WAIT_UNTIL(job_count() == 1);
    assert_int_equal(counts().failures, 3);
    assert_int_equal(atomic_load(&telegram.deletions), 1);
}

static void test_telegram_says_how_long(void **state) {
    (void)state;
    will_answer(429, "{\"ok\":false,\"error_code\":429,\"description\":\"x\",\"parameters\":{\"retry_after\":600}}");
    begin();
    WAIT_UNTIL(counts().failures == 1);
    push(599 * SECOND - MINUTE);
    for (int i = 0; i < 10; i++)
        tg_poll_wake(app.poller->poll);
    assert_string_equal(questions(), "0/100/50");
    WAIT_UNTIL((push(2 * MINUTE), counts().polls == 2));
}

static void test_a_webhook_or_another_poller(void **state) {
    (void)state;
    will_answer(409, REFUSAL("409"));
    begin();
    WAIT_UNTIL(counts().failures == 1);
    WAIT_UNTIL((push(MINUTE), atomic_load(&telegram.deletions) == 2)); /* the lease is still ours: the webhook goes */
    WAIT_ASKED("0/100/50 0/100/50");
}

static void test_a_conflict_shows_that_the_lease_is_gone(void **state) {
    (void)state;
    jobs.hold = true;
    will_answer(200, LIST(MESSAGE("5", "1")));
    will_answer(409, REFUSAL("409"));
    begin();
    WAIT_UNTIL(job_count() == 1);
    set_lease(SELF, OTHER);
    push(SECOND);
    WAIT_UNTIL(counts().failures == 1);
    WAIT_UNTIL((push(SECOND), !counts().lease));
    decide(0);
    WAIT_UNTIL(counts().window == 0);
    assert_true(ready("updates: another copy asks for them\n"));
    assert_int_equal(atomic_load(&telegram.deletions), 1);
    end();
    assert_int_equal(lease(), OTHER);
    assert_string_equal(questions(), "0/100/50 5/100/0"); /* nothing was confirmed for the other */
}

static const char unreadable_two[] = LIST("{\"update_id\":5,\"x\":\"\\ud83d\"},{\"update_id\":6}");
static const char unreadable_one[] = LIST("{\"update_id\":5,\"x\":\"\\ud83d\"}");

static void test_an_update_that_cannot_be_read(void **state) {
    (void)state;
    for (int i = 0; i < 6; i++) /* 100, 50, 25, 12, 6, 3 */
        will_answer(200, unreadable_two);
    will_answer(200, unreadable_one);
    will_answer(200, LIST(MESSAGE("6", "1")));
    begin();
    WAIT_ASKED("0/100/50 0/50/50 0/25/50 0/12/50 0/6/50 0/3/50 0/1/50 6/1/50 7/2/50");
    assert_int_equal(counts().unreadable, 1);
    assert_int_equal(job_count(), 1);
    assert_true(ready("updates: ok\n"));
    int64_t kept = 0;
    assert_int_equal(store_next(app.store, "unread", &kept, NULL), STATUS_OK);
    assert_int_equal(kept, 2); /* the second number: one was kept */
}

/* With something under way the limit leaves room for it. */
static void test_an_unreadable_one_above_the_window(void **state) {
    (void)state;
    jobs.hold = true;
    will_answer(200, LIST(MESSAGE("4", "1")));
    for (int i = 0; i < 7; i++)
        will_answer(200, LIST(MESSAGE("4", "1") ",{\"update_id\":5,\"x\":\"\\ud83d\"}"));
    begin();
    WAIT_UNTIL(job_count() == 1);
    push(SECOND);
    WAIT_UNTIL(counts().unreadable == 1);
    assert_non_null(strstr(questions(), "4/51/0 4/26/0 4/13/0 4/7/0 4/4/0 4/2/0"));
    decide(0);
    WAIT_UNTIL(strstr(questions(), " 6/") != NULL);
}

static void test_a_page_of_somebody_is_no_update(void **state) {
    (void)state;
    for (int i = 0; i < 8; i++)
        will_answer(200, "<html>Sign in to the network</html>");
    will_answer(200, LIST(MESSAGE("5", "1")));
    begin();
    WAIT_UNTIL(counts().failures >= 8);
    assert_int_equal(counts().unreadable, 0);
    WAIT_UNTIL((push(MINUTE), job_count() == 1));
}

static void test_an_answer_that_is_too_long(void **state) {
    (void)state;
    static char text[TG_POLL_BYTES_MAX + 100] = LIST("{\"update_id\":5,\"x\":\"");
    text[strlen(text) - 2] = '\0';
    memset(text + strlen(text), 'x', sizeof(text) - 1 - strlen(text));
    will_answer(200, text);
    will_answer(200, LIST(MESSAGE("5", "1")));
    begin();
    WAIT_ASKED("0/100/50 0/50/50 6/100/50");
    assert_int_equal(job_count(), 1);
}

/* --- the lease --- */

static void test_a_lease_of_another_that_lives(void **state) {
    (void)state;
    set_lease(0, OTHER);
    begin();
    for (int i = 0; i < 5; i++)
        push(2 * SECOND);
    assert_true(ready("updates: another copy asks for them\n"));
    assert_int_equal(api_count(telegram.api), 0);
    set_lease(OTHER, 0); /* given back */
    WAIT_UNTIL((push(2 * SECOND), strcmp(questions(), "0/100/50") == 0));
    assert_int_equal(lease(), SELF);
}

static void test_a_lease_of_the_dead_and_our_own(void **state) {
    (void)state;
    static const int64_t holders[] = {DEAD, SELF};
    for (size_t i = 0; i < COUNT(holders); i++) {
        set_lease(lease(), holders[i]);
        begin();
        WAIT_UNTIL(counts().polls > 0);
        assert_int_equal(lease(), SELF);
        end();
        poller_free(app.poller);
        app.poller = NULL;
    }
}

/* It stood still, like a paused machine: what it holds may be another's. */
static void test_a_silence_ends_the_lease(void **state) {
    (void)state;
    jobs.hold = true;
    will_answer(200, LIST(MESSAGE("5", "1") "," MESSAGE("6", "1")));
    begin();
    WAIT_UNTIL(job_count() == 1);
    atomic_store(&sending_since, INT64_MAX);
    WAIT_UNTIL((push(SECOND), !counts().lease));
    decide(0);
    WAIT_UNTIL(counts().window == 0);
    assert_int_equal(lease(), SELF);
    jobs.hold = false;
    will_answer(200, LIST(MESSAGE("5", "1") "," MESSAGE("6", "1")));
    atomic_store(&sending_since, pushed_clock());
    WAIT_UNTIL((push(SECOND), job_count() == 3)); /* taken anew, from the start */
    assert_true(counts().lease);
    assert_int_equal(atomic_load(&telegram.deletions), 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_the_first_question_and_the_stop),
        CASE(test_an_update_is_confirmed_when_it_is_done),
        CASE(test_a_stop_waits_for_workers_and_confirms_what_is_done),
        CASE(test_after_an_empty_answer_the_offset_is_forgotten),
        CASE(test_failures_grow_the_pause_and_show),
        CASE(test_telegram_says_how_long),
        CASE(test_a_webhook_or_another_poller),
        CASE(test_a_conflict_shows_that_the_lease_is_gone),
        CASE(test_an_update_that_cannot_be_read),
        CASE(test_an_unreadable_one_above_the_window),
        CASE(test_a_page_of_somebody_is_no_update),
        CASE(test_an_answer_that_is_too_long),
        CASE(test_a_lease_of_another_that_lives),
        CASE(test_a_lease_of_the_dead_and_our_own),
        CASE(test_a_silence_ends_the_lease),
    };
    tg_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
