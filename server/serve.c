/* `techsupport serve`. The start is a row of steps; one that fails because the other side is away is tried again until
 * it works or somebody ends the process, so that it does not matter what is started first. The stop is the way of an
 * update, front to back: nothing new comes in, what is inside becomes durable, what can be sent is sent. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/parse.h"
#include "db/backup.h"
#include "db/upgrade.h"
#include "handlers/setup.h"
#include "server/alerts.h"
#include "server/ask.h"
#include "server/backups.h"
#include "server/broadcasts.h"
#include "server/command.h"
#include "server/copies.h"
#include "server/delivery/delivery.h"
#include "server/footprint.h"
#include "server/health.h"
#include "server/http.h"
#include "server/notify.h"
#include "server/poller.h"
#include "server/report.h"
#include "server/roles.h"
#include "server/version.h"
#include "server/volatile.h"
#include "server/watch.h"
#include "server/workers.h"

enum {
    SETTINGS_BYTES_MAX = 1 << 20,
    CALLS_BYTES_MAX = 1 << 20,
    OTHER_THREADS = 16,  /* beside the workers, that use the store: delivery, copies, health */
    REQUESTS_MAX = 8192, /* given to the sender and not finished */
    REQUESTS_OF_CHAT_MAX = 128,
    REQUEST_TIMEOUT = 30 * SECOND,
    DIRECT_RATE = 10, /* messages a second */
    DIRECT_REQUESTS_MAX = 1024,
    TRY_EVERY = 3 * SECOND,
    BROADCAST_WAIT = 2 * SECOND,
    DELIVER_WAIT = 4 * SECOND,
    SEND_WAIT = 3 * SECOND,
    ASK_WAIT = 2 * SECOND
};

struct serve {
    struct settings settings;
    struct app app;
    sigset_t awaited; /* the signals that end it or open its log anew; blocked in all threads */
    bool beating;     /* copies_start worked */
    int port;         /* that it listens at */
};

/* ---- signals ---- */

static void catch_signals(struct serve *serve) {
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&serve->awaited);
    sigaddset(&serve->awaited, SIGTERM);
    sigaddset(&serve->awaited, SIGINT);
    sigaddset(&serve->awaited, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &serve->awaited, NULL);
}

/* Whether a signal that came ends the process. SIGHUP is the terminal's end where there is no file to open anew. */
static bool is_the_end(const struct serve *serve, int number) {
    if (number != SIGHUP || !serve->settings.log_file)
        return true;
    log_reopen();
    log_info("log file opened anew");
    return false;
}

static void end_at_once(int number) {
    (void)number;
    _exit(1);
}

/* From here on a signal does not wait for the graceful stop. */
static void let_signals_end(const struct serve *serve) {
    const struct sigaction action = {.sa_handler = end_at_once};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    pthread_sigmask(SIG_UNBLOCK, &serve->awaited, NULL);
}

/* Whether a signal that ends it came within `ms`. */
static bool ended_within(const struct serve *serve, int64_t ms) {
    const struct timespec wait = {.tv_sec = ms / SECOND, .tv_nsec = ms % SECOND * 1000000};
    const int number = sigtimedwait(&serve->awaited, NULL, &wait);
    return number > 0 && is_the_end(serve, number);
}

/* ---- steps of the start ---- */

static enum status open_database(struct serve *serve, struct error *error) {
    const struct store_settings wanted =
        command_store_settings(&serve->settings, serve->settings.workers + OTHER_THREADS, true);
    enum status status = store_open(&wanted, &serve->app.store, error);
    if (status == STATUS_OK)
        log_info("database open", LOG_TEXT("kind", store_kind(serve->app.store)));
    return status;
}

/* A copy of the earlier version would go on to write documents in the old shape. On SQLite there can be none. */
static enum status await_earlier_copies(struct serve *serve, struct error *error) {
    struct copies_seen seen = {.count = 0};
    bool alive = false;
    if (!serve->settings.mongo_uri)
        return STATUS_OK;
    enum status status = copies_watch(serve->app.store, &seen, &alive, error);
    if (status == STATUS_OK && alive)
        return error_set(error, STATUS_UNAVAILABLE,
                         "copies of an earlier version run on this database: the start goes on once they have ended");
    return status;
}

static enum status upgrade_database(struct serve *serve, struct error *error) {
    bool due = false;
    int64_t changed = 0;
    enum status status = upgrade_is_due(serve->app.store, &due, error);
    if (status != STATUS_OK || !due)
        return status;
    status = await_earlier_copies(serve, error);
    if (status == STATUS_OK)
        status = upgrade_run(serve->app.store, &changed, error);
    if (status == STATUS_OK)
        log_info("database brought up to date", LOG_NUMBER("documents_changed", changed));
    return status;
}

