/* A line is made as BSON and written by libbson, and read back at once: a document that JSON cannot carry exactly (bad
 * UTF-8, keys that look like extended JSON, deep nesting) goes as bytes instead. */
#include "db/backup_line.h"

#include <string.h>

#include "db/backend.h"
#include "db/codec.h"

#define FORMAT "techsupport-backup"

int64_t backup_counts_total(const struct backup_counts *counts) {
    int64_t total = 0;
    for (int i = 0; i < RAW_SHELF_COUNT; i++)
        total += counts->shelves[i];
    return total;
}

/* --- writing --- */

static char *write_line(const bson_t *line, size_t *ret_length) {
    char *text = bson_as_canonical_extended_json(line, ret_length);
    if (text == NULL || *ret_length >= BACKUP_LINE_MAX) {
        bson_free(text);
        return NULL;
    }
    text[(*ret_length)++] = '\n'; /* in the NUL's place */
    return text;
}

char *backup_header_line(const struct backup_info *info, size_t *ret_length) {
    bson_t line = BSON_INITIALIZER;
    bson_append_utf8(&line, "format", -1, FORMAT, -1);
    bson_append_int64(&line, "version", -1, BACKUP_VERSION);
    bson_append_int64(&line, "schema", -1, info->schema);
    bson_append_int64(&line, "bot_id", -1, info->bot_id);
    bson_append_date_time(&line, "made_at", -1, info->made_at);
    bson_append_utf8(&line, "store", -1, info->store, -1);
    char *text = write_line(&line, ret_length);
    bson_destroy(&line);
    return text;
}

char *backup_trailer_line(const struct backup_counts *counts, size_t *ret_length) {
    bson_t line = BSON_INITIALIZER, shelves;
    bson_append_bool(&line, "end", -1, true);
    bson_append_int64(&line, "documents", -1, backup_counts_total(counts));
    bson_append_int64(&line, "left_out", -1, counts->left_out);
    bson_append_document_begin(&line, "collections", -1, &shelves);
    for (int i = 0; i < RAW_SHELF_COUNT; i++)
        bson_append_int64(&shelves, raw_name(i), -1, counts->shelves[i]);
    bson_append_document_end(&line, &shelves);
    char *text = write_line(&line, ret_length);
    bson_destroy(&line);
    return text;
}

static bool reads_back(const char *text, size_t length, int shelf, const bson_t *document) {
    struct backup_counts counts;
    enum backup_line_kind kind = BACKUP_TRAILER;
    bson_t found;
    int found_shelf = -1;
    if (backup_parse_line(text, length, &kind, &found_shelf, &found, &counts, NULL) != STATUS_OK ||
        kind != BACKUP_DOCUMENT)
        return false;
    const bool same = found_shelf == shelf && bson_equal(&found, document);
    bson_destroy(&found);
    return same;
}

static char *line_as_bytes(int shelf, const bson_t *document, size_t *ret_length) {
    bson_t line = BSON_INITIALIZER;
    bson_append_utf8(&line, "collection", -1, raw_name(shelf), -1);
    bson_append_binary(&line, "bson", -1, BSON_SUBTYPE_BINARY, bson_get_data(document), document->len);
    char *text = write_line(&line, ret_length);
    bson_destroy(&line);
    return text;
}

char *backup_document_line(int shelf, const bson_t *document, size_t *ret_length) {
    bson_t line = BSON_INITIALIZER;
    bson_append_utf8(&line, "collection", -1, raw_name(shelf), -1);
    bson_append_document(&line, "document", -1, document);
    char *text = write_line(&line, ret_length);
    bson_destroy(&line);
    if (text != NULL && reads_back(text, *ret_length - 1, shelf, document))
        return text;
    bson_free(text);
    return line_as_bytes(shelf, document, ret_length);
}

/* --- reading --- */

static enum status damaged(struct error *error, const char *how) {
    return error_set(error, STATUS_DAMAGED, "the file is damaged: %s", how);
}

static enum status parse_json(const char *line, size_t length, bson_t *ret_bson, struct error *error) {
    bson_error_t reason; /* quotes what was read: told to nobody */
    if (length == 0 || memchr(line, '\0', length) != NULL ||
        !bson_init_from_json(ret_bson, line, (ssize_t)length, &reason))
        return damaged(error, "a line is no JSON");
    return STATUS_OK;
}

static bool find_text(const bson_t *bson, const char *name, const char **ret_text) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, bson, name) || !BSON_ITER_HOLDS_UTF8(&iter))
        return false;
    *ret_text = bson_iter_utf8(&iter, NULL);
    return true;
}

static bool find_number(const bson_t *bson, const char *name, int64_t *ret_number) {
    bson_iter_t iter;
    return bson_iter_init_find(&iter, bson, name) && codec_number(&iter, ret_number);
}

