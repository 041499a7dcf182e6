/* A lane stands in exactly one place: in the heap of those that are due later, in one of three lists of those that are
 * ready, or nowhere while its first job is out. lane_settle() is the only function that decides which. A lane without
 * jobs stays in the heap until its chat is as rested as a new one, then it is forgotten. */
#include "telegram/schedule.h"

#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#include "core/arena.h"
#include "telegram/heap.h"
#include "telegram/limiter.h"

enum {
    BULK_OUT_MAX = 32, /* broadcasts leave connections for replies */
    HELD_SLOWS = 3,    /* lanes held at once that slow all */
    LANES_MAX = 100000 /* with more than that, the rates of resting chats are forgotten early */
};

enum place { PLACE_NONE, PLACE_HEAP, PLACE_FREE, PLACE_REPLY, PLACE_BULK, PLACE_COUNT };

struct lane {
    struct heap_node due; /* first: the heap gives it back as a lane */
    int64_t chat_id;
    struct job *jobs; /* the first one is out if `out` */
    size_t replies;   /* of them; a reply lends its urgency to what it waits for */
    bool out, held;
    enum place place;
    enum pause pause;
    int64_t paused_until;
    struct chat_rate rate;
    struct lane *prev, *next;
    UT_hash_handle hh;
};

struct schedule {
    struct limiter limiter;
    double chat_rate;
    struct lane *lanes; /* by chat id; those of chat 0 are in no table */
    struct heap heap;
    struct lane *ready[PLACE_COUNT];
    size_t held, bulk_out;
};

struct schedule *schedule_new(double send_rate, double chat_rate) {
    struct schedule *schedule = mem_alloc(sizeof(*schedule));
    schedule->chat_rate = chat_rate;
    limiter_init(&schedule->limiter, send_rate);
    return schedule;
}

/* --- lanes --- */

static struct lane *lane_new(struct schedule *schedule, int64_t chat_id) {
    struct lane *lane = mem_alloc(sizeof(*lane));
    lane->chat_id = chat_id;
    chat_rate_init(&lane->rate, chat_id, chat_id != 0 ? schedule->chat_rate : 0);
    if (chat_id != 0)
        HASH_ADD(hh, schedule->lanes, chat_id, sizeof(lane->chat_id), lane);
    return lane;
}

static struct lane *lane_of(struct schedule *schedule, int64_t chat_id) {
    struct lane *lane = NULL;
    if (chat_id != 0)
        HASH_FIND(hh, schedule->lanes, &chat_id, sizeof(chat_id), lane);
    return lane ? lane : lane_new(schedule, chat_id);
}

static void lane_unplace(struct schedule *schedule, struct lane *lane) {
    if (lane->place == PLACE_HEAP)
        heap_remove(&schedule->heap, &lane->due);
    else if (lane->place != PLACE_NONE)
        DL_DELETE(schedule->ready[lane->place], lane);
    lane->place = PLACE_NONE;
}

static void lane_set_held(struct schedule *schedule, struct lane *lane, bool held) {
    if (held && !lane->held)
        schedule->held++;
    else if (!held && lane->held)
        schedule->held--;
    lane->held = held;
}

static void lane_free(struct schedule *schedule, struct lane *lane) {
    lane_unplace(schedule, lane);
    lane_set_held(schedule, lane, false);
    if (lane->chat_id != 0)
        HASH_DEL(schedule->lanes, lane);
    chat_rate_free(&lane->rate);
    free(lane);
}

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* When the lane's first job may go, as far as its chat alone decides; without jobs, when the lane can be forgotten. */
static int64_t lane_due_at(const struct lane *lane, int64_t now) {
    const struct job *job = lane->jobs;
    if (!job)
        return lane->chat_id != 0 ? later(lane->paused_until, chat_rate_rested_at(&lane->rate)) : now;
    int64_t due = lane->paused_until;
    if (job->counts)
        due = later(due, now + chat_rate_wait(&lane->rate, now));
    return due < job->expires ? due : job->expires;
}

static enum place lane_ready_place(const struct lane *lane, int64_t now) {
    if (!lane->jobs->counts || lane->jobs->expires <= now)
        return PLACE_FREE;
    return lane->replies > 0 ? PLACE_REPLY : PLACE_BULK;
}

static void lane_settle(struct schedule *schedule, struct lane *lane, int64_t now) {
    lane_unplace(schedule, lane);
    if (now >= lane->paused_until)
        lane_set_held(schedule, lane, false);
    if (lane->out)
        return;
    int64_t due = lane_due_at(lane, now);
    if (!lane->jobs && (due <= now || HASH_COUNT(schedule->lanes) > LANES_MAX)) {
        lane_free(schedule, lane);
    } else if (due > now) {
        lane->place = PLACE_HEAP;
        heap_insert(&schedule->heap, &lane->due, due);
    } else {
        lane->place = lane_ready_place(lane, now);
        DL_APPEND(schedule->ready[lane->place], lane);
    }
}

/* --- jobs in and out --- */

static void lane_append(struct lane *lane, struct job *job) {
    job->lane = lane;
    job->chat_id = lane->chat_id;
    DL_APPEND(lane->jobs, job);
    lane->replies += job->class == SENDER_REPLY;
}

static void lane_remove(struct lane *lane, struct job *job) {
    DL_DELETE(lane->jobs, job);
    lane->replies -= job->class == SENDER_REPLY;
}

/* A lane that is ready keeps its turn, unless the new job makes it more urgent. */
void schedule_add(struct schedule *schedule, struct job *job, int64_t now) {
    struct lane *lane = lane_of(schedule, job->chat_id);
    lane_append(lane, job);
    bool waits = lane->place == PLACE_NONE || lane->place == PLACE_HEAP;
    if (waits || lane->place != lane_ready_place(lane, now))
        lane_settle(schedule, lane, now);
}

