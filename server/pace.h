/* server/pace: how many updates a person may send (USER_RATE). A bucket for each person who was here lately, in memory:
 * a restart forgets them, which does no harm. Not thread-safe: each worker has its own people and its own pace. */
#ifndef SERVER_PACE_H
#define SERVER_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PACE_BURST = 30,       /* updates that a rested person may send at once */
    PACE_STAFF_TIMES = 4,  /* staff may send so many times more, in bursts and in all */
    PACE_PEOPLE_MAX = 8192 /* remembered; beyond it the longest-known is forgotten */
};

enum pace_verdict {
    PACE_FINE,
    PACE_FIRST_OVER, /* too fast, and not told so yet */
    PACE_OVER        /* too fast still: until half of the burst is free again */
};

struct pace;

/* `rate`: updates a minute; 0: no limit. */
struct pace *pace_new(double rate);
void pace_free(struct pace *pace); /* NULL is allowed */
/* An update of `person` at `now` (ms, monotonic); `times`: 1, or PACE_STAFF_TIMES. What is over takes nothing. */
enum pace_verdict pace_take(struct pace *pace, int64_t person, int times, int64_t now);
size_t pace_people(const struct pace *pace); /* remembered */

#endif
