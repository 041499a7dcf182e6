/* core/iso: dates and times as ISO 8601 writes them: 2026-03-31, 2026-03-31T18:05, 2026-03-31 18:05:09.123456+03:00. */
#ifndef CORE_ISO_H
#define CORE_ISO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"

struct iso_time {
    int year, month, day, hour, minute, second, ms; /* 1970 to 9999; month and day from 1 */
    bool has_time, has_offset;
    int offset; /* minutes east of UTC */
};

/* INVALID for anything else, also for days that there are not. Finer parts of a second than ms are dropped. */
MUST_CHECK enum status iso_parse(const char *text, struct iso_time *ret_time);
/* Ms since 1970 UTC. One without an offset is taken as UTC, or as local time (TZ). */
int64_t iso_as_utc(const struct iso_time *time);
int64_t iso_as_local(const struct iso_time *time);

#endif
