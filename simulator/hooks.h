/* simulator/hooks: a program beside the simulator that knows more than it: the demo's, which can end the bot or look
 * into its documents. It is run with a vector of arguments, one run at a time, and ended when it takes too long. */
#ifndef SIMULATOR_HOOKS_H
#define SIMULATOR_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

struct sim;

enum { HOOK_OUTPUT_MAX = 1 << 20, HOOK_MS_MAX = 10000, HOOK_ARGUMENTS_MAX = 4, HOOK_NAME_MAX = 32 };

struct hook_result {
    bool ok;       /* it ended with 0 in time, and did not say too much */
    char *output;  /* of its standard output; never NULL, owned */
    char why[256]; /* when it is not ok: the first line of its standard error, or what went wrong */
};

/* Without the lock. `arguments` ends with NULL and has at most HOOK_ARGUMENTS_MAX. The caller frees the output. */
void hook_run(struct sim *sim, const char *const arguments[], struct hook_result *ret_result);

#endif
