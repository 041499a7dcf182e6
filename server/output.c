#include "server/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status output_open(struct arena *arena, const char *path, struct output *ret_output, struct error *error) {
    struct stat found;
    if (!path || strcmp(path, "-") == 0) {
        *ret_output = (struct output){.file = stdout};
        return STATUS_OK;
    }
    if (stat(path, &found) == 0 && !S_ISREG(found.st_mode))
        return error_set(error, STATUS_INVALID, "%.200s is there and no plain file", path);
    char *unfinished = arena_printf(arena, "%s.XXXXXX", path);
    const int fd = mkostemp(unfinished, O_CLOEXEC); /* 0600 */
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        error_set(error, STATUS_INVALID, "%.200s cannot be made: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
            unlink(unfinished);
        }
        return STATUS_INVALID;
    }
    *ret_output = (struct output){.file = file, .path = path, .unfinished = unfinished};
    return STATUS_OK;
}

void output_give_up(struct output *output) {
    if (!output->path)
        return;
    (void)fclose(output->file);
    unlink(output->unfinished);
}

enum status output_finish(struct output *output, struct error *error) {
    bool good = fflush(output->file) == 0 && !ferror(output->file);
    if (output->path)
        good = good && fsync(fileno(output->file)) == 0;
    if (!good) {
        const int reason = errno;
        output_give_up(output);
        return error_set(error, STATUS_UNAVAILABLE, "%.200s cannot be written: %s",
                         output->path ? output->path : "standard output", strerror(reason));
    }
    if (!output->path)
        return STATUS_OK;
    const bool closed = fclose(output->file) == 0;
    if (closed && rename(output->unfinished, output->path) == 0)
        return STATUS_OK;
    error_set(error, STATUS_UNAVAILABLE, "%.200s cannot be put in its place: %s", output->path, strerror(errno));
    unlink(output->unfinished);
    return STATUS_UNAVAILABLE;
}
