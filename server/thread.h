/* server/thread: threads with a name and a small stack, and waiting on the monotonic clock. */
#ifndef SERVER_THREAD_H
#define SERVER_THREAD_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

#include "core/status.h"

enum { THREAD_STACK = 512 * 1024 }; /* bytes: the drivers' own buffers on the stack fit, a thousand threads do too */

/* Starts a thread with all signals blocked. `name`: at most 15 characters, for ps and debuggers. */
MUST_CHECK enum status thread_start(pthread_t *ret_thread, const char *name, void *(*run)(void *), void *context,
                                    struct error *error);
/* A condition whose waits are measured by thread_deadline. */
void thread_cond_init(pthread_cond_t *condition);
struct timespec thread_deadline(int64_t ms);

#endif
