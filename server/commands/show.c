/* `techsupport show`: one stored document, as it is. It only reads; a bot may run beside it, on either store. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "core/parse.h"
#include "db/show.h"
#include "server/command.h"

enum { SETTINGS_BYTES_MAX = 1 << 20, INDENT = 2 };

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

static void new_line(FILE *file, int depth) {
    (void)fprintf(file, "\n%*s", depth * INDENT, "");
}

/* JSON text with a line for each member. Outside strings spaces mean nothing. */
static void print_indented(FILE *file, const char *text) {
    int depth = 0;
    bool inside = false, fresh = false; /* of a string; of an object or list that is empty so far */
    for (const char *at = text; *at; at++) {
        if (inside) {
            (void)fputc(*at, file);
            if (*at == '\\' && at[1])
                (void)fputc(*++at, file);
            else
                inside = *at != '"';
            continue;
        }
        if (*at == ' ')
            continue;
        const bool opens = *at == '{' || *at == '[', closes = *at == '}' || *at == ']';
        depth -= closes;
        if ((fresh && !closes) || (closes && !fresh))
            new_line(file, depth);
        (void)fputc(*at, file);
        if (*at == ':')
            (void)fputc(' ', file);
        depth += opens;
        fresh = opens;
        inside = *at == '"';
        if (*at == ',')
            new_line(file, depth);
    }
    (void)fputc('\n', file);
}

static int show(struct store *store, const struct request *request) {
    struct error error = {0};
    char *text = NULL;
    enum status status = store_show(store, request->collection, request->id, &text, &error);
    if (status == STATUS_NOT_FOUND) {
        error = (struct error){0};
        status = error_set(&error, status, "there is no %s %" PRId64, kinds[request->collection], request->id);
    }
    if (status != STATUS_OK)
        return command_fail(&error);
    print_indented(stdout, text);
    free(text);
    return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
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
    struct store *store;
    if (command_open(&settings, &store, &error) != STATUS_OK)
        return command_fail(&error);
    const int code = show(store, &request);
    store_close(store);
    return code;
}
