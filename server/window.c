/* An update's state is the only thing that the workers' threads touch: once they have set it, the entry is ours. */
#include "server/window.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/workers.h"

enum { RETRY_SECOND = 2 * SECOND }; /* the first retry is at once, as Telegram's is (WebhookActor.cpp) */

enum state { WAITING, IN_FLIGHT, PUT_OFF, DONE };

struct entry {
    struct window *window;
    int64_t id, queue;
    char *json; /* NULL: passed over */
    size_t length;
    atomic_int state;
    int64_t delay, due; /* of the next try; due: monotonic */
};

struct window {
    struct app *app;
    void (*wake)(void *context);
    void *context;
    struct entry *entries[WINDOW_MAX]; /* in the order of their coming */
    size_t count;
    int64_t last;
};

struct window *window_new(struct app *app, void (*wake)(void *context), void *context) {
    struct window *window = mem_alloc(sizeof(*window));
    *window = (struct window){.app = app, .wake = wake, .context = context};
    return window;
}

static void entry_free(struct entry *entry) {
    free(entry->json);
    free(entry);
}

void window_clear(struct window *window) {
    for (size_t i = 0; i < window->count; i++)
        entry_free(window->entries[i]);
    window->count = 0;
    window->last = 0;
}

void window_free(struct window *window) {
    if (!window)
        return;
    window_clear(window);
    free(window);
}

static enum state state_of(const struct entry *entry) {
    return (enum state)atomic_load(&entry->state);
}

/* ---- taking ---- */

static bool is_known(const struct window *window, int64_t id) {
    for (size_t i = 0; i < window->count; i++)
        if (window->entries[i]->id == id)
            return true;
    return false;
}

static struct entry *add(struct window *window, int64_t id) {
    struct entry *entry = mem_alloc(sizeof(*entry));
    entry->window = window;
    entry->id = id;
    window->entries[window->count++] = entry;
    window->last = id > window->last ? id : window->last;
    return entry;
}

size_t window_add(struct window *window, const struct tg_updates *updates) {
    size_t added = 0;
    for (size_t i = 0; i < updates->count && window->count < WINDOW_MAX; i++) {
        const struct tg_raw_update *update = &updates->items[i];
        if (is_known(window, update->id))
            continue;
        struct entry *entry = add(window, update->id);
        entry->queue = update->queue;
        entry->json = mem_strdup(update->json);
        entry->length = update->length;
        added++;
    }
    return added;
}

/* Telegram shows an answer from the lowest that is not done: what is done above it stays, to be known again. */
static void trim(struct window *window) {
    const int64_t offset = window_offset(window);
    size_t kept = 0;
    for (size_t i = 0; i < window->count; i++) {
        struct entry *entry = window->entries[i];
        if (entry->id < offset && state_of(entry) == DONE)
            entry_free(entry);
        else
            window->entries[kept++] = entry;
    }
    window->count = kept;
}

void window_pass(struct window *window, int64_t id) {
    if (window->count == WINDOW_MAX || is_known(window, id))
        return;
    atomic_store(&add(window, id)->state, DONE);
    trim(window);
}

/* ---- handing over ---- */

/* On a worker's thread. The entry may be gone once its state is set. */
static void on_verdict(void *context, enum verdict verdict) {
    struct entry *entry = context;
    const struct window *window = entry->window;
    atomic_store(&entry->state, verdict == VERDICT_TAKEN ? DONE : PUT_OFF);
    window->wake(window->context);
}

static void wait_again(struct entry *entry, int64_t now) {
    entry->due = now + entry->delay;
    entry->delay = entry->delay == 0 ? RETRY_SECOND : entry->delay * 2;
    if (entry->delay > WINDOW_RETRY_MAX)
        entry->delay = WINDOW_RETRY_MAX;
    atomic_store(&entry->state, WAITING);
}

static bool is_first_of_queue(const struct window *window, size_t place) {
    const struct entry *entry = window->entries[place];
    for (size_t i = 0; entry->queue != 0 && i < place; i++)
        if (window->entries[i]->queue == entry->queue && state_of(window->entries[i]) != DONE)
            return false;
    return true;
}

/* In flight first: the verdict may come before workers_submit returns. */
static void hand_over(struct window *window, struct entry *entry) {
    atomic_store(&entry->state, IN_FLIGHT);
    if (workers_submit(window->app->workers, entry->json, entry->length, on_verdict, entry) != STATUS_OK)
        atomic_store(&entry->state, PUT_OFF);
}

static int64_t sooner(int64_t a, int64_t b) {
    return a < 0 || b < a ? b : a;
}

int64_t window_step(struct window *window) {
    const int64_t now = clock_monotonic();
    int64_t next = -1;
    for (size_t i = 0; i < window->count; i++) {
        struct entry *entry = window->entries[i];
        if (state_of(entry) == PUT_OFF)
            wait_again(entry, now);
        if (state_of(entry) == WAITING && entry->due <= now && is_first_of_queue(window, i))
            hand_over(window, entry);
        if (state_of(entry) == PUT_OFF)
            next = 0;
        else if (state_of(entry) == WAITING && entry->due > now)
            next = sooner(next, entry->due - now);
    }
    trim(window);
    return next;
}

/* ---- what it holds ---- */

size_t window_count(const struct window *window) {
    return window->count;
}

static size_t count_of(const struct window *window, enum state state) {
    size_t count = 0;
    for (size_t i = 0; i < window->count; i++)
        count += state_of(window->entries[i]) == state;
    return count;
}

size_t window_in_flight(const struct window *window) {
    return count_of(window, IN_FLIGHT);
}

int64_t window_last(const struct window *window) {
    return window->last;
}

int64_t window_offset(const struct window *window) {
    int64_t offset = window->last > 0 ? window->last + 1 : 0;
    for (size_t i = 0; i < window->count; i++)
        if (state_of(window->entries[i]) != DONE && window->entries[i]->id < offset)
            offset = window->entries[i]->id;
    return offset;
}

void window_confirmed(struct window *window) {
    if (window->count == 0)
        window->last = 0;
}
