/* The way of an update through a worker: one effect, durable before it is acknowledged. */
#include "tests/unit/server_stage.h"

#include <sys/wait.h>
#include <unistd.h>

#include "core/digest.h"
#include "server/suspects.h"

enum { PERSON = 500, STAFF = 901, UPDATES_MAX = 512 };

/* --- updates as Telegram sends them --- */

static int64_t next_update = 1000;

static const char *message_json(int64_t update, int64_t person, const char *text) {
    return arena_printf(stage.arena,
                        "{\"update_id\":%lld,\"message\":{\"message_id\":%lld,\"date\":1,"
                        "\"chat\":{\"id\":%lld,\"type\":\"private\"},"
                        "\"from\":{\"id\":%lld,\"is_bot\":false,\"first_name\":\"Іван\"},\"text\":\"%s\"}}",
                        (long long)update, (long long)update, (long long)person, (long long)person, text);
}

static const char *press_json(const char *id, int64_t person, const char *data) {
    return arena_printf(stage.arena,
                        "{\"update_id\":%lld,\"callback_query\":{\"id\":\"%s\",\"data\":\"%s\","
                        "\"from\":{\"id\":%lld,\"is_bot\":false,\"first_name\":\"A\"},"
                        "\"message\":{\"message_id\":5,\"date\":1,\"chat\":{\"id\":%lld,\"type\":\"private\"}}}}",
                        (long long)next_update++, id, data, (long long)person, (long long)person);
}

/* --- verdicts as they come --- */

static struct {
    atomic_int verdicts[UPDATES_MAX]; /* 0: none yet, 1: taken, 2: later */
    atomic_size_t count;              /* of those that came */
    atomic_size_t submitted;
    atomic_bool held; /* the worker waits in its `done` */
} answers;

static void note(void *context, enum verdict verdict) {
    atomic_int *place = context;
    while (atomic_load(&answers.held))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    if (atomic_exchange(place, verdict == VERDICT_TAKEN ? 1 : 2))
        abort(); /* once for each */
    atomic_fetch_add(&answers.count, 1);
}

static enum status submit(const char *json) {
    size_t place = atomic_fetch_add(&answers.submitted, 1);
    atomic_store(&answers.verdicts[place], 0);
    enum status status = workers_submit(stage.app.workers, json, strlen(json), note, &answers.verdicts[place]);
    if (status != STATUS_OK)
        atomic_fetch_sub(&answers.submitted, 1);
    return status;
}

static void wait_all(void) {
    WAIT_UNTIL(atomic_load(&answers.count) == atomic_load(&answers.submitted));
}

/* Submits one and waits for its verdict. */
static void expect_taken(const char *json) {
    assert_int_equal(submit(json), STATUS_OK);
    wait_all();
    assert_int_equal(atomic_load(&answers.verdicts[atomic_load(&answers.submitted) - 1]), 1);
}

static void say(const char *text) {
    expect_taken(message_json(next_update++, PERSON, text));
}

static uint64_t counted(enum update_result result) {
    struct worker_counts counts;
    workers_count(stage.app.workers, &counts);
    return counts.results[result];
}

static int setup(void **state) {
    atomic_store(&answers.count, 0);
    atomic_store(&answers.submitted, 0);
    atomic_store(&answers.held, false);
    return stage_setup(state);
}

static size_t ticket_count(void) {
    size_t count = 0;
    for (int64_t number = 1; number < 40; number++)
        count += has_ticket(number) ? 1 : 0;
    return count;
}

/* Numbers have gaps: an update that is handled again takes the next one. */
static int64_t only_ticket(void) {
    int64_t number = 1;
    assert_int_equal(ticket_count(), 1);
    while (!has_ticket(number))
        number++;
    return number;
}

static void wait_delivered(void) {
    WAIT_UNTIL(let_go(COLLECTION_USERS, PERSON) && delivery_idle());
}

