#include "server/volatile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char volatile_advice[] = "set MONGO_URI, or mount a disk that stays and set DATA_DIR to a folder on it";

/* Of the folder, or where it is yet to be made of the one that it will be in. */
static bool is_on(const char *path, dev_t device) {
    struct stat found;
    if (stat(path, &found) != 0 && stat(*path == '/' ? "/" : ".", &found) != 0)
        return false;
    return found.st_dev == device;
}

bool volatile_disk(const struct settings *settings) {
    const char *port = getenv("PORT");
    struct stat root;
    return port && *port && stat("/", &root) == 0 && is_on(settings->data_dir, root.st_dev);
}
