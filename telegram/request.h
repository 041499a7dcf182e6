/* telegram/request: one request on its way, and what the sender's thread does with it. Only for the sender's files. */
#ifndef TELEGRAM_REQUEST_H
#define TELEGRAM_REQUEST_H

#include <pthread.h>

#include "telegram/moves.h"
#include "telegram/schedule.h"
#include "telegram/transport.h"

enum { RUNNING_MAX = 100 }; /* attempts at once */

struct request {
    struct job job; /* first: the schedule gives it back as a request */
    const char *method;
    char *body;
    int64_t body_chat_id; /* the chat in `body`; behind job.chat_id after a move */
    int64_t submitted, started;
    sender_done *done;
    void *context;
    CURL *easy; /* while it runs */
    struct buffer answer;
    int attempts, failures, moves;
    bool html, plain, tried, fresh;
    struct request *prev, *next; /* in the inbox, or among the running ones */
};

struct sender {
    pthread_t thread;
    bool joined;
    size_t max_requests;
    int64_t (*entitled_since)(void *context);
    void *context;
    struct transport transport;

    pthread_mutex_t lock; /* guards what follows, up to `counts` */
    struct request *inbox;
    size_t taken; /* and not finished */
    bool stopping;
    int64_t stop_at;
    struct sender_counts counts;

    CURLM *multi; /* from here on the thread's own, but for curl_multi_wakeup */
    struct schedule *schedule;
    struct request *running;
    size_t running_count;
    struct moves moves;
    struct arena *arena; /* of one answer */
    bool away;           /* the server could not be reached lately */
    int64_t entitled;    /* since when, as last asked */
};

/* Encodes the call; on any thread. */
struct request *request_new(const struct tg_call *call, enum sender_class class, int64_t not_after, sender_done *done,
                            void *context);
void request_free(struct request *request);

/* The rest on the sender's thread alone. */
void request_start(struct sender *sender, struct request *request);
/* Its attempt came to an end: it is finished, or back in the schedule. */
void request_ended(struct sender *sender, struct request *request, CURLcode code);
/* Breaks a running attempt off, without an end. */
void request_detach(struct sender *sender, struct request *request);
/* Tells the caller and frees it. `took`: ms of the last attempt. The first for a request that is out, the second for
 * one that the schedule has forgotten. */
void request_finish(struct sender *sender, struct request *request, enum sender_outcome outcome,
                    const struct tg_answer *answer, int64_t took);
void request_give_back(struct sender *sender, struct request *request, enum sender_outcome outcome,
                       const struct tg_answer *answer, int64_t took);

#endif
