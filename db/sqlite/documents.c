/* Documents. A write reads the document, compares, changes and stores it within the writer's transaction: no other
 * thread and no other process comes between. */
#include <string.h>

#include "db/codec.h"
#include "db/sqlite/sqlite.h"

enum { COLUMNS_MAX = 5 };

/* What differs between the collections: statements, and the fields that are columns from the sixth parameter on. */
struct table {
    enum statement load, insert, update;
    const char *columns[COLUMNS_MAX];
};

static const struct table tables[] = {
    [COLLECTION_USERS] = {STATEMENT_LOAD_USER, STATEMENT_INSERT_USER, STATEMENT_UPDATE_USER, {"role", "reachable"}},
    [COLLECTION_TICKETS] = {STATEMENT_LOAD_TICKET,
                            STATEMENT_INSERT_TICKET,
                            STATEMENT_UPDATE_TICKET,
                            {"status", "author", "assignee", "queue", "legacy_id"}},
    [COLLECTION_CALLS] = {STATEMENT_LOAD_CALLS, STATEMENT_INSERT_CALLS, STATEMENT_UPDATE_CALLS, {NULL}},
    [COLLECTION_BROADCASTS] = {STATEMENT_LOAD_BROADCASTS,
                               STATEMENT_INSERT_BROADCASTS,
                               STATEMENT_UPDATE_BROADCASTS,
                               {NULL}},
    [COLLECTION_ROOMS] = {STATEMENT_LOAD_ROOMS, STATEMENT_INSERT_ROOMS, STATEMENT_UPDATE_ROOMS, {"place"}},
};
_Static_assert(sizeof(tables) / sizeof(tables[0]) == COLLECTION_COUNT, "a table for every collection");

/* Finds a document; *ret_document borrows from the statement, which is to be ended if OK is returned. */
static enum status find_body(struct connection *connection, enum collection collection, int64_t id,
                             sqlite3_stmt **ret_statement, bson_t *ret_document, struct error *error) {
    sqlite3_stmt *statement = NULL;
    enum status status = connection_take(connection, tables[collection].load, &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(statement, 1, id);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const void *data = sqlite3_column_blob(statement, 0);
        int size = sqlite3_column_bytes(statement, 0);
        if (data != NULL && bson_init_static(ret_document, data, (size_t)size)) {
            *ret_statement = statement;
            return STATUS_OK;
        }
        status = error_set(error, STATUS_DAMAGED, "%s: a document is no BSON", collection_name(collection));
    } else if (code == SQLITE_DONE) {
        status = error_set(error, STATUS_NOT_FOUND, "%s: no such document", collection_name(collection));
    } else {
        status = connection_status(connection, code, error);
    }
    connection_end(statement);
    return status;
}

enum status sqlite_load(void *state, enum collection collection, int64_t id, struct arena *arena, void *ret_row,
                        struct error *error) {
    struct sqlite *sqlite = state;
    struct connection *connection = readers_take(sqlite->readers);
    sqlite3_stmt *statement = NULL;
    bson_t document;
    enum status status = find_body(connection, collection, id, &statement, &document, error);
    if (status == STATUS_OK) {
        status = codec_read(&document, collection, arena, ret_row, error);
        connection_end(statement);
    }
    readers_give(sqlite->readers, connection);
    return status;
}

/* The value of a column: a number, a text, or nothing. */
static void bind_field(sqlite3_stmt *statement, int place, const bson_t *document, const char *name) {
    bson_iter_t iter;
    int64_t number;
    if (!bson_iter_init_find(&iter, document, name))
        return;
    if (BSON_ITER_HOLDS_UTF8(&iter)) {
        uint32_t length;
        const char *text = bson_iter_utf8(&iter, &length);
        sqlite3_bind_text(statement, place, text, (int)length, SQLITE_STATIC);
    } else if (codec_number(&iter, &number)) {
        sqlite3_bind_int64(statement, place, number);
    }
}

