/* The way of one update through a worker (docs/ARCHITECTURE.md, "The commit protocol"):
 *
 *   load the session → finish what it still owes to be made → a duplicate? → route → load what the route needs →
 * handler → one conditional write → make what it owes to be made → tell delivery → answer
 *
 * A conflict means that another copy was faster: everything is done again from the load. An unknown outcome is the
 * same: the operation id in the session says whether the write had been done. */
#include "server/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/queue.h"
#include "core/random.h"
#include "handlers/handlers.h"
#include "server/alerts.h"
#include "server/copies.h"
#include "server/delivery/create.h"
#include "server/delivery/delivery.h"
#include "server/needs.h"
#include "server/pace.h"
#include "server/suspects.h"
#include "server/thread.h"
#include "server/watch.h"
#include "telegram/parse.h"

enum { TRIES_MAX = 5, TASK_ARENA_MAX = 32 << 20 };

struct task {
    struct arena *arena;
    struct tg_update update;
    uint64_t digest;
    const char *unreadable; /* the JSON, where it could not be read; NULL: `update` is valid */
    size_t length;
    const char *why;
    update_done *done;
    void *context;
    int64_t taken_at;      /* monotonic */
    int64_t ticket_number; /* taken in an attempt before; 0: none. A conflict shall not cost one */
    bool paced;            /* counted by the worker's pace, which said: */
    enum pace_verdict pace;
};

struct worker {
    struct workers *workers;
    unsigned index;
    struct queue *queue;
    struct pace *pace;
    pthread_t thread;
};

struct workers {
    struct app *app;
    struct suspects *suspects;
    struct worker *list;
    size_t count, started;
    _Atomic uint64_t results[UPDATE_RESULT_COUNT], conflicts;
};

static const char *const result_names[UPDATE_RESULT_COUNT] = {
#define X(id, name) name,
    UPDATE_RESULTS(X)
#undef X
};

/* --- one attempt --- */

