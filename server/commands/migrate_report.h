/* server/commands/migrate_report: what `techsupport migrate` says, and the file in DATA_DIR in which it keeps what it
 * could not take over. No text of a person is said; the file has the whole documents. */
#ifndef SERVER_COMMANDS_MIGRATE_REPORT_H
#define SERVER_COMMANDS_MIGRATE_REPORT_H

#include <stdio.h>

#include "db/legacy.h"

/* The file is written anew by each run; it lets no second run in beside this one. */
#define MIGRATE_ASIDE "migrate-aside.jsonl"
enum {
    MIGRATE_LINES_MAX = 100,         /* about rows, said on standard error for each collection; the rest is counted */
    MIGRATE_ASIDE_ROW_MAX = 1 << 20, /* bytes of a document that is kept */
    MIGRATE_ASIDE_MAX = 256 << 20    /* bytes of the file */
};

struct migrate_counts {
    size_t found, taken, there, aside; /* there: taken over before */
    size_t remarks;                    /* understood with a guess */
    size_t said;                       /* lines */
};

struct migrate_report {
    bool dry;
    FILE *aside;            /* NULL: a dry run */
    const char *aside_path; /* NULL: a dry run */
    size_t aside_bytes;
    bool aside_full;
    struct migrate_counts counts[LEGACY_COLLECTION_COUNT];
};

/* `data_dir`: NULL for a dry run. CONFLICT: another migrate is at work there. INVALID. */
MUST_CHECK enum status migrate_report_open(struct arena *arena, const char *data_dir, struct migrate_report *ret_report,
                                           struct error *error);
void migrate_report_close(struct migrate_report *report);

/* A row is looked at; says how far it is now and then. `total` 0: not known. */
void migrate_found(struct migrate_report *report, enum legacy_collection collection);
void migrate_progress(const char *what, size_t done, size_t total);
/* A row that cannot be taken over: said, counted, kept. */
void migrate_set_aside(struct migrate_report *report, enum legacy_collection collection, const struct legacy_row *row,
                       const char *why);
/* Something about a row that was taken. */
void migrate_remark(struct migrate_report *report, enum legacy_collection collection, const struct legacy_row *row,
                    const char *what);
/* The table, on standard output. UNAVAILABLE: the file could not be written. */
MUST_CHECK enum status migrate_summary(struct migrate_report *report, struct error *error);

#endif
