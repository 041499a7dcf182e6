/* The contract of db/store.h for documents, on both stores: deciding writes, operation ids, what is owed, cards,
 * settling, owners. */
#include <string.h>

#include "db/codec.h"
#include "tests/unit/store_fixture.h"

enum { ME = 11, OTHER = 22, NOW = 1000 };

static void assert_rows_equal(const struct record *record, const void *left, const void *right) {
    bson_t a = BSON_INITIALIZER, b = BSON_INITIALIZER;
    codec_add_row(&a, record, left);
    codec_add_row(&b, record, right);
    if (!bson_equal(&a, &b))
        fail_msg("%s\n!=\n%s", bson_as_canonical_extended_json(&a, NULL), bson_as_canonical_extended_json(&b, NULL));
    bson_destroy(&a);
    bson_destroy(&b);
}

static struct media album[] = {{1, "first"}, {2, "second"}};

static struct user full_user(int64_t id) {
    return (struct user){
        .doc.id = id,
        .username = "olena",
        .name = "Олена",
        .language_code = "uk",
        .lang = "en",
        .role = ROLE_SUPER_ADMIN,
        .started = true,
        .blocked = true,
        .created_at = INT64_MAX,
        .commands = "user/uk",
        .full_name = "Олена Пчілка",
        .phone = "+380441234567",
        .state = "ticket_media",
        .form = {.id = INT64_MIN,
                 .touched_at = 5,
                 .name = "О",
                 .phone = "1",
                 .description = "не друкує",
                 .media = {album, 2},
                 .priority = PRIORITY_HIGH,
                 .album = "a",
                 .refused_album = "b",
                 .answer_message = 7,
                 .answer_state = "ticket_phone",
                 .draft_state = "ticket_name"},
    };
}

static struct ticket full_ticket(int64_t id) {
    static struct event events[] = {{1, 2, "created"}, {3, 4, "accepted"}};
    return (struct ticket){
        .doc.id = id,
        .author = 5,
        .form_id = 6,
        .name = "n",
        .phone = "p",
        .description = "d",
        .username = "u",
        .media = {album, 2},
        .priority = PRIORITY_LOW,
        .status = TICKET_REJECTED,
        .assignee = 8,
        .reason = "r",
        .created_at = 9,
        .changed_at = 10,
        .events = {events, 2},
        .media_refused = true,
        .legacy_id = "00c0ffee",
    };
}

static void every_field_comes_back(void **state) {
    struct fixture *fixture = *state;
    struct user user = full_user(42);
    struct ticket ticket = full_ticket(7);
    int64_t rev = 0;
    struct write write = {.collection = COLLECTION_USERS, .after = &user};
    EXPECT(STATUS_OK, store_write(fixture->store, &write, &rev, NULL));
    assert_int_equal(rev, 1);
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket));
    struct user found = load_user(fixture, 42);
    struct ticket found_ticket = load_ticket(fixture, 7);
    assert_rows_equal(record_of(COLLECTION_USERS), &user, &found);
    assert_rows_equal(record_of(COLLECTION_TICKETS), &ticket, &found_ticket);
    assert_int_equal(found.doc.id, 42);
    assert_int_equal(found.doc.rev, 1);
    assert_int_equal(found.doc.odd, 0);
    assert_int_equal(found.doc.owner, 0);
    assert_int_equal(found.doc.owed_at, 0);
    assert_int_equal(found.doc.ops.count, 0);
}

static void what_is_not_there(void **state) {
    struct fixture *fixture = *state;
    struct user user = {.doc.id = 1}, before = {.doc.id = 1, .doc.rev = 1};
    EXPECT(STATUS_NOT_FOUND, store_load(fixture->store, COLLECTION_USERS, 1, fixture->arena, &user, NULL));
    EXPECT(STATUS_CONFLICT, WRITE(fixture, .before = &before, .after = &user));
    EXPECT(STATUS_CONFLICT, SETTLE(fixture, NULL, .id = 1, .owner = ME));
    EXPECT(STATUS_CONFLICT, store_adopt(fixture->store, COLLECTION_USERS, 1, 0, ME, NULL));
    EXPECT(STATUS_NOT_FOUND, store_load(fixture->store, COLLECTION_USERS, 1, fixture->arena, &user, NULL));
}

