/* Settings from the environment and from .env, and the notation of .env. Each test starts in an empty directory with
 * none of the settings in the environment. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/env_file.h"
#include "server/notation.h"
#include "server/settings.h"

#define TOKEN "123456789:AAEhBOweik9ai8hcFFrQ9nE3mWPJLYp0BbT"

static const char *const names[] = {
    "USER_RATE",       "CHAT_RATE",         "WEBHOOK_URL",  "MONGO_DB",    "WEBHOOK_SECRET", "MODE",
    "SUPER_ADMIN_IDS", "SEND_RATE",         "LOG_LEVEL",    "TZDIR",       "PORT",           "TELEGRAM_API_URL",
    "MONGO_URI",       "BACKUP_PASSPHRASE", "DEFAULT_LANG", "WORKERS",     "LISTEN",         "TZ",
    "LOG_FORMAT",      "BACKUP_EVERY",      "LOG_FILE",     "SUPPORT_IDS", "BOT_TOKEN",      "DATA_DIR"};

struct place {
    char directory[64];
    struct arena *arena;
    struct settings settings;
    struct error error;
};

static void forget_all(void) {
    for (size_t i = 0; i < COUNT(names); i++)
        unsetenv(names[i]);
}

static int enter(void **state) {
    struct place *place = calloc(1, sizeof(*place));
    (void)snprintf(place->directory, sizeof(place->directory), "/tmp/test_settings.XXXXXX");
    place->arena = arena_new(4 << 20);
    forget_all();
    *state = place;
    return mkdtemp(place->directory) && chdir(place->directory) == 0 ? 0 : -1;
}

static int leave(void **state) {
    struct place *place = *state;
    (void)unlink(".env");
    (void)rmdir(".env");
    const int failure = chdir("/") != 0 || rmdir(place->directory) != 0;
    forget_all();
    arena_free(place->arena);
    free(place);
    return failure;
}

static void write_env(const char *text) {
    FILE *file = fopen(".env", "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static enum status load(struct place *place) {
    place->error = (struct error){0};
    arena_reset(place->arena);
    return settings_load(place->arena, &place->settings, &place->error);
}

static void test_defaults(void **state) {
    struct place *place = *state;
    setenv("BOT_TOKEN", TOKEN, 1);
    assert_int_equal(load(place), STATUS_OK);
    const struct settings *settings = &place->settings;
    assert_string_equal(settings->bot_token, TOKEN);
    assert_string_equal(settings->listen_host, "127.0.0.1");
    assert_int_equal(settings->listen_port, 8080);
    assert_int_equal(settings->mode, MODE_WEBHOOK);
    assert_null(settings->webhook_url);
    assert_string_equal(settings->webhook_path, "/webhook");
    assert_string_equal(settings->telegram_api_url, "https://api.telegram.org");
    assert_null(settings->mongo_uri);
    assert_string_equal(settings->mongo_db, "techsupport");
    assert_string_equal(settings->data_dir, "data");
    assert_int_equal(settings->super_admin_count, 0);
    assert_int_equal(settings->default_lang, LANG_UK);
    assert_string_equal(settings->tz, "Europe/Kyiv");
    assert_int_equal(settings->workers, 16);
    assert_float_equal(settings->send_rate, 30, 0);
    assert_float_equal(settings->chat_rate, 1, 0);
    assert_int_equal(settings->log_level, LOG_INFO);
    assert_int_equal(settings->log_format, LOG_FORMAT_TEXT);
    assert_null(settings->log_file);
    assert_int_equal(settings->warning_count, 0);
}

static void test_secret_comes_from_the_token(void **state) {
    struct place *place = *state;
    setenv("BOT_TOKEN", TOKEN, 1);
    assert_int_equal(load(place), STATUS_OK);
    char first[128];
    (void)snprintf(first, sizeof(first), "%s", place->settings.webhook_secret);
    assert_int_equal(strlen(first), 64);
    assert_int_equal(strspn(first, "0123456789abcdef"), 64);
    setenv("BOT_TOKEN", TOKEN "x", 1);
    assert_int_equal(load(place), STATUS_OK);
    assert_string_not_equal(place->settings.webhook_secret, first);
    setenv("WEBHOOK_SECRET", "Own_secret-1", 1);
    assert_int_equal(load(place), STATUS_OK);
    assert_string_equal(place->settings.webhook_secret, "Own_secret-1");
}

static void test_environment_wins_over_the_file(void **state) {
    struct place *place = *state;
    write_env("BOT_TOKEN=" TOKEN "\nMONGO_DB=file\nWORKERS=3\nLOG_LEVEL=debug\n");
    setenv("MONGO_DB", "environment", 1);
    setenv("WORKERS", "", 1);
    assert_int_equal(load(place), STATUS_OK);
    assert_string_equal(place->settings.mongo_db, "environment");
    assert_int_equal(place->settings.workers, 16);
    assert_int_equal(place->settings.log_level, LOG_DEBUG);
}

struct good {
    const char *name, *value;
};

static void test_good_values(void **state) {
    static const struct good rows[] = {
        {"SUPER_ADMIN_IDS", "1"},
        {"SUPER_ADMIN_IDS", " 7000000001,  7000000002 7000000003,"},
        {"TELEGRAM_API_URL", "http://127.0.0.1:8081"},
        {"TELEGRAM_API_URL", "https://bot-api.example.org/base/"},
        {"TELEGRAM_API_URL", "http://[::1]:8081"},
        {"WEBHOOK_URL", "https://bot.example.org"},
        {"WEBHOOK_URL", "https://bot.example.org:8443/a/b-c?x=y"},
        {"WEBHOOK_SECRET", "a"},
        {"LISTEN", "0.0.0.0:0"},
        {"LISTEN", "[::1]:65535"},
        {"LISTEN", "localhost:8080"},
        {"PORT", "65535"},
        {"MONGO_URI", "mongodb+srv://u:p@h/?x=1"},
        {"MONGO_DB", "a-B_9"},
        {"DEFAULT_LANG", "en"},
        {"MODE", "polling"},
        {"MODE", "Webhook"},
        {"TZ", "UTC"},
        {"TZ", "America/Argentina/Buenos_Aires"},
        {"WORKERS", "256"},
        {"SEND_RATE", "0"},
        {"SEND_RATE", "0.5"},
        {"CHAT_RATE", "10000"},
        {"BACKUP_EVERY", "0"},
        {"BACKUP_EVERY", "365d"},
        {"BACKUP_PASSPHRASE", "вісім"},
        {"LOG_LEVEL", "WARNING"},
        {"LOG_FORMAT", "json"},
    };
    struct place *place = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].value);
        forget_all();
        setenv("BOT_TOKEN", TOKEN, 1);
        setenv(rows[i].name, rows[i].value, 1);
        assert_int_equal(load(place), STATUS_OK);
    }
}

static void test_wrong_values_name_the_setting(void **state) {
    static const struct good rows[] = {
        {"BOT_TOKEN", ""},
        {"BOT_TOKEN", "123456789"},
        {"BOT_TOKEN", "123456789:short"},
        {"BOT_TOKEN", "x123456789:AAEhBOweik9ai8hcFFrQ9nE3mWPJLYp0BbT"},
        {"BOT_TOKEN", "123456789:AAEhBOweik9ai8hcFFrQ9nE3mWPJLYp0Bb T"},
        {"SUPER_ADMIN_IDS", "boss"},
        {"SUPER_ADMIN_IDS", "1,-2"},
        {"SUPER_ADMIN_IDS", "0"},
        {"SUPER_ADMIN_IDS", "4503599627370497"},
        {"SUPER_ADMIN_IDS",
         "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33"},
        {"TELEGRAM_API_URL", "api.telegram.org"},
        {"TELEGRAM_API_URL", "ftp://api.telegram.org"},
        {"TELEGRAM_API_URL", "http://api.telegram.org"},
        {"TELEGRAM_API_URL", "https://user@host"},
        {"TELEGRAM_API_URL", "https://host:0"},
        {"TELEGRAM_API_URL", "https://host/?x"},
        {"WEBHOOK_URL", "bot.example.org"},
        {"WEBHOOK_URL", "http://bot.example.org/webhook"},
        {"WEBHOOK_URL", "https://bot.example.org:8444/webhook"},
        {"WEBHOOK_URL", "https://bot.example.org/a%20b"},
        {"WEBHOOK_URL", "https://bot.example.org/metrics"},
        {"WEBHOOK_URL", "https://bot.example.org/a#b"},
        {"WEBHOOK_URL", "https:///webhook"},
        {"WEBHOOK_SECRET", "with blank"},
        {"WEBHOOK_SECRET", "утф"},
        {"LISTEN", "8080"},
        {"LISTEN", "127.0.0.1:"},
        {"LISTEN", ":8080"},
        {"LISTEN", "127.0.0.1:65536"},
        {"LISTEN", "127.0.0.1:80 "},
        {"LISTEN", "::1:80"},
        {"PORT", "http"},
        {"PORT", "-1"},
        {"MONGO_URI", "localhost:27017"},
        {"MONGO_DB", "a.b"},
        {"MONGO_DB", "a/b"},
        {"DEFAULT_LANG", "de"},
        {"MODE", "poll"},
        {"MODE", "webhook,polling"},
        {"TZ", "Europe/Atlantis"},
        {"TZ", "../etc/passwd"},
        {"TZ", "/etc/localtime"},
        {"TZ", "Europe"},
        {"WORKERS", "0"},
        {"WORKERS", "257"},
        {"WORKERS", "four"},
        {"SEND_RATE", "fast"},
        {"SEND_RATE", "-1"},
        {"CHAT_RATE", "1e3"},
        {"BACKUP_EVERY", "weekly"},
        {"BACKUP_EVERY", "366d"},
        {"BACKUP_PASSPHRASE", "seven77"},
        {"LOG_LEVEL", "loud"},
        {"LOG_FORMAT", "xml"},
    };
    struct place *place = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].value);
        forget_all();
        setenv("BOT_TOKEN", TOKEN, 1);
        setenv(rows[i].name, rows[i].value, 1);
        assert_int_equal(load(place), STATUS_INVALID);
        assert_non_null(strstr(place->error.text, rows[i].name));
        assert_null(strchr(place->error.text, '\n'));
    }
}

static void test_secrets_are_not_repeated(void **state) {
    static const struct good rows[] = {
        {"BOT_TOKEN", "S3CRET"},
        {"WEBHOOK_SECRET", "S3CRET with blanks"},
        {"MONGO_URI", "postgres://u:S3CRET@h"},
        {"BACKUP_PASSPHRASE", "S3CRET"},
    };
    struct place *place = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        forget_all();
        setenv("BOT_TOKEN", TOKEN, 1);
        setenv(rows[i].name, rows[i].value, 1);
        assert_int_equal(load(place), STATUS_INVALID);
        assert_null(strstr(place->error.text, "S3CRET"));
    }
}

static void test_values_that_are_shown_are_cut(void **state) {
    struct place *place = *state;
    char value[3000] = "";
    memset(value, 'x', sizeof(value) - 1);
    setenv("BOT_TOKEN", TOKEN, 1);
    setenv("LISTEN", value, 1);
    assert_int_equal(load(place), STATUS_INVALID);
    value[1000] = '\0';
    setenv("LISTEN", value, 1);
    assert_int_equal(load(place), STATUS_INVALID);
    assert_non_null(strstr(place->error.text, "LISTEN"));
}

static void test_webhook_path(void **state) {
    static const struct {
        const char *url, *path, *whole;
    } rows[] = {
        {"https://bot.example.org", "/webhook", "https://bot.example.org/webhook"},
        {"https://bot.example.org/", "/", "https://bot.example.org/"},
        {"https://bot.example.org/hook/1?key=2", "/hook/1", "https://bot.example.org/hook/1?key=2"},
        {"https://bot.example.org?key=2", "/webhook", "https://bot.example.org/webhook?key=2"},
    };
    struct place *place = *state;
    setenv("BOT_TOKEN", TOKEN, 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].url);
        setenv("WEBHOOK_URL", rows[i].url, 1);
        assert_int_equal(load(place), STATUS_OK);
        assert_string_equal(place->settings.webhook_path, rows[i].path);
        assert_string_equal(place->settings.webhook_url, rows[i].whole);
    }
}

static void test_http_webhook_with_a_server_of_ones_own(void **state) {
    struct place *place = *state;
    setenv("BOT_TOKEN", TOKEN, 1);
    setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081/", 1);
    setenv("WEBHOOK_URL", "http://127.0.0.1:9999/webhook", 1);
    assert_int_equal(load(place), STATUS_OK);
    assert_string_equal(place->settings.telegram_api_url, "http://127.0.0.1:8081");
}

static void test_port_wins_over_listen(void **state) {
    struct place *place = *state;
    setenv("BOT_TOKEN", TOKEN, 1);
    setenv("LISTEN", "[::1]:1", 1);
    assert_int_equal(load(place), STATUS_OK);
    assert_string_equal(place->settings.listen_host, "::1");
    setenv("PORT", "5000", 1);
    assert_int_equal(load(place), STATUS_OK);
    assert_string_equal(place->settings.listen_host, "0.0.0.0");
    assert_int_equal(place->settings.listen_port, 5000);
}

static void test_super_admins(void **state) {
    struct place *place = *state;
    setenv("BOT_TOKEN", TOKEN, 1);
    setenv("SUPER_ADMIN_IDS", "7000000001, 2,\t3", 1);
    assert_int_equal(load(place), STATUS_OK);
    assert_int_equal(place->settings.super_admin_count, 3);
    assert_int_equal(place->settings.super_admins[0], INT64_C(7000000001));
    assert_int_equal(place->settings.super_admins[2], 3);
}

static void test_warnings(void **state) {
    struct place *place = *state;
    write_env("BOT_TOKEN=" TOKEN "\nSUPPORT_IDS=1,2\nBOT_TOKENN=secret\n");
    setenv("SUPPORT_IDS", "1", 1);
    assert_int_equal(load(place), STATUS_OK);
    assert_int_equal(place->settings.warning_count, 2);
    assert_non_null(strstr(place->settings.warnings[0], "SUPER_ADMIN_IDS"));
    assert_non_null(strstr(place->settings.warnings[1], "line 3"));
    assert_non_null(strstr(place->settings.warnings[1], "BOT_TOKENN"));
    assert_null(strstr(place->settings.warnings[1], "secret"));
}

static void test_many_warnings_are_bounded(void **state) {
    struct place *place = *state;
    FILE *file = fopen(".env", "w");
    fputs("BOT_TOKEN=" TOKEN "\n", file);
    for (int i = 0; i < 100; i++)
        fprintf(file, "UNKNOWN_%d=1\n", i);
    fclose(file);
    assert_int_equal(load(place), STATUS_OK);
    assert_int_equal(place->settings.warning_count, SETTINGS_WARNINGS_MAX);
}

static void test_offline_needs_no_token(void **state) {
    struct place *place = *state;
    struct error error = {0};
    setenv("BOT_TOKEN", "nonsense", 1);
    assert_int_equal(settings_load_offline(place->arena, &place->settings, &error), STATUS_OK);
    assert_null(place->settings.bot_token);
    assert_null(place->settings.webhook_secret);
    setenv("MONGO_DB", "a/b", 1);
    assert_int_equal(settings_load_offline(place->arena, &place->settings, &error), STATUS_INVALID);
}

static void test_env_that_cannot_be_read(void **state) {
    struct place *place = *state;
    setenv("BOT_TOKEN", TOKEN, 1);
    assert_int_equal(mkdir(".env", 0700), 0);
    assert_int_equal(load(place), STATUS_INVALID);
    assert_non_null(strstr(place->error.text, ".env"));
}

static void test_env_that_is_too_long(void **state) {
    struct place *place = *state;
    FILE *file = fopen(".env", "w");
    for (int i = 0; i < ENV_FILE_BYTES_MAX / 16 + 1; i++)
        fputs("# a comment ---\n", file);
    fclose(file);
    setenv("BOT_TOKEN", TOKEN, 1);
    assert_int_equal(load(place), STATUS_INVALID);
    assert_non_null(strstr(place->error.text, "longer"));
}

/* ---- the notation of .env ---- */

