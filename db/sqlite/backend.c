#include "db/sqlite/sqlite.h"

static uint64_t commits(void *state) {
    const struct sqlite *sqlite = state;
    return writer_commits(sqlite->writer);
}

const struct store_backend sqlite_backend = {
    .kind = "sqlite",
    .open = sqlite_open,
    .close = sqlite_close,
    .ping = sqlite_ping,
    .load = sqlite_load,
    .write = sqlite_write,
    .settle = sqlite_settle,
    .adopt = sqlite_adopt,
    .find = sqlite_find,
    .tally = sqlite_tally,
    .next = sqlite_next,
    .get = sqlite_get,
    .get_or_set = sqlite_get_or_set,
    .swap = sqlite_swap,
    .beat = sqlite_beat,
    .copies = sqlite_copies,
    .forget_copy = sqlite_forget_copy,
    .keep_unread = sqlite_keep_unread,
    .raw_page = sqlite_raw_page,
    .raw_put = sqlite_raw_put,
    .raw_clear = sqlite_raw_clear,
    .commits = commits,
};
