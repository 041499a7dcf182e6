#include "server/backups.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "handlers/context.h"
#include "server/alerts.h"
#include "server/copies.h"
#include "server/roles.h"
#include "server/thread.h"

enum {
    LOOK_EVERY = MINUTE,
    LOOK_PAUSE = SECOND / 2, /* the least between two looks */
    TRY_AGAIN = 10 * MINUTE, /* after a failure */
    RECIPIENTS_MAX = 64,     /* super-admins who are told */
    RUN_BYTES_MAX = 1 << 20, /* names and texts of one run */
    HOST_SIZE = 65
};

static const char lease_name[] = "backup", made_name[] = "backup_made_at", asked_name[] = "backup_for";

struct backups {
    struct app *app;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;
    bool stopping, woken;
    size_t outstanding; /* messages that the sender has */
    /* The thread's own: */
    int64_t not_before; /* monotonic; after a failure */
    bool failing;       /* and that was told */
};

struct recipient {
    struct backups *backups;
    int64_t id;
    enum lang lang;
    enum sender_outcome outcome;
};

/* One backup, from the reason to the notes. */
struct run {
    struct backups *backups;
    struct app *app;
    struct arena *arena;
    int64_t now, made_at, asked; /* asked 0: nobody did */
    bool due, answered;          /* whoever asked has it */
    struct backup_file file;
    struct recipient recipients[RECIPIENTS_MAX];
    size_t count;
};

static bool is_stopping(struct backups *backups) {
    pthread_mutex_lock(&backups->lock);
    const bool stopping = backups->stopping;
    pthread_mutex_unlock(&backups->lock);
    return stopping;
}

/* --- numbers in meta --- */

static enum status get_number(struct app *app, const char *name, int64_t *ret_number, struct error *error) {
    struct error absent = {0};
    *ret_number = 0;
    enum status status = store_get(app->store, name, ret_number, &absent);
    return status == STATUS_OK || status == STATUS_NOT_FOUND ? STATUS_OK : error_set(error, status, "%s", absent.text);
}

/* A number that somebody else has changed meanwhile is theirs. */
static enum status change_number(struct app *app, const char *name, int64_t from, int64_t to, struct error *error) {
    struct error why = {0};
    enum status status = store_swap(app->store, name, from, to, &why);
    return status == STATUS_OK || status == STATUS_CONFLICT ? STATUS_OK : error_set(error, status, "%s", why.text);
}

/* Takes the lease where nobody has it, or one who is dead; a copy that was started again has its own still. */
static enum status take_lease(struct app *app, bool *ret_ours, struct error *error) {
    const int64_t self = copies_self(app->copies);
    int64_t holder;
    enum status status = get_number(app, lease_name, &holder, error);
    *ret_ours = false;
    if (status != STATUS_OK || (holder != 0 && copies_owner(app->copies, holder) != self))
        return status;
    status = holder == self ? STATUS_OK : store_swap(app->store, lease_name, holder, self, error);
    *ret_ours = status == STATUS_OK;
    return status == STATUS_CONFLICT ? STATUS_OK : status;
}

/* --- whether there is a reason --- */

/* The first backup of a database is due once BACKUP_EVERY has passed; a time in the future was a wrong clock's. */
static enum status find_reason(struct run *run, struct error *error) {
    const int64_t every = run->app->settings->backup_every;
    enum status status = get_number(run->app, asked_name, &run->asked, error);
    if (status != STATUS_OK || every == 0)
        return status;
    status = get_number(run->app, made_name, &run->made_at, error);
    if (status == STATUS_OK && run->made_at == 0)
        return change_number(run->app, made_name, 0, run->now, error);
    run->due = run->made_at > run->now + DAY || run->now - run->made_at >= every;
    return status;
}

static void add_recipient(void *context, const struct user *user) {
    struct run *run = context;
    if (user->role != ROLE_SUPER_ADMIN || !user->started || user->blocked || run->count == RECIPIENTS_MAX ||
        (!run->due && user->doc.id != run->asked))
        return;
    run->recipients[run->count++] = (struct recipient){
        .backups = run->backups, .id = user->doc.id, .lang = user_lang(user, run->app->settings->default_lang)};
}