static void test_env_values(void **state) {
    static const struct {
        const char *text, *value; /* of A */
    } rows[] = {
        {"A=1", "1"},
        {"A=", ""},
        {"A= one two \t", "one two"},
        {"export A=1", "1"},
        {"  export\tA = 1", "1"},
        {"A=1 # note", "1"},
        {"A=1#2", "1#2"},
        {"A=# note", ""},
        {"A='it # \\n'", "it # \\n"},
        {"A=\"a \\\"b\\\" \\\\ \\n \\x\"", "a \"b\" \\ \n \\x"},
        {"A=\"x\" # note", "x"},
        {"A=\"\"", ""},
        {"A=x=y", "x=y"},
        {"A=Олена", "Олена"},
        {"\xEF\xBB\xBF"
         "A=1",
         "1"},
        {"# B=2\n\n \t\nA=1\r\nB=3", "1"},
        {"exportA=2\nA=1", "1"},
    };
    struct place *place = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        struct env_file file;
        struct error error = {0};
        assert_int_equal(env_file_parse(place->arena, ".env", rows[i].text, strlen(rows[i].text), &file, &error),
                         STATUS_OK);
        assert_non_null(env_file_get(&file, "A"));
        assert_string_equal(env_file_get(&file, "A"), rows[i].value);
        assert_null(env_file_get(&file, "C"));
    }
}

