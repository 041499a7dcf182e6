/* Questions, named numbers, counters, copies and what could not be read. */
#include "db/sqlite/sqlite.h"

struct numbers {
    int64_t *first, *second; /* places for the columns; `second` may be NULL */
    size_t max, count;
};

/* Steps a bound statement to its end and collects its numbers. */
static enum status collect(struct connection *connection, sqlite3_stmt *statement, struct numbers *numbers,
                           struct error *error) {
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW && numbers->count < numbers->max) {
        numbers->first[numbers->count] = sqlite3_column_int64(statement, 0);
        if (numbers->second != NULL)
            numbers->second[numbers->count] = sqlite3_column_int64(statement, 1);
        numbers->count++;
    }
    enum status status = connection_status(connection, code, error);
    connection_end(statement);
    return status;
}

static const enum statement queries[] = {
    [QUERY_USERS] = STATEMENT_FIND_USERS,
    [QUERY_STATUS_TICKETS] = STATEMENT_FIND_STATUS_TICKETS,
    [QUERY_STAFF] = STATEMENT_FIND_STAFF,
    [QUERY_ADMINS] = STATEMENT_FIND_ADMINS,
    [QUERY_SUPER_ADMINS] = STATEMENT_FIND_SUPER_ADMINS,
    [QUERY_OWED_USERS] = STATEMENT_FIND_OWED_USERS,
    [QUERY_OWED_TICKETS] = STATEMENT_FIND_OWED_TICKETS,
    [QUERY_OWED_CALLS] = STATEMENT_FIND_OWED_CALLS,
    [QUERY_RECIPIENTS] = STATEMENT_FIND_RECIPIENTS,
    [QUERY_OWED_BROADCASTS] = STATEMENT_FIND_OWED_BROADCASTS,
    [QUERY_OWED_ROOMS] = STATEMENT_FIND_OWED_ROOMS,
    [QUERY_OPEN_TICKETS] = STATEMENT_FIND_OPEN_TICKETS,
    [QUERY_ASSIGNED_TICKETS] = STATEMENT_FIND_ASSIGNED_TICKETS,
    [QUERY_LEGACY_TICKETS] = STATEMENT_FIND_LEGACY_TICKETS,
    [QUERY_ALL_TICKETS] = STATEMENT_FIND_ALL_TICKETS,
    [QUERY_AUTHOR_TICKETS] = STATEMENT_FIND_AUTHOR_TICKETS,
    [QUERY_CLOSED_TICKETS] = STATEMENT_FIND_CLOSED_TICKETS,
    [QUERY_QUEUE] = STATEMENT_FIND_QUEUE,
    [QUERY_QUEUE_WAITING] = STATEMENT_FIND_QUEUE_WAITING,
    [QUERY_QUEUE_ASSIGNED] = STATEMENT_FIND_QUEUE_ASSIGNED,
    [QUERY_ROOMS] = STATEMENT_FIND_ROOMS,
};
_Static_assert(sizeof(queries) / sizeof(queries[0]) == QUERY_COUNT, "a statement for every query");

enum status sqlite_find(void *state, enum query query, int64_t key, int64_t from, bool down, int64_t *ret_keys,
                        size_t max, size_t *ret_count, struct error *error) {
    struct sqlite *sqlite = state;
    struct connection *connection = readers_take(sqlite->readers);
    struct numbers numbers = {.first = ret_keys, .max = max};
    sqlite3_stmt *statement = NULL;
    enum statement which = (enum statement)(queries[query] + (down ? 1 : 0));
    enum status status = connection_take(connection, which, &statement, error);
    if (status == STATUS_OK) {
        sqlite3_bind_int64(statement, 1, key);
        sqlite3_bind_int64(statement, 2, from);
        sqlite3_bind_int64(statement, 3, (int64_t)max);
        status = collect(connection, statement, &numbers, error);
    }
    readers_give(sqlite->readers, connection);
    if (status == STATUS_OK)
        *ret_count = numbers.count;
    return status;
}

enum status sqlite_tally(void *state, enum query query, int64_t key, int64_t *ret_count, struct error *error) {
    struct sqlite *sqlite = state;
    struct connection *connection = readers_take(sqlite->readers);
    struct numbers numbers = {.first = ret_count, .max = 1};
    sqlite3_stmt *statement = NULL;
    enum status status = connection_take(connection, (enum statement)(queries[query] + 2), &statement, error);
    if (status == STATUS_OK) {
        sqlite3_bind_int64(statement, 1, key);
        sqlite3_bind_int64(statement, 3, TALLY_MAX);
        status = collect(connection, statement, &numbers, error);
    }
    readers_give(sqlite->readers, connection);
    return status;
}

enum status sqlite_ping(void *state, struct error *error) {
    struct sqlite *sqlite = state;
    struct connection *connection = readers_take(sqlite->readers);
    enum status status = connection_run(connection, STATEMENT_PING, error);
    readers_give(sqlite->readers, connection);
    return status;
}

