/* simulator/webhook: updates on their way to the bot.
 *
 * One thread owns a curl multi handle. Of the waiting updates the first 2 × max_connections are looked at (W:692); of
 * each queue only the first may be in flight; a failed one stays at the head of its queue and is sent again at once,
 * then after 2, 4, 8 … s, at most 60–120 s, or after what Retry-After said (W:493). */
#ifndef SIMULATOR_WEBHOOK_H
#define SIMULATOR_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/status.h"

struct sim;
struct delivery;

enum { POST_TIMES_MAX = 100 };

/* Starts the thread and sets sim->delivery. UNAVAILABLE: no curl handle or no thread. */
MUST_CHECK enum status delivery_start(struct sim *sim);
/* After sim_stop; waits for the thread. */
void delivery_stop(struct sim *sim);
void delivery_wake(struct delivery *delivery);

/* Posts a body as a webhook request, `times` (1–POST_TIMES_MAX) times, one after the other or all at once, and gives
 * the HTTP statuses, 0 where there was none. Without the lock. */
void webhook_post(const char *url, const char *secret, const char *body, size_t times, bool parallel,
                  long ret_statuses[]);

#endif
