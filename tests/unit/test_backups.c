/* server/backups: when a backup is made, by whom, and who is told of it. */
#include "server/backups.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/server_stage.h"

enum { BOSS = 701, OTHER_BOSS = 702, ADMIN = 703, AWAY = 704 };

static int64_t number(const char *name) {
    int64_t value = 0;
    return store_get(stage.app.store, name, &value, NULL) == STATUS_OK ? value : 0;
}

static void set_number(const char *name, int64_t value) {
    assert_int_equal(store_swap(stage.app.store, name, number(name), value, NULL), STATUS_OK);
}

static void start(void) {
    struct error error = {0};
    struct backups *made = NULL;
    assert_int_equal(backups_new(&stage.app, &made, &error), STATUS_OK);
    stage.app.backups = made;
}

static void end(void) {
    backups_free(stage.app.backups);
    stage.app.backups = NULL;
}

static size_t count_files(const char *start_of_name) {
    char path[128];
    size_t count = 0;
    snprintf(path, sizeof(path), "%s/backups", stage.folder);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        count += strncmp(entry->d_name, start_of_name, strlen(start_of_name)) == 0;
    if (folder)
        closedir(folder);
    return count;
}

/* A staff, a week, and a backup that is overdue. */
static void make_overdue(const char *passphrase) {
    stage.settings.backup_every = 7 * (int64_t)DAY;
    stage.settings.backup_passphrase = passphrase;
    put_staff(BOSS, ROLE_SUPER_ADMIN);
    put_staff(OTHER_BOSS, ROLE_SUPER_ADMIN);
    put_staff(ADMIN, ROLE_ADMIN);
    put_user((struct user){.doc.id = AWAY, .role = ROLE_SUPER_ADMIN}, NULL, 0, 0);
    set_number("backup_made_at", 1);
    assert_int_equal(alerts_refresh(stage.app.alerts, NULL), STATUS_OK);
}

static bool says(const struct tg_call *call, const char *words) {
    return call->text && strstr(call->text, words);
}

static void an_overdue_one_is_made_and_sent(void **state) {
    (void)state;
    make_overdue("a long passphrase");
    start();
    WAIT_UNTIL(number("backup_made_at") > 1 && number("backup") == 0);
    end();
    assert_int_equal(sent_count(), 2);
    assert_string_equal(sent_to(BOSS), "sendDocument");
    assert_string_equal(sent_to(OTHER_BOSS), "sendDocument");
    assert_non_null(strstr(sent(0)->upload, ".tsbackup"));
    assert_true(says(sent(0), "Зашифрована"));
    FILE *file = fopen(sent(0)->upload, "r");
    struct backup_key key = backup_file_key(&stage.settings);
    struct backup_info info = {0};
    assert_non_null(file);
    assert_int_equal(backup_check(file, &key, NULL, &info, NULL), STATUS_OK);
    assert_true(info.documents >= 4);
    fclose(file);
    start(); /* again: it is not due any more */
    end();
    assert_int_equal(count_files("techsupport-"), 1);
}

static void the_first_is_due_after_the_first_span(void **state) {
    (void)state;
    stage.settings.backup_every = 7 * (int64_t)DAY;
    start();
    WAIT_UNTIL(number("backup_made_at") > 1);
    end();
    assert_int_equal(count_files("techsupport-"), 0);
}

static void none_is_made_where_they_are_switched_off(void **state) {
    (void)state;
    make_overdue(NULL);
    stage.settings.backup_every = 0;
    start();
    end();
    assert_int_equal(number("backup_made_at"), 1);
    assert_int_equal(count_files("techsupport-"), 0);
}

static void without_a_passphrase_they_are_told_where_it_is(void **state) {
    (void)state;
    make_overdue(NULL);
    start();
    WAIT_UNTIL(number("backup_made_at") > 1);
    end();
    assert_string_equal(sent_to(BOSS), "sendMessage");
    assert_true(says(sent(0), "/backups/techsupport-") && says(sent(0), "BACKUP_PASSPHRASE"));
}

static enum sender_outcome refuse_documents(const struct tg_call *call) {
    return call->upload ? SENDER_REFUSED : SENDER_DELIVERED;
}

static void a_refused_document_is_told_of(void **state) {
    (void)state;
    make_overdue("a long passphrase");
    stage.judge = refuse_documents;
    start();
    WAIT_UNTIL(number("backup_made_at") > 1);
    end();
    assert_string_equal(sent_to(BOSS), "sendDocument sendMessage");
    assert_true(says(sent(2), "не вдалося") && says(sent(2), "/backups/techsupport-"));
}

static void only_the_holder_of_the_lease_makes_it(void **state) {
    (void)state;
    make_overdue(NULL);
    set_number("backup", STAGE_OTHER);
    start();
    end();
    assert_int_equal(count_files("techsupport-"), 0);
    assert_int_equal(number("backup"), STAGE_OTHER);
    set_number("backup", STAGE_DEAD);
    start();
    WAIT_UNTIL(number("backup_made_at") > 1);
    end();
    assert_int_equal(count_files("techsupport-"), 1);
}

/* What was given to the sender comes back unsent when the process ends: it is made again. */
static void what_was_not_sent_is_not_noted(void **state) {
    (void)state;
    make_overdue("a long passphrase");
    stage_set(&stage.hold, true);
    start();
    wait_sent(2);
    backups_stop(stage.app.backups);
    stage_land(0, SENDER_DELIVERED);
    stage_land(1, SENDER_STOPPED);
    end();
    assert_int_equal(number("backup_made_at"), 1);
    assert_int_equal(number("backup"), 0);
    stage_set(&stage.hold, false);
    start();
    WAIT_UNTIL(number("backup_made_at") > 1);
    end();
    assert_string_equal(sent_to(BOSS), "sendDocument sendDocument");
}

