/* The contract of db/store.h for questions, named numbers, counters, copies, what could not be read, and limits; on
 * both stores. */
#include <string.h>

#include "db/sqlite/connection.h"
#include "tests/unit/store_fixture.h"

enum { ME = 11, OTHER = 22, NOW = 1000 };

static void put_user(struct fixture *fixture, int64_t id, enum role role) {
    struct user user = {.doc.id = id, .role = role};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
}

static void put_ticket(struct fixture *fixture, int64_t id, int64_t author, enum ticket_status status) {
    struct ticket ticket = {.doc.id = id, .author = author, .status = status};
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket));
}

static void answers_come_in_pages(void **state) {
    struct fixture *fixture = *state;
    enum { STAFF = 25, PAGE = 10 };
    for (int64_t id = 1; id <= STAFF; id++)
        put_user(fixture, id * 1000000007, ROLE_ADMIN);
    int64_t ids[PAGE], after = 0, seen = 0;
    for (size_t count; (count = find_ids(fixture, QUERY_STAFF, 0, after, ids, PAGE)) > 0; after = ids[count - 1])
        for (size_t i = 0; i < count; i++)
            assert_int_equal(ids[i], ++seen * 1000000007);
    assert_int_equal(seen, STAFF);
}

static void open_tickets_are_found(void **state) {
    struct fixture *fixture = *state;
    for (int status = 0; status < TICKET_STATUS_COUNT; status++) {
        put_ticket(fixture, 10 + status, 1, (enum ticket_status)status);
        put_ticket(fixture, 20 + status, 2, (enum ticket_status)status);
    }
    int64_t ids[4];
    assert_int_equal(find_ids(fixture, QUERY_OPEN_TICKETS, 1, 0, ids, 4), 2);
    assert_int_equal(ids[0], 10 + TICKET_WAITING);
    assert_int_equal(ids[1], 10 + TICKET_ACCEPTED);
    assert_int_equal(find_ids(fixture, QUERY_OPEN_TICKETS, 1, ids[0], ids, 4), 1);
    assert_int_equal(find_ids(fixture, QUERY_OPEN_TICKETS, 3, 0, ids, 4), 0);
}

static void a_ticket_is_found_by_the_name_that_the_bot_before_gave_it(void **state) {
    struct fixture *fixture = *state;
    static const char *const names[] = {"0000000a", "00c0ffee", "ffffffff", NULL, "00c0ffed"};
    int64_t ids[4];
    for (size_t i = 0; i < COUNT(names); i++) {
        struct ticket ticket = {.doc.id = 1 + (int64_t)i, .legacy_id = names[i]};
        EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket));
    }
    assert_int_equal(find_ids(fixture, QUERY_LEGACY_TICKETS, 0xc0ffee, INT64_MIN, ids, COUNT(ids)), 1);
    assert_int_equal(ids[0], 2);
    assert_true(finds(fixture, QUERY_LEGACY_TICKETS, 10, 1));
    assert_true(finds(fixture, QUERY_LEGACY_TICKETS, 0xffffffff, 3));
    assert_int_equal(find_ids(fixture, QUERY_LEGACY_TICKETS, 0, INT64_MIN, ids, COUNT(ids)), 0);
    assert_int_equal(find_ids(fixture, QUERY_LEGACY_TICKETS, 0xc0ffee, 2, ids, COUNT(ids)), 0);
}

static void every_ticket_is_found(void **state) {
    struct fixture *fixture = *state;
    int64_t ids[4];
    for (int64_t id = 5; id > 0; id--) {
        struct ticket ticket = {.doc.id = id, .status = (enum ticket_status)(id % TICKET_STATUS_COUNT)};
        EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket));
    }
    assert_int_equal(find_ids(fixture, QUERY_ALL_TICKETS, 0, INT64_MIN, ids, COUNT(ids)), 4);
    assert_int_equal(ids[0], 1);
    assert_int_equal(ids[3], 4);
    assert_int_equal(find_ids(fixture, QUERY_ALL_TICKETS, 0, 4, ids, COUNT(ids)), 1);
    assert_int_equal(ids[0], 5);
}

