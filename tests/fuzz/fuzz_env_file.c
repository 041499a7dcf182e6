/* server/env_file and server/notation on any bytes. */
#include "server/env_file.h"

#include <string.h>

#include "server/notation.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)1 << 24);
    const char *text = arena_strndup(arena, (const char *)data, size);
    struct env_file file = {0};
    struct error error = {0};
    if (env_file_parse(arena, ".env", text, size, &file, &error) == STATUS_OK) {
        require(file.count <= ENV_ENTRIES_MAX);
        for (size_t i = 0; i < file.count; i++)
            require(env_file_get(&file, file.entries[i].name) != NULL);
    } else {
        require(error.text[0] != '\0');
    }
    struct url url = {0};
    if (url_parse(arena, text, &url) == STATUS_OK)
        require(url.host[0] != '\0' && url.port > 0 && url.port < 65536);
    const char *host = NULL;
    int port = 0;
    if (endpoint_of(arena, text, strlen(text), &host, &port) == STATUS_OK)
        require(host != NULL && port >= 0 && port < 65536);
    return 0;
}
