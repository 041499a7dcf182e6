/* `techsupport show`: one stored document, as it is. It only reads; a bot may run beside it, on either store. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "core/parse.h"
#include "db/raw.h"
#include "server/command.h"

enum { SETTINGS_BYTES_MAX = 1 << 20, ROW_BYTES_MAX = 8 << 20, INDENT = 2 };

static const char *const kinds[COLLECTION_COUNT] = {
    [COLLECTION_USERS] = "user",           [COLLECTION_TICKETS] = "ticket", [COLLECTION_CALLS] = "call",
    [COLLECTION_BROADCASTS] = "broadcast", [COLLECTION_ROOMS] = "room",
};

struct request {
    enum collection collection;
    int64_t id;
};

/* NULL, or what is wrong with the arguments. */
static const char *understand(int count, char **arguments, struct request *ret_request) {
    size_t kind = 0;
    if (count != 2)
        return "show: expected user, ticket, call, broadcast or room, and a number";
    while (kind < COLLECTION_COUNT && strcmp(kinds[kind], arguments[0]) != 0)
        kind++;
    if (kind == COLLECTION_COUNT)
        return "show: expected user, ticket, call, broadcast or room";
    ret_request->collection = (enum collection)kind;
    if (parse_i64(arguments[1], INT64_MIN + 1, INT64_MAX, &ret_request->id) != STATUS_OK)
        return "show: the number must be digits";
    return NULL;
}

static enum status keep_json(void *context, const bson_t *document, struct error *error) {
    json_t **ret_json = context;
    char *text = document ? bson_as_relaxed_extended_json(document, NULL) : NULL;
    *ret_json = text ? json_loads(text, 0, NULL) : NULL;
    bson_free(text);
    return *ret_json ? STATUS_OK : error_set(error, STATUS_DAMAGED, "the document cannot be read");
}

/* A row first: it tells what is absent from what cannot be read. */
static enum status find(struct store *store, const struct request *request, json_t **ret_json, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
    union any_row row;
    const char *kind = kinds[request->collection];
    enum status status = store_load(store, request->collection, request->id, arena, &row, error);
    if (status == STATUS_NOT_FOUND) {
        *error = (struct error){0};
        return error_set(error, status, "there is no %s %" PRId64, kind, request->id);
    }
    if (status != STATUS_OK)
        return status;
    bson_t after = BSON_INITIALIZER;
    BSON_APPEND_INT64(&after, "_id", request->id - 1);
    status = store_raw_page(store, (int)request->collection, &after, 1, keep_json, ret_json, error);
    bson_destroy(&after);
    return status;
}

static int show(struct store *store, const struct request *request) {
    struct error error = {0};
    json_t *json = NULL;
    const enum status status = find(store, request, &json, &error);
    if (status != STATUS_OK)
        return command_fail(&error);
    const bool written = json_dumpf(json, stdout, JSON_INDENT(INDENT)) == 0 && puts("") >= 0 && fflush(stdout) == 0;
    json_decref(json);
    return written ? EX_OK : EX_IOERR;
}

int show_command(int count, char **arguments) {
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
    const struct store_settings wanted = command_store_settings(&settings, 2, false);
    struct store *store;
    if (store_open(&wanted, &store, &error) != STATUS_OK)
        return command_fail(&error);
    const int code = show(store, &request);
    store_close(store);
    return code;
}
