/* The table at the end of "rows" is everything: each row's function takes the text of one setting into struct settings.
 * Rows are taken in their order, so that a later one may look at an earlier one's outcome (WEBHOOK_URL at
 * TELEGRAM_API_URL, PORT at LISTEN). */
#include "server/settings.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/parse.h"
#include "server/env_file.h"
#include "server/http.h"
#include "server/notation.h"

#define OFFICIAL_API "https://api.telegram.org"

enum {
    TEXT_MAX = 2048, /* bytes of any setting */
    SHOWN_MAX = 80,  /* bytes of a refused value that the error line repeats */
    WORKERS_MAX = 256,
    RATE_MAX = 10000,
    PASSPHRASE_MIN = 8 /* bytes */
};

#define BACKUP_EVERY_MAX (365 * (int64_t)DAY)

/* Telegram's ids of people stay below 2^52 (core.telegram.org/bots/api, "User"). */
static const int64_t PERSON_MAX = INT64_C(1) << 52;

struct load {
    struct arena *arena;
    struct settings *settings;
    struct error *error;
};

/* INVALID without an error set: the caller says what the row expects. */
typedef enum status take(struct load *load, const char *value);

struct setting {
    const char *name;
    const char *fallback; /* NULL: none */
    take *take;
    bool secret; /* its value appears in no message */
    bool needed; /* must be there; not looked at by subcommands that only touch the database */
    const char *expects;
    const char *help; /* lines of at most 110 characters */
};

static bool is_official(const struct settings *settings) {
    return strncasecmp(settings->telegram_api_url, OFFICIAL_API, strlen(OFFICIAL_API)) == 0;
}

/* ---- rows ---- */

static enum status take_bot_token(struct load *load, const char *value) {
    const size_t id = strspn(value, "0123456789");
    if (id == 0 || id > 16 || value[id] != ':')
        return STATUS_INVALID;
    const char *key = value + id + 1;
    const size_t length = strlen(key);
    if (length < 30 || length > 128 || !made_of(key, length, "_-"))
        return STATUS_INVALID;
    load->settings->bot_token = value;
    return STATUS_OK;
}

static enum status take_super_admins(struct load *load, const char *value) {
    struct settings *settings = load->settings;
    static const char separators[] = ", \t";
    for (value += strspn(value, separators); *value; value += strspn(value, separators)) {
        const size_t length = strcspn(value, separators);
        if (settings->super_admin_count == SUPER_ADMINS_MAX)
            return error_set(load->error, STATUS_INVALID, "SUPER_ADMIN_IDS has more than %d ids", SUPER_ADMINS_MAX);
        int64_t *id = &settings->super_admins[settings->super_admin_count];
        if (parse_i64_bytes(value, length, 1, PERSON_MAX, id) != STATUS_OK)
            return STATUS_INVALID;
        settings->super_admin_count++;
        value += length;
    }
    return STATUS_OK;
}

static enum status take_telegram_api_url(struct load *load, const char *value) {
    size_t length = strlen(value);
    while (length > 0 && value[length - 1] == '/')
        length--;
    char *text = arena_strndup(load->arena, value, length);
    struct url url;
    if (url_parse(load->arena, text, &url) != STATUS_OK || strpbrk(url.rest, "?#") ||
        !made_of(url.rest, strlen(url.rest), "/._~-"))
        return STATUS_INVALID;
    if (!url.https && strcasecmp(url.host, "api.telegram.org") == 0)
        return error_set(load->error, STATUS_INVALID, "TELEGRAM_API_URL must be %s: http would show the token",
                         OFFICIAL_API);
    load->settings->telegram_api_url = text;
    return STATUS_OK;
}

#define X(id, name) name,
static const char *const mode_names[] = {MODES(X)}, *const lang_codes[] = {LANGS(X)};
static const char *const log_level_names[] = {LOG_LEVELS(X)}, *const log_format_names[] = {LOG_FORMATS(X)};
#undef X

static enum status take_mode(struct load *load, const char *value) {
    size_t place;
    enum status status = word_of(value, mode_names, MODE_COUNT, &place);
    if (status == STATUS_OK)
        load->settings->mode = (enum mode)place;
    return status;
}

static bool port_is_allowed(int port) {
    return port == 443 || port == 80 || port == 88 || port == 8443;
}

static bool is_page(const char *path) {
#define X(name, page)                                                                                                  \
    if (strcmp(path, page) == 0)                                                                                       \
        return true;
    HTTP_PAGES(X)
#undef X
    return false;
}

