#include "server/roles.h"

#include <inttypes.h>

#include "core/clock.h"
#include "handlers/handlers.h"

enum {
    ROW_BYTES_MAX = 8 << 20, /* of one person's row with all that it may owe */
    TRIES = 10,
    PAGE = 64
};

/* What to make of a row; OK with the same role: nothing to write. `found`: it was in the database. */
typedef enum status role_decision(const struct user *before, bool found, enum role *ret_role, void *context,
                                  struct error *error);

/* CONFLICT where somebody else was faster, UNKNOWN where a look at the row will tell. */
static enum status try_change(struct store *store, int64_t id, role_decision *decide, void *context,
                              enum role *ret_before, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
    struct user before = {.doc.id = id};
    enum status status = store_load(store, COLLECTION_USERS, id, arena, &before, error);
    const bool found = status == STATUS_OK;
    if (!found && status != STATUS_NOT_FOUND)
        return status;
    struct user after = found ? before : (struct user){.doc.id = id, .created_at = clock_now()};
    enum role role = after.role;
    *error = (struct error){0}; /* of a row that is not there yet */
    status = decide(&after, found, &role, context, error);
    if (status != STATUS_OK)
        return status;
    *ret_before = after.role;
    if (role == after.role)
        return STATUS_OK;
    after.role = role;
    const struct write write = {
        .collection = COLLECTION_USERS, .before = found ? &before : NULL, .after = &after, .now = clock_now()};
    return store_write(store, &write, NULL, error);
}

static enum status change(struct store *store, int64_t id, role_decision *decide, void *context, enum role *ret_before,
                          struct error *error) {
    enum status status = STATUS_CONFLICT;
    struct error last = {0};
    for (int i = 0; i < TRIES && (status == STATUS_CONFLICT || status == STATUS_UNKNOWN); i++) {
        last = (struct error){0};
        status = try_change(store, id, decide, context, ret_before, &last);
    }
    if (status != STATUS_OK)
        return error_set(error, status, "%s", *last.text ? last.text : status_name(status));
    return STATUS_OK;
}

static enum status decide_raise(const struct user *before, bool found, enum role *ret_role, void *context,
                                struct error *error) {
    (void)found;
    (void)error;
    const enum role wanted = *(enum role *)context;
    if (before->role < wanted)
        *ret_role = wanted;
    return STATUS_OK;
}

enum status roles_raise(struct store *store, int64_t id, enum role role, enum role *ret_before, struct error *error) {
    return change(store, id, decide_raise, &role, ret_before, error);
}

static void count_super_admin(void *context, const struct user *user) {
    if (user->role == ROLE_SUPER_ADMIN)
        ++*(size_t *)context;
}

static enum status decide_drop(const struct user *before, bool found, enum role *ret_role, void *context,
                               struct error *error) {
    struct store *store = context;
    if (!found || before->role == ROLE_USER)
        return error_set(error, STATUS_NOT_FOUND, "%" PRId64 " is not on the staff: nothing was changed",
                         before->doc.id);
    size_t super_admins = 0;
    enum status status = roles_each(store, count_super_admin, &super_admins, error);
    if (status != STATUS_OK)
        return status;
    if (before->role == ROLE_SUPER_ADMIN && super_admins <= 1)
        return error_set(error, STATUS_INVALID,
                         "%" PRId64 " is the last super-admin: make another one first, nothing was changed",
                         before->doc.id);
    *ret_role = ROLE_USER;
    return STATUS_OK;
}

/* OK also where it is no longer theirs. */
static enum status return_ticket(struct store *store, int64_t number, int64_t dismissed, struct error *error) {
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < TRIES && (status == STATUS_CONFLICT || status == STATUS_UNKNOWN); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
        struct ticket before, after;
        struct owed notice;
        *error = (struct error){0};
        status = store_load(store, COLLECTION_TICKETS, number, arena, &before, error);
        if (status != STATUS_OK || !assignment_revoke(arena, clock_now(), &before, dismissed, &after, &notice))
            return status;
        const struct write write = {.collection = COLLECTION_TICKETS,
                                    .before = &before,
                                    .after = &after,
                                    .owe = &notice,
                                    .owe_count = 1,
                                    .now = clock_now()};
        status = store_write(store, &write, NULL, error);
    }
    return status;
}

/* What they had accepted goes back to the queue. What they accept at this very instant, its delivery returns
 * (server/revoke). */
static enum status return_tickets(struct store *store, int64_t dismissed, size_t *ret_count, struct error *error) {
    int64_t numbers[PAGE], after = 0;
    size_t count = PAGE;
    *ret_count = 0;
    while (count == PAGE) {
        enum status status = store_find(store, QUERY_ASSIGNED_TICKETS, dismissed, after, numbers, PAGE, &count, error);
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = return_ticket(store, numbers[i], dismissed, error);
        if (status != STATUS_OK)
            return status;
        after = count > 0 ? numbers[count - 1] : after;
        *ret_count += count;
    }
    return STATUS_OK;
}

enum status roles_drop(struct store *store, int64_t id, enum role *ret_before, size_t *ret_returned,
                       struct error *error) {
    enum status status = change(store, id, decide_drop, store, ret_before, error);
    struct error why = {0};
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    /* Also of one who is a user by now: an earlier call may have been cut off in between. */
    const enum status returned = return_tickets(store, id, ret_returned, &why);
    return returned != STATUS_OK ? error_set(error, returned, "%s", why.text) : status;
}

static enum status see_one(struct store *store, int64_t id, roles_see *see, void *context, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
    struct user user;
    enum status status = store_load(store, COLLECTION_USERS, id, arena, &user, error);
    if (status == STATUS_OK && user.role != ROLE_USER)
        see(context, &user);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
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
