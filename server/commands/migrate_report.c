#include "server/commands/migrate_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROGRESS_EVERY = 500 };

static enum status open_aside(const char *path, FILE **ret_file, struct error *error) {
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0)
        return error_set(error, STATUS_INVALID, "%.200s cannot be written: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return error_set(error, STATUS_CONFLICT, "%.200s is held: another `migrate` is at work", path);
    }
    FILE *file = ftruncate(fd, 0) == 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        close(fd);
        return error_set(error, STATUS_INVALID, "%.200s cannot be written", path);
    }
    *ret_file = file;
    return STATUS_OK;
}

enum status migrate_report_open(struct arena *arena, const char *data_dir, struct migrate_report *ret_report,
                                struct error *error) {
    struct migrate_report report = {.dry = !data_dir};
    enum status status = STATUS_OK;
    if (data_dir) {
        (void)mkdir(data_dir, 0700); /* where the data are in MongoDB nobody may have made it yet */
        report.aside_path = arena_printf(arena, "%s/" MIGRATE_ASIDE, data_dir);
        status = open_aside(report.aside_path, &report.aside, error);
    }
    if (status == STATUS_OK)
        *ret_report = report;
    return status;
}

void migrate_report_close(struct migrate_report *report) {
    if (report->aside)
        (void)fclose(report->aside);
    report->aside = NULL;
}

void migrate_progress(const char *what, size_t done, size_t total) {
    if (done % PROGRESS_EVERY != 0 && done != total)
        return;
    if (total > 0)
        fprintf(stderr, "%s: %zu of %zu\n", what, done, total);
    else
        fprintf(stderr, "%s: %zu\n", what, done);
}

void migrate_found(struct migrate_report *report, enum legacy_collection collection) {
    migrate_progress(legacy_collection_name(collection), ++report->counts[collection].found, 0);
}

static void say(struct migrate_report *report, enum legacy_collection collection, const struct legacy_row *row,
                const char *what, const char *more) {
    const size_t said = ++report->counts[collection].said;
    if (said <= MIGRATE_LINES_MAX)
        fprintf(stderr, "%s %s: %s%s\n", legacy_collection_name(collection), row->id, what, more);
    if (said == MIGRATE_LINES_MAX)
        fprintf(stderr, "%s: more of this kind is only counted\n", legacy_collection_name(collection));
}

/* `why` and the collection's name are ours, the id is of harmless characters, the document is JSON. */
static void keep(struct migrate_report *report, enum legacy_collection collection, const struct legacy_row *row,
                 const char *why) {
    char *json = row->document_size <= MIGRATE_ASIDE_ROW_MAX ? legacy_json(row) : NULL;
    const size_t size = json ? strlen(json) : 0;
    report->aside_full = report->aside_full || report->aside_bytes + size > MIGRATE_ASIDE_MAX;
    if (!report->aside_full) {
        fprintf(report->aside, "{\"collection\":\"%s\",\"id\":\"%s\",\"why\":\"%s\",\"document\":%s}\n",
                legacy_collection_name(collection), row->id, why, json ? json : "null");
        report->aside_bytes += size;
    }
    free(json);
}

void migrate_set_aside(struct migrate_report *report, enum legacy_collection collection, const struct legacy_row *row,
                       const char *why) {
    report->counts[collection].aside++;
    say(report, collection, row, why, ": set aside");
    if (report->aside)
        keep(report, collection, row, why);
}

void migrate_remark(struct migrate_report *report, enum legacy_collection collection, const struct legacy_row *row,
                    const char *what) {
    report->counts[collection].remarks++;
    say(report, collection, row, what, "");
}

static void print_row(const struct migrate_report *report, enum legacy_collection collection) {
    const struct migrate_counts *counts = &report->counts[collection];
    printf("%-12s %10zu %14zu %10zu %10zu %10zu\n", legacy_collection_name(collection), counts->found, counts->taken,
           counts->there, counts->aside, counts->remarks);
}

enum status migrate_summary(struct migrate_report *report, struct error *error) {
    size_t aside = 0;
    printf("%-12s %10s %14s %10s %10s %10s\n", "", "found", report->dry ? "would be taken" : "taken over", "was there",
           "set aside", "remarks");
    for (int i = 0; i < LEGACY_BROADCASTS; i++) {
        print_row(report, (enum legacy_collection)i);
        aside += report->counts[i].aside;
    }
    printf("%-12s %10zu %14s\n", legacy_collection_name(LEGACY_BROADCASTS), report->counts[LEGACY_BROADCASTS].found,
           "stay there");
    if (!report->aside)
        return STATUS_OK;
    if (fflush(report->aside) != 0 || ferror(report->aside))
        return error_set(error, STATUS_UNAVAILABLE, "%.200s could not be written", report->aside_path);
    if (aside > 0)
        printf("What was set aside is in %s%s; it holds people's texts.\n", report->aside_path,
               report->aside_full ? ", as far as there was room" : "");
    else
        (void)unlink(report->aside_path);
    return STATUS_OK;
}
