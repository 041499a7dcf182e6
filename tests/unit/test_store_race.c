/* The contract of db/store.h under competition, on both stores: threads begin at the same moment, results are judged in
 * the main thread. */
#include <stdatomic.h>
#include <string.h>

#include "core/clock.h"
#include "tests/unit/store_fixture.h"

enum { THREADS = 8, NOW = 1000, PATIENCE = 60 * SECOND };

struct runner {
    struct store *store;
    int64_t number; /* of this thread, from 1 */
    size_t succeeded, refused, failed;
    int64_t values[64];
    size_t value_count;
};

static void make_runners(const struct fixture *fixture, struct runner *runners, size_t count) {
    memset(runners, 0, count * sizeof(*runners));
    for (size_t i = 0; i < count; i++) {
        runners[i].store = fixture->store;
        runners[i].number = 1 + (int64_t)i;
    }
}

static void count_status(struct runner *runner, enum status status) {
    if (status == STATUS_OK)
        runner->succeeded++;
    else if (status == STATUS_CONFLICT)
        runner->refused++;
    else
        runner->failed++;
}

static size_t sum_succeeded(const struct runner *runners, size_t count) {
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(runners[i].failed, 0);
        sum += runners[i].succeeded;
    }
    return sum;
}

/* --- no update is lost: read, add one, write, until it went through --- */

enum { INCREMENTS = 20 };

static void increment(struct runner *runner, struct arena *arena, unsigned op) {
    enum status status = STATUS_CONFLICT;
    while (status == STATUS_CONFLICT) {
        struct user before, after;
        arena_reset(arena);
        status = store_load(runner->store, COLLECTION_USERS, 1, arena, &before, NULL);
        if (status != STATUS_OK)
            break;
        after = before;
        after.created_at++;
        struct write write = {.before = &before, .after = &after, .op = op_id((uint64_t)op << OP_OUTCOME_BITS, 1)};
        status = store_write(runner->store, &write, NULL, NULL);
        runner->refused += status == STATUS_CONFLICT;
    }
    runner->succeeded += status == STATUS_OK;
    runner->failed += status != STATUS_OK;
}

static void increment_often(void *argument) {
    struct runner *runner = argument;
    struct arena *arena = arena_new(1 << 20);
    for (unsigned i = 0; i < INCREMENTS; i++)
        increment(runner, arena, (unsigned)runner->number * INCREMENTS + i);
    arena_free(arena);
}

static void no_update_is_lost(void **state) {
    struct fixture *fixture = *state;
    struct runner runners[THREADS];
    struct user user = {.doc.id = 1};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    make_runners(fixture, runners, THREADS);
    run_threads(increment_often, runners, sizeof(runners[0]), THREADS);
    assert_int_equal(sum_succeeded(runners, THREADS), THREADS * INCREMENTS);
    user = load_user(fixture, 1);
    assert_int_equal(user.created_at, THREADS * INCREMENTS);
    assert_int_equal(user.doc.rev, 1 + THREADS * INCREMENTS);
    assert_int_equal(user.doc.ops.count, OPS_MAX);
}

/* --- one winner --- */

struct race {
    struct runner runner;
    const struct user *before;
};

static void write_same(void *argument) {
    struct race *race = argument;
    struct user after = *race->before;
    after.created_at = race->runner.number;
    struct write write = {.before = race->before, .after = &after};
    count_status(&race->runner, store_write(race->runner.store, &write, NULL, NULL));
}

static void insert_same(void *argument) {
    struct race *race = argument;
    struct user after = {.doc.id = race->before->doc.id, .created_at = race->runner.number};
    struct write write = {.after = &after};
    count_status(&race->runner, store_write(race->runner.store, &write, NULL, NULL));
}

static void adopt_same(void *argument) {
    struct race *race = argument;
    count_status(&race->runner,
                 store_adopt(race->runner.store, COLLECTION_USERS, race->before->doc.id, 0, race->runner.number, NULL));
}