/* One number by name. */
static enum status get(struct connection *connection, enum statement which, const char *name, int64_t *ret_value,
                       struct error *error) {
    int64_t value;
    struct numbers numbers = {.first = &value, .max = 1};
    sqlite3_stmt *statement = NULL;
    enum status status = connection_take(connection, which, &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    status = collect(connection, statement, &numbers, error);
    if (status == STATUS_OK && numbers.count == 0)
        return STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        *ret_value = value;
    return status;
}

enum status sqlite_get(void *state, const char *name, int64_t *ret_value, struct error *error) {
    struct sqlite *sqlite = state;
    struct connection *connection = readers_take(sqlite->readers);
    enum status status = get(connection, STATEMENT_GET, name, ret_value, error);
    readers_give(sqlite->readers, connection);
    return status == STATUS_NOT_FOUND ? error_set(error, status, "no number of that name") : status;
}

struct name_work {
    const char *name;
    int64_t value;
};

static enum status do_next(struct connection *connection, void *argument, struct error *error) {
    struct name_work *work = argument;
    return get(connection, STATEMENT_NEXT, work->name, &work->value, error);
}

enum status sqlite_next(void *state, const char *counter, int64_t *ret_number, struct error *error) {
    struct sqlite *sqlite = state;
    struct name_work work = {.name = counter};
    enum status status = writer_do(sqlite->writer, do_next, &work, error);
    if (status == STATUS_OK)
        *ret_number = work.value;
    return status;
}

static enum status set(struct connection *connection, const char *name, int64_t value, struct error *error) {
    sqlite3_stmt *statement = NULL;
    enum status status = connection_take(connection, STATEMENT_SET, &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, value);
    status = connection_status(connection, sqlite3_step(statement), error);
    connection_end(statement);
    return status;
}

static enum status do_get_or_set(struct connection *connection, void *argument, struct error *error) {
    struct name_work *work = argument;
    enum status status = get(connection, STATEMENT_GET, work->name, &work->value, error);
    return status == STATUS_NOT_FOUND ? set(connection, work->name, work->value, error) : status;
}

enum status sqlite_get_or_set(void *state, const char *name, int64_t value, int64_t *ret_value, struct error *error) {
    struct sqlite *sqlite = state;
    struct name_work work = {name, value};
    enum status status = writer_do(sqlite->writer, do_get_or_set, &work, error);
    if (status == STATUS_OK)
        *ret_value = work.value;
    return status;
}

struct swap_work {
    const char *name;
    int64_t from, to;
};

static enum status do_swap(struct connection *connection, void *argument, struct error *error) {
    const struct swap_work *work = argument;
    int64_t value = 0;
    enum status status = get(connection, STATEMENT_GET, work->name, &value, error);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (value != work->from)
        return error_set(error, STATUS_CONFLICT, "%s is another number", work->name);
    return set(connection, work->name, work->to, error);
}

enum status sqlite_swap(void *state, const char *name, int64_t from, int64_t to, struct error *error) {
    struct sqlite *sqlite = state;
    struct swap_work work = {name, from, to};
    return writer_do(sqlite->writer, do_swap, &work, error);
}

static enum status do_beat(struct connection *connection, void *argument, struct error *error) {
    const struct copy *copy = argument;
    sqlite3_stmt *statement = NULL;
    enum status status = connection_take(connection, STATEMENT_BEAT, &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(statement, 1, copy->id);
    sqlite3_bind_int64(statement, 2, copy->beat);
    status = connection_status(connection, sqlite3_step(statement), error);
    connection_end(statement);
    return status;
}

enum status sqlite_beat(void *state, int64_t copy, int64_t beat, struct error *error) {
    struct sqlite *sqlite = state;
    struct copy work = {copy, beat};
    return writer_do(sqlite->writer, do_beat, &work, error);
}

enum status sqlite_copies(void *state, struct copy *ret_copies, size_t *ret_count, struct error *error) {
    struct sqlite *sqlite = state;
    struct connection *connection = readers_take(sqlite->readers);
    int64_t ids[COPIES_MAX], beats[COPIES_MAX];
    struct numbers numbers = {.first = ids, .second = beats, .max = COPIES_MAX};
    sqlite3_stmt *statement = NULL;
    enum status status = connection_take(connection, STATEMENT_COPIES, &statement, error);
    if (status == STATUS_OK) {
        sqlite3_bind_int64(statement, 1, COPIES_MAX);
        status = collect(connection, statement, &numbers, error);
    }
    readers_give(sqlite->readers, connection);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < numbers.count; i++)
        ret_copies[i] = (struct copy){ids[i], beats[i]};
    *ret_count = numbers.count;
    return status;
}

static enum status do_forget_copy(struct connection *connection, void *argument, struct error *error) {
    const int64_t *copy = argument;
    sqlite3_stmt *statement = NULL;
    enum status status = connection_take(connection, STATEMENT_FORGET_COPY, &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(statement, 1, *copy);
    status = connection_status(connection, sqlite3_step(statement), error);
    connection_end(statement);
    return status;
}

enum status sqlite_forget_copy(void *state, int64_t copy, struct error *error) {
    struct sqlite *sqlite = state;
    return writer_do(sqlite->writer, do_forget_copy, &copy, error);
}

struct unread_work {
    int64_t place, now;
    const char *why;
    const void *data;
    size_t size;
};

static enum status do_keep_unread(struct connection *connection, void *argument, struct error *error) {
    const struct unread_work *work = argument;
    sqlite3_stmt *statement = NULL;
    enum status status = connection_take(connection, STATEMENT_KEEP_UNREAD, &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(statement, 1, work->place);
    sqlite3_bind_int64(statement, 2, work->now);
    sqlite3_bind_text(statement, 3, work->why, -1, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 4, work->size > 0 ? work->data : "", (int)work->size, SQLITE_STATIC);
    status = connection_status(connection, sqlite3_step(statement), error);
    connection_end(statement);
    return status;
}

enum status sqlite_keep_unread(void *state, int64_t place, int64_t now, const char *why, const void *data, size_t size,
                               struct error *error) {
    struct sqlite *sqlite = state;
    struct unread_work work = {place, now, why, data, size};
    return writer_do(sqlite->writer, do_keep_unread, &work, error);
}
