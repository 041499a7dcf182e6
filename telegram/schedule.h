/* telegram/schedule: which request goes out next. Jobs wait in one lane for each chat, in order; a lane is out (its
 * first job is being sent), ready, or due at a known time. Time is given by the caller (ms, monotonic); one thread. */
#ifndef TELEGRAM_SCHEDULE_H
#define TELEGRAM_SCHEDULE_H

#include "telegram/sender.h"

/* Embedded in what is scheduled; the schedule owns nothing of it. */
struct job {
    int64_t chat_id; /* 0: not about a chat, ordered after nothing. A move of the chat changes it */
    enum sender_class class;
    bool counts;     /* against the rates */
    int64_t expires; /* INT64_MAX: never */
    struct lane *lane;
    struct job *prev, *next;
};

/* Why a lane pauses. */
enum pause {
    PAUSE_NONE,
    PAUSE_HELD,   /* 429: three lanes held at once slow all */
    PAUSE_FAILED, /* this request failed */
    PAUSE_AWAY    /* the server was not reached; over as soon as it is reached again (schedule_hurry) */
};

struct schedule;

/* Rates a second; 0: no limit. Never NULL. */
struct schedule *schedule_new(double send_rate, double chat_rate);
/* All jobs were taken back before. */
void schedule_free(struct schedule *schedule);

void schedule_add(struct schedule *schedule, struct job *job, int64_t now);
/* The job to send now, NULL: none. It stays at the head of its lane until schedule_finish or schedule_return.
 * `ret_expired`: it was too late, and took nothing from the rates. */
struct job *schedule_next(struct schedule *schedule, int64_t now, bool *ret_expired);
/* Ms until schedule_next can give something, if nothing changes meanwhile; -1: never. */
int64_t schedule_wait(const struct schedule *schedule, int64_t now);
/* The job is done with, and the schedule forgets it. */
void schedule_finish(struct schedule *schedule, struct job *job, int64_t now);
/* The job that was out waits again, still before all others of its chat, for at least `delay` ms. */
void schedule_return(struct schedule *schedule, struct job *job, enum pause pause, int64_t delay, int64_t now);
/* All waiting jobs of a chat get another chat id, behind those that wait there. None of chat `from` is out. */
void schedule_move(struct schedule *schedule, int64_t from, int64_t to, int64_t now);
/* Ends the pauses of PAUSE_AWAY of chats. */
void schedule_hurry(struct schedule *schedule, int64_t now);
/* Any job that is not out, which the schedule forgets; NULL: there is none left. */
struct job *schedule_take_back(struct schedule *schedule);

#endif
