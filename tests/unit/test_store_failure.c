/* Databases that are away, locked, full, somebody else's, or shared with a second process. */
#include <limits.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "tests/unit/store_fixture.h"

enum { NOW = 1000, INCREMENTS = 40 };

/* --- a second process: this program again, with the place of the database as arguments --- */

static enum status add_one(struct store *store, struct arena *arena) {
    struct user before, after;
    arena_reset(arena);
    enum status status = store_load(store, COLLECTION_USERS, 1, arena, &before, NULL);
    if (status != STATUS_OK)
        return status;
    after = before;
    after.created_at++;
    struct write write = {.before = &before, .after = &after};
    return store_write(store, &write, NULL, NULL);
}

static bool add_often(struct store *store) {
    struct arena *arena = arena_new(1 << 20);
    enum status status = STATUS_OK;
    for (int done = 0; done < INCREMENTS && (status == STATUS_OK || status == STATUS_CONFLICT);) {
        status = add_one(store, arena);
        done += status == STATUS_OK;
    }
    arena_free(arena);
    return status == STATUS_OK;
}

static int be_second_process(char **arguments) {
    struct store_settings settings = {.threads = 2};
    struct store *store;
    if (strcmp(arguments[0], "sqlite") == 0) {
        settings.data_dir = arguments[1];
    } else {
        settings.mongo_uri = arguments[1];
        settings.mongo_db = arguments[2];
    }
    if (store_open(&settings, &store, NULL) != STATUS_OK)
        return 3;
    bool added = add_often(store);
    store_close(store);
    return added ? 0 : 4;
}

static pid_t start_second_process(const struct fixture *fixture) {
    bool sqlite = fixture->kind == ON_SQLITE;
    /* By its name: the link itself is valgrind's where that runs us. */
    char program[PATH_MAX] = "";
    assert_true(readlink("/proc/self/exe", program, sizeof(program) - 1) > 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    execl(program, "second process", sqlite ? "sqlite" : "mongodb",
          sqlite ? fixture->settings.data_dir : fixture->settings.mongo_uri, fixture->database, (char *)NULL);
    _exit(127);
}

static void two_processes_write(void **state) {
    struct fixture *fixture = *state;
    struct user user = {.doc.id = 1};
    int result = -1;
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    pid_t pid = start_second_process(fixture);
    bool added = add_often(fixture->store);
    assert_int_equal(waitpid(pid, &result, 0), pid);
    assert_int_equal(result, 0);
    assert_true(added);
    assert_int_equal(load_user(fixture, 1).created_at, 2 * INCREMENTS);
}

/* --- SQLite --- */

static void a_locked_file_is_unavailable(void **state) {
    struct fixture *fixture = *state;
    char path[128];
    sqlite3 *other;
    struct error error = {0};
    struct user user = {.doc.id = 1, .name = "first"}, before, after;
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    before = after = load_user(fixture, 1);
    after.name = "second";
    snprintf(path, sizeof(path), "%s/techsupport.db", fixture->folder);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    struct write write = {.before = &before, .after = &after};
    EXPECT(STATUS_UNAVAILABLE, store_write(fixture->store, &write, NULL, &error));
    assert_int_equal(error.status, STATUS_UNAVAILABLE);
    assert_string_equal(load_user(fixture, 1).name, "first");
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    EXPECT(STATUS_OK, store_write(fixture->store, &write, NULL, NULL));
    assert_string_equal(load_user(fixture, 1).name, "second");
}

/* A file that cannot grow stands for a full disk. */
static void a_full_disk_changes_nothing(void **state) {
    struct fixture *fixture = *state;
    struct rlimit limit, small;
    struct user user = {.doc.id = 1, .name = "first"}, before, after;
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    before = after = load_user(fixture, 1);
    after.name = "second";
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = 4096;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum status status = WRITE(fixture, .before = &before, .after = &after);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_true(status == STATUS_UNAVAILABLE || status == STATUS_UNKNOWN);
    assert_string_equal(load_user(fixture, 1).name, "first");
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &after));
    assert_string_equal(load_user(fixture, 1).name, "second");
}

static void files_of_others_are_refused(void **state) {
    struct fixture *fixture = *state;
    static const struct {
        const char *sql;
        const char *text; /* a part of the error's */
    } rows[] = {
        {"CREATE TABLE wp_posts (id)", "another program"},
        {"CREATE TABLE x (y); PRAGMA application_id = 77", "another program"},
    };
    struct store *store;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error error = {0};
        run_sqlite(fixture, rows[i].sql);
        EXPECT(STATUS_DAMAGED, store_open(&fixture->settings, &store, &error));
        assert_non_null(strstr(error.text, rows[i].text));
        char path[128];
        snprintf(path, sizeof(path), "%s/techsupport.db", fixture->folder);
        assert_int_equal(unlink(path), 0);
    }
    char path[128];
    snprintf(path, sizeof(path), "%s/techsupport.db", fixture->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("This is no database. ", file);
    fclose(file);
    EXPECT(STATUS_DAMAGED, store_open(&fixture->settings, &store, NULL));
}

