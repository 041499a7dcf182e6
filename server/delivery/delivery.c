/* How a document's debts are brought to Telegram.
 *
 * A job is a document being worked on, kept by one delivery thread. `pump` loads the document anew and starts what can
 * be started: for each chat the first item that is due, and after the items the chat's card. Each such sending is a
 * flight; when the sender gives its result back, the thread notes it in the document (settle) and pumps again. Nothing
 * about a debt is kept in memory but the flights, so that a crash, an adoption or a forgotten job loses nothing: the
 * sweep finds the document again.
 *
 * What has arrived together is worked on together: the flights of a document that landed meanwhile are noted in one
 * write, which lets the document go where nothing else is owed. The busier the bot, the fewer writes a message costs.
 *
 * Answers to callback queries fly in lanes of their own: nobody waits for them, and they wait for nobody. */
#include "server/delivery/internal.h"

#include <stdlib.h>
#include <utlist.h>

#include "core/arena.h"
#include "core/clock.h"
#include "server/thread.h"

enum { NOTICES_MAX = 4096, PUMP_ARENA_MAX = 16 << 20, POLL_EVERY = 100, ARRIVALS_MAX = 64, WAKE_WITHIN = 10 * SECOND };

/* What arrives at a thread: a notice of a document, or a flight that has landed. */
struct arrival {
    struct key key;
    struct flight *landed; /* NULL: a notice */
};

bool delivery_drained(const struct delivery *delivery) {
    return atomic_load(&delivery->stopping) && clock_monotonic() >= atomic_load(&delivery->deadline);
}

/* --- arrivals --- */

static enum status post(struct line *line, struct key key, struct flight *landed) {
    struct arrival *arrival = mem_alloc(sizeof(*arrival));
    *arrival = (struct arrival){key, landed};
    enum status status = landed ? queue_push_always(line->queue, arrival) : queue_push(line->queue, arrival);
    if (status)
        free(arrival);
    return status;
}

/* On the sender's thread. After the threads have ended nobody takes it: the item is still owed. */
void delivery_landed(void *context, const struct sender_result *result) {
    struct flight *flight = context;
    flight_note(flight, result);
    if (post(flight->line, (struct key){flight->id, flight->collection}, flight))
        flight_free(flight);
}

void delivery_notify(struct delivery *delivery, enum collection collection, int64_t id) {
    struct line *line = &delivery->lines[(uint64_t)id * 0x9E3779B97F4A7C15U >> 32 & (DELIVERY_THREADS - 1)];
    if (post(line, (struct key){id, collection}, NULL))
        atomic_fetch_add(&delivery->dropped, 1);
}

/* --- the thread --- */

static bool same_key(struct key a, struct key b) {
    return a.id == b.id && a.collection == b.collection;
}

/* One time for each document: the earliest. The later ones are found when it is looked at then. */
void line_wake_at(struct line *line, struct key key, int64_t at) {
    size_t i = 0;
    if (at > clock_now() + WAKE_WITHIN)
        return;
    while (i < line->wake_count && !same_key(line->wakes[i].key, key))
        i++;
    if (i == WAKES_MAX)
        return;
    if (i == line->wake_count)
        line->wakes[line->wake_count++] = (struct wake){key, at};
    else if (at < line->wakes[i].at)
        line->wakes[i].at = at;
}

static void make_due(struct line *line, struct job *job) {
    if (!job->due)
        LL_APPEND(line->due, job);
    job->due = true;
}

static void notice(struct line *line, struct key key) {
    struct job *job = job_add(line, key);
    if (!job)
        return; /* one document too many: the sweep finds it */
    job->noticed = true;
    make_due(line, job);
}

static void wake(struct line *line) {
    int64_t now = line->wake_count > 0 ? clock_now() : 0;
    for (size_t i = line->wake_count; i-- > 0;) {
        struct key key = line->wakes[i].key;
        if (line->wakes[i].at > now)
            continue;
        line->wakes[i] = line->wakes[--line->wake_count];
        notice(line, key);
    }
}

/* Puts an arrival with its job. */
static void sort_in(struct line *line, const struct arrival *arrival) {
    if (!arrival->landed) {
        notice(line, arrival->key);
        return;
    }
    struct job *job = job_find(line, arrival->key);
    job_remove_flight(job, arrival->landed);
    LL_APPEND(job->landed, arrival->landed);
    make_due(line, job);
}

