#include "db/backend.h"

static enum status open_store(const struct store_settings *settings, void **ret_state, struct error *error) {
    (void)settings;
    (void)ret_state;
    return error_set(error, STATUS_UNAVAILABLE, "this build has no MongoDB");
}

const struct store_backend mongo_backend = {.kind = "mongodb", .open = open_store};