/* A file of the version before: its column and index are made when it is opened. */
static void a_file_without_a_later_column_gets_it(void **state) {
    struct fixture *fixture = *state;
    struct ticket ticket = {.doc.id = 1, .legacy_id = "0000000a"};
    store_close(fixture->store);
    run_sqlite(fixture, "DROP INDEX tickets_legacy; ALTER TABLE tickets DROP COLUMN legacy_id");
    fixture->store = fixture_open(fixture);
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket));
    assert_true(finds(fixture, QUERY_LEGACY_TICKETS, 10, 1));
}

static void what_is_owed_is_found_by_owner(void **state) {
    struct fixture *fixture = *state;
    static const int64_t owners[] = {0, ME, OTHER};
    struct owed item = {.kind = OWED_MESSAGE};
    struct card card = {.chat = 1};
    for (size_t i = 0; i < COUNT(owners); i++) {
        struct user user = {.doc.id = 1 + (int64_t)i}, idle = {.doc.id = 11 + (int64_t)i};
        struct ticket ticket = {.doc.id = 21 + (int64_t)i};
        EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .owe = &item, .owe_count = 1, .owner = owners[i], .now = NOW));
        EXPECT(STATUS_OK, WRITE(fixture, .after = &idle, .owner = owners[i], .now = NOW));
        EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket, .cards = &card,
                                .card_count = 1, .owner = owners[i], .now = NOW));
    }
    for (size_t i = 0; i < COUNT(owners); i++) {
        int64_t ids[4] = {0};
        assert_int_equal(find_ids(fixture, QUERY_OWED_USERS, owners[i], 0, ids, 4), 1);
        assert_int_equal(ids[0], 1 + i);
        assert_int_equal(find_ids(fixture, QUERY_OWED_TICKETS, owners[i], 0, ids, 4), 1);
        assert_int_equal(ids[0], 21 + i);
    }
}

static void counters_and_numbers(void **state) {
    struct fixture *fixture = *state;
    int64_t value = -1;
    for (int64_t wanted = 1; wanted <= 3; wanted++) {
        EXPECT(STATUS_OK, store_next(fixture->store, "tickets", &value, NULL));
        assert_int_equal(value, wanted);
    }
    EXPECT(STATUS_OK, store_next(fixture->store, "rooms", &value, NULL));
    assert_int_equal(value, 1);
    EXPECT(STATUS_NOT_FOUND, store_get(fixture->store, "tickets", &value, NULL));
    EXPECT(STATUS_OK, store_get_or_set(fixture->store, "bot_id", 77, &value, NULL));
    assert_int_equal(value, 77);
    EXPECT(STATUS_OK, store_get_or_set(fixture->store, "bot_id", 78, &value, NULL));
    assert_int_equal(value, 77);
    EXPECT(STATUS_OK, store_get(fixture->store, "bot_id", &value, NULL));
    assert_int_equal(value, 77);
    EXPECT(STATUS_OK, store_get(fixture->store, "schema", &value, NULL));
    assert_int_equal(value, 2);
    EXPECT(STATUS_INVALID, store_get(fixture->store, "", &value, NULL));
}

static int64_t number_of(struct fixture *fixture, const char *name) {
    int64_t value = -1;
    EXPECT(STATUS_OK, store_get(fixture->store, name, &value, NULL));
    return value;
}

static void numbers_are_swapped(void **state) {
    struct fixture *fixture = *state;
    EXPECT(STATUS_CONFLICT, store_swap(fixture->store, "lease", ME, OTHER, NULL));
    EXPECT(STATUS_OK, store_swap(fixture->store, "lease", 0, ME, NULL));
    assert_int_equal(number_of(fixture, "lease"), ME);
    EXPECT(STATUS_CONFLICT, store_swap(fixture->store, "lease", 0, OTHER, NULL));
    EXPECT(STATUS_CONFLICT, store_swap(fixture->store, "lease", OTHER, 0, NULL));
    assert_int_equal(number_of(fixture, "lease"), ME);
    EXPECT(STATUS_OK, store_swap(fixture->store, "lease", ME, ME, NULL));
    EXPECT(STATUS_OK, store_swap(fixture->store, "lease", ME, INT64_MAX, NULL));
    EXPECT(STATUS_OK, store_swap(fixture->store, "lease", INT64_MAX, 0, NULL));
    assert_int_equal(number_of(fixture, "lease"), 0);
    EXPECT(STATUS_OK, store_swap(fixture->store, "lease", 0, OTHER, NULL)); /* 0 that stands there, not absent */
    EXPECT(STATUS_INVALID, store_swap(fixture->store, "", 0, 1, NULL));
}

