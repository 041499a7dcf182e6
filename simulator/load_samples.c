#include "simulator/load_samples.h"

#include <stdlib.h>

#include "core/arena.h"

void samples_init(struct samples *samples, size_t max) {
    *samples = (struct samples){.values = mem_alloc(max * sizeof(*samples->values)), .max = max};
}

void samples_free(struct samples *samples) {
    free(samples->values);
    *samples = (struct samples){0};
}

void samples_add(struct samples *samples, int64_t begun, int64_t ended) {
    if (samples->count == samples->max)
        return;
    samples->values[samples->count++] = ended - begun;
    if (!samples->first_at)
        samples->first_at = ended;
    samples->last_at = ended;
}

static int by_size(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The smallest value that so many per mille do not exceed. */
static json_int_t rank(const struct samples *samples, size_t per_mille) {
    size_t place = (samples->count * per_mille + 999) / 1000;
    return samples->count ? (json_int_t)samples->values[place ? place - 1 : 0] : 0;
}

json_t *samples_json(struct samples *samples) {
    if (samples->count)
        qsort(samples->values, samples->count, sizeof(*samples->values), by_size);
    return json_pack("{sI sI sI sI sI sI}", "count", (json_int_t)samples->count, "p50_us", rank(samples, 500), "p99_us",
                     rank(samples, 990), "max_us", rank(samples, 1000), "first_at_us", (json_int_t)samples->first_at,
                     "last_at_us", (json_int_t)samples->last_at);
}
