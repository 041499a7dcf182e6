/* server/workers: takes updates and makes them take effect: one at a time for each person, people in parallel.
 *
 * Each worker thread has a bounded queue; a person always falls to the same one. For an update it loads the session,
 * lets the router find the handler, writes the change set by the commit protocol (docs/ARCHITECTURE.md), tells
 * delivery, and only then answers. */
#ifndef SERVER_WORKERS_H
#define SERVER_WORKERS_H

#include "server/app.h"

enum { WORKER_QUEUE_MAX = 64 }; /* updates waiting in front of one worker */

/* What becomes of an update: TAKEN — its effect is durable, or it will never have one: answer 200. LATER — nothing is
 * decided: answer 503 with Retry-After; Telegram sends it again. */
enum verdict { VERDICT_TAKEN, VERDICT_LATER };

/* Called once for each accepted submission, on a worker's thread. Must not block. */
typedef void update_done(void *context, enum verdict verdict);

/* Starts settings->workers threads. `app` must outlive it; store, copies and delivery are set. */
MUST_CHECK enum status workers_new(struct app *app, struct workers **ret_workers, struct error *error);

/* Decodes an update's JSON on the caller's thread (some µs) and queues it. `json` is borrowed for the call.
 * OK: `done` will be called, also for what cannot be read (it is counted and kept for inspection, then TAKEN).
 * FULL, STOPPED: it will not be called; answer as LATER. */
MUST_CHECK enum status workers_submit(struct workers *workers, const char *json, size_t length, update_done *done,
                                      void *context);

/* Takes nothing more, finishes what is queued, ends the threads. */
void workers_stop(struct workers *workers);
void workers_free(struct workers *workers); /* after workers_stop; NULL is allowed */

#define UPDATE_RESULTS(X)                                                                                              \
    X(HANDLED, "handled")       /* took effect */                                                                      \
    X(DUPLICATE, "duplicate")   /* had taken effect before */                                                          \
    X(IGNORED, "ignored")       /* a kind or a place that we do not answer */                                          \
    X(UNREADABLE, "unreadable") /* kept for inspection */                                                              \
    X(GIVEN_UP, "given_up")     /* had ended the process three times; acknowledged with an apology */                  \
    X(PUT_OFF, "put_off")       /* 503: the store was away, or five conflicts in a row */
enum update_result {
#define X(id, name) UPDATE_##id,
    UPDATE_RESULTS(X)
#undef X
        UPDATE_RESULT_COUNT
};

struct worker_counts {
    uint64_t results[UPDATE_RESULT_COUNT];
    uint64_t conflicts; /* handlers run again because somebody else was faster */
    size_t waiting;
};
void workers_count(struct workers *workers, struct worker_counts *ret_counts);

#endif
