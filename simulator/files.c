#include "simulator/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/random.h"
#include "simulator/image.h"

static const struct {
    const char *field, *class, *start, *folder, *suffix, *mime;
} kinds[FILE_KIND_COUNT] = {
#define X(id, field, class, start, folder, suffix, mime) {field, class, start, folder, suffix, mime},
    FILE_KINDS(X)
#undef X
};

/* The last character of an id: of the file itself, of the small size of a photo. */
enum { FILE_ID_LENGTH = 59, WHOLE = 'Q', SMALL = 'A' };

static void forget_data(struct files *files, struct file *file) {
    if (file->data)
        files->bytes -= (size_t)file->size;
    free(file->data);
    file->data = NULL;
}

static void forget(struct files *files, struct file *file) {
    HASH_DEL(files->by_id, file);
    forget_data(files, file);
    free(file->name);
    free(file->type);
    json_decref(file->facts);
    free(file);
}

void files_free(struct files *files) {
    struct file *file, *next;
    HASH_ITER(hh, files->by_id, file, next)
    forget(files, file);
}

const char *file_kind_field(enum file_kind kind) {
    return kinds[kind].field;
}

const char *file_kind_class(enum file_kind kind) {
    return kinds[kind].class;
}

static void random_text(char *out, size_t length) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0; i < length; i++)
        out[i] = letters[random_below(64)];
    out[length] = '\0';
}

static void make_room(struct files *files, size_t size) {
    struct file *file, *next;
    if (HASH_COUNT(files->by_id) >= FILES_MAX)
        forget(files, files->by_id);
    HASH_ITER(hh, files->by_id, file, next) {
        if (files->bytes + size <= FILES_BYTES_MAX)
            break;
        forget_data(files, file);
    }
}

/* X(kind, field of a message, what it is when the sender did not say; -1: a text that is left out then) */
static const struct {
    enum file_kind kind;
    const char *name;
    int usual;
} fact_rows[] = {
    {FILE_VIDEO, "duration", 7},     {FILE_VIDEO, "width", 640},       {FILE_VIDEO, "height", 360},
    {FILE_ANIMATION, "duration", 3}, {FILE_ANIMATION, "width", 320},   {FILE_ANIMATION, "height", 240},
    {FILE_AUDIO, "duration", 180},   {FILE_AUDIO, "title", -1},        {FILE_AUDIO, "performer", -1},
    {FILE_VOICE, "duration", 7},     {FILE_VIDEO_NOTE, "duration", 7}, {FILE_VIDEO_NOTE, "length", 240},
    {FILE_STICKER, "width", 512},    {FILE_STICKER, "height", 512},    {FILE_STICKER, "emoji", -1},
};

static json_t *make_facts(enum file_kind kind, const json_t *given) {
    json_t *facts = json_object();
    for (size_t i = 0; i < sizeof(fact_rows) / sizeof(fact_rows[0]); i++) {
        const char *name = fact_rows[i].name;
        json_t *value = json_object_get(given, name);
        if (fact_rows[i].kind != kind)
            continue;
        if (fact_rows[i].usual >= 0)
            json_object_set_new(
                facts, name,
                json_integer(json_integer_value(value) > 0 ? json_integer_value(value) : fact_rows[i].usual));
        else if (json_string_length(value) > 0)
            json_object_set(facts, name, value);
    }
    if (kind == FILE_STICKER)
        json_object_update_missing_new(facts, json_pack("{ss sb sb ss}", "type", "regular", "is_animated", 0,
                                                        "is_video", 0, "emoji", "\xf0\x9f\x99\x82"));
    return facts;
}

static bool has_name(enum file_kind kind) {
    return kind == FILE_DOCUMENT || kind == FILE_VIDEO || kind == FILE_ANIMATION || kind == FILE_AUDIO;
}

