/* db/sqlite/readers: a few connections that only read, lent to one thread each. */
#ifndef DB_SQLITE_READERS_H
#define DB_SQLITE_READERS_H

#include "core/status.h"
#include "db/sqlite/connection.h"

enum { READERS_MAX = 4 };

struct readers;

/* The database exists. */
MUST_CHECK enum status readers_open(const char *path, int count, struct readers **ret_readers, struct error *error);
/* All must have been given back. NULL is allowed. */
void readers_close(struct readers *readers);

/* Waits for a free one. */
struct connection *readers_take(struct readers *readers);
void readers_give(struct readers *readers, struct connection *connection);

#endif
