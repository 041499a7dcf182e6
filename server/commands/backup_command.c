/* `techsupport backup` and `techsupport restore` (docs/BACKUP.md). */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/clock.h"
#include "server/backup_file.h"
#include "server/command.h"
#include "server/copies.h"

enum { SETTINGS_BYTES_MAX = 1 << 20, PROGRESS_EVERY = 10000 };

struct progress {
    const char *doing;
    int64_t told;
};

static bool tell(void *context, int64_t documents) {
    struct progress *progress = context;
    if (documents - progress->told >= PROGRESS_EVERY) {
        progress->told = documents - documents % PROGRESS_EVERY;
        fprintf(stderr, "techsupport: %s: %" PRId64 " documents\n", progress->doing, progress->told);
    }
    return true;
}

static enum status prepare(struct arena *arena, struct settings *ret_settings, struct error *error) {
    enum status status = settings_load_offline(arena, ret_settings, error);
    if (status == STATUS_OK)
        log_setup(LOG_WARNING, ret_settings->log_format);
    return status;
}

/* A status of what concerns the file, where command_fail would speak of a setting. */
static int fail_as(const struct error *error, int code) {
    (void)command_fail(error);
    return code;
}

/* ---- backup ---- */

static void tell_made(const struct backup_file *made) {
    fprintf(stderr, "techsupport: %s: %" PRId64 " documents, %" PRId64 " bytes, %s\n", made->path, made->info.documents,
            made->size, made->encrypted ? "encrypted" : "not encrypted");
    if (made->info.left_out > 0)
        fprintf(stderr, "techsupport: %" PRId64 " documents cannot be read and are not in it\n", made->info.left_out);
}

static int make_backup(struct arena *arena, struct store *store, const struct settings *settings, const char *path) {
    struct progress progress = {.doing = "backup"};
    struct backup_file made;
    struct error error = {0};
    enum status status = STATUS_OK;
    if (!path)
        status = backup_file_name(arena, settings, BACKUP_FILES_USUAL, clock_now(), &path, &error);
    if (status == STATUS_OK)
        status = backup_file_make(arena, store, settings, path, &(struct backup_watch){tell, &progress}, &made, &error);
    if (status != STATUS_OK)
        return status == STATUS_INVALID ? fail_as(&error, EX_CANTCREAT) : command_fail(&error);
    tell_made(&made);
    puts(made.path);
    return made.info.left_out > 0 ? EX_DATAERR : EX_OK;
}

int backup_command(int count, char **arguments) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(SETTINGS_BYTES_MAX);
    struct settings settings;
    struct store *store;
    struct error error = {0};
    if (count > 1 || (count == 1 && (arguments[0][0] == '-' || arguments[0][0] == '\0')))
        return command_misused("backup: expected the name of one file, or nothing");
    if (prepare(arena, &settings, &error) != STATUS_OK)
        return command_fail(&error);
    if (command_open(&settings, &store, &error) != STATUS_OK)
        return command_fail(&error);
    const int code = make_backup(arena, store, &settings, count == 1 ? arguments[0] : NULL);
    store_close(store);
    return code;
}

/* ---- restore ---- */

struct restore {
    struct arena *arena;
    struct settings settings;
    struct backup_key key;
    const char *path;
    bool replace;
    FILE *file;
    struct backup_info info;
    struct store *store;
};

static enum status check_file(struct restore *restore, struct error *error) {
    struct progress progress = {.doing = "looking at the file"};
    enum status status =
        backup_check(restore->file, &restore->key, &(struct backup_watch){tell, &progress}, &restore->info, error);
    if (status != STATUS_OK)
        return status;
    char when[BACKUP_WHEN_SIZE];
    backup_file_when(restore->info.made_at, when);
    fprintf(stderr, "techsupport: %s: made at %s from %s, %" PRId64 " documents, all there\n", restore->path, when,
            restore->info.store, restore->info.documents);
    if (restore->info.left_out > 0)
        fprintf(stderr, "techsupport: %" PRId64 " documents could not be read when it was made and are not in it\n",
                restore->info.left_out);
    return STATUS_OK;
}

