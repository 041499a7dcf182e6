/* server/broadcast_run: one broadcast on its way, kept by the thread of server/broadcasts. */
#ifndef SERVER_BROADCAST_RUN_H
#define SERVER_BROADCAST_RUN_H

#include "core/queue.h"
#include "server/broadcasts.h"

/* A call to one recipient under way, and what came of it. Pushed into the queue by the sender's thread; freed by
 * whoever takes it out. */
struct sending {
    struct queue *landed;
    int64_t broadcast;
    size_t slot;
    uint64_t turn; /* of the slot, which may serve another recipient by now */
    enum sender_outcome outcome;
};

struct run;

/* Reads nothing yet. */
struct run *run_new(struct app *app, struct queue *landed, int64_t broadcast);
void run_free(struct run *run); /* NULL is allowed */
int64_t run_id(const struct run *run);
/* What came of a sending of this run. */
void run_land(struct run *run, const struct sending *sending);
/* Notes what is finished and hands out more; `stopping`: only notes. False: there is nothing to do for this copy any
 * more. */
bool run_step(struct run *run, bool stopping);
/* What was noted since the last call. */
struct broadcast_counts run_take_counts(struct run *run);

#endif
