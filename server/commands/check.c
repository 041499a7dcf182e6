/* `techsupport check`: whether everything that a `serve` needs is as it must be: a line for each part, and what to do
 * about what is wrong. `techsupport health`: whether the `serve` of this machine lives. Both change nothing. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/clock.h"
#include "core/parse.h"
#include "db/backup.h"
#include "server/ask.h"
#include "server/command.h"
#include "server/commands/webhook.h"
#include "server/volatile.h"
#include "telegram/parse.h"
#include "telegram/probe.h"

enum {
    BYTES_MAX = 4 << 20,
    HEALTH_WAIT = 3 * SECOND,
    PROBE_WAIT = 10 * SECOND,
    CLOCK_WRONG = 60, /* seconds: certificates and what people see as dates suffer */
    PENDING_MANY = 100,
    CERTIFICATE_SOON = 14 /* days */
};

struct check {
    struct settings settings;
    struct arena *arena;
    int code; /* of the first failure */
};

enum outcome { WELL, DOUBTFUL, WRONG };

PRINTF_LIKE(4, 5)
static void tell(enum outcome outcome, const char *part, const char *advice, const char *format, ...) {
    static const char *const words[] = {"ok", "warning", "WRONG"};
    va_list arguments;
    va_start(arguments, format);
    printf("%-8s %-9s ", words[outcome], part);
    vprintf(format, arguments); /* NOLINT(clang-analyzer-valist.Uninitialized) */
    va_end(arguments);
    printf("%s%s\n", advice ? ": " : "", advice ? advice : "");
}

static void fail(struct check *check, int code) {
    if (check->code == EX_OK)
        check->code = code;
}

static void check_settings(struct check *check) {
    const struct settings *settings = &check->settings;
    for (size_t i = 0; i < settings->warning_count; i++)
        tell(DOUBTFUL, "settings", NULL, "%s", settings->warnings[i]);
    if (!settings->mongo_uri && volatile_disk(settings))
        tell(DOUBTFUL, "settings", volatile_advice, "DATA_DIR is lost at the next start");
    tell(WELL, "settings", NULL, "updates by %s, data in %s", settings->mode == MODE_POLLING ? "polling" : "webhook",
         settings->mongo_uri ? "MongoDB" : "SQLite");
}

static void check_bot(struct check *check, struct store *store) {
    const char *token = check->settings.bot_token;
    int64_t bot = 0, there = 0;
    struct error error = {0};
    enum status status = parse_i64_bytes(token, strcspn(token, ":"), 1, INT64_MAX, &bot);
    if (status == STATUS_OK)
        status = store_get(store, "bot_id", &there, &error);
    if (status == STATUS_NOT_FOUND) {
        tell(WELL, "database", NULL, "no bot has used it yet");
    } else if (status != STATUS_OK) {
        tell(WRONG, "database", NULL, "%s", error.text);
        fail(check, EX_UNAVAILABLE);
    } else if (bot != there) {
        tell(WRONG, "database", "give each bot a database of its own (MONGO_DB or DATA_DIR)",
             "it belongs to the bot %" PRId64 ", BOT_TOKEN is of the bot %" PRId64, there, bot);
        fail(check, EX_CONFIG);
    } else {
        tell(WELL, "database", NULL, "it belongs to the bot of BOT_TOKEN, %" PRId64, bot);
    }
}

static void check_open_database(struct check *check, struct store *store) {
    struct error error = {0};
    bool pending = false;
    const int64_t start = clock_monotonic();
    enum status status = store_ping(store, &error);
    const int64_t took = clock_monotonic() - start;
    if (status == STATUS_OK)
        status = restore_is_pending(store, &pending, &error);
    if (status != STATUS_OK) {
        tell(WRONG, "database", "does it run, and may this machine reach it?", "%s", error.text);
        fail(check, EX_UNAVAILABLE);
    } else if (pending) {
        tell(WRONG, "database", "run `techsupport restore` again", "a restore was cut off, or is under way");
        fail(check, EX_TEMPFAIL);
    } else {
        tell(WELL, "database", NULL, "%s answers in %" PRId64 " ms", store_kind(store), took);
        check_bot(check, store);
    }
}

static void check_database(struct check *check) {
    struct store *store;
    struct error error = {0};
    const enum status status = command_open(&check->settings, &store, &error);
    if (status == STATUS_OK) {
        check_open_database(check, store);
        store_close(store);
        return;
    }
    if (status == STATUS_NOT_FOUND) {
        tell(DOUBTFUL, "database", NULL, "%s", error.text);
        return;
    }
    tell(WRONG, "database", status == STATUS_UNAVAILABLE ? "does it run, and may this machine reach it?" : NULL, "%s",
         error.text);
    fail(check, status == STATUS_INVALID ? EX_CONFIG : status == STATUS_DAMAGED ? EX_DATAERR : EX_UNAVAILABLE);
}

static void check_clock(struct check *check, int64_t server_time) {
    const int64_t ahead = clock_now() / SECOND - server_time;
    if (server_time == 0)
        tell(DOUBTFUL, "clock", NULL, "Telegram's answer has no date to compare with");
    else if (ahead > CLOCK_WRONG || ahead < -CLOCK_WRONG) {
        tell(WRONG, "clock", "set it, best by NTP (timedatectl set-ntp true)", "%" PRId64 " s %s",
             ahead > 0 ? ahead : -ahead, ahead > 0 ? "fast" : "slow");
        fail(check, EX_CONFIG);
    } else
        tell(WELL, "clock", NULL, "right within a minute");
}

