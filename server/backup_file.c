#include "server/backup_file.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/seal.h"
#include "server/output.h"

static const char plain_end[] = ".jsonl.gz", sealed_end[] = ".tsbackup";

struct backup_key backup_file_key(const struct settings *settings) {
    return (struct backup_key){.passphrase = settings->backup_passphrase, .cost = SEAL_COST};
}

static struct tm as_utc(int64_t at) {
    const time_t seconds = (time_t)(at / SECOND);
    struct tm utc = {0};
    gmtime_r(&seconds, &utc);
    return utc;
}

void backup_file_when(int64_t at, char ret_text[BACKUP_WHEN_SIZE]) {
    const struct tm utc = as_utc(at);
    if (strftime(ret_text, BACKUP_WHEN_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        ret_text[0] = '\0';
}

static const char *folder_of(struct arena *arena, const struct settings *settings) {
    return arena_printf(arena, "%s/backups", settings->data_dir);
}

static enum status make_folder(const char *path, struct error *error) {
    struct stat found;
    if (mkdir(path, 0700) == 0 || (errno == EEXIST && stat(path, &found) == 0 && S_ISDIR(found.st_mode)))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "the folder %.200s cannot be made: %s", path, strerror(errno));
}

enum status backup_file_name(struct arena *arena, const struct settings *settings, const char *start, int64_t now,
                             const char **ret_path, struct error *error) {
    const char *folder = folder_of(arena, settings);
    char when[BACKUP_WHEN_SIZE];
    const struct tm utc = as_utc(now);
    if (strftime(when, sizeof(when), "%Y%m%dT%H%M%S", &utc) == 0)
        return error_set(error, STATUS_INVALID, "the clock shows no time that a file can be named by");
    enum status status = make_folder(settings->data_dir, error);
    if (status == STATUS_OK)
        status = make_folder(folder, error);
    if (status == STATUS_OK)
        *ret_path = arena_printf(arena, "%s/%s%s.%03dZ%s", folder, start, when, (int)(now % SECOND),
                                 settings->backup_passphrase ? sealed_end : plain_end);
    return status;
}

static enum status refuse_half(struct store *store, struct error *error) {
    bool pending = false;
    enum status status = restore_is_pending(store, &pending, error);
    if (status == STATUS_OK && pending)
        return error_set(error, STATUS_CONFLICT, "a restore is under way or was cut off: the database is not whole");
    return status;
}

enum status backup_file_make(struct arena *arena, struct store *store, const struct settings *settings,
                             const char *path, const struct backup_watch *watch, struct backup_file *ret_file,
                             struct error *error) {
    const struct backup_key key = backup_file_key(settings);
    struct backup_file made = {.path = path, .encrypted = key.passphrase != NULL};
    struct output output;
    enum status status = refuse_half(store, error);
    if (status == STATUS_OK)
        status = output_open(arena, path, &output, error);
    if (status != STATUS_OK)
        return status;
    status = backup_write(store, output.file, &key, clock_now(), watch, &made.info, error);
    if (status != STATUS_OK) {
        output_give_up(&output);
        return status;
    }
    made.size = ftello(output.file);
    status = output_finish(&output, error);
    if (status == STATUS_OK)
        *ret_file = made;
    return status;
}

/* --- what is kept --- */

static bool ends_with(const char *name, const char *end) {
    const size_t length = strlen(name), size = strlen(end);
    return length > size && strcmp(name + length - size, end) == 0;
}

static bool is_usual(const char *name) {
    return strncmp(name, BACKUP_FILES_USUAL, strlen(BACKUP_FILES_USUAL)) == 0;
}

static int choose_whole(const struct dirent *entry) {
    return is_usual(entry->d_name) && (ends_with(entry->d_name, plain_end) || ends_with(entry->d_name, sealed_end));
}

static int choose_unfinished(const struct dirent *entry) {
    return is_usual(entry->d_name) && !choose_whole(entry);
}

/* Removes the first `count` that are older than `before` (ms). */
static size_t remove_first(const char *folder, struct dirent *const *entries, int count, int64_t before) {
    size_t removed = 0;
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        struct stat found;
        const int length = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        if (length > 0 && (size_t)length < sizeof(path) && stat(path, &found) == 0 &&
            (int64_t)found.st_mtime * SECOND < before)
            removed += unlink(path) == 0;
    }
    return removed;
}

static void free_entries(struct dirent **entries, int count) {
    for (int i = 0; i < count; i++)
        free(entries[i]);
    if (count >= 0)
        free(entries);
}

void backup_file_prune(const struct settings *settings, int64_t now, size_t *ret_count) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(PATH_MAX + 64);
    const char *folder = folder_of(arena, settings);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, choose_whole, alphasort);
    *ret_count = remove_first(folder, entries, count - BACKUPS_KEPT, INT64_MAX);
    free_entries(entries, count);
    entries = NULL;
    count = scandir(folder, &entries, choose_unfinished, alphasort);
    *ret_count += remove_first(folder, entries, count, now - DAY);
    free_entries(entries, count);
}