/* --- making --- */

static bool go_on(void *context, int64_t documents) {
    struct run *run = context;
    (void)documents;
    return !is_stopping(run->backups) && copies_may_send(run->app->copies);
}

static enum status make(struct run *run, struct error *error) {
    const struct settings *settings = run->app->settings;
    const char *path = NULL;
    size_t pruned = 0;
    enum status status = backup_file_name(run->arena, settings, BACKUP_FILES_USUAL, run->now, &path, error);
    if (status == STATUS_OK)
        status = backup_file_make(run->arena, run->app->store, settings, path, &(struct backup_watch){go_on, run},
                                  &run->file, error);
    if (status != STATUS_OK)
        return status;
    backup_file_prune(settings, run->now, &pruned);
    log_info("backup made", LOG_TEXT("file", path), LOG_NUMBER("documents", run->file.info.documents),
             LOG_NUMBER("bytes", run->file.size), LOG_NUMBER("pruned", pruned));
    if (run->file.info.left_out > 0)
        log_warning("documents cannot be read and are not in the backup", LOG_NUMBER("count", run->file.info.left_out));
    return STATUS_OK;
}

/* --- telling --- */

enum backup_message backup_message_of(const struct backup_file *file) {
    if (!file->encrypted)
        return BACKUP_IS_KEPT;
    return file->size <= BACKUP_SENT_MAX ? BACKUP_AS_DOCUMENT : BACKUP_NOT_SENT;
}

static void on_sent(void *context, const struct sender_result *result) {
    struct recipient *recipient = context;
    struct backups *backups = recipient->backups;
    pthread_mutex_lock(&backups->lock);
    recipient->outcome = result->outcome;
    backups->outstanding--;
    pthread_cond_broadcast(&backups->wake);
    pthread_mutex_unlock(&backups->lock);
}

static const char *render(struct run *run, const struct recipient *recipient, enum backup_message message) {
    static const enum text texts[] = {[BACKUP_AS_DOCUMENT] = TEXT_BACKUP_CAPTION,
                                      [BACKUP_IS_KEPT] = TEXT_BACKUP_KEPT,
                                      [BACKUP_NOT_SENT] = TEXT_BACKUP_NOT_SENT};
    char host[HOST_SIZE] = "";
    if (gethostname(host, sizeof(host) - 1) != 0)
        host[0] = '\0';
    const struct text_arg args[] = {
        {"documents", arena_printf(run->arena, "%" PRId64, run->file.info.documents), NULL},
        {"path", run->file.path, NULL},
        {"host", host, NULL},
    };
    return text_format(run->arena, recipient->lang, texts[message], args, sizeof(args) / sizeof(args[0]));
}

static void send(struct run *run, struct recipient *recipient, enum backup_message message) {
    const struct tg_media document = {.kind = TG_MEDIA_DOCUMENT};
    struct tg_call call = {.method = TG_METHOD_SEND_MESSAGE,
                           .chat_id = recipient->id,
                           .text = render(run, recipient, message),
                           .html = true};
    if (message == BACKUP_AS_DOCUMENT) {
        call.method = TG_METHOD_SEND_MEDIA;
        call.media = &document;
        call.media_count = 1;
        call.upload = run->file.path;
    }
    pthread_mutex_lock(&run->backups->lock);
    recipient->outcome = SENDER_STOPPED;
    run->backups->outstanding++;
    pthread_mutex_unlock(&run->backups->lock);
    const enum status status = sender_submit(run->app->sender, &call, SENDER_REPLY, 0, on_sent, recipient);
    if (status == STATUS_OK)
        return;
    pthread_mutex_lock(&run->backups->lock);
    if (status == STATUS_FULL) /* too much waits for this chat: the backup is not made again for its sake */
        recipient->outcome = SENDER_EXPIRED;
    run->backups->outstanding--;
    pthread_mutex_unlock(&run->backups->lock);
}

/* Under the lock. Whether whoever asked has it, for the first time that this is asked. */
static bool is_just_answered(struct run *run) {
    bool there = false;
    for (size_t i = 0; i < run->count; i++)
        there = there || (run->recipients[i].id == run->asked && run->recipients[i].outcome == SENDER_DELIVERED);
    const bool just = there && !run->answered;
    run->answered = there;
    return just;
}

