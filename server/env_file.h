/* server/env_file: the notation of `.env`. One `NAME=value` a line, `export` in front is allowed; `#` starts a comment
 * at the start of a line or after a blank. 'Single quotes' keep everything; "double quotes" know \" \\ \n. */
#ifndef SERVER_ENV_FILE_H
#define SERVER_ENV_FILE_H

#include "core/arena.h"
#include "core/status.h"

enum { ENV_FILE_BYTES_MAX = 65536, ENV_ENTRIES_MAX = 256, SECRET_FILE_BYTES_MAX = 2048 };

struct env_entry {
    const char *name, *value;
    int line;
};

struct env_file {
    struct env_entry *entries;
    size_t count;
};

/* Reads the file at `path`; a missing one is empty. INVALID: `error` names the line, and no value. */
MUST_CHECK enum status env_file_read(struct arena *arena, const char *path, struct env_file *ret_file,
                                     struct error *error);
/* As env_file_read, of text in memory. `path` is for errors. */
MUST_CHECK enum status env_file_parse(struct arena *arena, const char *path, const char *text, size_t length,
                                      struct env_file *ret_file, struct error *error);
/* The first line of the file at `path`, which the setting `name` names; NULL where it is empty. INVALID: it cannot be
 * read; nothing of it is in the error. */
MUST_CHECK enum status env_file_secret(struct arena *arena, const char *name, const char *path, const char **ret_value,
                                       struct error *error);
/* NULL: not there. */
const char *env_file_get(const struct env_file *file, const char *name);

#endif