static void test_env_mistakes_name_the_line(void **state) {
    static const struct {
        const char *text, *place;
    } rows[] = {
        {"A", "line 1"},        {"A=1\nB 2", "line 2"}, {"\n\n=3", "line 3"},    {"1A=2", "line 1"},
        {"A='x", "line 1"},     {"A=\"x", "line 1"},    {"A=\"x\\\"", "line 1"}, {"A=\"x\"y", "line 1"},
        {"A=1\nA=2", "line 2"}, {"A=\x01", "line 1"},   {"A=1\rB=2", "line 1"},  {"A-B=1", "line 1"},
    };
    struct place *place = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        struct env_file file;
        struct error error = {0};
        assert_int_equal(env_file_parse(place->arena, ".env", rows[i].text, strlen(rows[i].text), &file, &error),
                         STATUS_INVALID);
        assert_non_null(strstr(error.text, rows[i].place));
    }
    struct env_file file;
    assert_int_equal(env_file_parse(place->arena, ".env", "A=\0", 3, &file, NULL), STATUS_INVALID);
}

static void test_env_entries_are_bounded(void **state) {
    struct place *place = *state;
    char *text = arena_strdup(place->arena, "");
    for (int i = 0; i <= ENV_ENTRIES_MAX; i++)
        text = arena_printf(place->arena, "%sA%d=1\n", text, i);
    struct env_file file;
    struct error error = {0};
    assert_int_equal(env_file_parse(place->arena, ".env", text, strlen(text), &file, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "too many"));
}