/* The number of the one that succeeded. */
static int64_t run_race(const struct fixture *fixture, void (*work)(void *argument), const struct user *before) {
    struct race races[THREADS];
    int64_t winner = 0;
    for (size_t i = 0; i < THREADS; i++) {
        make_runners(fixture, &races[i].runner, 1);
        races[i].runner.number = 1 + (int64_t)i;
        races[i].before = before;
    }
    run_threads(work, races, sizeof(races[0]), THREADS);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(races[i].runner.failed, 0);
        assert_int_equal(races[i].runner.succeeded + races[i].runner.refused, 1);
        if (races[i].runner.succeeded == 0)
            continue;
        assert_int_equal(winner, 0);
        winner = races[i].runner.number;
    }
    assert_int_not_equal(winner, 0);
    return winner;
}

static void of_all_one_wins(void **state) {
    struct fixture *fixture = *state;
    for (int64_t id = 1; id <= 10; id++) {
        struct user user = {.doc.id = id};
        int64_t winner = run_race(fixture, insert_same, &user);
        user = load_user(fixture, id);
        assert_int_equal(winner, user.created_at);
        winner = run_race(fixture, write_same, &user);
        assert_int_equal(winner, load_user(fixture, id).created_at);
        winner = run_race(fixture, adopt_same, &user);
        assert_int_equal(winner, load_user(fixture, id).doc.owner);
        assert_int_equal(load_user(fixture, id).doc.rev, 2);
    }
}

/* --- numbers --- */

static void take_numbers(void *argument) {
    struct runner *runner = argument;
    for (int i = 0; i < INCREMENTS; i++) {
        enum status status = store_next(runner->store, "tickets", &runner->values[runner->value_count], NULL);
        runner->value_count += status == STATUS_OK;
        runner->failed += status != STATUS_OK;
    }
}

static void numbers_are_unique_and_rise(void **state) {
    struct fixture *fixture = *state;
    struct runner runners[THREADS];
    enum { MAX = THREADS * INCREMENTS * 4 };
    bool taken[MAX] = {false};
    make_runners(fixture, runners, THREADS);
    run_threads(take_numbers, runners, sizeof(runners[0]), THREADS);
    for (size_t i = 0; i < THREADS; i++) {
        int64_t last = 0;
        assert_int_equal(runners[i].failed, 0);
        assert_int_equal(runners[i].value_count, INCREMENTS);
        for (size_t k = 0; k < runners[i].value_count; k++) {
            int64_t value = runners[i].values[k];
            assert_in_range(value, last + 1, MAX - 1);
            assert_false(taken[value]);
            taken[value] = true;
            last = value;
        }
    }
}

static void set_once(void *argument) {
    struct runner *runner = argument;
    count_status(runner, store_get_or_set(runner->store, "bot_id", runner->number, &runner->values[0], NULL));
}

static void a_number_is_set_once(void **state) {
    struct fixture *fixture = *state;
    struct runner runners[THREADS];
    int64_t value = 0;
    make_runners(fixture, runners, THREADS);
    run_threads(set_once, runners, sizeof(runners[0]), THREADS);
    assert_int_equal(sum_succeeded(runners, THREADS), THREADS);
    EXPECT(STATUS_OK, store_get(fixture->store, "bot_id", &value, NULL));
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(runners[i].values[0], value);
}

/* --- delivery against additions: whatever is owed is found and delivered, whoever lets go in between --- */

enum { ADDERS = 3, DELIVERERS = 3, ITEMS = 30, PARTIES = ADDERS + DELIVERERS };

struct party {
    struct store *store;
    int64_t number;
    atomic_int *delivered; /* by ticket number of the item */
    atomic_int *left;      /* items not delivered yet */
    size_t failed;
};

static void add_item(struct party *party, struct arena *arena, int64_t ticket) {
    enum status status = STATUS_CONFLICT;
    while (status == STATUS_CONFLICT) {
        struct user before;
        struct owed item = {.kind = OWED_MESSAGE, .number = ticket};
        arena_reset(arena);
        status = store_load(party->store, COLLECTION_USERS, 1, arena, &before, NULL);
        if (status != STATUS_OK)
            break;
        struct write write = {.before = &before, .after = &before, .owe = &item, .owe_count = 1, .now = NOW};
        write.owner = before.doc.owner == 0 && ticket % 2 == 0 ? DELIVERERS : 0;
        status = store_write(party->store, &write, NULL, NULL);
    }
    party->failed += status != STATUS_OK;
}

