#include "telegram/json.h"

#include <stdio.h>

enum { PATH_MAX_BYTES = 128 };

static size_t path_write(const struct json_scope *scope, char path[PATH_MAX_BYTES]) {
    size_t length = scope->parent ? path_write(scope->parent, path) : 0;
    int added = snprintf(path + length, PATH_MAX_BYTES - length, "%s.", scope->name);
    size_t end = length + (added > 0 ? (size_t)added : 0);
    return end < PATH_MAX_BYTES ? end : PATH_MAX_BYTES - 1;
}

void json_fail(const struct json_scope *scope, const char *key, const char *what) {
    char path[PATH_MAX_BYTES] = "";
    if (scope->reader->failed)
        return;
    scope->reader->failed = true;
    path_write(scope, path);
    error_set(scope->reader->error, STATUS_INVALID, "%s%s: %s", path, key, what);
}

const json_t *json_field(const struct json_scope *scope, const char *key) {
    const json_t *value = scope->object ? json_object_get(scope->object, key) : NULL;
    return json_is_null(value) ? NULL : value;
}

bool json_has(const struct json_scope *scope, const char *key) {
    return json_field(scope, key) != NULL;
}

/* The field, or NULL where it is absent; notes its being missing. */
static const json_t *field_needed(const struct json_scope *scope, const char *key, enum json_need need) {
    const json_t *value = json_field(scope, key);
    if (!value && need == JSON_REQUIRED)
        json_fail(scope, key, "missing");
    return value;
}

struct json_scope json_enter(const struct json_scope *scope, const char *key, enum json_need need) {
    const json_t *value = field_needed(scope, key, need);
    if (value && !json_is_object(value)) {
        json_fail(scope, key, "not an object");
        value = NULL;
    }
    return (struct json_scope){scope->reader, value, scope, key};
}

int64_t json_integer_in(const struct json_scope *scope, const char *key, enum json_need need, int64_t min,
                        int64_t max) {
    const json_t *value = field_needed(scope, key, need);
    if (!value)
        return 0;
    if (!json_is_integer(value)) {
        json_fail(scope, key, "not an integer");
        return 0;
    }
    int64_t number = json_integer_value(value);
    if (number >= min && number <= max)
        return number;
    json_fail(scope, key, "out of range");
    return 0;
}

bool json_flag(const struct json_scope *scope, const char *key) {
    const json_t *value = json_field(scope, key);
    if (value && !json_is_boolean(value))
        json_fail(scope, key, "not a boolean");
    return json_is_true(value);
}

const char *json_text(const struct json_scope *scope, const char *key, enum json_need need, size_t max) {
    const json_t *value = field_needed(scope, key, need);
    if (!value)
        return NULL;
    if (!json_is_string(value)) {
        json_fail(scope, key, "not a string");
        return NULL;
    }
    if (json_string_length(value) > max) {
        json_fail(scope, key, "too long");
        return NULL;
    }
    return arena_strndup(scope->reader->arena, json_string_value(value), json_string_length(value));
}

json_t *json_read_object(const char *json, size_t length, struct error *error) {
    json_error_t why; /* its text quotes the input, so only the place is passed on */
    json_t *root = json_loadb(json, length, 0, &why);
    if (!root) {
        error_set(error, STATUS_INVALID, "not JSON at byte %d", why.position);
        return NULL;
    }
    if (json_is_object(root))
        return root;
    json_decref(root);
    error_set(error, STATUS_INVALID, "not a JSON object");
    return NULL;
}
