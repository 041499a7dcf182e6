/* What the tests of db/store.h share: an empty store of either kind for each test, and a way past it to the raw
 * documents. The MongoDB server is that of TEST_MONGO_URI, or one started by tests/mongo/start for this program;
 * without either the tests fail. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <bson/bson.h>
#include <sys/types.h>

#include "db/store.h"
#include "tests/unit/unit.h"

enum store_kind { ON_SQLITE, ON_MONGODB };

struct fixture {
    enum store_kind kind;
    struct store *store;
    struct arena *arena;
    struct store_settings settings;
    const char *server; /* MongoDB's address for raw access */
    char folder[64], database[64];
};

int fixture_setup(void **state);
int fixture_teardown(void **state);
extern struct fixture fixture_on_sqlite, fixture_on_mongodb;

/* A row of a table of tests for each store. */
#define ON_BOTH(test) ON_ONE(test, sqlite), ON_ONE(test, mongodb)
#define ON_ONE(test, kind)                                                                                             \
    { #test " (" #kind ")", test, fixture_setup, fixture_teardown, &fixture_on_##kind }
/* With fixture_prepare: the test opens the store itself. */
#define UNOPENED(test, kind)                                                                                           \
    { #test " (" #kind ")", test, fixture_prepare, fixture_teardown, &fixture_on_##kind }

/* A database of its own for the fixture's store, not opened yet: fixture_setup without store_open. */
int fixture_prepare(void **state);
struct store *fixture_open(const struct fixture *fixture);

/* A MongoDB server by itself. Fails the test where none can be started. */
struct mongo_server {
    pid_t pid;
    char uri[64];
};
void mongo_server_start(struct mongo_server *server, const char *port, const char *folder);
/* Ends it in an orderly way: what it answered is on its disk. */
void mongo_server_stop(struct mongo_server *server);

/* Documents as they are stored, behind the store's back. put_raw replaces; `document` has an _id. */
void put_raw(const struct fixture *fixture, enum collection collection, const bson_t *document);
void put_json(const struct fixture *fixture, enum collection collection, const char *json);
bool get_raw(const struct fixture *fixture, enum collection collection, int64_t id, bson_t *ret_document);
int64_t count_raw(const struct fixture *fixture, const char *collection);
/* Into a collection of any name, MongoDB only. */
void put_mongo(const struct fixture *fixture, const char *collection, const bson_t *document);
void drop_mongo(const struct fixture *fixture);
void remove_tree(const char *path);
void run_sqlite(const struct fixture *fixture, const char *sql);
/* How SQLite would answer, one step after the other. */
void explain_sqlite(const struct fixture *fixture, const char *sql, char *ret_plan, size_t size);

/* Loads that must succeed. The rows live as long as the test. */
struct user load_user(const struct fixture *fixture, int64_t id);
struct ticket load_ticket(const struct fixture *fixture, int64_t id);

/* Writes with the status wanted. */
#define EXPECT(wanted, call)                                                                                           \
    do {                                                                                                               \
        enum status got_ = (call);                                                                                     \
        if (got_ != (wanted))                                                                                          \
            fail_msg("%s: %s instead of %s", #call, status_name(got_), status_name(wanted));                           \
    } while (0)
#define WRITE(fixture, ...) store_write((fixture)->store, &(struct write){__VA_ARGS__}, NULL, NULL)
#define SETTLE(fixture, ret_released, ...)                                                                             \
    store_settle((fixture)->store, &(struct settle){__VA_ARGS__}, (ret_released), NULL)

/* Ids that a query finds above `after`. */
size_t find_ids(const struct fixture *fixture, enum query query, int64_t key, int64_t after, int64_t *ids, size_t max);
bool finds(const struct fixture *fixture, enum query query, int64_t key, int64_t id);

/* Runs `work` in `count` threads, each with its element of `arguments`; all begin at the same moment. */
void run_threads(void (*work)(void *argument), void *arguments, size_t size, size_t count);

#endif
