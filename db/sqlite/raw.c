/* Whole documents. The statements are made for each call from the collection's name, so that a new collection needs
 * none of its own here. A page is one read of its own; what is put or cleared in one call is one transaction. */
#include <string.h>

#include "db/codec.h"
#include "db/sqlite/sqlite.h"

enum { SQL_MAX = 160 };

static enum status prepare(struct connection *connection, const char *format, const char *name,
                           sqlite3_stmt **ret_statement, struct error *error) {
    char sql[SQL_MAX];
    sqlite3_snprintf(sizeof(sql), sql, format, name);
    return connection_status(connection, sqlite3_prepare_v2(connection->db, sql, -1, ret_statement, NULL), error);
}

/* Steps a bound statement that gives no rows, and forgets it. */
static enum status finish(struct connection *connection, sqlite3_stmt *statement, struct error *error) {
    enum status status = connection_status(connection, sqlite3_step(statement), error);
    sqlite3_finalize(statement);
    return status;
}

/* --- a page --- */

static void bind_after(sqlite3_stmt *statement, int shelf, const bson_t *after) {
    bson_iter_t iter;
    int64_t number = INT64_MIN;
    const bool begun = bson_iter_init_find(&iter, after, "_id");
    if (shelf == RAW_META) {
        const char *name = begun && BSON_ITER_HOLDS_UTF8(&iter) ? bson_iter_utf8(&iter, NULL) : "";
        sqlite3_bind_text(statement, 1, name, -1, SQLITE_TRANSIENT);
    } else {
        if (begun)
            (void)codec_number(&iter, &number);
        sqlite3_bind_int64(statement, 1, number);
    }
}

/* The row as a document; false where it is none. *ret_document borrows from the statement or owns what it holds. */
static bool row_document(sqlite3_stmt *statement, int shelf, bson_t *ret_document) {
    bson_iter_t iter;
    int64_t id;
    if (shelf == RAW_META) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        bson_init(ret_document);
        bson_append_utf8(ret_document, "_id", -1, name, sqlite3_column_bytes(statement, 0));
        bson_append_int64(ret_document, "value", -1, sqlite3_column_int64(statement, 1));
        return true;
    }
    const void *data = sqlite3_column_blob(statement, 1);
    const int size = sqlite3_column_bytes(statement, 1);
    return data != NULL && bson_init_static(ret_document, data, (size_t)size) &&
           bson_validate(ret_document, BSON_VALIDATE_NONE, NULL) && bson_iter_init_find(&iter, ret_document, "_id") &&
           codec_number(&iter, &id) && id == sqlite3_column_int64(statement, 0);
}

static void move_on(sqlite3_stmt *statement, int shelf, bson_t *after) {
    bson_reinit(after);
    if (shelf == RAW_META)
        bson_append_utf8(after, "_id", -1, (const char *)sqlite3_column_text(statement, 0),
                         sqlite3_column_bytes(statement, 0));
    else
        bson_append_int64(after, "_id", -1, sqlite3_column_int64(statement, 0));
}

static enum status see_row(sqlite3_stmt *statement, int shelf, bson_t *after, raw_see *see, void *context,
                           struct error *error) {
    bson_t document;
    const bool read = row_document(statement, shelf, &document);
    enum status status = see(context, read ? &document : NULL, error);
    if (read)
        bson_destroy(&document);
    move_on(statement, shelf, after);
    return status;
}

static enum status page(struct connection *connection, int shelf, bson_t *after, size_t max, raw_see *see,
                        void *context, struct error *error) {
    const char *format = shelf == RAW_META ? "SELECT name, value FROM %s WHERE name > ?1 ORDER BY name LIMIT ?2"
                                           : "SELECT id, body FROM %s WHERE id > ?1 ORDER BY id LIMIT ?2";
    sqlite3_stmt *statement = NULL;
    enum status status = prepare(connection, format, raw_name(shelf), &statement, error);
    if (status != STATUS_OK)
        return status;
    bind_after(statement, shelf, after);
    sqlite3_bind_int64(statement, 2, (int64_t)max);
    size_t count = 0;
    int code = SQLITE_DONE;
    while (status == STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        status = see_row(statement, shelf, after, see, context, error);
        count++;
    }
    if (status == STATUS_OK)
        status = connection_status(connection, code, error);
    sqlite3_finalize(statement);
    return status == STATUS_OK && count == 0 ? STATUS_NOT_FOUND : status;
}

