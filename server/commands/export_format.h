/* server/commands/export_format: a ticket as a line of an export: CSV for people and their spreadsheets, JSON for
 * programs. */
#ifndef SERVER_COMMANDS_EXPORT_FORMAT_H
#define SERVER_COMMANDS_EXPORT_FORMAT_H

#include "core/arena.h"
#include "core/buffer.h"
#include "db/rows.h"
#include "texts/texts.h"

#define EXPORT_FORMATS(X)                                                                                              \
    X(CSV, "csv")                                                                                                      \
    X(JSONL, "jsonl")
enum export_format {
#define X(id, name) EXPORT_##id,
    EXPORT_FORMATS(X)
#undef X
        EXPORT_FORMAT_COUNT
};

/* What comes before the first ticket: of CSV a byte order mark, by which spreadsheets know UTF-8, and the titles. */
void export_add_start(struct buffer *buffer, enum export_format format, enum lang lang);

/* One ticket. CSV (RFC 4180): times in TZ, words of `lang`; a cell that a spreadsheet would take for a formula, and a
 * phone that it would take for a number, gets an apostrophe in front. JSON: names as stored, times in UTC; what a
 * ticket does not have is null. */
void export_add_ticket(struct buffer *buffer, enum export_format format, enum lang lang, struct arena *arena,
                       const struct ticket *ticket);

#endif
