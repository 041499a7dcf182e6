/* The log in a file: its mode, the turn of the day, opening it anew, and standard error while it cannot be written. */
#include "core/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log_file.h"
#include "tests/unit/unit.h"

/* 2026-03-10 23:30 in Kyiv. */
static const int64_t evening = INT64_C(1773178200000);
static _Atomic int64_t now;

int64_t clock_now(void) {
    return now;
}

static char folder[64], path[128];
static int saved_stderr;

static char *in_folder(const char *name) {
    static char names[4][192];
    static size_t next;
    char *given = names[next++ % COUNT(names)];
    (void)snprintf(given, sizeof(names[0]), "%s/%s", folder, name);
    return given;
}

/* A file's lines, without their times; "" where there is none. */
static const char *content(const char *name) {
    static char all[4096];
    FILE *file = fopen(in_folder(name), "r");
    size_t length = 0;
    char line[1024];
    while (file && fgets(line, sizeof(line), file)) {
        const char *event = strchr(line, ' ');
        assert_non_null(event);
        length += (size_t)snprintf(all + length, sizeof(all) - length, "%s", event + 1);
        assert_true(length < sizeof(all));
    }
    if (file)
        (void)fclose(file);
    all[length] = '\0';
    return all;
}

static int enter(void **state) {
    (void)state;
    now = evening;
    (void)snprintf(folder, sizeof(folder), "/tmp/test_log_file.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof(path), "%s/bot.log", folder);
    setenv("TZ", "Europe/Kyiv", 1);
    tzset();
    (void)fflush(stderr);
    saved_stderr = dup(STDERR_FILENO);
    FILE *file = fopen(in_folder("stderr"), "w");
    if (saved_stderr < 0 || !file || dup2(fileno(file), STDERR_FILENO) < 0)
        return -1;
    return fclose(file);
}

static int leave(void **state) {
    (void)state;
    char command[96];
    log_to_file(NULL);
    (void)dup2(saved_stderr, STDERR_FILENO);
    (void)close(saved_stderr);
    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command);
}

static void test_lines_go_to_the_file(void **state) {
    (void)state;
    struct stat info;
    log_to_file(path);
    log_info("one", LOG_NUMBER("n", 1));
    log_info("two");
    assert_string_equal(content("bot.log"), "info one n=1\ninfo two\n");
    assert_string_equal(content("stderr"), "");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void test_each_day_has_its_file(void **state) {
    (void)state;
    log_to_file(path);
    log_info("evening");
    now = evening + 30 * MINUTE - 1;
    log_info("last");
    now++;
    log_info("first");
    assert_string_equal(content("bot.log.2026-03-10"), "info evening\ninfo last\n");
    assert_string_equal(content("bot.log"), "info first\n");
    now += 3 * DAY;
    log_info("later");
    assert_string_equal(content("bot.log.2026-03-11"), "info first\n");
    assert_string_equal(content("bot.log"), "info later\n");
}

/* On 2026-03-29 Kyiv's clocks go from 3 to 4: the day has 23 hours. */
static void test_a_day_of_23_hours(void **state) {
    (void)state;
    now = INT64_C(1774735200000); /* its midnight, 00:00+02:00 */
    log_to_file(path);
    log_info("begin");
    now += 23 * HOUR - 1;
    log_info("end");
    now++;
    log_info("next");
    assert_string_equal(content("bot.log.2026-03-29"), "info begin\ninfo end\n");
    assert_string_equal(content("bot.log"), "info next\n");
}

static void touch(const char *name, const char *line, int64_t when) {
    FILE *file = fopen(in_folder(name), "w");
    assert_non_null(file);
    assert_true(fputs(line, file) >= 0);
    assert_int_equal(fclose(file), 0);
    const struct timespec times[2] = {{.tv_sec = (time_t)(when / SECOND)}, {.tv_sec = (time_t)(when / SECOND)}};
    assert_int_equal(utimensat(AT_FDCWD, in_folder(name), times, 0), 0);
}

static void test_the_file_of_an_earlier_run(void **state) {
    (void)state;
    touch("bot.log", "time info yesterday\n", evening - DAY);
    log_to_file(path);
    log_info("today");
    assert_string_equal(content("bot.log.2026-03-09"), "info yesterday\n");
    assert_string_equal(content("bot.log"), "info today\n");
}

static void test_the_file_of_an_earlier_run_today(void **state) {
    (void)state;
    touch("bot.log", "time info before\n", evening - HOUR);
    log_to_file(path);
    log_info("after");
    assert_string_equal(content("bot.log"), "info before\ninfo after\n");
}

static void test_nothing_is_overwritten(void **state) {
    (void)state;
    touch("bot.log.2026-03-10", "time info of another\n", evening);
    log_to_file(path);
    log_info("one");
    now += DAY;
    log_info("two");
    assert_string_equal(content("bot.log.2026-03-10"), "info of another\n");
    assert_string_equal(content("bot.log"), "info one\ninfo two\n");
}

/* Another process with the same file was first at midnight. */
static void test_a_file_begun_by_another_is_joined(void **state) {
    (void)state;
    log_to_file(path);
    log_info("evening");
    assert_int_equal(rename(path, in_folder("bot.log.2026-03-10")), 0);
    touch("bot.log", "time info of another\n", evening + HOUR);
    now += HOUR;
    log_info("morning");
    assert_string_equal(content("bot.log.2026-03-10"), "info evening\n");
    assert_string_equal(content("bot.log"), "info of another\ninfo morning\n");
}

static void test_old_days_are_dropped(void **state) {
    (void)state;
    touch("bot.log.2026-02-08", "x\n", evening);
    touch("bot.log.2026-02-09", "x\n", evening);
    touch("bot.log.2025-06-01", "x\n", evening);
    touch("bot.log.2026-02-08.gz", "x\n", evening);
    log_to_file(path);
    log_info("evening");
    now += DAY;
    log_info("next");
    assert_int_not_equal(access(in_folder("bot.log.2026-02-08"), F_OK), 0); /* 31 days before */
    assert_int_not_equal(access(in_folder("bot.log.2025-06-01"), F_OK), 0);
    assert_int_equal(access(in_folder("bot.log.2026-02-09"), F_OK), 0);
    assert_int_equal(access(in_folder("bot.log.2026-02-08.gz"), F_OK), 0);
}

static void test_opened_anew_by_its_name(void **state) {
    (void)state;
    log_to_file(path);
    log_info("one");
    assert_int_equal(rename(path, in_folder("aside")), 0);
    log_info("two");
    log_reopen();
    log_info("three");
    assert_string_equal(content("aside"), "info one\ninfo two\n");
    assert_string_equal(content("bot.log"), "info three\n");
}

static void test_a_removed_file_is_made_again(void **state) {
    (void)state;
    log_to_file(path);
    log_info("one");
    assert_int_equal(unlink(path), 0);
    log_info("two");
    assert_string_equal(content("bot.log"), "info two\n");
}

#define BROKEN "warning the log file cannot be written: lines go to standard error until it can cause="
#define MENDED "warning the log file is written again: standard error has what is missing here\n"

static void test_a_folder_that_is_gone(void **state) {
    (void)state;
    (void)snprintf(path, sizeof(path), "%s/logs/bot.log", folder);
    assert_int_equal(mkdir(in_folder("logs"), 0700), 0);
    log_to_file(path);
    log_info("one");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(in_folder("logs")), 0);
    log_info("two");
    log_info("three");
    assert_string_equal(content("stderr"), "info two\n" BROKEN "\"No such file or directory\"\ninfo three\n");
    assert_int_equal(mkdir(in_folder("logs"), 0700), 0);
    log_info("four");
    log_info("five");
    assert_string_equal(content("logs/bot.log"), "info four\n" MENDED "info five\n");
}