/* Nothing is to be started where all that is owed is in flight. */
static void work_on(struct line *line, struct job *job) {
    bool noticed = job->noticed, released = job->landed && job_land(line, job);
    job->due = job->noticed = false;
    if (released && !noticed)
        job_drop(line, job);
    else if (noticed || job->grounded > 0 || !job->flights)
        job_pump(line, job);
}

/* The first arrival is waited for. STOPPED: there will be none. */
static enum status take_arrivals(struct line *line) {
    void *arrival = NULL;
    enum status status = queue_pop(line->queue, POLL_EVERY, &arrival), first = status;
    for (size_t i = 1; status == STATUS_OK; i++) {
        sort_in(line, arrival);
        free(arrival);
        status = i < ARRIVALS_MAX ? queue_pop(line->queue, 0, &arrival) : STATUS_FULL;
    }
    return first;
}

static void *run(void *context) {
    struct line *line = context;
    while (take_arrivals(line) != STATUS_STOPPED) {
        struct job *job;
        wake(line);
        while ((job = line->due)) {
            LL_DELETE(line->due, job);
            work_on(line, job);
        }
        bool idle = HASH_COUNT(line->jobs) == 0 && queue_length(line->queue) == 0;
        if (delivery_drained(line->delivery) || (idle && atomic_load(&line->delivery->stopping)))
            break;
    }
    return NULL;
}

/* What is left at the end is forgotten; all of it is still owed. Flights that are under way come back after this as
 * STOPPED and free themselves. */
static void empty(struct line *line) {
    void *arrival;
    queue_close(line->queue);
    while (queue_pop(line->queue, 0, &arrival) == STATUS_OK) {
        struct flight *flight = ((struct arrival *)arrival)->landed;
        struct job *job = flight ? job_find(line, ((struct arrival *)arrival)->key) : NULL;
        if (job)
            job_remove_flight(job, flight);
        flight_free(flight);
        free(arrival);
    }
    struct job *job, *next;
    HASH_ITER(hh, line->jobs, job, next) {
        job->flights = NULL;
        job_drop(line, job);
    }
}

enum status delivery_new(struct app *app, struct delivery **ret_delivery, struct error *error) {
    struct delivery *delivery = mem_alloc(sizeof(*delivery));
    delivery->app = app;
    for (size_t i = 0; i < DELIVERY_THREADS; i++) {
        struct line *line = &delivery->lines[i];
        *line = (struct line){.delivery = delivery,
                              .queue = queue_new(NOTICES_MAX),
                              .arena = arena_new(PUMP_ARENA_MAX),
                              .scratch = arena_new(PUMP_ARENA_MAX)};
        enum status status = thread_start(&line->thread, "delivery", run, line, error);
        if (status) {
            delivery->started = i;
            delivery_stop(delivery, 0);
            delivery_free(delivery);
            return status;
        }
        delivery->started = i + 1;
    }
    *ret_delivery = delivery;
    return STATUS_OK;
}

void delivery_stop(struct delivery *delivery, int64_t wait) {
    atomic_store(&delivery->deadline, clock_monotonic() + wait);
    atomic_store(&delivery->stopping, true);
    for (size_t i = 0; i < delivery->started; i++)
        pthread_join(delivery->lines[i].thread, NULL);
    for (size_t i = 0; i < delivery->started; i++)
        empty(&delivery->lines[i]);
}

void delivery_free(struct delivery *delivery) {
    if (!delivery)
        return;
    for (size_t i = 0; i < DELIVERY_THREADS; i++) {
        queue_free(delivery->lines[i].queue);
        arena_free(delivery->lines[i].arena);
        arena_free(delivery->lines[i].scratch);
    }
    free(delivery);
}

void delivery_hold(struct delivery *delivery, size_t place, int64_t id) {
    atomic_store(&delivery->holds[place], id);
}

bool delivery_holds(const struct delivery *delivery, int64_t id) {
    for (size_t i = 0; i < DELIVERY_HOLDS; i++)
        if (atomic_load(&delivery->holds[i]) == id)
            return true;
    return false;
}

void delivery_count(struct delivery *delivery, struct delivery_counts *ret_counts) {
    *ret_counts = (struct delivery_counts){.items = atomic_load(&delivery->items),
                                           .cards = atomic_load(&delivery->cards),
                                           .dropped = atomic_load(&delivery->dropped),
                                           .settle_conflicts = atomic_load(&delivery->settle_conflicts),
                                           .documents = atomic_load(&delivery->documents)};
}