/* Whether there is a use in asking Telegram more. */
static bool check_token(struct check *check) {
    struct tg_answer answer;
    struct error error = {0};
    const struct tg_call call = {.method = TG_METHOD_GET_ME};
    const enum status status = webhook_call(&check->settings, &call, check->arena, &answer, &error);
    if (status == STATUS_INVALID) {
        tell(WRONG, "token", NULL, "%s", error.text);
        fail(check, EX_CONFIG);
        return false;
    }
    if (status != STATUS_OK) {
        tell(WRONG, "telegram", "may this machine reach it by HTTPS (DNS, firewall, ca-certificates)?", "%s",
             error.text);
        fail(check, EX_UNAVAILABLE);
        return false;
    }
    tell(WELL, "telegram", NULL, "%s answers",
         strncmp(check->settings.telegram_api_url, "https", 5) == 0 ? "over TLS it" : "without TLS it");
    tell(WELL, "token", NULL, "of the bot %s%s", answer.user && answer.user->username ? "@" : "",
         answer.user && answer.user->username ? answer.user->username : "without a name");
    check_clock(check, answer.server_time);
    return true;
}

static void check_delivery(struct check *check, const struct tg_webhook_info *info) {
    const int64_t ago = clock_now() / SECOND - info->failed_at;
    if (info->lacks_kind) {
        tell(WRONG, "webhook", "run `techsupport webhook set`", "Telegram does not send all kinds that the bot uses");
        fail(check, EX_CONFIG);
    }
    if (info->failed_at > 0 && info->reason && ago < HOUR / SECOND)
        tell(DOUBTFUL, "webhook", webhook_advice(info->reason), "a delivery failed %" PRId64 " min ago (%.120s)",
             ago / 60, info->reason);
    if (info->pending > PENDING_MANY)
        tell(DOUBTFUL, "webhook", "is the bot up, and fast enough?", "%" PRId64 " updates wait", info->pending);
}

static void check_address(struct check *check, const struct tg_webhook_info *info) {
    int64_t ends_at = 0;
    struct error error = {0};
    const enum status status = probe_tls(info->url, PROBE_WAIT, &ends_at, &error);
    const int64_t days = (ends_at - clock_now() / SECOND) / (24 * 3600);
    if (status == STATUS_INVALID && info->has_custom_certificate)
        tell(WELL, "tls", NULL, "the webhook's certificate is self-signed, and was uploaded");
    else if (status == STATUS_INVALID) {
        tell(WRONG, "tls", "renew it, with its whole chain; or upload it: `techsupport webhook set --certificate FILE`",
             "the webhook's certificate (%s)", error.text);
        fail(check, EX_CONFIG);
    } else if (status != STATUS_OK)
        tell(DOUBTFUL, "tls", "does nginx run? From inside some networks one's own address cannot be reached",
             "the webhook's address (%s)", error.text);
    else if (ends_at > 0 && days < CERTIFICATE_SOON)
        tell(DOUBTFUL, "tls", "renew it", "the webhook's certificate ends in %" PRId64 " days", days);
    else
        tell(WELL, "tls", NULL, "the webhook's address can be reached");
}

static void check_set_webhook(struct check *check, const struct tg_webhook_info *info) {
    const char *wanted = check->settings.webhook_url;
    if (!*info->url) {
        tell(WRONG, "webhook", "run `techsupport webhook set`", "none is set");
        fail(check, EX_CONFIG);
        return;
    }
    if (wanted && strcmp(wanted, info->url) != 0) {
        tell(WRONG, "webhook", "run `techsupport webhook set`", "Telegram sends to %s, WEBHOOK_URL is another",
             webhook_shown(check->arena, info->url));
        fail(check, EX_CONFIG);
    } else
        tell(wanted ? WELL : DOUBTFUL, "webhook", wanted ? NULL : "WEBHOOK_URL is not set, so nothing to compare with",
             "Telegram sends to %s", webhook_shown(check->arena, info->url));
    check_delivery(check, info);
    check_address(check, info);
}

static void check_webhook(struct check *check) {
    struct tg_answer answer;
    struct error error = {0};
    const struct tg_call call = {.method = TG_METHOD_GET_WEBHOOK_INFO};
    const enum status status = webhook_call(&check->settings, &call, check->arena, &answer, &error);
    if (status != STATUS_OK || !answer.webhook) {
        tell(WRONG, "webhook", NULL, "%s", status == STATUS_OK ? "the answer cannot be read" : error.text);
        fail(check, EX_UNAVAILABLE);
    } else if (check->settings.mode == MODE_WEBHOOK)
        check_set_webhook(check, answer.webhook);
    else if (*answer.webhook->url)
        tell(DOUBTFUL, "webhook", "`serve` removes it at its start", "one is set, and MODE is polling");
    else
        tell(WELL, "webhook", NULL, "none is set, as polling needs it");
}

int check_command(int count, char **arguments) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(BYTES_MAX);
    struct check check = {.arena = arena};
    struct error error = {0};
    (void)arguments;
    if (count > 0)
        return command_misused("check: takes no arguments");
    if (settings_load(arena, &check.settings, &error) != STATUS_OK) {
        tell(WRONG, "settings", NULL, "%s", error.text);
        return EX_CONFIG;
    }
    tg_setup();
    check_settings(&check);
    check_database(&check);
    if (check_token(&check))
        check_webhook(&check);
    return check.code;
}

int health_command(int count, char **arguments) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(BYTES_MAX);
    struct settings settings;
    struct error error = {0};
    (void)arguments;
    if (count > 0)
        return command_misused("health: takes no arguments");
    if (settings_load_offline(arena, &settings, &error) != STATUS_OK ||
        ask_healthz(settings.listen_host, settings.listen_port, HEALTH_WAIT, &error) != STATUS_OK)
        return command_fail(&error);
    return EX_OK;
}
