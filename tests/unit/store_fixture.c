#include "tests/unit/store_fixture.h"

#include <ftw.h>
#include <mongoc/mongoc.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/random.h"
#include "db/codec.h"

enum { ARENA_MAX = 64 << 20 };

struct fixture fixture_on_sqlite = {.kind = ON_SQLITE}, fixture_on_mongodb = {.kind = ON_MONGODB};

/* --- servers --- */

static void become_server(const char *port, const char *folder, int output) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(output, STDOUT_FILENO) < 0)
        _exit(126);
    execl("tests/mongo/start", "tests/mongo/start", port, folder, (char *)NULL);
    _exit(127);
}

void mongo_server_start(struct mongo_server *server, const char *port, const char *folder) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    server->pid = fork();
    assert_true(server->pid >= 0);
    if (server->pid == 0)
        become_server(port, folder, ends[1]);
    close(ends[1]);
    FILE *output = fdopen(ends[0], "r");
    assert_non_null(output);
    if (fgets(server->uri, sizeof(server->uri), output) == NULL)
        fail_msg("tests/mongo/start gave no server (from the root of the project?)");
    server->uri[strcspn(server->uri, "\n")] = '\0';
    fclose(output);
}

void mongo_server_stop(struct mongo_server *server) {
    kill(server->pid, SIGTERM);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

static struct mongo_server shared_server;

static void end_shared_server(void) {
    if (shared_server.pid > 0)
        mongo_server_stop(&shared_server);
}

static const char *mongo_uri(void) {
    const char *given = getenv("TEST_MONGO_URI");
    if (given != NULL && given[0] != '\0')
        return given;
    if (shared_server.pid == 0) {
        mongo_server_start(&shared_server, "0", NULL);
        atexit(end_shared_server);
    }
    return shared_server.uri;
}

/* --- raw access --- */

static sqlite3 *open_sqlite(const struct fixture *fixture) {
    char path[128];
    sqlite3 *db;
    snprintf(path, sizeof(path), "%s/techsupport.db", fixture->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    return db;
}

void run_sqlite(const struct fixture *fixture, const char *sql) {
    sqlite3 *db = open_sqlite(fixture);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

void explain_sqlite(const struct fixture *fixture, const char *sql, char *ret_plan, size_t size) {
    sqlite3 *db = open_sqlite(fixture);
    sqlite3_stmt *statement;
    char explain[1024];
    size_t length = 0;
    snprintf(explain, sizeof(explain), "EXPLAIN QUERY PLAN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &statement, NULL), SQLITE_OK);
    ret_plan[0] = '\0';
    while (sqlite3_step(statement) == SQLITE_ROW && length + 1 < size)
        length += (size_t)snprintf(ret_plan + length, size - length, "%s; ", sqlite3_column_text(statement, 3));
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static void put_sqlite(const struct fixture *fixture, enum collection collection, const bson_t *document) {
    sqlite3 *db = open_sqlite(fixture);
    sqlite3_stmt *statement;
    char sql[128];
    snprintf(sql, sizeof(sql), "INSERT OR REPLACE INTO %s (id, rev, owner, owed_at, body) VALUES (?, ?, ?, ?, ?)",
             collection_name(collection));
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_int64(statement, 1, codec_find_number(document, "_id"));
    sqlite3_bind_int64(statement, 2, codec_find_number(document, "rev"));
    sqlite3_bind_int64(statement, 3, codec_find_number(document, "owner"));
    sqlite3_bind_int64(statement, 4, codec_find_number(document, "owed_at"));
    sqlite3_bind_blob(statement, 5, bson_get_data(document), (int)document->len, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

struct mongo_access {
    mongoc_client_t *client;
    mongoc_collection_t *collection;
};

static struct mongo_access open_mongo(const struct fixture *fixture, const char *collection) {
    mongoc_init(); /* the store may not have been opened yet */
    struct mongo_access access = {.client = mongoc_client_new(fixture->server)};
    assert_non_null(access.client);
    access.collection = mongoc_client_get_collection(access.client, fixture->database, collection);
    return access;
}

static void close_mongo(struct mongo_access *access) {
    mongoc_collection_destroy(access->collection);
    mongoc_client_destroy(access->client);
}

void put_mongo(const struct fixture *fixture, const char *collection, const bson_t *document) {
    struct mongo_access access = open_mongo(fixture, collection);
    bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER;
    bson_error_t error;
    bson_iter_t iter;
    assert_true(bson_iter_init_find(&iter, document, "_id"));
    bson_append_iter(&filter, "_id", -1, &iter);
    bson_append_bool(&options, "upsert", -1, true);
    bson_append_bool(&options, "validate", -1, false);
    if (!mongoc_collection_replace_one(access.collection, &filter, document, &options, NULL, &error))
        fail_msg("%s: %s", collection, error.message);
    bson_destroy(&options);
    bson_destroy(&filter);
    close_mongo(&access);
}

void drop_mongo(const struct fixture *fixture) {
    struct mongo_access access = open_mongo(fixture, "meta");
    mongoc_database_t *database = mongoc_client_get_database(access.client, fixture->database);
    mongoc_database_drop(database, NULL);
    mongoc_database_destroy(database);
    close_mongo(&access);
}

void put_raw(const struct fixture *fixture, enum collection collection, const bson_t *document) {
    if (fixture->kind == ON_SQLITE)
        put_sqlite(fixture, collection, document);
    else
        put_mongo(fixture, collection_name(collection), document);
}

void put_json(const struct fixture *fixture, enum collection collection, const char *json) {
    bson_t document;
    bson_error_t error;
    if (!bson_init_from_json(&document, json, -1, &error))
        fail_msg("%s: %s", json, error.message);
    put_raw(fixture, collection, &document);
    bson_destroy(&document);
}

static bool get_sqlite(const struct fixture *fixture, enum collection collection, int64_t id, bson_t *ret_document) {
    sqlite3 *db = open_sqlite(fixture);
    sqlite3_stmt *statement;
    bson_t found;
    char sql[128];
    snprintf(sql, sizeof(sql), "SELECT body FROM %s WHERE id = ?", collection_name(collection));
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_int64(statement, 1, id);
    bool any = sqlite3_step(statement) == SQLITE_ROW;
    if (any) {
        const void *data = sqlite3_column_blob(statement, 0);
        assert_true(bson_init_static(&found, data, (size_t)sqlite3_column_bytes(statement, 0)));
        bson_copy_to(&found, ret_document);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return any;
}

static bool get_mongo(const struct fixture *fixture, enum collection collection, int64_t id, bson_t *ret_document) {
    struct mongo_access access = open_mongo(fixture, collection_name(collection));
    const bson_t *found;
    bson_t filter = BSON_INITIALIZER;
    bson_append_int64(&filter, "_id", -1, id);
    mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(access.collection, &filter, NULL, NULL);
    bool any = mongoc_cursor_next(cursor, &found);
    if (any)
        bson_copy_to(found, ret_document);
    mongoc_cursor_destroy(cursor);
    bson_destroy(&filter);
    close_mongo(&access);
    return any;
}

bool get_raw(const struct fixture *fixture, enum collection collection, int64_t id, bson_t *ret_document) {
    return fixture->kind == ON_SQLITE ? get_sqlite(fixture, collection, id, ret_document)
                                      : get_mongo(fixture, collection, id, ret_document);
}

static int64_t count_mongo(const struct fixture *fixture, const char *collection) {
    struct mongo_access access = open_mongo(fixture, collection);
    bson_t all = BSON_INITIALIZER;
    int64_t count = mongoc_collection_count_documents(access.collection, &all, NULL, NULL, NULL, NULL);
    bson_destroy(&all);
    close_mongo(&access);
    return count;
}

int64_t count_raw(const struct fixture *fixture, const char *collection) {
    if (fixture->kind == ON_MONGODB)
        return count_mongo(fixture, collection);
    sqlite3 *db = open_sqlite(fixture);
    sqlite3_stmt *statement;
    char sql[128];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", collection);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

/* --- a store for each test --- */

int fixture_prepare(void **state) {
    struct fixture *fixture = *state;
    fixture->store = NULL;
    fixture->arena = arena_new(ARENA_MAX);
    fixture->settings = (struct store_settings){.threads = 8};
    if (fixture->kind == ON_MONGODB) {
        snprintf(fixture->database, sizeof(fixture->database), "test_%lld", (long long)random_id());
        fixture->server = mongo_uri();
        fixture->settings.mongo_uri = fixture->server;
        fixture->settings.mongo_db = fixture->database;
    } else {
        snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/store-test-XXXXXX");
        assert_non_null(mkdtemp(fixture->folder));
        fixture->settings.data_dir = fixture->folder;
    }
    return 0;
}

struct store *fixture_open(const struct fixture *fixture) {
    struct store *store = NULL;
    struct error error = {0};
    if (store_open(&fixture->settings, &store, &error) != STATUS_OK)
        fail_msg("store_open: %s: %s", status_name(error.status), error.text);
    return store;
}

int fixture_setup(void **state) {
    int result = fixture_prepare(state);
    struct fixture *fixture = *state;
    fixture->store = fixture_open(fixture);
    return result;
}

static int remove_entry(const char *path, const struct stat *found, int type, struct FTW *place) {
    (void)found;
    (void)type;
    (void)place;
    return remove(path);
}

void remove_tree(const char *path) {
    enum { OPEN_MAX_FILES = 8 };
    assert_int_equal(nftw(path, remove_entry, OPEN_MAX_FILES, FTW_DEPTH | FTW_PHYS), 0);
}

int fixture_teardown(void **state) {
    struct fixture *fixture = *state;
    store_close(fixture->store);
    arena_free(fixture->arena);
    if (fixture->kind == ON_MONGODB)
        drop_mongo(fixture);
    else
        remove_tree(fixture->folder);
    return 0;
}

/* --- shorthands --- */

struct user load_user(const struct fixture *fixture, int64_t id) {
    struct user user;
    EXPECT(STATUS_OK, store_load(fixture->store, COLLECTION_USERS, id, fixture->arena, &user, NULL));
    return user;
}

struct ticket load_ticket(const struct fixture *fixture, int64_t id) {
    struct ticket ticket;
    EXPECT(STATUS_OK, store_load(fixture->store, COLLECTION_TICKETS, id, fixture->arena, &ticket, NULL));
    return ticket;
}

size_t find_ids(const struct fixture *fixture, enum query query, int64_t key, int64_t after, int64_t *ids, size_t max) {
    size_t count = 0;
    EXPECT(STATUS_OK, store_find(fixture->store, query, key, after, ids, max, &count, NULL));
    return count;
}

bool finds(const struct fixture *fixture, enum query query, int64_t key, int64_t id) {
    int64_t found = 0;
    return find_ids(fixture, query, key, id - 1, &found, 1) == 1 && found == id;
}

struct starter {
    pthread_barrier_t *barrier;
    void (*work)(void *argument);
    void *argument;
};

static void *start(void *argument) {
    const struct starter *starter = argument;
    pthread_barrier_wait(starter->barrier);
    starter->work(starter->argument);
    return NULL;
}

void run_threads(void (*work)(void *argument), void *arguments, size_t size, size_t count) {
    enum { THREADS_MAX = 16 };
    pthread_t threads[THREADS_MAX];
    struct starter starters[THREADS_MAX];
    pthread_barrier_t barrier;
    assert_true(count <= THREADS_MAX);
    assert_int_equal(pthread_barrier_init(&barrier, NULL, (unsigned)count), 0);
    for (size_t i = 0; i < count; i++) {
        starters[i] = (struct starter){&barrier, work, (char *)arguments + i * size};
        assert_int_equal(pthread_create(&threads[i], NULL, start, &starters[i]), 0);
    }
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&barrier);
}