static void an_insert_meets_what_is_there(void **state) {
    struct fixture *fixture = *state;
    struct user first = {.doc.id = 1, .name = "first"}, second = {.doc.id = 1, .name = "second"};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &first));
    EXPECT(STATUS_CONFLICT, WRITE(fixture, .after = &second));
    assert_string_equal(load_user(fixture, 1).name, "first");
    struct ticket ticket = {.doc.id = 1};
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket));
}

static void fields_vanish_and_unknown_ones_stay(void **state) {
    struct fixture *fixture = *state;
    put_json(fixture, COLLECTION_USERS,
             "{\"_id\": {\"$numberLong\": \"1\"}, \"rev\": {\"$numberLong\": \"3\"}, \"name\": \"n\", \"phone\": \"p\","
             " \"of_tomorrow\": {\"a\": [1, {\"b\": \"c\"}]}}");
    struct user before = load_user(fixture, 1), after = before;
    after.name = NULL;
    after.state = "s";
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &after));
    struct user found = load_user(fixture, 1);
    assert_null(found.name);
    assert_string_equal(found.state, "s");
    assert_string_equal(found.phone, "p");
    assert_int_equal(found.doc.rev, 4);
    bson_t raw;
    bson_iter_t iter, child;
    assert_true(get_raw(fixture, COLLECTION_USERS, 1, &raw));
    assert_false(bson_has_field(&raw, "name"));
    assert_true(bson_iter_init(&iter, &raw) && bson_iter_find_descendant(&iter, "of_tomorrow.a.1.b", &child));
    bson_destroy(&raw);
}

static void a_stale_write_changes_nothing(void **state) {
    struct fixture *fixture = *state;
    struct user user = {.doc.id = 1, .name = "zero"};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    struct user before = load_user(fixture, 1), first = before, second = before;
    first.name = "one";
    second.name = "two";
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &first));
    EXPECT(STATUS_CONFLICT, WRITE(fixture, .before = &before, .after = &second, .op = 99));
    before = load_user(fixture, 1);
    assert_string_equal(before.name, "one");
    assert_int_equal(before.doc.ops.count, 0);
    EXPECT(STATUS_OK, store_adopt(fixture->store, COLLECTION_USERS, 1, 0, ME, NULL));
    EXPECT(STATUS_CONFLICT, WRITE(fixture, .before = &before, .after = &second));
    before = load_user(fixture, 1);
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &second));
    assert_string_equal(load_user(fixture, 1).name, "two");
}

/* What owes nothing is let go by nobody, so that it must not be anybody's. */
static void only_what_owes_has_an_owner(void **state) {
    static const struct owed item = {.kind = OWED_MESSAGE, .text = "hint"};
    static const struct {
        int64_t owner; /* of the write */
        size_t owe_count;
        bool release; /* before it */
        int64_t becomes;
    } rows[] = {
        {ME, 0, false, 0}, {ME, 1, false, ME}, {0, 0, false, ME},        {0, 1, false, ME},
        {ME, 0, true, 0},  {0, 1, false, 0},   {OTHER, 0, false, OTHER}, {OTHER, 1, true, OTHER},
    };
    struct fixture *fixture = *state;
    struct user user = {.doc.id = 1};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, "");
        struct user before = load_user(fixture, 1);
        if (rows[i].release) {
            int64_t items[4];
            bool released = false;
            for (size_t n = 0; n < before.doc.owes.count; n++)
                items[n] = before.doc.owes.items[n].id;
            EXPECT(STATUS_OK, SETTLE(fixture, &released, .id = 1, .owner = before.doc.owner, .items = items,
                                     .item_count = before.doc.owes.count, .release = true, .rev = before.doc.rev));
            assert_true(released);
            before = load_user(fixture, 1);
        }
        EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &before, .owe = &item,
                                .owe_count = rows[i].owe_count, .owner = rows[i].owner, .now = NOW));
        assert_int_equal(load_user(fixture, 1).doc.owner, rows[i].becomes);
    }
}