static void one_exclusive_store_a_folder(void **state) {
    struct fixture *fixture = *state;
    struct store *store, *beside;
    struct error error = {0};
    struct stat found;
    char path[128];
    fixture->settings.exclusive = true;
    store = fixture_open(fixture);
    EXPECT(STATUS_CONFLICT, store_open(&fixture->settings, &beside, &error));
    fixture->settings.exclusive = false;
    beside = fixture_open(fixture);
    store_close(beside);
    store_close(store);
    fixture->settings.exclusive = true;
    fixture->store = fixture_open(fixture);
    snprintf(path, sizeof(path), "%s/techsupport.db", fixture->folder);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
}

static void folders_are_made_or_refused(void **state) {
    struct fixture *fixture = *state;
    char path[128];
    struct stat found;
    struct store *store;
    snprintf(path, sizeof(path), "%s/new", fixture->folder);
    fixture->settings.data_dir = path;
    fixture->store = fixture_open(fixture);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0700);
    store_close(fixture->store);
    fixture->store = NULL;
    remove_tree(path);
    static const char *const bad[] = {NULL, "/proc/no/such/folder", "/dev/null"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct error error = {0};
        fixture->settings.data_dir = bad[i];
        EXPECT(STATUS_INVALID, store_open(&fixture->settings, &store, &error));
        assert_true(error.text[0] != '\0');
    }
}

static void an_existing_one_is_asked_for(void **state) {
    struct fixture *fixture = *state;
    struct error error = {0};
    char missing[128];
    snprintf(missing, sizeof(missing), "%s/missing", fixture->folder);
    const char *const folder = fixture->folder, *const folders[] = {folder, missing};
    fixture->settings.existing = true;
    for (size_t i = 0; i < COUNT(folders); i++) {
        ROW(i, folders[i]);
        fixture->settings.data_dir = folders[i];
        EXPECT(STATUS_NOT_FOUND, store_open(&fixture->settings, &fixture->store, &error));
        assert_non_null(strstr(error.text, "DATA_DIR"));
    }
    assert_int_equal(access(missing, F_OK), -1);
    fixture->settings.data_dir = folder;
    fixture->settings.existing = false;
    store_close(fixture_open(fixture));
    fixture->settings.existing = true;
    fixture->store = fixture_open(fixture);
}

/* As root, whose files the bot could not open; as anybody else there is no other owner. */
static void files_are_their_folders_owners(void **state) {
    static const uid_t nobody = 65534;
    struct fixture *fixture = *state;
    static const char *const files[] = {"techsupport.db", "techsupport.lock"};
    struct stat folder, file;
    if (geteuid() == 0)
        assert_int_equal(chown(fixture->folder, nobody, nobody), 0);
    fixture->settings.exclusive = true;
    fixture->store = fixture_open(fixture);
    assert_int_equal(stat(fixture->folder, &folder), 0);
    for (size_t i = 0; i < COUNT(files); i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s/%s", fixture->folder, files[i]);
        assert_int_equal(stat(path, &file), 0);
        assert_int_equal(file.st_uid, folder.st_uid);
        assert_int_equal(file.st_gid, folder.st_gid);
    }
}

/* --- both --- */

static void a_newer_schema_is_refused(void **state) {
    struct fixture *fixture = *state;
    struct store *store;
    struct error error = {0};
    store_close(fixture_open(fixture));
    if (fixture->kind == ON_SQLITE) {
        run_sqlite(fixture, "UPDATE meta SET value = 9 WHERE name = 'schema'");
    } else {
        bson_t document = BSON_INITIALIZER;
        bson_append_utf8(&document, "_id", -1, "schema", -1);
        bson_append_int32(&document, "value", -1, 9);
        put_mongo(fixture, "meta", &document);
        bson_destroy(&document);
    }
    EXPECT(STATUS_DAMAGED, store_open(&fixture->settings, &store, &error));
    assert_non_null(strstr(error.text, "schema 9"));
}

/* --- MongoDB --- */

