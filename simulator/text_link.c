#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "simulator/text.h"

char *text_checked_link(const char *url) {
    const char *scheme_end = strstr(url, "://");
    const char *host = scheme_end ? scheme_end + 3 : url;
    size_t host_length = strcspn(host, "/?#");
    if (scheme_end && strncmp(url, "tg:", 3) == 0)
        return mem_strdup(url);
    bool scheme_known = !scheme_end || strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
    if (!scheme_known || !memchr(host, '.', host_length) || strchr(url, ' '))
        return NULL;
    struct buffer link;
    buffer_init(&link, TEXT_BYTES_MAX * 2);
    buffer_add(&link, scheme_end ? "" : "http://");
    buffer_add(&link, url);
    if (!host[host_length])
        buffer_add(&link, "/");
    return buffer_take(&link);
}
