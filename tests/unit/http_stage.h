/* tests/unit/http_stage: the HTTP server with the other parts played by the test. It defines their functions, so that a
 * test program includes it once and links none of them. */
#ifndef TESTS_UNIT_HTTP_STAGE_H
#define TESTS_UNIT_HTTP_STAGE_H

#include "tests/unit/unit.h"

#include "tests/unit/http_client.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "server/delivery/delivery.h"
#include "server/health.h"
#include "server/http.h"
#include "server/workers.h"

#define SECRET "the_secret"

enum { HELD_MAX = 8 };

/* ---- the other parts, played ---- */

enum play { PLAY_TAKE, PLAY_LATER, PLAY_FULL, PLAY_HOLD, PLAY_THREAD };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum play play;
    size_t submitted, length;
    char start[64]; /* of the last body */
    update_done *done[HELD_MAX];
    void *contexts[HELD_MAX];
    size_t held;
    enum status ping;
    struct sender_counts sender;
} stage = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static update_done *thread_done;

static void *answer_later(void *context) {
    thread_done(context, VERDICT_TAKEN);
    return NULL;
}

static void answer_on_a_thread(update_done *done, void *context) {
    pthread_t thread;
    thread_done = done;
    assert_int_equal(pthread_create(&thread, NULL, answer_later, context), 0);
    pthread_detach(thread);
}

enum status workers_submit(struct workers *workers, const char *json, size_t length, update_done *done, void *context) {
    (void)workers;
    pthread_mutex_lock(&stage.lock);
    stage.submitted++;
    stage.length = length;
    (void)snprintf(stage.start, sizeof(stage.start), "%s", json);
    const enum play play = stage.play;
    if (play == PLAY_HOLD && stage.held < HELD_MAX) {
        stage.done[stage.held] = done;
        stage.contexts[stage.held++] = context;
    }
    pthread_cond_broadcast(&stage.changed);
    pthread_mutex_unlock(&stage.lock);
    if (play == PLAY_FULL)
        return STATUS_FULL;
    if (play == PLAY_THREAD)
        answer_on_a_thread(done, context);
    else if (play != PLAY_HOLD)
        done(context, play == PLAY_TAKE ? VERDICT_TAKEN : VERDICT_LATER);
    return STATUS_OK;
}

void workers_count(struct workers *workers, struct worker_counts *ret_counts) {
    (void)workers;
    *ret_counts = (struct worker_counts){.results = {[UPDATE_HANDLED] = 7}, .waiting = 3};
}

void delivery_count(struct delivery *delivery, struct delivery_counts *ret_counts) {
    (void)delivery;
    *ret_counts = (struct delivery_counts){.items = 11};
}

void sender_count(struct sender *sender, struct sender_counts *ret_counts) {
    (void)sender;
    pthread_mutex_lock(&stage.lock);
    *ret_counts = stage.sender;
    pthread_mutex_unlock(&stage.lock);
}

enum status store_ping(struct store *store, struct error *error) {
    (void)store;
    pthread_mutex_lock(&stage.lock);
    const enum status status = stage.ping;
    pthread_mutex_unlock(&stage.lock);
    return status == STATUS_OK ? STATUS_OK : error_set(error, status, "played");
}

void store_count(struct store *store, struct store_counts *ret_counts) {
    (void)store;
    *ret_counts = (struct store_counts){.writes = 13};
}

const char *store_kind(const struct store *store) {
    (void)store;
    return "played";
}

/* ---- the desk ---- */

struct desk {
    struct settings settings;
    struct app app;
    int port;
    bool quiesced, stopped;
};

/* The parts that are played are never looked into: any address will do. */
static void set_the_stage(struct desk *desk) {
    stage.play = PLAY_TAKE;
    stage.submitted = stage.held = 0;
    stage.ping = STATUS_OK;
    stage.sender = (struct sender_counts){0};
    desk->app.workers = (struct workers *)desk;
    desk->app.store = (struct store *)desk;
    desk->app.sender = (struct sender *)desk;
    desk->app.delivery = (struct delivery *)desk;
}

static int enter(void **state) {
    struct desk *desk = calloc(1, sizeof(*desk));
    struct error error = {0};
    log_setup(LOG_ERROR, LOG_FORMAT_TEXT);
    desk->settings =
        (struct settings){.listen_host = "127.0.0.1", .webhook_path = "/hook", .webhook_secret = SECRET, .workers = 1};
    desk->app.settings = &desk->settings;
    desk->app.started = clock_monotonic();
    set_the_stage(desk);
    *state = desk;
    struct http *http = NULL;
    if (health_new(&desk->app, &desk->app.health, &error) != STATUS_OK ||
        http_new(&desk->app, &http, &desk->port, &error) != STATUS_OK) {
        print_error("%s\n", error.text);
        return -1;
    }
    desk->app.http = http;
    return 0;
}

static int leave(void **state) {
    struct desk *desk = *state;
    if (!desk->quiesced)
        http_quiesce(desk->app.http);
    if (!desk->stopped)
        http_stop(desk->app.http);
    http_free(desk->app.http);
    health_free(desk->app.health);
    free(desk);
    return 0;
}

/* ---- what is said ---- */

static inline struct reply *ask(const struct desk *desk, const char *text) {
    static struct reply reply;
    const int client = dial(desk->port);
    say(client, text);
    hear(client, strncmp(text, "HEAD", 4) != 0, &reply);
    close(client);
    return &reply;
}

#define HOST   "Host: bot.example.org\r\n"
#define TOKEN  "X-Telegram-Bot-Api-Secret-Token: " SECRET "\r\n"
#define JSON   "Content-Type: application/json\r\n"
#define UPDATE "{\"update_id\":1,\n\"x\":{}}"
#define LENGTH "Content-Length: 23\r\n"
#define GOOD   "POST /hook HTTP/1.1\r\n" HOST TOKEN JSON LENGTH "\r\n" UPDATE

#endif