static enum status put_body(struct connection *connection, enum collection collection, enum statement which, int64_t id,
                            const bson_t *document, struct error *error) {
    const struct table *table = &tables[collection];
    sqlite3_stmt *statement = NULL;
    if (document->len > DOCUMENT_BYTES_MAX)
        return error_set(error, STATUS_FULL, "%s: a document would be too large", collection_name(collection));
    enum status status = connection_take(connection, which, &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_blob(statement, 2, bson_get_data(document), (int)document->len, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, codec_find_number(document, "rev"));
    sqlite3_bind_int64(statement, 4, codec_find_number(document, "owner"));
    sqlite3_bind_int64(statement, 5, codec_find_number(document, "owed_at"));
    for (int i = 0; i < COLUMNS_MAX && table->columns[i] != NULL; i++)
        bind_field(statement, 6 + i, document, table->columns[i]);
    status = connection_status(connection, sqlite3_step(statement), error);
    connection_end(statement);
    return status;
}

enum status sqlite_insert_body(struct connection *connection, enum collection collection, int64_t id,
                               const bson_t *document, struct error *error) {
    return put_body(connection, collection, tables[collection].insert, id, document, error);
}

static enum status put_changed(struct connection *connection, enum collection collection, int64_t id,
                               const struct change *change, const bson_t *old, struct error *error) {
    if (!bson_validate(old, BSON_VALIDATE_NONE, NULL))
        return error_set(error, STATUS_DAMAGED, "%s: a document is no BSON", collection_name(collection));
    bson_t changed = BSON_INITIALIZER;
    change_apply(change, old, &changed);
    enum status status = put_body(connection, collection, tables[collection].update, id, &changed, error);
    bson_destroy(&changed);
    return status;
}

static enum status insert(struct connection *connection, const struct backend_write *write, struct error *error) {
    bson_t empty = BSON_INITIALIZER, document = BSON_INITIALIZER;
    bson_append_int64(&empty, "_id", -1, write->id);
    change_apply(write->change, &empty, &document);
    enum status status = sqlite_insert_body(connection, write->collection, write->id, &document, error);
    bson_destroy(&document);
    bson_destroy(&empty);
    return status;
}

/* A document that is gone has been changed by somebody else. */
static enum status gone_is_conflict(enum status status, struct error *error) {
    if (status != STATUS_NOT_FOUND)
        return status;
    if (error != NULL)
        error->status = STATUS_CONFLICT;
    return STATUS_CONFLICT;
}

static enum status update(struct connection *connection, const struct backend_write *write, struct error *error) {
    sqlite3_stmt *statement = NULL;
    bson_t old;
    enum status status = find_body(connection, write->collection, write->id, &statement, &old, error);
    if (status != STATUS_OK)
        return gone_is_conflict(status, error);
    if (codec_find_number(&old, "rev") == write->rev && codec_find_number(&old, "owner") == write->owner)
        status = put_changed(connection, write->collection, write->id, write->change, &old, error);
    else
        status = error_set(error, STATUS_CONFLICT, "a document has changed");
    connection_end(statement);
    return status;
}

static enum status do_write(struct connection *connection, void *argument, struct error *error) {
    const struct backend_write *write = argument;
    return write->insert ? insert(connection, write, error) : update(connection, write, error);
}

enum status sqlite_write(void *state, const struct backend_write *write, struct error *error) {
    struct sqlite *sqlite = state;
    struct backend_write copy = *write;
    return writer_do(sqlite->writer, do_write, &copy, error);
}

struct settle_work {
    const struct settle *settle;
    bool released;
};

/* The parts of a settling that still apply to the document as it is. */
static enum status settle_found(struct connection *connection, struct settle_work *work, const bson_t *old,
                                struct error *error) {
    struct settle settle = *work->settle;
    struct card_note cards[SETTLE_CARDS_MAX];
    struct change change;
    if (codec_find_number(old, "owner") != settle.owner)
        return error_set(error, STATUS_CONFLICT, "somebody else owns the document");
    settle_narrow(&settle, old, cards);
    change_of_settle(&settle, &change);
    enum status status = put_changed(connection, settle.collection, settle.id, &change, old, error);
    change_done(&change);
    work->released = settle.release;
    return status;
}

static enum status do_settle(struct connection *connection, void *argument, struct error *error) {
    struct settle_work *work = argument;
    sqlite3_stmt *statement = NULL;
    bson_t old;
    enum status status = find_body(connection, work->settle->collection, work->settle->id, &statement, &old, error);
    if (status != STATUS_OK)
        return gone_is_conflict(status, error);
    status = settle_found(connection, work, &old, error);
    connection_end(statement);
    return status;
}

enum status sqlite_settle(void *state, const struct settle *settle, bool *ret_released, struct error *error) {
    struct sqlite *sqlite = state;
    struct settle_work work = {.settle = settle};
    enum status status = writer_do(sqlite->writer, do_settle, &work, error);
    if (status == STATUS_OK && ret_released != NULL)
        *ret_released = work.released;
    return status;
}

struct adopt_work {
    enum collection collection;
    int64_t id, from, to;
};

static enum status do_adopt(struct connection *connection, void *argument, struct error *error) {
    const struct adopt_work *work = argument;
    sqlite3_stmt *statement = NULL;
    bson_t old;
    enum status status = find_body(connection, work->collection, work->id, &statement, &old, error);
    if (status != STATUS_OK)
        return gone_is_conflict(status, error);
    if (codec_find_number(&old, "owner") == work->from) {
        struct change change;
        change_of_owner(work->to, &change);
        status = put_changed(connection, work->collection, work->id, &change, &old, error);
        change_done(&change);
    } else {
        status = error_set(error, STATUS_CONFLICT, "the document has another owner");
    }
    connection_end(statement);
    return status;
}

enum status sqlite_adopt(void *state, enum collection collection, int64_t id, int64_t from, int64_t to,
                         struct error *error) {
    struct sqlite *sqlite = state;
    struct adopt_work work = {collection, id, from, to};
    return writer_do(sqlite->writer, do_adopt, &work, error);
}
