/* From BSON to rows. Nothing in a document is believed: libbson's iterators hold the borders of what is nested, the
 * rest is checked here. Of two lists of one name the first counts, so that an arena holds what a document's size
 * allows. */
#include <stdlib.h>
#include <string.h>

#include "db/codec.h"

struct reader {
    struct arena *arena;
    unsigned odd;
};

static const struct field envelope_fields[] = {
    {.name = "rev", .type = FIELD_NUMBER, .offset = offsetof(struct doc, rev)},
    {.name = "owner", .type = FIELD_NUMBER, .offset = offsetof(struct doc, owner)},
    {.name = "owed_at", .type = FIELD_NUMBER, .offset = offsetof(struct doc, owed_at)},
    {.name = "face", .type = FIELD_NUMBER, .offset = offsetof(struct doc, face)},
};
static const struct record envelope_record = {
    .name = "envelope",
    .size = sizeof(struct doc),
    .fields = envelope_fields,
    .field_count = sizeof(envelope_fields) / sizeof(envelope_fields[0]),
};

/* A map of a document: its key is the first member of its elements, an int64_t. */
struct map {
    const char *name;
    size_t offset; /* of the list in struct doc */
    size_t max;
    const struct record *record;
};
_Static_assert(offsetof(struct owed, id) == 0 && offsetof(struct card, chat) == 0, "the key is the first member");

static const struct map maps[] = {
    {"owes", offsetof(struct doc, owes), OWED_MAX, &owed_record},
    {"cards", offsetof(struct doc, cards), CARDS_MAX, &card_record},
};

struct any_list {
    void *items;
    size_t count;
};

/* The bounds are powers of two, so that they are doubles themselves. */
static bool integral(double value, int64_t *ret_number) {
    if (!(value >= -0x1p63 && value < 0x1p63))
        return false;
    int64_t number = (int64_t)value;
    if ((double)number < value || (double)number > value)
        return false;
    *ret_number = number;
    return true;
}

bool codec_number(const bson_iter_t *iter, int64_t *ret_number) {
    switch (bson_iter_type(iter)) {
    case BSON_TYPE_INT64:
        *ret_number = bson_iter_int64(iter);
        return true;
    case BSON_TYPE_INT32:
        *ret_number = bson_iter_int32(iter);
        return true;
    case BSON_TYPE_DOUBLE:
        return integral(bson_iter_double(iter), ret_number);
    default:
        return false;
    }
}

int64_t codec_find_number(const bson_t *document, const char *name) {
    bson_iter_t iter;
    int64_t number = 0;
    if (bson_iter_init_find(&iter, document, name) && !codec_number(&iter, &number))
        return 0;
    return number;
}

static bool read_number(const bson_iter_t *iter, void *place) {
    int64_t number;
    if (!codec_number(iter, &number))
        return false;
    memcpy(place, &number, sizeof(number));
    return true;
}

static bool read_bool(const bson_iter_t *iter, void *place) {
    if (!BSON_ITER_HOLDS_BOOL(iter))
        return false;
    bool value = bson_iter_bool(iter);
    memcpy(place, &value, sizeof(value));
    return true;
}

static bool read_text(struct reader *reader, const bson_iter_t *iter, const struct field *field, void *place) {
    uint32_t length;
    if (!BSON_ITER_HOLDS_UTF8(iter))
        return false;
    const char *text = bson_iter_utf8(iter, &length);
    if (length > field->max || !bson_utf8_validate(text, length, false))
        return false;
    text = arena_strndup(reader->arena, text, length);
    memcpy(place, &text, sizeof(text));
    return true;
}

static bool read_word(const bson_iter_t *iter, const struct field *field, void *place) {
    uint32_t length;
    if (!BSON_ITER_HOLDS_UTF8(iter))
        return false;
    const char *text = bson_iter_utf8(iter, &length);
    for (unsigned i = 0; i < field->word_count; i++) {
        if (strlen(field->words[i]) != length || memcmp(field->words[i], text, length) != 0)
            continue;
        memcpy(place, &i, sizeof(i));
        return true;
    }
    return false;
}