/* --- the happy way --- */

static const char *const form[] = {"📝 Створити заявку", "Іван Петренко", "+380501234567",
                                   "Не працює принтер", "Пропустити",    "🔴 Високий"};

static void test_a_form_makes_a_ticket(void **state) {
    (void)state;
    put_staff(STAFF, ROLE_ADMIN);
    say("/start");
    for (size_t i = 0; i < COUNT(form); i++)
        say(form[i]);
    int64_t number = only_ticket();
    assert_string_equal(load_ticket(number).name, "Іван Петренко");
    assert_int_equal(load_ticket(number).priority, PRIORITY_HIGH);
    wait_delivered();
    WAIT_UNTIL(let_go(COLLECTION_TICKETS, number) && delivery_idle());
    assert_int_equal(sent_count(), 1 + (COUNT(form) - 1) + 1 + 1); /* greeting, questions, summary, card */
    assert_string_equal(sent_to(STAFF), "sendMessage");
    assert_null(load_user(PERSON).state);
    assert_int_equal(counted(UPDATE_HANDLED), 1 + COUNT(form));
}

/* All at once: they take effect one after the other, in their order. */
static void test_updates_of_a_person_keep_their_order(void **state) {
    (void)state;
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < COUNT(form); i++)
            assert_int_equal(submit(message_json(next_update++, PERSON, form[i])), STATUS_OK);
        wait_all();
    }
    assert_int_equal(ticket_count(), 5);
    assert_int_equal(counted(UPDATE_HANDLED), 5 * COUNT(form));
}

/* --- again and again --- */

static void test_the_same_update_has_one_effect(void **state) {
    (void)state;
    const char *start = message_json(next_update++, PERSON, "/start");
    for (int i = 0; i < 5; i++)
        expect_taken(start);
    assert_int_equal(counted(UPDATE_HANDLED), 1);
    assert_int_equal(counted(UPDATE_DUPLICATE), 4);
    for (size_t i = 0; i + 1 < COUNT(form); i++)
        say(form[i]);
    const char *last = message_json(next_update++, PERSON, form[COUNT(form) - 1]);
    for (int i = 0; i < 5; i++)
        assert_int_equal(submit(last), STATUS_OK);
    wait_all();
    assert_int_equal(ticket_count(), 1);
    wait_delivered();
    assert_int_equal(counted(UPDATE_DUPLICATE), 8);
    assert_int_equal(load_user(PERSON).doc.ops.count, 1 + COUNT(form));
}

static void test_a_press_is_known_by_its_query(void **state) {
    (void)state;
    say("/lang");
    for (int i = 0; i < 4; i++)
        expect_taken(press_json("one", PERSON, "lang:1")); /* under another update_id each */
    wait_delivered();
    assert_int_equal(counted(UPDATE_DUPLICATE), 3);
    expect_taken(press_json("two", PERSON, "lang:0"));
    assert_string_equal(load_user(PERSON).lang, "uk");
}

/* Update ids start anew after a quiet week. */
static void test_the_same_number_for_another_message(void **state) {
    (void)state;
    expect_taken(message_json(5, PERSON, "/start"));
    expect_taken(arena_printf(stage.arena, "%s",
                              "{\"update_id\":5,\"message\":{\"message_id\":6,\"date\":1,\"chat\":"
                              "{\"id\":500,\"type\":\"private\"},\"from\":{\"id\":500,\"is_bot\":"
                              "false,\"first_name\":\"A\"},\"text\":\"/id\"}}"));
    assert_int_equal(counted(UPDATE_HANDLED), 2);
}

/* --- what has no effect --- */

