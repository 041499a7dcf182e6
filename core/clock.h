/* core/clock: one unit for time, the millisecond. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* Wall clock, ms since 1970 UTC. Only for what is stored or shown. In builds with FAULT_POINTS the variable
 * CLOCK_OFFSET_MS of the environment is added, so that a test can live tomorrow. */
int64_t clock_now(void);
/* Monotonic, ms. For every waiting and every comparison of durations. */
int64_t clock_monotonic(void);
/* Sleeps; signals do not shorten it. */
void clock_sleep(int64_t ms);

#endif
