/* core/seal: bytes encrypted under a passphrase, chunk by chunk: scrypt makes the key, AES-256-GCM seals each chunk
 * with its number and whether it is the last, so that a chunk that was changed, moved, left out or added does not open.
 * docs/BACKUP.md has the bytes. */
#ifndef CORE_SEAL_H
#define CORE_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/status.h"

enum {
    SEAL_CHUNK = 64 << 10, /* bytes of a chunk before it is sealed; the last one has 1 to SEAL_CHUNK */
    SEAL_TAG_SIZE = 16,    /* that sealing adds to each */
    SEAL_MAGIC_SIZE = 8,   /* SEAL_MAGIC, how the header starts */
    SEAL_HEADER_SIZE = 44,
    SEAL_COST = 15,     /* log2 of scrypt's N: 32 MiB and about a quarter of a second */
    SEAL_COST_MIN = 10, /* what a header may ask for */
    SEAL_COST_MAX = 18
};
#define SEAL_MAGIC "TSBACKUP"

struct seal; /* a key, and the number of the next chunk */

/* A new header with a salt of its own, and its key. `cost`: SEAL_COST, or less for tests. Never NULL. */
struct seal *seal_new(const char *passphrase, unsigned cost, unsigned char ret_header[SEAL_HEADER_SIZE]);
/* The key of a header that was read. DAMAGED: no header of ours, or one that asks for too much; INVALID: another
 * passphrase (or a damaged salt). */
MUST_CHECK enum status seal_open(const char *passphrase, const unsigned char header[SEAL_HEADER_SIZE],
                                 struct seal **ret_seal, struct error *error);
/* Wipes the key. NULL is allowed. */
void seal_free(struct seal *seal);

/* `ret_sealed` has room for size + SEAL_TAG_SIZE. */
void seal_chunk(struct seal *seal, const void *data, size_t size, bool last, unsigned char *ret_sealed);
/* `size` with the tag; `ret_data` has room for size - SEAL_TAG_SIZE. DAMAGED: it is not the chunk that was sealed as
 * the next one, or not the last (or the last). */
MUST_CHECK enum status seal_unchunk(struct seal *seal, const unsigned char *sealed, size_t size, bool last,
                                    unsigned char *ret_data, struct error *error);

#endif
