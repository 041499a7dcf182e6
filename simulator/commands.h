/* simulator/commands: the list of commands that a person sees. */
#ifndef SIMULATOR_COMMANDS_H
#define SIMULATOR_COMMANDS_H

#include <jansson.h>
#include <stdint.h>

struct sim;

/* What `user` sees in the chat: by the narrowest scope that has a list, in their language or without one. A new
 * reference, never NULL. */
json_t *commands_for(const struct sim *sim, int64_t chat_id, int64_t user, const char *language);

#endif