static void the_old_shape_is_refused(void **state) {
    struct fixture *fixture = *state;
    static const struct {
        const char *collection, *field;
    } rows[] = {{"admins", "telegram_id"}, {"users", "telegram_id"}, {"tickets", "ticket_id"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store *store;
        struct error error = {0};
        bson_t document = BSON_INITIALIZER;
        bson_append_int32(&document, "_id", -1, 1);
        bson_append_int64(&document, rows[i].field, -1, 5);
        put_mongo(fixture, rows[i].collection, &document);
        bson_destroy(&document);
        EXPECT(STATUS_DAMAGED, store_open(&fixture->settings, &store, &error));
        assert_non_null(strstr(error.text, "techsupport migrate"));
        drop_mongo(fixture);
    }
}

static void addresses_that_lead_nowhere(void **state) {
    struct fixture *fixture = *state;
    static const struct {
        const char *uri, *database;
        enum status status;
    } rows[] = {
        {"mongo://x", "d", STATUS_INVALID},
        {"mongodb://u:geheim@", "d", STATUS_INVALID},
        {"mongodb://u:geh/eim@h/", "d", STATUS_INVALID},
        {"mongodb://127.0.0.1/?tls=maybe", "d", STATUS_INVALID},
        {"mongodb://127.0.0.1", "", STATUS_INVALID},
        {"mongodb://127.0.0.1", "a.b", STATUS_INVALID},
        {"mongodb://127.0.0.1", NULL, STATUS_INVALID},
        {"mongodb://u:geheim@127.0.0.1:1/?serverSelectionTimeoutMS=300", "d", STATUS_UNAVAILABLE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error error = {0};
        struct store *store;
        fixture->settings.mongo_uri = rows[i].uri;
        fixture->settings.mongo_db = rows[i].database;
        enum status status = store_open(&fixture->settings, &store, &error);
        if (status != rows[i].status)
            fail_msg("%s: %s", rows[i].uri, status_name(status));
        assert_null(strstr(error.text, "geh"));
        assert_true(error.text[0] != '\0');
    }
}

static enum status increment(const struct fixture *fixture, const struct user *before) {
    struct user after = *before;
    after.created_at++;
    return WRITE(fixture, .before = before, .after = &after);
}

/* The waits of the test are short, and a loaded machine is slow. */
static void open_patiently(struct fixture *fixture) {
    int64_t deadline = clock_monotonic() + 30 * SECOND;
    while (store_open(&fixture->settings, &fixture->store, NULL) != STATUS_OK)
        if (clock_monotonic() > deadline)
            fail_msg("the store cannot be opened");
}

static void wait_for_server(struct store *store) {
    int64_t deadline = clock_monotonic() + 30 * SECOND;
    while (store_ping(store, NULL) != STATUS_OK)
        if (clock_monotonic() > deadline)
            fail_msg("the store does not come back");
}

/* It goes away under an open connection: what becomes of the first write may not be known, later ones are certain not
 * to be done, reads fail; back on its port, it is found again. */
static void a_server_goes_and_comes(void **state) {
    struct fixture *fixture = *state;
    struct mongo_server server;
    struct user user = {.doc.id = 1}, before;
    char folder[] = "/tmp/mongo-test-XXXXXX", uri[128];
    assert_non_null(mkdtemp(folder));
    mongo_server_start(&server, "0", folder);
    snprintf(uri, sizeof(uri), "%s/?serverSelectionTimeoutMS=1000&connectTimeoutMS=1000", server.uri);
    fixture->settings.mongo_uri = uri;
    open_patiently(fixture);
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    before = load_user(fixture, 1);
    mongo_server_stop(&server);
    enum status status = increment(fixture, &before);
    assert_true(status == STATUS_UNKNOWN || status == STATUS_UNAVAILABLE);
    EXPECT(STATUS_UNAVAILABLE, increment(fixture, &before));
    EXPECT(STATUS_UNAVAILABLE, store_load(fixture->store, COLLECTION_USERS, 1, fixture->arena, &user, NULL));
    EXPECT(STATUS_UNAVAILABLE, store_ping(fixture->store, NULL));
    EXPECT(STATUS_UNAVAILABLE, store_adopt(fixture->store, COLLECTION_USERS, 1, 0, 1, NULL));
    int64_t number;
    EXPECT(STATUS_UNAVAILABLE, store_next(fixture->store, "tickets", &number, NULL));
    mongo_server_start(&server, strrchr(server.uri, ':') + 1, folder);
    wait_for_server(fixture->store);
    EXPECT(STATUS_OK, increment(fixture, &before));
    assert_int_equal(load_user(fixture, 1).created_at, 1);
    store_close(fixture->store);
    fixture->store = NULL;
    mongo_server_stop(&server);
    remove_tree(folder);
}

int main(int count, char **arguments) {
    if (count > 1)
        return be_second_process(arguments + 1);
    const struct CMUnitTest tests[] = {
        ON_BOTH(two_processes_write),
        ON_ONE(a_locked_file_is_unavailable, sqlite),
        ON_ONE(a_full_disk_changes_nothing, sqlite),
        UNOPENED(files_of_others_are_refused, sqlite),
        UNOPENED(one_exclusive_store_a_folder, sqlite),
        UNOPENED(folders_are_made_or_refused, sqlite),
        UNOPENED(an_existing_one_is_asked_for, sqlite),
        UNOPENED(files_are_their_folders_owners, sqlite),
        UNOPENED(a_newer_schema_is_refused, sqlite),
        UNOPENED(a_newer_schema_is_refused, mongodb),
        UNOPENED(the_old_shape_is_refused, mongodb),
        UNOPENED(addresses_that_lead_nowhere, mongodb),
        UNOPENED(a_server_goes_and_comes, mongodb),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
