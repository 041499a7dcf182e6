#include "server/command.h"

#include <stdio.h>
#include <sysexits.h>

static int exit_code(enum status status) {
    switch (status) {
    case STATUS_OK:
        return EX_OK;
    case STATUS_INVALID:
        return EX_CONFIG;
    case STATUS_NOT_FOUND:
        return EX_NOUSER;
    case STATUS_UNAVAILABLE:
        return EX_UNAVAILABLE;
    case STATUS_DAMAGED:
        return EX_DATAERR;
    case STATUS_CONFLICT:
    case STATUS_FULL:
    case STATUS_UNKNOWN:
    case STATUS_TIMEOUT:
    case STATUS_STOPPED:
        return EX_TEMPFAIL;
    }
    return EX_SOFTWARE;
}

int command_fail(const struct error *error) {
    fprintf(stderr, "techsupport: %s\n", *error->text ? error->text : status_name(error->status));
    return exit_code(error->status);
}

int command_misused(const char *why) {
    fprintf(stderr, "techsupport: %s; `techsupport help` lists what there is\n", why);
    return EX_USAGE;
}

struct store_settings command_store_settings(const struct settings *settings, int threads, bool exclusive) {
    return (struct store_settings){.mongo_uri = settings->mongo_uri,
                                   .mongo_db = settings->mongo_db,
                                   .data_dir = settings->data_dir,
                                   .threads = threads,
                                   .exclusive = exclusive};
}
