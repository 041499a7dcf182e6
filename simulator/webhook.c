#include "simulator/webhook.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utlist.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/clock.h"
#include "core/random.h"
#include "simulator/api.h"
#include "simulator/load.h"
#include "simulator/sim.h"

enum {
    ANSWER_MAX = 1 << 20,
    POST_TIMEOUT = 60 * SECOND,
    RETRY_MAX = 60 * SECOND,
    RETRY_AFTER_MAX = 3600,
    IDLE_WAIT = 1000
};

struct post {
    CURL *easy;
    struct curl_slist *headers;
    struct buffer answer;
    char *body; /* owned */
    int64_t update_id;
    size_t index;
    struct post *prev, *next;
};

struct delivery {
    pthread_t thread;
    CURLM *multi;
    struct sim *sim;
    struct post *posts;
    int64_t in_flight;
};

static size_t on_answer(char *data, size_t size, size_t count, void *context) {
    struct post *post = context;
    buffer_add_bytes(&post->answer, data, size * count);
    return size * count;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value) {
    char line[SECRET_MAX + 64];
    (void)snprintf(line, sizeof(line), "%s: %s", name, value);
    struct curl_slist *grown = curl_slist_append(list, line);
    if (!grown)
        mem_die("curl_slist_append");
    return grown;
}

/* The headers of W:525 in that order, and no others; Host comes first from curl itself. */
static struct curl_slist *make_headers(const char *secret, size_t length) {
    char number[32];
    struct curl_slist *list = NULL;
    (void)snprintf(number, sizeof(number), "%zu", length);
    if (*secret)
        list = add_header(list, "X-Telegram-Bot-Api-Secret-Token", secret);
    list = add_header(list, "Content-Type", "application/json");
    list = add_header(list, "Content-Length", number);
    list = add_header(list, "Connection", "keep-alive");
    list = add_header(list, "Accept-Encoding", "gzip, deflate");
    list = curl_slist_append(list, "Accept:");
    return curl_slist_append(list, "Expect:");
}

