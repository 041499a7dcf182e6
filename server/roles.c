#include "server/roles.h"

#include <inttypes.h>

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "handlers/handlers.h"
#include "server/delivery/revoke.h"

enum { TRIES = 10, PAGE = 64 };

/* A row as it was read, and a copy to be changed and written in its place. */
struct turn {
    struct arena *arena;
    bool found;
    struct user before, after;
    struct owed owe[OWED_PER_DECISION_MAX];
    size_t owe_count;
    enum lang default_lang;
    bool silent; /* nothing is owed for it */
};

static enum status load(struct store *store, int64_t id, struct turn *turn, struct error *error) {
    struct error why = {0};
    arena_reset(turn->arena);
    *turn = (struct turn){
        .arena = turn->arena, .before = {.doc.id = id}, .default_lang = turn->default_lang, .silent = turn->silent};
    enum status status = store_load(store, COLLECTION_USERS, id, turn->arena, &turn->before, &why);
    turn->found = status == STATUS_OK;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return error_set(error, status, "%s", why.text);
    turn->after = turn->before;
    if (!turn->found)
        turn->after.created_at = clock_now();
    return STATUS_OK;
}

/* CONFLICT where somebody else was faster, UNKNOWN where a look at the row will tell. */
static enum status save(struct store *store, const struct turn *turn, struct error *error) {
    const struct write write = {.collection = COLLECTION_USERS,
                                .before = turn->found ? &turn->before : NULL,
                                .after = &turn->after,
                                .owe = turn->owe,
                                .owe_count = turn->owe_count,
                                .now = clock_now()};
    return store_write(store, &write, NULL, error);
}

static void set_role(struct turn *turn, enum role role) {
    turn->owe_count = role_change(turn->arena, clock_now(), turn->default_lang, &turn->after, role, turn->owe);
    if (!turn->silent)
        return;
    turn->owe_count = 0;
    turn->after.commands = turn->before.commands;
}

/* --- more rights --- */

static enum status try_raise(struct store *store, struct turn *turn, int64_t id, enum role role, enum role *ret_before,
                             struct error *error) {
    enum status status = load(store, id, turn, error);
    if (status != STATUS_OK)
        return status;
    *ret_before = turn->before.role;
    if (turn->before.role < role)
        set_role(turn, role);
    else if (role == ROLE_SUPER_ADMIN && turn->before.leaving)
        turn->after.leaving = false; /* a dismissal that was not finished */
    else
        return STATUS_OK;
    return save(store, turn, error);
}

static bool worth_another_try(enum status status) {
    return status == STATUS_CONFLICT || status == STATUS_UNKNOWN;
}

static enum status raise_to(struct store *store, struct turn *turn, int64_t id, enum role role, enum role *ret_before,
                            struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
    enum status status = STATUS_CONFLICT;
    turn->arena = arena;
    for (int i = 0; i < TRIES && worth_another_try(status); i++) {
        *error = (struct error){0};
        status = try_raise(store, turn, id, role, ret_before, error);
    }
    return status;
}

enum status roles_raise(struct store *store, enum lang default_lang, int64_t id, enum role role, enum role *ret_before,
                        struct error *error) {
    struct turn turn = {.default_lang = default_lang};
    return raise_to(store, &turn, id, role, ret_before, error);
}

enum status roles_raise_silently(struct store *store, int64_t id, enum role role, enum role *ret_before,
                                 struct error *error) {
    struct turn turn = {.silent = true};
    return raise_to(store, &turn, id, role, ret_before, error);
}

/* --- dismissals --- */

static void count_who_stays(void *context, const struct user *user) {
    if (user->role == ROLE_SUPER_ADMIN && !user->leaving)
        ++*(size_t *)context;
}

/* The mark is taken off again; whoever fails at it leaves one behind that the next dismissal or raise takes off. */
static void unmark(struct store *store, int64_t id) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
    struct turn turn = {.arena = arena};
    struct error error = {0};
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < TRIES && worth_another_try(status); i++) {
        status = load(store, id, &turn, &error);
        if (status != STATUS_OK || !turn.before.leaving)
            return;
        turn.after.leaving = false;
        status = save(store, &turn, &error);
    }
}

/* Marks first, counts then, acts on the very revision that was marked: of two who are dismissed at once, the one who
 * was marked later finds nobody who stays (docs/adr/0008). */
static enum status mark_and_count(struct store *store, struct turn *turn, struct error *error) {
    const int64_t id = turn->before.doc.id, marked = turn->before.doc.rev + 1;
    size_t stay = 0;
    turn->after.leaving = true;
    enum status status = save(store, turn, error);
    FAULT(after_mark);
    if (status == STATUS_OK)
        status = roles_each(store, count_who_stays, &stay, error);
    if (status == STATUS_OK && stay == 0) {
        unmark(store, id);
        return error_set(error, STATUS_INVALID,
                         "%" PRId64 " is the last super-admin: make another one first, nothing was changed", id);
    }
    if (status == STATUS_OK)
        status = load(store, id, turn, error);
    return status == STATUS_OK && turn->before.doc.rev != marked ? STATUS_CONFLICT : status;
}

static enum status try_drop(struct store *store, struct turn *turn, int64_t id, enum role *ret_before,
                            struct error *error) {
    enum status status = load(store, id, turn, error);
    if (status != STATUS_OK)
        return status;
    if (turn->before.role == ROLE_USER)
        return error_set(error, STATUS_NOT_FOUND, "%" PRId64 " is not on the staff: nothing was changed", id);
    *ret_before = turn->before.role;
    if (turn->before.role == ROLE_SUPER_ADMIN)
        status = mark_and_count(store, turn, error);
    if (status != STATUS_OK)
        return status;
    set_role(turn, ROLE_USER);
    return save(store, turn, error);
}

enum status roles_drop(struct store *store, enum lang default_lang, int64_t id, enum role *ret_before,
                       size_t *ret_returned, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
    struct turn turn = {.arena = arena, .default_lang = default_lang};
    struct error why = {0};
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < TRIES && worth_another_try(status); i++) {
        *error = (struct error){0};
        status = try_drop(store, &turn, id, ret_before, error);
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    /* Also of one who is a user by now: an earlier call may have been cut off in between. */
    const enum status returned = revoke_all(store, NULL, id, ret_returned, &why);
    return returned != STATUS_OK ? error_set(error, returned, "%s", why.text) : status;
}

/* --- who is there --- */

static enum status see_one(struct store *store, int64_t id, roles_see *see, void *context, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
    struct user user;
    struct error why = {0};
    enum status status = store_load(store, COLLECTION_USERS, id, arena, &user, &why);
    if (status == STATUS_OK && user.role != ROLE_USER)
        see(context, &user);
    if (status == STATUS_DAMAGED) /* one document must not keep all the others away */
        log_warning("a staff member's document cannot be read", LOG_NUMBER("person", id), LOG_TEXT("why", why.text));
    const bool over = status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_DAMAGED;
    return over ? STATUS_OK : error_set(error, status, "%s", why.text);
}

enum status roles_each(struct store *store, roles_see *see, void *context, struct error *error) {
    int64_t ids[PAGE], after = INT64_MIN;
    size_t count = PAGE;
    while (count == PAGE) {
        enum status status = store_find(store, QUERY_STAFF, 0, after, ids, PAGE, &count, error);
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = see_one(store, ids[i], see, context, error);
        if (status != STATUS_OK)
            return status;
        after = count > 0 ? ids[count - 1] : after;
    }
    return STATUS_OK;
}
