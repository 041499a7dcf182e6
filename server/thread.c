#include "server/thread.h"

#include <signal.h>
#include <string.h>

#include "core/clock.h"

enum status thread_start(pthread_t *ret_thread, const char *name, void *(*run)(void *), void *context,
                         struct error *error) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, THREAD_STACK);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    const int failure = pthread_create(&thread, &attributes, run, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (failure)
        return error_set(error, STATUS_UNAVAILABLE, "no thread for %s: %s", name, strerror(failure));
    pthread_setname_np(thread, name);
    *ret_thread = thread;
    return STATUS_OK;
}

void thread_cond_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

struct timespec thread_deadline(int64_t ms) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t nanoseconds = now.tv_nsec + ms % SECOND * 1000000;
    return (struct timespec){.tv_sec = now.tv_sec + ms / SECOND + nanoseconds / 1000000000,
                             .tv_nsec = nanoseconds % 1000000000};
}
