/* `techsupport export`: tickets, one after the other, by number. One ticket is in memory at a time; a bot may run
 * beside it, on either store. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "core/clock.h"
#include "core/iso.h"
#include "server/command.h"
#include "server/commands/export_format.h"
#include "server/notation.h"
#include "server/output.h"

enum {
    SETTINGS_BYTES_MAX = 1 << 20,
    TICKET_BYTES_MAX = 8 << 20, /* of one ticket's row; of its line */
    PAGE = 256
};

struct request {
    enum export_format format;
    int64_t from, before; /* created_at, ms UTC */
    int status;           /* -1: any */
    const char *output;
};

struct export {
    const struct request *request;
    enum lang lang;
    struct store *store;
    FILE *file;
    struct arena *arena; /* for a ticket */
    struct buffer line;
    size_t unreadable;
};

/* --- arguments --- */

/* Both ends belong to an export: a day ends where the next one begins. */
static int64_t end_of(const struct iso_time *given) {
    struct iso_time end = *given;
    if (given->has_time)
        return iso_as_local(given) + 1;
    end.day++; /* mktime knows the 32nd */
    return iso_as_local(&end);
}

static enum status take_date(const char *option, const char *text, struct iso_time *ret_time, struct error *error) {
    if (iso_parse(text, ret_time) != STATUS_OK)
        return error_set(error, STATUS_INVALID, "export: %s must be such as 2026-03-31 or 2026-03-31T18:05", option);
    return STATUS_OK;
}

static enum status take_word(const char *option, const char *text, const char *const *words, size_t count,
                             int *ret_place, struct error *error) {
    size_t place;
    if (text && word_of(text, words, count, &place) != STATUS_OK)
        return error_set(error, STATUS_INVALID, "export: %s %.32s is not known; `techsupport help export` lists them",
                         option, text);
    if (text)
        *ret_place = (int)place;
    return STATUS_OK;
}

static const char *const format_names[] = {
#define X(id, name) name,
    EXPORT_FORMATS(X)
#undef X
};
static const char *const status_names[] = {
#define X(id, name) name,
    TICKET_STATUSES(X)
#undef X
};

static enum status understand(int count, char **arguments, struct request *ret_request, struct error *error) {
    const char *format = NULL, *from = NULL, *to = NULL, *status = NULL;
    struct request request = {.before = INT64_MAX, .from = INT64_MIN, .status = -1};
    struct iso_time time;
    int place = EXPORT_CSV;
    const struct command_option options[] = {{.name = "--format", .value = &format},
                                             {.name = "--from", .value = &from},
                                             {.name = "--to", .value = &to},
                                             {.name = "--status", .value = &status},
                                             {.name = "--output", .value = &request.output}};
    if (command_options("export", count, arguments, options, sizeof(options) / sizeof(options[0]), error) ||
        take_word("--format", format, format_names, EXPORT_FORMAT_COUNT, &place, error) ||
        take_word("--status", status, status_names, TICKET_STATUS_COUNT, &request.status, error))
        return STATUS_INVALID;
    request.format = (enum export_format)place;
    if (from) {
        if (take_date("--from", from, &time, error))
            return STATUS_INVALID;
        request.from = iso_as_local(&time);
    }
    if (to) {
        if (take_date("--to", to, &time, error))
            return STATUS_INVALID;
        request.before = end_of(&time);
    }
    *ret_request = request;
    return STATUS_OK;
}

/* --- the tickets --- */

static bool is_wanted(const struct request *request, const struct ticket *ticket) {
    return ticket->created_at >= request->from && ticket->created_at < request->before &&
           (request->status < 0 || ticket->status == (enum ticket_status)request->status);
}

static void flush_line(struct export *export) {
    (void)fwrite(export->line.data, 1, export->line.length, export->file);
    buffer_clear(&export->line);
}

/* One that cannot be read is said and left out: it must not keep the others from whoever needs them. */
static enum status put_ticket(struct export *export, int64_t number, struct error *error) {
    struct ticket ticket;
    arena_reset(export->arena);
    enum status status = store_load(export->store, COLLECTION_TICKETS, number, export->arena, &ticket, error);
    if (status == STATUS_DAMAGED) {
        fprintf(stderr, "techsupport: ticket %" PRId64 " cannot be read: %s\n", number, error->text);
        export->unreadable++;
    }
    if (status == STATUS_DAMAGED || status == STATUS_NOT_FOUND) {
        *error = (struct error){0};
        return STATUS_OK;
    }
    if (status == STATUS_OK && is_wanted(export->request, &ticket)) {
        export_add_ticket(&export->line, export->request->format, export->lang, export->arena, &ticket);
        flush_line(export);
    }
    return status;
}

static enum status put_all(struct export *export, struct error *error) {
    int64_t numbers[PAGE], after = INT64_MIN;
    size_t count = PAGE;
    enum status status = STATUS_OK;
    export_add_start(&export->line, export->request->format, export->lang);
    flush_line(export);
    while (count == PAGE && status == STATUS_OK && !ferror(export->file)) {
        status = store_find(export->store, QUERY_ALL_TICKETS, 0, after, numbers, PAGE, &count, error);
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = put_ticket(export, numbers[i], error);
        after = status == STATUS_OK && count > 0 ? numbers[count - 1] : after;
    }
    return status;
}

static int write_all(struct export *export, struct arena *arena) {
    struct error error = {0};
    struct output output;
    if (output_open(arena, export->request->output, &output, &error) != STATUS_OK) {
        (void)command_fail(&error);
        return EX_CANTCREAT;
    }
    export->file = output.file;
    export->arena = arena_new(TICKET_BYTES_MAX);
    buffer_init(&export->line, TICKET_BYTES_MAX);
    enum status status = put_all(export, &error);
    buffer_free(&export->line);
    arena_free(export->arena);
    if (status != STATUS_OK) {
        output_give_up(&output);
        return command_fail(&error);
    }
    if (output_finish(&output, &error) != STATUS_OK) {
        (void)command_fail(&error);
        return EX_IOERR;
    }
    return export->unreadable > 0 ? EX_DATAERR : EX_OK;
}

int export_command(int count, char **arguments) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(SETTINGS_BYTES_MAX);
    struct settings settings;
    struct request request;
    struct error error = {0};
    if (settings_load_offline(arena, &settings, &error) != STATUS_OK)
        return command_fail(&error);
    setenv("TZ", settings.tz, 1);
    tzset();
    if (understand(count, arguments, &request, &error) != STATUS_OK)
        return command_misused(error.text);
    struct export export = {.request = &request, .lang = settings.default_lang};
    if (command_open(&settings, &export.store, &error) != STATUS_OK)
        return command_fail(&error);
    const int code = write_all(&export, arena);
    store_close(export.store);
    return code;
}
