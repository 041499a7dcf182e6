#include "server/env_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A line under the eyes of the parser; `at` moves to its NUL. */
struct line {
    const char *path;
    int number;
    char *at;
    struct error *error;
};

static enum status refuse(const struct line *line, const char *why) {
    return error_set(line->error, STATUS_INVALID, "%s, line %d: %s", line->path, line->number, why);
}

static void skip_blanks(struct line *line) {
    line->at += strspn(line->at, " \t");
}

static bool has_control(const char *text) {
    for (; *text; text++)
        if (iscntrl((unsigned char)*text) && *text != '\t')
            return true;
    return false;
}

static enum status take_name(struct line *line, char **ret_name) {
    if (strncmp(line->at, "export", 6) == 0 && (line->at[6] == ' ' || line->at[6] == '\t')) {
        line->at += 6;
        skip_blanks(line);
    }
    char *name = line->at;
    while (isalnum((unsigned char)*line->at) || *line->at == '_')
        line->at++;
    char *end = line->at;
    skip_blanks(line);
    if (end == name || isdigit((unsigned char)*name) || *line->at != '=')
        return refuse(line, "expected NAME=value");
    line->at++;
    *end = '\0';
    *ret_name = name;
    return STATUS_OK;
}

/* What `\c` stands for in double quotes; an unknown one stays as it is. */
static char unescaped(char c) {
    return c == 'n' ? '\n' : c;
}

/* In place: the value never gets longer than its notation. */
static enum status take_quoted(struct line *line, char **ret_value) {
    const char quote = *line->at++;
    char *value = line->at, *out = value;
    while (*line->at && *line->at != quote) {
        if (quote == '"' && *line->at == '\\' && strchr("\"\\n", line->at[1]) && line->at[1]) {
            line->at++;
            *out++ = unescaped(*line->at++);
        } else {
            *out++ = *line->at++;
        }
    }
    if (*line->at != quote)
        return refuse(line, "the closing quote is missing");
    line->at++;
    *out = '\0';
    skip_blanks(line);
    if (*line->at && *line->at != '#')
        return refuse(line, "text behind the closing quote");
    *ret_value = value;
    return STATUS_OK;
}

static char *take_bare(struct line *line) {
    char *value = line->at, *end = value;
    for (char *at = value; *at; at++) {
        if (*at == '#' && (at == value || at[-1] == ' ' || at[-1] == '\t'))
            break;
        if (*at != ' ' && *at != '\t')
            end = at + 1;
    }
    *end = '\0';
    return value;
}

static enum status take_value(struct line *line, char **ret_value) {
    skip_blanks(line);
    if (*line->at == '"' || *line->at == '\'')
        return take_quoted(line, ret_value);
    *ret_value = take_bare(line);
    return STATUS_OK;
}

static enum status add_entry(struct env_file *file, struct line *line, const char *name, const char *value) {
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->entries[i].name, name) == 0)
            return error_set(line->error, STATUS_INVALID, "%s, line %d: %.64s was set in line %d already", line->path,
                             line->number, name, file->entries[i].line);
    if (file->count == ENV_ENTRIES_MAX)
        return refuse(line, "too many settings");
    file->entries[file->count++] = (struct env_entry){.name = name, .value = value, .line = line->number};
    return STATUS_OK;
}

static enum status parse_line(struct env_file *file, struct line *line) {
    size_t length = strlen(line->at);
    if (length > 0 && line->at[length - 1] == '\r')
        line->at[length - 1] = '\0';
    if (has_control(line->at))
        return refuse(line, "a control character");
    skip_blanks(line);
    if (!*line->at || *line->at == '#')
        return STATUS_OK;
    char *name = NULL, *value = NULL;
    enum status status = take_name(line, &name);
    if (status == STATUS_OK)
        status = take_value(line, &value);
    return status == STATUS_OK ? add_entry(file, line, name, value) : status;
}

enum status env_file_parse(struct arena *arena, const char *path, const char *text, size_t length,
                           struct env_file *ret_file, struct error *error) {
    struct line line = {.path = path, .number = 1, .error = error};
    if (memchr(text, '\0', length))
        return error_set(error, STATUS_INVALID, "%s: a NUL byte", path);
    char *rest = arena_strndup(arena, text, length);
    if (strncmp(rest, "\xEF\xBB\xBF", 3) == 0) /* the mark that some editors put in front of UTF-8 */
        rest += 3;
    struct env_file file = {.entries = arena_array(arena, ENV_ENTRIES_MAX, sizeof(struct env_entry))};
    for (; rest; line.number++) {
        line.at = strsep(&rest, "\n");
        enum status status = parse_line(&file, &line);
        if (status != STATUS_OK)
            return status;
    }
    *ret_file = file;
    return STATUS_OK;
}

enum status env_file_read(struct arena *arena, const char *path, struct env_file *ret_file, struct error *error) {
    FILE *stream = fopen(path, "re");
    if (!stream && errno == ENOENT) {
        *ret_file = (struct env_file){0};
        return STATUS_OK;
    }
    if (!stream)
        return error_set(error, STATUS_INVALID, "%s cannot be read: %s", path, strerror(errno));
    char *text = arena_alloc(arena, ENV_FILE_BYTES_MAX + 1);
    size_t length = fread(text, 1, ENV_FILE_BYTES_MAX + 1, stream);
    int failure = ferror(stream) ? errno : 0;
    (void)fclose(stream);
    if (failure)
        return error_set(error, STATUS_INVALID, "%s cannot be read: %s", path, strerror(failure));
    if (length > ENV_FILE_BYTES_MAX)
        return error_set(error, STATUS_INVALID, "%s is longer than %d bytes", path, ENV_FILE_BYTES_MAX);
    return env_file_parse(arena, path, text, length, ret_file, error);
}

enum status env_file_secret(struct arena *arena, const char *name, const char *path, const char **ret_value,
                            struct error *error) {
    FILE *stream = fopen(path, "re");
    if (!stream)
        return error_set(error, STATUS_INVALID, "%s: %s cannot be read: %s", name, path, strerror(errno));
    char *text = arena_alloc(arena, SECRET_FILE_BYTES_MAX + 2);
    const size_t length = fread(text, 1, SECRET_FILE_BYTES_MAX + 1, stream);
    const bool failed = ferror(stream) != 0;
    (void)fclose(stream);
    if (failed || length > SECRET_FILE_BYTES_MAX || memchr(text, '\0', length))
        return error_set(error, STATUS_INVALID, "%s: %s is no text of at most %d bytes", name, path,
                         SECRET_FILE_BYTES_MAX);
    text[length] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    *ret_value = *text ? text : NULL;
    return STATUS_OK;
}

const char *env_file_get(const struct env_file *file, const char *name) {
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->entries[i].name, name) == 0)
            return file->entries[i].value;
    return NULL;
}
