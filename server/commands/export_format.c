#include "server/commands/export_format.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/utf.h"
#include "handlers/context.h"
#include "telegram/types.h"

/* --- CSV --- */

/* What spreadsheets take for the beginning of a formula, and where they see a cell begin. Where the decimal sign is a
 * comma (as in Ukrainian) they part cells at semicolons instead, and then our quotes hold no cell together. */
static const char formula_starts[] = "=+-@\t\r", cell_borders[] = ";\t\r\n";

static bool starts_formula(const char *text, const char *at) {
    return (at == text || strchr(cell_borders, at[-1])) && strchr(formula_starts, *at);
}

static void add_cell(struct buffer *buffer, const char *text) {
    if (*text == '\0' || (!starts_formula(text, text) && !strpbrk(text, ",;\"\t\r\n"))) {
        buffer_add(buffer, text);
        return;
    }
    buffer_add_char(buffer, '"');
    for (const char *at = text; *at; at++) {
        if (starts_formula(text, at))
            buffer_add_char(buffer, '\'');
        if (*at == '"')
            buffer_add_char(buffer, '"');
        buffer_add_char(buffer, *at);
    }
    buffer_add_char(buffer, '"');
}

struct row {
    struct arena *arena;
    enum lang lang;
    const struct ticket *ticket;
};

static const char *number_cell(const struct row *row, int64_t number) {
    return number != 0 ? arena_printf(row->arena, "%" PRId64, number) : NULL;
}

static const char *time_cell(const struct row *row, int64_t ms) {
    const time_t seconds = (time_t)(ms / SECOND);
    struct tm parts;
    char text[32] = "";
    if (ms != 0 && localtime_r(&seconds, &parts))
        (void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
    return arena_strdup(row->arena, text);
}

static const char *cell_number(const struct row *row) {
    return number_cell(row, row->ticket->doc.id);
}

static const char *cell_created(const struct row *row) {
    return time_cell(row, row->ticket->created_at);
}

static const char *cell_changed(const struct row *row) {
    return time_cell(row, row->ticket->changed_at);
}

static const char *cell_status(const struct row *row) {
    return text_raw(row->lang, ticket_status_text(row->ticket->status));
}

static const char *cell_priority(const struct row *row) {
    static const enum text labels[PRIORITY_COUNT] = {
        [PRIORITY_LOW] = TEXT_LABEL_LOW, [PRIORITY_MEDIUM] = TEXT_LABEL_MEDIUM, [PRIORITY_HIGH] = TEXT_LABEL_HIGH};
    return text_raw(row->lang, labels[row->ticket->priority]);
}

static const char *cell_name(const struct row *row) {
    return row->ticket->name;
}

/* One in digits alone would lose its zero in front, or become 3.8E+11. */
static const char *cell_phone(const struct row *row) {
    const char *phone = row->ticket->phone;
    const bool digits = phone && *phone && phone[strspn(phone, "0123456789")] == '\0';
    return digits ? arena_printf(row->arena, "'%s", phone) : phone;
}

static const char *cell_username(const struct row *row) {
    return row->ticket->username;
}

static const char *cell_author(const struct row *row) {
    return number_cell(row, row->ticket->author);
}

static const char *cell_description(const struct row *row) {
    return row->ticket->description;
}

static const char *cell_files(const struct row *row) {
    return arena_printf(row->arena, "%zu", row->ticket->media.count);
}

static const char *cell_assignee(const struct row *row) {
    return row->ticket->assignee_name;
}

static const char *cell_assignee_id(const struct row *row) {
    return number_cell(row, row->ticket->assignee);
}

static const char *cell_reason(const struct row *row) {
    return row->ticket->reason;
}

static const char *cell_legacy(const struct row *row) {
    return row->ticket->legacy_id;
}

static const struct {
    enum text title;
    const char *(*cell)(const struct row *row); /* NULL: empty */
} columns[] = {
    {TEXT_EXPORT_NUMBER, cell_number},
    {TEXT_EXPORT_CREATED, cell_created},
    {TEXT_EXPORT_CHANGED, cell_changed},
    {TEXT_EXPORT_STATUS, cell_status},
    {TEXT_EXPORT_PRIORITY, cell_priority},
    {TEXT_EXPORT_NAME, cell_name},
    {TEXT_EXPORT_PHONE, cell_phone},
    {TEXT_EXPORT_USERNAME, cell_username},
    {TEXT_EXPORT_AUTHOR, cell_author},
    {TEXT_EXPORT_DESCRIPTION, cell_description},
    {TEXT_EXPORT_FILES, cell_files},
    {TEXT_EXPORT_ASSIGNEE, cell_assignee},
    {TEXT_EXPORT_ASSIGNEE_ID, cell_assignee_id},
    {TEXT_EXPORT_REASON, cell_reason},
    {TEXT_EXPORT_LEGACY, cell_legacy},
};
enum { COLUMN_COUNT = sizeof(columns) / sizeof(columns[0]) };

static void end_cell(struct buffer *buffer, size_t column) {
    buffer_add(buffer, column + 1 < COLUMN_COUNT ? "," : "\r\n");
}

static void add_csv(struct buffer *buffer, const struct row *row) {
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        const char *text = columns[i].cell(row);
        add_cell(buffer, text ? text : "");
        end_cell(buffer, i);
    }
}

