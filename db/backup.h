/* db/backup: all of a store as a file, and back into either kind of store. docs/BACKUP.md has the format: lines of
 * canonical extended JSON, the first a header, the last a trailer that counts, in a core/archive.
 *
 * A backup is made beside a running bot. Each document in it is whole and as it was at some instant while the backup
 * was made; all of them together are no snapshot. Memory grows neither with the store nor with the file. */
#ifndef DB_BACKUP_H
#define DB_BACKUP_H

#include <stdio.h>

#include "db/store.h"

enum {
    BACKUP_VERSION = 1,
    BACKUP_LINE_MAX = 12 << 20 /* bytes; what a document of DOCUMENT_BYTES_MAX can come to, and a file's line be */
};

struct backup_info {
    int64_t schema, bot_id; /* bot_id 0: no bot had used the store */
    int64_t made_at;        /* ms UTC */
    char store[16];         /* the kind it was made from */
    int64_t documents;      /* lines between the header and the trailer */
    int64_t left_out;       /* that this program cannot read, or which are larger than it keeps documents */
};

/* Called now and then with the number of documents so far; false ends the work with STOPPED. */
struct backup_watch {
    bool (*go_on)(void *context, int64_t documents);
    void *context;
};

/* How a file is encrypted. `passphrase` NULL: it is not; when reading: it must not be. */
struct backup_key {
    const char *passphrase;
    unsigned cost; /* when writing; SEAL_COST of core/seal.h */
};

/* Writes the file from where it stands; borrowed, flushed. UNAVAILABLE: the store or the file. */
MUST_CHECK enum status backup_write(struct store *store, FILE *file, const struct backup_key *key, int64_t now,
                                    const struct backup_watch *watch, struct backup_info *ret_info,
                                    struct error *error);

/* Reads the whole file, from its start, and changes nothing. DAMAGED: it is not as it was written, or of a newer
 * program; INVALID: encrypted under another passphrase. No text of anybody is in the error. */
MUST_CHECK enum status backup_check(FILE *file, const struct backup_key *key, const struct backup_watch *watch,
                                    struct backup_info *ret_info, struct error *error);

/* Puts what a file has, which backup_check has just found good, in place of everything in the store. What it changes
 * on the way is in db/restore.c. Until it is done restore_is_pending; when it fails it can be called again. */
MUST_CHECK enum status backup_restore(struct store *store, FILE *file, const struct backup_key *key,
                                      const struct backup_info *checked, const struct backup_watch *watch,
                                      struct error *error);

/* What backup_restore does first: from here on restore_is_pending. So that a copy which starts now is told of it, and
 * one that has started is seen by its beat before anything is changed; and back again. */
MUST_CHECK enum status restore_begin(struct store *store, struct error *error);
MUST_CHECK enum status restore_cancel(struct store *store, struct error *error);
/* A restore has begun in this store and not ended: what is there is a part, and nothing may use it. */
MUST_CHECK enum status restore_is_pending(struct store *store, bool *ret_pending, struct error *error);
/* Whether there are no documents. */
MUST_CHECK enum status store_is_empty(struct store *store, bool *ret_empty, struct error *error);

#endif
