/* The subcommands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "core/fault.h"
#include "server/command.h"
#include "server/footprint.h"
#include "server/version.h"

static int version_command(int count, char **arguments);
static int help_command(int count, char **arguments);
static int settings_command(int count, char **arguments);

static const struct command {
    const char *name, *arguments;
    const char *help; /* NULL: not listed */
    int (*run)(int count, char **arguments);
    bool settings; /* its help shows them */
} commands[] = {
    {"serve", "", "Runs the bot until SIGTERM or SIGINT.", serve_command, true},
    {"check", "",
     "Looks at the settings, the database, the token, the clock and the webhook, and says what to do about what is\n"
     "wrong. 0: nothing is. Also while the bot runs.",
     check_command, false},
    {"webhook", " set [--certificate FILE] [--max-connections N] [--drop-pending] | info | delete [--drop-pending]",
     "Tells Telegram where to send updates (WEBHOOK_URL, WEBHOOK_SECRET), says what it knows, or ends it. --certificate\n"
     "uploads a self-signed one (PEM). --drop-pending throws away what waits. scripts/set-webhook.sh does the same.",
     webhook_command, false},
    {"admin", " add [--super] ID | remove ID | list",
     "Adds, dismisses or lists staff by their Telegram ids, also while the bot runs.", admin_command, true},
    {"migrate", " --from URI/DB [--dry-run]",
     "Takes over users, staff and tickets of the bot before from its MongoDB, such as\n"
     "mongodb://127.0.0.1:27017/support_db, into the database of the settings. Only reads there, sends nothing, and\n"
     "can be repeated. --dry-run only says what would be taken over. docs/MIGRATION.md has the rest.",
     migrate_command, false},
    {"show", " user|ticket|call|broadcast|room ID",
     "Prints what is stored under a number, as JSON, also while the bot runs. Only reads. A user's number is the\n"
     "Telegram id.",
     show_command, false},
    {"export", " [--format csv|jsonl] [--from DATE] [--to DATE] [--status STATUS] [--output FILE]",
     "Writes tickets as a table (csv, times in TZ) or one JSON object a line (jsonl, times in UTC), also while the\n"
     "bot runs. DATE: 2026-03-31 or 2026-03-31T18:05, in TZ, of the filing; both ends belong to it. STATUS: waiting,\n"
     "accepted, completed, rejected or cancelled. FILE: replaced as a whole; standard output without it, and with -.",
     export_command, false},
    {"backup", " [FILE]",
     "Saves everything to a file, also while the bot runs; encrypted where BACKUP_PASSPHRASE is set. Without FILE:\n"
     "a new one in DATA_DIR/backups. The file's name is printed.",
     backup_command, false},
    {"restore", " [--replace] FILE",
     "Puts a backup into the database, of whatever kind; all copies of the bot must have been stopped. The file is\n"
     "looked at as a whole before anything is changed. --replace: also where the database is not empty; what is\n"
     "there is first saved to a file in DATA_DIR/backups.",
     restore_command, false},
    {"health", "", "Asks the bot of this machine at /healthz: 0 when it lives. For Docker and the like.",
     health_command, false},
    {"version", "", "Prints the version.", version_command, false},
    {"help", " [COMMAND]", "Prints this, or what a command does.", help_command, false},
    {"settings", " --example", NULL, settings_command, false},
};
enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static const struct command *command_by_name(const char *name) {
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* `text` has lines. */
static void print_indented(FILE *file, int width, const char *text) {
    for (const char *next = text; *next; next += strspn(next, "\n")) {
        const int length = (int)strcspn(next, "\n");
        fprintf(file, "%*s%.*s\n", width, "", length, next);
        next += length;
    }
}

static void print_all(FILE *file) {
    fputs("techsupport " VERSION ": a help desk in Telegram\n\n", file);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (commands[i].help) {
            fprintf(file, "  techsupport %s%s\n", commands[i].name, commands[i].arguments);
            print_indented(file, 6, commands[i].help);
        }
    fputs("\nExit codes are those of sysexits.h: 64 wrong arguments, 65 damaged data, 69 the database is\n"
          "away, 75 not now, 78 a wrong setting.\n"
          "`techsupport help serve` lists the settings.\n",
          file);
}

static void print_one(const struct command *command) {
    printf("techsupport %s%s\n", command->name, command->arguments);
    print_indented(stdout, 4, command->help ? command->help : "Writes .env.example.");
    if (command->settings) {
        putchar('\n');
        settings_print_help(stdout);
    }
}

static int help_command(int count, char **arguments) {
    const struct command *command = count > 0 ? command_by_name(arguments[0]) : NULL;
    if (count > 1 || (count == 1 && !command))
        return command_misused("help: there is no such command");
    if (command)
        print_one(command);
    else
        print_all(stdout);
    return EX_OK;
}

static int version_command(int count, char **arguments) {
    (void)arguments;
    if (count > 0)
        return command_misused("version: an argument too many");
    puts("techsupport " VERSION);
#ifdef FAULT_POINTS
    const char *list = getenv("FAULT_LIST");
    if (list && strcmp(list, "1") == 0)
        fault_list();
#endif
    return EX_OK;
}

static int settings_command(int count, char **arguments) {
    if (count != 1 || strcmp(arguments[0], "--example") != 0)
        return command_misused("settings: expected --example");
    settings_print_example(stdout);
    return EX_OK;
}

static bool asks_for_help(const char *argument) {
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static int run(const struct command *command, int count, char **arguments) {
    for (int i = 0; i < count; i++)
        if (asks_for_help(arguments[i])) {
            print_one(command);
            return EX_OK;
        }
    return command->run(count, arguments);
}

int main(int argc, char **argv) {
    footprint_limit();
    if (argc < 2) {
        print_all(stderr);
        return EX_USAGE;
    }
    if (asks_for_help(argv[1]) || strcmp(argv[1], "--version") == 0)
        return asks_for_help(argv[1]) ? help_command(0, NULL) : version_command(0, NULL);
    const struct command *command = command_by_name(argv[1]);
    if (!command)
        return command_misused("there is no such command");
    const int code = run(command, argc - 2, argv + 2);
    if (fflush(stdout) != 0 || ferror(stdout))
        return code == EX_OK ? EX_IOERR : code;
    return code;
}