/* They may ask again while others are yet to be told. What cannot be noted now is at the end. */
static void note_answered(struct run *run) {
    struct error ignored = {0};
    if (change_number(run->app, asked_name, run->asked, 0, &ignored) == STATUS_OK)
        run->asked = 0;
}

/* The sender gives everything back, at the latest when it is stopped. */
static void wait_sent(struct run *run) {
    struct backups *backups = run->backups;
    pthread_mutex_lock(&backups->lock);
    while (backups->outstanding > 0) {
        if (!is_just_answered(run)) {
            pthread_cond_wait(&backups->wake, &backups->lock);
            continue;
        }
        pthread_mutex_unlock(&backups->lock);
        note_answered(run);
        pthread_mutex_lock(&backups->lock);
    }
    pthread_mutex_unlock(&backups->lock);
}

static void log_outcome(const struct recipient *recipient) {
    static const char *const names[] = {
#define X(id, name) name,
        SENDER_OUTCOMES(X)
#undef X
    };
    log_info("a super-admin was told of the backup", LOG_NUMBER("person", recipient->id),
             LOG_TEXT("outcome", names[recipient->outcome]));
}

/* A document that Telegram refuses is told of instead. False: somebody could not be told yet. */
static bool tell_all(struct run *run) {
    const enum backup_message message = backup_message_of(&run->file);
    bool all = true;
    for (size_t i = 0; i < run->count; i++)
        send(run, &run->recipients[i], message);
    wait_sent(run);
    for (size_t i = 0; i < run->count && message == BACKUP_AS_DOCUMENT; i++)
        if (run->recipients[i].outcome == SENDER_REFUSED)
            send(run, &run->recipients[i], BACKUP_NOT_SENT);
    wait_sent(run);
    for (size_t i = 0; i < run->count; i++) {
        log_outcome(&run->recipients[i]);
        all = all && run->recipients[i].outcome != SENDER_STOPPED;
    }
    return all;
}

/* --- one run --- */

static enum status note_done(struct run *run, struct error *error) {
    enum status status = STATUS_OK;
    if (run->due)
        status = change_number(run->app, made_name, run->made_at, run->now, error);
    if (status == STATUS_OK && run->asked != 0)
        status = change_number(run->app, asked_name, run->asked, 0, error);
    return status;
}

/* Whoever asked is told and need not wait; the weekly one is tried again, and told of once. */
static void note_failure(struct run *run, enum status status, const struct error *error) {
    struct backups *backups = run->backups;
    struct error ignored = {0};
    char host[HOST_SIZE] = "";
    backups->not_before = clock_monotonic() + TRY_AGAIN;
    if (is_stopping(backups) || status == STATUS_STOPPED)
        return;
    log_error("the backup could not be made", LOG_TEXT("status", status_name(status)), LOG_TEXT("why", error->text));
    if (run->asked != 0 && change_number(run->app, asked_name, run->asked, 0, &ignored) != STATUS_OK)
        log_warning("the request for a backup stays", LOG_TEXT("why", ignored.text));
    if (backups->failing && run->asked == 0)
        return;
    backups->failing = true;
    if (gethostname(host, sizeof(host) - 1) != 0)
        host[0] = '\0';
    (void)alerts_raise(run->app->alerts, "backup", TEXT_BACKUP_FAILED, &(struct text_arg){"host", host, NULL}, 1);
}

/* The lease is ours. Another copy may have done it just before: the reason is looked for again. */
static enum status do_run(struct run *run, struct error *error) {
    enum status status = find_reason(run, error);
    if (status == STATUS_OK && (run->due || run->asked != 0))
        status = roles_each(run->app->store, add_recipient, run, error);
    if (status != STATUS_OK || (!run->due && run->asked == 0))
        return status;
    if (!run->due && run->count == 0) /* whoever asked is no super-admin any more */
        return note_done(run, error);
    status = make(run, error);
    if (status != STATUS_OK) {
        note_failure(run, status, error);
        return STATUS_OK;
    }
    if (!tell_all(run)) {
        run->backups->not_before = clock_monotonic() + (is_stopping(run->backups) ? 0 : TRY_AGAIN);
        return STATUS_OK;
    }
    run->backups->failing = false;
    return note_done(run, error);
}