struct swapper {
    struct store *store;
    int64_t id;
    enum status status;
};

static void swap_once(void *argument) {
    struct swapper *swapper = argument;
    swapper->status = store_swap(swapper->store, "lease", 0, swapper->id, NULL);
}

/* Absent first, then a 0 that stands there. */
static void one_of_many_swaps_wins(void **state) {
    struct fixture *fixture = *state;
    enum { MANY = 4, ROUNDS = 10 };
    for (int round = 0; round < ROUNDS; round++) {
        struct swapper swappers[MANY];
        int64_t winner = 0;
        for (int i = 0; i < MANY; i++)
            swappers[i] = (struct swapper){.store = fixture->store, .id = i + 1};
        run_threads(swap_once, swappers, sizeof(swappers[0]), MANY);
        for (int i = 0; i < MANY; i++) {
            assert_true(swappers[i].status == STATUS_CONFLICT || (swappers[i].status == STATUS_OK && winner == 0));
            winner = swappers[i].status == STATUS_OK ? swappers[i].id : winner;
        }
        assert_int_equal(number_of(fixture, "lease"), winner);
        EXPECT(STATUS_OK, store_swap(fixture->store, "lease", winner, 0, NULL));
    }
}

static void copies_beat(void **state) {
    struct fixture *fixture = *state;
    struct copy copies[COPIES_MAX];
    size_t count = 99;
    EXPECT(STATUS_OK, store_copies(fixture->store, copies, &count, NULL));
    assert_int_equal(count, 0);
    EXPECT(STATUS_OK, store_beat(fixture->store, ME, 1, NULL));
    EXPECT(STATUS_OK, store_beat(fixture->store, INT64_MAX, -5, NULL));
    EXPECT(STATUS_OK, store_beat(fixture->store, ME, 2, NULL));
    EXPECT(STATUS_OK, store_copies(fixture->store, copies, &count, NULL));
    assert_int_equal(count, 2);
    size_t mine = copies[0].id == ME ? 0 : 1;
    assert_int_equal(copies[mine].beat, 2);
    assert_true(copies[1 - mine].id == INT64_MAX && copies[1 - mine].beat == -5);
    EXPECT(STATUS_OK, store_forget_copy(fixture->store, ME, NULL));
    EXPECT(STATUS_OK, store_forget_copy(fixture->store, ME, NULL));
    EXPECT(STATUS_OK, store_copies(fixture->store, copies, &count, NULL));
    assert_int_equal(count, 1);
}

static void what_cannot_be_read_is_bounded(void **state) {
    struct fixture *fixture = *state;
    static char data[UNREAD_BYTES_MAX * 2] = "\xff\0{";
    for (int i = 0; i < UNREAD_MAX + 5; i++)
        EXPECT(STATUS_OK, store_keep_unread(fixture->store, NOW, "no JSON", data, sizeof(data), NULL));
    EXPECT(STATUS_OK, store_keep_unread(fixture->store, NOW, "empty", NULL, 0, NULL));
    assert_int_equal(count_raw(fixture, "unread"), UNREAD_MAX);
}

