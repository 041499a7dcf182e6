/* The thread goes round: the lease, the webhook out of the way, a question. While a question waits for Telegram's
 * answer the thread goes on handing over and taking verdicts (the tick); a verdict wakes it.
 *
 * A question's offset is the lowest update that is not done, which confirms those below. With nothing under way it
 * waits for 50 s; else it looks, once a second, for what has come above. */
#include "server/poller.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/random.h"
#include "server/copies.h"
#include "server/thread.h"
#include "server/window.h"
#include "telegram/poll.h"

enum {
    LOOK_EVERY = SECOND,           /* at a lease that somebody else has */
    LOOK_AGAIN_EVERY = 5 * SECOND, /* at our own */
    ASK_EVERY = SECOND,      /* while nothing new comes: the server counts the same offset within 0.5 s as haste */
    LONG_POLL = 50,          /* seconds, the server's maximum */
    CALL_WAIT = 15 * SECOND, /* for an answer beyond that */
    LAST_CALL_WAIT = 3 * SECOND,
    PAUSE_FIRST = SECOND / 2,
    PAUSE_DOUBLINGS = 7, /* to about a minute */
    RETRY_AFTER_MAX = HOUR / SECOND,
    ARENA_MAX = 64 << 20 /* for an answer of TG_POLL_BYTES_MAX, also of the kind that grows most */
};

static const char lease_name[] = "poller";

struct poller {
    struct app *app;
    struct tg_poll *poll;
    struct window *window;
    pthread_t thread;
    atomic_bool stopping;
    /* For others: */
    atomic_bool held, failing;
    _Atomic int64_t heard_at; /* monotonic: Telegram's last answer, or when the lease was taken */
    atomic_uint_fast64_t polls, failures, unreadable;
    atomic_size_t taken;
    /* The thread's own: */
    int64_t held_since, looked_at; /* monotonic */
    bool waiting_said;
    bool webhook_gone;
    int64_t room;    /* how many new ones an answer may bring: less when one cannot be read */
    unsigned failed; /* in a row */
};

/* ---- waiting ---- */

static void on_wake(void *context) {
    const struct poller *poller = context;
    tg_poll_wake(poller->poll);
}

static bool is_stopping(const struct poller *poller) {
    return atomic_load(&poller->stopping);
}

/* SQLite's file is this serve's alone: nobody else can take the lease, so that people are heard, and told that they
 * are, also while nothing can be written. */
static bool is_alone(const struct poller *poller) {
    return poller->app->settings->mongo_uri == NULL;
}

/* Whether the beat has gone on without a break since the lease was taken; if not, it may be somebody else's. */
static bool is_entitled(const struct poller *poller) {
    return atomic_load(&poller->held) &&
           (is_alone(poller) || copies_sending_since(poller->app->copies) <= poller->held_since);
}

/* Hands over what may go. Gives the ms until the next time; below 0: there is no reason to go on. */
static int64_t tick(void *context) {
    struct poller *poller = context;
    if (is_stopping(poller) || !is_entitled(poller))
        return -1;
    const int64_t next = window_step(poller->window);
    atomic_store(&poller->taken, window_count(poller->window));
    return next >= 0 && next < LOOK_EVERY ? next : LOOK_EVERY;
}

/* Until that time, a stop, or, if `or_empty`, until everything is done. */
static void rest(struct poller *poller, int64_t until, bool or_empty) {
    while (!is_stopping(poller)) {
        int64_t next = tick(poller);
        const int64_t left = until - clock_monotonic();
        if (left <= 0 || (or_empty && window_count(poller->window) == 0))
            return;
        next = next < 0 ? LOOK_EVERY : next;
        tg_poll_rest(poller->poll, next < left ? next : left);
    }
}

/* Half a second, one, two … a minute, and some chance in it; or what Telegram asks for. */
static void rest_after_failure(struct poller *poller, int64_t retry_after) {
    int64_t pause = (int64_t)PAUSE_FIRST << poller->failed;
    if (poller->failed < PAUSE_DOUBLINGS)
        poller->failed++;
    pause += random_below(pause / 4 + 1);
    if (retry_after > 0)
        pause = (retry_after < RETRY_AFTER_MAX ? retry_after : RETRY_AFTER_MAX) * SECOND;
    rest(poller, clock_monotonic() + pause, false);
}