enum status sqlite_raw_page(void *state, int shelf, bson_t *after, size_t max, raw_see *see, void *context,
                            struct error *error) {
    struct sqlite *sqlite = state;
    struct connection *connection = readers_take(sqlite->readers);
    enum status status = page(connection, shelf, after, max, see, context, error);
    readers_give(sqlite->readers, connection);
    return status;
}

/* --- putting --- */

static enum status put_number(struct connection *connection, const bson_t *document, struct error *error) {
    sqlite3_stmt *statement = NULL;
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, document, "_id") || !BSON_ITER_HOLDS_UTF8(&iter))
        return error_set(error, STATUS_INVALID, "meta: a number without a name");
    enum status status =
        prepare(connection, "INSERT OR REPLACE INTO %s (name, value) VALUES (?1, ?2)", "meta", &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_text(statement, 1, bson_iter_utf8(&iter, NULL), -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 2, codec_find_number(document, "value"));
    return finish(connection, statement, error);
}

static enum status put_document(struct connection *connection, enum collection collection, const bson_t *document,
                                struct error *error) {
    sqlite3_stmt *statement = NULL;
    bson_iter_t iter;
    int64_t id;
    if (!bson_iter_init_find(&iter, document, "_id") || !codec_number(&iter, &id))
        return error_set(error, STATUS_INVALID, "%s: a document without a number", collection_name(collection));
    enum status status =
        prepare(connection, "DELETE FROM %s WHERE id = ?1", collection_name(collection), &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(statement, 1, id);
    status = finish(connection, statement, error);
    return status == STATUS_OK ? sqlite_insert_body(connection, collection, id, document, error) : status;
}

struct put_work {
    int shelf;
    const bson_t *documents;
    size_t count;
};

static enum status do_put(struct connection *connection, void *argument, struct error *error) {
    const struct put_work *work = argument;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < work->count && status == STATUS_OK; i++)
        status = work->shelf == RAW_META
                     ? put_number(connection, &work->documents[i], error)
                     : put_document(connection, (enum collection)work->shelf, &work->documents[i], error);
    return status;
}

enum status sqlite_raw_put(void *state, int shelf, const bson_t *documents, size_t count, struct error *error) {
    struct sqlite *sqlite = state;
    struct put_work work = {shelf, documents, count};
    return writer_do(sqlite->writer, do_put, &work, error);
}

/* --- clearing --- */

static enum status clear(struct connection *connection, const char *table, struct error *error) {
    sqlite3_stmt *statement = NULL;
    enum status status = prepare(connection, "DELETE FROM %s", table, &statement, error);
    return status == STATUS_OK ? finish(connection, statement, error) : status;
}

static enum status clear_meta(struct connection *connection, const char *kept, struct error *error) {
    sqlite3_stmt *statement = NULL;
    enum status status =
        prepare(connection, "DELETE FROM %s WHERE name NOT IN (?1, ?2)", raw_name(RAW_META), &statement, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_text(statement, 1, SCHEMA_NAME, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, kept, -1, SQLITE_STATIC);
    return finish(connection, statement, error);
}

static enum status do_clear(struct connection *connection, void *argument, struct error *error) {
    enum status status = clear_meta(connection, argument, error);
    for (int i = 0; i < COLLECTION_COUNT && status == STATUS_OK; i++)
        status = clear(connection, collection_name((enum collection)i), error);
    if (status == STATUS_OK)
        status = clear(connection, "copies", error);
    return status == STATUS_OK ? clear(connection, "unread", error) : status;
}

enum status sqlite_raw_clear(void *state, const char *kept, struct error *error) {
    struct sqlite *sqlite = state;
    char name[WORD_BYTES_MAX];
    snprintf(name, sizeof(name), "%s", kept);
    return writer_do(sqlite->writer, do_clear, name, error);
}
