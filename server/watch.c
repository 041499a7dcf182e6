#include "server/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <uthash.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "handlers/context.h"
#include "handlers/tickets.h"
#include "server/alerts.h"
#include "telegram/parse.h"

enum { TEXT_ARENA_MAX = 256 << 10 };

/* A person, or an update by its digest, that has had its word in this outage. */
struct told {
    int64_t key;
    UT_hash_handle hh;
};

struct watch {
    struct app *app;
    pthread_mutex_t lock; /* of all below */
    bool lost;
    int64_t bad_since, good_since; /* monotonic; 0: it is not */
    struct told *told;
};

struct watch *watch_new(struct app *app) {
    struct watch *watch = mem_alloc(sizeof(*watch));
    watch->app = app;
    pthread_mutex_init(&watch->lock, NULL);
    return watch;
}

static void forget_told(struct watch *watch) {
    struct told *told, *next;
    HASH_ITER(hh, watch->told, told, next) {
        HASH_DEL(watch->told, told);
        free(told);
    }
}

void watch_free(struct watch *watch) {
    if (!watch)
        return;
    forget_told(watch);
    pthread_mutex_destroy(&watch->lock);
    free(watch);
}

/* --- lost and back --- */

/* Gives what is to be told; TEXT_NONE: nothing. */
static enum text look(struct watch *watch, bool well, int64_t now) {
    int64_t *since = watch->lost ? &watch->good_since : &watch->bad_since;
    if (well != watch->lost)
        *since = 0; /* as it was */
    else if (*since == 0)
        *since = now;
    if (*since == 0 || now - *since < WATCH_PATIENCE)
        return TEXT_NONE;
    watch->lost = !watch->lost;
    watch->good_since = watch->lost ? 0 : watch->good_since;
    if (watch->lost)
        forget_told(watch);
    return watch->lost ? TEXT_DATABASE_LOST : TEXT_DATABASE_BACK;
}

static const char *wall_time(struct arena *arena, int64_t monotonic) {
    return ticket_time(arena, clock_now() - (clock_monotonic() - monotonic));
}

static const char *minutes(struct arena *arena, int64_t ms) {
    return arena_printf(arena, "%lld:%02d", (long long)(ms / MINUTE), (int)(ms % MINUTE / SECOND));
}

void watch_look(struct watch *watch, bool well, int64_t now) {
    if (!watch)
        return;
    pthread_mutex_lock(&watch->lock);
    const enum text text = look(watch, well, now);
    const int64_t bad_since = watch->bad_since, away = watch->good_since - bad_since;
    if (text == TEXT_DATABASE_BACK)
        watch->bad_since = watch->good_since = 0;
    pthread_mutex_unlock(&watch->lock);
    if (text == TEXT_NONE)
        return;
    CLEANUP(arena_freep) struct arena *arena = arena_new(TEXT_ARENA_MAX);
    const struct text_arg args[] = {{.name = "time", .value = wall_time(arena, bad_since)},
                                    {.name = "duration", .value = minutes(arena, away)}};
    alerts_tell(watch->app->alerts, text, args, sizeof(args) / sizeof(args[0]));
}

bool watch_away(struct watch *watch) {
    if (!watch)
        return false;
    pthread_mutex_lock(&watch->lock);
    const bool away = watch->lost && watch->good_since == 0;
    pthread_mutex_unlock(&watch->lock);
    return away;
}

/* --- people --- */

/* False: it was told before, nobody is to be told now, or there are too many to remember. */
static bool take_turn(struct watch *watch, int64_t key, int64_t *ret_since) {
    struct told *told = NULL;
    pthread_mutex_lock(&watch->lock);
    *ret_since = watch->bad_since;
    HASH_FIND(hh, watch->told, &key, sizeof(key), told);
    const bool turn = watch->lost && !told && HASH_COUNT(watch->told) < WATCH_TOLD_MAX;
    if (turn) {
        told = mem_alloc(sizeof(*told));
        told->key = key;
        HASH_ADD(hh, watch->told, key, sizeof(told->key), told);
    }
    pthread_mutex_unlock(&watch->lock);
    return turn;
}

/* A message is wanted where a person waits for an answer: nothing in a group, and not for what nobody wrote. */
static bool awaits_answer(const struct tg_update *update) {
    if (update->kind == TG_UPDATE_CALLBACK_QUERY)
        return true;
    return update->kind == TG_UPDATE_MESSAGE && update->message.chat.type == TG_CHAT_PRIVATE &&
           !update->message.service;
}

static struct tg_call word(struct arena *arena, const struct tg_update *update, enum lang lang, bool report,
                           int64_t since) {
    if (update->kind == TG_UPDATE_CALLBACK_QUERY)
        return (struct tg_call){.method = TG_METHOD_ANSWER_CALLBACK_QUERY,
                                .callback_query_id = update->callback_query.id,
                                .text = text_raw(lang, TEXT_PRESS_AGAIN),
                                .show_alert = true};
    const struct text_arg args[] = {{.name = "time", .value = wall_time(arena, since)},
                                    {.name = "duration", .value = minutes(arena, clock_monotonic() - since)}};
    const char *text = report ? text_format(arena, lang, TEXT_REPORT_AWAY, args, 2) : text_raw(lang, TEXT_WE_HAVE_IT);
    return (struct tg_call){
        .method = TG_METHOD_SEND_MESSAGE, .chat_id = update->message.chat.id, .text = text, .html = true};
}

void watch_put_off(struct watch *watch, const struct tg_update *update, uint64_t digest) {
    int64_t since = 0;
    if (!watch || !awaits_answer(update))
        return;
    CLEANUP(arena_freep) struct arena *arena = arena_new(TEXT_ARENA_MAX);
    const bool press = update->kind == TG_UPDATE_CALLBACK_QUERY;
    const struct tg_user *from = tg_update_from(update);
    /* Who asks how the database is gets an answer each time; others one in an outage. */
    const bool report = !press && keyboard_is_label(arena, TEXT_LABEL_DATABASE, update->message.text);
    const int64_t key = press || report ? INT64_MIN | (int64_t)digest : from->id;
    if (!take_turn(watch, key, &since))
        return;
    const enum lang lang = lang_by_code(from->language_code, watch->app->settings->default_lang);
    const struct tg_call call = word(arena, update, lang, report, since);
    if (sender_submit(watch->app->direct, &call, SENDER_REPLY, 0, NULL, NULL) != STATUS_OK)
        log_warning("a person could not be told that the database is away", LOG_NUMBER("person", from->id));
}
