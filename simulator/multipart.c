#include "simulator/multipart.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"

enum { BOUNDARY_MAX = 70 };

struct part {
    char *name, *file_name, *type; /* owned; NULL when absent */
};

struct reader {
    const char *at, *end;
    char mark[BOUNDARY_MAX + 8]; /* "\r\n--boundary" */
    struct part part;
    const char *why;
};

static enum status fail(struct reader *reader, const char *why) {
    reader->why = why;
    return STATUS_INVALID;
}

static void part_free(struct part *part) {
    free(part->name);
    free(part->file_name);
    free(part->type);
    *part = (struct part){0};
}

static enum status read_boundary(struct reader *reader, const char *type) {
    const char *from = strcasestr(type, "boundary");
    if (!from)
        return fail(reader, "boundary not found");
    from = strchr(from, '=');
    if (!from)
        return fail(reader, "boundary value not found");
    from += strspn(from, "= \t");
    bool quoted = *from == '"';
    from += quoted;
    size_t length = strcspn(from, quoted ? "\"" : ";, ");
    if (length == 0 || length > BOUNDARY_MAX)
        return fail(reader, "boundary too big or empty");
    (void)snprintf(reader->mark, sizeof(reader->mark), "\r\n--%.*s", (int)length, from);
    return STATUS_OK;
}

/* ---- headers of a part: lines between `reader->at` and `end` ---- */

static const char *skip_blanks(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

static char *take_token(const char **at, const char *end) {
    const char *from = *at, *stop = memchr(from, ';', (size_t)(end - from));
    const char *last = stop ? stop : end;
    *at = stop ? stop + 1 : end;
    while (last > from && isspace((unsigned char)last[-1]))
        last--;
    size_t length;
    return params_decode(from, (size_t)(last - from), false, &length);
}

/* NULL: reader->why says what is wrong. */
static char *take_quoted(struct reader *reader, const char **at, const char *end) {
    char *plain = mem_alloc((size_t)(end - *at) + 1), *value = NULL;
    const char *from = *at + 1;
    size_t used = 0, length;
    while (from < end && *from != '"') {
        if (*from == '\\' && from + 1 < end)
            from++;
        plain[used++] = *from++;
    }
    if (from == end) {
        reader->why = "unclosed quoted string in Content-Disposition header";
    } else {
        from = skip_blanks(from + 1, end);
        if (from < end && *from != ';')
            reader->why = "expected ';' in Content-Disposition header";
        else
            value = params_decode(plain, used, false, &length);
    }
    *at = from < end ? from + 1 : end;
    free(plain);
    return value;
}

static void keep(struct part *part, const char *key, size_t length, char *value) {
    char **place = length == 4 && memcmp(key, "name", 4) == 0       ? &part->name
                   : length == 8 && memcmp(key, "filename", 8) == 0 ? &part->file_name
                                                                    : NULL;
    if (place) {
        free(*place);
        *place = value;
    } else {
        free(value);
    }
}

static enum status read_disposition(struct reader *reader, const char *at, const char *end) {
    static const char form[] = "form-data;";
    if ((size_t)(end - at) < sizeof(form) - 1 || memcmp(at, form, sizeof(form) - 1) != 0)
        return fail(reader, "expected form-data content disposition");
    at += sizeof(form) - 1;
    for (;;) {
        at = skip_blanks(at, end);
        const char *equals = memchr(at, '=', (size_t)(end - at)), *key = at;
        if (!equals)
            return STATUS_OK;
        size_t length = (size_t)(equals - key);
        while (length > 0 && isspace((unsigned char)key[length - 1]))
            length--;
        at = skip_blanks(equals + 1, end);
        char *value = at < end && *at == '"' ? take_quoted(reader, &at, end) : take_token(&at, end);
        if (!value)
            return STATUS_INVALID;
        keep(&reader->part, key, length, value);
    }
}

static enum status read_header(struct reader *reader, const char *line, const char *end) {
    const char *colon = memchr(line, ':', (size_t)(end - line));
    if (!colon)
        return fail(reader, "can't parse form data headers");
    const char *value = skip_blanks(colon + 1, end);
    size_t length = (size_t)(colon - line);
    if (length == 19 && strncasecmp(line, "content-disposition", length) == 0)
        return read_disposition(reader, value, end);
    if (length == 12 && strncasecmp(line, "content-type", length) == 0) {
        free(reader->part.type);
        reader->part.type = take_token(&value, end);
    }
    return STATUS_OK;
}

static enum status read_headers(struct reader *reader) {
    const char *line = reader->at;
    const char *stop = memmem(line, (size_t)(reader->end - line), "\r\n\r\n", 4);
    if (!stop)
        return fail(reader, "can't parse form data headers");
    if (stop == line)
        return fail(reader, "headers in multipart/form-data are empty");
    line += 2; /* behind the boundary's line */
    enum status status = STATUS_OK;
    while (status == STATUS_OK && line < stop) {
        const char *next = memmem(line, (size_t)(stop + 2 - line), "\r\n", 2);
        status = read_header(reader, line, next ? next : stop);
        line = next ? next + 2 : stop;
    }
    reader->at = stop + 4;
    if (status == STATUS_OK && (!reader->part.name || !*reader->part.name))
        return fail(reader, "field name in multipart/form-data not found");
    return status;
}

/* ---- parts ---- */

static enum status read_part(struct reader *reader, struct params *params) {
    enum status status = read_headers(reader);
    if (status != STATUS_OK)
        return status;
    const char *data = reader->at;
    const char *stop = memmem(data, (size_t)(reader->end - data), reader->mark, strlen(reader->mark));
    if (!stop)
        return fail(reader, "boundary not found");
    if (reader->part.file_name)
        params_add_upload(params, reader->part.name, reader->part.file_name, reader->part.type, data,
                          (size_t)(stop - data));
    else
        params_add(params, reader->part.name, data, (size_t)(stop - data));
    reader->at = stop + strlen(reader->mark);
    return STATUS_OK;
}

static bool is_last(const struct reader *reader) {
    return reader->end - reader->at >= 2 && memcmp(reader->at, "--", 2) == 0;
}

enum status multipart_read(const char *type, const char *body, size_t length, struct params *params,
                           const char **ret_why) {
    struct reader reader = {.at = body, .end = body + length};
    enum status status = read_boundary(&reader, type);
    if (status == STATUS_OK) {
        const char *first = memmem(body, length, reader.mark + 2, strlen(reader.mark + 2));
        if (first)
            reader.at = first + strlen(reader.mark + 2);
        else
            status = fail(&reader, "boundary not found");
    }
    while (status == STATUS_OK && !is_last(&reader)) {
        status = read_part(&reader, params);
        part_free(&reader.part);
    }
    *ret_why = reader.why;
    return status;
}