static void wait_for_workers(struct poller *poller) {
    while (window_in_flight(poller->window) > 0)
        tg_poll_rest(poller->poll, LOOK_EVERY);
}

/* ---- the lease ---- */

static void let_go(struct poller *poller) {
    if (!atomic_load(&poller->held))
        return;
    atomic_store(&poller->held, false);
    log_warning("another copy may ask for updates now");
    wait_for_workers(poller);
    window_clear(poller->window);
    atomic_store(&poller->taken, 0);
}

/* Who has it, 0: nobody, or a copy that is dead, whose number *ret_from is then. */
static enum status find_holder(struct poller *poller, int64_t *ret_holder, int64_t *ret_from, struct error *error) {
    struct app *app = poller->app;
    int64_t there = 0;
    enum status status = store_get(app->store, lease_name, &there, error);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    bool gone = false;
    if (there != 0 && there != copies_self(app->copies)) {
        status = copies_is_gone(app->copies, there, &gone, error);
        if (status != STATUS_OK)
            return status;
    }
    *ret_from = there;
    *ret_holder = gone ? 0 : there;
    return STATUS_OK;
}

static void hold(struct poller *poller, int64_t since) {
    poller->held_since = since;
    poller->waiting_said = false;
    poller->webhook_gone = false;
    poller->room = TG_UPDATES_MAX;
    poller->failed = 0;
    atomic_store(&poller->heard_at, clock_monotonic());
    atomic_store(&poller->failing, false);
    atomic_store(&poller->held, true);
    log_info("this copy asks Telegram for updates");
}

/* Looks at the lease and takes it where it is free. */
static enum status look_at_lease(struct poller *poller, bool *ret_ours, struct error *error) {
    struct app *app = poller->app;
    int64_t holder, from;
    enum status status = find_holder(poller, &holder, &from, error);
    if (status == STATUS_OK && holder == 0) {
        status = store_swap(app->store, lease_name, from, copies_self(app->copies), error);
        holder = copies_self(app->copies);
    }
    if (status == STATUS_OK || status == STATUS_CONFLICT)
        *ret_ours = status == STATUS_OK && holder == copies_self(app->copies);
    return status == STATUS_CONFLICT ? STATUS_OK : status;
}

static void say_waiting(struct poller *poller) {
    if (!poller->waiting_said)
        log_info("another copy asks Telegram for updates, this one waits");
    poller->waiting_said = true;
}

/* Whether the lease is ours now. What the database does not say while it is away stays as it was: the beat, which
 * cannot be written either, ends it. */
static bool has_lease(struct poller *poller) {
    const int64_t now = clock_monotonic();
    bool ours = is_entitled(poller);
    if (!ours)
        let_go(poller);
    if (ours && now - poller->looked_at < LOOK_AGAIN_EVERY)
        return true;
    if (!copies_may_send(poller->app->copies))
        return ours;
    struct error error = {0};
    enum status status = look_at_lease(poller, &ours, &error);
    if (status != STATUS_OK)
        log_warning("the lease cannot be looked at", LOG_TEXT("status", status_name(status)),
                    LOG_TEXT("why", error.text));
    poller->looked_at = now;
    if (!ours)
        let_go(poller);
    if (!ours && status == STATUS_OK)
        say_waiting(poller);
    if (ours && !atomic_load(&poller->held))
        hold(poller, now);
    return ours;
}

static void give_back(struct poller *poller) {
    struct app *app = poller->app;
    struct error error = {0};
    if (!is_entitled(poller))
        return;
    atomic_store(&poller->held, false);
    enum status status = store_swap(app->store, lease_name, copies_self(app->copies), 0, &error);
    if (status != STATUS_OK)
        log_warning("the lease was not given back", LOG_TEXT("status", status_name(status)),
                    LOG_TEXT("why", error.text));
}

/* ---- answers ---- */

static void heard(struct poller *poller) {
    poller->failed = 0;
    atomic_store(&poller->failing, false);
    atomic_store(&poller->heard_at, clock_monotonic());
}

static const struct {
    int code;
    enum log_level level;
    const char *line;
} refusals[] = {
    {401, LOG_ERROR, "Telegram refuses BOT_TOKEN: there is no such bot, or the token was changed"},
    {404, LOG_ERROR, "Telegram refuses BOT_TOKEN: it is no token, or TELEGRAM_API_URL is no Bot API"},
    {409, LOG_WARNING, "Telegram gives the updates to somebody else: a webhook was set, or another program polls"},
    {429, LOG_WARNING, "Telegram asks to wait before the next question for updates"},
};