static void test_what_we_do_not_answer(void **state) {
    (void)state;
    static const char *const ignored[] = {
        "{\"update_id\":1}",
        "{\"update_id\":2,\"poll\":{\"id\":\"1\"}}",
        "{\"update_id\":3,\"message\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":-5,\"type\":\"group\"},"
        "\"from\":{\"id\":9,\"is_bot\":false,\"first_name\":\"A\"},\"text\":\"hello\"}}",
        "{\"update_id\":4,\"message\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":9,\"type\":\"private\"},"
        "\"from\":{\"id\":9,\"is_bot\":true,\"first_name\":\"A\"},\"text\":\"/start\"}}",
    };
    static const char *const unread[] = {
        "", "{", "[]", "{\"update_id\":\"x\"}", "\xff\xfe", "{\"update_id\":1,\"message\":5}", "null"};
    for (size_t i = 0; i < COUNT(ignored); i++)
        expect_taken(ignored[i]);
    for (size_t i = 0; i < COUNT(unread); i++)
        expect_taken(unread[i]);
    assert_int_equal(counted(UPDATE_IGNORED), COUNT(ignored));
    assert_int_equal(counted(UPDATE_UNREADABLE), COUNT(unread));
    assert_int_equal(sent_count(), 0);
}

static void test_full_and_stopped(void **state) {
    (void)state;
    atomic_store(&answers.held, true);
    size_t taken = 0;
    while (submit(message_json(next_update++, PERSON, "/id")) == STATUS_OK)
        taken++;
    assert_in_range(taken, WORKER_QUEUE_MAX, WORKER_QUEUE_MAX + 1);
    assert_int_equal(submit(message_json(next_update, PERSON, "/id")), STATUS_FULL);
    atomic_store(&answers.held, false);
    workers_stop(stage.app.workers); /* what was taken is finished */
    assert_int_equal(atomic_load(&answers.count), taken);
    assert_int_equal(submit(message_json(next_update, PERSON, "/id")), STATUS_STOPPED);
    assert_int_equal(counted(UPDATE_HANDLED), taken);
    workers_free(stage.app.workers);
    assert_int_equal(workers_new(&stage.app, &stage.app.workers, NULL), STATUS_OK);
}

/* --- others at the same document --- */

static atomic_bool stop_writing;

/* Another copy that changes the session all the time. */
static void *keep_writing(void *unused) {
    (void)unused;
    struct arena *arena = arena_new(64 << 20);
    for (int64_t phone = 0; !atomic_load(&stop_writing); phone++) {
        struct user user, after;
        arena_reset(arena);
        if (store_load(stage.app.store, COLLECTION_USERS, PERSON, arena, &user, NULL))
            continue;
        after = user;
        after.phone = arena_printf(arena, "%lld", (long long)phone);
        struct write write = {.collection = COLLECTION_USERS, .before = &user, .after = &after, .now = clock_now()};
        enum status status = store_write(stage.app.store, &write, NULL, NULL);
        if (status != STATUS_OK && status != STATUS_CONFLICT)
            abort();
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
    }
    arena_free(arena);
    return NULL;
}

static void test_conflicts_are_handled_again(void **state) {
    (void)state;
    pthread_t thread;
    say("/start");
    atomic_store(&stop_writing, false);
    assert_int_equal(pthread_create(&thread, NULL, keep_writing, NULL), 0);
    size_t effects = 0;
    for (int i = 0; i < 30; i++) {
        const char *json = message_json(next_update++, PERSON, "/id");
        for (int tries = 0; tries < 20; tries++) {
            assert_int_equal(submit(json), STATUS_OK);
            wait_all();
            if (atomic_load(&answers.verdicts[atomic_load(&answers.submitted) - 1]) == 1)
                break;
        }
        effects++;
    }
    atomic_store(&stop_writing, true);
    pthread_join(thread, NULL);
    WAIT_UNTIL(sent_count() == 1 + effects);
    assert_int_equal(counted(UPDATE_HANDLED), 1 + effects);
}

/* --- a ticket that is still owed --- */

static const struct owed owed_ticket = {.kind = OWED_CREATE_TICKET, .chat = PERSON, .number = 1};