static bool read_record(struct reader *reader, bson_iter_t *children, const struct record *record, void *row);

static size_t count_children(const bson_iter_t *children, size_t max) {
    bson_iter_t iter = *children;
    size_t count = 0;
    while (count < max && bson_iter_next(&iter))
        count++;
    return count;
}

/* Elements that cannot be taken, and those beyond the maximum, are left out and counted. */
static bool read_list(struct reader *reader, const bson_iter_t *iter, const struct field *field, void *place) {
    bson_iter_t children, item;
    struct any_list list;
    memcpy(&list, place, sizeof(list));
    if (list.items != NULL || !BSON_ITER_HOLDS_ARRAY(iter) || !bson_iter_recurse(iter, &children))
        return false;
    size_t room = count_children(&children, field->max);
    list = (struct any_list){.items = arena_array(reader->arena, room, field->list->size)};
    while (bson_iter_next(&children)) {
        void *row = (char *)list.items + list.count * field->list->size;
        if (list.count == room || !BSON_ITER_HOLDS_DOCUMENT(&children) || !bson_iter_recurse(&children, &item) ||
            !read_record(reader, &item, field->list, row)) {
            reader->odd++;
            continue;
        }
        list.count++;
    }
    memcpy(place, &list, sizeof(list));
    return true;
}

static bool read_value(struct reader *reader, const bson_iter_t *iter, const struct field *field, void *place) {
    switch (field->type) {
    case FIELD_NUMBER:
        return read_number(iter, place);
    case FIELD_BOOL:
        return read_bool(iter, place);
    case FIELD_TEXT:
        return read_text(reader, iter, field, place);
    case FIELD_WORD:
        return read_word(iter, field, place);
    case FIELD_LIST:
        return read_list(reader, iter, field, place);
    }
    return false;
}

static const struct field *find_field(const struct record *record, const char *name) {
    for (size_t i = 0; i < record->field_count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->fields[i];
    return NULL;
}

/* Takes the element at `iter` if the record knows it; `seen` is the set of required fields that were read, by place. */
static bool read_field(struct reader *reader, const bson_iter_t *iter, const struct record *record, void *row,
                       uint64_t *seen) {
    const struct field *field = find_field(record, bson_iter_key(iter));
    if (field == NULL)
        return false;
    if (BSON_ITER_HOLDS_NULL(iter))
        return true;
    if (!read_value(reader, iter, field, (char *)row + field->offset))
        reader->odd++;
    else if (field->required)
        *seen |= UINT64_C(1) << (field - record->fields);
    return true;
}

static bool complete(const struct record *record, uint64_t seen) {
    for (size_t i = 0; i < record->field_count; i++)
        if (record->fields[i].required && (seen >> i & 1) == 0)
            return false;
    return true;
}

/* `row` is zeroed before. False where a required field is missing; the row is zeroed again then. */
static bool read_record(struct reader *reader, bson_iter_t *children, const struct record *record, void *row) {
    uint64_t seen = 0;
    while (bson_iter_next(children))
        read_field(reader, children, record, row, &seen);
    if (complete(record, seen))
        return true;
    memset(row, 0, record->size);
    return false;
}

/* Only the one decimal form that we write: another could not be addressed to be taken away. */
static bool read_key(const char *key, int64_t *ret_number) {
    char again[KEY_SIZE];
    int64_t number = strtoll(key, NULL, 10);
    snprintf(again, sizeof(again), "%lld", (long long)number);
    if (strcmp(again, key) != 0)
        return false;
    *ret_number = number;
    return true;
}

static bool read_entry(struct reader *reader, const bson_iter_t *iter, const struct map *map, void *row) {
    bson_iter_t children;
    int64_t key;
    if (!read_key(bson_iter_key(iter), &key) || !BSON_ITER_HOLDS_DOCUMENT(iter) ||
        !bson_iter_recurse(iter, &children) || !read_record(reader, &children, map->record, row))
        return false;
    memcpy(row, &key, sizeof(key));
    return true;
}

static int compare_keys(const void *left, const void *right) {
    int64_t a, b;
    memcpy(&a, left, sizeof(a));
    memcpy(&b, right, sizeof(b));
    return (a > b) - (a < b);
}

/* Sorts by key; of entries with one key one stays. */
static size_t sort_entries(void *items, size_t count, size_t size) {
    if (count < 2)
        return count;
    qsort(items, count, size, compare_keys);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        const char *entry = (char *)items + i * size;
        if (compare_keys((char *)items + (kept - 1) * size, entry) != 0)
            memmove((char *)items + kept++ * size, entry, size);
    }
    return kept;
}

