/* db/sqlite/writer: the one thread that writes. Requests that wait while it commits share its next transaction, and one
 * fsync; each has a savepoint of its own, so that one that fails takes nothing else with it. */
#ifndef DB_SQLITE_WRITER_H
#define DB_SQLITE_WRITER_H

#include "core/status.h"
#include "db/sqlite/connection.h"

struct writer;

/* What a request does, on the writer's thread inside the transaction. Anything but OK undoes what it wrote. */
typedef enum status (*writer_work)(struct connection *connection, void *argument, struct error *error);

/* `connection` belongs to the writer from now on, also its closing. */
MUST_CHECK enum status writer_start(const struct connection *connection, struct writer **ret_writer,
                                    struct error *error);
/* Nothing may be waiting any more. NULL is allowed. */
void writer_stop(struct writer *writer);

/* Waits until the work is committed. Its own status, or UNAVAILABLE: the database is locked by another process, or
 * cannot be written; UNKNOWN: the disk failed in the commit. */
MUST_CHECK enum status writer_do(struct writer *writer, writer_work work, void *argument, struct error *error);
uint64_t writer_commits(struct writer *writer);

#endif