/* Asked again after the first beat: `restore` sets its mark and then looks for beats. */
static enum status refuse_half_restored(struct serve *serve, struct error *error) {
    bool pending = false;
    enum status status = restore_is_pending(serve->app.store, &pending, error);
    if (status == STATUS_OK && pending)
        return error_set(
            error, STATUS_CONFLICT,
            "a restore is under way in this database, or was cut off: then run `techsupport restore` again");
    return status;
}

/* A token's number is the bot's id. Two bots on one database would answer each other's people. */
static enum status check_bot(struct serve *serve, struct error *error) {
    const char *token = serve->settings.bot_token;
    int64_t bot, there;
    if (parse_i64_bytes(token, strcspn(token, ":"), 1, INT64_MAX, &bot) != STATUS_OK)
        return error_set(error, STATUS_INVALID, "BOT_TOKEN has no bot's id in front of the colon");
    enum status status = store_get_or_set(serve->app.store, "bot_id", bot, &there, error);
    if (status == STATUS_OK && there != bot)
        return error_set(error, STATUS_INVALID,
                         "BOT_TOKEN is of the bot %" PRId64 ", but this database belongs to the bot %" PRId64
                         ": give each bot a database of its own (MONGO_DB or DATA_DIR)",
                         bot, there);
    return status;
}

static enum status make_super_admins(struct serve *serve, struct error *error) {
    for (size_t i = 0; i < serve->settings.super_admin_count; i++) {
        enum role before;
        const int64_t id = serve->settings.super_admins[i];
        enum status status =
            roles_raise(serve->app.store, serve->settings.default_lang, id, ROLE_SUPER_ADMIN, &before, error);
        if (status != STATUS_OK)
            return status;
        if (before != ROLE_SUPER_ADMIN)
            log_info("super-admin made", LOG_NUMBER("person", id), LOG_TEXT("before", role_name(before)));
    }
    return STATUS_OK;
}

/* What waits in the sender when the beat stands still may be taken over by another copy, and sent by it. */
static int64_t sending_since(void *copies) {
    return copies_sending_since(copies);
}

static enum status start_sender(struct serve *serve, struct error *error) {
    const struct settings *settings = &serve->settings;
    const struct sender_settings wanted = {.api_url = settings->telegram_api_url,
                                           .token = settings->bot_token,
                                           .send_rate = settings->send_rate,
                                           .chat_rate = settings->chat_rate,
                                           .max_requests = REQUESTS_MAX,
                                           .max_of_chat = REQUESTS_OF_CHAT_MAX,
                                           .timeout = REQUEST_TIMEOUT,
                                           .entitled_since = sending_since,
                                           .context = serve->app.copies};
    return sender_new(&wanted, &serve->app.sender, error);
}

/* For what must be said when the database is away, at a low rate: the other sender is then silent. */
static enum status start_direct(struct serve *serve, struct error *error) {
    const struct settings *settings = &serve->settings;
    const struct sender_settings wanted = {.api_url = settings->telegram_api_url,
                                           .token = settings->bot_token,
                                           .send_rate = DIRECT_RATE,
                                           .chat_rate = settings->chat_rate,
                                           .max_requests = DIRECT_REQUESTS_MAX,
                                           .timeout = REQUEST_TIMEOUT};
    return sender_new(&wanted, &serve->app.direct, error);
}

static enum status find_identity(struct serve *serve, struct error *error) {
    return copies_new(&serve->app, &serve->app.copies, error);
}

/* Before the first update: who is to be told is known from then on. */
static enum status start_alerts(struct serve *serve, struct error *error) {
    if (!serve->app.alerts)
        serve->app.alerts = alerts_new(&serve->app);
    if (!serve->app.counts)
        serve->app.counts = counts_new();
    if (!serve->app.watch)
        serve->app.watch = watch_new(&serve->app);
    return alerts_refresh(serve->app.alerts, error);
}

static enum status start_delivery(struct serve *serve, struct error *error) {
    return delivery_new(&serve->app, &serve->app.delivery, error);
}

static enum status start_broadcasts(struct serve *serve, struct error *error) {
    return broadcasts_new(&serve->app, &serve->app.broadcasts, error);
}

static enum status start_workers(struct serve *serve, struct error *error) {
    return workers_new(&serve->app, &serve->app.workers, error);
}

static enum status start_beating(struct serve *serve, struct error *error) {
    enum status status = copies_start(serve->app.copies, error);
    serve->beating = status == STATUS_OK;
    return status;
}

