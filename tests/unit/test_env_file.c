/* Secrets in files of their own. The notation of .env is tested with the settings that it carries. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/env_file.h"

static char path[] = "/tmp/test_env_file.XXXXXX";

static void write_secret(const char *bytes, size_t length) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static enum status read_secret(struct arena *arena, const char **ret_value, struct error *error) {
    *error = (struct error){0};
    return env_file_secret(arena, "BOT_TOKEN_FILE", path, ret_value, error);
}

static void test_secrets(void **state) {
    struct arena *arena = *state;
    struct error error;
    const char *value;
    write_secret("one\r\ntwo", 8);
    assert_int_equal(read_secret(arena, &value, &error), STATUS_OK);
    assert_string_equal(value, "one");
    write_secret("one", 3);
    assert_int_equal(read_secret(arena, &value, &error), STATUS_OK);
    assert_string_equal(value, "one");
    write_secret("\n", 1);
    assert_int_equal(read_secret(arena, &value, &error), STATUS_OK);
    assert_null(value);
}

static void test_what_is_no_secret(void **state) {
    struct arena *arena = *state;
    static char text[SECRET_FILE_BYTES_MAX + 1];
    struct error error;
    const char *value;
    memset(text, 'a', sizeof(text));
    write_secret(text, sizeof(text) - 1);
    assert_int_equal(read_secret(arena, &value, &error), STATUS_OK);
    write_secret(text, sizeof(text));
    assert_int_equal(read_secret(arena, &value, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "BOT_TOKEN_FILE"));
    assert_null(strstr(error.text, "aaa"));
    write_secret("a\0b", 3);
    assert_int_equal(read_secret(arena, &value, &error), STATUS_INVALID);
    (void)unlink(path);
    assert_int_equal(read_secret(arena, &value, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, path));
}

static int enter(void **state) {
    const int fd = mkstemp(path);
    *state = arena_new(1 << 20);
    return fd >= 0 ? close(fd) : -1;
}

static int leave(void **state) {
    (void)unlink(path);
    arena_free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_what_is_no_secret),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
