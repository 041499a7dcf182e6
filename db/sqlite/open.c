/* Opening: the folder, the lock file, the database file (0600: it holds phones and texts), its tables. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "db/sqlite/sqlite.h"

enum { PATH_BYTES_MAX = 4096 };

/* "TSBt": tells our file from another program's. */
enum { APPLICATION_ID = 0x54534274 };

/* A collection with the columns that all have, and `own`. */
#define COLLECTION_TABLE(name, own)                                                                                    \
    "CREATE TABLE IF NOT EXISTS " name " (id INTEGER PRIMARY KEY, rev INTEGER NOT NULL, owner INTEGER NOT NULL,"       \
    "  owed_at INTEGER NOT NULL, " own "body BLOB NOT NULL);"                                                          \
    "CREATE INDEX IF NOT EXISTS " name "_owed ON " name " (owner, id) WHERE owed_at > 0;"

/* One text each, run in turn. */
static const char *const schema[] = {
    "PRAGMA application_id = 0x54534274",
    COLLECTION_TABLE("users", "role TEXT, reachable INTEGER, "),
    "CREATE INDEX IF NOT EXISTS users_role ON users (id) WHERE role <> 'user'",
    /* for counting: in the table the bodies stand in between */
    "CREATE INDEX IF NOT EXISTS users_all ON users (id)",
    "CREATE INDEX IF NOT EXISTS users_reachable ON users (id) WHERE reachable > 0",
    COLLECTION_TABLE("tickets", "author INTEGER, assignee INTEGER, status TEXT, queue INTEGER, "),
    "CREATE INDEX IF NOT EXISTS tickets_assignee ON tickets (assignee, id) WHERE status = 'accepted'",
    "CREATE INDEX IF NOT EXISTS tickets_author ON tickets (author, status, id)",
    "CREATE INDEX IF NOT EXISTS tickets_of_author ON tickets (author, id)",
    "CREATE INDEX IF NOT EXISTS tickets_queue ON tickets (queue) WHERE queue > 0",
    "CREATE INDEX IF NOT EXISTS tickets_waiting ON tickets (queue) WHERE queue > 0 AND status = 'waiting'",
    "CREATE INDEX IF NOT EXISTS tickets_mine ON tickets (assignee, queue) WHERE queue > 0",
    COLLECTION_TABLE("calls", ""),
    COLLECTION_TABLE("broadcasts", ""),
    COLLECTION_TABLE("rooms", "place INTEGER, "),
    "CREATE INDEX IF NOT EXISTS rooms_place ON rooms (place) WHERE place > 0",
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS copies (id INTEGER PRIMARY KEY, beat INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS unread (place INTEGER PRIMARY KEY, at INTEGER NOT NULL, why TEXT NOT NULL, data BLOB NOT NULL)",
};

/* Columns that came later, and their indexes: a file of an earlier version gets them when it is opened. */
static const struct {
    const char *found; /* how many there are of it */
    const char *add, *index;
} later[] = {
    {"SELECT count(*) FROM pragma_table_info('tickets') WHERE name = 'legacy_id'",
     "ALTER TABLE tickets ADD COLUMN legacy_id TEXT",
     "CREATE INDEX IF NOT EXISTS tickets_legacy ON tickets (legacy_id, id) WHERE legacy_id IS NOT NULL"},
};

static enum status make_folder(const char *path, struct error *error) {
    struct stat found;
    if (mkdir(path, 0700) == 0)
        return STATUS_OK;
    if (errno == EEXIST && stat(path, &found) == 0 && S_ISDIR(found.st_mode))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "the folder %s cannot be made: %s", path, strerror(errno));
}