/* --- JSON --- */

static void add_json_text(struct buffer *buffer, const char *text) {
    if (!text) {
        buffer_add(buffer, "null");
        return;
    }
    buffer_add_char(buffer, '"');
    for (uint32_t code_point; (code_point = utf_next(&text)) != 0;) {
        char bytes[4];
        if (code_point == '"' || code_point == '\\')
            buffer_add_format(buffer, "\\%c", (char)code_point);
        else if (code_point < 0x20 || code_point == 0x7F || code_point == 0x2028 || code_point == 0x2029)
            buffer_add_format(buffer, "\\u%04x", (unsigned)code_point);
        else
            buffer_add_bytes(buffer, bytes, utf_encode(code_point, bytes));
    }
    buffer_add_char(buffer, '"');
}

static void add_key(struct buffer *buffer, const char *key) {
    buffer_add_format(buffer, "%s\"%s\":", buffer->data[buffer->length - 1] == '{' ? "" : ",", key);
}

static void put_text(struct buffer *buffer, const char *key, const char *text) {
    add_key(buffer, key);
    add_json_text(buffer, text);
}

static void put_number(struct buffer *buffer, const char *key, int64_t number) {
    add_key(buffer, key);
    if (number != 0)
        buffer_add_format(buffer, "%" PRId64, number);
    else
        buffer_add(buffer, "null");
}

static void put_time(struct buffer *buffer, const char *key, int64_t ms) {
    const time_t seconds = (time_t)(ms / SECOND);
    struct tm parts;
    char text[32] = "";
    add_key(buffer, key);
    if (ms > 0 && gmtime_r(&seconds, &parts) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts) > 0)
        buffer_add_format(buffer, "\"%s.%03dZ\"", text, (int)(ms % SECOND));
    else
        buffer_add(buffer, "null");
}

static void put_media(struct buffer *buffer, const struct media_list *media) {
    add_key(buffer, "media");
    buffer_add_char(buffer, '[');
    for (size_t i = 0; i < media->count; i++) {
        const int64_t kind = media->items[i].kind;
        buffer_add(buffer, i > 0 ? ",{" : "{");
        put_text(buffer, "kind", kind == TG_MEDIA_PHOTO ? "photo" : kind == TG_MEDIA_DOCUMENT ? "document" : NULL);
        put_text(buffer, "file_id", media->items[i].file_id);
        buffer_add_char(buffer, '}');
    }
    buffer_add_char(buffer, ']');
}

static void put_events(struct buffer *buffer, const struct event_list *events) {
    add_key(buffer, "events");
    buffer_add_char(buffer, '[');
    for (size_t i = 0; i < events->count; i++) {
        buffer_add(buffer, i > 0 ? ",{" : "{");
        put_time(buffer, "at", events->items[i].at);
        put_number(buffer, "who", events->items[i].who);
        put_text(buffer, "what", events->items[i].what);
        buffer_add_char(buffer, '}');
    }
    buffer_add_char(buffer, ']');
}

static void add_json(struct buffer *buffer, const struct ticket *ticket) {
    buffer_add_char(buffer, '{');
    put_number(buffer, "number", ticket->doc.id);
    put_text(buffer, "status", ticket_status_name(ticket->status));
    put_text(buffer, "priority", ticket->priority != PRIORITY_NONE ? priority_name(ticket->priority) : NULL);
    put_time(buffer, "created_at", ticket->created_at);
    put_time(buffer, "changed_at", ticket->changed_at);
    put_number(buffer, "author", ticket->author);
    put_text(buffer, "username", ticket->username);
    put_text(buffer, "name", ticket->name);
    put_text(buffer, "phone", ticket->phone);
    put_text(buffer, "description", ticket->description);
    put_media(buffer, &ticket->media);
    put_number(buffer, "assignee", ticket->assignee);
    put_text(buffer, "assignee_name", ticket->assignee_name);
    put_text(buffer, "reason", ticket->reason);
    put_events(buffer, &ticket->events);
    put_text(buffer, "legacy_id", ticket->legacy_id);
    buffer_add(buffer, "}\n");
}

/* --- both --- */

void export_add_start(struct buffer *buffer, enum export_format format, enum lang lang) {
    if (format != EXPORT_CSV)
        return;
    buffer_add(buffer, "\xEF\xBB\xBF");
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        add_cell(buffer, text_raw(lang, columns[i].title));
        end_cell(buffer, i);
    }
}

void export_add_ticket(struct buffer *buffer, enum export_format format, enum lang lang, struct arena *arena,
                       const struct ticket *ticket) {
    const struct row row = {arena, lang, ticket};
    if (format == EXPORT_CSV)
        add_csv(buffer, &row);
    else
        add_json(buffer, ticket);
}
