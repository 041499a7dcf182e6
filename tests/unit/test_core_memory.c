/* core/arena and core/buffer, and status.h's error that travels. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/status.h"
#include "tests/unit/unit.h"

/* Runs `function` in a child that may not leave a core file behind, and gives how the child ended. */
static int ending_of(void (*function)(void)) {
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)close(STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        function();
        _exit(0);
    }
    int ending = 0;
    assert_int_equal(waitpid(child, &ending, 0), child);
    return ending;
}

static void assert_aborts(void (*function)(void)) {
    const int ending = ending_of(function);
    assert_true(WIFSIGNALED(ending) && WTERMSIG(ending) == SIGABRT);
}

static void test_arena_gives_zeroed_aligned_memory(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1024 * 1024);
    for (int round = 0; round < 3; round++) {
        size_t total = 0;
        for (size_t size = 0; size < 400; size++) {
            unsigned char *data = arena_alloc(arena, size);
            assert_int_equal((uintptr_t)data % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(data[i], 0);
            memset(data, 0xA5, size);
            total += size;
        }
        assert_int_equal(arena_used(arena), total);
        arena_reset(arena);
        assert_int_equal(arena_used(arena), 0);
    }
}

static void test_arena_pieces_do_not_overlap(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(4 * 1024 * 1024);
    static const size_t sizes[] = {1, 17, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 200000, 3, 16};
    unsigned char *pieces[COUNT(sizes)];
    for (size_t i = 0; i < COUNT(sizes); i++) {
        pieces[i] = arena_alloc(arena, sizes[i]);
        memset(pieces[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT(sizes); i++) {
        assert_int_equal(pieces[i][0], i + 1);
        assert_int_equal(pieces[i][sizes[i] - 1], i + 1);
    }
}

static void test_arena_copies(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1024);
    assert_null(arena_strdup(arena, NULL));
    assert_string_equal(arena_strdup(arena, "заявка"), "заявка");
    assert_string_equal(arena_strdup(arena, ""), "");
    assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
    assert_string_equal(arena_strndup(arena, NULL, 0), "");
    assert_memory_equal(arena_memdup(arena, "a\0b", 3), "a\0b", 3);
    assert_non_null(arena_memdup(arena, NULL, 0));
    assert_string_equal(arena_printf(arena, "№ %d %s", 1042, "ok"), "№ 1042 ok");
    int *number = ARENA_NEW(arena, int);
    assert_int_equal(*number, 0);
    assert_non_null(arena_array(arena, 4, sizeof(int)));
    arena_free(NULL);
}

static void take_exactly_the_maximum(void) {
    struct arena *arena = arena_new(100);
    (void)arena_alloc(arena, 60);
    (void)arena_alloc(arena, 40);
    arena_free(arena);
}
static void take_more_than_the_maximum(void) {
    struct arena *arena = arena_new(100);
    (void)arena_alloc(arena, 60);
    (void)arena_alloc(arena, 41);
}
static void take_an_array_that_overflows(void) {
    (void)arena_array(arena_new(SIZE_MAX), SIZE_MAX / 2, 3);
}

static void test_arena_maximum(void **state) {
    (void)state;
    const int ending = ending_of(take_exactly_the_maximum);
    assert_true(WIFEXITED(ending) && WEXITSTATUS(ending) == 0);
    assert_aborts(take_more_than_the_maximum);
    assert_aborts(take_an_array_that_overflows);
}

static void test_memory_helpers(void **state) {
    (void)state;
    CLEANUP(mem_freep) unsigned char *data = mem_alloc(8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(data[i], 0);
    data = mem_grow(data, 64);
    memset(data, 1, 64);
    assert_null(mem_strdup(NULL));
    char *copy = mem_strdup("копія");
    assert_string_equal(copy, "копія");
    mem_freep(&copy);
    assert_null(copy);
}

static void test_buffer_grows_to_its_maximum_and_no_further(void **state) {
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    assert_string_equal(buffer.data, "");
    for (int i = 0; i < 1000; i++)
        buffer_add_char(&buffer, 'x');
    assert_int_equal(buffer.length, 1000);
    assert_int_equal(strlen(buffer.data), 1000);
    assert_false(buffer.full);
    assert_true(buffer.size <= 1001);
    buffer_add(&buffer, "");
    assert_false(buffer.full);
    buffer_add_char(&buffer, 'y');
    assert_true(buffer.full);
    assert_int_equal(buffer.length, 1000);
    buffer_clear(&buffer);
    assert_false(buffer.full);
    assert_string_equal(buffer.data, "");
    buffer_add(&buffer, "again");
    assert_string_equal(buffer.data, "again");
    buffer_free(&buffer);
    assert_string_equal(buffer.data, "");
    buffer_add(&buffer, "as new");
    assert_string_equal(buffer.data, "as new");
    buffer_free(&buffer);
}

static void test_buffer_stays_full(void **state) {
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 4);
    buffer_add(&buffer, "abc");
    buffer_add(&buffer, "de");
    assert_true(buffer.full);
    buffer_add(&buffer, "f");
    buffer_add_format(&buffer, "%d", 1);
    assert_string_equal(buffer.data, "abc");
    buffer_free(&buffer);
}

static void test_buffer_format(void **state) {
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 300);
    buffer_add_format(&buffer, "%s", "");
    assert_string_equal(buffer.data, "");
    buffer_add_format(&buffer, "%d/%d", 1, 2);
    buffer_add_format(&buffer, "%*d", 200, 7);
    assert_int_equal(buffer.length, 203);
    assert_int_equal(buffer.data[202], '7');
    buffer_add_format(&buffer, "%*d", 98, 7);
    assert_true(buffer.full);
    assert_int_equal(strlen(buffer.data), 203);
    buffer_free(&buffer);
}

