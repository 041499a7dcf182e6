#include "simulator/hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/clock.h"
#include "core/utf.h"
#include "simulator/sim.h"

enum { TICK_MS = 100, FIRST_FREE = 3 };

extern char **environ;

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* A run: its two pipes and what came from them. */
struct run {
    pid_t pid;
    int pipes[2]; /* -1: closed */
    struct buffer output[2];
};

static bool open_pipe(int ret_ends[2]) {
    return pipe2(ret_ends, O_CLOEXEC) == 0;
}

/* A group of its own, so that all it started can be ended; no signal blocked or ignored; no file but the first three.
 */
static int spawn(struct run *run, const char *program, char *const arguments[], const int to[2]) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, pipe_only;
    sigemptyset(&none);
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &pipe_only);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, to[0], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, to[1], STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, FIRST_FREE);
    const int code = posix_spawn(&run->pid, program, &files, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return code;
}

static bool start(struct run *run, const char *program, char *const arguments[]) {
    int out[2], errors[2];
    if (!open_pipe(out))
        return false;
    if (!open_pipe(errors)) {
        close(out[0]);
        close(out[1]);
        return false;
    }
    const int code = spawn(run, program, arguments, (const int[]){out[1], errors[1]});
    close(out[1]);
    close(errors[1]);
    run->pipes[0] = out[0];
    run->pipes[1] = errors[0];
    return code == 0;
}

static void close_pipe(struct run *run, size_t i) {
    if (run->pipes[i] >= 0)
        close(run->pipes[i]);
    run->pipes[i] = -1;
}

static void read_some(struct run *run, size_t i) {
    char part[16384];
    const ssize_t got = read(run->pipes[i], part, sizeof(part));
    if (got > 0)
        buffer_add_bytes(&run->output[i], part, (size_t)got);
    else if (got == 0 || errno != EINTR)
        close_pipe(run, i);
}

static bool is_stopping(struct sim *sim) {
    sim_lock(sim);
    const bool stopping = sim->stopping;
    sim_unlock(sim);
    return stopping;
}

/* NULL, or why it must be ended. */
static const char *read_all(struct sim *sim, struct run *run) {
    const int64_t deadline = clock_monotonic() + HOOK_MS_MAX;
    while (run->pipes[0] >= 0 || run->pipes[1] >= 0) {
        struct pollfd polled[2];
        for (size_t i = 0; i < 2; i++)
            polled[i] = (struct pollfd){.fd = run->pipes[i], .events = POLLIN};
        (void)poll(polled, 2, TICK_MS);
        for (size_t i = 0; i < 2; i++)
            if (run->pipes[i] >= 0 && polled[i].revents)
                read_some(run, i);
        if (run->output[0].full || run->output[1].full)
            return "it said too much";
        if (clock_monotonic() >= deadline || is_stopping(sim))
            return "it took too long";
    }
    return NULL;
}

static void finish(struct run *run, const char *why, struct hook_result *result) {
    int status = 0;
    if (why)
        (void)kill(-run->pid, SIGKILL);
    while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    result->ok = !why && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (why)
        (void)snprintf(result->why, sizeof(result->why), "%s", why);
    else if (!result->ok)
        (void)snprintf(result->why, sizeof(result->why), "%.*s", (int)strcspn(run->output[1].data, "\r\n"),
                       run->output[1].length > 0 ? run->output[1].data : "it failed");
}

void hook_run(struct sim *sim, const char *const arguments[], struct hook_result *ret_result) {
    char *vector[HOOK_ARGUMENTS_MAX + 2] = {(char *)(uintptr_t)sim->hooks};
    struct run run = {.pipes = {-1, -1}};
    for (size_t i = 0; i < HOOK_ARGUMENTS_MAX && arguments[i]; i++)
        vector[i + 1] = (char *)(uintptr_t)arguments[i];
    *ret_result = (struct hook_result){.why = "it cannot be started"};
    for (size_t i = 0; i < 2; i++)
        buffer_init(&run.output[i], HOOK_OUTPUT_MAX);
    pthread_mutex_lock(&one_at_a_time);
    if (start(&run, sim->hooks, vector))
        finish(&run, read_all(sim, &run), ret_result);
    pthread_mutex_unlock(&one_at_a_time);
    for (size_t i = 0; i < 2; i++)
        close_pipe(&run, i);
    ret_result->output = buffer_take(&run.output[0]);
    buffer_free(&run.output[1]);
}
