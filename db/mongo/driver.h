/* db/mongo/driver: libmongoc, loaded when the first store on MongoDB is opened: a bot on SQLite starts and lives
 * without it and the two dozen libraries behind it (docs/adr/0009-libmongoc-when-it-is-asked-for.md). Its functions are
 * called as `mongoc.client_pool_pop(…)`, with the types of its own header. */
#ifndef DB_MONGO_DRIVER_H
#define DB_MONGO_DRIVER_H

#include <mongoc/mongoc.h>

#include "core/status.h"

/* Without the prefix mongoc_. */
#define MONGO_DRIVER(X)                                                                                                \
    X(bulk_operation_destroy)                                                                                          \
    X(bulk_operation_execute)                                                                                          \
    X(bulk_operation_replace_one_with_opts)                                                                            \
    X(cleanup)                                                                                                         \
    X(client_command_simple)                                                                                           \
    X(client_get_collection)                                                                                           \
    X(client_pool_destroy)                                                                                             \
    X(client_pool_new_with_error)                                                                                      \
    X(client_pool_pop)                                                                                                 \
    X(client_pool_push)                                                                                                \
    X(client_pool_set_error_api)                                                                                       \
    X(collection_create_bulk_operation_with_opts)                                                                      \
    X(collection_delete_many)                                                                                          \
    X(collection_delete_one)                                                                                           \
    X(collection_destroy)                                                                                              \
    X(collection_find_with_opts)                                                                                       \
    X(collection_insert_one)                                                                                           \
    X(collection_update_one)                                                                                           \
    X(cursor_destroy)                                                                                                  \
    X(cursor_error)                                                                                                    \
    X(cursor_next)                                                                                                     \
    X(init)                                                                                                            \
    X(log_set_handler)                                                                                                 \
    X(read_concern_destroy)                                                                                            \
    X(read_concern_is_default)                                                                                         \
    X(read_concern_new)                                                                                                \
    X(read_concern_set_level)                                                                                          \
    X(read_prefs_destroy)                                                                                              \
    X(read_prefs_new)                                                                                                  \
    X(uri_destroy)                                                                                                     \
    X(uri_get_appname)                                                                                                 \
    X(uri_get_database)                                                                                                \
    X(uri_get_option_as_int64)                                                                                         \
    X(uri_get_read_concern)                                                                                            \
    X(uri_has_option)                                                                                                  \
    X(uri_new)                                                                                                         \
    X(uri_new_with_error)                                                                                              \
    X(uri_set_appname)                                                                                                 \
    X(uri_set_option_as_int32)                                                                                         \
    X(uri_set_read_concern)                                                                                            \
    X(uri_set_read_prefs_t)                                                                                            \
    X(uri_set_write_concern)                                                                                           \
    X(write_concern_destroy)                                                                                           \
    X(write_concern_new)                                                                                               \
    X(write_concern_set_journal)                                                                                       \
    X(write_concern_set_w)                                                                                             \
    X(write_concern_set_wtimeout_int64)

struct mongo_driver {
#define X(name) __typeof__(&mongoc_##name) name;
    MONGO_DRIVER(X)
#undef X
};

/* Set by mongo_driver_load. */
extern struct mongo_driver mongoc;

/* Loads and starts it, at the first call. INVALID: the library is not there, or lacks a function. */
MUST_CHECK enum status mongo_driver_load(struct error *error);

#endif
