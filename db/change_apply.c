/* What MongoDB does with $set, $unset and $push, for the few paths that struct change has. A level of the document is
 * copied element by element; where a path goes on below an element, that element's level is copied the same way. */
#include <string.h>

#include "db/change.h"
#include "db/codec.h"

/* The rest of `path` below `prefix`; NULL where it lies elsewhere. The prefix is "" or ends with a dot. */
static const char *below(const char *path, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(path, prefix, length) == 0 ? path + length : NULL;
}

/* Whether some path goes on below the element `key` at `prefix`. */
static bool goes_on(const bson_t *paths, const char *prefix, const char *key) {
    bson_iter_t iter;
    size_t length = strlen(key);
    bson_iter_init(&iter, paths);
    while (bson_iter_next(&iter)) {
        const char *rest = below(bson_iter_key(&iter), prefix);
        if (rest != NULL && strncmp(rest, key, length) == 0 && rest[length] == '.')
            return true;
    }
    return false;
}

static bool find_path(const bson_t *paths, const char *prefix, const char *key, bson_iter_t *ret_iter) {
    bson_iter_init(ret_iter, paths);
    while (bson_iter_next(ret_iter)) {
        const char *rest = below(bson_iter_key(ret_iter), prefix);
        if (rest != NULL && strcmp(rest, key) == 0)
            return true;
    }
    return false;
}

static void apply_level(const struct change *change, const char *prefix, bson_iter_t *old, bson_t *out);

static void apply_below(const struct change *change, const char *prefix, const char *key, bson_iter_t *old,
                        bson_t *out) {
    char deeper[2 * KEY_SIZE];
    bson_t child;
    snprintf(deeper, sizeof(deeper), "%s%s.", prefix, key);
    bson_append_document_begin(out, key, -1, &child);
    apply_level(change, deeper, old, &child);
    bson_append_document_end(out, &child);
}

static void apply_element(const struct change *change, const char *prefix, const bson_iter_t *element, bson_t *out) {
    bson_iter_t found, children;
    const char *key = bson_iter_key(element);
    if (find_path(&change->unset, prefix, key, &found))
        return;
    if (find_path(&change->set, prefix, key, &found)) {
        bson_append_iter(out, key, -1, &found);
        return;
    }
    bool deeper =
        strlen(key) < KEY_SIZE && (goes_on(&change->set, prefix, key) || goes_on(&change->unset, prefix, key));
    if (!deeper)
        bson_append_iter(out, key, -1, element);
    else if (BSON_ITER_HOLDS_DOCUMENT(element) && bson_iter_recurse(element, &children))
        apply_below(change, prefix, key, &children, out);
}

/* What `set` has at this level and the document did not. */
static void add_missing(const struct change *change, const char *prefix, bson_t *out) {
    bson_iter_t iter;
    bson_iter_init(&iter, &change->set);
    while (bson_iter_next(&iter)) {
        const char *rest = below(bson_iter_key(&iter), prefix);
        if (rest == NULL)
            continue;
        const char *dot = strchr(rest, '.');
        char key[KEY_SIZE];
        snprintf(key, sizeof(key), "%.*s", dot != NULL ? (int)(dot - rest) : (int)strlen(rest), rest);
        if (bson_has_field(out, key))
            continue;
        if (dot == NULL)
            bson_append_iter(out, key, -1, &iter);
        else
            apply_below(change, prefix, key, NULL, out);
    }
}

/* `old` stands before the level's first element; NULL: there is no such level yet. */
static void apply_level(const struct change *change, const char *prefix, bson_iter_t *old, bson_t *out) {
    while (old != NULL && bson_iter_next(old)) {
        bool is_ops = prefix[0] == '\0' && change->op != 0 && strcmp(bson_iter_key(old), "ops") == 0;
        if (!is_ops)
            apply_element(change, prefix, old, out);
    }
    add_missing(change, prefix, out);
}

static size_t append_ops(const bson_t *old, size_t skip, bson_t *array) {
    bson_iter_t iter, ops;
    size_t place = 0;
    if (!bson_iter_init_find(&iter, old, "ops") || !BSON_ITER_HOLDS_ARRAY(&iter) || !bson_iter_recurse(&iter, &ops))
        return 0;
    for (; bson_iter_next(&ops); place++) {
        if (array == NULL || place < skip)
            continue;
        char key[KEY_SIZE];
        snprintf(key, sizeof(key), "%zu", place - skip);
        bson_append_iter(array, key, -1, &ops);
    }
    return place;
}

static void push_op(const struct change *change, const bson_t *old, bson_t *out) {
    bson_t array;
    char key[KEY_SIZE];
    size_t count = append_ops(old, 0, NULL);
    size_t skip = count >= OPS_MAX ? count + 1 - OPS_MAX : 0;
    bson_append_array_begin(out, "ops", -1, &array);
    append_ops(old, skip, &array);
    snprintf(key, sizeof(key), "%zu", count - skip);
    bson_append_int64(&array, key, -1, change->op);
    bson_append_array_end(out, &array);
}

void change_apply(const struct change *change, const bson_t *old, bson_t *out) {
    bson_iter_t iter;
    bson_iter_init(&iter, old);
    apply_level(change, "", &iter, out);
    if (change->op != 0)
        push_op(change, old, out);
}
