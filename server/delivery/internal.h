/* server/delivery/internal: what the files of the delivery share: its threads (lines), their jobs, and the steps of
 * one. */
#ifndef SERVER_DELIVERY_INTERNAL_H
#define SERVER_DELIVERY_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <uthash.h>

#include "core/queue.h"
#include "server/delivery/delivery.h"
#include "server/delivery/flight.h"

enum {
    DELIVERY_THREADS = 8, /* a power of two; they mostly wait for the database */
    JOBS_MAX = 4096,
    WAKES_MAX = 64
};

/* A document. */
struct key {
    int64_t id;
    int64_t collection;
};

/* A document being worked on, and its calls to Telegram under way. */
struct job {
    struct key key;
    struct flight *flights;
    struct flight *landed; /* back from the sender, in their order, and not noted yet */
    int64_t rev;           /* the document's at the last pump */
    size_t grounded;       /* what it owed at the last pump that is neither in flight nor done since */
    bool due, noticed;     /* in the line's list of jobs to be worked on; somebody told of the document */
    struct job *next;      /* in that list */
    int64_t face;          /* what a card must show to be true */
    int64_t checked;       /* of a ticket or call: the revision whose assignee was on staff */
    bool unreached;        /* said once: nobody on staff can be reached about it */
    UT_hash_handle hh;
};

/* A document that has something to be done at a later time. */
struct wake {
    struct key key;
    int64_t at; /* ms UTC */
};

/* A delivery thread and what it alone touches, but for the queue. */
struct line {
    struct delivery *delivery;
    struct queue *queue;
    pthread_t thread;
    struct arena *arena;   /* of one pump: the document */
    struct arena *scratch; /* of one call: its recipient and its text; a ticket can have hundreds of cards */
    struct job *jobs;
    struct job *due; /* those that something arrived for */
    struct wake wakes[WAKES_MAX];
    size_t wake_count;
};

struct delivery {
    struct app *app;
    struct line lines[DELIVERY_THREADS];
    size_t started;
    atomic_bool stopping;
    _Atomic int64_t deadline; /* monotonic; of stopping */
    _Atomic uint64_t items, cards, dropped, settle_conflicts;
    _Atomic size_t documents;
    _Atomic int64_t holds[DELIVERY_HOLDS];
};

/* delivery.c */
bool delivery_holds(const struct delivery *delivery, int64_t id);
/* Whether the time for finishing is over: nothing is waited for any more. */
bool delivery_drained(const struct delivery *delivery);
/* Looks at the document again at that time, if it comes before the sweeps do; where there is no more room, they do it.
 */
void line_wake_at(struct line *line, struct key key, int64_t at);
/* The sender's callback for a flight: takes it to its line. */
sender_done delivery_landed;

/* job.c: jobs, and notes in their documents */
struct job *job_find(struct line *line, struct key key);
/* The one that is there, or a new one; NULL when there are JOBS_MAX. */
struct job *job_add(struct line *line, struct key key);
/* Forgets a job that has no flights: what is still owed, the sweep finds. */
void job_drop(struct line *line, struct job *job);
bool job_lane_busy(const struct job *job, int64_t lane);
/* Whether the owed item, or the chat's card, is in flight. */
bool job_item_flies(const struct job *job, int64_t item);
bool job_card_flies(const struct job *job, int64_t chat);
void job_remove_flight(struct job *job, const struct flight *gone);
/* A settle for the job's document, with nothing in it yet. */
struct settle job_settle(const struct line *line, const struct job *job);
/* Writes it, again and again while the database is away: the message is out, and would be sent twice if it were not
 * noted. */
MUST_CHECK enum status job_note(struct line *line, const struct settle *settle, bool *ret_released);
/* `message`: what the chat's card had when this was begun; a card that was put in its place meanwhile stays. */
void job_note_card(struct line *line, const struct job *job, const struct card *card, int64_t message);
/* Takes an item away that is done. */
MUST_CHECK enum status job_note_item(struct line *line, const struct job *job, int64_t item);
/* Takes an item away that cannot be said any more. */
void job_drop_item(struct line *line, const struct job *job, int64_t item, const char *why);

/* pump.c: loads the document and starts what can be started; lets go of it when nothing is owed. The job may
 * be gone after it. */
void job_pump(struct line *line, struct job *job);

/* land.c: notes what came of the landed flights, in as few writes as can be, and frees them. True: the
 * document was let go with it, nothing is left to do. */
MUST_CHECK bool job_land(struct line *line, struct job *job);

#endif
