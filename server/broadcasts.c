/* The thread goes round: it looks which broadcasts are this copy's, takes in what came back from the sender, notes it,
 * and hands out more. All about one broadcast is a `run`; nothing in it needs to outlive the process.
 *
 * Recipients are walked by id, rising. In the document stand `cursor` (everybody up to it is dealt with), `done` (above
 * it, dealt with) and `deferred` (up to it, still to be tried again: their chats were held for long). After a crash the
 * next owner goes on from there. */
#include "server/broadcasts.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/queue.h"
#include "core/random.h"
#include "server/broadcast_run.h"
#include "server/copies.h"
#include "server/delivery/delivery.h"
#include "server/thread.h"

enum { LOOK_EVERY = SECOND, POLL_EVERY = 50, LANDED_MAX = BROADCASTS_AT_ONCE * BROADCAST_WINDOW };

static_assert((int)BROADCASTS_AT_ONCE <= (int)DELIVERY_HOLDS, "each has its place");

struct broadcasts {
    struct app *app;
    struct queue *landed;
    pthread_t thread;
    atomic_bool stopping;
    _Atomic int64_t deadline; /* monotonic; of stopping */
    struct run *runs[BROADCASTS_AT_ONCE];
    int64_t next_look; /* monotonic */
    _Atomic uint64_t sent, failed, blocked, deferred;
    _Atomic size_t running;
};

static struct run *find_run(struct broadcasts *broadcasts, int64_t id) {
    for (size_t i = 0; i < BROADCASTS_AT_ONCE; i++)
        if (broadcasts->runs[i] && run_id(broadcasts->runs[i]) == id)
            return broadcasts->runs[i];
    return NULL;
}

static void begin_run(struct broadcasts *broadcasts, int64_t id) {
    for (size_t i = 0; i < BROADCASTS_AT_ONCE; i++)
        if (!broadcasts->runs[i]) {
            delivery_hold(broadcasts->app->delivery, i, id);
            broadcasts->runs[i] = run_new(broadcasts->app, broadcasts->landed, id);
            return;
        }
}

/* Those that this copy owns, running or with something to note for their author: the document says which. */
static void look(struct broadcasts *broadcasts) {
    int64_t ids[2 * BROADCASTS_AT_ONCE];
    size_t count = 0;
    struct error error = {0};
    if (clock_monotonic() < broadcasts->next_look || !copies_may_send(broadcasts->app->copies))
        return;
    broadcasts->next_look = clock_monotonic() + LOOK_EVERY;
    if (store_find(broadcasts->app->store, QUERY_OWED_BROADCASTS, copies_self(broadcasts->app->copies), INT64_MIN, ids,
                   sizeof(ids) / sizeof(ids[0]), &count, &error) != STATUS_OK)
        return;
    for (size_t i = 0; i < count; i++)
        if (!find_run(broadcasts, ids[i]))
            begin_run(broadcasts, ids[i]);
}

static void count_run(struct broadcasts *broadcasts, struct run *run) {
    struct broadcast_counts counts = run_take_counts(run);
    atomic_fetch_add(&broadcasts->sent, counts.sent);
    atomic_fetch_add(&broadcasts->failed, counts.failed);
    atomic_fetch_add(&broadcasts->blocked, counts.blocked);
    atomic_fetch_add(&broadcasts->deferred, counts.deferred);
}

static void go_round(struct broadcasts *broadcasts, bool stopping) {
    size_t running = 0;
    for (size_t i = 0; i < BROADCASTS_AT_ONCE; i++) {
        struct run *run = broadcasts->runs[i];
        if (!run)
            continue;
        bool go_on = run_step(run, stopping);
        count_run(broadcasts, run);
        running += go_on;
        if (go_on)
            continue;
        delivery_hold(broadcasts->app->delivery, i, 0);
        delivery_notify(broadcasts->app->delivery, COLLECTION_BROADCASTS, run_id(run));
        run_free(run);
        broadcasts->runs[i] = NULL;
    }
    atomic_store(&broadcasts->running, running);
}

/* What came back from the sender; waits a little for the first. */
static void take_landed(struct broadcasts *broadcasts) {
    void *item;
    for (int64_t wait = POLL_EVERY; queue_pop(broadcasts->landed, wait, &item) == STATUS_OK; wait = 0) {
        struct sending *sending = item;
        struct run *run = find_run(broadcasts, sending->broadcast);
        if (run)
            run_land(run, sending);
        free(sending);
    }
}

static void *run_thread(void *context) {
    struct broadcasts *broadcasts = context;
    for (;;) {
        bool stopping = atomic_load(&broadcasts->stopping);
        take_landed(broadcasts);
        if (!stopping)
            look(broadcasts);
        go_round(broadcasts, stopping);
        if (stopping &&
            (atomic_load(&broadcasts->running) == 0 || clock_monotonic() >= atomic_load(&broadcasts->deadline)))
            return NULL;
    }
}

enum status broadcasts_new(struct app *app, struct broadcasts **ret_broadcasts, struct error *error) {
    struct broadcasts *broadcasts = mem_alloc(sizeof(*broadcasts));
    broadcasts->app = app;
    broadcasts->landed = queue_new(LANDED_MAX);
    enum status status = thread_start(&broadcasts->thread, "broadcasts", run_thread, broadcasts, error);
    if (status != STATUS_OK) {
        queue_free(broadcasts->landed);
        free(broadcasts);
        return status;
    }
    *ret_broadcasts = broadcasts;
    return STATUS_OK;
}

void broadcasts_stop(struct broadcasts *broadcasts, int64_t wait) {
    atomic_store(&broadcasts->deadline, clock_monotonic() + wait);
    atomic_store(&broadcasts->stopping, true);
    pthread_join(broadcasts->thread, NULL);
}

void broadcasts_free(struct broadcasts *broadcasts) {
    void *item;
    if (!broadcasts)
        return;
    queue_close(broadcasts->landed);
    while (queue_pop(broadcasts->landed, 0, &item) == STATUS_OK)
        free(item);
    for (size_t i = 0; i < BROADCASTS_AT_ONCE; i++)
        run_free(broadcasts->runs[i]);
    queue_free(broadcasts->landed);
    free(broadcasts);
}

void broadcasts_count(struct broadcasts *broadcasts, struct broadcast_counts *ret_counts) {
    *ret_counts = (struct broadcast_counts){.sent = atomic_load(&broadcasts->sent),
                                            .failed = atomic_load(&broadcasts->failed),
                                            .blocked = atomic_load(&broadcasts->blocked),
                                            .deferred = atomic_load(&broadcasts->deferred),
                                            .running = atomic_load(&broadcasts->running)};
}
