/* core/digest: OpenSSL's digests in the forms we use. */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_SIZE = 32, DIGEST_HEX_SIZE = 2 * DIGEST_SIZE + 1 };

void digest_sha256(const void *data, size_t size, unsigned char ret_digest[DIGEST_SIZE]);
void digest_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
                        unsigned char ret_digest[DIGEST_SIZE]);
void digest_hex(const unsigned char digest[DIGEST_SIZE], char ret_hex[DIGEST_HEX_SIZE]);
/* The first eight bytes of the SHA-256 as a big-endian number: a short stable name for a longer one. */
uint64_t digest_short(const char *text);
/* Whether two strings are equal, in a time that depends on the length of `given` alone. NULL equals nothing. */
bool digest_equal(const char *given, const char *secret);

#endif
