#include "server/suspects.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/arena.h"

enum { SLOTS_MAX = 256 };

/* What was under way, and how often it has begun. digest 0: nothing. */
struct entry {
    uint64_t digest, starts;
};

struct suspects {
    int file;
    struct entry *under_way; /* SLOTS_MAX, in the file or in plain memory; each slot belongs to one worker */
    pthread_mutex_t mutex;   /* of `left` */
    struct entry *left;      /* SLOTS_MAX behind them: by processes that ended, not done since */
    pthread_mutex_t alone;   /* held by the one suspect under way, in the slot where `is_alone` */
    bool is_alone[SLOTS_MAX];
};

enum { FILE_SIZE = 2 * SLOTS_MAX * sizeof(struct entry) };

/* Pages of the mapping outlive the process (SIGKILL, a crash), which is all that is asked: after a power cut nothing is
 * suspected. */
static enum status map_file(struct suspects *suspects, const char *data_dir, struct error *error) {
    char path[4096];
    snprintf(path, sizeof(path), "%s/under-way", data_dir);
    suspects->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (suspects->file < 0 || flock(suspects->file, LOCK_EX | LOCK_NB) || ftruncate(suspects->file, FILE_SIZE))
        return error_set(error, STATUS_UNAVAILABLE, "DATA_DIR: the file «under-way»: %s", strerror(errno));
    void *map = mmap(NULL, FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, suspects->file, 0);
    if (map == MAP_FAILED)
        return error_set(error, STATUS_UNAVAILABLE, "DATA_DIR: the file «under-way»: %s", strerror(errno));
    suspects->under_way = map;
    return STATUS_OK;
}

/* Moves what a process left under way to where it is remembered: in place of itself, else of what began least often. */
static void leave(struct suspects *suspects, struct entry *under_way) {
    struct entry *place = &suspects->left[0];
    if (under_way->digest == 0)
        return;
    for (size_t i = 0; i < SLOTS_MAX && place->digest != under_way->digest; i++)
        if (suspects->left[i].digest == under_way->digest || suspects->left[i].starts < place->starts)
            place = &suspects->left[i];
    *place = *under_way;
    *under_way = (struct entry){0};
}

enum status suspects_open(const char *data_dir, unsigned slots, struct suspects **ret_suspects, struct error *error) {
    struct suspects *suspects = mem_alloc(sizeof(*suspects));
    if (slots > SLOTS_MAX)
        mem_die("more workers than slots for updates under way");
    pthread_mutex_init(&suspects->mutex, NULL);
    pthread_mutex_init(&suspects->alone, NULL);
    enum status status = map_file(suspects, data_dir, error);
    if (status) {
        if (suspects->file >= 0)
            close(suspects->file);
        suspects->file = -1;
        suspects->under_way = mem_alloc(FILE_SIZE);
    }
    suspects->left = suspects->under_way + SLOTS_MAX;
    for (size_t i = 0; i < SLOTS_MAX; i++)
        leave(suspects, &suspects->under_way[i]);
    *ret_suspects = suspects;
    return status;
}

unsigned suspects_begin(struct suspects *suspects, unsigned slot, uint64_t digest) {
    uint64_t starts = 0;
    pthread_mutex_lock(&suspects->mutex);
    for (size_t i = 0; i < SLOTS_MAX; i++)
        if (suspects->left[i].digest == digest && suspects->left[i].starts > starts)
            starts = suspects->left[i].starts;
    pthread_mutex_unlock(&suspects->mutex);
    if (starts > 0)
        pthread_mutex_lock(&suspects->alone);
    suspects->is_alone[slot] = starts > 0;
    suspects->under_way[slot] = (struct entry){digest, starts + 1};
    return (unsigned)starts;
}

void suspects_end(struct suspects *suspects, unsigned slot, uint64_t digest) {
    suspects->under_way[slot] = (struct entry){0};
    pthread_mutex_lock(&suspects->mutex);
    for (size_t i = 0; i < SLOTS_MAX; i++)
        if (suspects->left[i].digest == digest)
            suspects->left[i] = (struct entry){0};
    pthread_mutex_unlock(&suspects->mutex);
    if (suspects->is_alone[slot])
        pthread_mutex_unlock(&suspects->alone);
    suspects->is_alone[slot] = false;
}

void suspects_close(struct suspects *suspects) {
    if (!suspects)
        return;
    if (suspects->file >= 0) {
        munmap(suspects->under_way, FILE_SIZE);
        close(suspects->file);
    } else {
        free(suspects->under_way);
    }
    pthread_mutex_destroy(&suspects->mutex);
    pthread_mutex_destroy(&suspects->alone);
    free(suspects);
}
