#include "server/command.h"

#include <stdio.h>
#include <string.h>
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

static const struct command_option *option_of(const char *argument, const struct command_option *options,
                                              size_t count) {
    const size_t length = strcspn(argument, "=");
    for (size_t i = 0; i < count; i++)
        if (strlen(options[i].name) == length && strncmp(options[i].name, argument, length) == 0)
            return &options[i];
    return NULL;
}

enum status command_options(const char *command, int count, char **arguments, const struct command_option *options,
                            size_t option_count, struct error *error) {
    for (int i = 0; i < count; i++) {
        const char *equals = strchr(arguments[i], '=');
        const struct command_option *option = option_of(arguments[i], options, option_count);
        if (!option || (option->flag && equals))
            return error_set(error, STATUS_INVALID, "%s: unexpected: %.64s", command, arguments[i]);
        if (option->value ? *option->value != NULL : *option->flag)
            return error_set(error, STATUS_INVALID, "%s: %s was given twice", command, option->name);
        if (option->flag)
            *option->flag = true;
        else if (equals)
            *option->value = equals + 1;
        else if (++i < count)
            *option->value = arguments[i];
        else
            return error_set(error, STATUS_INVALID, "%s: %s needs a value", command, option->name);
    }
    return STATUS_OK;
}

struct store_settings command_store_settings(const struct settings *settings, int threads, bool exclusive) {
    return (struct store_settings){.mongo_uri = settings->mongo_uri,
                                   .mongo_db = settings->mongo_db,
                                   .data_dir = settings->data_dir,
                                   .threads = threads,
                                   .exclusive = exclusive};
}

enum status command_open(const struct settings *settings, struct store **ret_store, struct error *error) {
    struct store_settings wanted = command_store_settings(settings, 2, false);
    wanted.existing = true;
    return store_open(&wanted, ret_store, error);
}