static void the_last_operations_are_known(void **state) {
    struct fixture *fixture = *state;
    enum { WRITES = OPS_MAX + 3 };
    struct user user = {.doc.id = 1};
    unsigned outcome = 0;
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .op = op_id(1 << OP_OUTCOME_BITS, 1)));
    for (unsigned i = 2; i <= WRITES; i++) {
        struct user before = load_user(fixture, 1);
        EXPECT(STATUS_OK,
               WRITE(fixture, .before = &before, .after = &before, .op = op_id((uint64_t)i << OP_OUTCOME_BITS, i % 5)));
    }
    struct op_list ops = load_user(fixture, 1).doc.ops;
    assert_int_equal(ops.count, OPS_MAX);
    for (unsigned i = 1; i <= WRITES; i++) {
        assert_int_equal(op_find(&ops, (uint64_t)i << OP_OUTCOME_BITS, &outcome), i > 3);
        if (i > 3)
            assert_int_equal(outcome, i % 5);
    }
}

static void what_is_owed_is_kept_in_order(void **state) {
    struct fixture *fixture = *state;
    struct owed_arg args[] = {{"name", "<b>&"}, {"empty", NULL}};
    struct owed items[] = {
        {.kind = OWED_MESSAGE, .chat = -100, .thread = 3, .text = "greeting", .keyboard = "menu", .args = {args, 2}},
        {.kind = OWED_ANSWER, .chat = 1, .callback_query_id = "q", .alert = true, .not_after = 9},
        {.kind = OWED_CREATE_TICKET, .number = 1042, .not_before = 8},
    };
    struct user user = {.doc.id = 1};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .owe = items, .owe_count = 2, .owner = ME, .now = NOW));
    struct user before = load_user(fixture, 1);
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &before, .owe = &items[2], .owe_count = 1, .now = 2));
    struct doc doc = load_user(fixture, 1).doc;
    assert_int_equal(doc.owner, ME);
    assert_int_equal(doc.owed_at, NOW);
    assert_int_equal(doc.owes.count, 3);
    static const int64_t ids[] = {128, 129, 256};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(doc.owes.items[i].id, ids[i]);
        assert_rows_equal(&owed_record, &items[i], &doc.owes.items[i]);
    }
    assert_null(doc.owes.items[0].args.items[1].value);
}

/* What cards show is as old as the last write that was not unseen. */
static void a_write_that_cards_do_not_show_leaves_them_true(void **state) {
    struct fixture *fixture = *state;
    struct card card = {.chat = 1}, other = {.chat = 2};
    struct ticket ticket = {.doc.id = 7}, before;
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket, .cards = &card,
                            .card_count = 1, .owner = ME, .now = NOW));
    before = load_ticket(fixture, 7);
    assert_int_equal(before.doc.face, 1);
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .before = &before, .after = &before,
                            .cards = &other, .card_count = 1, .unseen = true, .now = NOW));
    before = load_ticket(fixture, 7);
    assert_int_equal(before.doc.rev, 2);
    assert_int_equal(before.doc.face, 1);
    assert_int_equal(before.doc.cards.count, 2);
    EXPECT(STATUS_OK,
           WRITE(fixture, .collection = COLLECTION_TICKETS, .before = &before, .after = &before, .now = NOW));
    assert_int_equal(load_ticket(fixture, 7).doc.face, 3);
}

static void settling_takes_items_away(void **state) {
    struct fixture *fixture = *state;
    struct owed items[4] = {0};
    struct user user = {.doc.id = 1};
    bool released = true;
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .owe = items, .owe_count = 4, .owner = ME, .now = NOW));
    EXPECT(STATUS_CONFLICT,
           SETTLE(fixture, &released, .id = 1, .owner = OTHER, .items = &(int64_t){128}, .item_count = 1));
    EXPECT(STATUS_OK, SETTLE(fixture, &released, .id = 1, .owner = ME, .items = (int64_t[]){128, 5555, 128},
                             .item_count = 3, .progress_item = 130, .progress_part = 2));
    assert_false(released);
    struct user before = load_user(fixture, 1);
    assert_int_equal(before.doc.rev, 1);
    assert_int_equal(before.doc.owes.count, 3);
    assert_int_equal(before.doc.owes.items[0].id, 129);
    assert_int_equal(before.doc.owes.items[1].part, 2);
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &before, .settle = (int64_t[]){130, 130, 77},
                            .settle_count = 3, .now = NOW));
    EXPECT(STATUS_OK, SETTLE(fixture, NULL, .id = 1, .owner = ME, .progress_item = 130, .progress_part = 3));
    EXPECT(STATUS_OK, SETTLE(fixture, NULL, .id = 1, .owner = ME, .items = &(int64_t){129}, .item_count = 1,
                             .progress_item = 129, .progress_part = 3));
    struct doc doc = load_user(fixture, 1).doc;
    assert_int_equal(doc.owes.count, 1);
    assert_int_equal(doc.owes.items[0].id, 131);
    assert_int_equal(doc.odd, 0);
}

