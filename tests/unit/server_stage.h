/* tests/unit/server_stage: workers, delivery and the making of tickets on a real SQLite store in a folder of its own,
 * with the other copies and Telegram played by the test. It defines the functions of copies and sender, so that a test
 * program includes it once and links neither. Nothing here sleeps for a time: it waits until something is so. */
#ifndef TESTS_UNIT_SERVER_STAGE_H
#define TESTS_UNIT_SERVER_STAGE_H

#include "tests/unit/unit.h"

#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "server/alerts.h"
#include "server/copies.h"
#include "server/delivery/create.h"
#include "server/delivery/delivery.h"
#include "server/workers.h"
#include "telegram/call.h"
#include "telegram/parse.h"

enum {
    STAGE_SELF = 11,  /* this copy */
    STAGE_OTHER = 22, /* another one, which lives */
    STAGE_DEAD = 33,
    STAGE_PATIENCE = 60 * SECOND,
    STAGE_SENT_MAX = 4096,
    STAGE_ARENA_MAX = 512 << 20
};

struct sent {
    const struct tg_call *call;
    sender_done *done;
    void *context;
    int64_t not_after;
    bool landed;
};

static struct {
    char folder[64];
    struct settings settings;
    struct app app;
    struct arena *arena; /* of the test's thread */
    atomic_bool silent;  /* the beat could not be written: nothing may be sent */
    /* Runs once in the midst of what this copy does, where it asks for its own number: what others do meanwhile. */
    _Atomic(void (*)(void)) meanwhile;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct arena *sent_arena;
    struct sent sent[STAGE_SENT_MAX];
    size_t sent_count;
    bool hold; /* results come when the test says so */
    bool full; /* the sender takes nothing */
    /* What becomes of a call; NULL: all are delivered. On delivery's threads. */
    enum sender_outcome (*judge)(const struct tg_call *call);
} stage = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

/* --- copies, played --- */

int64_t copies_self(const struct copies *copies) {
    (void)copies;
    void (*meanwhile)(void) = atomic_exchange(&stage.meanwhile, NULL);
    if (meanwhile)
        meanwhile();
    return STAGE_SELF;
}

int64_t copies_owner(struct copies *copies, int64_t owner) {
    (void)copies;
    return owner == STAGE_OTHER ? owner : STAGE_SELF;
}

bool copies_may_send(struct copies *copies) {
    (void)copies;
    return !atomic_load(&stage.silent);
}

/* --- Telegram, played --- */

/* The first message has the number 1001. Under no lock: a `done` may submit. */
static inline void stage_land(size_t place, enum sender_outcome outcome) {
    pthread_mutex_lock(&stage.lock);
    struct sent *sent = &stage.sent[place];
    bool again = sent->landed;
    sent->landed = true;
    pthread_mutex_unlock(&stage.lock);
    if (again)
        abort();
    struct tg_answer answer = {.ok = outcome == SENDER_DELIVERED, .description = "played"};
    answer.message_ids[0] = 1001 + (int64_t)place;
    answer.message_count = answer.ok ? 1 : 0;
    struct sender_result result = {.outcome = outcome, .tried = true, .attempts = 1, .answer = &answer};
    if (sent->done)
        sent->done(sent->context, &result);
}

enum status sender_submit(struct sender *sender, const struct tg_call *call, enum sender_class class, int64_t not_after,
                          sender_done *done, void *context) {
    (void)sender;
    (void)class;
    pthread_mutex_lock(&stage.lock);
    bool full = stage.full || stage.sent_count == STAGE_SENT_MAX, hold = stage.hold;
    size_t place = stage.sent_count;
    if (!full)
        stage.sent[stage.sent_count++] =
            (struct sent){tg_call_copy(stage.sent_arena, call), done, context, not_after, false};
    enum sender_outcome outcome = stage.judge ? stage.judge(call) : SENDER_DELIVERED;
    pthread_cond_broadcast(&stage.changed);
    pthread_mutex_unlock(&stage.lock);
    if (full)
        return STATUS_FULL;
    if (!hold)
        stage_land(place, outcome);
    return STATUS_OK;
}

/* Lands what is held, in the order of sending, and holds nothing any more. */
static inline void stage_release(void) {
    pthread_mutex_lock(&stage.lock);
    stage.hold = false;
    size_t count = stage.sent_count;
    pthread_mutex_unlock(&stage.lock);
    for (size_t i = 0; i < count; i++)
        if (!stage.sent[i].landed)
            stage_land(i, stage.judge ? stage.judge(stage.sent[i].call) : SENDER_DELIVERED);
}

static inline void stage_set(bool *flag, bool value) {
    pthread_mutex_lock(&stage.lock);
    *flag = value;
    pthread_mutex_unlock(&stage.lock);
}

static inline size_t sent_count(void) {
    pthread_mutex_lock(&stage.lock);
    size_t count = stage.sent_count;
    pthread_mutex_unlock(&stage.lock);
    return count;
}

static inline const struct tg_call *sent(size_t place) {
    pthread_mutex_lock(&stage.lock);
    const struct tg_call *call = place < stage.sent_count ? stage.sent[place].call : NULL;
    pthread_mutex_unlock(&stage.lock);
    assert_non_null(call);
    return call;
}

