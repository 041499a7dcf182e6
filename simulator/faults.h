/* simulator/faults: calls that go wrong on purpose, and Telegram's flood limits. Used under the simulator's lock. */
#ifndef SIMULATOR_FAULTS_H
#define SIMULATOR_FAULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include <uthash.h>

enum { FAULTS_MAX = 200, FAULT_SLOW_MAX = 600000 };

#define FAULT_KINDS(X)                                                                                                 \
    X(ERROR, "error")           /* refused with that code, nothing done */                                             \
    X(CUT_BEFORE, "cut_before") /* the connection is closed, nothing done */                                           \
    X(CUT_AFTER, "cut_after")   /* done, then the connection is closed instead of the answer */                        \
    X(SLOW, "slow")             /* done, answered `ms` later */                                                        \
    X(HTML, "html")             /* an HTML page as from a proxy, nothing done */

enum fault_kind {
#define X(id, name) FAULT_KIND_##id,
    FAULT_KINDS(X)
#undef X
        FAULT_KIND_COUNT
};

struct sim_fault {
    char *method;  /* "*": any */
    int64_t chat;  /* 0: any */
    int64_t skip;  /* matching calls to let pass first */
    int64_t times; /* -1: for ever */
    enum fault_kind kind;
    int code;
    char *description; /* NULL: a plain one for the code */
    int64_t retry_after, migrate_to, ms;
};

struct faults {
    struct sim_fault items[FAULTS_MAX];
    size_t count;
    uint64_t clearings; /* slow answers under way end with the next */
};

void faults_clear(struct faults *faults);
/* INVALID: not a fault, `*ret_why` (static) says why; FULL. */
MUST_CHECK enum status faults_add(struct faults *faults, const json_t *json, const char **ret_why);
/* Those that are left, as they were added; `times` is what is left of each. A new reference. */
json_t *faults_json(const struct faults *faults);
/* The fault that this call runs into, used up by one; false: none. `ret_fault->method` is NULL and `description` is the
 * caller's to free. */
bool faults_take(struct faults *faults, const char *method, int64_t chat, struct sim_fault *ret_fault);

/* Documented limits: 30 messages a second in all, one a second in a chat with a burst of five, 20 a minute in a group.
 * A token bucket each. */
struct limit_bucket {
    int64_t chat; /* 0: all chats */
    double tokens;
    int64_t at; /* monotonic */
    UT_hash_handle hh;
};
enum { LIMIT_BUCKETS_MAX = 200000 };

struct limits {
    bool real;
    struct limit_bucket all, *chats;
};

void limits_set(struct limits *limits, bool real);
/* Seconds to wait, 0 when the message may go. A refused call costs nothing. */
int64_t limits_take(struct limits *limits, int64_t chat, int64_t messages);

#endif
