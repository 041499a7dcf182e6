#include "server/notation.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/clock.h"
#include "core/parse.h"

enum { HOST_MAX = 255 };

bool made_of(const char *text, size_t length, const char *others) {
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr(others, text[i]))
            return false;
    return true;
}

enum status number_of(const char *text, int64_t min, int64_t max, int *ret_number) {
    int64_t number;
    enum status status = parse_i64(text, min, max, &number);
    if (status == STATUS_OK)
        *ret_number = (int)number;
    return status;
}

enum status duration_of(const char *text, int64_t max, int64_t *ret_ms) {
    static const struct {
        char letter;
        int64_t ms;
    } units[] = {{'s', SECOND}, {'m', MINUTE}, {'h', HOUR}, {'d', DAY}};
    const size_t length = strlen(text);
    int64_t number;
    if (strcmp(text, "0") == 0) {
        *ret_ms = 0;
        return STATUS_OK;
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (length > 0 && text[length - 1] == units[i].letter &&
            parse_i64_bytes(text, length - 1, 1, max / units[i].ms, &number) == STATUS_OK) {
            *ret_ms = number * units[i].ms;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

enum status word_of(const char *text, const char *const *words, size_t count, size_t *ret_place) {
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(text, words[i]) == 0) {
            *ret_place = i;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

/* `host:port` or `[v6]:port`, of `length` bytes. */
enum status endpoint_of(struct arena *arena, const char *text, size_t length, const char **ret_host, int *ret_port) {
    const char *colon = memrchr(text, ':', length);
    if (!colon)
        return STATUS_INVALID;
    const char *host = text;
    size_t host_length = (size_t)(colon - text);
    const bool brackets = host_length >= 2 && host[0] == '[' && host[host_length - 1] == ']';
    if (brackets) {
        host++;
        host_length -= 2;
    }
    int64_t port;
    if (host_length == 0 || host_length > HOST_MAX || !made_of(host, host_length, brackets ? ":.%" : ".-_") ||
        parse_i64_bytes(colon + 1, length - (size_t)(colon + 1 - text), 0, 65535, &port) != STATUS_OK)
        return STATUS_INVALID;
    *ret_host = arena_strndup(arena, host, host_length);
    *ret_port = (int)port;
    return STATUS_OK;
}

enum status url_parse(struct arena *arena, const char *text, struct url *ret_url) {
    struct url url = {.https = strncasecmp(text, "https://", 8) == 0};
    if (!url.https && strncasecmp(text, "http://", 7) != 0)
        return STATUS_INVALID;
    const char *host = strstr(text, "//") + 2;
    const size_t length = strcspn(host, "/?#");
    url.rest = host + length;
    const char *given = memchr(host, ']', length) ? memchr(host, ']', length) : host;
    const char *whole = memchr(given, ':', length - (size_t)(given - host))
                            ? arena_strndup(arena, host, length)
                            : arena_printf(arena, "%.*s:%d", (int)length, host, url.https ? 443 : 80);
    enum status status = endpoint_of(arena, whole, strlen(whole), &url.host, &url.port);
    if (status != STATUS_OK || url.port == 0)
        return STATUS_INVALID;
    *ret_url = url;
    return STATUS_OK;
}
