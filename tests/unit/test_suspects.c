#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/suspects.h"
#include "tests/unit/unit.h"

enum { SLOTS = 4, POISON = 7001, OTHER = 7002, GOOD = 7003 };

static char folder[64];

static int setup(void **state) {
    (void)state;
    strcpy(folder, "/tmp/suspects-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw) {
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int teardown(void **state) {
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct suspects *open_it(enum status wanted) {
    struct suspects *suspects = NULL;
    struct error error = {0};
    assert_int_equal(suspects_open(folder, SLOTS, &suspects, &error), wanted);
    assert_non_null(suspects);
    return suspects;
}

/* A process that begins these updates, each in its slot, and dies of the last. Gives how often the last was known to
 * have been under way. */
static int die_of(const uint64_t *digests, unsigned count) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct suspects *suspects = NULL;
        if (suspects_open(folder, SLOTS, &suspects, NULL))
            _exit(99);
        unsigned starts = 0;
        for (unsigned i = 0; i < count; i++)
            starts = suspects_begin(suspects, i, digests[i]);
        _exit((int)starts);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    return WEXITSTATUS(how);
}

static int dies_of(uint64_t digest) {
    return die_of(&digest, 1);
}

static void test_starts_are_counted_over_processes(void **state) {
    (void)state;
    for (int i = 0; i < 6; i++)
        assert_int_equal(dies_of(POISON), i);
    assert_int_equal(dies_of(OTHER), 0);
}

static void test_two_poisons_in_turn(void **state) {
    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(dies_of(POISON), i);
        assert_int_equal(dies_of(OTHER), i);
    }
    for (int i = 0; i < 3; i++) /* one alone between them */
        assert_int_equal(dies_of(POISON), 4 + i);
    assert_int_equal(dies_of(OTHER), 4);
}

static void test_what_is_done_is_no_suspect(void **state) {
    (void)state;
    const uint64_t both[] = {GOOD, POISON};
    assert_int_equal(die_of(both, 2), 0);
    assert_int_equal(dies_of(POISON), 1);
    struct suspects *suspects = open_it(STATUS_OK);
    assert_int_equal(suspects_begin(suspects, 3, GOOD), 1); /* it was beside the poison, in whatever slot */
    suspects_end(suspects, 3, GOOD);
    assert_int_equal(suspects_begin(suspects, 3, GOOD), 0);
    suspects_end(suspects, 3, GOOD);
    suspects_close(suspects);
    assert_int_equal(dies_of(GOOD), 0);
    assert_int_equal(dies_of(POISON), 2);
}

static void test_a_clean_end_leaves_nothing(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct suspects *suspects = open_it(STATUS_OK);
        for (unsigned slot = 0; slot < SLOTS; slot++)
            assert_int_equal(suspects_begin(suspects, slot, 100 + slot), 0);
        for (unsigned slot = 0; slot < SLOTS; slot++)
            suspects_end(suspects, slot, 100 + slot);
        suspects_close(suspects);
    }
    suspects_close(NULL);
}

/* More different victims than there are places: the one that dies again and again stays known. */
static void test_many_victims(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(dies_of(POISON), i);
    for (uint64_t i = 0; i < 80; i++) {
        const uint64_t victims[SLOTS] = {100000 + i, 200000 + i, 300000 + i, 400000 + i};
        die_of(victims, SLOTS);
    }
    assert_int_equal(dies_of(POISON), 3);
}

static void test_the_second_opener_has_memory_only(void **state) {
    (void)state;
    struct suspects *first = open_it(STATUS_OK), *second = open_it(STATUS_UNAVAILABLE);
    assert_int_equal(suspects_begin(second, 0, POISON), 0);
    assert_int_equal(suspects_begin(first, 0, OTHER), 0);
    suspects_end(first, 0, OTHER);
    suspects_close(first);
    suspects_close(second);
    assert_int_equal(dies_of(POISON), 0);
}

static void test_without_a_folder_it_works_all_the_same(void **state) {
    (void)state;
    struct suspects *suspects = NULL;
    struct error error = {0};
    char missing[96];
    snprintf(missing, sizeof(missing), "%s/none", folder);
    assert_int_equal(suspects_open(missing, SLOTS, &suspects, &error), STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "under-way"));
    assert_int_equal(suspects_begin(suspects, 0, POISON), 0);
    suspects_end(suspects, 0, POISON);
    suspects_close(suspects);
}

static void write_file(const void *data, size_t size) {
    char path[96];
    snprintf(path, sizeof(path), "%s/under-way", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* A file of another program, torn, longer or shorter than ours. */
static void test_odd_files(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 15, 4096, 8192, 100000};
    static unsigned char noise[100000];
    srand(3);
    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (unsigned char)rand();
    for (size_t i = 0; i < COUNT(sizes); i++) {
        write_file(noise, sizes[i]);
        assert_int_equal(dies_of(POISON), 0);
        struct suspects *suspects = open_it(STATUS_OK);
        assert_int_equal(suspects_begin(suspects, 0, GOOD), 0);
        suspects_end(suspects, 0, GOOD);
        suspects_close(suspects);
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_starts_are_counted_over_processes),
        TEST(test_two_poisons_in_turn),
        TEST(test_what_is_done_is_no_suspect),
        TEST(test_a_clean_end_leaves_nothing),
        TEST(test_many_victims),
        TEST(test_the_second_opener_has_memory_only),
        TEST(test_without_a_folder_it_works_all_the_same),
        TEST(test_odd_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
