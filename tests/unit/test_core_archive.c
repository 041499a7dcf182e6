/* Files of core/archive: what was written comes back, and what was not written is refused, byte for byte. */
#include "core/archive.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/random.h"
#include "tests/unit/unit.h"

#define PASSPHRASE "ключ від серверної"

static const char *const passphrases[] = {NULL, PASSPHRASE};

struct bytes {
    char *data;
    size_t size;
};

static struct bytes pack(const char *passphrase, const void *data, size_t size) {
    struct bytes file = {0};
    FILE *stream = open_memstream(&file.data, &file.size);
    struct archive_writer *writer = NULL;
    assert_int_equal(archive_writer_new(stream, passphrase, SEAL_COST_MIN, &writer, NULL), STATUS_OK);
    for (size_t done = 0, part = 1; done < size; done += part, part = part * 3 + 1) {
        part = part < size - done ? part : size - done;
        assert_int_equal(archive_write(writer, (const char *)data + done, part, NULL), STATUS_OK);
    }
    assert_int_equal(archive_finish(writer, NULL), STATUS_OK);
    archive_writer_free(writer);
    fclose(stream);
    return file;
}

/* Reads all of it; what came before a failure is counted in *ret_size. */
static enum status unpack(const char *passphrase, struct bytes file, unsigned char *ret_data, size_t max,
                          size_t *ret_size, struct error *error) {
    FILE *stream = fmemopen(file.data, file.size > 0 ? file.size : 1, "r");
    struct archive_reader *reader = NULL;
    size_t count = 1;
    if (file.size == 0)
        (void)getc(stream);
    enum status status = archive_reader_new(stream, passphrase, &reader, error);
    *ret_size = 0;
    while (status == STATUS_OK && count > 0) {
        status = archive_read(reader, ret_data + *ret_size, max - *ret_size, &count, error);
        *ret_size += status == STATUS_OK ? count : 0;
        assert_true(*ret_size < max);
    }
    archive_reader_free(reader);
    fclose(stream);
    return status;
}

static void expect_same(const char *passphrase, const unsigned char *data, size_t size) {
    struct bytes file = pack(passphrase, data, size);
    unsigned char *found = mem_alloc(size + 2);
    size_t count = 0;
    struct error error = {0};
    if (unpack(passphrase, file, found, size + 2, &count, &error) != STATUS_OK)
        fail_msg("%zu bytes: %s", size, error.text);
    assert_int_equal(count, size);
    assert_memory_equal(found, data, size);
    free(found);
    free(file.data);
}

/* Random bytes do not get smaller, so that these sizes lie around the borders of chunks. */
static void what_is_written_is_read(void **state) {
    (void)state;
    static const size_t sizes[] = {0,     1,     65000, 65400, 65490, 65500, 65505,  65507,  65508,  65509,  65510,
                                   65511, 65512, 65513, 65520, 65536, 65600, 131010, 131036, 131072, 1 << 20};
    unsigned char *data = mem_alloc(1 << 20);
    random_bytes(data, 1 << 20);
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t p = 0; p < COUNT(passphrases); p++)
            expect_same(passphrases[p], data, sizes[i]);
    memset(data, 'a', 1 << 20);
    for (size_t p = 0; p < COUNT(passphrases); p++)
        expect_same(passphrases[p], data, 1 << 20);
    free(data);
}

static void expect_refused(const char *passphrase, struct bytes file, const char *what, size_t where) {
    static unsigned char found[1 << 20];
    struct error error = {0};
    size_t count;
    const enum status status = unpack(passphrase, file, found, sizeof(found), &count, &error);
    if (status != STATUS_DAMAGED && status != STATUS_INVALID)
        fail_msg("%s at %zu: %s %s", what, where, status_name(status), error.text);
    assert_string_not_equal(error.text, "");
}

enum { LINES = 40 };

static struct bytes small_file(const char *passphrase) {
    char text[LINES * 16] = "";
    for (int i = 0; i < LINES; i++)
        snprintf(text + strlen(text), 16, "line %d\n", i);
    return pack(passphrase, text, strlen(text));
}

static void every_changed_byte_is_noticed(void **state) {
    (void)state;
    for (size_t p = 0; p < COUNT(passphrases); p++) {
        struct bytes file = small_file(passphrases[p]);
        for (size_t i = 0; i < file.size; i++) {
            file.data[i] = (char)~file.data[i];
            expect_refused(passphrases[p], file, "a changed byte", i);
            file.data[i] = (char)~file.data[i];
        }
        free(file.data);
    }
}

static void every_cut_is_noticed(void **state) {
    (void)state;
    for (size_t p = 0; p < COUNT(passphrases); p++) {
        struct bytes file = small_file(passphrases[p]);
        for (size_t i = 0; i < file.size; i++)
            expect_refused(passphrases[p], (struct bytes){file.data, i}, "a cut", i);
        free(file.data);
    }
}

static void what_is_added_is_noticed(void **state) {
    (void)state;
    for (size_t p = 0; p < COUNT(passphrases); p++) {
        struct bytes file = small_file(passphrases[p]);
        char *longer = mem_alloc(2 * file.size);
        memcpy(longer, file.data, file.size);
        expect_refused(passphrases[p], (struct bytes){longer, file.size + 1}, "a byte more", file.size);
        memcpy(longer + file.size, file.data, file.size);
        expect_refused(passphrases[p], (struct bytes){longer, 2 * file.size}, "the file twice", file.size);
        free(longer);
        free(file.data);
    }
}

enum { SEALED = SEAL_CHUNK + SEAL_TAG_SIZE };