static void read_map(struct reader *reader, const bson_iter_t *iter, const struct map *map, struct doc *doc) {
    bson_iter_t children;
    struct any_list list;
    memcpy(&list, (char *)doc + map->offset, sizeof(list));
    if (list.items != NULL || !BSON_ITER_HOLDS_DOCUMENT(iter) || !bson_iter_recurse(iter, &children)) {
        reader->odd += !BSON_ITER_HOLDS_NULL(iter);
        return;
    }
    size_t size = map->record->size, room = count_children(&children, map->max);
    list = (struct any_list){.items = arena_array(reader->arena, room, size)};
    while (bson_iter_next(&children)) {
        if (list.count < room && read_entry(reader, &children, map, (char *)list.items + list.count * size))
            list.count++;
        else
            reader->odd++;
    }
    size_t kept = sort_entries(list.items, list.count, size);
    reader->odd += (unsigned)(list.count - kept);
    list.count = kept;
    memcpy((char *)doc + map->offset, &list, sizeof(list));
}

/* The last OPS_MAX: older ones would be forgotten at the next write. */
static void read_ops(struct reader *reader, const bson_iter_t *iter, struct doc *doc) {
    bson_iter_t children;
    if (doc->ops.items != NULL || !BSON_ITER_HOLDS_ARRAY(iter) || !bson_iter_recurse(iter, &children)) {
        reader->odd += !BSON_ITER_HOLDS_NULL(iter);
        return;
    }
    size_t count = count_children(&children, SIZE_MAX), place = 0;
    doc->ops.items = arena_array(reader->arena, count < OPS_MAX ? count : OPS_MAX, sizeof(int64_t));
    doc->ops.count = 0;
    for (; bson_iter_next(&children); place++) {
        if (place + OPS_MAX < count)
            continue;
        if (codec_number(&children, &doc->ops.items[doc->ops.count]))
            doc->ops.count++;
        else
            reader->odd++;
    }
}

static bool read_envelope(struct reader *reader, const bson_iter_t *iter, struct doc *doc) {
    uint64_t seen = 0;
    const char *key = bson_iter_key(iter);
    for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        if (strcmp(key, maps[i].name) == 0) {
            read_map(reader, iter, &maps[i], doc);
            return true;
        }
    }
    if (strcmp(key, "ops") == 0) {
        read_ops(reader, iter, doc);
        return true;
    }
    return read_field(reader, iter, &envelope_record, doc, &seen);
}

enum status codec_read(const bson_t *document, enum collection collection, struct arena *arena, void *ret_row,
                       struct error *error) {
    const struct record *record = record_of(collection);
    struct reader reader = {.arena = arena};
    bson_iter_t iter;
    int64_t id;
    uint64_t seen = 0;
    if (document->len > DOCUMENT_BYTES_MAX || !bson_validate(document, BSON_VALIDATE_NONE, NULL))
        return error_set(error, STATUS_DAMAGED, "%s: a document is too large or no BSON", record->name);
    if (!bson_iter_init_find(&iter, document, "_id") || !codec_number(&iter, &id))
        return error_set(error, STATUS_DAMAGED, "%s: a document's _id is no whole number", record->name);
    memset(ret_row, 0, record->size);
    struct doc *doc = ret_row;
    doc->id = id;
    bson_iter_init(&iter, document);
    while (bson_iter_next(&iter))
        if (!read_envelope(&reader, &iter, doc))
            read_field(&reader, &iter, record, ret_row, &seen);
    doc->odd = reader.odd;
    return STATUS_OK;
}
