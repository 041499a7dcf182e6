#include "server/delivery/continue.h"

#include "core/clock.h"
#include "core/fault.h"
#include "handlers/render.h"
#include "server/copies.h"

static const struct owed *find_item(const struct user *user, int64_t id) {
    for (size_t i = 0; i < user->doc.owes.count; i++)
        if (user->doc.owes.items[i].id == id)
            return &user->doc.owes.items[i];
    return NULL;
}

enum status continue_delivered(struct app *app, int64_t person, int64_t item_id, int64_t message, struct arena *arena,
                               struct error *error) {
    struct user before, after;
    struct owed follows;
    enum status status = store_load(app->store, COLLECTION_USERS, person, arena, &before, error);
    if (status != STATUS_OK)
        return status;
    const struct owed *item = find_item(&before, item_id);
    if (before.doc.owner != copies_self(app->copies))
        return error_set(error, STATUS_NOT_FOUND, "another copy delivers for this person");
    if (!item)
        return STATUS_OK;
    after = before;
    const struct write write = {.collection = COLLECTION_USERS,
                                .before = &before,
                                .after = &after,
                                .owe = &follows,
                                .owe_count = owed_continue(item, message, &after, &follows),
                                .settle = &item_id,
                                .settle_count = 1,
                                .now = clock_now()};
    status = store_write(app->store, &write, NULL, error);
    if (status == STATUS_OK)
        FAULT(after_settle);
    return status;
}
