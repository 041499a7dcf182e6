/* Who this copy is, who else lives, and whose documents are taken over. Time is the test's: it jumps. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "server/copies.h"
#include "server/delivery/delivery.h"
#include "server/thread.h"

enum { OTHER = 22, OURS = 1, NOBODYS = 2, THEIRS = 3, PATIENCE = 60, NOTICES_MAX = 4096 };

/* --- the clock and delivery, played --- */

static _Atomic int64_t jumped;

static int64_t real_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000000;
}

static void rest(void) {
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static int64_t jumping_clock(void) {
    return real_ms() + atomic_load(&jumped);
}

/* Of all that is linked here, only the copy lives by that clock. */
#define clock_monotonic jumping_clock
#include "server/copies.c" // NOLINT(bugprone-suspicious-include): it is to see the clock above
#undef clock_monotonic

static atomic_int notices[COLLECTION_COUNT][NOTICES_MAX]; /* by document id */

void delivery_notify(struct delivery *delivery, enum collection collection, int64_t id) {
    (void)delivery;
    atomic_fetch_add(&notices[collection][id], 1);
}

#define WAIT_UNTIL(condition)                                                                                          \
    do {                                                                                                               \
        const int64_t late_ = real_ms() + PATIENCE * SECOND;                                                           \
        while (!(condition) && real_ms() < late_)                                                                      \
            rest();                                                                                                    \
        if (!(condition))                                                                                              \
            fail_msg("never so: %s", #condition);                                                                      \
    } while (0)

/* --- a copy on a store of its own --- */

static char folder[64];
static struct settings settings;
static struct app app;
static struct copies *copies;

static int setup(void **state) {
    (void)state;
    strcpy(folder, "/tmp/copies-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    settings = (struct settings){.data_dir = folder};
    app = (struct app){.settings = &settings};
    copies = NULL;
    atomic_store(&jumped, 0);
    for (size_t c = 0; c < COLLECTION_COUNT; c++)
        for (size_t i = 0; i < NOTICES_MAX; i++)
            atomic_store(&notices[c][i], 0);
    const struct store_settings wanted = {.data_dir = folder, .threads = 4};
    return store_open(&wanted, &app.store, NULL) == STATUS_OK ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw) {
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int teardown(void **state) {
    (void)state;
    if (copies)
        copies_stop(copies);
    copies_free(copies);
    store_close(app.store);
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void begin(void) {
    assert_int_equal(copies_new(&app, &copies, NULL), STATUS_OK);
    app.copies = copies;
}

static void put(enum collection collection, int64_t id, int64_t owner) {
    const struct owed item = {.kind = OWED_MESSAGE, .chat = 5, .text = "hint"};
    union any_row row;
    memset(&row, 0, sizeof(row));
    row.doc.id = id;
    struct write write = {
        .collection = collection, .after = &row, .owe = &item, .owe_count = 1, .owner = owner, .now = clock_now()};
    assert_int_equal(store_write(app.store, &write, NULL, NULL), STATUS_OK);
}

static int64_t owner_of(enum collection collection, int64_t id) {
    struct arena *arena = arena_new(1 << 20);
    union any_row row;
    assert_int_equal(store_load(app.store, collection, id, arena, &row, NULL), STATUS_OK);
    arena_free(arena);
    return row.doc.owner;
}

/* The beat that is written for a copy; -1: it has no record. */
static int64_t beat_of(int64_t id) {
    struct copy listed[COPIES_MAX];
    size_t count = 0;
    assert_int_equal(store_copies(app.store, listed, &count, NULL), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (listed[i].id == id)
            return listed[i].beat;
    return -1;
}

static void beat_as(int64_t id, int64_t beat) {
    assert_int_equal(store_beat(app.store, id, beat, NULL), STATUS_OK);
}

/* Its thread, if it waits, looks at the clock again. */
static void jump(int64_t seconds) {
    pthread_mutex_lock(&copies->mutex);
    atomic_fetch_add(&jumped, seconds * SECOND);
    pthread_cond_broadcast(&copies->wake);
    pthread_mutex_unlock(&copies->mutex);
}

/* As the copy knows it: a jump between the writing of a beat and its note would look like a silence. */
static int64_t own_beat(void) {
    pthread_mutex_lock(&copies->mutex);
    const int64_t beat = copies->beat;
    pthread_mutex_unlock(&copies->mutex);
    return beat;
}

/* Time passes while our copy beats: in steps that are no silence of its own, each seen by it. */
static void pass(int64_t seconds) {
    for (; seconds > 0; seconds -= 4) {
        int64_t before = own_beat();
        jump(4);
        WAIT_UNTIL(own_beat() > before);
    }
}

/* --- identity --- */

static void test_the_identity_stays(void **state) {
    (void)state;
    begin();
    int64_t self = copies_self(copies);
    assert_true(self > 0);
    copies_free(copies);
    begin();
    assert_int_equal(copies_self(copies), self);
}

static void test_an_identity_that_cannot_be_read_is_made_anew(void **state) {
    (void)state;
    static const char *const contents[] = {
        "", "\n", "abc\n", "0\n", "-5\n", "12x\n", "007\n", "99999999999999999999\n", "\xff\xfe", "12 \n"};
    char path[96];
    snprintf(path, sizeof(path), "%s/copy", folder);
    for (size_t i = 0; i < COUNT(contents); i++) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(contents[i], file);
        fclose(file);
        begin();
        int64_t self = copies_self(copies);
        assert_true(self > 12);
        copies_free(copies);
        begin();
        assert_int_equal(copies_self(copies), self);
        copies_free(copies);
        copies = NULL;
    }
}

static void test_a_second_serve_on_the_folder(void **state) {
    (void)state;
    struct copies *second = NULL;
    struct error error = {0};
    begin();
    assert_int_equal(copies_new(&app, &second, &error), STATUS_CONFLICT);
    assert_null(second);
    assert_non_null(strstr(error.text, "DATA_DIR"));
    settings.mongo_uri = "mongodb://localhost"; /* there two copies are as it should be */
    assert_int_equal(copies_new(&app, &second, &error), STATUS_OK);
    assert_int_not_equal(copies_self(second), copies_self(copies));
    copies_free(second);
    copies_stop(copies); /* not started */
}

/* --- who lives --- */

static void test_owners(void **state) {
    (void)state;
    begin();
    int64_t self = copies_self(copies);
    assert_int_equal(copies_start(copies, NULL), STATUS_OK);
    assert_int_equal(copies_owner(copies, 0), self);
    assert_int_equal(copies_owner(copies, self), self);
    assert_int_equal(copies_owner(copies, OTHER), OTHER); /* not known yet: it may live */
    pass(8);
    assert_int_equal(copies_owner(copies, OTHER), OTHER);
    for (int64_t id = 100; id < 100 + 2 * COPIES_MAX; id++) /* more than can be: nobody is called dead unseen */
        assert_int_equal(copies_owner(copies, id), id);
}

static void test_no_sending_without_a_beat(void **state) {
    (void)state;
    begin();
    assert_int_equal(copies_start(copies, NULL), STATUS_OK);
    assert_true(copies_may_send(copies));
    pass(40);
    assert_true(copies_may_send(copies));
    jump(9);
    WAIT_UNTIL(copies_may_send(copies)); /* with the next beat */
    copies_stop(copies);
    assert_true(copies_may_send(copies));
    jump(9);
    assert_false(copies_may_send(copies));
}

static bool is_gone(int64_t id) {
    bool gone = false;
    assert_int_equal(copies_is_gone(copies, id, &gone, NULL), STATUS_OK);
    return gone;
}

/* The poller's lease outlives a copy's documents and its record: the dead are known by their record's absence too. */
static void test_who_is_gone(void **state) {
    (void)state;
    begin();
    beat_as(OTHER, 1);
    put(COLLECTION_USERS, THEIRS, OTHER); /* keeps it from being buried at once */
    assert_int_equal(copies_start(copies, NULL), STATUS_OK);
    assert_false(is_gone(copies_self(copies)));
    assert_false(is_gone(OTHER));
    assert_true(is_gone(33)); /* ended, or buried by somebody else */
    pass(20);
    assert_true(is_gone(OTHER));
    pass(16);
    WAIT_UNTIL(beat_of(OTHER) == -1);
    assert_true(is_gone(OTHER)); /* buried, and seen for the first time again */
    beat_as(OTHER, 2);
    assert_false(is_gone(OTHER)); /* it came back */
    for (int64_t id = 100; id < 100 + COPIES_MAX; id++)
        beat_as(id, 1);
    assert_false(is_gone(1000)); /* more than are listed */
}

/* --- the sweep --- */

static int seen(enum collection collection, int64_t id) {
    return atomic_load(&notices[collection][id]);
}

static void test_what_is_ours_or_nobodys_is_delivered(void **state) {
    (void)state;
    begin();
    int64_t self = copies_self(copies);
    beat_as(OTHER, 1);
    for (int c = 0; c < COLLECTION_COUNT; c++) {
        put((enum collection)c, OURS, self);
        put((enum collection)c, NOBODYS, 0);
        put((enum collection)c, THEIRS, OTHER);
    }
    assert_int_equal(copies_start(copies, NULL), STATUS_OK);
    for (int c = 0; c < COLLECTION_COUNT; c++) {
        WAIT_UNTIL(seen((enum collection)c, OURS) > 0 && seen((enum collection)c, NOBODYS) > 0);
        WAIT_UNTIL(owner_of((enum collection)c, NOBODYS) == self);
        assert_int_equal(seen((enum collection)c, THEIRS), 0);
        assert_int_equal(owner_of((enum collection)c, THEIRS), OTHER);
    }
    copies_stop(copies); /* still owes: the record stays, so that others find it dead */
    assert_true(beat_of(self) >= 0);
}

/* Many more than a page. */
static void test_a_long_list(void **state) {
    (void)state;
    enum { MANY = 600 };
    begin();
    for (int64_t id = 1; id <= MANY; id++)
        put(COLLECTION_USERS, id, id % 2 ? copies_self(copies) : 0);
    assert_int_equal(copies_start(copies, NULL), STATUS_OK);
    for (int64_t id = 1; id <= MANY; id++)
        WAIT_UNTIL(seen(COLLECTION_USERS, id) > 0);
}

static void test_the_dead_are_taken_over(void **state) {
    (void)state;
    begin();
    int64_t self = copies_self(copies);
    beat_as(OTHER, 1);
    put(COLLECTION_USERS, THEIRS, OTHER);
    put(COLLECTION_TICKETS, THEIRS, OTHER);
    assert_int_equal(copies_start(copies, NULL), STATUS_OK);
    for (int64_t beat = 2; beat < 8; beat++) { /* its beats move: it lives, however long */
        beat_as(OTHER, beat);
        pass(8);
        assert_int_equal(owner_of(COLLECTION_USERS, THEIRS), OTHER);
        assert_int_equal(copies_owner(copies, OTHER), OTHER);
    }
    pass(20);
    WAIT_UNTIL(owner_of(COLLECTION_USERS, THEIRS) == self && owner_of(COLLECTION_TICKETS, THEIRS) == self);
    WAIT_UNTIL(seen(COLLECTION_USERS, THEIRS) > 0 && seen(COLLECTION_TICKETS, THEIRS) > 0);
    pass(8); /* to the next sweep, which finds nothing more of it */
    WAIT_UNTIL(beat_of(OTHER) == -1);
}

/* It comes back as what it was: its beat goes on, and it lives. */
static void test_the_dead_that_come_back(void **state) {
    (void)state;
    begin();
    beat_as(OTHER, 1);
    assert_int_equal(copies_start(copies, NULL), STATUS_OK);
    pass(24);
    WAIT_UNTIL(beat_of(OTHER) == -1);
    beat_as(OTHER, 2);
    pass(4);
    put(COLLECTION_USERS, THEIRS, OTHER);
    pass(8);
    assert_int_equal(copies_owner(copies, OTHER), OTHER);
    assert_int_equal(owner_of(COLLECTION_USERS, THEIRS), OTHER);
}

static void test_a_clean_end_leaves_no_record(void **state) {
    (void)state;
    begin();
    assert_int_equal(copies_start(copies, NULL), STATUS_OK);
    assert_true(beat_of(copies_self(copies)) > 0);
    copies_stop(copies);
    assert_int_equal(beat_of(copies_self(copies)), -1);
    copies_stop(copies); /* again is nothing */
    copies_free(NULL);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_the_identity_stays),
        TEST(test_an_identity_that_cannot_be_read_is_made_anew),
        TEST(test_a_second_serve_on_the_folder),
        TEST(test_owners),
        TEST(test_no_sending_without_a_beat),
        TEST(test_who_is_gone),
        TEST(test_what_is_ours_or_nobodys_is_delivered),
        TEST(test_a_long_list),
        TEST(test_the_dead_are_taken_over),
        TEST(test_the_dead_that_come_back),
        TEST(test_a_clean_end_leaves_no_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