static void a_document_owes_only_so_much(void **state) {
    struct fixture *fixture = *state;
    struct owed items[OWED_MAX + 1] = {0};
    struct user user = {.doc.id = 1};
    EXPECT(STATUS_INVALID, WRITE(fixture, .after = &user, .owe = items, .owe_count = OWED_MAX + 1, .now = NOW));
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .owe = items, .owe_count = OWED_MAX, .now = NOW));
    struct user before = load_user(fixture, 1);
    assert_int_equal(before.doc.owes.count, OWED_MAX);
    EXPECT(STATUS_FULL, WRITE(fixture, .before = &before, .after = &before, .owe = items, .owe_count = 1, .now = NOW));
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &before, .owe = items, .owe_count = 1, .now = NOW,
                            .settle = &(int64_t){128}, .settle_count = 1));
    assert_int_equal(load_user(fixture, 1).doc.owes.count, OWED_MAX);
    EXPECT(STATUS_INVALID, WRITE(fixture, .before = &before, .after = &before, .owe = items, .owe_count = 1));
}

static void cards_are_added_and_noted(void **state) {
    struct fixture *fixture = *state;
    struct ticket ticket = {.doc.id = 1};
    struct card cards[] = {{.chat = 30}, {.chat = -10, .message = 5, .shown = 1}};
    /* The second is of nobody's card, the third of a message that the chat's card does not have any more. */
    struct card_note noted[] = {{{30, 77, 1, 2}, 0}, {{31, 78, 1, 0}, 0}, {{-10, 6, 2, 0}, 4}};
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket, .cards = cards,
                            .card_count = 2, .owner = ME, .now = NOW));
    EXPECT(STATUS_OK, SETTLE(fixture, NULL, .collection = COLLECTION_TICKETS, .id = 1, .owner = ME, .cards = noted,
                             .card_count = COUNT(noted)));
    EXPECT(STATUS_INVALID, SETTLE(fixture, NULL, .collection = COLLECTION_TICKETS, .id = 1, .owner = ME, .cards = noted,
                                  .card_count = SETTLE_CARDS_MAX + 1));
    struct ticket before = load_ticket(fixture, 1);
    assert_int_equal(before.doc.owed_at, NOW);
    assert_int_equal(before.doc.cards.count, 2);
    assert_int_equal(before.doc.cards.items[0].chat, -10);
    assert_int_equal(before.doc.cards.items[0].message, 5);
    assert_int_equal(before.doc.cards.items[1].message, 77);
    assert_int_equal(before.doc.cards.items[1].part, 2);
    struct card_note both[] = {{{30, 78, 1, 0}, 77}, {{-10, 6, 2, 0}, 5}};
    EXPECT(STATUS_OK, SETTLE(fixture, NULL, .collection = COLLECTION_TICKETS, .id = 1, .owner = ME, .cards = both,
                             .card_count = COUNT(both)));
    assert_int_equal(load_ticket(fixture, 1).doc.cards.items[1].message, 78);
    assert_int_equal(load_ticket(fixture, 1).doc.cards.items[0].message, 6);
    struct card more[] = {{.chat = 30, .shown = CARD_GIVEN_UP}, {.chat = 40}};
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .before = &before, .after = &before,
                            .cards = more, .card_count = 2, .now = NOW));
    struct card_list list = load_ticket(fixture, 1).doc.cards;
    assert_int_equal(list.count, 3);
    assert_int_equal(list.items[1].shown, CARD_GIVEN_UP);
    assert_int_equal(list.items[1].message, 0);
    assert_int_equal(list.items[2].chat, 40);
}

