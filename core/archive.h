/* core/archive: a stream of bytes as a file: compressed by gzip and, under a passphrase, encrypted by core/seal.
 * Without one the file is what `gzip -n` makes of the bytes. Memory does not grow with the file. */
#ifndef CORE_ARCHIVE_H
#define CORE_ARCHIVE_H

#include <stddef.h>
#include <stdio.h>

#include "core/seal.h"
#include "core/status.h"

struct archive_writer;
struct archive_reader;

/* `file` is borrowed; `passphrase` NULL: not encrypted. UNAVAILABLE, here and below: the file cannot be written. */
MUST_CHECK enum status archive_writer_new(FILE *file, const char *passphrase, unsigned cost,
                                          struct archive_writer **ret_writer, struct error *error);
MUST_CHECK enum status archive_write(struct archive_writer *writer, const void *data, size_t size, struct error *error);
/* Writes what is left and flushes the file. Without it the file is not whole, and is not read. */
MUST_CHECK enum status archive_finish(struct archive_writer *writer, struct error *error);
void archive_writer_free(struct archive_writer *writer); /* NULL is allowed */

/* Reads from where `file`, borrowed, stands. DAMAGED: no archive; INVALID: encrypted, and `passphrase` is NULL or
 * another one. UNAVAILABLE, here and below: the file cannot be read. */
MUST_CHECK enum status archive_reader_new(FILE *file, const char *passphrase, struct archive_reader **ret_reader,
                                          struct error *error);
/* Up to `size` bytes; none only at the end, and then the whole file was as it had been written and has nothing behind
 * it. DAMAGED: it was not. */
MUST_CHECK enum status archive_read(struct archive_reader *reader, void *ret_data, size_t size, size_t *ret_read,
                                    struct error *error);
void archive_reader_free(struct archive_reader *reader); /* NULL is allowed */

#endif
