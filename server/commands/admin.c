/* `techsupport admin`: staff, by hand. It works beside a running `serve` on either store. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/parse.h"
#include "core/utf.h"
#include "server/command.h"
#include "server/roles.h"

enum { SETTINGS_BYTES_MAX = 1 << 20 };

static const int64_t PERSON_MAX = INT64_C(1) << 52;

struct request {
    int (*run)(struct store *store, const struct request *request);
    int64_t id;
    enum role role;
    enum lang default_lang;
};

static const char *role_in_words(enum role role) {
    static const char *const words[] = {
        [ROLE_USER] = "a user", [ROLE_ADMIN] = "a support admin", [ROLE_SUPER_ADMIN] = "a super-admin"};
    return words[role];
}

static int add(struct store *store, const struct request *request) {
    const int64_t id = request->id;
    const enum role role = request->role;
    struct error error = {0};
    enum role before;
    if (roles_raise(store, request->default_lang, id, role, &before, &error) != STATUS_OK)
        return command_fail(&error);
    if (before >= role)
        printf("%" PRId64 " is %s already: nothing was changed\n", id, role_in_words(before));
    else
        printf("%" PRId64 " is %s now\n", id, role_in_words(role));
    return EX_OK;
}

static int drop(struct store *store, const struct request *request) {
    const int64_t id = request->id;
    struct error error = {0};
    enum role before;
    size_t returned = 0;
    const enum status status = roles_drop(store, request->default_lang, id, &before, &returned, &error);
    if (status != STATUS_OK) {
        const int code = command_fail(&error);
        return status == STATUS_INVALID ? EX_DATAERR : code; /* the last super-admin: no setting is wrong */
    }
    printf("%" PRId64 " was %s and is a user now\n", id, role_in_words(before));
    if (returned > 0)
        printf("tickets returned to the queue: %zu\n", returned);
    return EX_OK;
}

static void print_one(void *context, const struct user *user) {
    size_t *count = context;
    struct arena *arena = arena_new(65536);
    if ((*count)++ == 0)
        printf("%-16s %-12s %-20s %-24s %s\n", "ID", "ROLE", "STATE", "USERNAME", "NAME");
    const char *state = !user->started ? "waiting for /start" : user->blocked ? "blocked the bot" : "active";
    printf("%-16" PRId64 " %-12s %-20s %-24s %s\n", user->doc.id, role_name(user->role), state,
           user->username ? utf_clean_line(arena, user->username) : "-",
           user->name ? utf_clean_line(arena, user->name) : "-");
    arena_free(arena);
}

static int list(struct store *store, const struct request *request) {
    (void)request;
    struct error error = {0};
    size_t count = 0;
    if (roles_each(store, print_one, &count, &error) != STATUS_OK)
        return command_fail(&error);
    if (count == 0)
        printf("Nobody is on the staff yet: techsupport admin add --super ID\n");
    return EX_OK;
}

static const struct action {
    const char *name;
    bool wants_id, knows_super;
    int (*run)(struct store *store, const struct request *request);
} actions[] = {
    {"add", true, true, add},
    {"remove", true, false, drop},
    {"list", false, false, list},
};

static const struct action *action_by_name(const char *name) {
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    return NULL;
}

/* NULL, or what is wrong with the arguments. */
static const char *understand(int count, char **arguments, struct request *ret_request) {
    const struct action *action = count > 0 ? action_by_name(arguments[0]) : NULL;
    if (!action)
        return "admin: expected add, remove or list";
    struct request request = {.run = action->run, .role = ROLE_ADMIN};
    for (int i = 1; i < count; i++) {
        if (action->knows_super && strcmp(arguments[i], "--super") == 0)
            request.role = ROLE_SUPER_ADMIN;
        else if (!action->wants_id || request.id != 0)
            return "admin: an argument too many";
        else if (parse_i64(arguments[i], 1, PERSON_MAX, &request.id) != STATUS_OK)
            return "admin: the Telegram id must be digits (the bot tells it at /id)";
    }
    if (action->wants_id && request.id == 0)
        return "admin: the Telegram id is missing";
    *ret_request = request;
    return NULL;
}

int admin_command(int count, char **arguments) {
    struct request request;
    const char *wrong = understand(count, arguments, &request);
    if (wrong)
        return command_misused(wrong);
    CLEANUP(arena_freep) struct arena *arena = arena_new(SETTINGS_BYTES_MAX);
    struct settings settings;
    struct error error = {0};
    if (settings_load_offline(arena, &settings, &error) != STATUS_OK)
        return command_fail(&error);
    log_setup(LOG_WARNING, settings.log_format);
    request.default_lang = settings.default_lang;
    struct store *store;
    if (command_open(&settings, &store, &error) != STATUS_OK)
        return command_fail(&error);
    const int code = request.run(store, &request);
    store_close(store);
    return code;
}
