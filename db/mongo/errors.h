/* db/mongo/errors: what a failure that the driver reports means for a write, and for a read. */
#ifndef DB_MONGO_ERRORS_H
#define DB_MONGO_ERRORS_H

#include <mongoc/mongoc.h>

#include "core/status.h"

/* Never OK. */
enum status mongo_write_status(const bson_error_t *reason, struct error *error);
/* As for a write, but a read's outcome is never UNKNOWN. */
enum status mongo_read_status(const bson_error_t *reason, struct error *error);

#endif