static void an_owner_lets_go_only_of_what_it_saw(void **state) {
    struct fixture *fixture = *state;
    struct owed item = {.kind = OWED_MESSAGE};
    struct user user = {.doc.id = 1};
    bool released = true;
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .owe = &item, .owe_count = 1, .owner = ME, .now = NOW));
    struct user before = load_user(fixture, 1);
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &before, .owe = &item, .owe_count = 1, .now = NOW));
    EXPECT(STATUS_OK, SETTLE(fixture, &released, .id = 1, .owner = ME, .items = &(int64_t){128}, .item_count = 1,
                             .release = true, .rev = 1));
    assert_false(released);
    assert_int_equal(load_user(fixture, 1).doc.owes.count, 1);
    assert_true(finds(fixture, QUERY_OWED_USERS, ME, 1));
    EXPECT(STATUS_OK, SETTLE(fixture, &released, .id = 1, .owner = ME, .items = &(int64_t){256}, .item_count = 1,
                             .release = true, .rev = 2));
    assert_true(released);
    struct doc doc = load_user(fixture, 1).doc;
    assert_int_equal(doc.owner, 0);
    assert_int_equal(doc.owed_at, 0);
    assert_int_equal(doc.rev, 2);
    assert_false(finds(fixture, QUERY_OWED_USERS, ME, 1));
    assert_false(finds(fixture, QUERY_OWED_USERS, 0, 1));
}

/* What was read as owed, ownerless and at some revision is adopted, delivered and let go of before the write: owner and
 * revision are as they were, but owed_at is not. */
static void a_write_after_a_whole_delivery_is_found(void **state) {
    struct fixture *fixture = *state;
    struct owed item = {.kind = OWED_MESSAGE};
    struct user user = {.doc.id = 1};
    bool released = false;
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .owe = &item, .owe_count = 1, .now = NOW));
    struct user before = load_user(fixture, 1);
    assert_true(finds(fixture, QUERY_OWED_USERS, 0, 1));
    EXPECT(STATUS_OK, store_adopt(fixture->store, COLLECTION_USERS, 1, 0, OTHER, NULL));
    EXPECT(STATUS_OK, SETTLE(fixture, &released, .id = 1, .owner = OTHER, .items = &(int64_t){128}, .item_count = 1,
                             .release = true, .rev = 1));
    assert_true(released);
    assert_false(finds(fixture, QUERY_OWED_USERS, 0, 1));
    EXPECT(STATUS_OK, WRITE(fixture, .before = &before, .after = &before, .owe = &item, .owe_count = 1, .now = NOW));
    assert_true(finds(fixture, QUERY_OWED_USERS, 0, 1));
}

static void owners_follow_each_other(void **state) {
    struct fixture *fixture = *state;
    struct ticket ticket = {.doc.id = 1};
    EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket));
    EXPECT(STATUS_CONFLICT, store_adopt(fixture->store, COLLECTION_TICKETS, 1, OTHER, ME, NULL));
    EXPECT(STATUS_OK, store_adopt(fixture->store, COLLECTION_TICKETS, 1, 0, ME, NULL));
    EXPECT(STATUS_CONFLICT, store_adopt(fixture->store, COLLECTION_TICKETS, 1, 0, OTHER, NULL));
    EXPECT(STATUS_OK, store_adopt(fixture->store, COLLECTION_TICKETS, 1, ME, OTHER, NULL));
    assert_int_equal(load_ticket(fixture, 1).doc.owner, OTHER);
    assert_int_equal(load_ticket(fixture, 1).doc.rev, 1);
    EXPECT(STATUS_OK, store_adopt(fixture->store, COLLECTION_TICKETS, 1, OTHER, 0, NULL));
    assert_int_equal(load_ticket(fixture, 1).doc.owner, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(every_field_comes_back),
        ON_BOTH(what_is_not_there),
        ON_BOTH(an_insert_meets_what_is_there),
        ON_BOTH(fields_vanish_and_unknown_ones_stay),
        ON_BOTH(a_stale_write_changes_nothing),
        ON_BOTH(only_what_owes_has_an_owner),
        ON_BOTH(the_last_operations_are_known),
        ON_BOTH(what_is_owed_is_kept_in_order),
        ON_BOTH(a_write_that_cards_do_not_show_leaves_them_true),
        ON_BOTH(settling_takes_items_away),
        ON_BOTH(a_document_owes_only_so_much),
        ON_BOTH(cards_are_added_and_noted),
        ON_BOTH(an_owner_lets_go_only_of_what_it_saw),
        ON_BOTH(a_write_after_a_whole_delivery_is_found),
        ON_BOTH(owners_follow_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
