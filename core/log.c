/* A line is built on the stack and written with one write(2): no lock, no allocation, so that even the last words of a
 * process without memory get out. A line that a piece does not fit into goes back to where the piece began. */
#include "core/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log_file.h"
#include "core/utf.h"

enum {
    LINE_SIZE = 4096, /* PIPE_BUF on Linux */
    TAIL_SIZE = 16,   /* kept free for `"cut":1}` and the newline */
    TEXT_MAX = 512,
    FIELD_MAX = 16
};

static enum log_level wanted_level = LOG_INFO;
static enum log_format wanted_format = LOG_FORMAT_TEXT;

struct line {
    char bytes[LINE_SIZE];
    size_t length, limit;
    bool overflow;
};

void log_setup(enum log_level level, enum log_format format) {
    wanted_level = level;
    wanted_format = format;
}

bool log_wants(enum log_level level) {
    return level <= wanted_level;
}

static const char *level_name(enum log_level level) {
    static const char *const names[] = {
#define X(id, name) [LOG_##id] = name,
        LOG_LEVELS(X)
#undef X
    };
    return level < LOG_LEVEL_COUNT ? names[level] : "?";
}

static void put_bytes(struct line *line, const char *bytes, size_t length) {
    if (length > line->limit - line->length) {
        line->overflow = true;
        return;
    }
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
}

static void put(struct line *line, const char *text) {
    put_bytes(line, text, strlen(text));
}

static void put_escaped(struct line *line, uint32_t code_point) {
    char bytes[8];
    if (code_point == '"' || code_point == '\\') {
        put_bytes(line, (char[]){'\\', (char)code_point}, 2);
    } else if (code_point == '\n') {
        put(line, "\\n");
    } else if (code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x2028 ||
               code_point == 0x2029) {
        (void)snprintf(bytes, sizeof(bytes), "\\u%04x", (unsigned)code_point);
        put(line, bytes);
    } else {
        put_bytes(line, bytes, utf_encode(code_point, bytes));
    }
}

/* In quotes; over TEXT_MAX bytes it is cut between two code points and ends in «…». */
static void put_quoted(struct line *line, const char *text) {
    put(line, "\"");
    for (const char *next = text; *next != '\0';) {
        const uint32_t code_point = utf_next(&next);
        if (next - text > TEXT_MAX) {
            put(line, "…");
            break;
        }
        put_escaped(line, code_point);
    }
    put(line, "\"");
}

static bool is_plain(const char *text) {
    size_t length = 0;
    for (; text[length] != '\0'; length++)
        if (text[length] <= ' ' || text[length] > '~' || strchr("\"=\\", text[length]) != NULL)
            return false;
    return length > 0 && length <= TEXT_MAX;
}

static void put_value(struct line *line, const struct log_field *field) {
    char number[24];
    if (field->text == NULL) {
        (void)snprintf(number, sizeof(number), "%" PRId64, field->number);
        put(line, number);
    } else if (wanted_format == LOG_FORMAT_TEXT && is_plain(field->text)) {
        put(line, field->text);
    } else {
        put_quoted(line, field->text);
    }
}

static void put_field(struct line *line, const struct log_field *field) {
    const bool json = wanted_format == LOG_FORMAT_JSON;
    put(line, json ? ",\"" : " ");
    put(line, field->key);
    put(line, json ? "\":" : "=");
    put_value(line, field);
}

static void put_start(struct line *line, enum log_level level, const char *event) {
    const int64_t now = clock_now();
    const time_t seconds = (time_t)(now / SECOND);
    struct tm parts;
    char date[32] = "", start[96];
    if (gmtime_r(&seconds, &parts) != NULL)
        (void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
    const bool json = wanted_format == LOG_FORMAT_JSON;
    (void)snprintf(start, sizeof(start), json ? "{\"time\":\"%s.%03dZ\",\"level\":\"%s\",\"event\":" : "%s.%03dZ %s ",
                   date, (int)(now % SECOND), level_name(level));
    put(line, start);
    if (json)
        put_quoted(line, event);
    else
        put(line, event);
}

static void put_fields(struct line *line, const struct log_field *fields, size_t count) {
    bool left_out = line->overflow || count > FIELD_MAX;
    for (size_t i = 0; i < count && i < FIELD_MAX; i++) {
        const size_t start = line->length;
        line->overflow = false;
        put_field(line, &fields[i]);
        if (line->overflow) {
            line->length = start;
            left_out = true;
        }
    }
    line->limit = LINE_SIZE;
    if (left_out)
        put_field(line, &(struct log_field){"cut", NULL, 1});
}

static void write_to_stderr(const struct line *line) {
    ssize_t written;
    do
        written = write(STDERR_FILENO, line->bytes, line->length);
    while (written < 0 && errno == EINTR);
}

/* What is said about the file goes the same way, and cannot come back to the same outcome at once. */
static void write_line(const struct line *line) {
    const int saved = errno;
    const enum log_file_outcome outcome = log_file_write(line->bytes, line->length, clock_now());
    const int reason = errno;
    if (outcome != LOG_FILE_WRITTEN && outcome != LOG_FILE_MENDED)
        write_to_stderr(line);
    if (outcome == LOG_FILE_BROKE)
        log_warning("the log file cannot be written: lines go to standard error until it can",
                    LOG_TEXT("cause", strerror(reason)));
    if (outcome == LOG_FILE_MENDED)
        log_warning("the log file is written again: standard error has what is missing here");
    errno = saved;
}

void log_to_file(const char *path) {
    log_file_use(path);
}

void log_reopen(void) {
    log_file_reopen();
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count) {
    if (!log_wants(level))
        return;
    struct line line = {.length = 0, .limit = LINE_SIZE - TAIL_SIZE};
    put_start(&line, level, event);
    put_fields(&line, fields, count);
    put(&line, wanted_format == LOG_FORMAT_JSON ? "}\n" : "\n");
    write_line(&line);
}