struct file *files_add(struct files *files, enum file_kind kind, const char *name, const char *type,
                       const json_t *facts, const void *data, size_t size) {
    make_room(files, data ? size : 0);
    struct file *file = mem_alloc(sizeof(*file));
    file->kind = kind;
    size_t start = strlen(kinds[kind].start);
    memcpy(file->id, kinds[kind].start, start);
    random_text(file->id + start, FILE_ID_LENGTH - start);
    file->id[FILE_ID_LENGTH - 1] = WHOLE;
    random_text(file->unique_id, 15);
    file->name = has_name(kind) ? mem_strdup(name) : NULL;
    file->type = mem_strdup(kind == FILE_DOCUMENT && type ? type : kinds[kind].mime);
    file->facts = make_facts(kind, facts);
    file->size = (int64_t)size;
    if (data && size <= FILES_BYTES_MAX) {
        file->data = mem_alloc(size + 1);
        memcpy(file->data, data, size);
        files->bytes += size;
    }
    HASH_ADD_STR(files->by_id, id, file);
    return file;
}

struct file *files_find(const struct files *files, const char *id) {
    struct file *file = NULL;
    char whole[FILE_ID_MAX];
    size_t length = strlen(id);
    HASH_FIND_STR(files->by_id, id, file);
    if (file || length == 0 || length >= sizeof(whole) || id[length - 1] != SMALL)
        return file;
    (void)snprintf(whole, sizeof(whole), "%.*s%c", (int)length - 1, id, WHOLE);
    HASH_FIND_STR(files->by_id, whole, file);
    return file;
}

bool file_id_is(const char *id, enum file_kind kind) {
    return strncmp(id, kinds[kind].start, strlen(kinds[kind].start)) == 0;
}

void file_path(const struct file *file, char *ret_path, size_t size) {
    (void)snprintf(ret_path, size, "%s/%s%s", kinds[file->kind].folder, file->id, kinds[file->kind].suffix);
}

struct file *files_at(const struct files *files, const char *path) {
    char id[FILE_ID_MAX], expected[128];
    const char *name = strchr(path, '/');
    if (!name)
        return NULL;
    (void)snprintf(id, sizeof(id), "%.*s", (int)strcspn(name + 1, "."), name + 1);
    struct file *file = files_find(files, id);
    if (!file)
        return NULL;
    file_path(file, expected, sizeof(expected));
    return strcmp(expected, path) == 0 ? file : NULL;
}

static json_t *photo_sizes(const struct file *file) {
    char small[FILE_ID_MAX];
    (void)snprintf(small, sizeof(small), "%.*s%c", (int)strlen(file->id) - 1, file->id, SMALL);
    int64_t width = 1280, height = 960;
    (void)image_extent(file->data, (size_t)file->size, &width, &height);
    return json_pack("[{ss ss sI si si},{ss ss sI sI sI}]", "file_id", small, "file_unique_id", file->unique_id,
                     "file_size", (json_int_t)(file->size / 4 + 1), "width", 90, "height", 67, "file_id", file->id,
                     "file_unique_id", file->unique_id, "file_size", (json_int_t)file->size, "width", (json_int_t)width,
                     "height", (json_int_t)height);
}

char *file_contents(const struct file *file, size_t *ret_size) {
    size_t size = (size_t)file->size;
    char *copy = mem_alloc(size + 1);
    if (file->data)
        memcpy(copy, file->data, size);
    else
        memset(copy, '.', size);
    *ret_size = size;
    return copy;
}

void file_to_message(const struct file *file, json_t *message) {
    if (file->kind == FILE_PHOTO) {
        json_object_set_new(message, "photo", photo_sizes(file));
        return;
    }
    json_t *media = json_pack("{ss ss sI}", "file_id", file->id, "file_unique_id", file->unique_id, "file_size",
                              (json_int_t)file->size);
    if (file->name)
        json_object_set_new(media, "file_name", json_string(file->name));
    if (file->type)
        json_object_set_new(media, "mime_type", json_string(file->type));
    if (file->kind == FILE_ANIMATION)
        json_object_set_new(message, "document", json_copy(media));
    json_object_update_missing(media, file->facts);
    json_object_set_new(message, kinds[file->kind].field, media);
}
