#include "core/fault.h"

#ifdef FAULT_POINTS

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/parse.h"

enum { HOLD_POLL = 5 };

static const char *const names[FAULT_COUNT] = {
#define X(id) [FAULT_##id] = #id,
    FAULT_NAMES(X)
#undef X
};

/* What one setting asks for. */
struct order {
    const char *setting;
    enum fault wanted;
    atomic_llong passings_left;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct order death = {.setting = "FAULT", .wanted = FAULT_COUNT},
                    hold = {.setting = "FAULT_HOLD", .wanted = FAULT_COUNT};
static const char *hold_file;
static atomic_bool hold_reached;

/* A test that misspells a name must not pass for want of a crash. */
static _Noreturn void refuse(const struct order *order, const char *value) {
    (void)fprintf(stderr, "%s=%s: no such fault point\n", order->setting, value);
    _exit(64);
}

static void read_order(struct order *order) {
    const char *value = getenv(order->setting);
    if (value == NULL || *value == '\0')
        return;
    const size_t length = strcspn(value, ":");
    int64_t passing = 1;
    if (value[length] == ':' && parse_i64(value + length + 1, 1, INT32_MAX, &passing) != STATUS_OK)
        refuse(order, value);
    for (int i = 0; i < FAULT_COUNT; i++)
        if (strlen(names[i]) == length && memcmp(names[i], value, length) == 0)
            order->wanted = (enum fault)i;
    if (order->wanted == FAULT_COUNT)
        refuse(order, value);
    atomic_store(&order->passings_left, passing);
}

static void read_settings(void) {
    read_order(&death);
    read_order(&hold);
    hold_file = getenv("FAULT_HOLD_FILE");
    if (hold.wanted != FAULT_COUNT && hold_file == NULL)
        refuse(&hold, "… without FAULT_HOLD_FILE");
}

static bool is_due(struct order *order, enum fault fault) {
    return fault == order->wanted && atomic_fetch_sub(&order->passings_left, 1) == 1;
}

static void wait_for_removal(void) {
    int file = open(hold_file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0)
        refuse(&hold, hold_file);
    close(file);
    atomic_store(&hold_reached, true);
    while (access(hold_file, F_OK) == 0)
        clock_sleep(HOLD_POLL);
}

/* Another thread must not die before the one that is to wait does: its wait would never come. */
static bool may_die(void) {
    return hold.wanted == FAULT_COUNT || atomic_load(&hold_reached);
}

void fault_pass(enum fault fault) {
    pthread_once(&once, read_settings);
    if (is_due(&hold, fault))
        wait_for_removal();
    if (!may_die() || !is_due(&death, fault))
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