static void who_asks_gets_it(void **state) {
    (void)state;
    make_overdue(NULL);
    set_number("backup_made_at", clock_now());
    start();
    assert_int_equal(backups_request(&stage.app, OTHER_BOSS, NULL), STATUS_OK);
    wait_sent(1);
    WAIT_UNTIL(number("backup_for") == 0);
    end();
    assert_int_equal(sent_count(), 1);
    assert_string_equal(sent_to(OTHER_BOSS), "sendMessage");
}

/* Noted in the database: a crash forgets nothing. */
static void a_request_outlives_the_process(void **state) {
    (void)state;
    make_overdue(NULL);
    stage.settings.backup_every = 0;
    assert_int_equal(backups_request(&stage.app, BOSS, NULL), STATUS_OK);
    assert_int_equal(backups_request(&stage.app, BOSS, NULL), STATUS_OK);
    assert_int_equal(backups_request(&stage.app, OTHER_BOSS, NULL), STATUS_FULL);
    start();
    WAIT_UNTIL(number("backup_for") == 0);
    end();
    assert_string_equal(sent_to(BOSS), "sendMessage");
}

static void who_is_no_super_admin_gets_nothing(void **state) {
    (void)state;
    make_overdue(NULL);
    stage.settings.backup_every = 0;
    assert_int_equal(backups_request(&stage.app, ADMIN, NULL), STATUS_OK);
    start();
    WAIT_UNTIL(number("backup_for") == 0);
    end();
    assert_int_equal(sent_count(), 0);
    assert_int_equal(count_files("techsupport-"), 0);
}

static void a_failure_is_told_once(void **state) {
    (void)state;
    char path[128];
    make_overdue(NULL);
    snprintf(path, sizeof(path), "%s/backups", stage.folder);
    FILE *in_the_way = fopen(path, "w");
    assert_non_null(in_the_way);
    fclose(in_the_way);
    start();
    wait_sent(3); /* all super-admins that there are, also one who is away */
    WAIT_UNTIL(number("backup") == 0);
    end();
    assert_int_equal(number("backup_made_at"), 1);
    assert_int_equal(sent_count(), 3);
    assert_string_equal(sent_to(BOSS), "sendMessage");
    assert_true(says(sent(0), "створити не вдалося"));
}

static void make_file(const char *name, time_t age) {
    char path[256];
    snprintf(path, sizeof(path), "%s/backups/%s", stage.folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    const struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void old_ones_are_removed(void **state) {
    (void)state;
    char path[128];
    size_t removed = 0;
    snprintf(path, sizeof(path), "%s/backups", stage.folder);
    backup_file_prune(&stage.settings, clock_now(), &removed); /* there is no folder yet */
    assert_int_equal(removed, 0);
    assert_int_equal(mkdir(path, 0700), 0);
    for (int i = 0; i < 12; i++) {
        char name[64];
        snprintf(name, sizeof(name), "techsupport-202601%02dT000000.000Z%s", i + 10, i % 2 ? ".jsonl.gz" : ".tsbackup");
        make_file(name, 0);
    }
    make_file("techsupport-20250101T000000.000Z.tsbackup.AbCdEf", 2 * DAY / SECOND);
    make_file("techsupport-20250102T000000.000Z.tsbackup.AbCdEf", 60);
    make_file("before-restore-20250101T000000.000Z.tsbackup", 2 * DAY / SECOND);
    make_file("mine.txt", 2 * DAY / SECOND);
    backup_file_prune(&stage.settings, clock_now(), &removed);
    assert_int_equal(removed, 5);
    assert_int_equal(count_files("techsupport-2026"), BACKUPS_KEPT);
    assert_int_equal(count_files("techsupport-20260114"), 1);
    assert_int_equal(count_files("techsupport-20260113"), 0);
    assert_int_equal(count_files("techsupport-20250102"), 1);
    assert_int_equal(count_files("before-restore-"), 1);
    assert_int_equal(count_files("mine"), 1);
}

static void what_is_sent_depends_on_size_and_secrecy(void **state) {
    (void)state;
    assert_int_equal(backup_message_of(&(struct backup_file){.size = 5, .encrypted = true}), BACKUP_AS_DOCUMENT);
    assert_int_equal(backup_message_of(&(struct backup_file){.size = 50000000, .encrypted = true}), BACKUP_AS_DOCUMENT);
    assert_int_equal(backup_message_of(&(struct backup_file){.size = 50000001, .encrypted = true}), BACKUP_NOT_SENT);
    assert_int_equal(backup_message_of(&(struct backup_file){.size = 5}), BACKUP_IS_KEPT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGE_TEST(an_overdue_one_is_made_and_sent),
        STAGE_TEST(the_first_is_due_after_the_first_span),
        STAGE_TEST(none_is_made_where_they_are_switched_off),
        STAGE_TEST(without_a_passphrase_they_are_told_where_it_is),
        STAGE_TEST(a_refused_document_is_told_of),
        STAGE_TEST(only_the_holder_of_the_lease_makes_it),
        STAGE_TEST(what_was_not_sent_is_not_noted),
        STAGE_TEST(who_asks_gets_it),
        STAGE_TEST(a_request_outlives_the_process),
        STAGE_TEST(who_is_no_super_admin_gets_nothing),
        STAGE_TEST(a_failure_is_told_once),
        STAGE_TEST(old_ones_are_removed),
        STAGE_TEST(what_is_sent_depends_on_size_and_secrecy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