/* Calls to a chat, oldest first, as their methods' names joined by blanks. */
static inline const char *sent_to(int64_t chat) {
    const char *words = "";
    for (size_t i = 0, count = sent_count(); i < count; i++)
        if (sent(i)->chat_id == chat)
            words = arena_printf(stage.arena, "%s%s%s", words, *words ? " " : "", tg_call_method_name(sent(i)));
    return words;
}

/* --- waiting --- */

#define WAIT_UNTIL(condition)                                                                                          \
    do {                                                                                                               \
        const int64_t late_ = clock_monotonic() + STAGE_PATIENCE;                                                      \
        while (!(condition) && clock_monotonic() < late_)                                                              \
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);                                                   \
        if (!(condition))                                                                                              \
            fail_msg("never so: %s", #condition);                                                                      \
    } while (0)

static inline void wait_sent(size_t count) {
    WAIT_UNTIL(sent_count() >= count);
}

/* Delivery has nothing in hand. */
static inline bool delivery_idle(void) {
    struct delivery_counts counts;
    delivery_count(stage.app.delivery, &counts);
    return counts.documents == 0;
}

/* --- documents --- */

static inline struct user load_user(int64_t id) {
    struct user user = {0};
    assert_int_equal(store_load(stage.app.store, COLLECTION_USERS, id, stage.arena, &user, NULL), STATUS_OK);
    return user;
}

static inline struct ticket load_ticket(int64_t number) {
    struct ticket ticket = {0};
    assert_int_equal(store_load(stage.app.store, COLLECTION_TICKETS, number, stage.arena, &ticket, NULL), STATUS_OK);
    return ticket;
}

static inline bool has_ticket(int64_t number) {
    struct ticket ticket;
    return store_load(stage.app.store, COLLECTION_TICKETS, number, stage.arena, &ticket, NULL) == STATUS_OK;
}

/* Owes nothing, and nobody owns it. */
static inline bool let_go(enum collection collection, int64_t id) {
    struct doc doc = collection == COLLECTION_USERS ? load_user(id).doc : load_ticket(id).doc;
    return doc.owes.count == 0 && doc.owner == 0 && doc.owed_at == 0;
}

static inline void put_user(struct user user, const struct owed *owe, size_t count, int64_t owner) {
    struct write write = {.collection = COLLECTION_USERS,
                          .after = &user,
                          .owe = owe,
                          .owe_count = count,
                          .owner = owner,
                          .now = clock_now()};
    assert_int_equal(store_write(stage.app.store, &write, NULL, NULL), STATUS_OK);
}

static inline void put_staff(int64_t id, enum role role) {
    put_user((struct user){.doc.id = id, .role = role, .started = true, .name = "Staff", .lang = "uk"}, NULL, 0, 0);
}

/* Adds items to a document that is there, as another update of the same person does. */
static inline void add_owed(int64_t id, const struct owed *owe, size_t count) {
    struct user user = load_user(id);
    struct write write = {.collection = COLLECTION_USERS,
                          .before = &user,
                          .after = &user,
                          .owe = owe,
                          .owe_count = count,
                          .owner = copies_owner(NULL, user.doc.owner),
                          .now = clock_now()};
    assert_int_equal(store_write(stage.app.store, &write, NULL, NULL), STATUS_OK);
}

/* --- life --- */

static inline int stage_remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw) {
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void stage_open(void) {
    const struct store_settings wanted = {.data_dir = stage.folder, .threads = 16, .exclusive = true};
    struct error error = {0};
    assert_int_equal(store_open(&wanted, &stage.app.store, &error), STATUS_OK);
    stage.app.alerts = alerts_new(&stage.app);
    assert_int_equal(delivery_new(&stage.app, &stage.app.delivery, &error), STATUS_OK);
    assert_int_equal(workers_new(&stage.app, &stage.app.workers, &error), STATUS_OK);
}

/* As serve ends: what is under way in the sender comes back after delivery has ended. */
static inline void stage_close(void) {
    workers_stop(stage.app.workers);
    delivery_stop(stage.app.delivery, 0);
    for (size_t i = 0; i < stage.sent_count; i++)
        if (!stage.sent[i].landed)
            stage_land(i, SENDER_STOPPED);
    workers_free(stage.app.workers);
    delivery_free(stage.app.delivery);
    alerts_free(stage.app.alerts);
    store_close(stage.app.store);
}

static inline int stage_setup(void **state) {
    (void)state;
    strcpy(stage.folder, "/tmp/stage-XXXXXX");
    if (!mkdtemp(stage.folder))
        return -1;
    stage.settings = (struct settings){.data_dir = stage.folder, .workers = 2, .default_lang = LANG_UK};
    stage.app = (struct app){.settings = &stage.settings};
    stage.arena = arena_new(STAGE_ARENA_MAX);
    stage.sent_arena = arena_new(STAGE_ARENA_MAX);
    stage.sent_count = 0;
    stage.hold = stage.full = false;
    stage.judge = NULL;
    atomic_store(&stage.silent, false);
    atomic_store(&stage.meanwhile, NULL);
    tg_setup();
    stage_open();
    return 0;
}

static inline int stage_teardown(void **state) {
    (void)state;
    stage_close();
    arena_free(stage.arena);
    arena_free(stage.sent_arena);
    return nftw(stage.folder, stage_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define STAGE_TEST(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)

#endif
