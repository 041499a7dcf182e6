/* Backups: the first byte chooses what the rest is: lines that are packed first, a file as it is, or one that is
 * encrypted (of which scrypt asks for little). */
#include "core/archive.h"
#include "db/backup_line.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

enum { COST_AT = SEAL_MAGIC_SIZE + 1, PARALLEL_AT = COST_AT + 2, FILE_MAX = 1 << 20 };

static const struct backup_key plain = {NULL, SEAL_COST_MIN}, sealed = {"passphrase", SEAL_COST_MIN};

/* What was read can be written and read again. */
static enum status see(void *context, int shelf, const bson_t *document, struct error *error) {
    struct backup_counts counts;
    enum backup_line_kind kind = BACKUP_TRAILER;
    size_t length = 0;
    int again_shelf = -1;
    bson_t again;
    (void)context;
    (void)error;
    char *line = backup_document_line(shelf, document, &length);
    require(line != NULL && length > 0 && line[length - 1] == '\n' && memchr(line, '\n', length - 1) == NULL);
    require(backup_parse_line(line, length - 1, &kind, &again_shelf, &again, &counts, NULL) == STATUS_OK);
    require(kind == BACKUP_DOCUMENT && again_shelf == shelf && bson_equal(&again, document));
    bson_destroy(&again);
    bson_free(line);
    return STATUS_OK;
}

static void read_file(FILE *file, const struct backup_key *key) {
    struct backup_info info = {0};
    struct error error = {0};
    if (backup_read(file, key, see, NULL, &info, &error) != STATUS_OK)
        require(error.status != STATUS_OK && error.text[0] != '\0');
    fclose(file);
}

static FILE *pack(const uint8_t *lines, size_t size) {
    FILE *file = tmpfile();
    struct archive_writer *writer = NULL;
    require(file != NULL && archive_writer_new(file, NULL, SEAL_COST_MIN, &writer, NULL) == STATUS_OK);
    require(archive_write(writer, lines, size, NULL) == STATUS_OK && archive_finish(writer, NULL) == STATUS_OK);
    archive_writer_free(writer);
    return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t copy[FILE_MAX];
    if (size < 2 || size > FILE_MAX)
        return 0;
    const uint8_t choice = data[0] % 3;
    data++;
    size--;
    if (choice == 0) {
        read_file(pack(data, size), &plain);
        return 0;
    }
    memcpy(copy, data, size);
    if (choice == 2 && size > PARALLEL_AT && copy[COST_AT] > SEAL_COST_MIN)
        copy[COST_AT] = SEAL_COST_MIN;
    if (choice == 2 && size > PARALLEL_AT && copy[PARALLEL_AT] > 1)
        copy[PARALLEL_AT] = 1;
    read_file(fmemopen(copy, size, "r"), choice == 2 ? &sealed : &plain);
    return 0;
}
