/* Collections in the order of their table, meta last: a counter is then read after the documents that it numbers. */
#include "db/backend.h"
#include "db/backup_line.h"
#include "db/codec.h"

struct writing {
    struct store *store;
    struct archive_writer *archive;
    int shelf;
    struct backup_counts counts;
};

/* `text` is given back. */
static enum status put_line(struct writing *writing, char *text, size_t length, struct error *error) {
    enum status status = archive_write(writing->archive, text, length, error);
    bson_free(text);
    return status;
}

static enum status put_document(void *context, const bson_t *document, struct error *error) {
    struct writing *writing = context;
    struct backup_key_of key;
    size_t length = 0;
    char *text = NULL;
    if (document != NULL && document->len <= DOCUMENT_BYTES_MAX && backup_find_key(writing->shelf, document, &key))
        text = backup_document_line(writing->shelf, document, &length);
    writing->counts.left_out += text == NULL;
    writing->counts.shelves[writing->shelf] += text != NULL;
    return text != NULL ? put_line(writing, text, length, error) : STATUS_OK;
}

static enum status put_shelf(struct writing *writing, const struct backup_watch *watch, struct error *error) {
    bson_t after = BSON_INITIALIZER;
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        status = store_raw_page(writing->store, writing->shelf, &after, RAW_PAGE, put_document, writing, error);
        if (status == STATUS_OK && watch != NULL &&
            !watch->go_on(watch->context, backup_counts_total(&writing->counts)))
            status = error_set(error, STATUS_STOPPED, "the backup was ended");
    }
    bson_destroy(&after);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status put_all(struct writing *writing, const struct backup_info *info, const struct backup_watch *watch,
                           struct error *error) {
    size_t length = 0;
    char *text = backup_header_line(info, &length);
    enum status status = put_line(writing, text, length, error);
    for (writing->shelf = 0; writing->shelf < RAW_SHELF_COUNT && status == STATUS_OK; writing->shelf++)
        status = put_shelf(writing, watch, error);
    if (status != STATUS_OK)
        return status;
    text = backup_trailer_line(&writing->counts, &length);
    status = put_line(writing, text, length, error);
    return status == STATUS_OK ? archive_finish(writing->archive, error) : status;
}

/* 0: no bot has used the store yet. */
static enum status find_bot(struct store *store, int64_t *ret_bot, struct error *error) {
    struct error absent = {0};
    enum status status = store_get(store, "bot_id", ret_bot, &absent);
    if (status == STATUS_NOT_FOUND)
        *ret_bot = 0;
    else if (status != STATUS_OK)
        return error_set(error, status, "%s", absent.text);
    return STATUS_OK;
}

enum status backup_write(struct store *store, FILE *file, const struct backup_key *key, int64_t now,
                         const struct backup_watch *watch, struct backup_info *ret_info, struct error *error) {
    struct backup_info info = {.schema = SCHEMA_VERSION, .made_at = now};
    struct writing writing = {.store = store};
    snprintf(info.store, sizeof(info.store), "%s", store_kind(store));
    enum status status = find_bot(store, &info.bot_id, error);
    if (status == STATUS_OK)
        status = archive_writer_new(file, key->passphrase, key->cost, &writing.archive, error);
    if (status != STATUS_OK)
        return status;
    status = put_all(&writing, &info, watch, error);
    archive_writer_free(writing.archive);
    if (status != STATUS_OK)
        return status;
    info.documents = backup_counts_total(&writing.counts);
    info.left_out = writing.counts.left_out;
    *ret_info = info;
    return STATUS_OK;
}
