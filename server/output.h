/* server/output: a file that appears as a whole or not at all, for its owner alone (0600); or standard
 * output.
 */
#ifndef SERVER_OUTPUT_H
#define SERVER_OUTPUT_H

#include <stdio.h>

#include "core/arena.h"
#include "core/status.h"

struct output {
    FILE *file;
    const char *path; /* NULL: standard output */
    char *unfinished; /* the file's name until it is whole */
};

/* `path`: NULL or "-": standard output. What stands there may only be a plain file. INVALID. */
MUST_CHECK enum status output_open(struct arena *arena, const char *path, struct output *ret_output,
                                   struct error *error);
/* Makes it whole and durable. UNAVAILABLE: it could not be written; nothing is left behind then. */
MUST_CHECK enum status output_finish(struct output *output, struct error *error);
/* Leaves nothing behind. */
void output_give_up(struct output *output);

#endif