static void log_refusal(const struct tg_answer *answer) {
    const struct log_field fields[] = {LOG_NUMBER("error_code", answer->error_code),
                                       LOG_NUMBER("retry_after", answer->retry_after)};
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (refusals[i].code == answer->error_code) {
            log_write(refusals[i].level, refusals[i].line, fields, 2);
            return;
        }
    log_write(LOG_WARNING, "Telegram refuses to give updates", fields, 2);
}

static void note_failure(struct poller *poller) {
    atomic_fetch_add(&poller->failures, 1);
    atomic_store(&poller->failing, true);
}

static void refused(struct poller *poller, const struct tg_answer *answer) {
    note_failure(poller);
    log_refusal(answer);
    if (answer->error_code == 409) {
        poller->webhook_gone = false;
        poller->looked_at = clock_monotonic() - LOOK_AGAIN_EVERY;
    }
    rest_after_failure(poller, answer->retry_after);
}

static void unreached(struct poller *poller, enum status status, const struct error *error) {
    note_failure(poller);
    log_warning("no updates from Telegram", LOG_TEXT("status", status_name(status)), LOG_TEXT("why", error->text));
    rest_after_failure(poller, 0);
}

/* The only one in the answer that is new cannot be read. It must have an id to be passed over: a page of somebody
 * between us and Telegram has none. */
static enum status pass_over(struct poller *poller, const struct error *why, struct error *error) {
    size_t length;
    const char *bytes = tg_poll_answer(poller->poll, &length);
    const int64_t id = tg_updates_find_id(bytes, length, window_last(poller->window));
    if (id == 0)
        return error_set(error, STATUS_UNKNOWN, "%s, and no update is found in it", why->text);
    enum status status = store_keep_unread(poller->app->store, clock_now(), why->text, bytes, length, error);
    if (status != STATUS_OK)
        return status;
    window_pass(poller->window, id);
    atomic_fetch_add(&poller->unreadable, 1);
    log_warning("an update could not be read", LOG_NUMBER("update", id), LOG_TEXT("why", why->text));
    return STATUS_OK;
}

/* The half of it, and so on, finds the one that it is. */
static void unreadable(struct poller *poller, const struct error *why) {
    struct error error = {0};
    note_failure(poller);
    if (poller->room > 1) {
        poller->room /= 2;
        log_warning("Telegram's answer cannot be read", LOG_TEXT("why", why->text), LOG_NUMBER("limit", poller->room));
        return;
    }
    enum status status = pass_over(poller, why, &error);
    if (status == STATUS_OK)
        heard(poller);
    else
        unreached(poller, status, &error);
}

/* `known`: how many were under way when it was asked, so that the question confirmed not all. */
static void take(struct poller *poller, const struct tg_updates *updates, int64_t known, int64_t asked_at) {
    heard(poller);
    poller->room = poller->room * 2 < TG_UPDATES_MAX ? poller->room * 2 : TG_UPDATES_MAX;
    const size_t added = window_add(poller->window, updates);
    if (updates->count == 0 && known == 0)
        window_confirmed(poller->window);
    rest(poller, asked_at + ASK_EVERY, added > 0);
}

/* ---- questions ---- */

static enum status call(struct poller *poller, const struct tg_call *call, struct arena *arena,
                        struct tg_updates *ret_updates, struct error *error) {
    return tg_poll_call(poller->poll, call, call->timeout * SECOND + CALL_WAIT, tick, poller, arena, ret_updates,
                        error);
}

/* Pending updates are kept: they come to us then. */
static void remove_webhook(struct poller *poller) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    const struct tg_call question = {.method = TG_METHOD_DELETE_WEBHOOK};
    struct tg_updates updates;
    struct error error = {0};
    enum status status = call(poller, &question, arena, &updates, &error);
    if (status == STATUS_STOPPED)
        return;
    if (status != STATUS_OK)
        unreached(poller, status, &error);
    else if (!updates.answer.ok)
        refused(poller, &updates.answer);
    else
        poller->webhook_gone = true;
}

