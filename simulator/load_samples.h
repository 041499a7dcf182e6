/* simulator/load_samples: durations and what is said of them. */
#ifndef SIMULATOR_LOAD_SAMPLES_H
#define SIMULATOR_LOAD_SAMPLES_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct samples {
    int64_t *values; /* µs; owned */
    size_t count, max;
    int64_t first_at, last_at; /* when the first and the last one ended; 0: none */
};

void samples_init(struct samples *samples, size_t max);
void samples_free(struct samples *samples);
/* Past the maximum a sample is forgotten. */
void samples_add(struct samples *samples, int64_t begun, int64_t ended);
/* {"count", "p50_us", "p99_us", "max_us", "first_at_us", "last_at_us"}. Puts the values in order. */
json_t *samples_json(struct samples *samples);

#endif