/* A file that root makes becomes the folder's owner's, which the bot runs as. */
static int make_file(const char *path) {
    char name[PATH_BYTES_MAX];
    struct stat folder;
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    (void)snprintf(name, sizeof(name), "%.*s", (int)(strrchr(path, '/') - path), path);
    if (fd >= 0 && geteuid() == 0 && stat(name, &folder) == 0 && fchown(fd, folder.st_uid, folder.st_gid) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static enum status open_file(const char *path, bool existing, int *ret_fd, struct error *error) {
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 && errno == ENOENT && existing)
        return error_set(error, STATUS_NOT_FOUND, "there is no %s: the bot has not run yet, or with another DATA_DIR",
                         path);
    if (fd < 0 && errno == ENOENT)
        fd = make_file(path);
    if (fd < 0)
        return error_set(error, errno == ENOSPC ? STATUS_UNAVAILABLE : STATUS_INVALID, "%s cannot be opened: %s", path,
                         strerror(errno));
    *ret_fd = fd;
    return STATUS_OK;
}

/* The kernel lets go of the lock when the process ends, however it ends. */
static enum status take_lock(const char *path, int *ret_fd, struct error *error) {
    int fd = -1;
    enum status status = open_file(path, false, &fd, error);
    if (status != STATUS_OK)
        return status;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return error_set(error, STATUS_CONFLICT, "%s is held: another `serve` runs on this folder", path);
    }
    *ret_fd = fd;
    return STATUS_OK;
}

static int64_t pragma_number(struct connection *connection, const char *sql) {
    sqlite3_stmt *statement;
    int64_t number = -1;
    if (sqlite3_prepare_v2(connection->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return number;
    if (sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static enum status add_later_columns(struct connection *connection, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]) && status == STATUS_OK; i++) {
        if (pragma_number(connection, later[i].found) == 0)
            status = connection_exec(connection, later[i].add, error);
        if (status == STATUS_OK)
            status = connection_exec(connection, later[i].index, error);
    }
    return status;
}

static enum status make_all(struct connection *connection, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof(schema) / sizeof(schema[0]) && status == STATUS_OK; i++)
        status = connection_exec(connection, schema[i], error);
    return status;
}

static enum status make_tables(struct connection *connection, struct error *error) {
    enum status status = connection_exec(connection, "BEGIN IMMEDIATE", error);
    if (status != STATUS_OK)
        return status;
    bool ours = pragma_number(connection, "PRAGMA application_id") == APPLICATION_ID ||
                pragma_number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
    status = ours ? make_all(connection, error)
                  : error_set(error, STATUS_DAMAGED, "techsupport.db is another program's database");
    if (status == STATUS_OK)
        status = add_later_columns(connection, error);
    enum status ended = connection_exec(connection, status == STATUS_OK ? "COMMIT" : "ROLLBACK", error);
    return status == STATUS_OK ? ended : status;
}

static enum status open_writer(const char *path, bool existing, struct writer **ret_writer, struct error *error) {
    struct connection connection;
    int fd = -1;
    enum status status = open_file(path, existing, &fd, error);
    if (status != STATUS_OK)
        return status;
    close(fd);
    status = connection_open(path, true, &connection, error);
    if (status != STATUS_OK)
        return status;
    status = make_tables(&connection, error);
    if (status == STATUS_OK)
        return writer_start(&connection, ret_writer, error);
    connection_close(&connection);
    return status;
}

static enum status open_parts(const struct store_settings *settings, struct sqlite *sqlite, struct error *error) {
    char path[PATH_BYTES_MAX];
    enum status status = settings->existing ? STATUS_OK : make_folder(settings->data_dir, error);
    if (status == STATUS_OK && settings->exclusive) {
        snprintf(path, sizeof(path), "%s/techsupport.lock", settings->data_dir);
        status = take_lock(path, &sqlite->lock_fd, error);
    }
    snprintf(path, sizeof(path), "%s/techsupport.db", settings->data_dir);
    if (status == STATUS_OK)
        status = open_writer(path, settings->existing, &sqlite->writer, error);
    if (status == STATUS_OK)
        status = readers_open(path, settings->threads, &sqlite->readers, error);
    return status;
}

enum status sqlite_open(const struct store_settings *settings, void **ret_state, struct error *error) {
    if (settings->data_dir == NULL || strlen(settings->data_dir) > PATH_BYTES_MAX - 32)
        return error_set(error, STATUS_INVALID, "no data folder, or its name is too long");
    struct sqlite *sqlite = mem_alloc(sizeof(*sqlite));
    sqlite->lock_fd = -1;
    enum status status = open_parts(settings, sqlite, error);
    if (status == STATUS_OK)
        *ret_state = sqlite;
    else
        sqlite_close(sqlite);
    return status;
}

/* The writer last: the last connection to close folds the log into the file. */
void sqlite_close(void *state) {
    struct sqlite *sqlite = state;
    readers_close(sqlite->readers);
    writer_stop(sqlite->writer);
    if (sqlite->lock_fd >= 0)
        close(sqlite->lock_fd);
    free(sqlite);
}
