/* A bucket is kept as the time at which it is full again: taking one moves that by an interval, and it is empty when
 * that lies a whole burst ahead. Who is full again needs no memory. */
#include "server/pace.h"

#include <stdlib.h>
#include <uthash.h>

#include "core/arena.h"

struct bucket {
    int64_t person;
    double full_at; /* ms */
    bool over;      /* told to be too fast, and not rested since */
    UT_hash_handle hh;
};

struct pace {
    double interval; /* ms for each update; 0: no limit */
    struct bucket *buckets;
};

struct pace *pace_new(double rate) {
    struct pace *pace = mem_alloc(sizeof(*pace));
    pace->interval = rate > 0 ? 60.0 * 1000 / rate : 0;
    return pace;
}

static void forget(struct pace *pace, struct bucket *bucket) {
    HASH_DEL(pace->buckets, bucket);
    free(bucket);
}

void pace_free(struct pace *pace) {
    if (!pace)
        return;
    struct bucket *bucket, *next;
    HASH_ITER(hh, pace->buckets, bucket, next)
    forget(pace, bucket);
    free(pace);
}

/* Makes room: whoever is rested, else the one who has been known the longest. */
static void make_room(struct pace *pace, int64_t now) {
    struct bucket *bucket, *next;
    HASH_ITER(hh, pace->buckets, bucket, next)
    if (bucket->full_at <= (double)now)
        forget(pace, bucket);
    if (HASH_COUNT(pace->buckets) >= PACE_PEOPLE_MAX)
        forget(pace, pace->buckets);
}

static struct bucket *find(struct pace *pace, int64_t person, int64_t now) {
    struct bucket *bucket = NULL;
    HASH_FIND(hh, pace->buckets, &person, sizeof(person), bucket);
    if (bucket)
        return bucket;
    if (HASH_COUNT(pace->buckets) >= PACE_PEOPLE_MAX)
        make_room(pace, now);
    bucket = mem_alloc(sizeof(*bucket));
    *bucket = (struct bucket){.person = person, .full_at = (double)now};
    HASH_ADD(hh, pace->buckets, person, sizeof(bucket->person), bucket);
    return bucket;
}

enum pace_verdict pace_take(struct pace *pace, int64_t person, int times, int64_t now) {
    if (pace->interval <= 0)
        return PACE_FINE;
    /* Staff: the same burst of time, in which more fits. */
    const double interval = pace->interval / times, burst = pace->interval * PACE_BURST;
    struct bucket *bucket = find(pace, person, now);
    if (bucket->full_at < (double)now)
        bucket->full_at = (double)now;
    const double ahead = bucket->full_at - (double)now;
    if (bucket->over && ahead > burst / 2)
        return PACE_OVER;
    bucket->over = ahead + interval > burst;
    if (bucket->over)
        return PACE_FIRST_OVER;
    bucket->full_at += interval;
    return PACE_FINE;
}

size_t pace_people(const struct pace *pace) {
    return HASH_COUNT(pace->buckets);
}
