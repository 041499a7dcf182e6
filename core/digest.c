#include "core/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "core/arena.h"

void digest_sha256(const void *data, size_t size, unsigned char ret_digest[DIGEST_SIZE]) {
    unsigned int length = 0;
    if (EVP_Digest(data, size, ret_digest, &length, EVP_sha256(), NULL) != 1 || length != DIGEST_SIZE)
        mem_die("SHA-256");
}

void digest_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
                        unsigned char ret_digest[DIGEST_SIZE]) {
    unsigned int length = 0;
    if (key_size > INT32_MAX || HMAC(EVP_sha256(), key, (int)key_size, data, size, ret_digest, &length) == NULL ||
        length != DIGEST_SIZE)
        mem_die("HMAC-SHA-256");
}

void digest_hex(const unsigned char digest[DIGEST_SIZE], char ret_hex[DIGEST_HEX_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        ret_hex[2 * i] = digits[digest[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest[i] & 15];
    }
    ret_hex[DIGEST_HEX_SIZE - 1] = '\0';
}

uint64_t digest_short(const char *text) {
    unsigned char digest[DIGEST_SIZE];
    digest_sha256(text, strlen(text), digest);
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof(value); i++)
        value = value << 8 | digest[i];
    return value;
}

/* Walks `given` with its NUL, and `secret` beside it until its own NUL, where it stays: no step depends on the secret,
 * not even on its length. */
bool digest_equal(const char *given, const char *secret) {
    if (given == NULL || secret == NULL)
        return false;
    const size_t length = strlen(given);
    volatile unsigned char difference = 0;
    size_t at = 0;
    for (size_t i = 0; i <= length; i++) {
        const unsigned char theirs = (unsigned char)given[i], ours = (unsigned char)secret[at];
        difference = (unsigned char)(difference | (theirs ^ ours));
        at += (size_t)(ours != 0);
    }
    return difference == 0;
}
