/* From rows to BSON. Members are reached through memcpy, so that one table serves structs of any type. */
#include <string.h>

#include "db/codec.h"

struct any_list {
    const void *items;
    size_t count;
};

static int64_t number_of(const struct field *field, const void *row) {
    int64_t number;
    memcpy(&number, (const char *)row + field->offset, sizeof(number));
    return number;
}

static bool bool_of(const struct field *field, const void *row) {
    bool value;
    memcpy(&value, (const char *)row + field->offset, sizeof(value));
    return value;
}

static const char *text_of(const struct field *field, const void *row) {
    const char *text;
    memcpy(&text, (const char *)row + field->offset, sizeof(text));
    return text;
}

/* The enums of db/rows.h have no negative values: the compiler makes them unsigned int. */
static unsigned word_of(const struct field *field, const void *row) {
    unsigned word;
    memcpy(&word, (const char *)row + field->offset, sizeof(word));
    return word;
}

static struct any_list list_of(const struct field *field, const void *row) {
    struct any_list list;
    memcpy(&list, (const char *)row + field->offset, sizeof(list));
    return list;
}

static const void *item_of(const struct field *field, const struct any_list *list, size_t place) {
    return (const char *)list->items + place * field->list->size;
}

static enum status check_text(const struct field *field, const char *text, struct error *error) {
    if (text == NULL)
        return field->required ? error_set(error, STATUS_INVALID, "%s is missing", field->name) : STATUS_OK;
    size_t length = strnlen(text, field->max + 1);
    if (length > field->max)
        return error_set(error, STATUS_INVALID, "%s is over %zu bytes", field->name, field->max);
    if (!bson_utf8_validate(text, length, false))
        return error_set(error, STATUS_INVALID, "%s is not UTF-8", field->name);
    return STATUS_OK;
}

static enum status check_list(const struct field *field, const void *row, struct error *error) {
    struct any_list list = list_of(field, row);
    if (list.count > field->max)
        return error_set(error, STATUS_INVALID, "%s has more than %zu items", field->name, field->max);
    for (size_t i = 0; i < list.count; i++) {
        enum status status = codec_check(field->list, item_of(field, &list, i), error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status check_field(const struct field *field, const void *row, struct error *error) {
    switch (field->type) {
    case FIELD_TEXT:
        return check_text(field, text_of(field, row), error);
    case FIELD_LIST:
        return check_list(field, row, error);
    case FIELD_WORD:
        if (word_of(field, row) >= field->word_count)
            return error_set(error, STATUS_INVALID, "%s has no such word", field->name);
        return STATUS_OK;
    case FIELD_NUMBER:
    case FIELD_BOOL:
        break;
    }
    return STATUS_OK;
}

enum status codec_check(const struct record *record, const void *row, struct error *error) {
    for (size_t i = 0; i < record->field_count; i++) {
        enum status status = check_field(&record->fields[i], row, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static bool present(const struct field *field, const void *row) {
    switch (field->type) {
    case FIELD_NUMBER:
        return number_of(field, row) != 0;
    case FIELD_BOOL:
        return bool_of(field, row);
    case FIELD_TEXT:
        return text_of(field, row) != NULL;
    case FIELD_WORD:
        return field->words[word_of(field, row)][0] != '\0';
    case FIELD_LIST:
        return list_of(field, row).count > 0;
    }
    return false;
}

static void add_list(bson_t *bson, const struct field *field, const void *row) {
    struct any_list list = list_of(field, row);
    bson_t array, item;
    bson_append_array_begin(bson, field->name, -1, &array);
    for (size_t i = 0; i < list.count; i++) {
        char key[KEY_SIZE];
        snprintf(key, sizeof(key), "%zu", i);
        bson_append_document_begin(&array, key, -1, &item);
        codec_add_row(&item, field->list, item_of(field, &list, i));
        bson_append_document_end(&array, &item);
    }
    bson_append_array_end(bson, &array);
}

static void add_field(bson_t *bson, const struct field *field, const void *row) {
    switch (field->type) {
    case FIELD_NUMBER:
        bson_append_int64(bson, field->name, -1, number_of(field, row));
        break;
    case FIELD_BOOL:
        bson_append_bool(bson, field->name, -1, bool_of(field, row));
        break;
    case FIELD_TEXT:
        bson_append_utf8(bson, field->name, -1, text_of(field, row), -1);
        break;
    case FIELD_WORD:
        bson_append_utf8(bson, field->name, -1, field->words[word_of(field, row)], -1);
        break;
    case FIELD_LIST:
        add_list(bson, field, row);
        break;
    }
}

void codec_add_row(bson_t *bson, const struct record *record, const void *row) {
    for (size_t i = 0; i < record->field_count; i++)
        if (present(&record->fields[i], row))
            add_field(bson, &record->fields[i], row);
}

static bool rows_equal(const struct record *record, const void *left, const void *right);

static bool lists_equal(const struct field *field, const void *left, const void *right) {
    struct any_list a = list_of(field, left), b = list_of(field, right);
    if (a.count != b.count)
        return false;
    for (size_t i = 0; i < a.count; i++)
        if (!rows_equal(field->list, item_of(field, &a, i), item_of(field, &b, i)))
            return false;
    return true;
}

static bool texts_equal(const char *left, const char *right) {
    return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

static bool fields_equal(const struct field *field, const void *left, const void *right) {
    switch (field->type) {
    case FIELD_NUMBER:
        return number_of(field, left) == number_of(field, right);
    case FIELD_BOOL:
        return bool_of(field, left) == bool_of(field, right);
    case FIELD_TEXT:
        return texts_equal(text_of(field, left), text_of(field, right));
    case FIELD_WORD:
        return word_of(field, left) == word_of(field, right);
    case FIELD_LIST:
        return lists_equal(field, left, right);
    }
    return false;
}

static bool rows_equal(const struct record *record, const void *left, const void *right) {
    for (size_t i = 0; i < record->field_count; i++)
        if (!fields_equal(&record->fields[i], left, right))
            return false;
    return true;
}

void codec_diff(const struct record *record, const void *before, const void *after, bson_t *set, bson_t *unset) {
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (fields_equal(field, before, after))
            continue;
        if (present(field, after))
            add_field(set, field, after);
        else
            bson_append_bool(unset, field->name, -1, true);
    }
}
