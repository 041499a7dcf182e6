#include "server/health.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/log.h"
#include "server/alerts.h"
#include "server/copies.h"
#include "server/poller.h"
#include "server/thread.h"
#include "server/watch.h"

enum { ASK_EVERY = SECOND, ANSWER_AGE_MAX = 2500, FAILURE_AGE_MAX = MINUTE, REFRESH_EVERY = 20 * SECOND };

struct health {
    struct app *app;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int64_t next_refresh; /* monotonic; the thread's own */
    bool ended;           /* under lock */
    int64_t answered;     /* monotonic ms of the database's last answer, good or bad; under lock */
    enum status database; /* that answer; under lock */
    atomic_bool stopping;
};

static void note(struct health *health, enum status status, const struct error *error) {
    pthread_mutex_lock(&health->lock);
    const bool changed = health->database != status;
    health->database = status;
    health->answered = clock_monotonic();
    pthread_mutex_unlock(&health->lock);
    if (changed && status == STATUS_OK)
        log_info("database answers", LOG_TEXT("kind", store_kind(health->app->store)));
    else if (changed)
        log_error("database does not answer", LOG_TEXT("status", status_name(status)), LOG_TEXT("cause", error->text));
}

/* Whether to go on after the pause. */
static bool rest(struct health *health) {
    pthread_mutex_lock(&health->lock);
    const struct timespec until = thread_deadline(ASK_EVERY);
    while (!health->ended && pthread_cond_timedwait(&health->wake, &health->lock, &until) == 0)
        continue;
    const bool go_on = !health->ended;
    pthread_mutex_unlock(&health->lock);
    return go_on;
}

/* The super-admins are remembered for the time when the database cannot be asked. */
static void refresh_alerts(struct health *health) {
    struct error error = {0};
    if (clock_monotonic() < health->next_refresh || !health->app->alerts)
        return;
    health->next_refresh = clock_monotonic() + REFRESH_EVERY;
    if (alerts_refresh(health->app->alerts, &error) != STATUS_OK)
        log_warning("the super-admins could not be read", LOG_TEXT("cause", error.text));
}

/* A database that answers and takes no writes is no better: the beat is a write every two seconds. */
static bool can_write(struct health *health) {
    return !health->app->watch || copies_may_send(health->app->copies);
}

static void *run(void *context) {
    struct health *health = context;
    do {
        struct error error = {0};
        const enum status status = store_ping(health->app->store, &error);
        note(health, status, &error);
        watch_look(health->app->watch, status == STATUS_OK && can_write(health), clock_monotonic());
        if (status == STATUS_OK)
            refresh_alerts(health);
    } while (rest(health));
    return NULL;
}

enum status health_new(struct app *app, struct health **ret_health, struct error *error) {
    struct health *health = mem_alloc(sizeof(*health));
    health->app = app;
    health->answered = clock_monotonic(); /* the store was opened just now */
    pthread_mutex_init(&health->lock, NULL);
    thread_cond_init(&health->wake);
    enum status status = thread_start(&health->thread, "health", run, health, error);
    if (status != STATUS_OK) {
        pthread_cond_destroy(&health->wake);
        pthread_mutex_destroy(&health->lock);
        free(health);
        return status;
    }
    *ret_health = health;
    return STATUS_OK;
}

static enum status database_state(struct health *health) {
    pthread_mutex_lock(&health->lock);
    const enum status status = health->database;
    const int64_t age = clock_monotonic() - health->answered;
    pthread_mutex_unlock(&health->lock);
    return age > ANSWER_AGE_MAX ? STATUS_TIMEOUT : status;
}

static enum status telegram_state(struct health *health) {
    struct sender_counts counts;
    sender_count(health->app->sender, &counts);
    const bool failing =
        counts.last_failure > counts.last_success && clock_monotonic() - counts.last_failure < FAILURE_AGE_MAX;
    return failing ? STATUS_UNAVAILABLE : STATUS_OK;
}

bool health_ready(struct health *health, struct buffer *lines) {
    const enum status database = database_state(health), telegram = telegram_state(health);
    buffer_add_format(lines, "database: %s\ntelegram: %s\n", status_name(database), status_name(telegram));
    bool taking = true;
    if (health->app->poller)
        taking = poller_ready(health->app->poller, lines);
    const bool stopping = atomic_load(&health->stopping);
    if (stopping)
        buffer_add(lines, "stopping\n");
    return database == STATUS_OK && telegram == STATUS_OK && taking && !stopping;
}

void health_stopping(struct health *health) {
    atomic_store(&health->stopping, true);
}

void health_free(struct health *health) {
    if (!health)
        return;
    pthread_mutex_lock(&health->lock);
    health->ended = true;
    pthread_cond_signal(&health->wake);
    pthread_mutex_unlock(&health->lock);
    pthread_join(health->thread, NULL);
    pthread_cond_destroy(&health->wake);
    pthread_mutex_destroy(&health->lock);
    free(health);
}
