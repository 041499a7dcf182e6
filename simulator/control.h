/* simulator/control: /sim/…, the tests' and the page's side of the server. docs/SIMULATOR.md describes it. */
#ifndef SIMULATOR_CONTROL_H
#define SIMULATOR_CONTROL_H

#include <jansson.h>
#include <stddef.h>

#include "core/status.h"
#include "simulator/params.h"
#include "simulator/sim.h"

enum { CONTROL_WAIT_MAX = 60000 };

struct control {
    struct sim *sim;
    const struct params *query; /* of the address */
    const json_t *body;         /* an object, maybe an empty one */
    const char *raw, *raw_type; /* the body of an upload and its Content-Type, which may be NULL */
    size_t raw_length;
    json_t *result; /* members to be answered beside "ok" */
    char error[256];
};

typedef enum status control_run(struct control *control);

/* Without the lock, which the rows below take as they need it. `path` begins behind "/sim/". *ret_status: HTTP; the
 * text is the caller's to free. */
struct control_request {
    const char *method, *path;
    const struct params *query;
    const char *body, *type; /* `type`: Content-Type, may be NULL */
    size_t length;
};
char *control_handle(struct sim *sim, const struct control_request *request, int *ret_status);

enum status control_fail(struct control *control, const char *format, ...) PRINTF_LIKE(2, 3);
/* Integer members of the body; `fallback` when absent. */
int64_t control_int(const struct control *control, const char *key, int64_t fallback);
const char *control_text(const struct control *control, const char *key);
/* The person in "from", the chat in "chat" or their private one. */
MUST_CHECK enum status control_person(struct control *control, struct person **ret_person);
MUST_CHECK enum status control_chat(struct control *control, const struct person *person, struct chat **ret_chat);
/* Puts the id of an update (null when the bot does not want that kind) into the result, or says that it was not queued.
 */
MUST_CHECK enum status control_queued(struct control *control, enum status status, int64_t id);
/* Queues an update and puts its id (null when the bot does not want that kind) into the result. */
MUST_CHECK enum status control_push(struct control *control, const char *kind, const json_t *content, int64_t queue,
                                    int64_t lifetime);

/* With the lock: what GET /sim/state answers, and the versions of the chats that changed last. New references. */
json_t *control_state(const struct sim *sim);
json_t *control_chat_versions(const struct sim *sim);
bool control_has_hooks(const struct sim *sim);
/* Without the lock: asks the hooks for the state of bot and database, at most once a second unless `at_once`. */
void control_look_at_demo(struct sim *sim, bool at_once);

#define CONTROL_ROUTES(X)                                                                                              \
    X("POST", "person", control_set_person)                                                                            \
    X("POST", "send", control_send)                                                                                    \
    X("POST", "press", control_press)                                                                                  \
    X("POST", "member", control_member)                                                                                \
    X("POST", "topic", control_topic)                                                                                  \
    X("POST", "group", control_group)                                                                                  \
    X("POST", "update", control_update)                                                                                \
    X("POST", "fault", control_add_fault)                                                                              \
    X("DELETE", "fault", control_clear_faults)                                                                         \
    X("GET", "fault", control_view_faults)                                                                             \
    X("POST", "upload", control_upload)                                                                                \
    X("POST", "hook", control_hook)                                                                                    \
    X("GET", "hook", control_view_hook)                                                                                \
    X("GET", "document", control_view_document)                                                                        \
    X("GET", "log", control_view_log)                                                                                  \
    X("POST", "webhook", control_webhook)                                                                              \
    X("POST", "redeliver", control_redeliver)                                                                          \
    X("POST", "deliver", control_deliver)                                                                              \
    X("POST", "limits", control_limits)                                                                                \
    X("POST", "load", control_load)                                                                                    \
    X("GET", "chat", control_view_chat)                                                                                \
    X("GET", "calls", control_view_calls)                                                                              \
    X("GET", "state", control_view_state)

#define X(method, path, function) enum status function(struct control *control);
CONTROL_ROUTES(X)
#undef X

#endif