static void test_buffer_take(void **state) {
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 100);
    char *empty = buffer_take(&buffer);
    assert_string_equal(empty, "");
    buffer_add_bytes(&buffer, "a\0b", 3);
    char *taken = buffer_take(&buffer);
    assert_memory_equal(taken, "a\0b", 4);
    assert_string_equal(buffer.data, "");
    free(taken);
    free(empty);
    buffer_free(&buffer);
}

static void test_a_zeroed_buffer_can_be_freed(void **state) {
    (void)state;
    struct buffer buffer = {0};
    buffer_free(&buffer);
    assert_string_equal(buffer.data, "");
    buffer_add(&buffer, "x");
    assert_true(buffer.full);
}

static void test_first_error_wins(void **state) {
    (void)state;
    struct error error = {0};
    assert_int_equal(error_set(&error, STATUS_TIMEOUT, "no answer in %d ms:\r\nhost\tgone \n", 5), STATUS_TIMEOUT);
    assert_string_equal(error.text, "no answer in 5 ms:  host gone");
    assert_int_equal(error_set(&error, STATUS_INVALID, "later"), STATUS_INVALID);
    assert_int_equal(error.status, STATUS_TIMEOUT);
    assert_string_equal(error.text, "no answer in 5 ms:  host gone");
    assert_int_equal(error_set(NULL, STATUS_FULL, "nobody listens"), STATUS_FULL);
}

static void test_a_long_error_is_cut_between_characters(void **state) {
    (void)state;
    struct error error = {0};
    char text[600] = "x";
    for (int i = 0; i < 200; i++)
        memcpy(text + 1 + 2 * i, "є", 3);
    (void)!error_set(&error, STATUS_DAMAGED, "%s", text);
    assert_int_equal(strlen(error.text), 255);
    struct error shifted = {0};
    (void)!error_set(&shifted, STATUS_DAMAGED, "%s", text + 1);
    assert_int_equal(strlen(shifted.text), 254);
}

static void test_status_names(void **state) {
    (void)state;
    assert_string_equal(status_name(STATUS_OK), "ok");
    assert_string_equal(status_name(STATUS_STOPPED), "stopped");
    assert_string_equal(status_name((enum status)999), "?");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(test_arena_pieces_do_not_overlap),
        cmocka_unit_test(test_arena_copies),
        cmocka_unit_test(test_arena_maximum),
        cmocka_unit_test(test_memory_helpers),
        cmocka_unit_test(test_buffer_grows_to_its_maximum_and_no_further),
        cmocka_unit_test(test_buffer_stays_full),
        cmocka_unit_test(test_buffer_format),
        cmocka_unit_test(test_buffer_take),
        cmocka_unit_test(test_a_zeroed_buffer_can_be_freed),
        cmocka_unit_test(test_first_error_wins),
        cmocka_unit_test(test_a_long_error_is_cut_between_characters),
        cmocka_unit_test(test_status_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
