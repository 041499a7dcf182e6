/* A chat that is held, and the room that it leaves to others. */
#include <stdatomic.h>
#include <time.h>

#include "core/clock.h"
#include "telegram/sender.h"
#include "tests/unit/bot_api.h"
#include "tests/unit/unit.h"

enum { OF_CHAT = 3, ROOM = 8, HELD = 1 };

static atomic_int finished, stopped;
static _Atomic int64_t since;

static void note(void *context, const struct sender_result *result) {
    (void)context;
    if (result->outcome == SENDER_STOPPED)
        atomic_fetch_add(&stopped, 1);
    atomic_fetch_add(&finished, 1);
}

static int64_t entitled_since(void *context) {
    (void)context;
    return atomic_load(&since);
}

static void wait_for(atomic_int *count, int wanted) {
    const struct timespec moment = {.tv_nsec = 1000000};
    for (int i = 0; i < 30000 && atomic_load(count) < wanted; i++)
        nanosleep(&moment, NULL);
    assert_int_equal(atomic_load(count), wanted);
}

static struct sender *start(const struct api *api) {
    const struct sender_settings settings = {.api_url = api_url(api),
                                             .token = "123456:token",
                                             .max_requests = ROOM,
                                             .max_of_chat = OF_CHAT,
                                             .timeout = 30 * SECOND,
                                             .entitled_since = entitled_since};
    struct sender *sender = NULL;
    atomic_store(&finished, 0);
    atomic_store(&stopped, 0);
    atomic_store(&since, 0);
    assert_int_equal(sender_new(&settings, &sender, NULL), STATUS_OK);
    return sender;
}

static struct api_reply hold_all(void *context, const struct api_request *request) {
    (void)context;
    (void)request;
    return (struct api_reply){200, "{\"ok\":true,\"result\":{\"message_id\":7}}", true};
}

static enum status submit(struct sender *sender, int64_t chat) {
    const struct tg_call call = {.method = TG_METHOD_SEND_MESSAGE, .chat_id = chat, .text = "a"};
    return sender_submit(sender, &call, SENDER_REPLY, 0, note, NULL);
}

static void end(struct sender *sender, struct api *api) {
    sender_stop(sender, 0);
    sender_free(sender);
    api_stop(api);
}

static void test_one_chat_leaves_room_to_others(void **state) {
    (void)state;
    struct api *api = api_start(0, hold_all, NULL);
    struct sender *sender = start(api);
    for (int i = 0; i < OF_CHAT; i++)
        assert_int_equal(submit(sender, HELD), STATUS_OK);
    assert_int_equal(submit(sender, HELD), STATUS_FULL);
    assert_int_equal(submit(sender, HELD + 1), STATUS_OK);
    api_release(api);
    wait_for(&finished, OF_CHAT + 1);
    assert_int_equal(submit(sender, HELD), STATUS_OK);
    wait_for(&finished, OF_CHAT + 2);
    end(sender, api);
}

/* What runs is let run; what waits behind it goes back, and what is submitted after the break goes out. */
static void test_a_break_of_the_right_to_send(void **state) {
    (void)state;
    struct api *api = api_start(0, hold_all, NULL);
    struct sender *sender = start(api);
    for (int i = 0; i < OF_CHAT; i++)
        assert_int_equal(submit(sender, HELD), STATUS_OK);
    api_wait(api, 1);
    atomic_store(&since, INT64_MAX);
    assert_int_equal(submit(sender, HELD + 1), STATUS_OK); /* wakes it */
    wait_for(&stopped, OF_CHAT);
    api_release(api);
    wait_for(&finished, OF_CHAT + 1);
    assert_int_equal(atomic_load(&stopped), OF_CHAT);
    atomic_store(&since, 5);
    for (int i = OF_CHAT + 2; atomic_load(&finished) - atomic_load(&stopped) < 2; i++) {
        assert_true(i < OF_CHAT + 4); /* only what is there when the break is seen to be over goes back */
        assert_int_equal(submit(sender, HELD), STATUS_OK);
        wait_for(&finished, i);
    }
    end(sender, api);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_chat_leaves_room_to_others),
        cmocka_unit_test(test_a_break_of_the_right_to_send),
    };
    tg_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
