/* simulator/calls: what the bot called, for tests to read. Used under the simulator's lock. */
#ifndef SIMULATOR_CALLS_H
#define SIMULATOR_CALLS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { CALLS_MAX = 10000, CALL_NAMES_MAX = 256 };
#define CALLS_BYTES_MAX ((size_t)64 << 20) /* of all kept parameters; older calls lose theirs */

struct call_record {
    int64_t sequence, at;
    char *method;      /* as in the documentation, or as called when it is unknown */
    char *params;      /* JSON text; NULL once the room was needed */
    char *description; /* NULL when the call was fine */
    int status;        /* 0: cut before anything was done */
};

struct calls {
    struct call_record ring[CALLS_MAX];
    int64_t last; /* sequence of the newest; the ring slot is (sequence - 1) % CALLS_MAX */
    int64_t thin; /* up to this one the parameters are gone */
    size_t bytes;
    json_t *counts; /* method → number */
};

void calls_init(struct calls *calls);
void calls_free(struct calls *calls);
/* `params` is taken. */
void calls_add(struct calls *calls, const char *method, json_t *params, int status, const char *description);
/* Those after `since`, of `method` unless it is NULL: {"calls": […], "last": n}. */
json_t *calls_json(const struct calls *calls, int64_t since, const char *method);

#endif