static enum status take_webhook_url(struct load *load, const char *value) {
    struct settings *settings = load->settings;
    struct url url;
    if (url_parse(load->arena, value, &url) != STATUS_OK || strchr(url.rest, '#'))
        return STATUS_INVALID;
    if (is_official(settings) && !(url.https && port_is_allowed(url.port)))
        return error_set(load->error, STATUS_INVALID,
                         "WEBHOOK_URL must be https on port 443, 80, 88 or 8443: Telegram calls no other");
    const size_t length = strcspn(url.rest, "?");
    if (!made_of(url.rest, length, "/-._~!$&'()*+,;=:@"))
        return error_set(load->error, STATUS_INVALID, "the path of WEBHOOK_URL has a character that it cannot have");
    const char *path = arena_strndup(load->arena, url.rest, length);
    if (is_page(path))
        return error_set(load->error, STATUS_INVALID, "the path of WEBHOOK_URL, %s, is one of the operator's pages",
                         path);
    const int host_length = (int)(url.rest - value);
    if (length > 0)
        settings->webhook_path = path;
    settings->webhook_url =
        arena_printf(load->arena, "%.*s%s%s", host_length, value, settings->webhook_path, url.rest + length);
    return STATUS_OK;
}

static enum status take_webhook_secret(struct load *load, const char *value) {
    const size_t length = strlen(value);
    if (length > 256 || !made_of(value, length, "_-"))
        return STATUS_INVALID;
    load->settings->webhook_secret = value;
    return STATUS_OK;
}

static enum status take_listen(struct load *load, const char *value) {
    return endpoint_of(load->arena, value, strlen(value), &load->settings->listen_host, &load->settings->listen_port);
}

static enum status take_port(struct load *load, const char *value) {
    load->settings->listen_host = "0.0.0.0";
    return number_of(value, 0, 65535, &load->settings->listen_port);
}

static enum status take_mongo_uri(struct load *load, const char *value) {
    if (strncmp(value, "mongodb://", 10) != 0 && strncmp(value, "mongodb+srv://", 14) != 0)
        return STATUS_INVALID;
    load->settings->mongo_uri = value;
    return STATUS_OK;
}

static enum status take_mongo_db(struct load *load, const char *value) {
    const size_t length = strlen(value);
    if (length > 63 || !made_of(value, length, "_-"))
        return STATUS_INVALID;
    load->settings->mongo_db = value;
    return STATUS_OK;
}

static enum status take_data_dir(struct load *load, const char *value) {
    load->settings->data_dir = value;
    return STATUS_OK;
}

static enum status take_default_lang(struct load *load, const char *value) {
    size_t place;
    enum status status = word_of(value, lang_codes, LANG_COUNT, &place);
    if (status == STATUS_OK)
        load->settings->default_lang = (enum lang)place;
    return status;
}

static enum status take_tz(struct load *load, const char *value) {
    const char *folder = getenv("TZDIR");
    const char *path = arena_printf(load->arena, "%s/%s", folder ? folder : "/usr/share/zoneinfo", value);
    struct stat info;
    if (!isalpha((unsigned char)*value) || !made_of(value, strlen(value), "_+-/") || stat(path, &info) != 0 ||
        !S_ISREG(info.st_mode))
        return STATUS_INVALID;
    load->settings->tz = value;
    return STATUS_OK;
}

static enum status take_workers(struct load *load, const char *value) {
    return number_of(value, 1, WORKERS_MAX, &load->settings->workers);
}

static enum status take_send_rate(struct load *load, const char *value) {
    return parse_rate(value, RATE_MAX, &load->settings->send_rate);
}

static enum status take_user_rate(struct load *load, const char *value) {
    return parse_rate(value, RATE_MAX, &load->settings->user_rate);
}

static enum status take_chat_rate(struct load *load, const char *value) {
    return parse_rate(value, RATE_MAX, &load->settings->chat_rate);
}

static enum status take_call_cooldown(struct load *load, const char *value) {
    return number_of(value, 0, DAY / SECOND, &load->settings->call_cooldown);
}

static enum status take_backup_every(struct load *load, const char *value) {
    return duration_of(value, BACKUP_EVERY_MAX, &load->settings->backup_every);
}

static enum status take_backup_passphrase(struct load *load, const char *value) {
    if (strlen(value) < PASSPHRASE_MIN)
        return STATUS_INVALID;
    load->settings->backup_passphrase = value;
    return STATUS_OK;
}

