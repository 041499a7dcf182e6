/* A ring under one mutex. It grows only for queue_push_always. */
#include "core/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "core/clock.h"

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    void **items;
    size_t size, first, length, max;
    bool closed;
};

struct queue *queue_new(size_t max) {
    struct queue *queue = mem_alloc(sizeof(*queue));
    queue->max = max > 0 ? max : 1;
    pthread_condattr_t attributes;
    if (pthread_mutex_init(&queue->lock, NULL) != 0 || pthread_condattr_init(&attributes) != 0 ||
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) != 0 ||
        pthread_cond_init(&queue->changed, &attributes) != 0)
        mem_die("queue");
    pthread_condattr_destroy(&attributes);
    return queue;
}

void queue_free(struct queue *queue) {
    if (queue == NULL)
        return;
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->lock);
    free(queue->items);
    free(queue);
}

/* Doubles the ring and puts what had wrapped round to its start behind the rest. */
static void grow(struct queue *queue) {
    enum { FIRST_SIZE = 16 };
    const size_t old = queue->size;
    if (old > SIZE_MAX / 2 / sizeof(void *))
        mem_die("queue");
    queue->size = old > 0 ? old * 2 : FIRST_SIZE;
    queue->items = mem_grow(queue->items, queue->size * sizeof(void *));
    if (queue->first > 0)
        memcpy(queue->items + old, queue->items, queue->first * sizeof(void *));
}

/* The wake-up comes after the lock is given up: who wakes needs it at once. */
static enum status push(struct queue *queue, void *item, size_t max) {
    enum status status = STATUS_OK;
    pthread_mutex_lock(&queue->lock);
    if (queue->closed) {
        status = STATUS_STOPPED;
    } else if (queue->length >= max) {
        status = STATUS_FULL;
    } else {
        if (queue->length == queue->size)
            grow(queue);
        queue->items[(queue->first + queue->length++) % queue->size] = item;
    }
    pthread_mutex_unlock(&queue->lock);
    if (status == STATUS_OK)
        pthread_cond_signal(&queue->changed);
    return status;
}

enum status queue_push(struct queue *queue, void *item) {
    return push(queue, item, queue->max);
}

enum status queue_push_always(struct queue *queue, void *item) {
    return push(queue, item, SIZE_MAX);
}

/* Waits under the lock until there is something to say. False: `until` has passed. */
static bool wait_for_change(struct queue *queue, int64_t until) {
    if (until < 0)
        return pthread_cond_wait(&queue->changed, &queue->lock) == 0;
    const struct timespec when = {.tv_sec = (time_t)(until / SECOND), .tv_nsec = (long)(until % SECOND) * 1000000};
    return pthread_cond_timedwait(&queue->changed, &queue->lock, &when) != ETIMEDOUT;
}

enum status queue_pop(struct queue *queue, int64_t wait, void **ret_item) {
    const int64_t now = clock_monotonic();
    const int64_t until = wait < 0 || wait > INT64_MAX - now ? -1 : now + wait;
    enum status status = STATUS_OK;
    pthread_mutex_lock(&queue->lock);
    while (queue->length == 0 && !queue->closed && status == STATUS_OK)
        if (!wait_for_change(queue, until))
            status = STATUS_TIMEOUT;
    if (queue->length > 0) {
        *ret_item = queue->items[queue->first];
        queue->first = (queue->first + 1) % queue->size;
        queue->length--;
        status = STATUS_OK;
    } else if (queue->closed) {
        status = STATUS_STOPPED;
    }
    pthread_mutex_unlock(&queue->lock);
    return status;
}

void queue_close(struct queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}

size_t queue_length(struct queue *queue) {
    pthread_mutex_lock(&queue->lock);
    const size_t length = queue->length;
    pthread_mutex_unlock(&queue->lock);
    return length;
}
