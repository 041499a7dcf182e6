/* What the libraries behind this folder need once in a process. */
#include <curl/curl.h>
#include <jansson.h>
#include <stdlib.h>

#include "core/arena.h"
#include "telegram/parse.h"

/* jansson tells "no memory" and "bad JSON" apart poorly, and an update must not be taken for unreadable because memory
 * ran out. So it ends the process, as everywhere. */
static void *json_alloc(size_t size) {
    void *data = malloc(size ? size : 1);
    if (!data)
        mem_die("out of memory in JSON");
    return data;
}

void tg_setup(void) {
    json_set_alloc_funcs(json_alloc, free);
    json_object_seed(0);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        mem_die("libcurl cannot be initialised");
}