static void operations_are_counted(void **state) {
    struct fixture *fixture = *state;
    struct store_counts start, end;
    struct user user = {.doc.id = 1};
    store_count(fixture->store, &start);
    EXPECT(STATUS_OK, store_ping(fixture->store, NULL));
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    EXPECT(STATUS_CONFLICT, WRITE(fixture, .after = &user));
    load_user(fixture, 1);
    store_count(fixture->store, &end);
    assert_int_equal(end.reads - start.reads, 2);
    assert_int_equal(end.writes - start.writes, 2);
    assert_int_equal(end.conflicts - start.conflicts, 1);
    assert_int_equal(end.failures - start.failures, 0);
    if (fixture->kind == ON_SQLITE)
        assert_int_equal(end.commits - start.commits, 1);
    assert_string_equal(store_kind(fixture->store), fixture->kind == ON_SQLITE ? "sqlite" : "mongodb");
}

static void what_is_over_a_maximum_is_refused(void **state) {
    struct fixture *fixture = *state;
    static char long_name[NAME_BYTES_MAX + 2], long_text[TEXT_BYTES_MAX + 2];
    static struct media media[MEDIA_MAX + 1];
    static struct event events[EVENTS_MAX + 1];
    static struct card cards[CARDS_MAX + 1];
    memset(long_name, 'n', NAME_BYTES_MAX + 1);
    memset(long_text, 't', TEXT_BYTES_MAX + 1);
    for (int i = 0; i < MEDIA_MAX + 1; i++)
        media[i].file_id = "f";
    for (int i = 0; i < EVENTS_MAX + 1; i++)
        events[i].what = "w";
    for (int i = 0; i < CARDS_MAX + 1; i++)
        cards[i].chat = i;
    struct owed_arg arg = {"n", long_text};
    struct write writes[] = {
        {.after = &(struct user){.name = long_name}},
        {.after = &(struct user){.form.description = long_text}},
        {.after = &(struct user){.name = "\xff"}},
        {.after = &(struct user){.name = "\xed\xa0\x80"}}, /* a lone surrogate */
        {.after = &(struct user){.form.media = {media, MEDIA_MAX + 1}}},
        {.after = &(struct user){.form.media = {&(struct media){1, NULL}, 1}}},
        {.after = &(struct user){.role = ROLE_COUNT}},
        {.collection = COLLECTION_TICKETS, .after = &(struct ticket){.events = {events, EVENTS_MAX + 1}}},
        {.collection = COLLECTION_TICKETS,
         .after = &(struct ticket){.doc.id = 0},
         .cards = cards,
         .card_count = CARDS_MAX + 1},
        {.collection = COLLECTION_TICKETS,
         .after = &(struct ticket){.doc.id = 0},
         .cards = (struct card[2]){{0}, {0}},
         .card_count = 2},
        {.after = &(struct user){.doc.id = 0}, .owe = &(struct owed){.text = long_name}, .owe_count = 1},
        {.after = &(struct user){.doc.id = 0}, .owe = &(struct owed){.args = {&arg, 1}}, .owe_count = 1},
        {.after = &(struct user){.doc.id = 0}, .owe = &(struct owed){.kind = OWED_KIND_COUNT}, .owe_count = 1},
        {.after = &(struct user){.doc.id = 0}, .before = &(struct user){.doc.id = 5}},
        {.after = &(struct user){.doc.id = 0}, .owner = -1},
    };
    for (size_t i = 0; i < COUNT(writes); i++) {
        struct error error = {0};
        writes[i].now = NOW;
        if (store_write(fixture->store, &writes[i], NULL, &error) != STATUS_INVALID)
            fail_msg("row %zu: %s", i, status_name(error.status));
        assert_null(strstr(error.text, "nnnn"));
    }
    assert_int_equal(count_raw(fixture, "users"), 0);
    long_name[NAME_BYTES_MAX] = '\0';
    long_text[TEXT_BYTES_MAX] = '\0';
    struct user user = {.name = long_name, .form = {.description = long_text, .media = {media, MEDIA_MAX}}};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    struct user found = load_user(fixture, 0);
    assert_string_equal(found.name, long_name);
    assert_string_equal(found.form.description, long_text);
    assert_int_equal(found.form.media.count, MEDIA_MAX);
}

