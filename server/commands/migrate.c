/* `techsupport migrate`: takes over what the bot before had stored: people, staff, tickets. The old database is only
 * read, and nobody is sent anything. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "core/clock.h"
#include "server/command.h"
#include "server/commands/legacy_map.h"
#include "server/commands/migrate_tickets.h"
#include "server/roles.h"

enum { SETTINGS_BYTES_MAX = 1 << 20 };

/* --- people --- */

static enum status complete_person(struct migrate *migrate, const struct user *user, bool *ret_new,
                                   struct error *error) {
    struct user before;
    enum status status = store_load(migrate->store, COLLECTION_USERS, user->doc.id, migrate->row, &before, error);
    if (status != STATUS_OK || before.started || !user->started)
        return status;
    struct user after = before;
    after.started = true;
    after.username = before.username ? before.username : user->username;
    after.created_at = user->created_at ? user->created_at : before.created_at;
    const struct write write = {.collection = COLLECTION_USERS, .before = &before, .after = &after, .now = clock_now()};
    status = store_write(migrate->store, &write, NULL, error);
    *ret_new = status == STATUS_OK;
    return status;
}

enum status migrate_person(struct migrate *migrate, const struct user *user, bool *ret_new, struct error *error) {
    enum { TRIES = 10 };
    const struct write write = {.collection = COLLECTION_USERS, .after = user, .now = clock_now()};
    struct error there = {0};
    enum status status = store_write(migrate->store, &write, NULL, &there);
    *ret_new = status == STATUS_OK;
    for (int i = 0; i < TRIES && (status == STATUS_CONFLICT || status == STATUS_UNKNOWN); i++) {
        there = (struct error){0};
        status = complete_person(migrate, user, ret_new, &there);
    }
    return status == STATUS_OK ? status : error_set(error, status, "%s", there.text);
}

static void count_person(struct migrate_counts *counts, bool is_new) {
    if (is_new)
        counts->taken++;
    else
        counts->there++;
}

static enum status take_user(void *context, const struct legacy_row *row, struct error *error) {
    struct migrate *migrate = context;
    struct user user;
    unsigned remarks = 0;
    bool is_new = true;
    arena_reset(migrate->row);
    migrate_found(&migrate->report, LEGACY_USERS);
    const char *wrong = legacy_user(migrate->row, row, &user, &remarks);
    if (!wrong && legacy_people_know(migrate->people, user.doc.id))
        wrong = "telegram_id is that of another row";
    if (wrong) {
        migrate_set_aside(&migrate->report, LEGACY_USERS, row, wrong);
        return STATUS_OK;
    }
    for (int i = 0; i < LEGACY_REMARK_COUNT; i++)
        if (remarks & (1U << i))
            migrate_remark(&migrate->report, LEGACY_USERS, row, legacy_remark_text((enum legacy_remark)i));
    enum status status = legacy_people_add(migrate->people, user.doc.id, user.username, false, error);
    if (status == STATUS_OK && migrate->store)
        status = migrate_person(migrate, &user, &is_new, error);
    if (status == STATUS_OK)
        count_person(&migrate->report.counts[LEGACY_USERS], is_new);
    return status;
}

/* A role is given once: one who was dismissed since must not come back with the next run. So it is noted by a number of
 * that name, after it was given. */
static enum status give_role(struct migrate *migrate, const struct user *admin, bool *ret_new, struct error *error) {
    char name[WORD_BYTES_MAX];
    int64_t given = 0;
    enum role before;
    struct error absent = {0};
    (void)snprintf(name, sizeof(name), LEGACY_MARK "%s.%" PRId64, role_name(admin->role), admin->doc.id);
    enum status status = store_get(migrate->store, name, &given, &absent);
    *ret_new = status == STATUS_NOT_FOUND;
    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK ? status : error_set(error, status, "%s", absent.text);
    bool is_new = false;
    const struct user person = {.doc.id = admin->doc.id, .username = admin->username};
    status = migrate_person(migrate, &person, &is_new, error);
    if (status == STATUS_OK)
        status = roles_raise_silently(migrate->store, admin->doc.id, admin->role, &before, error);
    if (status == STATUS_OK)
        status = store_get_or_set(migrate->store, name, 1, &given, error);
    return status;
}

