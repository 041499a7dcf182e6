#include "core/fault.h"

#ifdef FAULT_POINTS

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/parse.h"

static const char *const names[FAULT_COUNT] = {
#define X(id) [FAULT_##id] = #id,
    FAULT_NAMES(X)
#undef X
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static enum fault wanted = FAULT_COUNT;
static atomic_llong passings_left;

/* A test that misspells a name must not pass for want of a crash. */
static _Noreturn void refuse(const char *setting) {
    (void)fprintf(stderr, "FAULT=%s: no such fault point\n", setting);
    _exit(64);
}

static void read_setting(void) {
    const char *setting = getenv("FAULT");
    if (setting == NULL || *setting == '\0')
        return;
    const size_t length = strcspn(setting, ":");
    int64_t passing = 1;
    if (setting[length] == ':' && parse_i64(setting + length + 1, 1, INT32_MAX, &passing) != STATUS_OK)
        refuse(setting);
    for (int i = 0; i < FAULT_COUNT; i++)
        if (strlen(names[i]) == length && memcmp(names[i], setting, length) == 0)
            wanted = (enum fault)i;
    if (wanted == FAULT_COUNT)
        refuse(setting);
    atomic_store(&passings_left, passing);
}

void fault_pass(enum fault fault) {
    pthread_once(&once, read_setting);
    if (fault != wanted || atomic_fetch_sub(&passings_left, 1) != 1)
        return;
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

void fault_list(void) {
    for (int i = 0; i < FAULT_COUNT; i++)
        puts(names[i]);
}

#else

_Static_assert(FAULT_COUNT > 0, "a translation unit needs a declaration");

#endif
