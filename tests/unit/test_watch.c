/* Lost and back, and who is told what in between; the clock, Telegram and the super-admins are the test's. */
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/clock.h"
#include "server/alerts.h"
#include "server/watch.h"
#include "telegram/call.h"
#include "telegram/sender.h"
#include "tests/unit/unit.h"

static int64_t now;
static char told[1 << 16];

int64_t clock_monotonic(void) {
    return now;
}

static void note(const char *what) {
    size_t length = strlen(told);
    snprintf(told + length, sizeof(told) - length, "%s%s", length ? ", " : "", what);
}

void alerts_tell(struct alerts *alerts, enum text text, const struct text_arg *args, size_t count) {
    (void)alerts;
    char words[64];
    assert_int_equal(count, 2);
    snprintf(words, sizeof(words), "%s %s", text == TEXT_DATABASE_LOST ? "lost" : "back",
             text == TEXT_DATABASE_LOST ? "" : args[1].value);
    note(words);
}

enum status sender_submit(struct sender *sender, const struct tg_call *call, enum sender_class class, int64_t not_after,
                          sender_done *done, void *context) {
    (void)sender;
    (void)class;
    (void)not_after;
    (void)done;
    (void)context;
    if (call->method == TG_METHOD_ANSWER_CALLBACK_QUERY) {
        assert_true(call->show_alert);
        assert_string_equal(call->text, text_raw(LANG_UK, TEXT_PRESS_AGAIN));
        note(call->callback_query_id);
    } else if (strstr(call->text, "0:0")) {
        note("report");
    } else {
        assert_string_equal(call->text, text_raw(call->chat_id == 9 ? LANG_EN : LANG_UK, TEXT_WE_HAVE_IT));
        note(call->chat_id == 9 ? "nine" : "word");
    }
    return STATUS_OK;
}

static const struct settings settings = {.default_lang = LANG_UK};
static struct app app = {.settings = &settings};
static struct watch *watch;

static int setup(void **state) {
    (void)state;
    now = 100 * SECOND;
    *told = '\0';
    watch = watch_new(&app);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    watch_free(watch);
    return 0;
}

/* Looks once a second: "+" well, "-" not. */
static const char *looks(const char *signs) {
    *told = '\0';
    for (; *signs; signs++, now += SECOND)
        watch_look(watch, *signs == '+', now);
    return told;
}

static const struct tg_user person = {.id = 7, .first_name = "X", .language_code = "uk"},
                            other = {.id = 9, .first_name = "Y", .language_code = "en"};

static const char *writes(const struct tg_user *from, const char *text, uint64_t digest) {
    struct tg_update update = {.kind = TG_UPDATE_MESSAGE};
    update.message = (struct tg_message){.from = from, .text = text, .chat = {from->id, TG_CHAT_PRIVATE}};
    *told = '\0';
    watch_put_off(watch, &update, digest);
    return told;
}

static const char *presses(const char *id, uint64_t digest) {
    struct tg_update update = {.kind = TG_UPDATE_CALLBACK_QUERY};
    update.callback_query = (struct tg_callback_query){.id = id, .from = person};
    *told = '\0';
    watch_put_off(watch, &update, digest);
    return told;
}

static void lost_and_back_once(void **state) {
    (void)state;
    assert_string_equal(looks("+++++++++"), "");
    assert_string_equal(looks("-----"), "");
    assert_false(watch_away(watch));
    assert_string_equal(looks("-"), "lost ");
    assert_true(watch_away(watch));
    assert_string_equal(looks("----------"), "");
    assert_string_equal(looks("+"), "");
    assert_false(watch_away(watch)); /* what waits is tried at once */
    assert_string_equal(looks("++++"), "");
    assert_string_equal(looks("+"), "back 0:16");
    assert_string_equal(looks("++++++++++"), "");
    assert_string_equal(looks("------"), "lost ");
}

static void flapping_is_not_told(void **state) {
    (void)state;
    assert_string_equal(looks("-+--+---+----+-----+"), "");
    assert_string_equal(looks("------"), "lost ");
    assert_string_equal(looks("+-++-+++-++++-+++++-"), "");
    assert_string_equal(looks("++++++"), "back 0:26");
}

static void a_person_has_one_word_in_an_outage(void **state) {
    (void)state;
    assert_string_equal(writes(&person, "hello", 1), "");
    looks("---");
    assert_string_equal(writes(&person, "hello", 1), ""); /* it may be over in a moment */
    looks("---");
    assert_string_equal(writes(&person, "hello", 1), "word");
    assert_string_equal(writes(&person, "hello", 1), ""); /* Telegram sends it again */
    assert_string_equal(writes(&person, "well?", 2), "");
    assert_string_equal(writes(&other, "hi", 3), "nine");
    looks("++++++------");
    assert_string_equal(writes(&person, "again", 4), "word");
}

static void each_press_is_answered_once(void **state) {
    (void)state;
    looks("------");
    assert_string_equal(presses("first", 11), "first");
    assert_string_equal(presses("first", 11), "");
    assert_string_equal(presses("second", 12), "second");
    assert_string_equal(writes(&person, "hello", 1), "word");
}

static void who_asks_how_it_is_is_told_each_time(void **state) {
    (void)state;
    looks("------");
    assert_string_equal(writes(&person, "⚙️ Стан БД", 1), "report");
    assert_string_equal(writes(&person, "⚙️ Стан БД", 1), "");
    assert_string_equal(writes(&person, "стан бд", 2), "report");
}

static void nothing_is_said_in_groups_and_to_service_messages(void **state) {
    (void)state;
    looks("------");
    struct tg_update update = {.kind = TG_UPDATE_MESSAGE};
    update.message = (struct tg_message){.from = &person, .text = "/id", .chat = {-100, TG_CHAT_SUPERGROUP}};
    *told = '\0';
    watch_put_off(watch, &update, 1);
    update.message.chat = (struct tg_chat){7, TG_CHAT_PRIVATE};
    update.message.service = true;
    watch_put_off(watch, &update, 2);
    update.message.service = false;
    update.kind = TG_UPDATE_EDITED_MESSAGE;
    watch_put_off(watch, &update, 3);
    update.kind = TG_UPDATE_MY_CHAT_MEMBER;
    watch_put_off(watch, &update, 4);
    assert_string_equal(told, "");
}

static void memory_is_bounded(void **state) {
    (void)state;
    size_t heard = 0;
    looks("------");
    for (int64_t id = 10; id < 10 + WATCH_TOLD_MAX + 50; id++) {
        struct tg_user one = {.id = id, .first_name = "Z", .language_code = "uk"};
        heard += *writes(&one, "hello", 1) != '\0';
    }
    assert_int_equal(heard, WATCH_TOLD_MAX);
}

#define WATCH_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        WATCH_TEST(lost_and_back_once),
        WATCH_TEST(flapping_is_not_told),
        WATCH_TEST(a_person_has_one_word_in_an_outage),
        WATCH_TEST(each_press_is_answered_once),
        WATCH_TEST(who_asks_how_it_is_is_told_each_time),
        WATCH_TEST(nothing_is_said_in_groups_and_to_service_messages),
        WATCH_TEST(memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
