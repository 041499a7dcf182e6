/* simulator/load: many people who each file a ticket, and staff who accept and complete it, as fast as the bot answers.
 *
 * Nobody polls: what the bot shows in a chat moves the person of that chat one step on, in the thread that carries the
 * bot's call. A person's walk has the six steps of the form and ends when the ticket is completed and they were told.
 * Times are µs of the monotonic clock, which other processes of the machine share. docs/SIMULATOR.md has the request
 * and the result of POST /sim/load. */
#ifndef SIMULATOR_LOAD_H
#define SIMULATOR_LOAD_H

#include <stdbool.h>
#include <stdint.h>

struct chat;
struct message;
struct sim;
struct update;

int64_t load_clock(void);
/* Under the lock. All do nothing while there is no load. */
void load_on_taken(struct sim *sim, const struct update *update);
void load_on_shown(struct sim *sim, const struct chat *chat, const struct message *message, bool edited);

#endif
