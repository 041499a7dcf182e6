/* A file's key is its own, for its salt is: the chunks' numbers are nonces enough. The header is authenticated with
 * every chunk. scrypt gives 16 bytes beside the key that stand in the header and tell a wrong passphrase from a damaged
 * file; they say nothing about the key. */
#include "core/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/random.h"

enum {
    VERSION = 1,
    BLOCKS = 8,   /* scrypt's r */
    PARALLEL = 3, /* scrypt's p: with SEAL_COST what OWASP asks for passwords */
    PARALLEL_MAX = 16,
    AT_VERSION = SEAL_MAGIC_SIZE,
    AT_COST,
    AT_BLOCKS,
    AT_PARALLEL,
    AT_SALT,
    SALT_SIZE = 16,
    AT_CHECK = AT_SALT + SALT_SIZE,
    CHECK_SIZE = 16,
    KEY_SIZE = 32,
    NONCE_SIZE = 12,
    AT_LAST = NONCE_SIZE - 1 /* of the nonce: 1 in the last chunk */
};
_Static_assert(AT_CHECK + CHECK_SIZE == SEAL_HEADER_SIZE, "the header's parts fill it");

struct seal {
    unsigned char header[SEAL_HEADER_SIZE], key[KEY_SIZE];
    uint64_t chunks;
    EVP_CIPHER_CTX *cipher;
};

/* The key, and behind it what stands in the header to know it by. */
static void derive(const char *passphrase, const unsigned char *header,
                   unsigned char ret_bytes[KEY_SIZE + CHECK_SIZE]) {
    const uint64_t n = UINT64_C(1) << header[AT_COST];
    const uint64_t memory = 128 * n * header[AT_BLOCKS] + (UINT64_C(1) << 20);
    if (EVP_PBE_scrypt(passphrase, strlen(passphrase), header + AT_SALT, SALT_SIZE, n, header[AT_BLOCKS],
                       header[AT_PARALLEL], memory, ret_bytes, KEY_SIZE + CHECK_SIZE) != 1)
        mem_die("scrypt");
}

static struct seal *with_key(const unsigned char *header, const unsigned char *key) {
    struct seal *seal = mem_alloc(sizeof(*seal));
    memcpy(seal->header, header, SEAL_HEADER_SIZE);
    memcpy(seal->key, key, KEY_SIZE);
    seal->cipher = EVP_CIPHER_CTX_new();
    if (seal->cipher == NULL)
        mem_die("a cipher");
    return seal;
}

struct seal *seal_new(const char *passphrase, unsigned cost, unsigned char ret_header[SEAL_HEADER_SIZE]) {
    unsigned char bytes[KEY_SIZE + CHECK_SIZE];
    memcpy(ret_header, SEAL_MAGIC, SEAL_MAGIC_SIZE);
    ret_header[AT_VERSION] = VERSION;
    ret_header[AT_COST] = (unsigned char)cost;
    ret_header[AT_BLOCKS] = BLOCKS;
    ret_header[AT_PARALLEL] = cost < SEAL_COST ? 1 : PARALLEL;
    random_bytes(ret_header + AT_SALT, SALT_SIZE);
    derive(passphrase, ret_header, bytes);
    memcpy(ret_header + AT_CHECK, bytes + KEY_SIZE, CHECK_SIZE);
    struct seal *seal = with_key(ret_header, bytes);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    return seal;
}

enum status seal_open(const char *passphrase, const unsigned char header[SEAL_HEADER_SIZE], struct seal **ret_seal,
                      struct error *error) {
    unsigned char bytes[KEY_SIZE + CHECK_SIZE];
    if (memcmp(header, SEAL_MAGIC, SEAL_MAGIC_SIZE) != 0)
        return error_set(error, STATUS_DAMAGED, "the file is no backup");
    if (header[AT_VERSION] != VERSION)
        return error_set(error, STATUS_DAMAGED, "the file's encryption has version %d, this program knows %d",
                         header[AT_VERSION], VERSION);
    if (header[AT_COST] < SEAL_COST_MIN || header[AT_COST] > SEAL_COST_MAX || header[AT_BLOCKS] != BLOCKS ||
        header[AT_PARALLEL] < 1 || header[AT_PARALLEL] > PARALLEL_MAX)
        return error_set(error, STATUS_DAMAGED, "the file is damaged: its encryption's parameters make no sense");
    derive(passphrase, header, bytes);
    const bool right = CRYPTO_memcmp(bytes + KEY_SIZE, header + AT_CHECK, CHECK_SIZE) == 0;
    if (right)
        *ret_seal = with_key(header, bytes);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    if (!right)
        return error_set(error, STATUS_INVALID,
                         "BACKUP_PASSPHRASE is not the one that the file was encrypted with (or the file's start is "
                         "damaged)");
    return STATUS_OK;
}

void seal_free(struct seal *seal) {
    if (seal == NULL)
        return;
    EVP_CIPHER_CTX_free(seal->cipher);
    OPENSSL_cleanse(seal, sizeof(*seal));
    free(seal);
}

/* Readies the cipher for the next chunk; `sealing` or opening. */
static bool begin(struct seal *seal, bool sealing, bool last) {
    unsigned char nonce[NONCE_SIZE] = {0};
    int length = 0;
    for (size_t i = 0; i < sizeof(seal->chunks); i++)
        nonce[AT_LAST - 1 - i] = (unsigned char)(seal->chunks >> 8 * i);
    nonce[AT_LAST] = last;
    seal->chunks++;
    return EVP_CipherInit_ex(seal->cipher, EVP_aes_256_gcm(), NULL, seal->key, nonce, sealing) == 1 &&
           EVP_CipherUpdate(seal->cipher, NULL, &length, seal->header, SEAL_HEADER_SIZE) == 1;
}

void seal_chunk(struct seal *seal, const void *data, size_t size, bool last, unsigned char *ret_sealed) {
    int length = 0, rest = 0;
    if (size > SEAL_CHUNK || !begin(seal, true, last) ||
        EVP_CipherUpdate(seal->cipher, ret_sealed, &length, data, (int)size) != 1 ||
        EVP_CipherFinal_ex(seal->cipher, ret_sealed + length, &rest) != 1 ||
        EVP_CIPHER_CTX_ctrl(seal->cipher, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_SIZE, ret_sealed + size) != 1)
        mem_die("AES-256-GCM");
}

enum status seal_unchunk(struct seal *seal, const unsigned char *sealed, size_t size, bool last,
                         unsigned char *ret_data, struct error *error) {
    unsigned char tag[SEAL_TAG_SIZE];
    int length = 0, rest = 0;
    if (size <= SEAL_TAG_SIZE || size > SEAL_CHUNK + SEAL_TAG_SIZE)
        return error_set(error, STATUS_DAMAGED, "the file is damaged: it ends too early");
    const size_t plain = size - SEAL_TAG_SIZE;
    memcpy(tag, sealed + plain, SEAL_TAG_SIZE);
    if (!begin(seal, false, last) || EVP_CIPHER_CTX_ctrl(seal->cipher, EVP_CTRL_GCM_SET_TAG, SEAL_TAG_SIZE, tag) != 1)
        mem_die("AES-256-GCM");
    if (EVP_CipherUpdate(seal->cipher, ret_data, &length, sealed, (int)plain) != 1 ||
        EVP_CipherFinal_ex(seal->cipher, ret_data + length, &rest) != 1)
        return error_set(error, STATUS_DAMAGED,
                         "the file is damaged, or not whole: a part of it is not as it was written");
    return STATUS_OK;
}