static void owe_ticket(void) {
    const struct owed items[] = {owed_ticket, {.kind = OWED_MESSAGE, .chat = PERSON, .text = "hint"}};
    struct user user = {.doc.id = PERSON,
                        .started = true,
                        .form = {.id = 77, .name = "Іван", .phone = "+380501234567", .description = "what happened"}};
    put_user(user, items, COUNT(items), STAGE_SELF);
}

static void test_what_is_owed_is_made_first(void **state) {
    (void)state;
    owe_ticket();
    say(form[0]);
    assert_int_equal(ticket_count(), 1);
    assert_int_equal(load_ticket(1).form_id, 77);
    assert_int_not_equal(load_user(PERSON).form.id, 77);
}

static void adopt_meanwhile(void) {
    if (store_adopt(stage.app.store, COLLECTION_USERS, PERSON, STAGE_SELF, STAGE_OTHER, NULL) != STATUS_OK)
        abort();
}

/* Another copy takes the session over between the ticket's insert and the note that it is made. The form must not
 * change while the session owes a ticket made of it, or the new form becomes a second ticket. */
static void test_a_session_adopted_while_its_ticket_is_made(void **state) {
    (void)state;
    owe_ticket();
    atomic_store(&stage.meanwhile, adopt_meanwhile);
    say(form[0]);
    say("/id");
    assert_int_equal(ticket_count(), 1);
    assert_int_equal(load_ticket(1).form_id, 77);
}

/* --- updates that kill --- */

/* What a process leaves behind that died of the update so often. */
static void die_of(const char *operation, int times) {
    uint64_t digest = digest_short(operation);
    workers_stop(stage.app.workers);
    workers_free(stage.app.workers);
    for (int i = 0; i < times; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct suspects *suspects = NULL;
            if (suspects_open(stage.folder, 2, &suspects, NULL) == STATUS_OK)
                suspects_begin(suspects, 0, digest);
            _exit(0);
        }
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
    assert_int_equal(workers_new(&stage.app, &stage.app.workers, NULL), STATUS_OK);
}

static void test_an_update_that_kills_is_given_up(void **state) {
    (void)state;
    static const struct {
        int deaths;
        const char *sent; /* to the person */
        enum update_result result;
    } rows[] = {{0, "sendMessage", UPDATE_HANDLED},
                {2, "sendMessage", UPDATE_HANDLED},
                {3, "sendMessage", UPDATE_GIVEN_UP},
                {4, "", UPDATE_GIVEN_UP}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        die_of("7:500:7:0", rows[i].deaths);
        expect_taken(message_json(7, PERSON, "/id"));
        WAIT_UNTIL(delivery_idle() && (!*rows[i].sent || let_go(COLLECTION_USERS, PERSON)));
        print_message("%d deaths\n", rows[i].deaths);
        assert_int_equal(counted(rows[i].result), 1);
        assert_string_equal(sent_to(PERSON), rows[i].sent);
        if (*rows[i].sent)
            assert_int_equal(strstr(sent(0)->text, "<code>500</code>") == NULL, rows[i].result == UPDATE_GIVEN_UP);
        expect_taken(message_json(8, PERSON, "/id")); /* the next one is handled as ever */
        assert_int_equal(stage_teardown(NULL), 0);
        assert_int_equal(setup(NULL), 0);
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, stage_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_a_form_makes_a_ticket),
        TEST(test_updates_of_a_person_keep_their_order),
        TEST(test_the_same_update_has_one_effect),
        TEST(test_a_press_is_known_by_its_query),
        TEST(test_the_same_number_for_another_message),
        TEST(test_what_we_do_not_answer),
        TEST(test_full_and_stopped),
        TEST(test_conflicts_are_handled_again),
        TEST(test_what_is_owed_is_made_first),
        TEST(test_a_session_adopted_while_its_ticket_is_made),
        TEST(test_an_update_that_kills_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
