/* Who is told what, and how often. */
#include <string.h>

#include "core/clock.h"
#include "server/alerts.h"
#include "server/roles.h"
#include "tests/unit/unit.h"

static int64_t now;
static struct user staff[3];
static size_t staff_count;
static enum status database;
static char told[4096];

int64_t clock_monotonic(void) {
    return now;
}

enum status roles_each(struct store *store, roles_see *see, void *context, struct error *error) {
    (void)store;
    for (size_t i = 0; database == STATUS_OK && i < staff_count; i++)
        see(context, &staff[i]);
    return database == STATUS_OK ? STATUS_OK : error_set(error, database, "away");
}

enum status sender_submit(struct sender *sender, const struct tg_call *call, enum sender_class class, int64_t not_after,
                          sender_done *done, void *context) {
    (void)sender;
    (void)class;
    (void)not_after;
    (void)context;
    assert_null(done);
    assert_int_equal(call->method, TG_METHOD_SEND_MESSAGE);
    size_t length = strlen(told);
    snprintf(told + length, sizeof(told) - length, "%lld: %s\n", (long long)call->chat_id, call->text);
    return STATUS_OK;
}

static const struct settings settings = {.default_lang = LANG_UK};
static struct app app = {.settings = &settings};

static struct alerts *begin(void) {
    staff[0] = (struct user){.doc.id = 1, .role = ROLE_SUPER_ADMIN};
    staff[1] = (struct user){.doc.id = 2, .role = ROLE_ADMIN};
    staff[2] = (struct user){.doc.id = 3, .role = ROLE_SUPER_ADMIN, .lang = "en"};
    staff_count = COUNT(staff);
    database = STATUS_OK;
    now = 1000;
    *told = '\0';
    return alerts_new(&app);
}

static bool raise(struct alerts *alerts, const char *cause) {
    const struct text_arg args[] = {{.name = "error", .value = "0badf00d"}, {.name = "cause", .value = cause}};
    *told = '\0';
    return alerts_raise(alerts, cause, TEXT_ALERT_ERROR, args, COUNT(args));
}

static void super_admins_are_told_in_their_language(void **state) {
    (void)state;
    struct alerts *alerts = begin();
    assert_int_equal(alerts_refresh(alerts, NULL), STATUS_OK);
    assert_true(raise(alerts, "<b> & so on"));
    assert_non_null(
        strstr(told, "1: ⚠️ Помилка <code>0badf00d</code>\nПричина: &lt;b&gt; &amp; so on"));
    assert_non_null(strstr(told, "3: ⚠️ Error <code>0badf00d</code>"));
    assert_null(strstr(told, "2: "));
    alerts_free(alerts);
}

static void who_was_known_is_told_while_the_database_is_away(void **state) {
    (void)state;
    struct alerts *alerts = begin();
    assert_int_equal(alerts_refresh(alerts, NULL), STATUS_OK);
    database = STATUS_UNAVAILABLE;
    struct error error = {0};
    assert_int_equal(alerts_refresh(alerts, &error), STATUS_UNAVAILABLE);
    assert_true(raise(alerts, "cause"));
    assert_non_null(strstr(told, "1: "));
    database = STATUS_OK;
    staff_count = 1;
    now += ALERT_PAUSE;
    assert_int_equal(alerts_refresh(alerts, NULL), STATUS_OK);
    assert_true(raise(alerts, "cause"));
    assert_null(strstr(told, "3: "));
    alerts_free(alerts);
}

static void a_cause_is_told_once_a_minute(void **state) {
    (void)state;
    struct alerts *alerts = begin();
    assert_int_equal(alerts_refresh(alerts, NULL), STATUS_OK);
    assert_true(raise(alerts, "a"));
    assert_true(raise(alerts, "b"));
    now += ALERT_PAUSE - 1;
    assert_false(raise(alerts, "a"));
    assert_string_equal(told, "");
    now += 1;
    assert_true(raise(alerts, "a"));
    assert_false(raise(alerts, "a"));
    alerts_free(alerts);
}

static void many_causes_take_no_more_room(void **state) {
    (void)state;
    struct alerts *alerts = begin();
    char cause[400];
    memset(cause, 'x', sizeof(cause));
    for (int i = 0; i < 1000; i++) {
        now++;
        snprintf(cause, sizeof(cause), "%d and more", i);
        assert_true(raise(alerts, cause));
        assert_false(raise(alerts, cause));
    }
    memset(cause, 'x', sizeof(cause) - 1);
    cause[sizeof(cause) - 1] = '\0';
    assert_true(raise(alerts, cause));
    assert_false(raise(alerts, cause));
    alerts_free(alerts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(super_admins_are_told_in_their_language),
        cmocka_unit_test(who_was_known_is_told_while_the_database_is_away),
        cmocka_unit_test(a_cause_is_told_once_a_minute),
        cmocka_unit_test(many_causes_take_no_more_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
