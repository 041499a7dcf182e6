#include "server/copies.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/parse.h"
#include "core/random.h"
#include "server/delivery/delivery.h"
#include "server/thread.h"

enum {
    BEAT_EVERY = 2 * SECOND,
    SWEEP_EVERY = 5 * SECOND,
    DEAD_AFTER = 15 * SECOND,
    SILENT_AFTER = 8 * SECOND, /* of our own beat: well before others call us dead */
    SWEEP_PAGE = 256,
    SWEEP_PAGES_MAX = 16
};

/* An owner we know of, and when its beat last moved. */
struct owner {
    int64_t id, beat, moved_at; /* moved_at: monotonic */
    bool listed;                /* has a record in the database */
};

struct copies {
    struct app *app;
    int64_t self;
    int lock; /* the file's descriptor, -1: an identity without a file */
    pthread_t thread;
    bool started;
    int64_t next_beat;     /* monotonic; the thread's own */
    pthread_mutex_t mutex; /* of everything below */
    pthread_cond_t wake;
    bool stopping;
    int64_t beat, beaten_at, sending_since;
    struct owner owners[COPIES_MAX];
    size_t owner_count;
};

/* --- identity --- */

static enum status read_identity(int file, int64_t *ret_id) {
    char text[32] = "";
    ssize_t length = pread(file, text, sizeof(text) - 1, 0);
    return length <= 0 ? STATUS_NOT_FOUND : parse_i64_bytes(text, strcspn(text, "\n"), 1, INT64_MAX, ret_id);
}

static enum status write_identity(int file, int64_t id, struct error *error) {
    char text[32];
    int length = snprintf(text, sizeof(text), "%" PRId64 "\n", id);
    if (ftruncate(file, 0) || pwrite(file, text, (size_t)length, 0) != length || fsync(file))
        return error_set(error, STATUS_UNAVAILABLE, "DATA_DIR: the file «copy» cannot be written: %s", strerror(errno));
    return STATUS_OK;
}

static enum status take_identity(struct copies *copies, struct error *error) {
    const struct settings *settings = copies->app->settings;
    char path[4096];
    snprintf(path, sizeof(path), "%s/copy", settings->data_dir);
    mkdir(settings->data_dir, 0700); /* an existing one is fine; another failure shows at open */
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return error_set(error, STATUS_UNAVAILABLE, "DATA_DIR: the file «copy» cannot be opened: %s", strerror(errno));
    if (flock(file, LOCK_EX | LOCK_NB)) {
        close(file);
        if (!settings->mongo_uri)
            return error_set(error, STATUS_CONFLICT, "another «techsupport serve» is running on this DATA_DIR");
        copies->self = random_id();
        return STATUS_OK;
    }
    copies->lock = file;
    if (read_identity(file, &copies->self) == STATUS_OK)
        return STATUS_OK;
    copies->self = random_id();
    return write_identity(file, copies->self, error);
}

enum status copies_new(struct app *app, struct copies **ret_copies, struct error *error) {
    struct copies *copies = mem_alloc(sizeof(*copies));
    copies->app = app;
    copies->lock = -1;
    enum status status = take_identity(copies, error);
    if (status) {
        if (copies->lock >= 0)
            close(copies->lock);
        free(copies);
        return status;
    }
    pthread_mutex_init(&copies->mutex, NULL);
    thread_cond_init(&copies->wake);
    *ret_copies = copies;
    return STATUS_OK;
}

int64_t copies_self(const struct copies *copies) {
    return copies->self;
}

/* --- who lives (under the mutex) --- */

/* The owner's entry, made at first sight; NULL when there is no more room. */
static struct owner *know(struct copies *copies, int64_t id) {
    for (size_t i = 0; i < copies->owner_count; i++)
        if (copies->owners[i].id == id)
            return &copies->owners[i];
    if (copies->owner_count == COPIES_MAX)
        return NULL;
    struct owner *owner = &copies->owners[copies->owner_count++];
    *owner = (struct owner){.id = id, .beat = -1, .moved_at = clock_monotonic()};
    return owner;
}

static bool is_silent(const struct copies *copies) {
    return clock_monotonic() - copies->beaten_at >= SILENT_AFTER;
}

/* Only who beats sees whether others do. */
static bool is_dead(const struct copies *copies, const struct owner *owner) {
    return !is_silent(copies) && clock_monotonic() - owner->moved_at > DEAD_AFTER;
}

int64_t copies_owner(struct copies *copies, int64_t owner) {
    if (owner == 0 || owner == copies->self)
        return copies->self;
    pthread_mutex_lock(&copies->mutex);
    const struct owner *known = know(copies, owner);
    bool dead = known && is_dead(copies, known);
    pthread_mutex_unlock(&copies->mutex);
    return dead ? copies->self : owner;
}

static bool is_listed(const struct copy *listed, size_t count, int64_t id) {
    for (size_t i = 0; i < count; i++)
        if (listed[i].id == id)
            return true;
    return count == COPIES_MAX; /* there may be more */
}

