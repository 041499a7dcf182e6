/* core/queue: a bounded first-in-first-out of pointers between threads. */
#ifndef CORE_QUEUE_H
#define CORE_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

struct queue;

struct queue *queue_new(size_t max); /* max ≥ 1 items */
/* Items still inside are the caller's to have taken before; no thread may be inside a function of the queue, a pusher
 * whose item has been taken neither. NULL is allowed. */
void queue_free(struct queue *queue);

/* FULL or STOPPED: `item` stays the caller's. Never waits. */
MUST_CHECK enum status queue_push(struct queue *queue, void *item);
/* As queue_push, past the maximum: for results of what was let in before, which are bounded by that. */
MUST_CHECK enum status queue_push_always(struct queue *queue, void *item);
/* Waits at most `wait` ms (< 0: for ever). TIMEOUT, or STOPPED once the queue is closed *and* empty. */
MUST_CHECK enum status queue_pop(struct queue *queue, int64_t wait, void **ret_item);
/* No more pushes; poppers get what is left and then STOPPED. */
void queue_close(struct queue *queue);
size_t queue_length(struct queue *queue);

#endif
