#include "db/mongo/mongo.h"

static enum status open_store(const struct store_settings *settings, void **ret_state, struct error *error) {
    struct mongo_client *client = NULL;
    enum status status = mongo_client_open(settings, &client, error);
    if (status != STATUS_OK)
        return status;
    status = mongo_prepare(client, error);
    if (status == STATUS_OK)
        *ret_state = client;
    else
        mongo_client_close(client);
    return status == STATUS_UNKNOWN ? STATUS_UNAVAILABLE : status;
}

static void close_store(void *state) {
    mongo_client_close(state);
}

static enum status ping(void *state, struct error *error) {
    bson_t command = BSON_INITIALIZER;
    bson_append_int32(&command, "ping", -1, 1);
    enum status status = mongo_command(state, &command, error);
    bson_destroy(&command);
    return status;
}

const struct store_backend mongo_backend = {
    .kind = "mongodb",
    .open = open_store,
    .close = close_store,
    .ping = ping,
    .load = mongo_load,
    .write = mongo_write,
    .settle = mongo_settle,
    .adopt = mongo_adopt,
    .find = mongo_query,
    .tally = mongo_tally,
    .next = mongo_next,
    .get = mongo_get,
    .get_or_set = mongo_get_or_set,
    .swap = mongo_swap,
    .beat = mongo_beat,
    .copies = mongo_copies,
    .forget_copy = mongo_forget_copy,
    .keep_unread = mongo_keep_unread,
    .raw_page = mongo_raw_page,
    .raw_put = mongo_raw_put,
    .raw_clear = mongo_raw_clear,
};