static void ask(struct poller *poller) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    const int64_t asked_at = clock_monotonic(), known = (int64_t)window_count(poller->window);
    const struct tg_call question = {
        .method = TG_METHOD_GET_UPDATES,
        .offset = window_offset(poller->window),
        .limit = known + poller->room < TG_UPDATES_MAX ? known + poller->room : TG_UPDATES_MAX,
        .timeout = known == 0 ? LONG_POLL : 0,
    };
    struct tg_updates updates;
    struct error error = {0};
    atomic_fetch_add(&poller->polls, 1);
    enum status status = call(poller, &question, arena, &updates, &error);
    if (status == STATUS_STOPPED || !is_entitled(poller))
        return;
    if (status == STATUS_FULL || status == STATUS_INVALID)
        unreadable(poller, &error);
    else if (status != STATUS_OK)
        unreached(poller, status, &error);
    else if (!updates.answer.ok)
        refused(poller, &updates.answer);
    else
        take(poller, &updates, known, asked_at);
}

/* Whoever asks next, a webhook too, is to get only what is not done. */
static void confirm(struct poller *poller) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    const struct tg_call question = {
        .method = TG_METHOD_GET_UPDATES, .offset = window_offset(poller->window), .limit = 1};
    struct tg_updates updates = {0};
    struct error error = {0};
    if (question.offset == 0 || !is_entitled(poller))
        return;
    enum status status = tg_poll_call(poller->poll, &question, LAST_CALL_WAIT, NULL, NULL, arena, &updates, &error);
    if (status != STATUS_OK || !updates.answer.ok)
        log_warning("the last updates were not confirmed, they will come again", LOG_TEXT("why", error.text),
                    LOG_NUMBER("error_code", status == STATUS_OK ? updates.answer.error_code : 0));
}

static void go_round(struct poller *poller) {
    if (!has_lease(poller))
        rest(poller, clock_monotonic() + LOOK_EVERY, false);
    else if (!poller->webhook_gone)
        remove_webhook(poller);
    else if (window_count(poller->window) == WINDOW_MAX)
        rest(poller, clock_monotonic() + ASK_EVERY, true);
    else
        ask(poller);
}

static void *run(void *context) {
    struct poller *poller = context;
    while (!is_stopping(poller))
        go_round(poller);
    wait_for_workers(poller);
    confirm(poller);
    give_back(poller);
    return NULL;
}

/* ---- life ---- */

enum status poller_new(struct app *app, struct poller **ret_poller, struct error *error) {
    const struct sender_settings wanted = {.api_url = app->settings->telegram_api_url,
                                           .token = app->settings->bot_token};
    struct poller *poller = mem_alloc(sizeof(*poller));
    poller->app = app;
    enum status status = tg_poll_new(&wanted, &poller->poll, error);
    if (status == STATUS_OK) {
        poller->window = window_new(app, on_wake, poller);
        status = thread_start(&poller->thread, "poller", run, poller, error);
    }
    if (status != STATUS_OK) {
        poller_free(poller);
        return status;
    }
    *ret_poller = poller;
    return STATUS_OK;
}

void poller_stop(struct poller *poller) {
    atomic_store(&poller->stopping, true);
    tg_poll_wake(poller->poll);
    pthread_join(poller->thread, NULL);
}

void poller_free(struct poller *poller) {
    if (!poller)
        return;
    window_free(poller->window);
    tg_poll_free(poller->poll);
    free(poller);
}

/* ---- for others ---- */

bool poller_ready(struct poller *poller, struct buffer *lines) {
    enum { SILENCE_MAX = LONG_POLL * SECOND + 2 * CALL_WAIT };
    if (!atomic_load(&poller->held)) {
        buffer_add(lines, "updates: another copy asks for them\n");
        return true;
    }
    const bool silent = clock_monotonic() - atomic_load(&poller->heard_at) > SILENCE_MAX;
    const enum status status = atomic_load(&poller->failing) ? STATUS_UNAVAILABLE : silent ? STATUS_TIMEOUT : STATUS_OK;
    buffer_add_format(lines, "updates: %s\n", status_name(status));
    return status == STATUS_OK;
}

void poller_count(struct poller *poller, struct poller_counts *ret_counts) {
    *ret_counts = (struct poller_counts){
        .polls = atomic_load(&poller->polls),
        .failures = atomic_load(&poller->failures),
        .unreadable = atomic_load(&poller->unreadable),
        .lease = atomic_load(&poller->held),
        .window = atomic_load(&poller->taken),
    };
}