static enum status take_log_level(struct load *load, const char *value) {
    size_t place;
    enum status status = word_of(value, log_level_names, LOG_LEVEL_COUNT, &place);
    if (status == STATUS_OK)
        load->settings->log_level = (enum log_level)place;
    return status;
}

static enum status take_log_format(struct load *load, const char *value) {
    size_t place;
    enum status status = word_of(value, log_format_names, LOG_FORMAT_COUNT, &place);
    if (status == STATUS_OK)
        load->settings->log_format = (enum log_format)place;
    return status;
}

static enum status take_log_file(struct load *load, const char *value) {
    load->settings->log_file = value;
    return STATUS_OK;
}

static const struct setting table[] = {
    {"BOT_TOKEN", NULL, take_bot_token, true, true,
     "the token that @BotFather gave: digits, a colon, 30 and more characters",
     "The bot's token, from @BotFather. Needed."},
    {"SUPER_ADMIN_IDS", NULL, take_super_admins, false, false,
     "Telegram ids with commas between them, such as 123456789, 987654321",
     "Telegram ids of the first super-admins, with commas between them. They are made super-admins at each start;\n"
     "taking one out of the list does not demote. The bot tells people their id at /id."},
    {"TELEGRAM_API_URL", OFFICIAL_API, take_telegram_api_url, false, false,
     "http:// or https://, a host, and no question mark",
     "The Bot API server; another one for a server of your own or the simulator."},
    {"MODE", "webhook", take_mode, false, false, "webhook or polling",
     "How updates come: webhook (Telegram calls a public address) or polling (the bot asks Telegram; no public address\n"
     "is needed). In polling WEBHOOK_URL and WEBHOOK_SECRET mean nothing."},
    {"WEBHOOK_URL", NULL, take_webhook_url, false, false, "a URL such as https://bot.example.org/webhook",
     "The public address that Telegram sends updates to. Its path is the one served here; without it /webhook."},
    {"WEBHOOK_SECRET", NULL, take_webhook_secret, true, false, "1 to 256 of the characters A-Z a-z 0-9 _ -",
     "The word that Telegram shows with each update. Without it one is derived from the token."},
    {"LISTEN", "127.0.0.1:8080", take_listen, false, false, "HOST:PORT such as 127.0.0.1:8080 or [::1]:8080",
     "Where to listen for updates (not in polling) and for the operator's pages (/healthz, /readyz, /metrics)."},
    {"PORT", NULL, take_port, false, false, "a number from 0 to 65535",
     "Set by cloud platforms: listen on this port of all addresses, whatever LISTEN says."},
    {"MONGO_URI", NULL, take_mongo_uri, true, false, "a URI that starts with mongodb:// or mongodb+srv://",
     "The MongoDB to keep the data in. Without it: SQLite in DATA_DIR."},
    {"MONGO_DB", "techsupport", take_mongo_db, false, false, "1 to 63 of the characters A-Z a-z 0-9 _ -",
     "The name of the database in MongoDB."},
    {"DATA_DIR", "data", take_data_dir, false, false, "a directory",
     "The directory for SQLite's file and for this copy's identity; made if missing."},
    {"DEFAULT_LANG", "uk", take_default_lang, false, false, "uk or en",
     "The language for people whose own the bot does not speak: uk or en."},
    {"TZ", "Europe/Kyiv", take_tz, false, false,
     "a time zone of tzdata such as Europe/Kyiv (is the package tzdata installed?)",
     "The time zone that dates are shown in."},
    {"WORKERS", "16", take_workers, false, false, "a number from 1 to 256",
     "Updates handled at the same time, 1 to 256."},
    {"SEND_RATE", "30", take_send_rate, false, false, "messages a second, 0 to 10000",
     "Messages a second to all chats together; Telegram allows some 30. 0: no limit."},
    {"CHAT_RATE", "1", take_chat_rate, false, false, "messages a second, 0 to 10000",
     "Messages a second to one chat; short bursts pass. 0: no limit."},
    {"USER_RATE", "60", take_user_rate, false, false, "updates a minute, 0 to 10000",
     "How many messages and presses of one person are answered a minute, in bursts of up to 30; of staff four times\n"
     "that. Beyond it they are told once, then there is silence for a while. 0: no limit."},
    {"CALL_COOLDOWN", "300", take_call_cooldown, false, false, "seconds, 0 to 86400",
     "Seconds between two calls to the server room by one person; 0: no limit."},
    {"BACKUP_EVERY", "7d", take_backup_every, false, false, "a time such as 7d, 12h or 30m (at most 365d), or 0",
     "How often `serve` makes a backup by itself: 7d, 12h, 30m; 0: never. The last 8 are kept in DATA_DIR/backups."},
    {"BACKUP_PASSPHRASE", NULL, take_backup_passphrase, true, false, "8 bytes and more",
     "Backups are encrypted under it, and only then sent to the super-admins. Whoever restores one needs it: keep it\n"
     "where the database is not."},
    {"LOG_LEVEL", "info", take_log_level, false, false, "error, warning, info or debug",
     "How much is logged to standard error: error, warning, info or debug."},
    {"LOG_FORMAT", "text", take_log_format, false, false, "text or json", "How a line of the log looks: text or json."},
    {"LOG_FILE", NULL, take_log_file, false, false, "a file's name",
     "The file to log to; without it standard error. At midnight it becomes FILE.YYYY-MM-DD, of which 30 are kept;\n"
     "after SIGHUP it is opened anew by its name (docs/examples/logrotate.conf)."},
};
enum { SETTING_COUNT = sizeof(table) / sizeof(table[0]) };