static struct post *post_new(const char *url, const char *secret, char *body) {
    struct post *post = mem_alloc(sizeof(*post));
    post->body = body;
    buffer_init(&post->answer, ANSWER_MAX);
    post->easy = curl_easy_init();
    if (!post->easy)
        mem_die("curl_easy_init");
    post->headers = make_headers(secret, strlen(body));
    curl_easy_setopt(post->easy, CURLOPT_URL, url);
    curl_easy_setopt(post->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(post->easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(post->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    curl_easy_setopt(post->easy, CURLOPT_HTTPHEADER, post->headers);
    curl_easy_setopt(post->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(post->easy, CURLOPT_TIMEOUT_MS, (long)POST_TIMEOUT);
    curl_easy_setopt(post->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(post->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(post->easy, CURLOPT_SSL_VERIFYPEER, 0L); /* a local server's certificate is its own */
    curl_easy_setopt(post->easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(post->easy, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(post->easy, CURLOPT_WRITEDATA, post);
    curl_easy_setopt(post->easy, CURLOPT_PRIVATE, post);
    return post;
}

static void post_free(struct post *post) {
    curl_easy_cleanup(post->easy);
    curl_slist_free_all(post->headers);
    buffer_free(&post->answer);
    free(post->body);
    free(post);
}

/* ---- delivery: the choice ---- */

struct seen_queue {
    int64_t id;
    UT_hash_handle hh;
};

static bool see_queue(struct seen_queue **seen, int64_t id) {
    struct seen_queue *entry = NULL;
    HASH_FIND(hh, *seen, &id, sizeof(id), entry);
    if (entry)
        return false;
    entry = mem_alloc(sizeof(*entry));
    entry->id = id;
    HASH_ADD(hh, *seen, id, sizeof(entry->id), entry);
    return true;
}

static void forget_queues(struct seen_queue **seen) {
    struct seen_queue *entry, *next;
    HASH_ITER(hh, *seen, entry, next) {
        HASH_DEL(*seen, entry);
        free(entry);
    }
}

static void start_post(struct delivery *delivery, struct update *update) {
    struct sim *sim = delivery->sim;
    struct post *post = post_new(sim->webhook.url, sim->webhook.secret, mem_strdup(update->body));
    post->update_id = update->id;
    update->in_flight = true;
    update->posted_at = load_clock();
    DL_APPEND(delivery->posts, post);
    delivery->in_flight++;
    curl_multi_add_handle(delivery->multi, post->easy);
}

/* Starts what may go now; the time of the next one that must wait, or `until`. */
static int64_t start_ready(struct delivery *delivery, int64_t until) {
    struct sim *sim = delivery->sim;
    struct update *update, *next;
    struct seen_queue *seen = NULL;
    int64_t now = clock_monotonic(), window = 2 * sim->webhook.max_connections;
    DL_FOREACH_SAFE(sim->updates.waiting, update, next) {
        if (window-- == 0)
            break;
        if (!update->in_flight && update->expires_at <= now) {
            sim->updates.dropped++;
            updates_settle(&sim->updates, update);
            sim_changed(sim);
            continue;
        }
        if (!see_queue(&seen, update->queue) || update->in_flight)
            continue;
        if (update->wake_at > now)
            until = update->wake_at < until ? update->wake_at : until;
        else if (delivery->in_flight < sim->webhook.max_connections)
            start_post(delivery, update);
    }
    forget_queues(&seen);
    return until;
}

/* ---- delivery: the outcome ---- */

static int64_t retry_delay(struct update *update, int64_t retry_after) {
    if (retry_after > 0)
        return (retry_after > RETRY_AFTER_MAX ? RETRY_AFTER_MAX : retry_after) * SECOND;
    if (update->failures == 0)
        return 0;
    int64_t most = RETRY_MAX + random_below(RETRY_MAX);
    int64_t doubled = (update->delay ? update->delay : SECOND) * 2;
    update->delay = doubled < most ? doubled : most;
    return update->delay;
}

static bool is_taken(long status) {
    return status >= 200 && status < 300;
}

/* In how many ms it is tried again, -1: never. */
static int64_t on_failure(struct sim *sim, struct update *update, long status, int64_t retry_after,
                          const char *reason) {
    int64_t now = clock_monotonic();
    sim->updates.failed_attempts++;
    sim->webhook.last_error_at = clock_now() / SECOND;
    if (status)
        (void)snprintf(sim->webhook.last_error, sizeof(sim->webhook.last_error),
                       "Wrong response from the webhook: %ld %s", status, reason);
    else
        (void)snprintf(sim->webhook.last_error, sizeof(sim->webhook.last_error), "%s", reason);
    int64_t delay = (int64_t)((double)retry_delay(update, retry_after) * sim->retry_scale);
    if (now + delay > update->expires_at) {
        sim->updates.dropped++;
        updates_settle(&sim->updates, update);
        return -1;
    }
    update->failures++;
    update->wake_at = now + delay;
    return delay;
}

/* "A method in the webhook response" (W:618): its result and its errors go nowhere. */
static void run_answer(struct sim *sim, struct post *post) {
    const char *type = NULL;
    curl_easy_getinfo(post->easy, CURLINFO_CONTENT_TYPE, &type);
    if (!type || post->answer.length == 0)
        return;
    struct params *params = params_new();
    if (strncasecmp(type, "application/json", 16) == 0)
        params_add_json(params, post->answer.data, post->answer.length);
    else if (strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0)
        params_add_urlencoded(params, post->answer.data, post->answer.length);
    if (api_allowed_in_answer(params_text(params, "method"))) {
        struct api_answer answer = {0};
        api_run(sim, params_text(params, "method"), params, &answer);
        api_answer_free(&answer);
    }
    params_free(params);
}

static const char *failure_reason(CURLcode result, long status) {
    if (status)
        return "";
    switch (result) {
    case CURLE_COULDNT_CONNECT:
        return "Connection refused";
    case CURLE_OPERATION_TIMEDOUT:
        return "Read timeout expired";
    default:
        return "Webhook connection closed";
    }
}

static void settle_post(struct sim *sim, struct update *update, long status, int64_t retry_after, const char *reason) {
    struct attempt attempt = {.update_id = update->id,
                              .number = ++update->attempts,
                              .status = status,
                              .error = status ? NULL : reason,
                              .ms = (load_clock() - update->posted_at) / 1000,
                              .retry_in = -1};
    update->in_flight = false;
    if (is_taken(status)) {
        sim->updates.delivered++;
        load_on_taken(sim, update);
        updates_settle(&sim->updates, update);
    } else {
        attempt.retry_in = on_failure(sim, update, status, retry_after, reason);
    }
    journal_attempt(&sim->journal, &attempt);
}

static void finish_post(struct delivery *delivery, struct post *post, CURLcode result) {
    struct sim *sim = delivery->sim;
    long status = 0;
    curl_off_t retry_after = 0;
    if (result == CURLE_OK) {
        curl_easy_getinfo(post->easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(post->easy, CURLINFO_RETRY_AFTER, &retry_after);
    }
    curl_multi_remove_handle(delivery->multi, post->easy);
    if (is_taken(status))
        run_answer(sim, post);
    sim_lock(sim);
    struct update *update = updates_find(&sim->updates, post->update_id);
    if (update && update->waiting)
        settle_post(sim, update, status, retry_after, failure_reason(result, status));
    sim_changed(sim);
    sim_unlock(sim);
    DL_DELETE(delivery->posts, post);
    delivery->in_flight--;
    post_free(post);
}

/* Whether something ended, so that there may be more to start. */
static bool collect(struct delivery *delivery) {
    CURLMsg *message;
    int left;
    bool any = false;
    while ((message = curl_multi_info_read(delivery->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct post *post = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&post);
        finish_post(delivery, post, message->data.result);
        any = true;
    }
    return any;
}

static void *run(void *context) {
    struct delivery *delivery = context;
    struct sim *sim = delivery->sim;
    int running;
    while (true) {
        sim_lock(sim);
        int64_t until = clock_monotonic() + IDLE_WAIT;
        bool stopping = sim->stopping;
        if (!stopping && *sim->webhook.url && !sim->webhook.paused)
            until = start_ready(delivery, until);
        sim_unlock(sim);
        if (stopping)
            break;
        curl_multi_perform(delivery->multi, &running);
        if (collect(delivery))
            continue;
        int64_t wait = until - clock_monotonic();
        curl_multi_poll(delivery->multi, NULL, 0, (int)(wait < 0 ? 0 : wait > IDLE_WAIT ? IDLE_WAIT : wait), NULL);
    }
    return NULL;
}

enum status delivery_start(struct sim *sim) {
    struct delivery *delivery = mem_alloc(sizeof(*delivery));
    delivery->sim = sim;
    delivery->multi = curl_multi_init();
    if (!delivery->multi) {
        free(delivery);
        return STATUS_UNAVAILABLE;
    }
    curl_multi_setopt(delivery->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
    sim->delivery = delivery;
    if (pthread_create(&delivery->thread, NULL, run, delivery) != 0) {
        sim->delivery = NULL;
        curl_multi_cleanup(delivery->multi);
        free(delivery);
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

void delivery_stop(struct sim *sim) {
    struct delivery *delivery = sim->delivery;
    struct post *post, *next;
    pthread_join(delivery->thread, NULL);
    DL_FOREACH_SAFE(delivery->posts, post, next) {
        curl_multi_remove_handle(delivery->multi, post->easy);
        post_free(post);
    }
    sim->delivery = NULL;
    curl_multi_cleanup(delivery->multi);
    free(delivery);
}

void delivery_wake(struct delivery *delivery) {
    curl_multi_wakeup(delivery->multi);
}

/* ---- direct posts ---- */

static void post_all(CURLM *multi, struct post **posts, size_t count, long ret_statuses[]) {
    int running = 0;
    for (size_t i = 0; i < count; i++)
        curl_multi_add_handle(multi, posts[i]->easy);
    do {
        curl_multi_perform(multi, &running);
        if (running)
            curl_multi_poll(multi, NULL, 0, IDLE_WAIT, NULL);
    } while (running);
    for (size_t i = 0; i < count; i++) {
        curl_multi_remove_handle(multi, posts[i]->easy);
        curl_easy_getinfo(posts[i]->easy, CURLINFO_RESPONSE_CODE, &ret_statuses[i]);
        post_free(posts[i]);
    }
}

void webhook_post(const char *url, const char *secret, const char *body, size_t times, bool parallel,
                  long ret_statuses[]) {
    struct post *posts[POST_TIMES_MAX];
    CURLM *multi = curl_multi_init();
    if (!multi)
        mem_die("curl_multi_init");
    size_t step = parallel ? times : 1;
    for (size_t done = 0; done < times; done += step) {
        for (size_t i = 0; i < step; i++)
            posts[i] = post_new(url, secret, mem_strdup(body));
        post_all(multi, posts, step, ret_statuses + done);
    }
    curl_multi_cleanup(multi);
}
