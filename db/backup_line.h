/* db/backup_line: the lines of a backup, and reading them one by one. */
#ifndef DB_BACKUP_LINE_H
#define DB_BACKUP_LINE_H

#include <bson/bson.h>

#include "core/archive.h"
#include "core/buffer.h"
#include "db/backup.h"
#include "db/raw.h"

struct backup_counts {
    int64_t shelves[RAW_SHELF_COUNT], left_out;
};
int64_t backup_counts_total(const struct backup_counts *counts);

/* A line with its newline, owned (bson_free), *ret_length bytes; NULL: it would be over BACKUP_LINE_MAX. */
char *backup_header_line(const struct backup_info *info, size_t *ret_length);
char *backup_trailer_line(const struct backup_counts *counts, size_t *ret_length);
/* What JSON does not give back exactly stands in the line as bytes. */
char *backup_document_line(int shelf, const bson_t *document, size_t *ret_length);

/* What a line says. */
enum backup_line_kind { BACKUP_DOCUMENT, BACKUP_TRAILER };

/* The first line's. DAMAGED: it is none. `documents` and `left_out` are not known yet. */
MUST_CHECK enum status backup_parse_header(const char *line, size_t length, struct backup_info *ret_info,
                                           struct error *error);
/* Any other's: the document, which the caller destroys after OK with BACKUP_DOCUMENT, or the counts. DAMAGED. */
MUST_CHECK enum status backup_parse_line(const char *line, size_t length, enum backup_line_kind *ret_kind,
                                         int *ret_shelf, bson_t *ret_document, struct backup_counts *ret_counts,
                                         struct error *error);

/* The key of a document on a shelf: a number, or of meta a name. False: it has none, or no number as its value. */
struct backup_key_of {
    int64_t number;
    const char *name; /* borrowed from the document */
};
bool backup_find_key(int shelf, const bson_t *document, struct backup_key_of *ret_key);

/* --- a file, line by line --- */

/* Called with each document, in the file's order. Anything but OK ends the reading with that status. */
typedef enum status backup_see(void *context, int shelf, const bson_t *document, struct error *error);

/* From the file's start to its end, all checked: the header, each line, that keys rise on each shelf, the trailer's
 * counts, and that nothing follows. */
MUST_CHECK enum status backup_read(FILE *file, const struct backup_key *key, backup_see *see, void *context,
                                   struct backup_info *ret_info, struct error *error);

#endif
