#include "simulator/errors.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct api_error_row {
    int code;
    const char *text, *source;
};

static const struct api_error_row rows[API_ERROR_COUNT] = {
#define X(id, code, text, source) {code, text, source},
    API_ERRORS(X)
#undef X
};

struct prefix {
    int code;
    const char *text;
};

static const struct prefix prefixes[] = {
    {400, "Bad Request"},       {401, "Unauthorized"},
    {403, "Forbidden"},         {404, "Not Found"},
    {409, "Conflict"},          {413, "Request Entity Too Large"},
    {429, "Too Many Requests"}, {500, "Internal Server Error"},
    {502, "Bad Gateway"},
};

int api_error_code(enum api_error error) {
    return rows[error].code;
}

const char *api_error_source(enum api_error error) {
    return rows[error].source;
}

static const char *prefix_of(int code) {
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (prefixes[i].code == code)
            return prefixes[i].text;
    return NULL;
}

void api_error_prefix(int code, const char *text, char *ret_text, size_t size) {
    const char *prefix = prefix_of(code);
    if (!prefix || strncmp(text, prefix, strlen(prefix)) == 0) {
        (void)snprintf(ret_text, size, "%s", text);
        return;
    }
    char first = text[0];
    if (first && text[1] != '_' && !(text[1] >= 'A' && text[1] <= 'Z'))
        first = (char)tolower((unsigned char)first);
    (void)snprintf(ret_text, size, "%s: %c%s", prefix, first ? first : ' ', first ? text + 1 : "");
}

void api_error_text(enum api_error error, const char *detail, char *ret_text, size_t size) {
    char text[512];
    const char *hole = strstr(rows[error].text, "{}");
    if (hole)
        (void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(hole - rows[error].text), rows[error].text,
                       detail ? detail : "", hole + 2);
    else
        (void)snprintf(text, sizeof(text), "%s", rows[error].text);
    api_error_prefix(rows[error].code, text, ret_text, size);
}
