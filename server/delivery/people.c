#include "server/delivery/people.h"

#include "core/clock.h"
#include "server/copies.h"

void people_mark_blocked(struct app *app, struct arena *arena, int64_t person) {
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < 3 && status == STATUS_CONFLICT; i++) {
        struct user user, blocked;
        struct error error = {0};
        status = store_load(app->store, COLLECTION_USERS, person, arena, &user, &error);
        if (status || user.blocked)
            return;
        blocked = user;
        blocked.blocked = true;
        struct write write = {.collection = COLLECTION_USERS,
                              .before = &user,
                              .after = &blocked,
                              .owner = copies_owner(app->copies, user.doc.owner),
                              .now = clock_now()};
        status = store_write(app->store, &write, NULL, &error);
    }
}
