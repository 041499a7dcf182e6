/* The file's first bytes tell what it is. zlib is given chunk by chunk; the end is where zlib says so, and the file's
 * end must be there too. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/archive.h"
#include "core/archive_internal.h"
#include "core/arena.h"

struct archive_reader {
    FILE *file;
    struct seal *seal; /* NULL: not encrypted */
    z_stream inflate;
    bool file_ended, ended;
    unsigned char raw[SEAL_CHUNK + SEAL_TAG_SIZE], chunk[SEAL_CHUNK];
};

static enum status damaged(struct error *error, const char *how) {
    return error_set(error, STATUS_DAMAGED, "the file is damaged: %s", how);
}

/* Fewer than `size` only at the file's end. */
static enum status get(FILE *file, unsigned char *ret_data, size_t size, size_t *ret_read, struct error *error) {
    *ret_read = fread(ret_data, 1, size, file);
    if (ferror(file))
        return error_set(error, STATUS_UNAVAILABLE, "the file cannot be read: %s", strerror(errno));
    return STATUS_OK;
}

static enum status look_ahead(struct archive_reader *reader, struct error *error) {
    const int next = getc(reader->file);
    if (next != EOF)
        ungetc(next, reader->file);
    else if (ferror(reader->file))
        return error_set(error, STATUS_UNAVAILABLE, "the file cannot be read: %s", strerror(errno));
    reader->file_ended = next == EOF;
    return STATUS_OK;
}

/* Gives zlib its next input; there is some. */
static enum status next_chunk(struct archive_reader *reader, struct error *error) {
    size_t size = 0;
    if (reader->file_ended)
        return damaged(error, "it ends too early");
    enum status status = get(reader->file, reader->raw, reader->seal ? sizeof(reader->raw) : SEAL_CHUNK, &size, error);
    if (status == STATUS_OK)
        status = look_ahead(reader, error);
    if (status != STATUS_OK)
        return status;
    reader->inflate.next_in = reader->raw;
    if (reader->seal != NULL) {
        status = seal_unchunk(reader->seal, reader->raw, size, reader->file_ended, reader->chunk, error);
        reader->inflate.next_in = reader->chunk;
        size -= status == STATUS_OK ? SEAL_TAG_SIZE : 0;
    }
    reader->inflate.avail_in = (unsigned)size;
    return status;
}

/* The compressed bytes' own start, which zlib sees too. */
static enum status check_start(struct archive_reader *reader, struct error *error) {
    enum status status = next_chunk(reader, error);
    if (status == STATUS_OK && (reader->inflate.avail_in < ARCHIVE_GZIP_HEADER_SIZE ||
                                memcmp(reader->inflate.next_in, ARCHIVE_GZIP_HEADER, ARCHIVE_GZIP_HEADER_SIZE) != 0))
        return error_set(error, STATUS_DAMAGED, "the file is no backup");
    return status;
}

static enum status open_seal(struct archive_reader *reader, const char *passphrase, struct error *error) {
    unsigned char header[SEAL_HEADER_SIZE];
    size_t size = 0;
    enum status status = get(reader->file, header, sizeof(header), &size, error);
    if (status != STATUS_OK)
        return status;
    if (size < sizeof(header))
        return damaged(error, "it ends too early");
    if (passphrase == NULL)
        return error_set(error, STATUS_INVALID, "the file is encrypted: BACKUP_PASSPHRASE must be set");
    return seal_open(passphrase, header, &reader->seal, error);
}

static enum status begin(struct archive_reader *reader, const char *passphrase, struct error *error) {
    const int first = getc(reader->file);
    enum status status = STATUS_OK;
    if (first != EOF)
        ungetc(first, reader->file);
    else
        status = ferror(reader->file)
                     ? error_set(error, STATUS_UNAVAILABLE, "the file cannot be read: %s", strerror(errno))
                     : damaged(error, "it is empty");
    if (status == STATUS_OK && first == SEAL_MAGIC[0])
        status = open_seal(reader, passphrase, error);
    return status == STATUS_OK ? check_start(reader, error) : status;
}

enum status archive_reader_new(FILE *file, const char *passphrase, struct archive_reader **ret_reader,
                               struct error *error) {
    struct archive_reader *reader = mem_alloc(sizeof(*reader));
    reader->file = file;
    if (inflateInit2(&reader->inflate, ARCHIVE_WINDOW) != Z_OK)
        mem_die("zlib");
    enum status status = begin(reader, passphrase, error);
    if (status == STATUS_OK)
        *ret_reader = reader;
    else
        archive_reader_free(reader);
    return status;
}

static enum status note_end(struct archive_reader *reader, struct error *error) {
    if (reader->inflate.avail_in > 0 || !reader->file_ended)
        return damaged(error, "something was added to it");
    reader->ended = true;
    return STATUS_OK;
}

static enum status step(struct archive_reader *reader, struct error *error) {
    enum status status = reader->inflate.avail_in == 0 ? next_chunk(reader, error) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    const int code = inflate(&reader->inflate, Z_NO_FLUSH);
    if (code == Z_MEM_ERROR)
        mem_die("zlib");
    if (code == Z_STREAM_END)
        return note_end(reader, error);
    return code == Z_OK ? STATUS_OK : damaged(error, "its contents do not fit together");
}

enum status archive_read(struct archive_reader *reader, void *ret_data, size_t size, size_t *ret_read,
                         struct error *error) {
    enum { STEP = 1 << 20 };
    const unsigned wanted = (unsigned)(size < STEP ? size : STEP);
    enum status status = STATUS_OK;
    reader->inflate.next_out = ret_data;
    reader->inflate.avail_out = wanted;
    while (status == STATUS_OK && !reader->ended && reader->inflate.avail_out == wanted && wanted > 0)
        status = step(reader, error);
    if (status == STATUS_OK)
        *ret_read = wanted - reader->inflate.avail_out;
    return status;
}

void archive_reader_free(struct archive_reader *reader) {
    if (reader == NULL)
        return;
    inflateEnd(&reader->inflate);
    seal_free(reader->seal);
    free(reader);
}
