/* A failed commit fails the whole batch, also requests that had been refused in it: what they saw is undone. SQLite
 * ends the transaction by itself after some failures (disk full, I/O); sqlite3_get_autocommit tells. */
#include "db/sqlite/writer.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/queue.h"

enum { WAITING_MAX = 1024, BATCH_MAX = 64 };

struct request {
    writer_work work;
    void *argument;
    enum status status;
    struct error error;
    sem_t done; /* each its own: who waits for a later batch sleeps on */
};

struct writer {
    struct connection connection;
    struct queue *queue;
    pthread_t thread;
    atomic_uint_fast64_t commits;
};

static bool in_transaction(const struct writer *writer) {
    return sqlite3_get_autocommit(writer->connection.db) == 0;
}

/* Gives the status of the transaction: a refused request leaves it whole. */
static enum status run_one(struct writer *writer, struct request *request, struct error *error) {
    struct connection *connection = &writer->connection;
    enum status status = connection_run(connection, STATEMENT_SAVEPOINT, error);
    if (status != STATUS_OK)
        return status;
    request->status = request->work(connection, request->argument, &request->error);
    if (!in_transaction(writer))
        return error_set(error, STATUS_UNAVAILABLE, "%s", request->error.text);
    if (request->status != STATUS_OK)
        status = connection_run(connection, STATEMENT_UNDO, error);
    return status == STATUS_OK ? connection_run(connection, STATEMENT_RELEASE, error) : status;
}

static enum status run_all(struct writer *writer, struct request *const *batch, size_t count, struct error *error) {
    enum status status = connection_run(&writer->connection, STATEMENT_BEGIN, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = run_one(writer, batch[i], error);
    return status;
}

/* An I/O error may have struck after the commit's record reached the disk. */
static enum status commit(struct writer *writer, struct error *error) {
    struct connection *connection = &writer->connection;
    sqlite3_stmt *statement = NULL;
    enum status status = connection_take(connection, STATEMENT_COMMIT, &statement, error);
    if (status != STATUS_OK)
        return status;
    int code = sqlite3_step(statement);
    if ((code & 0xff) == SQLITE_IOERR)
        status = error_set(error, STATUS_UNKNOWN, "SQLite: %s (%d)", sqlite3_errmsg(connection->db), code);
    else
        status = connection_status(connection, code, error);
    connection_end(statement);
    return status;
}

static void fail_all(struct request *const *batch, size_t count, enum status status, const struct error *error) {
    for (size_t i = 0; i < count; i++) {
        batch[i]->error.status = STATUS_OK;
        batch[i]->status = error_set(&batch[i]->error, status, "%s", error->text);
    }
}

/* A request is gone as soon as its thread knows. */
static void wake(struct request *const *batch, size_t count) {
    for (size_t i = 0; i < count; i++)
        sem_post(&batch[i]->done);
}

static void run_batch(struct writer *writer, struct request *const *batch, size_t count) {
    struct error error = {0};
    sqlite3_int64 changes = sqlite3_total_changes64(writer->connection.db);
    enum status status = run_all(writer, batch, count, &error);
    if (status == STATUS_OK)
        status = commit(writer, &error);
    if (status == STATUS_OK && sqlite3_total_changes64(writer->connection.db) > changes)
        atomic_fetch_add(&writer->commits, 1);
    if (in_transaction(writer))
        sqlite3_exec(writer->connection.db, "ROLLBACK", NULL, NULL, NULL);
    if (status != STATUS_OK)
        fail_all(batch, count, status, &error);
    wake(batch, count);
}

static size_t take_batch(struct writer *writer, struct request **batch) {
    void *item;
    size_t count = 0;
    while (count < BATCH_MAX && queue_pop(writer->queue, count == 0 ? -1 : 0, &item) == STATUS_OK)
        batch[count++] = item;
    return count;
}

static void *run(void *argument) {
    struct writer *writer = argument;
    struct request *batch[BATCH_MAX];
    for (size_t count; (count = take_batch(writer, batch)) > 0;)
        run_batch(writer, batch, count);
    return NULL;
}

enum status writer_start(const struct connection *connection, struct writer **ret_writer, struct error *error) {
    struct writer *writer = mem_alloc(sizeof(*writer));
    writer->connection = *connection;
    writer->queue = queue_new(WAITING_MAX);
    if (pthread_create(&writer->thread, NULL, run, writer) == 0) {
        pthread_setname_np(writer->thread, "db-writer");
        *ret_writer = writer;
        return STATUS_OK;
    }
    queue_free(writer->queue);
    connection_close(&writer->connection);
    free(writer);
    return error_set(error, STATUS_UNAVAILABLE, "no thread for the database's writer");
}

void writer_stop(struct writer *writer) {
    if (writer == NULL)
        return;
    queue_close(writer->queue);
    pthread_join(writer->thread, NULL);
    connection_close(&writer->connection);
    queue_free(writer->queue);
    free(writer);
}

enum status writer_do(struct writer *writer, writer_work work, void *argument, struct error *error) {
    struct request request = {.work = work, .argument = argument};
    if (sem_init(&request.done, 0, 0) != 0)
        mem_die("writer");
    enum status pushed = queue_push(writer->queue, &request);
    while (pushed == STATUS_OK && sem_wait(&request.done) != 0)
        continue; /* a signal */
    sem_destroy(&request.done);
    if (pushed != STATUS_OK)
        return error_set(error, STATUS_UNAVAILABLE, "too many writes are waiting");
    return request.status == STATUS_OK ? STATUS_OK : error_set(error, request.status, "%s", request.error.text);
}

uint64_t writer_commits(struct writer *writer) {
    return atomic_load(&writer->commits);
}
