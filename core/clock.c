#include "core/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "core/parse.h"

static int64_t read_clock(clockid_t id) {
    struct timespec now;
    if (clock_gettime(id, &now) != 0)
        abort(); /* both clocks always exist on Linux */
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000000;
}

static int64_t test_offset(void) {
    int64_t offset = 0;
#ifdef FAULT_POINTS
    const int64_t limit = INT64_C(100000) * DAY;
    if (parse_i64(getenv("CLOCK_OFFSET_MS"), -limit, limit, &offset) != STATUS_OK)
        return 0;
#endif
    return offset;
}

int64_t clock_now(void) {
    return read_clock(CLOCK_REALTIME) + test_offset();
}

int64_t clock_monotonic(void) {
    return read_clock(CLOCK_MONOTONIC);
}

void clock_sleep(int64_t ms) {
    if (ms <= 0)
        return;
    const int64_t until = clock_monotonic() + ms;
    const struct timespec when = {.tv_sec = (time_t)(until / SECOND), .tv_nsec = (long)(until % SECOND) * 1000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR)
        continue;
}
