/* A file from its first line to its last. Lines are gathered in one buffer, which has a maximum. */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "db/backup_line.h"

enum { BLOCK = 64 << 10 };

struct reading {
    struct archive_reader *archive;
    struct buffer line;
    char block[BLOCK];
    size_t start, end; /* of what is left in the block */
    backup_see *see;
    void *context;
    struct backup_info info;
    struct backup_counts counts;
    int64_t numbers[RAW_SHELF_COUNT]; /* the last key of each shelf */
    char name[RAW_NAME_SIZE];
};

static enum status damaged(struct error *error, const char *how) {
    return error_set(error, STATUS_DAMAGED, "the file is damaged: %s", how);
}

static enum status fill(struct reading *reading, struct error *error) {
    reading->start = reading->end = 0;
    return archive_read(reading->archive, reading->block, BLOCK, &reading->end, error);
}

/* The next line without its newline, in reading->line. NOT_FOUND: the file's end, where no line has begun. */
static enum status next_line(struct reading *reading, struct error *error) {
    buffer_clear(&reading->line);
    for (;;) {
        enum status status = reading->start < reading->end ? STATUS_OK : fill(reading, error);
        if (status != STATUS_OK)
            return status;
        const char *from = reading->block + reading->start;
        const size_t left = reading->end - reading->start;
        if (left == 0)
            return reading->line.length == 0 ? STATUS_NOT_FOUND : damaged(error, "its last line is not whole");
        const char *newline = memchr(from, '\n', left);
        const size_t length = newline != NULL ? (size_t)(newline - from) : left;
        buffer_add_bytes(&reading->line, from, length);
        if (reading->line.full)
            return damaged(error, "a line is too long");
        reading->start += length + (newline != NULL);
        if (newline != NULL)
            return STATUS_OK;
    }
}

static enum status read_header(struct reading *reading, struct error *error) {
    enum status status = next_line(reading, error);
    if (status == STATUS_NOT_FOUND)
        return damaged(error, "it is empty");
    return status == STATUS_OK ? backup_parse_header(reading->line.data, reading->line.length, &reading->info, error)
                               : status;
}

/* Keys rise on each shelf, so that none comes twice. */
static bool rises(struct reading *reading, int shelf, const bson_t *document) {
    struct backup_key_of key = {0};
    if (!backup_find_key(shelf, document, &key))
        return false;
    const bool first = reading->counts.shelves[shelf]++ == 0;
    const bool higher = shelf == RAW_META ? strcmp(key.name, reading->name) > 0 : key.number > reading->numbers[shelf];
    if (shelf == RAW_META)
        snprintf(reading->name, sizeof(reading->name), "%s", key.name);
    else
        reading->numbers[shelf] = key.number;
    return first || higher;
}

static enum status take_document(struct reading *reading, int shelf, const bson_t *document, struct error *error) {
    if (!rises(reading, shelf, document))
        return damaged(error, "documents are not in their order");
    return reading->see != NULL ? reading->see(reading->context, shelf, document, error) : STATUS_OK;
}

static enum status take_trailer(struct reading *reading, const struct backup_counts *counts, struct error *error) {
    if (memcmp(counts->shelves, reading->counts.shelves, sizeof(counts->shelves)) != 0)
        return damaged(error, "it does not have as many documents as it says");
    reading->info.documents = backup_counts_total(counts);
    reading->info.left_out = counts->left_out;
    enum status status = next_line(reading, error);
    if (status == STATUS_OK)
        return damaged(error, "something follows its last line");
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status take_line(struct reading *reading, bool *ret_ended, struct error *error) {
    struct backup_counts counts = {0};
    enum backup_line_kind kind = BACKUP_TRAILER;
    bson_t document;
    int shelf = 0;
    enum status status = next_line(reading, error);
    if (status == STATUS_NOT_FOUND)
        return damaged(error, "it ends too early");
    if (status == STATUS_OK)
        status = backup_parse_line(reading->line.data, reading->line.length, &kind, &shelf, &document, &counts, error);
    if (status != STATUS_OK)
        return status;
    *ret_ended = kind == BACKUP_TRAILER;
    if (kind == BACKUP_TRAILER)
        return take_trailer(reading, &counts, error);
    status = take_document(reading, shelf, &document, error);
    bson_destroy(&document);
    return status;
}

static enum status read_all(struct reading *reading, struct error *error) {
    bool ended = false;
    enum status status = read_header(reading, error);
    while (status == STATUS_OK && !ended)
        status = take_line(reading, &ended, error);
    return status;
}

enum status backup_read(FILE *file, const struct backup_key *key, backup_see *see, void *context,
                        struct backup_info *ret_info, struct error *error) {
    struct archive_reader *archive = NULL;
    rewind(file);
    enum status status = archive_reader_new(file, key->passphrase, &archive, error);
    if (status != STATUS_OK)
        return status;
    struct reading *reading = mem_alloc(sizeof(*reading));
    reading->archive = archive;
    reading->see = see;
    reading->context = context;
    buffer_init(&reading->line, BACKUP_LINE_MAX);
    status = read_all(reading, error);
    if (status == STATUS_OK)
        *ret_info = reading->info;
    buffer_free(&reading->line);
    free(reading);
    archive_reader_free(archive);
    return status;
}

/* --- looking only --- */

struct checking {
    const struct backup_watch *watch;
    int64_t documents;
};

static enum status count_document(void *context, int shelf, const bson_t *document, struct error *error) {
    struct checking *checking = context;
    (void)shelf;
    (void)document;
    checking->documents++;
    if (!checking->watch->go_on(checking->watch->context, checking->documents))
        return error_set(error, STATUS_STOPPED, "the reading of the backup was ended");
    return STATUS_OK;
}

enum status backup_check(FILE *file, const struct backup_key *key, const struct backup_watch *watch,
                         struct backup_info *ret_info, struct error *error) {
    struct checking checking = {.watch = watch};
    return backup_read(file, key, watch != NULL ? count_document : NULL, &checking, ret_info, error);
}
