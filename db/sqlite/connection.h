/* db/sqlite/connection: one connection with its prepared statements. Used by one thread at a time. */
#ifndef DB_SQLITE_CONNECTION_H
#define DB_SQLITE_CONNECTION_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"

enum { BUSY_WAIT_MS = 5000 }; /* for another process's transaction; beyond it a call is UNAVAILABLE */

/* A question of db/store.h in both directions, and counted: the second and third statement follow the first. ?1 is the
 * key, ?2 from where, ?3 how many. */
#define FIND(X, query, table, sort, where)                                                                             \
    X(FIND_##query, "SELECT " sort " FROM " table " WHERE " where " AND " sort " > ?2 ORDER BY " sort " LIMIT ?3")     \
    X(FIND_##query##_DOWN,                                                                                             \
      "SELECT " sort " FROM " table " WHERE " where " AND " sort " < ?2 ORDER BY " sort " DESC LIMIT ?3")              \
    X(COUNT_##query, "SELECT count(*) FROM (SELECT 1 FROM " table " WHERE " where " LIMIT ?3)")

/* A collection without columns of its own. */
#define PLAIN(X, id, table)                                                                                            \
    X(LOAD_##id, "SELECT body FROM " table " WHERE id = ?1")                                                           \
    X(INSERT_##id, "INSERT INTO " table " (id, body, rev, owner, owed_at) VALUES (?1, ?2, ?3, ?4, ?5)")                \
    X(UPDATE_##id, "UPDATE " table " SET body = ?2, rev = ?3, owner = ?4, owed_at = ?5 WHERE id = ?1")                 \
    FIND(X, OWED_##id, table, "id", "owner = ?1 AND owed_at > 0")

/* The columns beside id and body are copies of fields of the body, for the indexes. */
#define STATEMENTS(X)                                                                                                  \
    X(BEGIN, "BEGIN IMMEDIATE")                                                                                        \
    X(COMMIT, "COMMIT")                                                                                                \
    X(SAVEPOINT, "SAVEPOINT request")                                                                                  \
    X(RELEASE, "RELEASE request")                                                                                      \
    X(UNDO, "ROLLBACK TO request")                                                                                     \
    X(PING, "SELECT count(*) FROM meta")                                                                               \
    X(LOAD_USER, "SELECT body FROM users WHERE id = ?1")                                                               \
    X(LOAD_TICKET, "SELECT body FROM tickets WHERE id = ?1")                                                           \
    X(INSERT_USER, "INSERT INTO users (id, body, rev, owner, owed_at, role, reachable)"                                \
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")                                                             \
    X(INSERT_TICKET, "INSERT INTO tickets (id, body, rev, owner, owed_at, status, author, assignee, queue,"            \
                     " legacy_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")                                   \
    X(UPDATE_USER, "UPDATE users SET body = ?2, rev = ?3, owner = ?4, owed_at = ?5, role = ?6,"                        \
                   " reachable = ?7 WHERE id = ?1")                                                                    \
    X(UPDATE_TICKET, "UPDATE tickets SET body = ?2, rev = ?3, owner = ?4, owed_at = ?5, status = ?6, author = ?7,"     \
                     " assignee = ?8, queue = ?9, legacy_id = ?10 WHERE id = ?1")                                      \
    X(LOAD_ROOMS, "SELECT body FROM rooms WHERE id = ?1")                                                              \
    X(INSERT_ROOMS, "INSERT INTO rooms (id, body, rev, owner, owed_at, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")        \
    X(UPDATE_ROOMS, "UPDATE rooms SET body = ?2, rev = ?3, owner = ?4, owed_at = ?5, place = ?6 WHERE id = ?1")        \
    PLAIN(X, CALLS, "calls")                                                                                           \
    PLAIN(X, BROADCASTS, "broadcasts")                                                                                 \
    FIND(X, OWED_ROOMS, "rooms", "id", "owner = ?1 AND owed_at > 0")                                                   \
    FIND(X, ROOMS, "rooms", "place", "place > 0")                                                                      \
    FIND(X, USERS, "users", "id", "1")                                                                                 \
    FIND(                                                                                                              \
        X, STATUS_TICKETS, "tickets", "id",                                                                            \
        "status = CASE ?1 WHEN 0 THEN 'waiting' WHEN 1 THEN 'accepted' WHEN 2 THEN 'completed' WHEN 3 THEN 'rejected'" \
        " WHEN 4 THEN 'cancelled' END")                                                                                \
    FIND(X, STAFF, "users", "id", "role <> 'user' AND role IN ('admin', 'super_admin')")                               \
    FIND(X, ADMINS, "users", "id", "role <> 'user' AND role = 'admin'")                                                \
    FIND(X, SUPER_ADMINS, "users", "id", "role <> 'user' AND role = 'super_admin'")                                    \
    FIND(X, RECIPIENTS, "users", "id", "reachable > 0 AND reachable <= ?1")                                            \
    FIND(X, OWED_USERS, "users", "id", "owner = ?1 AND owed_at > 0")                                                   \
    FIND(X, OWED_TICKETS, "tickets", "id", "owner = ?1 AND owed_at > 0")                                               \
    FIND(X, OPEN_TICKETS, "tickets", "id", "author = ?1 AND status IN ('waiting', 'accepted')")                        \
    FIND(X, ASSIGNED_TICKETS, "tickets", "id", "assignee = ?1 AND status = 'accepted'")                                \
    FIND(X, AUTHOR_TICKETS, "tickets", "id", "author = ?1")                                                            \
    FIND(X, CLOSED_TICKETS, "tickets", "id", "queue IS NULL")                                                          \
    FIND(X, QUEUE, "tickets", "queue", "queue > 0")                                                                    \
    FIND(X, QUEUE_WAITING, "tickets", "queue", "queue > 0 AND status = 'waiting'")                                     \
    FIND(X, QUEUE_ASSIGNED, "tickets", "queue", "queue > 0 AND assignee = ?1")                                         \
    FIND(X, LEGACY_TICKETS, "tickets", "id", "legacy_id = printf('%08x', ?1)")                                         \
    FIND(X, ALL_TICKETS, "tickets", "id", "1")                                                                         \
    X(GET, "SELECT value FROM meta WHERE name = ?1")                                                                   \
    X(SET, "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2")               \
    X(NEXT, "INSERT INTO meta (name, value) VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"         \
            " RETURNING value")                                                                                        \
    X(BEAT, "INSERT INTO copies (id, beat) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET beat = ?2")                  \
    X(COPIES, "SELECT id, beat FROM copies ORDER BY id LIMIT ?1")                                                      \
    X(FORGET_COPY, "DELETE FROM copies WHERE id = ?1")                                                                 \
    X(KEEP_UNREAD, "INSERT OR REPLACE INTO unread (place, at, why, data) VALUES (?1, ?2, ?3, ?4)")

enum statement {
#define X(id, sql) STATEMENT_##id,
    STATEMENTS(X)
#undef X
        STATEMENT_COUNT
};

struct connection {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT]; /* made when first used */
};

/* `writer`: durable commits, a larger cache; else it refuses to write. UNAVAILABLE, DAMAGED. After a failure there is
 * nothing to close. */
MUST_CHECK enum status connection_open(const char *path, bool writer, struct connection *ret_connection,
                                       struct error *error);
void connection_close(struct connection *connection);

/* The statement, ready to be bound. `connection_end` resets it; the same must be done for every statement taken. */
MUST_CHECK enum status connection_take(struct connection *connection, enum statement statement,
                                       sqlite3_stmt **ret_statement, struct error *error);
void connection_end(sqlite3_stmt *statement);

/* Runs a statement without parameters and rows. */
MUST_CHECK enum status connection_run(struct connection *connection, enum statement statement, struct error *error);
/* Runs SQL text once, for the schema. */
MUST_CHECK enum status connection_exec(struct connection *connection, const char *sql, struct error *error);

/* What a result code of SQLite means for a caller; OK for SQLITE_OK, ROW and DONE. CONFLICT: a row of that key is
 * there. */
MUST_CHECK enum status connection_status(struct connection *connection, int code, struct error *error);

#endif
