/* server/suspects: updates under way, in a small file mapped into memory (DATA_DIR/under-way), so that after a crash
 * the next start knows which update it died of. An update that ended the process three times is acknowledged with an
 * apology instead of being handled a fourth time. */
#ifndef SERVER_SUSPECTS_H
#define SERVER_SUSPECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"

enum { SUSPECT_STARTS_MAX = 3 };

struct suspects;

/* `slots`: how many updates can be under way at once. Without a file (it cannot be made, or another copy holds it)
 * everything works but the memory of crashes; then *ret_suspects is valid and the status says why. */
enum status suspects_open(const char *data_dir, unsigned slots, struct suspects **ret_suspects, struct error *error);
/* An update begins in a slot. Gives how many times it was under way when the process ended. Updates that were, go one
 * at a time: what died beside the one that kills is not taken for it again. Begin and end are of one thread. */
unsigned suspects_begin(struct suspects *suspects, unsigned slot, uint64_t digest);
/* It is done: it was not the one. */
void suspects_end(struct suspects *suspects, unsigned slot, uint64_t digest);
void suspects_close(struct suspects *suspects); /* NULL is allowed */

#endif