/* Names of older versions, and what replaced them. */
static const struct {
    const char *name, *instead;
} old_names[] = {
    {"SUPPORT_IDS", "name the first super-admins in SUPER_ADMIN_IDS; they add the support staff in the bot itself"},
};

/* ---- reading ---- */

#define FILE_ENDING "_FILE"

/* Whether a setting has that name, or a secret one has it with _FILE behind, or Compose takes it from the same file. */
static bool is_known(const char *name) {
    if (strncmp(name, "COMPOSE_", strlen("COMPOSE_")) == 0)
        return true;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const size_t length = strlen(table[i].name);
        const char *rest = name + length;
        if (strncmp(name, table[i].name, length) == 0 &&
            (!*rest || (table[i].secret && strcmp(rest, FILE_ENDING) == 0)))
            return true;
    }
    return false;
}

/* The environment wins, also with an empty value: that is how one line of `.env` is switched off for once. */
static const char *text_of(const struct env_file *file, const char *name) {
    const char *value = getenv(name);
    if (!value)
        value = env_file_get(file, name);
    return value && *value ? value : NULL;
}

/* NULL: it has none. A secret may stand in a file of its own, as Docker and systemd hand them over. */
static enum status value_of(const struct load *load, const struct env_file *file, const struct setting *setting,
                            const char **ret_value) {
    *ret_value = text_of(file, setting->name);
    if (!setting->secret)
        return STATUS_OK;
    const char *name = arena_printf(load->arena, "%s" FILE_ENDING, setting->name), *path = text_of(file, name);
    const char *there = NULL;
    enum status status = path ? env_file_secret(load->arena, name, path, &there, load->error) : STATUS_OK;
    if (there && *ret_value)
        return error_set(load->error, STATUS_INVALID, "%s and %s are both set: keep one of them", setting->name, name);
    if (there)
        *ret_value = there;
    return status;
}

static enum status refuse(const struct load *load, const struct setting *setting, const char *value) {
    const size_t length = strnlen(value, SHOWN_MAX);
    bool printable = true;
    for (size_t i = 0; i < length; i++)
        printable = printable && isprint((unsigned char)value[i]);
    if (setting->secret || !printable)
        return error_set(load->error, STATUS_INVALID, "%s must be %s", setting->name, setting->expects);
    return error_set(load->error, STATUS_INVALID, "%s must be %s; it is \"%.*s\"", setting->name, setting->expects,
                     (int)length, value);
}

static enum status take_row(struct load *load, const struct setting *setting, const char *value) {
    if (!value)
        value = setting->fallback;
    if (!value && setting->needed)
        return error_set(load->error, STATUS_INVALID, "%s is not set: it must be %s", setting->name, setting->expects);
    if (!value)
        return STATUS_OK;
    if (strlen(value) > TEXT_MAX)
        return error_set(load->error, STATUS_INVALID, "%s is longer than %d bytes", setting->name, TEXT_MAX);
    enum status status = setting->take(load, arena_strdup(load->arena, value));
    return status == STATUS_OK ? STATUS_OK : refuse(load, setting, value);
}

static void warn(struct load *load, const char *line) {
    struct settings *settings = load->settings;
    if (settings->warning_count < SETTINGS_WARNINGS_MAX)
        settings->warnings[settings->warning_count++] = line;
}

