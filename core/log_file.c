/* Threads write without a lock; the descriptor's number never changes, dup3 puts the new file in its place. The lock is
 * for opening and for the turn of the day. */
#include "core/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"

enum { DATE_SIZE = 12, DAYS_LOOKED_BACK = 400 };

static struct {
    char path[PATH_MAX]; /* empty: no file */
    pthread_mutex_t lock;
    atomic_int fd; /* -1: not opened yet */
    atomic_bool must_open, broken;
    _Atomic int64_t day_end; /* ms UTC, the next local midnight */
    char day[DATE_SIZE];     /* of the file */
} file = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .must_open = true};

/* --- days --- */

static struct tm local_day(int64_t now, int days_later) {
    const time_t seconds = (time_t)(now / SECOND);
    struct tm day = {0};
    (void)localtime_r(&seconds, &day);
    day.tm_mday += days_later;
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    day.tm_isdst = -1;
    (void)mktime(&day);
    return day;
}

static void name_day(int64_t now, int days_later, char ret_day[DATE_SIZE]) {
    const struct tm day = local_day(now, days_later);
    if (strftime(ret_day, DATE_SIZE, "%Y-%m-%d", &day) == 0)
        ret_day[0] = '\0';
}

static void begin_day(int64_t now) {
    struct tm tomorrow = local_day(now, 1);
    const int64_t midnight = (int64_t)mktime(&tomorrow) * SECOND;
    name_day(now, 0, file.day);
    atomic_store(&file.day_end, midnight > now ? midnight : now + HOUR);
}

static bool dated_path(const char *day, char ret_path[PATH_MAX]) {
    return snprintf(ret_path, PATH_MAX, "%s.%s", file.path, day) < PATH_MAX;
}

static void keep_as(const char *day) {
    char dated[PATH_MAX];
    if (dated_path(day, dated))
        (void)renameat2(AT_FDCWD, file.path, AT_FDCWD, dated, RENAME_NOREPLACE);
}

static void drop_old_days(int64_t now) {
    char day[DATE_SIZE], dated[PATH_MAX];
    for (int age = LOG_DAYS_KEPT + 1; age <= DAYS_LOOKED_BACK; age++) {
        name_day(now, -age, day);
        if (dated_path(day, dated))
            (void)unlink(dated);
    }
}

/* --- opening --- */

/* Another process may log into the same file and have begun the new one already. */
static bool is_still_ours(void) {
    struct stat named, opened;
    const int fd = atomic_load(&file.fd);
    return fd >= 0 && lstat(file.path, &named) == 0 && fstat(fd, &opened) == 0 && S_ISREG(named.st_mode) &&
           named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

static void turn_day(int64_t now) {
    pthread_mutex_lock(&file.lock);
    if (now >= atomic_load(&file.day_end)) {
        if (is_still_ours())
            keep_as(file.day);
        drop_old_days(now);
        begin_day(now);
        atomic_store(&file.must_open, true);
    }
    pthread_mutex_unlock(&file.lock);
}

static bool open_by_name(void) {
    const int opened = open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    if (opened < 0)
        return false;
    const int fd = atomic_load(&file.fd);
    if (fd < 0) {
        atomic_store(&file.fd, opened);
        return true;
    }
    const bool put = dup3(opened, fd, O_CLOEXEC) >= 0;
    const int reason = errno;
    close(opened);
    errno = reason;
    return put;
}

static bool open_if_needed(void) {
    struct stat opened;
    if (!atomic_load(&file.must_open) && fstat(atomic_load(&file.fd), &opened) == 0 && opened.st_nlink > 0)
        return true;
    pthread_mutex_lock(&file.lock);
    atomic_store(&file.must_open, false);
    const bool is_open = open_by_name();
    if (!is_open)
        atomic_store(&file.must_open, true);
    pthread_mutex_unlock(&file.lock);
    return is_open;
}

void log_file_use(const char *path) {
    struct stat found;
    char day[DATE_SIZE];
    const int fd = atomic_exchange(&file.fd, -1);
    if (fd >= 0)
        close(fd);
    atomic_store(&file.must_open, true);
    atomic_store(&file.broken, false);
    (void)snprintf(file.path, sizeof(file.path), "%s", path != NULL ? path : "");
    begin_day(clock_now());
    if (path == NULL || lstat(path, &found) != 0 || !S_ISREG(found.st_mode) || found.st_size == 0)
        return;
    name_day((int64_t)found.st_mtim.tv_sec * SECOND, 0, day); /* left by a run of an earlier day */
    if (strcmp(day, file.day) != 0)
        keep_as(day);
}

void log_file_reopen(void) {
    atomic_store(&file.must_open, true);
}

/* --- writing --- */

static bool put(const char *bytes, size_t length) {
    ssize_t written;
    do
        written = write(atomic_load(&file.fd), bytes, length);
    while (written < 0 && errno == EINTR);
    if (written == (ssize_t)length)
        return true;
    if (written >= 0)
        errno = ENOSPC; /* a piece of it went in: the disk is full */
    atomic_store(&file.must_open, true);
    return false;
}

enum log_file_outcome log_file_write(const char *bytes, size_t length, int64_t now) {
    if (file.path[0] == '\0')
        return LOG_FILE_NONE;
    if (now >= atomic_load(&file.day_end))
        turn_day(now);
    if (open_if_needed() && put(bytes, length))
        return atomic_exchange(&file.broken, false) ? LOG_FILE_MENDED : LOG_FILE_WRITTEN;
    return atomic_exchange(&file.broken, true) ? LOG_FILE_FAILED : LOG_FILE_BROKE;
}
