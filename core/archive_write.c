/* What zlib gives gathers in one chunk. A full chunk is written only when more comes, so that the last one is known to
 * be the last. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/archive.h"
#include "core/archive_internal.h"
#include "core/arena.h"

struct archive_writer {
    FILE *file;
    struct seal *seal; /* NULL: not encrypted */
    z_stream deflate;
    unsigned char chunk[SEAL_CHUNK], sealed[SEAL_CHUNK + SEAL_TAG_SIZE];
};

static enum status put(struct archive_writer *writer, const void *data, size_t size, struct error *error) {
    if (fwrite(data, 1, size, writer->file) != size)
        return error_set(error, STATUS_UNAVAILABLE, "the file cannot be written: %s", strerror(errno));
    return STATUS_OK;
}

enum status archive_writer_new(FILE *file, const char *passphrase, unsigned cost, struct archive_writer **ret_writer,
                               struct error *error) {
    struct archive_writer *writer = mem_alloc(sizeof(*writer));
    writer->file = file;
    if (deflateInit2(&writer->deflate, Z_DEFAULT_COMPRESSION, Z_DEFLATED, ARCHIVE_WINDOW, MAX_MEM_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        mem_die("zlib");
    writer->deflate.next_out = writer->chunk;
    writer->deflate.avail_out = SEAL_CHUNK;
    enum status status = STATUS_OK;
    if (passphrase != NULL) {
        unsigned char header[SEAL_HEADER_SIZE];
        writer->seal = seal_new(passphrase, cost, header);
        status = put(writer, header, sizeof(header), error);
    }
    if (status == STATUS_OK)
        *ret_writer = writer;
    else
        archive_writer_free(writer);
    return status;
}

static enum status put_chunk(struct archive_writer *writer, bool last, struct error *error) {
    const size_t size = SEAL_CHUNK - writer->deflate.avail_out;
    writer->deflate.next_out = writer->chunk;
    writer->deflate.avail_out = SEAL_CHUNK;
    if (writer->seal == NULL)
        return put(writer, writer->chunk, size, error);
    seal_chunk(writer->seal, writer->chunk, size, last, writer->sealed);
    return put(writer, writer->sealed, size + SEAL_TAG_SIZE, error);
}

/* Until zlib has taken all and, with Z_FINISH, given all. */
static enum status run(struct archive_writer *writer, int flush, struct error *error) {
    enum status status = STATUS_OK;
    int code = Z_OK;
    while (status == STATUS_OK && (flush == Z_FINISH ? code != Z_STREAM_END : writer->deflate.avail_in > 0)) {
        if (writer->deflate.avail_out == 0)
            status = put_chunk(writer, false, error);
        code = deflate(&writer->deflate, flush);
        if (code == Z_STREAM_ERROR)
            mem_die("zlib");
    }
    return status;
}

enum status archive_write(struct archive_writer *writer, const void *data, size_t size, struct error *error) {
    enum { STEP = 1 << 20 }; /* zlib counts in unsigned int */
    const unsigned char *from = data;
    enum status status = STATUS_OK;
    for (size_t taken = 0; taken < size && status == STATUS_OK; taken += STEP) {
        writer->deflate.next_in = (unsigned char *)(uintptr_t)(from + taken);
        writer->deflate.avail_in = (unsigned)(size - taken < STEP ? size - taken : STEP);
        status = run(writer, Z_NO_FLUSH, error);
    }
    return status;
}

enum status archive_finish(struct archive_writer *writer, struct error *error) {
    writer->deflate.avail_in = 0;
    enum status status = run(writer, Z_FINISH, error);
    if (status == STATUS_OK)
        status = put_chunk(writer, true, error);
    if (status == STATUS_OK && fflush(writer->file) != 0)
        status = error_set(error, STATUS_UNAVAILABLE, "the file cannot be written: %s", strerror(errno));
    return status;
}

void archive_writer_free(struct archive_writer *writer) {
    if (writer == NULL)
        return;
    deflateEnd(&writer->deflate);
    seal_free(writer->seal);
    free(writer);
}
