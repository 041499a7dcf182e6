/* telegram/request: one request on its way, and what the sender's thread does with it. Only for the sender's files. */
#ifndef TELEGRAM_REQUEST_H
#define TELEGRAM_REQUEST_H

#include <pthread.h>
#include <uthash.h>

#include "telegram/moves.h"
#include "telegram/schedule.h"
#include "telegram/transport.h"

enum { RUNNING_MAX = 100 }; /* attempts at once */

struct request {
    struct job job; /* first: the schedule gives it back as a request */
    const char *method;
    char *body;
    char *upload;          /* path of a file that goes with it; NULL: none */
    int64_t body_chat_id;  /* the chat in `body`; behind job.chat_id after a move */
    int64_t asked_chat_id; /* the chat it was submitted for: what chat_load counts by */
    int64_t submitted, started;
    sender_done *done;
    void *context;
    CURL *easy;      /* while it runs */
    curl_mime *form; /* of an upload, while it runs */
    struct buffer answer;
    int attempts, failures, moves;
    bool html, plain, tried, fresh;
    struct request *prev, *next; /* in the inbox, or among the running ones */
};

/* How many requests of a chat are taken and not finished; there is none for a chat without. */
struct chat_load {
    int64_t chat_id;
    size_t count;
    UT_hash_handle hh;
};

struct sender {
    pthread_t thread;
    bool joined;
    size_t max_requests, max_of_chat;
    int64_t (*entitled_since)(void *context);
    void *context;
    struct transport transport;

    pthread_mutex_t lock; /* guards what follows, up to `counts` */
    struct request *inbox;
    size_t taken;            /* and not finished */
    struct chat_load *loads; /* of chats, where max_of_chat is set */
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

/* Under the lock. One more of a chat, false where it has its maximum; and one less. */
bool chat_load_add(struct sender *sender, int64_t chat_id);
void chat_load_remove(struct sender *sender, int64_t chat_id);

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