/* What is there now, lest it be needed after all. */
static enum status save_before(struct restore *restore, struct error *error) {
    struct progress progress = {.doing = "saving what is there"};
    struct backup_file made;
    const char *path = NULL;
    enum status status =
        backup_file_name(restore->arena, &restore->settings, BACKUP_FILES_BEFORE, clock_now(), &path, error);
    if (status == STATUS_OK)
        status = backup_file_make(restore->arena, restore->store, &restore->settings, path,
                                  &(struct backup_watch){tell, &progress}, &made, error);
    if (status == STATUS_OK)
        tell_made(&made);
    return status;
}

static enum status make_room(struct restore *restore, struct error *error) {
    bool empty = false;
    enum status status = store_is_empty(restore->store, &empty, error);
    if (status != STATUS_OK || empty)
        return status;
    if (!restore->replace)
        return error_set(error, STATUS_FULL,
                         "the database is not empty, nothing was changed: `restore --replace` saves what is there to a "
                         "file and puts the backup in its place");
    return save_before(restore, error);
}

/* From here on nobody starts to use the store, and nobody does. */
static enum status keep_off(struct restore *restore, struct copies_seen *seen, struct error *error) {
    bool alive = false;
    enum status status = restore_begin(restore->store, error);
    if (status == STATUS_OK)
        status = copies_look_again(restore->store, seen, &alive, error);
    if (status == STATUS_OK && alive) {
        status = restore_cancel(restore->store, error);
        if (status == STATUS_OK)
            status = error_set(error, STATUS_CONFLICT, "a copy of the bot has just started: nothing was changed");
    }
    return status;
}

static enum status put_back(struct restore *restore, struct error *error) {
    struct progress progress = {.doing = "restoring"};
    struct copies_seen seen;
    bool alive = false, pending = false;
    enum status status = copies_watch(restore->store, &seen, &alive, error);
    if (status == STATUS_OK && alive)
        return error_set(error, STATUS_CONFLICT,
                         "a copy of the bot is running on this database: stop all of them first, nothing was changed");
    if (status == STATUS_OK)
        status = restore_is_pending(restore->store, &pending, error);
    if (status == STATUS_OK && !pending)
        status = make_room(restore, error);
    if (status == STATUS_OK)
        status = keep_off(restore, &seen, error);
    if (status == STATUS_OK)
        status = backup_restore(restore->store, restore->file, &restore->key, &restore->info,
                                &(struct backup_watch){tell, &progress}, error);
    return status;
}

static int restore_store(struct restore *restore) {
    struct error error = {0};
    const struct store_settings wanted = command_store_settings(&restore->settings, 2, true);
    if (store_open(&wanted, &restore->store, &error) != STATUS_OK)
        return command_fail(&error);
    const enum status status = put_back(restore, &error);
    store_close(restore->store);
    if (status != STATUS_OK)
        return status == STATUS_FULL ? fail_as(&error, EX_CANTCREAT) : command_fail(&error);
    fprintf(stderr, "techsupport: restored. What had been waiting to be sent is not: see docs/BACKUP.md\n");
    return EX_OK;
}

/* NULL, or what is wrong with the arguments. */
static const char *understand(int count, char **arguments, struct restore *restore) {
    for (int i = 0; i < count; i++) {
        if (strcmp(arguments[i], "--replace") == 0)
            restore->replace = true;
        else if (arguments[i][0] == '-' || arguments[i][0] == '\0' || restore->path)
            return "restore: expected one file and perhaps --replace";
        else
            restore->path = arguments[i];
    }
    return restore->path ? NULL : "restore: the file is missing";
}

static int restore_file(struct restore *restore) {
    struct error error = {0};
    restore->file = fopen(restore->path, "re");
    if (!restore->file) {
        error_set(&error, STATUS_NOT_FOUND, "%.200s cannot be opened: %s", restore->path, strerror(errno));
        return fail_as(&error, EX_NOINPUT);
    }
    const enum status status = check_file(restore, &error);
    int code = EX_OK;
    if (status == STATUS_OK)
        code = restore_store(restore);
    else
        code = status == STATUS_UNAVAILABLE ? fail_as(&error, EX_IOERR) : command_fail(&error);
    (void)fclose(restore->file);
    return code;
}

int restore_command(int count, char **arguments) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(SETTINGS_BYTES_MAX);
    struct restore restore = {.arena = arena};
    struct error error = {0};
    const char *wrong = understand(count, arguments, &restore);
    if (wrong)
        return command_misused(wrong);
    if (prepare(arena, &restore.settings, &error) != STATUS_OK)
        return command_fail(&error);
    restore.key = backup_file_key(&restore.settings);
    return restore_file(&restore);
}