static void test_a_full_disk(void **state) {
    (void)state;
    assert_int_equal(symlink("/dev/full", path), 0);
    log_to_file(path);
    log_info("one");
    log_info("two");
    now += DAY;
    log_info("three"); /* a link is never renamed */
    assert_string_equal(content("stderr"), "info one\n" BROKEN "\"No space left on device\"\ninfo two\ninfo three\n");
    assert_int_equal(unlink(path), 0);
    log_info("four");
    assert_string_equal(content("bot.log"), "info four\n" MENDED);
}

enum { THREADS = 4, LINES = 500 };

static void *log_lines(void *argument) {
    for (int i = 0; i < LINES; i++)
        log_info("line", LOG_NUMBER("thread", *(int *)argument), LOG_NUMBER("i", i));
    return NULL;
}

/* Each line of every thread is whole and in one of the files, whatever happens to them meanwhile. */
static void count_lines(const char *name, int seen[THREADS][LINES]) {
    char line[256];
    FILE *file = fopen(in_folder(name), "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        int thread = -1, i = -1, length = -1;
        const char *event = strchr(line, ' ');
        assert_non_null(event);
        assert_int_equal(sscanf(event, " info line thread=%d i=%d%n", &thread, &i, &length), 2);
        assert_string_equal(event + length, "\n");
        assert_in_range(thread, 0, THREADS - 1);
        assert_in_range(i, 0, LINES - 1);
        seen[thread][i]++;
    }
    (void)fclose(file);
}

static void test_no_line_is_lost_between_files(void **state) {
    (void)state;
    static int seen[THREADS][LINES];
    pthread_t threads[THREADS];
    int numbers[THREADS];
    char names[16][32];
    size_t count = 0;
    memset(seen, 0, sizeof(seen));
    log_to_file(path);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, log_lines, &numbers[i]), 0);
    }
    for (int turn = 0; turn < 8; turn++) {
        (void)snprintf(names[count], sizeof(names[0]), "aside%d", turn);
        count += rename(path, in_folder(names[count])) == 0 ? 1 : 0;
        log_reopen();
        clock_sleep(1);
        now += DAY;
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < count; i++)
        count_lines(names[i], seen);
    for (int day = 10; day < 19; day++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "bot.log.2026-03-%d", day);
        if (access(in_folder(name), F_OK) == 0)
            count_lines(name, seen);
    }
    if (access(path, F_OK) == 0)
        count_lines("bot.log", seen);
    for (int thread = 0; thread < THREADS; thread++)
        for (int i = 0; i < LINES; i++)
            assert_int_equal(seen[thread][i], 1);
    assert_string_equal(content("stderr"), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, enter, leave)
        TEST(lines_go_to_the_file),
        TEST(each_day_has_its_file),
        TEST(a_day_of_23_hours),
        TEST(the_file_of_an_earlier_run),
        TEST(the_file_of_an_earlier_run_today),
        TEST(nothing_is_overwritten),
        TEST(a_file_begun_by_another_is_joined),
        TEST(old_days_are_dropped),
        TEST(opened_anew_by_its_name),
        TEST(a_removed_file_is_made_again),
        TEST(a_folder_that_is_gone),
        TEST(a_full_disk),
        TEST(no_line_is_lost_between_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