static void add_items(struct party *party, struct arena *arena) {
    for (int i = 0; i < ITEMS; i++)
        add_item(party, arena, party->number * ITEMS + i);
}

/* Delivers what was read, notes it, lets go if nothing came meanwhile. One that was adopted just after somebody else
 * had delivered it owes nothing: whoever adds to it then makes it nobody's. */
static void deliver_once(struct party *party, struct arena *arena, int64_t id) {
    struct user user;
    int64_t items[OWED_MAX];
    arena_reset(arena);
    if (store_load(party->store, COLLECTION_USERS, id, arena, &user, NULL) != STATUS_OK) {
        party->failed++;
        return;
    }
    if (user.doc.owner != party->number)
        return;
    for (size_t i = 0; i < user.doc.owes.count; i++) {
        items[i] = user.doc.owes.items[i].id;
        atomic_fetch_add(&party->delivered[user.doc.owes.items[i].number], 1);
        atomic_fetch_sub(party->left, 1);
    }
    struct settle settle = {.id = id,
                            .owner = party->number,
                            .items = items,
                            .item_count = user.doc.owes.count,
                            .release = true,
                            .rev = user.doc.rev};
    bool released;
    enum status status = store_settle(party->store, &settle, &released, NULL);
    party->failed += status != STATUS_OK && (status != STATUS_CONFLICT || settle.item_count > 0);
}

static void sweep(struct party *party, struct arena *arena) {
    int64_t owners[] = {0, party->number};
    for (size_t i = 0; i < COUNT(owners); i++) {
        int64_t id;
        size_t count = 0;
        enum status status = store_find(party->store, QUERY_OWED_USERS, owners[i], 0, &id, 1, &count, NULL);
        party->failed += status != STATUS_OK;
        if (status != STATUS_OK || count == 0)
            continue;
        status = owners[i] == 0 ? store_adopt(party->store, COLLECTION_USERS, id, 0, party->number, NULL) : STATUS_OK;
        party->failed += status != STATUS_OK && status != STATUS_CONFLICT;
        if (status == STATUS_OK)
            deliver_once(party, arena, id);
    }
}

static void take_part(void *argument) {
    struct party *party = argument;
    struct arena *arena = arena_new(4 << 20);
    int64_t deadline = clock_monotonic() + PATIENCE;
    if (party->number > DELIVERERS)
        add_items(party, arena);
    else
        while (atomic_load(party->left) > 0 && clock_monotonic() < deadline && party->failed == 0)
            sweep(party, arena);
    arena_free(arena);
}

static void what_is_owed_is_always_found(void **state) {
    struct fixture *fixture = *state;
    enum { TICKETS = (PARTIES + 1) * ITEMS };
    static atomic_int delivered[TICKETS];
    atomic_int left = ADDERS * ITEMS;
    struct party parties[PARTIES];
    struct user user = {.doc.id = 1};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    memset(delivered, 0, sizeof(delivered));
    for (int i = 0; i < PARTIES; i++)
        parties[i] = (struct party){fixture->store, 1 + i, delivered, &left, 0};
    run_threads(take_part, parties, sizeof(parties[0]), PARTIES);
    for (int i = 0; i < PARTIES; i++)
        assert_int_equal(parties[i].failed, 0);
    for (int ticket = (DELIVERERS + 1) * ITEMS; ticket < TICKETS; ticket++)
        assert_int_equal(atomic_load(&delivered[ticket]), 1);
    struct doc doc = load_user(fixture, 1).doc;
    assert_int_equal(doc.owes.count, 0);
    assert_int_equal(doc.owner, 0);
    assert_int_equal(doc.owed_at, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(no_update_is_lost),
        ON_BOTH(of_all_one_wins),
        ON_BOTH(numbers_are_unique_and_rise),
        ON_BOTH(a_number_is_set_once),
        ON_BOTH(what_is_owed_is_always_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
