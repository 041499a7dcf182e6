/* simulator/api: one call of the Bot API from its arguments to its answer. */
#ifndef SIMULATOR_API_H
#define SIMULATOR_API_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/params.h"

struct sim;

struct api_answer {
    int status;
    char *body; /* owned; NULL only when `cut` */
    const char *type;
    int64_t retry_after; /* > 0: goes into a header too */
    bool cut;            /* close the connection instead of answering */
};

/* Takes the lock, waits where a method or a fault does, writes the call down. Fills a zeroed *ret_answer. */
void api_run(struct sim *sim, const char *name, const struct params *params, struct api_answer *ret_answer);
void api_answer_free(struct api_answer *answer);
/* Whether a webhook's response may call it (W:622). */
bool api_allowed_in_answer(const char *method);

#endif
