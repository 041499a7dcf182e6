#include "db/sqlite/connection.h"

#include <string.h>

#include "core/clock.h"

static const char *const texts[] = {
#define X(id, sql) sql,
    STATEMENTS(X)
#undef X
};

/* Caches are small: the bot shall live in 16 MB. The writer's commits reach the disk before they return. */
static const char writer_setup[] = "PRAGMA journal_mode = WAL;"
                                   "PRAGMA synchronous = FULL;"
                                   "PRAGMA cache_size = -512;"
                                   "PRAGMA journal_size_limit = 8388608;";
static const char reader_setup[] = "PRAGMA query_only = ON;"
                                   "PRAGMA cache_size = -64;";

enum status connection_status(struct connection *connection, int code, struct error *error) {
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STATUS_OK;
    case SQLITE_CONSTRAINT:
        return error_set(error, STATUS_CONFLICT, "SQLite: %s", sqlite3_errmsg(connection->db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
        return error_set(error, STATUS_UNAVAILABLE, "SQLite: %s (%d)", sqlite3_errmsg(connection->db), code);
    default:
        return error_set(error, STATUS_DAMAGED, "SQLite: %s (%d)", sqlite3_errmsg(connection->db), code);
    }
}

enum status connection_exec(struct connection *connection, const char *sql, struct error *error) {
    return connection_status(connection, sqlite3_exec(connection->db, sql, NULL, NULL, NULL), error);
}

/* Two processes that make the same new file: SQLite does not wait for the other when it turns the log on. */
static enum status set_up(struct connection *connection, const char *sql, struct error *error) {
    enum { PAUSE_MS = 50 };
    int code = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
    for (int waited = 0; (code & 0xff) == SQLITE_BUSY && waited < BUSY_WAIT_MS; waited += PAUSE_MS) {
        clock_sleep(PAUSE_MS);
        code = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
    }
    return connection_status(connection, code, error);
}

enum status connection_open(const char *path, bool writer, struct connection *ret_connection, struct error *error) {
    struct connection connection = {0};
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(path, &connection.db, flags, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(connection.db, BUSY_WAIT_MS);
    enum status status = connection_status(&connection, code, error);
    if (status == STATUS_OK)
        status = set_up(&connection, writer ? writer_setup : reader_setup, error);
    if (status == STATUS_OK)
        *ret_connection = connection;
    else
        connection_close(&connection);
    return status;
}

void connection_close(struct connection *connection) {
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(connection->statements[i]);
    sqlite3_close(connection->db);
    memset(connection, 0, sizeof(*connection));
}

enum status connection_take(struct connection *connection, enum statement statement, sqlite3_stmt **ret_statement,
                            struct error *error) {
    sqlite3_stmt **place = &connection->statements[statement];
    if (*place == NULL) {
        int code = sqlite3_prepare_v3(connection->db, texts[statement], -1, SQLITE_PREPARE_PERSISTENT, place, NULL);
        if (code != SQLITE_OK)
            return connection_status(connection, code, error);
    }
    *ret_statement = *place;
    return STATUS_OK;
}

void connection_end(sqlite3_stmt *statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

enum status connection_run(struct connection *connection, enum statement statement, struct error *error) {
    sqlite3_stmt *prepared = NULL;
    enum status status = connection_take(connection, statement, &prepared, error);
    if (status != STATUS_OK)
        return status;
    status = connection_status(connection, sqlite3_step(prepared), error);
    connection_end(prepared);
    return status;
}
