/* Files that are no whole backup, and the memory that reading and writing takes (db/backup.h). */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/archive.h"
#include "core/arena.h"
#include "core/digest.h"
#include "db/raw.h"
#include "tests/unit/backup_stage.h"

/* --- files that are not as they should be --- */

static void expect_refused(FILE *file, const struct backup_key *key, const char *what, long where) {
    struct backup_info info = {0};
    struct error error = {0};
    const enum status status = backup_check(file, key, NULL, &info, &error);
    if (status != STATUS_DAMAGED && status != STATUS_INVALID)
        fail_msg("%s at %ld: %s %s", what, where, status_name(status), error.text);
    assert_null(strstr(error.text, "Олена"));
    assert_null(strstr(error.text, "380501234567"));
}

/* Of what the archive holds; false where it does not open. */
static bool digest_of(FILE *file, const struct backup_key *key, unsigned char ret_digest[DIGEST_SIZE]) {
    enum { CONTENTS_MAX = 8 << 20 };
    struct archive_reader *archive = NULL;
    char *contents = mem_alloc(CONTENTS_MAX);
    size_t size = 0, count = 1;
    rewind(file);
    enum status status = archive_reader_new(file, key->passphrase, &archive, NULL);
    for (; status == STATUS_OK && count > 0; size += count)
        status = archive_read(archive, contents + size, CONTENTS_MAX - size, &count, NULL);
    archive_reader_free(archive);
    if (status == STATUS_OK)
        digest_sha256(contents, size, ret_digest);
    free(contents);
    return status == STATUS_OK;
}

static void change_byte(FILE *file, long at) {
    fseek(file, at, SEEK_SET);
    const int byte = getc(file);
    fseek(file, at, SEEK_SET);
    putc(byte ^ 0x55, file);
}

/* In a file that is not encrypted some bits can have another value and say the same: they do no harm. */
static void change_bytes(FILE *file, const struct backup_key *key, long size) {
    unsigned char before[DIGEST_SIZE], after[DIGEST_SIZE];
    assert_true(digest_of(file, key, before));
    for (long at = 0; at < size; at += size / 40) {
        change_byte(file, at);
        if (key->passphrase == NULL && digest_of(file, key, after))
            assert_memory_equal(before, after, DIGEST_SIZE);
        else
            expect_refused(file, key, "a changed byte", at);
        change_byte(file, at);
    }
    assert_true(digest_of(file, key, after));
    assert_memory_equal(before, after, DIGEST_SIZE);
}

static void damage_is_noticed(void **state) {
    struct fixture *fixture = *state;
    const struct backup_key *const keys[] = {&open_key, &sealed_key};
    put_samples(fixture, 8);
    for (size_t k = 0; k < COUNT(keys); k++) {
        FILE *file = tmpfile();
        save(fixture, file, keys[k]);
        fseek(file, 0, SEEK_END);
        const long size = ftell(file);
        change_bytes(file, keys[k], size);
        fseek(file, 0, SEEK_END);
        putc(0, file);
        expect_refused(file, keys[k], "a byte more", size);
        for (long at = size - 1; at > 0; at -= size / 40) {
            fflush(file);
            assert_int_equal(ftruncate(fileno(file), at), 0);
            expect_refused(file, keys[k], "a cut", at);
        }
        fclose(file);
    }
}

#define HEADER                                                                                                         \
    "{\"format\":\"techsupport-backup\",\"version\":1,\"schema\":1,\"bot_id\":5,\"made_at\":"                          \
    "{\"$date\":{\"$numberLong\":\"5\"}},\"store\":\"sqlite\"}\n"
#define USER(id)   "{\"collection\":\"users\",\"document\":{\"_id\":" #id "}}\n"
#define META(name) "{\"collection\":\"meta\",\"document\":{\"_id\":\"" name "\",\"value\":5}}\n"
#define END(users, meta, total)                                                                                        \
    "{\"end\":true,\"documents\":" #total ",\"left_out\":0,\"collections\":{\"users\":" #users ",\"meta\":" #meta "}}\n"

static FILE *file_of(const char *lines, size_t length) {
    FILE *file = tmpfile();
    struct archive_writer *writer = NULL;
    EXPECT(STATUS_OK, archive_writer_new(file, NULL, SEAL_COST_MIN, &writer, NULL));
    EXPECT(STATUS_OK, archive_write(writer, lines, length, NULL));
    EXPECT(STATUS_OK, archive_finish(writer, NULL));
    archive_writer_free(writer);
    return file;
}