/* Each item within its maxima, all of them together more than a document shall hold. */
static void large_items_fill_a_document(void **state) {
    struct fixture *fixture = *state;
    static char text[TEXT_BYTES_MAX + 1];
    memset(text, 't', TEXT_BYTES_MAX);
    struct owed_arg args[OWED_ARGS_MAX];
    for (int i = 0; i < OWED_ARGS_MAX; i++)
        args[i] = (struct owed_arg){"n", text};
    struct owed item = {.args = {args, OWED_ARGS_MAX}};
    struct user user = {.doc.id = 1};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    enum status status = STATUS_OK;
    int written = 0;
    for (; status == STATUS_OK && written < OWED_MAX; written++) {
        struct user before = load_user(fixture, 1);
        status = WRITE(fixture, .before = &before, .after = &before, .owe = &item, .owe_count = 1, .now = NOW);
    }
    assert_int_equal(status, STATUS_FULL);
    assert_in_range(written, 4, 20);
}

static void texts_come_back_as_they_were(void **state) {
    struct fixture *fixture = *state;
    static const char *const texts[] = {
        "",
        "$set",
        "{\"$ne\": null}",
        "a.b.$c",
        "'; DROP TABLE users; --",
        "\"\\\b\f\n\r\t\x01\x7f",
        "👩‍👩‍👧‍👦🏳️‍🌈 Є ї ґ",
        "\u0645\u0631\u062d\u0628\u0627 \u202e right to left",
        "\xf4\x8f\xbf\xbf\xef\xbf\xbf",
        "Z̤͔a̶l̷g̸o",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct user user = {.doc.id = 1 + (int64_t)i, .name = texts[i], .form.description = texts[i]};
        struct owed item = {.text = texts[i], .args = {&(struct owed_arg){texts[i], texts[i]}, 1}};
        EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .owe = &item, .owe_count = 1, .now = NOW));
        struct user before = load_user(fixture, 1 + (int64_t)i), after = before;
        after.phone = texts[i];
        after.name = NULL;
        EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &after, .now = NOW));
        after = load_user(fixture, 1 + (int64_t)i);
        assert_null(after.name);
        assert_string_equal(after.phone, texts[i]);
        assert_string_equal(after.form.description, texts[i]);
        assert_string_equal(after.doc.owes.items[0].args.items[0].name, texts[i]);
        assert_string_equal(after.doc.owes.items[0].args.items[0].value, texts[i]);
        assert_int_equal(after.doc.odd, 0);
    }
}

static bool reads_a_whole_table(const char *plan) {
    for (int i = 0; i < COLLECTION_COUNT; i++) {
        char scan[64];
        snprintf(scan, sizeof(scan), "SCAN %s", collection_name((enum collection)i));
        if (strstr(plan, scan) != NULL)
            return true;
    }
    return plan[0] == '\0';
}

/* No question reads a whole table. */
static void questions_use_an_index(void **state) {
    struct fixture *fixture = *state;
    static const char *const questions[] = {
#define X(id, sql) sql,
        STATEMENTS(X)
#undef X
    };
    for (size_t i = 0; i < COUNT(questions); i++) {
        char plan[1024];
        if (strncmp(questions[i], "SELECT", 6) != 0 || strstr(questions[i], "count(*)") != NULL)
            continue;
        explain_sqlite(fixture, questions[i], plan, sizeof(plan));
        if (reads_a_whole_table(plan))
            fail_msg("%s: %s", questions[i], plan);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(answers_come_in_pages),
        ON_BOTH(open_tickets_are_found),
        ON_BOTH(a_ticket_is_found_by_the_name_that_the_bot_before_gave_it),
        ON_BOTH(every_ticket_is_found),
        ON_ONE(a_file_without_a_later_column_gets_it, sqlite),
        ON_BOTH(what_is_owed_is_found_by_owner),
        ON_BOTH(counters_and_numbers),
        ON_BOTH(numbers_are_swapped),
        ON_BOTH(one_of_many_swaps_wins),
        ON_BOTH(copies_beat),
        ON_BOTH(what_cannot_be_read_is_bounded),
        ON_BOTH(operations_are_counted),
        ON_BOTH(what_is_over_a_maximum_is_refused),
        ON_BOTH(large_items_fill_a_document),
        ON_BOTH(texts_come_back_as_they_were),
        ON_ONE(questions_use_an_index, sqlite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
