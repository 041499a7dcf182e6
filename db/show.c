#include "db/show.h"

#include <stdlib.h>

#include "db/raw.h"

static enum status keep_text(void *context, const bson_t *document, struct error *error) {
    char **ret_text = context, *text = document != NULL ? bson_as_relaxed_extended_json(document, NULL) : NULL;
    if (text == NULL)
        return error_set(error, STATUS_DAMAGED, "the document cannot be read");
    *ret_text = mem_strdup(text);
    bson_free(text);
    return STATUS_OK;
}

/* Read as a row first: that tells what is absent from what cannot be read. */
static enum status check(struct store *store, enum collection collection, int64_t id, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(ROW_BYTES_MAX);
    union any_row row;
    return store_load(store, collection, id, arena, &row, error);
}

enum status store_show(struct store *store, enum collection collection, int64_t id, char **ret_text,
                       struct error *error) {
    enum status status = check(store, collection, id, error);
    if (status != STATUS_OK)
        return status;
    char *text = NULL;
    bson_t after = BSON_INITIALIZER;
    BSON_APPEND_INT64(&after, "_id", id - 1);
    status = store_raw_page(store, (int)collection, &after, 1, keep_text, &text, error);
    bson_destroy(&after);
    if (status == STATUS_OK)
        *ret_text = text;
    else
        free(text);
    return status;
}