/* Whoever lives has a record before it does anything: the beat writes it, also after a long silence. The beat is looked
 * at first: a copy that is buried in between has no record then. */
enum status copies_is_gone(struct copies *copies, int64_t id, bool *ret_gone, struct error *error) {
    struct copy listed[COPIES_MAX];
    size_t count = 0;
    const bool dead = id != copies->self && copies_owner(copies, id) == copies->self;
    enum status status = store_copies(copies->app->store, listed, &count, error);
    if (status == STATUS_OK)
        *ret_gone = dead || (id != copies->self && !is_listed(listed, count, id));
    return status;
}

int64_t copies_sending_since(struct copies *copies) {
    pthread_mutex_lock(&copies->mutex);
    int64_t since = is_silent(copies) ? INT64_MAX : copies->sending_since;
    pthread_mutex_unlock(&copies->mutex);
    return since;
}

bool copies_may_send(struct copies *copies) {
    return copies_sending_since(copies) != INT64_MAX;
}

/* Under the mutex, after a silence: nothing of before is known to hold. Others get their whole time anew, since we did
 * not see them either. */
static void begin_anew(struct copies *copies) {
    copies->sending_since = clock_monotonic();
    for (size_t i = 0; i < copies->owner_count; i++)
        copies->owners[i].moved_at = copies->sending_since;
}

static void note_copies(struct copies *copies, const struct copy *listed, size_t count) {
    pthread_mutex_lock(&copies->mutex);
    for (size_t i = 0; i < copies->owner_count; i++)
        copies->owners[i].listed = false;
    for (size_t i = 0; i < count; i++) {
        struct owner *owner = listed[i].id == copies->self ? NULL : know(copies, listed[i].id);
        if (!owner)
            continue;
        owner->listed = true;
        if (owner->beat != listed[i].beat) {
            owner->beat = listed[i].beat;
            owner->moved_at = clock_monotonic();
        }
    }
    pthread_mutex_unlock(&copies->mutex);
}

static enum status beat(struct copies *copies, struct error *error) {
    int64_t begun = clock_monotonic(); /* others may have seen it as early as this */
    enum status status = store_beat(copies->app->store, copies->self, copies->beat + 1, error);
    if (status)
        return status;
    struct copy listed[COPIES_MAX];
    size_t count = 0;
    pthread_mutex_lock(&copies->mutex);
    copies->beat++;
    if (is_silent(copies))
        begin_anew(copies);
    copies->beaten_at = begun;
    pthread_mutex_unlock(&copies->mutex);
    status = store_copies(copies->app->store, listed, &count, error);
    if (status == STATUS_OK)
        note_copies(copies, listed, count);
    return status;
}

static void note_failure(const char *event, enum status status, const struct error *error) {
    if (status)
        log_warning(event, LOG_TEXT("status", status_name(status)), LOG_TEXT("why", error->text));
}

static void beat_when_due(struct copies *copies) {
    struct error error = {0};
    if (clock_monotonic() < copies->next_beat)
        return;
    note_failure("the beat could not be written", beat(copies, &error), &error);
    copies->next_beat = clock_monotonic() + BEAT_EVERY;
}

/* --- the sweep --- */

static const struct {
    enum query query;
    enum collection collection;
} owing[] = {
#define X(id, name) {QUERY_OWED_##id, COLLECTION_##id},
    COLLECTIONS(X)
#undef X
};

/* Hands to delivery what `owner` owns and owes, making it ours before. *ret_found counts. Adopting thousands takes
 * longer than a beat may stand still. */
static enum status sweep_owner(struct copies *copies, int64_t owner, size_t *ret_found, struct error *error) {
    struct app *app = copies->app;
    for (size_t q = 0; q < sizeof(owing) / sizeof(owing[0]); q++) {
        int64_t ids[SWEEP_PAGE], after = INT64_MIN;
        size_t count = SWEEP_PAGE;
        for (int page = 0; page < SWEEP_PAGES_MAX && count == SWEEP_PAGE; page++) {
            enum status status = store_find(app->store, owing[q].query, owner, after, ids, SWEEP_PAGE, &count, error);
            for (size_t i = 0; status == STATUS_OK && i < count; i++) {
                after = ids[i];
                *ret_found += 1;
                beat_when_due(copies);
                if (owner != copies->self)
                    status = store_adopt(app->store, owing[q].collection, ids[i], owner, copies->self, error);
                if (status == STATUS_OK)
                    delivery_notify(app->delivery, owing[q].collection, ids[i]);
                else if (status == STATUS_CONFLICT)
                    status = STATUS_OK;
            }
            if (status)
                return status;
        }
    }
    return STATUS_OK;
}

/* The dead, copied out: adopting waits for the database. */
static size_t dead_owners(struct copies *copies, struct owner ret_dead[COPIES_MAX]) {
    size_t count = 0;
    pthread_mutex_lock(&copies->mutex);
    for (size_t i = 0; i < copies->owner_count; i++)
        if (is_dead(copies, &copies->owners[i]))
            ret_dead[count++] = copies->owners[i];
    pthread_mutex_unlock(&copies->mutex);
    return count;
}

