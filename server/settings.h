/* server/settings: every setting in one table: name, default, check, help. The table reads the environment and `.env`,
 * prints
 * --help, and writes .env.example. A wrong value gives one clear line that names it, and exit code 78 (EX_CONFIG)
 * before anything is opened. */
#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include <stdio.h>

#include "core/arena.h"
#include "core/log.h"
#include "core/status.h"
#include "texts/texts.h"

enum { SUPER_ADMINS_MAX = 32, SETTINGS_WARNINGS_MAX = 16 };

#define MODES(X)                                                                                                       \
    X(WEBHOOK, "webhook") /* Telegram calls us */                                                                      \
    X(POLLING, "polling") /* we ask Telegram: server/poller.h */
enum mode {
#define X(id, name) MODE_##id,
    MODES(X)
#undef X
        MODE_COUNT
};

struct settings {
    const char *bot_token; /* NULL where settings_load_offline read them */
    enum mode mode;
    const char *listen_host;      /* of LISTEN, or 0.0.0.0 where PORT is set */
    int listen_port;              /* 0: any free one (tests) */
    const char *webhook_url;      /* NULL: not said */
    const char *webhook_path;     /* of webhook_url; /webhook */
    const char *webhook_secret;   /* given, or derived from the token; NULL where neither is known */
    const char *telegram_api_url; /* without a slash at the end */
    const char *mongo_uri;        /* NULL: SQLite */
    const char *mongo_db;
    const char *data_dir;
    int64_t super_admins[SUPER_ADMINS_MAX];
    size_t super_admin_count;
    enum lang default_lang;
    const char *tz;
    int workers;
    double send_rate, chat_rate;   /* messages a second; 0: no limit */
    int call_cooldown;             /* seconds between two calls of one person; 0: none */
    double user_rate;              /* updates a minute from one person; 0: no limit */
    int64_t backup_every;          /* ms; 0: never */
    const char *backup_passphrase; /* NULL: backups are not encrypted */
    enum log_level log_level;
    enum log_format log_format;
    const char *log_file; /* NULL: standard error */
    /* Lines for the operator about what was read and does nothing: names in `.env` that no setting has, settings of
     * older versions. At most SETTINGS_WARNINGS_MAX; what is over is left out. */
    const char *warnings[SETTINGS_WARNINGS_MAX];
    size_t warning_count;
};

/* Reads the environment, then `.env` in the working directory for what the environment does not say. An empty value
 * stands for the default; of a secret setting NAME_FILE may name a file that holds it. Strings live in `arena`.
 * INVALID: `error` has the one line for the operator; no secret's value is in it. */
MUST_CHECK enum status settings_load(struct arena *arena, struct settings *ret_settings, struct error *error);
/* As settings_load without a token: for subcommands that only touch the database. */
MUST_CHECK enum status settings_load_offline(struct arena *arena, struct settings *ret_settings, struct error *error);
void settings_print_help(FILE *file);    /* the table for --help */
void settings_print_example(FILE *file); /* .env.example */

#endif