static enum status take_admin(void *context, const struct legacy_row *row, struct error *error) {
    struct migrate *migrate = context;
    struct user admin;
    bool is_new = true;
    arena_reset(migrate->row);
    migrate_found(&migrate->report, LEGACY_ADMINS);
    const char *wrong = legacy_admin(migrate->row, row, &admin);
    if (wrong) {
        migrate_set_aside(&migrate->report, LEGACY_ADMINS, row, wrong);
        return STATUS_OK;
    }
    enum status status = legacy_people_add(migrate->people, admin.doc.id, admin.username, true, error);
    if (status == STATUS_OK && migrate->store)
        status = give_role(migrate, &admin, &is_new, error);
    if (status == STATUS_OK)
        count_person(&migrate->report.counts[LEGACY_ADMINS], is_new);
    return status;
}

static enum status count_broadcast(void *context, const struct legacy_row *row, struct error *error) {
    struct migrate *migrate = context;
    (void)row;
    (void)error;
    migrate_found(&migrate->report, LEGACY_BROADCASTS);
    return STATUS_OK;
}

/* --- all of it --- */

static enum status take_all(struct migrate *migrate, struct error *error) {
    enum status status = legacy_each(migrate->legacy, LEGACY_USERS, take_user, migrate, error);
    if (status == STATUS_OK)
        status = legacy_each(migrate->legacy, LEGACY_ADMINS, take_admin, migrate, error);
    if (status == STATUS_OK)
        status = migrate_tickets(migrate, error);
    if (status == STATUS_OK)
        status = legacy_each(migrate->legacy, LEGACY_BROADCASTS, count_broadcast, migrate, error);
    return status;
}

static enum status run(struct migrate *migrate, struct error *error) {
    migrate->people = legacy_people_new();
    migrate->row = arena_new(MIGRATE_ROW_BYTES_MAX);
    enum status status = take_all(migrate, error);
    if (status == STATUS_OK)
        status = migrate_summary(&migrate->report, error);
    arena_free(migrate->row);
    legacy_people_free(migrate->people);
    return status;
}

static int exit_code(enum status status, const struct error *error) {
    const int code = status == STATUS_OK ? EX_OK : command_fail(error);
    if (code == EX_UNAVAILABLE || code == EX_TEMPFAIL)
        fputs("techsupport: what was taken over so far stays; the same command goes on from there\n", stderr);
    return code;
}

static int migrate_into(const struct settings *settings, struct legacy *legacy, struct arena *arena) {
    const struct store_settings wanted = command_store_settings(settings, 2, false);
    struct migrate migrate = {.legacy = legacy};
    struct error error = {0};
    enum status status = store_open(&wanted, &migrate.store, &error);
    if (status == STATUS_OK)
        status = migrate_report_open(arena, settings->data_dir, &migrate.report, &error);
    if (status == STATUS_OK) {
        status = run(&migrate, &error);
        migrate_report_close(&migrate.report);
    }
    store_close(migrate.store);
    return exit_code(status, &error);
}

static int rehearse(struct legacy *legacy) {
    struct migrate migrate = {.legacy = legacy, .report = {.dry = true}};
    struct error error = {0};
    return exit_code(run(&migrate, &error), &error);
}

int migrate_command(int count, char **arguments) {
    const char *from = NULL;
    bool dry = false;
    const struct command_option options[] = {{.name = "--from", .value = &from}, {.name = "--dry-run", .flag = &dry}};
    CLEANUP(arena_freep) struct arena *arena = arena_new(SETTINGS_BYTES_MAX);
    struct settings settings;
    struct legacy *legacy = NULL;
    struct error error = {0};
    if (command_options("migrate", count, arguments, options, sizeof(options) / sizeof(options[0]), &error))
        return command_misused(error.text);
    if (!from)
        return command_misused("migrate: --from is missing");
    if (settings_load_offline(arena, &settings, &error) != STATUS_OK)
        return command_fail(&error);
    if (legacy_open(from, &legacy, &error) != STATUS_OK)
        return command_misused(arena_printf(arena, "migrate: --from: %s", error.text));
    const enum status status = legacy_check(legacy, &error);
    int code = status == STATUS_OK ? EX_OK : command_fail(&error);
    if (status == STATUS_OK)
        code = dry ? rehearse(legacy) : migrate_into(&settings, legacy, arena);
    else if (status == STATUS_NOT_FOUND)
        code = EX_NOINPUT;
    legacy_close(legacy);
    return code;
}