/* Everything of a dead copy is adopted: its record can go. */
static void bury(struct copies *copies, const struct owner *dead, struct error *error) {
    if (dead->listed && store_forget_copy(copies->app->store, dead->id, error))
        return;
    pthread_mutex_lock(&copies->mutex);
    for (size_t i = 0; i < copies->owner_count; i++)
        if (copies->owners[i].id == dead->id)
            copies->owners[i] = copies->owners[--copies->owner_count];
    pthread_mutex_unlock(&copies->mutex);
    if (dead->listed)
        log_warning("a copy died, its deliveries were taken over", LOG_NUMBER("copy", dead->id));
}

static enum status sweep(struct copies *copies, struct error *error) {
    size_t found = 0;
    enum status status = sweep_owner(copies, copies->self, &found, error);
    if (status == STATUS_OK)
        status = sweep_owner(copies, 0, &found, error);
    struct owner dead[COPIES_MAX];
    size_t count = dead_owners(copies, dead);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        found = 0;
        status = sweep_owner(copies, dead[i].id, &found, error);
        if (status == STATUS_OK && found == 0)
            bury(copies, &dead[i], error);
    }
    return status;
}

/* --- the thread --- */

/* Waits until `deadline` (monotonic); false when it is time to stop. */
static bool wait_until(struct copies *copies, int64_t deadline) {
    struct timespec at = thread_deadline(deadline - clock_monotonic());
    pthread_mutex_lock(&copies->mutex);
    while (!copies->stopping && clock_monotonic() < deadline)
        pthread_cond_timedwait(&copies->wake, &copies->mutex, &at);
    bool go_on = !copies->stopping;
    pthread_mutex_unlock(&copies->mutex);
    return go_on;
}

static void *run(void *context) {
    struct copies *copies = context;
    int64_t next_sweep = clock_monotonic();
    bool first = true;
    copies->next_beat = clock_monotonic() + BEAT_EVERY;
    while (wait_until(copies, copies->next_beat < next_sweep ? copies->next_beat : next_sweep)) {
        struct error error = {0};
        beat_when_due(copies);
        if (clock_monotonic() < next_sweep)
            continue;
        note_failure("the sweep failed", sweep(copies, &error), &error);
        next_sweep = clock_monotonic() + SWEEP_EVERY;
        if (first)
            log_debug("swept after the start");
        first = false;
    }
    return NULL;
}

enum status copies_start(struct copies *copies, struct error *error) {
    copies->beat = clock_now(); /* differs from what an earlier run left */
    enum status status = beat(copies, error);
    if (status)
        return status;
    status = thread_start(&copies->thread, "copies", run, copies, error);
    copies->started = status == STATUS_OK;
    return status;
}

void copies_stop(struct copies *copies) {
    if (!copies->started)
        return;
    pthread_mutex_lock(&copies->mutex);
    copies->stopping = true;
    pthread_cond_signal(&copies->wake);
    pthread_mutex_unlock(&copies->mutex);
    pthread_join(copies->thread, NULL);
    copies->started = false;
    struct error error = {0};
    int64_t id;
    size_t owed = 0;
    for (size_t q = 0; owed == 0 && q < sizeof(owing) / sizeof(owing[0]); q++)
        if (store_find(copies->app->store, owing[q].query, copies->self, INT64_MIN, &id, 1, &owed, &error))
            owed = 1;
    if (owed == 0)
        note_failure("the beat's record stays", store_forget_copy(copies->app->store, copies->self, &error), &error);
}

void copies_free(struct copies *copies) {
    if (!copies)
        return;
    if (copies->lock >= 0)
        close(copies->lock);
    pthread_mutex_destroy(&copies->mutex);
    pthread_cond_destroy(&copies->wake);
    free(copies);
}

/* --- for others --- */

static bool has_record(const struct copies_seen *seen, const struct copy *copy) {
    for (size_t i = 0; i < seen->count; i++)
        if (seen->items[i].id == copy->id && seen->items[i].beat == copy->beat)
            return true;
    return false;
}

enum status copies_look_again(struct store *store, const struct copies_seen *seen, bool *ret_alive,
                              struct error *error) {
    struct copies_seen now = {0};
    enum status status = store_copies(store, now.items, &now.count, error);
    bool alive = false;
    for (size_t i = 0; status == STATUS_OK && i < now.count; i++)
        alive = alive || !has_record(seen, &now.items[i]);
    if (status == STATUS_OK)
        *ret_alive = alive;
    return status;
}

enum status copies_watch(struct store *store, struct copies_seen *ret_seen, bool *ret_alive, struct error *error) {
    enum { LOOK_EVERY = SECOND / 4 };
    enum status status = store_copies(store, ret_seen->items, &ret_seen->count, error);
    const int64_t until = clock_monotonic() + (ret_seen->count > 0 ? DEAD_AFTER : 0);
    *ret_alive = false;
    while (status == STATUS_OK && !*ret_alive && clock_monotonic() < until) {
        clock_sleep(LOOK_EVERY);
        status = copies_look_again(store, ret_seen, ret_alive, error);
    }
    return status;
}