/* Four chunks of random bytes. */
static struct bytes large_file(void) {
    static unsigned char data[3 * SEAL_CHUNK + 1000];
    random_bytes(data, sizeof(data));
    struct bytes file = pack(PASSPHRASE, data, sizeof(data));
    assert_true(file.size > SEAL_HEADER_SIZE + 3 * SEALED);
    return file;
}

static void moved_chunks_are_noticed(void **state) {
    (void)state;
    static char kept[SEALED];
    struct bytes file = large_file();
    char *first = file.data + SEAL_HEADER_SIZE, *second = first + SEALED;
    memcpy(kept, first, SEALED);
    memcpy(first, second, SEALED);
    expect_refused(PASSPHRASE, file, "a repeated chunk", 0);
    memcpy(second, kept, SEALED);
    expect_refused(PASSPHRASE, file, "swapped chunks", 0);
    free(file.data);
}

static void missing_chunks_are_noticed(void **state) {
    (void)state;
    struct bytes file = large_file();
    for (size_t whole = 0; whole <= 3; whole++)
        expect_refused(PASSPHRASE, (struct bytes){file.data, SEAL_HEADER_SIZE + whole * SEALED}, "a cut", whole);
    memmove(file.data + SEAL_HEADER_SIZE + SEALED, file.data + SEAL_HEADER_SIZE + (size_t)2 * SEALED,
            file.size - SEAL_HEADER_SIZE - (size_t)2 * SEALED);
    file.size -= SEALED;
    expect_refused(PASSPHRASE, file, "a chunk left out", 1);
    free(file.data);
}

static void chunks_of_another_file_are_noticed(void **state) {
    (void)state;
    struct bytes file = large_file(), other = large_file();
    memcpy(file.data + SEAL_HEADER_SIZE + SEALED, other.data + SEAL_HEADER_SIZE + SEALED, SEALED);
    expect_refused(PASSPHRASE, file, "another file's chunk", 1);
    free(other.data);
    free(file.data);
}

static void expect_words(const char *passphrase, struct bytes file, enum status wanted, const char *words) {
    unsigned char found[1024];
    struct error error = {0};
    size_t count;
    assert_int_equal(unpack(passphrase, file, found, sizeof(found), &count, &error), wanted);
    if (strstr(error.text, words) == NULL)
        fail_msg("%s", error.text);
    assert_null(strstr(error.text, PASSPHRASE));
}

static void passphrases_are_told_apart(void **state) {
    (void)state;
    struct bytes sealed = small_file(PASSPHRASE), open = small_file(NULL);
    expect_words("another", sealed, STATUS_INVALID, "BACKUP_PASSPHRASE is not the one");
    expect_words(PASSPHRASE " ", sealed, STATUS_INVALID, "BACKUP_PASSPHRASE is not the one");
    expect_words(NULL, sealed, STATUS_INVALID, "BACKUP_PASSPHRASE must be set");
    unsigned char found[1024];
    size_t count;
    assert_int_equal(unpack(PASSPHRASE, open, found, sizeof(found), &count, NULL), STATUS_OK);
    free(open.data);
    free(sealed.data);
}

static void two_files_have_nothing_in_common(void **state) {
    (void)state;
    struct bytes one = small_file(PASSPHRASE), other = small_file(PASSPHRASE);
    assert_int_equal(one.size, other.size);
    assert_memory_not_equal(one.data + 12, other.data + 12, 16);
    assert_memory_not_equal(one.data + SEAL_HEADER_SIZE, other.data + SEAL_HEADER_SIZE, 16);
    free(other.data);
    free(one.data);
}

static void other_files_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *data;
        size_t size;
        const char *words;
    } rows[] = {
        {"", 0, "empty"},
        {"\x1f", 1, "no backup"},
        {"{\"format\": \"techsupport-backup\"}\n", 33, "no backup"},
        {"\x1f\x8b\x08\x08\x01\x02\x03\x04\x00\x03name", 14, "no backup"},
        {"TSBACKUP", 8, "too early"},
        {"TSBACKUP\x02\x0f\x08\x03................................", 44, "version 2"},
        {"TSBACKUP\x01\x3f\x08\x03................................", 44, "make no sense"},
        {"TSBACKUP\x01\x0f\xff\x03................................", 44, "make no sense"},
        {"TSBACKUP\x01\x0f\x08\xff................................", 44, "make no sense"},
        {"TSBACKDN\x01\x0f\x08\x03................................", 44, "no backup"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].words);
        char copy[64];
        memcpy(copy, rows[i].data, rows[i].size);
        expect_words(PASSPHRASE, (struct bytes){copy, rows[i].size}, STATUS_DAMAGED, rows[i].words);
    }
}

static void a_full_disk_is_told(void **state) {
    (void)state;
    static unsigned char data[1 << 20];
    FILE *full = fopen("/dev/full", "w");
    struct archive_writer *writer = NULL;
    struct error error = {0};
    assert_non_null(full);
    random_bytes(data, sizeof(data));
    enum status status = archive_writer_new(full, NULL, SEAL_COST_MIN, &writer, &error);
    assert_int_equal(status, STATUS_OK);
    status = archive_write(writer, data, sizeof(data), &error);
    if (status == STATUS_OK)
        status = archive_finish(writer, &error);
    assert_int_equal(status, STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "No space left"));
    archive_writer_free(writer);
    fclose(full);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(every_changed_byte_is_noticed),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(what_is_added_is_noticed),
        cmocka_unit_test(moved_chunks_are_noticed),
        cmocka_unit_test(missing_chunks_are_noticed),
        cmocka_unit_test(chunks_of_another_file_are_noticed),
        cmocka_unit_test(passphrases_are_told_apart),
        cmocka_unit_test(two_files_have_nothing_in_common),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
