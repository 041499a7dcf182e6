/* simulator/act: what a person does, as updates. Everything here is used under the simulator's lock. */
#ifndef SIMULATOR_ACT_H
#define SIMULATOR_ACT_H

#include <jansson.h>
#include <stdint.h>

#include "core/status.h"
#include "simulator/sim.h"

/* A new message of that person; `content` is taken. *ret_update is 0 where the bot does not want the kind or
 * is not in the chat. Statuses of updates_push. */
MUST_CHECK enum status act_send(struct sim *sim, const struct person *person, struct chat *chat, json_t *content,
                                struct message **ret_message, int64_t *ret_update);
/* A press of a button of message `id`, which may be gone. */
MUST_CHECK enum status act_press(struct sim *sim, const struct person *person, const struct chat *chat, int64_t id,
                                 const char *data, const struct query **ret_query, int64_t *ret_update);

#endif
