#include "simulator/params.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/parse.h"
#include "core/utf.h"

static const char *const described_as_json[] = {
    "chat_id",
    "message_id",
    "message_ids",
    "reply_markup",
    "entities",
    "media",
    "caption_entities",
    "scope",
    "commands",
    "reply_parameters",
    "show_alert",
    "link_preview_options",
    "allowed_updates",
    "disable_notification",
    "offset",
    "limit",
    "timeout",
    "max_connections",
    "reply_to_message_id",
    "protect_content",
    "cache_time",
    "drop_pending_updates",
    "disable_web_page_preview",
    "has_spoiler",
};

struct params *params_new(void) {
    return mem_alloc(sizeof(struct params));
}

void params_free(struct params *params) {
    if (!params)
        return;
    for (size_t i = 0; i < params->count; i++) {
        free(params->items[i].name);
        free(params->items[i].value);
    }
    for (size_t i = 0; i < params->upload_count; i++) {
        free(params->uploads[i].name);
        free(params->uploads[i].file_name);
        free(params->uploads[i].type);
        free(params->uploads[i].data);
    }
    free(params);
}

static const struct param *find(const struct params *params, const char *name) {
    for (size_t i = 0; i < params->count; i++)
        if (strcmp(params->items[i].name, name) == 0)
            return &params->items[i];
    return NULL;
}

static char *copy_bytes(const char *data, size_t length) {
    char *copy = mem_alloc(length + 1);
    memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

void params_add(struct params *params, const char *name, const char *value, size_t length) {
    if (find(params, name))
        return;
    params->bytes += strlen(name) + length;
    if (params->bytes > PARAMS_BYTES_MAX || params->count == PARAMS_MAX) {
        params->too_big = true;
        return;
    }
    params->items[params->count++] = (struct param){mem_strdup(name), copy_bytes(value, length)};
}

bool params_are_utf8(const struct params *params) {
    for (size_t i = 0; i < params->count; i++)
        if (!utf_valid(params->items[i].name, strlen(params->items[i].name)) ||
            !utf_valid(params->items[i].value, strlen(params->items[i].value)))
            return false;
    return true;
}

static void add_member(struct params *params, const char *name, const json_t *value) {
    if (json_is_string(value)) {
        params_add(params, name, json_string_value(value), json_string_length(value));
        return;
    }
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    if (text)
        params_add(params, name, text, strlen(text));
    free(text);
}

void params_add_json(struct params *params, const char *body, size_t length) {
    if (!utf_valid(body, length))
        params->bad_utf8 = true;
    json_t *object = json_loadb(body, length, 0, NULL);
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) add_member(params, name, value);
    json_decref(object);
}

static int hex_value(char c) {
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

char *params_decode(const char *from, size_t length, bool plus, size_t *ret_length) {
    char *out = mem_alloc(length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        bool escaped = from[i] == '%' && i + 2 < length && isxdigit((unsigned char)from[i + 1]) &&
                       isxdigit((unsigned char)from[i + 2]);
        if (escaped) {
            out[used++] = (char)(hex_value(from[i + 1]) * 16 + hex_value(from[i + 2]));
            i += 2;
        } else {
            out[used++] = plus && from[i] == '+' ? ' ' : from[i];
        }
    }
    out[used] = '\0';
    *ret_length = used;
    return out;
}

void params_add_urlencoded(struct params *params, const char *body, size_t length) {
    const char *end = body + length;
    while (body < end) {
        const char *stop = memchr(body, '&', (size_t)(end - body));
        if (!stop)
            stop = end;
        const char *equals = memchr(body, '=', (size_t)(stop - body));
        if (equals) {
            size_t name_length, value_length;
            char *name = params_decode(body, (size_t)(equals - body), true, &name_length);
            char *value = params_decode(equals + 1, (size_t)(stop - equals) - 1, true, &value_length);
            params_add(params, name, value, value_length);
            free(name);
            free(value);
        }
        body = stop + 1;
    }
}

void params_add_upload(struct params *params, const char *name, const char *file_name, const char *type,
                       const char *data, size_t size) {
    if (params->upload_count == UPLOADS_MAX) {
        params->too_big = true;
        return;
    }
    params->uploads[params->upload_count++] = (struct upload){.name = mem_strdup(name),
                                                              .file_name = mem_strdup(file_name),
                                                              .type = mem_strdup(type),
                                                              .data = copy_bytes(data, size),
                                                              .size = size};
}

const char *params_text(const struct params *params, const char *name) {
    const struct param *param = find(params, name);
    return param ? param->value : "";
}

bool params_has(const struct params *params, const char *name) {
    return find(params, name);
}

int64_t params_int(const struct params *params, const char *name) {
    return strtoll(params_text(params, name), NULL, 10);
}

int64_t params_int_in(const struct params *params, const char *name, int64_t fallback, int64_t min, int64_t max) {
    if (!*params_text(params, name))
        return fallback;
    int64_t value = params_int(params, name);
    return value < min ? min : value > max ? max : value;
}

bool params_bool(const struct params *params, const char *name) {
    const char *text = params_text(params, name);
    return strcasecmp(text, "true") == 0 || strcasecmp(text, "yes") == 0 || strcmp(text, "1") == 0;
}

enum status params_json(const struct params *params, const char *name, json_t **ret_value) {
    const char *text = params_text(params, name);
    if (!*text)
        return STATUS_NOT_FOUND;
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    if (!value)
        return STATUS_INVALID;
    *ret_value = value;
    return STATUS_OK;
}

const struct upload *params_upload(const struct params *params, const char *name, const char *value) {
    static const char attach[] = "attach://";
    if (strncmp(value, attach, sizeof(attach) - 1) == 0)
        name = value + sizeof(attach) - 1;
    else if (*value)
        return NULL;
    for (size_t i = 0; i < params->upload_count; i++)
        if (strcmp(params->uploads[i].name, name) == 0)
            return &params->uploads[i];
    return NULL;
}

static json_t *describe(const struct param *param) {
    for (size_t i = 0; i < sizeof(described_as_json) / sizeof(described_as_json[0]); i++) {
        if (strcmp(described_as_json[i], param->name) != 0)
            continue;
        json_t *value = json_loads(param->value, JSON_DECODE_ANY, NULL);
        if (value)
            return value;
    }
    return json_string(param->value);
}

json_t *params_describe(const struct params *params) {
    json_t *object = json_object();
    for (size_t i = 0; i < params->count; i++)
        json_object_set_new(object, params->items[i].name, describe(&params->items[i]));
    for (size_t i = 0; i < params->upload_count; i++)
        json_object_set_new(object, params->uploads[i].name,
                            json_pack("{ss sI}", "file_name", params->uploads[i].file_name, "size",
                                      (json_int_t)params->uploads[i].size));
    return object;
}