static void lines_are_checked(void **state) {
    (void)state;
    static const struct {
        const char *lines, *words;
    } rows[] = {
        {HEADER USER(5) USER(6) META("a") END(2, 1, 3), NULL},
        {HEADER END(0, 0, 0), NULL},
        {"", "is empty"},
        {"\n", "no JSON"},
        {"{}\n", "no backup"},
        {"{\"format\":\"techsupport-backup\",\"version\":2}\n", "another version"},
        {"{\"format\":\"techsupport-backup\",\"version\":1}\n", "first line"},
        {"{\"format\":\"techsupport-backup\",\"version\":1,\"schema\":9,\"bot_id\":5,\"made_at\":{\"$date\":"
         "{\"$numberLong\":\"5\"}},\"store\":\"sqlite\"}\n",
         "schema 9"},
        {HEADER, "too early"},
        {HEADER USER(5), "too early"},
        {HEADER USER(5) "{\"end\"", "not whole"},
        {HEADER USER(5) END(2, 0, 2), "as many"},
        {HEADER USER(5) END(0, 1, 1), "as many"},
        {HEADER USER(5) END(1, 0, 2), "last line"},
        {HEADER USER(5) END(1, 0, 1) USER(6), "follows"},
        {HEADER USER(5) USER(5) END(2, 0, 2), "order"},
        {HEADER USER(6) USER(5) END(2, 0, 2), "order"},
        {HEADER META("a") META("a") END(0, 2, 2), "order"},
        {HEADER META("") END(0, 1, 1), "not whole"},
        {HEADER USER("x") END(1, 0, 1), "not whole"},
        {HEADER USER(5.5) END(1, 0, 1), "not whole"},
        {HEADER "{\"collection\":\"users\",\"document\":5}\n" END(1, 0, 1), "not whole"},
        {HEADER "{\"collection\":\"users\",\"bson\":{\"$binary\":{\"base64\":\"AAAA\",\"subType\":\"00\"}}}\n",
         "not whole"},
        {HEADER "{\"collection\":\"planets\",\"document\":{\"_id\":5}}\n" END(1, 0, 1), "does not know"},
        {HEADER "{\"collection\":\"meta\",\"document\":{\"_id\":\"a\",\"value\":\"b\"}}\n" END(0, 1, 1), "not whole"},
        {HEADER "{\"document\":{\"_id\":5}}\n" END(1, 0, 1), "neither"},
        {HEADER "nonsense\n" END(1, 0, 1), "no JSON"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        FILE *file = file_of(rows[i].lines, strlen(rows[i].lines));
        struct backup_info info = {0};
        struct error error = {0};
        const enum status status = backup_check(file, &open_key, NULL, &info, &error);
        if (status != (rows[i].words == NULL ? STATUS_OK : STATUS_DAMAGED) ||
            (rows[i].words != NULL && strstr(error.text, rows[i].words) == NULL))
            fail_msg("row %zu: %s %s", i, status_name(status), error.text);
        fclose(file);
    }
}

static void counters_are_above_every_number(void **state) {
    struct fixture *fixture = *state;
    static const char lines[] =
        HEADER "{\"collection\":\"tickets\",\"document\":{\"_id\":70}}\n"
               "{\"collection\":\"meta\",\"document\":{\"_id\":\"counter.ticket\",\"value\":5}}\n"
               "{\"end\":true,\"documents\":2,\"left_out\":0,\"collections\":{\"tickets\":1,\"meta\":1}}\n";
    FILE *file = file_of(lines, strlen(lines));
    int64_t next = 0;
    put_back(fixture, file, &open_key);
    EXPECT(STATUS_OK, store_next(fixture->store, TICKET_COUNTER, &next, NULL));
    assert_int_equal(next, 71);
    fclose(file);
}

/* --- memory --- */

enum { MEMORY_MAX = 6 << 20 };

struct memory {
    size_t before, most;
};

static bool watch_memory(void *context, int64_t documents) {
    struct memory *memory = context;
    (void)documents;
    const size_t now = mallinfo2().uordblks;
    if (now > memory->before && now - memory->before > memory->most)
        memory->most = now - memory->before;
    return true;
}

static void memory_does_not_grow_with_the_store(void **state) {
    struct fixture *fixture = *state;
    FILE *file = tmpfile();
    struct memory memory = {.before = mallinfo2().uordblks};
    const struct backup_watch watch = {watch_memory, &memory};
    struct backup_info info = {0};
    put_samples(fixture, 1);
    bson_t documents[RAW_PAGE];
    for (int i = 0; i < 512; i += RAW_PAGE) { /* 12 MB */
        for (int j = 0; j < RAW_PAGE; j++) {
            bson_init(&documents[j]);
            bson_append_int64(&documents[j], "_id", -1, i + j + 2);
            bson_append_utf8(&documents[j], "description", -1, sample_text, -1);
            bson_append_utf8(&documents[j], "reason", -1, sample_text, -1);
        }
        EXPECT(STATUS_OK, store_raw_put(fixture->store, COLLECTION_TICKETS, documents, RAW_PAGE, NULL));
        for (int j = 0; j < RAW_PAGE; j++)
            bson_destroy(&documents[j]);
    }
    EXPECT(STATUS_OK, backup_write(fixture->store, file, &sealed_key, SAMPLE_NOW, &watch, &info, NULL));
    EXPECT(STATUS_OK, backup_check(file, &sealed_key, &watch, &info, NULL));
    EXPECT(STATUS_OK, backup_restore(fixture->store, file, &sealed_key, &info, &watch, NULL));
    assert_int_equal(count_raw(fixture, "tickets"), 513);
    if (memory.most > MEMORY_MAX)
        fail_msg("%zu bytes", memory.most);
    fclose(file);
}

/* A gigabyte without a newline, in a megabyte of file. */
static void a_long_line_is_refused_early(void **state) {
    (void)state;
    static char zeros[1 << 20];
    FILE *file = tmpfile();
    struct archive_writer *writer = NULL;
    struct error error = {0};
    EXPECT(STATUS_OK, archive_writer_new(file, NULL, SEAL_COST_MIN, &writer, NULL));
    EXPECT(STATUS_OK, archive_write(writer, HEADER, strlen(HEADER), NULL));
    for (int i = 0; i < BACKUP_LINE_MAX / (int)sizeof(zeros) + 1; i++)
        EXPECT(STATUS_OK, archive_write(writer, zeros, sizeof(zeros), NULL));
    EXPECT(STATUS_OK, archive_finish(writer, NULL));
    archive_writer_free(writer);
    EXPECT(STATUS_DAMAGED, backup_check(file, &open_key, NULL, &(struct backup_info){0}, &error));
    assert_non_null(strstr(error.text, "too long"));
    fclose(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_ONE(damage_is_noticed, sqlite),
        cmocka_unit_test(lines_are_checked),
        ON_BOTH(counters_are_above_every_number),
        ON_BOTH(memory_does_not_grow_with_the_store),
        cmocka_unit_test(a_long_line_is_refused_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
