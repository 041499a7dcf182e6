/* server/backup_file: backups as files (db/backup.h): where they are made, under which names, and which are kept. */
#ifndef SERVER_BACKUP_FILE_H
#define SERVER_BACKUP_FILE_H

#include "core/arena.h"
#include "db/backup.h"
#include "server/settings.h"

enum { BACKUPS_KEPT = 8 };

struct backup_file {
    const char *path; /* in the arena */
    int64_t size;
    bool encrypted;
    struct backup_info info;
};

/* Names of files in DATA_DIR/backups: they tell when, and so their order is that of time. */
#define BACKUP_FILES_USUAL  "techsupport-"    /* of which BACKUPS_KEPT are kept */
#define BACKUP_FILES_BEFORE "before-restore-" /* which nobody removes */
/* In the arena. The folder is made if it is missing: INVALID where it cannot be. */
MUST_CHECK enum status backup_file_name(struct arena *arena, const struct settings *settings, const char *start,
                                        int64_t now, const char **ret_path, struct error *error);

/* Saves the store as a file that appears under `path` as a whole or not at all, 0600, encrypted if there is a
 * passphrase. INVALID: it cannot be made there; UNAVAILABLE: the store or the disk; CONFLICT: the store is a half of a
 * restore. */
MUST_CHECK enum status backup_file_make(struct arena *arena, struct store *store, const struct settings *settings,
                                        const char *path, const struct backup_watch *watch,
                                        struct backup_file *ret_file, struct error *error);

/* Removes all but the last BACKUPS_KEPT, and what backups that were cut off a day ago left; *ret_count files. */
void backup_file_prune(const struct settings *settings, int64_t now, size_t *ret_count);

/* Such as 2026-03-31T18:05:09Z. */
enum { BACKUP_WHEN_SIZE = 32 };
void backup_file_when(int64_t at, char ret_text[BACKUP_WHEN_SIZE]);

struct backup_key backup_file_key(const struct settings *settings);

#endif