static bool is_slow(const struct schedule *schedule) {
    return schedule->held >= HELD_SLOWS;
}

static int64_t class_wait(const struct schedule *schedule, enum sender_class class, int64_t now) {
    return limiter_wait(&schedule->limiter, class, is_slow(schedule), now);
}

static struct lane *choose(const struct schedule *schedule, int64_t now) {
    if (schedule->ready[PLACE_FREE])
        return schedule->ready[PLACE_FREE];
    if (schedule->ready[PLACE_REPLY])
        return class_wait(schedule, SENDER_REPLY, now) == 0 ? schedule->ready[PLACE_REPLY] : NULL;
    bool room = schedule->bulk_out < BULK_OUT_MAX && class_wait(schedule, SENDER_BULK, now) == 0;
    return room ? schedule->ready[PLACE_BULK] : NULL;
}

static void settle_due(struct schedule *schedule, int64_t now) {
    struct heap_node *node;
    while ((node = heap_top(&schedule->heap)) && node->at <= now)
        lane_settle(schedule, (struct lane *)node, now);
}

static void take_rates(struct schedule *schedule, struct lane *lane, int64_t now) {
    if (!lane->jobs->counts)
        return;
    limiter_take(&schedule->limiter, lane->replies > 0 ? SENDER_REPLY : SENDER_BULK, now);
    chat_rate_take(&lane->rate, now);
}

struct job *schedule_next(struct schedule *schedule, int64_t now, bool *ret_expired) {
    settle_due(schedule, now);
    struct lane *lane = choose(schedule, now);
    if (!lane)
        return NULL;
    lane_unplace(schedule, lane);
    lane->out = true;
    lane->pause = PAUSE_NONE;
    schedule->bulk_out += lane->jobs->class == SENDER_BULK;
    *ret_expired = lane->jobs->expires <= now;
    if (!*ret_expired)
        take_rates(schedule, lane, now);
    return lane->jobs;
}

static int64_t sooner(int64_t a, int64_t b) {
    if (a < 0 || b < 0)
        return a > b ? a : b;
    return a < b ? a : b;
}

int64_t schedule_wait(const struct schedule *schedule, int64_t now) {
    const struct heap_node *node = heap_top(&schedule->heap);
    int64_t wait = node ? later(node->at - now, 0) : -1;
    if (schedule->ready[PLACE_FREE])
        return 0;
    if (schedule->ready[PLACE_REPLY])
        return sooner(wait, class_wait(schedule, SENDER_REPLY, now));
    if (schedule->ready[PLACE_BULK] && schedule->bulk_out < BULK_OUT_MAX)
        return sooner(wait, class_wait(schedule, SENDER_BULK, now));
    return wait;
}

static struct lane *come_back(struct schedule *schedule, const struct job *job) {
    schedule->bulk_out -= job->class == SENDER_BULK;
    job->lane->out = false;
    return job->lane;
}

void schedule_finish(struct schedule *schedule, struct job *job, int64_t now) {
    struct lane *lane = come_back(schedule, job);
    lane_remove(lane, job);
    lane_settle(schedule, lane, now);
}

void schedule_return(struct schedule *schedule, struct job *job, enum pause pause, int64_t delay, int64_t now) {
    struct lane *lane = come_back(schedule, job);
    lane->pause = pause;
    lane->paused_until = now + delay;
    lane_set_held(schedule, lane, pause == PAUSE_HELD);
    lane_settle(schedule, lane, now);
}

void schedule_move(struct schedule *schedule, int64_t from, int64_t to, int64_t now) {
    struct lane *old = NULL, *new = lane_of(schedule, to);
    struct job *job;
    HASH_FIND(hh, schedule->lanes, &from, sizeof(from), old);
    if (old && old != new) {
        while ((job = old->jobs)) {
            lane_remove(old, job);
            lane_append(new, job);
        }
        lane_free(schedule, old);
    }
    lane_settle(schedule, new, now);
}

void schedule_hurry(struct schedule *schedule, int64_t now) {
    struct lane *lane, *next;
    HASH_ITER(hh, schedule->lanes, lane, next) {
        if (lane->pause != PAUSE_AWAY || lane->paused_until <= now)
            continue;
        lane->paused_until = now;
        lane_settle(schedule, lane, now);
    }
}

/* The first of the lane's jobs that is not out. */
static struct job *lane_take_back(struct lane *lane) {
    struct job *job = lane->jobs && lane->out ? lane->jobs->next : lane->jobs;
    if (job)
        lane_remove(lane, job);
    return job;
}

/* A lane that neither waits nor is out any more is forgotten. */
static struct job *take_back_from(struct schedule *schedule, struct lane *lane) {
    struct job *job = lane_take_back(lane);
    if (!lane->out && !lane->jobs)
        lane_free(schedule, lane);
    return job;
}

struct job *schedule_take_back(struct schedule *schedule) {
    struct job *job = NULL;
    struct lane *lane, *next;
    HASH_ITER(hh, schedule->lanes, lane, next) {
        if ((job = take_back_from(schedule, lane)))
            return job;
    }
    while (!job && (lane = (struct lane *)heap_top(&schedule->heap)))
        job = take_back_from(schedule, lane);
    for (size_t place = PLACE_FREE; place < PLACE_COUNT; place++) {
        while (!job && (lane = schedule->ready[place]))
            job = take_back_from(schedule, lane);
    }
    return job;
}

void schedule_free(struct schedule *schedule) {
    if (!schedule)
        return;
    schedule_take_back(schedule);
    limiter_free(&schedule->limiter);
    heap_free(&schedule->heap);
    free(schedule);
}
