/* The contract of db/store.h for questions whose answers come in pages, on both stores. */
#include "tests/unit/store_fixture.h"

enum { ME = 11, OTHER = 22 };

static void put_queued(struct fixture *fixture, int64_t id, enum priority priority, enum ticket_status status,
                       int64_t assignee) {
    struct ticket ticket = {
        .doc.id = id, .author = 1, .priority = priority, .status = status, .assignee = assignee, .queue = 77};
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket));
}

/* The numbers of the tickets that a question finds, in its order. */
static const char *page(struct fixture *fixture, enum query query, int64_t key, int64_t from, bool down) {
    int64_t keys[3];
    size_t count = 0;
    bool queue = query == QUERY_QUEUE || query == QUERY_QUEUE_WAITING || query == QUERY_QUEUE_ASSIGNED;
    EXPECT(STATUS_OK, store_page(fixture->store, query, key, from, down, keys, COUNT(keys), &count, NULL));
    const char *words = "";
    for (size_t i = 0; i < count; i++)
        words = arena_printf(fixture->arena, "%s %lld", words, (long long)(queue ? ticket_of_queue(keys[i]) : keys[i]));
    return words;
}

static void tickets_come_in_pages_both_ways(void **state) {
    struct fixture *fixture = *state;
    put_queued(fixture, 1, PRIORITY_LOW, TICKET_WAITING, 0);
    put_queued(fixture, 2, PRIORITY_HIGH, TICKET_ACCEPTED, ME);
    put_queued(fixture, 3, PRIORITY_HIGH, TICKET_COMPLETED, ME);
    put_queued(fixture, 4, PRIORITY_HIGH, TICKET_WAITING, 0);
    put_queued(fixture, 5, PRIORITY_MEDIUM, TICKET_ACCEPTED, OTHER);
    put_queued(fixture, 6, PRIORITY_MEDIUM, TICKET_CANCELLED, 0);
    put_queued(fixture, 7, PRIORITY_NONE, TICKET_WAITING, 0);
    struct ticket fourth = {.doc.id = 4, .priority = PRIORITY_HIGH};
    static const struct {
        enum query query;
        int64_t key, from;
        bool down;
        const char *numbers;
    } rows[] = {
        {QUERY_QUEUE, 0, 0, false, " 2 4 5"},          {QUERY_QUEUE, 0, INT64_MAX, true, " 7 1 5"},
        {QUERY_QUEUE_WAITING, 0, 0, false, " 4 1 7"},  {QUERY_QUEUE_WAITING, 0, INT64_MAX, true, " 7 1 4"},
        {QUERY_QUEUE_ASSIGNED, ME, 0, false, " 2"},    {QUERY_QUEUE_ASSIGNED, OTHER, INT64_MAX, true, " 5"},
        {QUERY_AUTHOR_TICKETS, 1, 2, false, " 3 4 5"}, {QUERY_AUTHOR_TICKETS, 1, INT64_MAX, true, " 7 6 5"},
        {QUERY_AUTHOR_TICKETS, 2, 0, false, ""},       {QUERY_CLOSED_TICKETS, 0, 0, false, " 3 6"},
        {QUERY_CLOSED_TICKETS, 0, 6, true, " 3"},      {QUERY_OPEN_TICKETS, 1, 5, true, " 4 2 1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].numbers);
        assert_string_equal(page(fixture, rows[i].query, rows[i].key, rows[i].from, rows[i].down), rows[i].numbers);
    }
    assert_string_equal(page(fixture, QUERY_QUEUE, 0, ticket_queue(&fourth), false), " 5 1 7");
    assert_string_equal(page(fixture, QUERY_QUEUE, 0, ticket_queue(&fourth), true), " 2");
    struct ticket before = load_ticket(fixture, 2), after = before;
    after.status = TICKET_REJECTED;
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .before = &before, .after = &after));
    assert_string_equal(page(fixture, QUERY_QUEUE, 0, 0, false), " 4 5 1");
    assert_string_equal(page(fixture, QUERY_CLOSED_TICKETS, 0, INT64_MAX, true), " 6 3 2");
}

static void broadcasts_reach_who_had_started_by_then(void **state) {
    struct fixture *fixture = *state;
    static const struct user users[] = {
        {.doc.id = 1, .started = true, .started_at = 100},
        {.doc.id = 2, .started = true, .started_at = 300},
        {.doc.id = 3, .started = true, .started_at = 100, .blocked = true},
        {.doc.id = 4, .started = true, .started_at = 100, .banned = true},
        {.doc.id = 5, .created_at = 50},
        {.doc.id = 6, .started = true, .created_at = 200}, /* met before the time was kept */
        {.doc.id = 7, .started = true, .started_at = 100, .role = ROLE_ADMIN, .reachable = 999},
    };
    for (size_t i = 0; i < COUNT(users); i++)
        EXPECT(STATUS_OK, WRITE(fixture, .after = &users[i]));
    int64_t ids[8];
    assert_int_equal(find_ids(fixture, QUERY_RECIPIENTS, 200, 0, ids, 8), 3);
    assert_int_equal(ids[0], 1);
    assert_int_equal(ids[1], 6);
    assert_int_equal(ids[2], 7);
    assert_int_equal(find_ids(fixture, QUERY_RECIPIENTS, 300, 1, ids, 8), 3);
    assert_int_equal(ids[0], 2);
    struct user before = load_user(fixture, 1), after = before;
    after.blocked = true;
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &after));
    assert_int_equal(find_ids(fixture, QUERY_RECIPIENTS, 200, 0, ids, 8), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(tickets_come_in_pages_both_ways),
        ON_BOTH(broadcasts_reach_who_had_started_by_then),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
