/* server/command: what the subcommands of `techsupport` share. */
#ifndef SERVER_COMMAND_H
#define SERVER_COMMAND_H

#include "core/arena.h"
#include "core/status.h"
#include "db/store.h"
#include "server/settings.h"

/* The subcommands: `arguments` are those behind the subcommand's name. Each gives the process's exit code (sysexits.h).
 */
int serve_command(int count, char **arguments);
int admin_command(int count, char **arguments);
int show_command(int count, char **arguments);
int export_command(int count, char **arguments);
int backup_command(int count, char **arguments);
int restore_command(int count, char **arguments);
int migrate_command(int count, char **arguments);
int webhook_command(int count, char **arguments);
int check_command(int count, char **arguments);
int health_command(int count, char **arguments);

/* Says the error in one line on standard error and gives the exit code that fits its status. */
int command_fail(const struct error *error);
/* As command_fail, of wrong arguments: EX_USAGE. */
int command_misused(const char *why);
/* Options in any order: "--name VALUE" or "--name=VALUE" where there is a place for the value, else "--name". */
struct command_option {
    const char *name; /* with its dashes */
    const char **value;
    bool *flag;
};
/* INVALID: unknown or repeated options, a missing value, other arguments. The error names `command`. */
MUST_CHECK enum status command_options(const char *command, int count, char **arguments,
                                       const struct command_option *options, size_t option_count, struct error *error);
/* The store that a `serve` has made. NOT_FOUND: there is none. */
MUST_CHECK enum status command_open(const struct settings *settings, struct store **ret_store, struct error *error);
/* Threads: how many will use the store at once. Strings are the settings'. */
struct store_settings command_store_settings(const struct settings *settings, int threads, bool exclusive);

#endif