static enum status look(struct backups *backups, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(RUN_BYTES_MAX);
    struct app *app = backups->app;
    struct run *run = ARENA_NEW(arena, struct run);
    *run = (struct run){.backups = backups, .app = app, .arena = arena, .now = clock_now()};
    bool ours = false;
    if (clock_monotonic() < backups->not_before)
        return STATUS_OK;
    enum status status = find_reason(run, error);
    if (status == STATUS_OK && (run->due || run->asked != 0))
        status = take_lease(app, &ours, error);
    if (status != STATUS_OK || !ours)
        return status;
    run->due = false;
    status = do_run(run, error);
    enum status released = change_number(app, lease_name, copies_self(app->copies), 0, error);
    return status == STATUS_OK ? released : status;
}

/* --- the thread --- */

/* False: it is time to stop. */
static bool wait_for_reason(struct backups *backups) {
    const int64_t every = backups->app->settings->backup_every;
    int64_t wait = every > 0 && every < LOOK_EVERY ? every : LOOK_EVERY;
    const struct timespec at = thread_deadline(wait < LOOK_PAUSE ? LOOK_PAUSE : wait);
    int late = 0;
    pthread_mutex_lock(&backups->lock);
    while (!backups->stopping && !backups->woken && late == 0)
        late = pthread_cond_timedwait(&backups->wake, &backups->lock, &at);
    backups->woken = false;
    const bool stopping = backups->stopping;
    pthread_mutex_unlock(&backups->lock);
    return !stopping;
}

static void *run_backups(void *context) {
    struct backups *backups = context;
    do {
        struct error error = {0};
        enum status status = look(backups, &error);
        if (status != STATUS_OK && !is_stopping(backups))
            log_warning("whether a backup is due cannot be found out", LOG_TEXT("status", status_name(status)),
                        LOG_TEXT("why", error.text));
    } while (wait_for_reason(backups));
    return NULL;
}

enum status backups_new(struct app *app, struct backups **ret_backups, struct error *error) {
    struct backups *backups = mem_alloc(sizeof(*backups));
    backups->app = app;
    pthread_mutex_init(&backups->lock, NULL);
    thread_cond_init(&backups->wake);
    enum status status = thread_start(&backups->thread, "backups", run_backups, backups, error);
    if (status == STATUS_OK) {
        *ret_backups = backups;
        return STATUS_OK;
    }
    pthread_cond_destroy(&backups->wake);
    pthread_mutex_destroy(&backups->lock);
    free(backups);
    return status;
}

enum status backups_request(struct app *app, int64_t person, struct error *error) {
    int64_t asked = person;
    struct error why = {0};
    enum status status = store_swap(app->store, asked_name, 0, person, &why);
    if (status == STATUS_CONFLICT)
        status = get_number(app, asked_name, &asked, error);
    else if (status != STATUS_OK)
        return error_set(error, status, "%s", why.text);
    if (status == STATUS_OK && asked != person) /* 0: it has just been done, and this one is not noted */
        return error_set(error, STATUS_FULL, "a backup is being made for somebody else");
    if (status == STATUS_OK && app->backups) {
        pthread_mutex_lock(&app->backups->lock);
        app->backups->woken = true;
        pthread_cond_broadcast(&app->backups->wake);
        pthread_mutex_unlock(&app->backups->lock);
    }
    return status;
}

void backups_stop(struct backups *backups) {
    if (!backups)
        return;
    pthread_mutex_lock(&backups->lock);
    backups->stopping = true;
    pthread_cond_broadcast(&backups->wake);
    pthread_mutex_unlock(&backups->lock);
}

void backups_free(struct backups *backups) {
    if (!backups)
        return;
    backups_stop(backups);
    pthread_join(backups->thread, NULL);
    pthread_cond_destroy(&backups->wake);
    pthread_mutex_destroy(&backups->lock);
    free(backups);
}