static bool warn_if_old(struct load *load, const char *name) {
    for (size_t i = 0; i < sizeof(old_names) / sizeof(old_names[0]); i++)
        if (strcmp(old_names[i].name, name) == 0) {
            warn(load, arena_printf(load->arena, "%s is not used any more: %s", name, old_names[i].instead));
            return true;
        }
    return false;
}

static void warn_of_unused(struct load *load, const struct env_file *file) {
    for (size_t i = 0; i < sizeof(old_names) / sizeof(old_names[0]); i++)
        if (getenv(old_names[i].name) && !env_file_get(file, old_names[i].name))
            (void)warn_if_old(load, old_names[i].name);
    for (size_t i = 0; i < file->count; i++) {
        const struct env_entry *entry = &file->entries[i];
        if (!is_known(entry->name) && !warn_if_old(load, entry->name))
            warn(load, arena_printf(load->arena, ".env, line %d: there is no setting %.64s", entry->line, entry->name));
    }
}

/* Whoever knows the token can name the secret: nothing to configure, and nothing that the token does not open. */
static void derive_secret(struct load *load) {
    static const char purpose[] = "webhook secret";
    struct settings *settings = load->settings;
    if (settings->webhook_secret || !settings->bot_token)
        return;
    unsigned char digest[DIGEST_SIZE];
    digest_hmac_sha256(settings->bot_token, strlen(settings->bot_token), purpose, strlen(purpose), digest);
    char *hex = arena_alloc(load->arena, DIGEST_HEX_SIZE);
    digest_hex(digest, hex);
    settings->webhook_secret = hex;
}

static enum status load_all(struct arena *arena, bool online, struct settings *ret_settings, struct error *error) {
    struct settings settings = {.webhook_path = "/webhook"};
    struct load load = {.arena = arena, .settings = &settings, .error = error};
    struct env_file file;
    enum status status = env_file_read(arena, ".env", &file, error);
    for (size_t i = 0; status == STATUS_OK && i < SETTING_COUNT; i++) {
        const char *value;
        if (!online && table[i].needed)
            continue;
        status = value_of(&load, &file, &table[i], &value);
        if (status == STATUS_OK)
            status = take_row(&load, &table[i], value);
    }
    if (status != STATUS_OK)
        return status;
    derive_secret(&load);
    warn_of_unused(&load, &file);
    *ret_settings = settings;
    return STATUS_OK;
}

enum status settings_load(struct arena *arena, struct settings *ret_settings, struct error *error) {
    return load_all(arena, true, ret_settings, error);
}

enum status settings_load_offline(struct arena *arena, struct settings *ret_settings, struct error *error) {
    return load_all(arena, false, ret_settings, error);
}

/* ---- printing ---- */

static void print_lines(FILE *file, const char *prefix, const char *text) {
    while (*text) {
        const size_t length = strcspn(text, "\n");
        fprintf(file, "%s%.*s\n", prefix, (int)length, text);
        text += length + (text[length] == '\n');
    }
}

void settings_print_help(FILE *file) {
    fputs(
        "Settings, from the environment or from .env in the working directory (the environment wins). Those marked with\n"
        "* are secret: NAME_FILE may name a file that holds one, such as BOT_TOKEN_FILE=/run/secrets/bot_token.\n",
        file);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting *setting = &table[i];
        fprintf(file, "  %s%s%s%s\n", setting->name, setting->secret ? "*" : "", setting->fallback ? "=" : "",
                setting->fallback ? setting->fallback : "");
        print_lines(file, "      ", setting->help);
    }
}

void settings_print_example(FILE *file) {
    fputs(
        "# Settings of TechSupport Bot. Copy this file to .env and fill in what you need.\n"
        "# The lines that start with #NAME= show the defaults. Written by `techsupport settings --example`.\n"
        "# BOT_TOKEN, WEBHOOK_SECRET, MONGO_URI and BACKUP_PASSPHRASE may be in files: BOT_TOKEN_FILE=/run/secrets/…\n"
        "\n"
        "# For Docker Compose alone: which of mongodb, sqlite and polling it starts (docs/INSTALL.md).\n"
        "COMPOSE_PROFILES=mongodb\n",
        file);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting *setting = &table[i];
        fputc('\n', file);
        print_lines(file, "# ", setting->help);
        fprintf(file, "%s%s=%s\n", setting->needed ? "" : "#", setting->name,
                setting->fallback ? setting->fallback : "");
    }
}