/* The example is a file that the parser takes, with every setting in it and nothing else. */
static void test_example_is_read_back(void **state) {
    struct place *place = *state;
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    settings_print_example(stream);
    fclose(stream);
    for (char *line = strchr(text, '\n'); line; line = strchr(line + 1, '\n'))
        if (line[1] == '#' && line[2] >= 'A' && line[2] <= 'Z')
            line[1] = ' ';
    struct env_file file;
    struct error error = {0};
    assert_int_equal(env_file_parse(place->arena, ".env.example", text, length, &file, &error), STATUS_OK);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_int_equal(env_file_get(&file, names[i]) != NULL,
                         strcmp(names[i], "SUPPORT_IDS") != 0 && strcmp(names[i], "TZDIR") != 0);
    write_env(text);
    setenv("BOT_TOKEN", TOKEN, 1);
    assert_int_equal(load(place), STATUS_OK);
    assert_int_equal(place->settings.warning_count, 0);
    free(text);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_defaults),
        TEST(test_secret_comes_from_the_token),
        TEST(test_environment_wins_over_the_file),
        TEST(test_good_values),
        TEST(test_wrong_values_name_the_setting),
        TEST(test_secrets_are_not_repeated),
        TEST(test_values_that_are_shown_are_cut),
        TEST(test_webhook_path),
        TEST(test_http_webhook_with_a_server_of_ones_own),
        TEST(test_port_wins_over_listen),
        TEST(test_super_admins),
        TEST(test_warnings),
        TEST(test_many_warnings_are_bounded),
        TEST(test_offline_needs_no_token),
        TEST(test_env_that_cannot_be_read),
        TEST(test_env_that_is_too_long),
        TEST(test_env_values),
        TEST(test_env_mistakes_name_the_line),
        TEST(test_env_entries_are_bounded),
        TEST(test_example_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
