/* simulator/update: updates waiting to be delivered, in order, and those of the past that can be sent again. Used under
 * the simulator's lock.
 *
 * Every update has a queue (W:416 and the callers' comments): only the first of a queue may be in flight. */
#ifndef SIMULATOR_UPDATE_H
#define SIMULATOR_UPDATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/clock.h"
#include "core/status.h"
#include "simulator/journal.h"
#include <uthash.h>

enum {
    UPDATES_MAX = 100000,         /* past and waiting together; past ones make room, then pushing fails */
    UPDATE_BYTES_MAX = 512 << 10, /* of one, as the server's MAX_EVENT_LENGTH */
    UPDATE_LIFETIME = DAY,
    UPDATE_CALLBACK_LIFETIME = 150 * SECOND,
};
#define UPDATES_BYTES_MAX ((size_t)256 << 20) /* of all bodies together */

struct update {
    int64_t id, queue;
    char *body; /* the whole POST body */
    size_t length;
    int64_t expires_at, wake_at; /* monotonic */
    int64_t delay;               /* of the last retry, ms */
    int64_t posted_at;           /* the last time, monotonic µs */
    int failures, attempts;
    bool waiting, in_flight;
    struct update *prev, *next; /* waiting ones, in order */
    UT_hash_handle hh;          /* all, by id */
};

struct updates {
    struct update *by_id;
    struct update *waiting; /* utlist DL */
    size_t waiting_count, count, bytes;
    int64_t next_id, next_own_queue;
    int64_t delivered, failed_attempts, dropped;
    json_t *allowed;         /* names; NULL: the default set */
    struct journal *journal; /* what is queued is written there */
    int64_t poll_generation; /* rises with every getUpdates: an older one then ends with 409 */
};

void updates_init(struct updates *updates, struct journal *journal);
void updates_free(struct updates *updates);
/* Whether the bot asked for that kind (C.h:1456). */
bool updates_allowed(const struct updates *updates, const char *kind);
/* `content` is borrowed. *ret_id is 0 when the kind is not among those allowed. FULL, or INVALID when it is too big. */
MUST_CHECK enum status updates_push(struct updates *updates, const char *kind, const json_t *content, int64_t queue,
                                    int64_t lifetime, int64_t *ret_id);
/* A whole update whose body is ready and taken. `id` must be in it. CONFLICT: there is one with that id. */
MUST_CHECK enum status updates_push_body(struct updates *updates, int64_t id, char *body, int64_t queue,
                                         int64_t lifetime);
/* Never NULL; the caller frees it. `update` must be an object, its update_id is left out of the rest. */
char *update_body(int64_t id, const json_t *update);
int64_t updates_take_id(struct updates *updates);
struct update *updates_find(const struct updates *updates, int64_t id);
/* It waits no more; its body stays for updates_find. */
void updates_settle(struct updates *updates, struct update *update);
/* Everything that waits and is not in flight is forgotten. */
void updates_clear(struct updates *updates);

#endif