static enum status read_header(const bson_t *line, struct backup_info *ret_info, struct error *error) {
    const char *format = NULL, *store = NULL;
    bson_iter_t iter;
    int64_t version;
    if (!find_text(line, "format", &format) || strcmp(format, FORMAT) != 0)
        return error_set(error, STATUS_DAMAGED, "the file is no backup");
    if (!find_number(line, "version", &version) || version != BACKUP_VERSION)
        return error_set(error, STATUS_DAMAGED, "the backup is of another version of the format, this program knows %d",
                         BACKUP_VERSION);
    if (!find_number(line, "schema", &ret_info->schema) || !find_number(line, "bot_id", &ret_info->bot_id) ||
        !bson_iter_init_find(&iter, line, "made_at") || !BSON_ITER_HOLDS_DATE_TIME(&iter) ||
        !find_text(line, "store", &store) || strlen(store) >= sizeof(ret_info->store))
        return damaged(error, "its first line is not whole");
    ret_info->made_at = bson_iter_date_time(&iter);
    snprintf(ret_info->store, sizeof(ret_info->store), "%s", store);
    if (ret_info->schema < 1 || ret_info->schema > SCHEMA_VERSION)
        return error_set(error, STATUS_DAMAGED, "the backup has schema %lld, this program knows %d",
                         (long long)ret_info->schema, SCHEMA_VERSION);
    return STATUS_OK;
}

enum status backup_parse_header(const char *line, size_t length, struct backup_info *ret_info, struct error *error) {
    bson_t bson;
    struct backup_info info = {0};
    enum status status = parse_json(line, length, &bson, error);
    if (status != STATUS_OK)
        return status;
    status = read_header(&bson, &info, error);
    bson_destroy(&bson);
    if (status == STATUS_OK)
        *ret_info = info;
    return status;
}

static int shelf_by_name(const char *name) {
    for (int i = 0; i < RAW_SHELF_COUNT; i++)
        if (strcmp(raw_name(i), name) == 0)
            return i;
    return -1;
}

static enum status read_trailer(const bson_t *line, struct backup_counts *ret_counts, struct error *error) {
    struct backup_counts counts = {0};
    bson_iter_t iter, shelf;
    int64_t total;
    bool whole = find_number(line, "left_out", &counts.left_out) && find_number(line, "documents", &total) &&
                 bson_iter_init_find(&iter, line, "collections") && BSON_ITER_HOLDS_DOCUMENT(&iter) &&
                 bson_iter_recurse(&iter, &shelf);
    while (whole && bson_iter_next(&shelf)) {
        const int place = shelf_by_name(bson_iter_key(&shelf));
        int64_t number = 0;
        whole = codec_number(&shelf, &number) && number >= 0 && number <= total && (place >= 0 || number == 0);
        if (whole && place >= 0)
            counts.shelves[place] = number;
    }
    if (!whole || backup_counts_total(&counts) != total)
        return damaged(error, "its last line is not whole");
    *ret_counts = counts;
    return STATUS_OK;
}

/* The document that a line holds, as one or as bytes. */
static bool find_document(const bson_t *line, bson_t *ret_view) {
    bson_iter_t iter;
    const uint8_t *data;
    uint32_t size;
    bson_subtype_t subtype;
    if (bson_iter_init_find(&iter, line, "document") && BSON_ITER_HOLDS_DOCUMENT(&iter))
        bson_iter_document(&iter, &size, &data);
    else if (bson_iter_init_find(&iter, line, "bson") && BSON_ITER_HOLDS_BINARY(&iter))
        bson_iter_binary(&iter, &subtype, &size, &data);
    else
        return false;
    return size <= DOCUMENT_BYTES_MAX && bson_init_static(ret_view, data, size) &&
           bson_validate(ret_view, BSON_VALIDATE_NONE, NULL);
}

static enum status read_document(const bson_t *line, int *ret_shelf, bson_t *ret_document, struct error *error) {
    const char *name = NULL;
    struct backup_key_of key;
    bson_t view;
    if (!find_text(line, "collection", &name))
        return damaged(error, "a line is neither a document nor the end");
    const int shelf = shelf_by_name(name);
    if (shelf < 0)
        return error_set(error, STATUS_DAMAGED,
                         "the backup has a collection that this program does not know: use a newer one");
    if (!find_document(line, &view) || !backup_find_key(shelf, &view, &key))
        return damaged(error, "a document is not whole");
    *ret_shelf = shelf;
    bson_copy_to(&view, ret_document);
    return STATUS_OK;
}

enum status backup_parse_line(const char *line, size_t length, enum backup_line_kind *ret_kind, int *ret_shelf,
                              bson_t *ret_document, struct backup_counts *ret_counts, struct error *error) {
    bson_t bson;
    enum status status = parse_json(line, length, &bson, error);
    if (status != STATUS_OK)
        return status;
    const bool end = bson_has_field(&bson, "end");
    status = end ? read_trailer(&bson, ret_counts, error) : read_document(&bson, ret_shelf, ret_document, error);
    bson_destroy(&bson);
    if (status == STATUS_OK)
        *ret_kind = end ? BACKUP_TRAILER : BACKUP_DOCUMENT;
    return status;
}

bool backup_find_key(int shelf, const bson_t *document, struct backup_key_of *ret_key) {
    bson_iter_t iter;
    struct backup_key_of key = {0};
    int64_t value;
    if (!bson_iter_init_find(&iter, document, "_id"))
        return false;
    if (shelf != RAW_META) {
        *ret_key = key;
        return codec_number(&iter, &ret_key->number);
    }
    uint32_t length = 0;
    key.name = BSON_ITER_HOLDS_UTF8(&iter) ? bson_iter_utf8(&iter, &length) : NULL;
    if (key.name == NULL || length == 0 || length >= RAW_NAME_SIZE || strlen(key.name) != length ||
        !find_number(document, "value", &value))
        return false;
    *ret_key = key;
    return true;
}