static enum status start_backups(struct serve *serve, struct error *error) {
    struct backups *backups = NULL;
    enum status status = backups_new(&serve->app, &backups, error);
    serve->app.backups = backups;
    return status;
}

static enum status start_health(struct serve *serve, struct error *error) {
    return health_new(&serve->app, &serve->app.health, error);
}

static enum status start_listening(struct serve *serve, struct error *error) {
    struct http *http = NULL;
    enum status status = http_new(&serve->app, &http, &serve->port, error);
    serve->app.http = http;
    if (status == STATUS_OK)
        log_info("listening", LOG_TEXT("host", serve->settings.listen_host), LOG_NUMBER("port", serve->port),
                 LOG_TEXT("path", serve->settings.mode == MODE_POLLING ? "" : serve->settings.webhook_path),
                 LOG_TEXT("version", VERSION));
    return status;
}

/* Last: everything behind the updates is there. */
static enum status start_polling(struct serve *serve, struct error *error) {
    struct poller *poller = NULL;
    enum status status = serve->settings.mode == MODE_POLLING ? poller_new(&serve->app, &poller, error) : STATUS_OK;
    serve->app.poller = poller;
    return status;
}

static const struct step {
    enum status (*run)(struct serve *serve, struct error *error);
    bool insist; /* tried again while the other side is away */
} steps[] = {
    {open_database, true},     {upgrade_database, true},     {refuse_half_restored, true}, {check_bot, true},
    {make_super_admins, true}, {find_identity, true},        {start_sender, false},        {start_direct, false},
    {start_alerts, true},      {start_delivery, false},      {start_workers, false},       {start_beating, true},
    {start_broadcasts, false}, {refuse_half_restored, true}, {start_backups, false},       {start_health, false},
    {start_listening, false},  {start_polling, false},
};

static bool is_away(const struct serve *serve, enum status status) {
    /* A file that cannot be opened now cannot be opened in three seconds. */
    if (!serve->settings.mongo_uri && !serve->app.store)
        return false;
    return status == STATUS_UNAVAILABLE || status == STATUS_UNKNOWN || status == STATUS_TIMEOUT;
}

/* STOPPED: a signal came while it waited. */
static enum status take_step(struct serve *serve, const struct step *step, struct error *error) {
    for (;;) {
        *error = (struct error){0};
        enum status status = step->run(serve, error);
        if (!step->insist || !is_away(serve, status))
            return status;
        log_warning("database is away", LOG_TEXT("status", status_name(status)), LOG_TEXT("cause", error->text),
                    LOG_NUMBER("next_try_ms", TRY_EVERY));
        notify_send("STATUS=Waiting for the database");
        if (ended_within(serve, TRY_EVERY))
            return STATUS_STOPPED;
    }
}