static enum status load_session(struct app *app, const struct task *task, struct user *ret_user, struct error *error) {
    int64_t person = tg_update_person(&task->update);
    enum status status = store_load(app->store, COLLECTION_USERS, person, task->arena, ret_user, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    *ret_user = (struct user){.doc.id = person};
    return STATUS_OK;
}

static enum status decide(struct app *app, const struct task *task, const struct user *user,
                          const struct change *change, struct error *error) {
    struct write write = {.collection = COLLECTION_USERS,
                          .before = user->doc.rev ? user : NULL,
                          .after = &change->user,
                          .op = op_id(task->digest, change->outcome),
                          .owe = change->owe,
                          .owe_count = change->owe_count,
                          .owner = copies_owner(app->copies, user->doc.owner),
                          .now = clock_now()};
    FAULT(before_decide);
    enum status status = store_write(app->store, &write, NULL, error);
    if (status == STATUS_OK)
        FAULT(after_decide);
    return status;
}

/* The document that decides in the session's place. Nobody decides about themselves: not even a super-admin steps down
 * by a press. */
static enum status decide_other(struct app *app, const struct task *task, const struct change *change,
                                struct error *error) {
    const struct decision *decision = &change->decision;
    const struct doc *before = decision->before;
    if (decision->collection == COLLECTION_USERS && before->id == change->user.doc.id)
        return error_set(error, STATUS_INVALID, "a person would decide about themselves");
    struct write write = {.collection = decision->collection,
                          .before = before->rev ? before : NULL,
                          .after = decision->after,
                          .op = op_id(task->digest, change->outcome),
                          .owe = decision->owe,
                          .owe_count = decision->owe_count,
                          .cards = decision->card,
                          .card_count = decision->card ? 1 : 0,
                          .settle = &decision->settle,
                          .settle_count = decision->settle ? 1 : 0,
                          .unseen = decision->unseen,
                          .owner = copies_owner(app->copies, before->owner),
                          .now = clock_now()};
    FAULT(before_decide_ticket);
    enum status status = store_write(app->store, &write, NULL, error);
    if (status)
        return status;
    delivery_notify(app->delivery, decision->collection, before->id);
    FAULT(after_decide_ticket);
    return STATUS_OK;
}

/* What the session owes to be made is made before anything else happens to it. */
static enum status finish_creating(struct app *app, const struct task *task, struct user *user, struct error *error) {
    if (!create_owed(user))
        return STATUS_OK;
    enum status status = create_document(app, user, task->arena, error);
    if (status == STATUS_OK)
        status = load_session(app, task, user, error);
    /* Made, but another copy took the session over before that was noted: once more, with its owner. */
    return status == STATUS_OK && create_owed(user) ? STATUS_CONFLICT : status;
}

static size_t owed_documents(const struct change *change) {
    size_t count = 0;
    for (size_t i = 0; i < change->owe_count; i++)
        count += create_is(change->owe[i].kind) ? 1 : 0;
    return count;
}

/* After the deciding write: nothing here can be lost any more, so that a failure is left to recovery. */
static void follow_up(struct app *app, const struct task *task, const struct change *change) {
    struct user user;
    struct error error = {0};
    size_t creating = owed_documents(change);
    if (creating > 0 && (load_session(app, task, &user, &error) || finish_creating(app, task, &user, &error)))
        log_warning("a document is made later", LOG_NUMBER("update", task->update.id), LOG_TEXT("why", error.text));
    if (change->owe_count > creating)
        delivery_notify(app->delivery, COLLECTION_USERS, change->user.doc.id);
    FAULT(before_answer);
}

/* Whether an update that led nowhere may go without a trace: it changes nothing, and doing it again changes nothing. */
static bool leaves_no_trace(const struct route *route, const struct user *user) {
    return route->handler == NULL && user->doc.rev > 0;
}

/* Counted once for each update, however often it is attempted. A block or an unblock is nothing that a person sends. */
static enum pace_verdict take_pace(struct worker *worker, struct task *task, const struct user *user) {
    int times = user_is_staff(user) ? PACE_STAFF_TIMES : 1;
    if (!task->paced && task->update.kind != TG_UPDATE_MY_CHAT_MEMBER)
        task->pace = pace_take(worker->pace, user->doc.id, times, clock_monotonic());
    task->paced = true;
    return task->pace;
}

/* A press that no button of ours makes for this person: dismissed, a button of another version, or made up. */
static void log_forged(const struct task *task, const struct context *context, const struct change *change) {
    if (change->forged)
        log_warning("a press was refused", LOG_NUMBER("update", task->update.id),
                    LOG_NUMBER("person", context->user->doc.id), LOG_TEXT("role", role_name(context->user->role)),
                    LOG_TEXT("verb", verb_name(context->callback.verb)));
}

static enum status attempt(struct worker *worker, struct task *task, const char *error_id, const char **ret_handler,
                           enum update_result *ret_result, struct error *error) {
    struct app *app = worker->workers->app;
    struct user user;
    enum status status = load_session(app, task, &user, error);
    if (status == STATUS_OK)
        status = finish_creating(app, task, &user, error);
    if (status)
        return status;
    if (op_find(&user.doc.ops, task->digest, NULL)) {
        *ret_result = UPDATE_DUPLICATE;
        if (user.doc.owes.count > 0)
            delivery_notify(app->delivery, COLLECTION_USERS, user.doc.id);
        return STATUS_OK;
    }
    struct context context = {.arena = task->arena,
                              .now = clock_now(),
                              .default_lang = app->settings->default_lang,
                              .bot = atomic_load(&app->bot),
                              .call_cooldown = app->settings->call_cooldown * INT64_C(1000),
                              .update = &task->update,
                              .user = &user,
                              .ticket_number = task->ticket_number};
    struct change change;
    if (error_id) {
        router_give_up(&context, error_id, &change);
    } else {
        const enum pace_verdict pace = take_pace(worker, task, &user);
        context.too_fast = pace != PACE_FINE;
        context.say_so = pace == PACE_FIRST_OVER;
        const struct route *route = router_find(&context);
        *ret_handler = route->name;
        *ret_result = UPDATE_IGNORED;
        if (leaves_no_trace(route, &user))
            return STATUS_OK;
        status = needs_load(app, task->digest, route->needs, &context, error);
        task->ticket_number = context.ticket_number;
        if (status)
            return status;
        router_run(route, &context, &change);
    }
    if (change.decision.before)
        status = decide_other(app, task, &change, error);
    if (status == STATUS_OK)
        status = decide(app, task, &user, &change, error);
    if (status)
        return status;
    log_forged(task, &context, &change);
    *ret_result = error_id ? UPDATE_GIVEN_UP : UPDATE_HANDLED;
    follow_up(app, task, &change);
    return STATUS_OK;
}

/* --- one update --- */

static const char *new_error_id(struct arena *arena) {
    return arena_printf(arena, "%08llx", (unsigned long long)random_below((int64_t)1 << 32));
}

/* Super-admins learn the id that the person was told, and the cause. */
static void alert(struct app *app, const char *error_id, const char *where, const char *why) {
    char cause[256];
    snprintf(cause, sizeof(cause), "%s: %s", where ? where : "?", why);
    const struct text_arg args[] = {{.name = "error", .value = error_id}, {.name = "cause", .value = cause}};
    (void)alerts_raise(app->alerts, cause, TEXT_ALERT_ERROR, args, 2);
}

/* Again after a conflict; with an apology where the handler's result cannot be stored at all. */
static enum update_result try_update(struct worker *worker, struct task *task, const char *error_id,
                                     const char **ret_handler) {
    struct app *app = worker->workers->app;
    enum update_result result = UPDATE_PUT_OFF;
    struct error error = {0};
    enum status status = watch_away(app->watch) ? STATUS_UNAVAILABLE : STATUS_CONFLICT;
    for (int i = 0; i < TRIES_MAX && (status == STATUS_CONFLICT || status == STATUS_UNKNOWN); i++) {
        error = (struct error){0};
        status = attempt(worker, task, error_id, ret_handler, &result, &error);
        if (status == STATUS_CONFLICT)
            atomic_fetch_add(&worker->workers->conflicts, 1);
        if (status == STATUS_INVALID && !error_id) {
            error_id = new_error_id(task->arena);
            log_error("a handler's change cannot be stored", LOG_NUMBER("update", task->update.id),
                      LOG_TEXT("handler", *ret_handler), LOG_TEXT("error", error_id), LOG_TEXT("why", error.text));
            alert(app, error_id, *ret_handler, error.text);
            status = STATUS_CONFLICT;
        }
    }
    if (status == STATUS_OK)
        return result;
    if (status == STATUS_UNAVAILABLE || status == STATUS_UNKNOWN)
        watch_put_off(app->watch, &task->update, task->digest);
    if (status == STATUS_DAMAGED)
        alert(app, "—", *ret_handler, error.text);
    log_warning("an update is put off", LOG_NUMBER("update", task->update.id), LOG_TEXT("status", status_name(status)),
                LOG_TEXT("why", error.text));
    return UPDATE_PUT_OFF;
}

static enum update_result handle(struct worker *worker, struct task *task, const char **ret_handler) {
    struct workers *workers = worker->workers;
    unsigned starts = suspects_begin(workers->suspects, worker->index, task->digest);
    const char *error_id = NULL;
    if (starts >= SUSPECT_STARTS_MAX) {
        error_id = new_error_id(task->arena);
        log_error("an update ended the process again and again, it is given up", LOG_NUMBER("update", task->update.id),
                  LOG_NUMBER("person", tg_update_person(&task->update)), LOG_TEXT("error", error_id));
        alert(workers->app, error_id, task->update.kind_name, "ended the process three times");
    }
    /* Where even the apology kills, nothing is left to do. */
    enum update_result result =
        starts > SUSPECT_STARTS_MAX ? UPDATE_GIVEN_UP : try_update(worker, task, error_id, ret_handler);
    suspects_end(workers->suspects, worker->index, task->digest);
    return result;
}

static enum update_result keep_unread(struct worker *worker, const struct task *task) {
    struct error error = {0};
    enum status status =
        store_keep_unread(worker->workers->app->store, clock_now(), task->why, task->unreadable, task->length, &error);
    log_warning("an update could not be read", LOG_TEXT("why", task->why), LOG_TEXT("kept", status_name(status)));
    return status == STATUS_OK ? UPDATE_UNREADABLE : UPDATE_PUT_OFF;
}

static enum update_result take(struct worker *worker, struct task *task, const char **ret_handler) {
    if (task->unreadable)
        return keep_unread(worker, task);
    return router_wants(&task->update) ? handle(worker, task, ret_handler) : UPDATE_IGNORED;
}

static void finish(struct worker *worker, struct task *task) {
    const char *handler_name = "";
    int64_t begun = clock_monotonic();
    enum update_result result = take(worker, task, &handler_name);
    int64_t now = clock_monotonic();
    atomic_fetch_add(&worker->workers->results[result], 1);
    log_debug("update", LOG_NUMBER("update", task->update.id), LOG_TEXT("kind", task->update.kind_name),
              LOG_NUMBER("person", task->unreadable ? 0 : tg_update_person(&task->update)),
              LOG_TEXT("handler", handler_name), LOG_TEXT("result", result_names[result]),
              LOG_NUMBER("waited_ms", begun - task->taken_at), LOG_NUMBER("took_ms", now - begun));
    task->done(task->context, result == UPDATE_PUT_OFF ? VERDICT_LATER : VERDICT_TAKEN);
    arena_free(task->arena);
}

static void *run(void *context) {
    struct worker *worker = context;
    void *task;
    while (queue_pop(worker->queue, -1, &task) == STATUS_OK)
        finish(worker, task);
    return NULL;
}

/* --- taking --- */

/* The operation that an update is: the same for each redelivery, another one for each edit. A callback query has an id
 * of its own; update ids alone start anew after a quiet week (Bot API, "Update"). */
static uint64_t digest_of(const struct tg_update *update, struct arena *arena) {
    if (update->kind == TG_UPDATE_CALLBACK_QUERY)
        return digest_short(arena_printf(arena, "callback:%s", update->callback_query.id));
    int64_t chat = 0, message = 0, edited = 0;
    if (update->kind == TG_UPDATE_MESSAGE || update->kind == TG_UPDATE_EDITED_MESSAGE) {
        chat = update->message.chat.id;
        message = update->message.id;
        edited = update->message.edit_date;
    }
    return digest_short(arena_printf(arena, "%lld:%lld:%lld:%lld", (long long)update->id, (long long)chat,
                                     (long long)message, (long long)edited));
}

static struct task *make_task(const char *json, size_t length, update_done *done, void *context) {
    struct arena *arena = arena_new(TASK_ARENA_MAX);
    struct task *task = ARENA_NEW(arena, struct task);
    struct error error = {0};
    task->arena = arena;
    task->done = done;
    task->context = context;
    task->taken_at = clock_monotonic();
    if (tg_update_parse(json, length, arena, &task->update, &error)) {
        task->update = (struct tg_update){.kind_name = "unreadable"};
        task->unreadable = arena_strndup(arena, json, length);
        task->length = length;
        task->why = arena_strdup(arena, error.text);
    } else {
        task->digest = digest_of(&task->update, arena);
    }
    return task;
}

enum status workers_submit(struct workers *workers, const char *json, size_t length, update_done *done, void *context) {
    struct task *task = make_task(json, length, done, context);
    uint64_t person = task->unreadable ? 0 : (uint64_t)tg_update_person(&task->update);
    struct worker *worker = &workers->list[(person * 0x9E3779B97F4A7C15U >> 32) % workers->count];
    enum status status = queue_push(worker->queue, task);
    if (status)
        arena_free(task->arena);
    return status;
}

/* --- life --- */

enum status workers_new(struct app *app, struct workers **ret_workers, struct error *error) {
    struct workers *workers = mem_alloc(sizeof(*workers));
    struct error why = {0};
    workers->app = app;
    workers->count = (size_t)app->settings->workers;
    workers->list = mem_alloc(workers->count * sizeof(*workers->list));
    if (suspects_open(app->settings->data_dir, (unsigned)workers->count, &workers->suspects, &why))
        log_warning("crashes will not be remembered", LOG_TEXT("why", why.text));
    for (size_t i = 0; i < workers->count; i++) {
        struct worker *worker = &workers->list[i];
        *worker = (struct worker){.workers = workers, .index = (unsigned)i, .queue = queue_new(WORKER_QUEUE_MAX)};
        worker->pace = pace_new(app->settings->user_rate);
        enum status status = thread_start(&worker->thread, "worker", run, worker, error);
        if (status) {
            queue_free(worker->queue);
            pace_free(worker->pace);
            workers_stop(workers);
            workers_free(workers);
            return status;
        }
        workers->started++;
    }
    *ret_workers = workers;
    return STATUS_OK;
}

void workers_stop(struct workers *workers) {
    for (size_t i = 0; i < workers->started; i++)
        queue_close(workers->list[i].queue);
    for (size_t i = 0; i < workers->started; i++)
        pthread_join(workers->list[i].thread, NULL);
}

void workers_free(struct workers *workers) {
    if (!workers)
        return;
    for (size_t i = 0; i < workers->started; i++) {
        queue_free(workers->list[i].queue);
        pace_free(workers->list[i].pace);
    }
    suspects_close(workers->suspects);
    free(workers->list);
    free(workers);
}

void workers_count(struct workers *workers, struct worker_counts *ret_counts) {
    *ret_counts = (struct worker_counts){.conflicts = atomic_load(&workers->conflicts)};
    for (int i = 0; i < UPDATE_RESULT_COUNT; i++)
        ret_counts->results[i] = atomic_load(&workers->results[i]);
    for (size_t i = 0; i < workers->started; i++)
        ret_counts->waiting += queue_length(workers->list[i].queue);
}