static enum status start(struct serve *serve, struct error *error) {
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        enum status status = take_step(serve, &steps[i], error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* ---- what Telegram is told about the bot ---- */

/* `context`: the method's name, static. */
static void on_told(void *context, const struct sender_result *result) {
    if (result->outcome != SENDER_DELIVERED && result->outcome != SENDER_STOPPED)
        log_warning("Telegram did not take the bot's description", LOG_TEXT("method", context),
                    LOG_NUMBER("error_code", result->answer ? result->answer->error_code : 0));
}

/* What links to the bot are made of. */
static void on_met(void *context, const struct sender_result *result) {
    struct app *app = context;
    const struct tg_user *bot = result->outcome == SENDER_DELIVERED && result->answer ? result->answer->user : NULL;
    if (bot && bot->username && !atomic_load(&app->bot))
        atomic_store(&app->bot, mem_strdup(bot->username));
    else if (result->outcome != SENDER_STOPPED)
        log_warning("the bot's username is not known");
}

static void tell_telegram(struct serve *serve) {
    const struct tg_call meet = {.method = TG_METHOD_GET_ME};
    if (sender_submit(serve->app.sender, &meet, SENDER_REPLY, 0, on_met, &serve->app) != STATUS_OK)
        log_warning("the sender is full", LOG_TEXT("method", tg_call_method_name(&meet)));
    CLEANUP(arena_freep) struct arena *arena = arena_new(CALLS_BYTES_MAX);
    struct tg_call *calls;
    const size_t count = setup_calls(arena, serve->settings.default_lang, &calls);
    for (size_t i = 0; i < count; i++) {
        void *name = (void *)(uintptr_t)tg_call_method_name(&calls[i]);
        if (sender_submit(serve->app.sender, &calls[i], SENDER_REPLY, 0, on_told, name) != STATUS_OK)
            log_warning("the sender is full", LOG_TEXT("method", name));
    }
}

/* ---- the stop ---- */

static void stop_taking(struct app *app) {
    if (app->health)
        health_stopping(app->health);
    if (app->poller)
        poller_stop(app->poller);
    if (app->http)
        http_quiesce(app->http);
    if (app->workers)
        workers_stop(app->workers);
    if (app->http)
        http_stop(app->http);
}

static void stop_giving(struct serve *serve) {
    struct app *app = &serve->app;
    if (app->broadcasts)
        broadcasts_stop(app->broadcasts, BROADCAST_WAIT);
    backups_stop(app->backups);
    if (app->delivery)
        delivery_stop(app->delivery, DELIVER_WAIT);
    if (app->sender)
        sender_stop(app->sender, SEND_WAIT);
    if (app->direct)
        sender_stop(app->direct, SEND_WAIT);
    backups_free(app->backups);
    if (serve->beating)
        copies_stop(app->copies);
}

static void release(struct app *app) {
    http_free(app->http);
    poller_free(app->poller);
    health_free(app->health);
    alerts_free(app->alerts);
    workers_free(app->workers);
    watch_free(app->watch);
    delivery_free(app->delivery);
    counts_free(app->counts);
    copies_free(app->copies);
    sender_free(app->sender);
    broadcasts_free(app->broadcasts);
    sender_free(app->direct);
    store_close(app->store);
    free((void *)(uintptr_t)atomic_load(&app->bot));
}

static void stop(struct serve *serve) {
    stop_taking(&serve->app);
    stop_giving(serve);
    release(&serve->app);
}

/* ---- all of it ---- */

static enum status get_ready(struct serve *serve, struct arena *arena, struct error *error) {
    enum status status = settings_load(arena, &serve->settings, error);
    if (status != STATUS_OK)
        return status;
    setenv("TZ", serve->settings.tz, 1);
    tzset();
    log_setup(serve->settings.log_level, serve->settings.log_format);
    log_to_file(serve->settings.log_file);
    for (size_t i = 0; i < serve->settings.warning_count; i++)
        log_warning("setting", LOG_TEXT("line", serve->settings.warnings[i]));
    if (!serve->settings.mongo_uri && volatile_disk(&serve->settings))
        log_warning("DATA_DIR seems to be lost at the next start", LOG_TEXT("advice", volatile_advice));
    tg_setup();
    serve->app.settings = &serve->settings;
    serve->app.started = clock_monotonic();
    return texts_check(error);
}

/* systemd's watchdog is fed as long as the way in answers: that thread must never wait for anything. */
static void feed_watchdog(const struct serve *serve) {
    struct error error = {0};
    if (ask_healthz(serve->settings.listen_host, serve->port, ASK_WAIT, &error) == STATUS_OK)
        notify_send("WATCHDOG=1");
    else
        log_error("the watchdog is not fed", LOG_TEXT("cause", error.text));
}

static int wait_signal(const struct serve *serve) {
    const int64_t every = notify_watchdog_every();
    const struct timespec pause = {.tv_sec = every / SECOND, .tv_nsec = every % SECOND * 1000000};
    for (;;) {
        const int number = sigtimedwait(&serve->awaited, NULL, every > 0 ? &pause : NULL);
        if (number > 0 && is_the_end(serve, number))
            return number;
        if (number < 0 && errno == EAGAIN)
            feed_watchdog(serve);
    }
}

static int run_until_signal(struct serve *serve) {
    tell_telegram(serve);
    footprint_trim();
    notify_send("READY=1\nSTATUS=Running");
    const int number = wait_signal(serve);
    notify_send("STOPPING=1\nSTATUS=Finishing what is under way");
    log_info("stopping", LOG_TEXT("signal", number == SIGTERM ? "SIGTERM" : number == SIGINT ? "SIGINT" : "SIGHUP"));
    return EX_OK;
}

int serve_command(int count, char **arguments) {
    (void)arguments;
    if (count > 0)
        return command_misused("serve: takes no arguments; settings come from the environment and from .env");
    CLEANUP(arena_freep) struct arena *arena = arena_new(SETTINGS_BYTES_MAX);
    struct serve serve = {0};
    struct error error = {0};
    if (get_ready(&serve, arena, &error) != STATUS_OK)
        return command_fail(&error);
    catch_signals(&serve);
    const enum status status = start(&serve, &error);
    int code = EX_OK;
    if (status == STATUS_OK)
        code = run_until_signal(&serve);
    else if (status != STATUS_STOPPED)
        code = command_fail(&error);
    let_signals_end(&serve);
    stop(&serve);
    log_info("stopped", LOG_NUMBER("exit", code));
    return code;
}
