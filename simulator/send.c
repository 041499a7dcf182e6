/* sendMessage, sendPhoto, sendDocument, sendVideo, sendMediaGroup. Checks come in the server's order: the content's
 * shape, the markup's shape, the chat, what is replied to, the markup, the content. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/random.h"
#include "simulator/methods.h"

enum { ALBUM_MAX = 10 };

/* A message without the fields that it cannot carry inside another. */
static json_t *quoted(const struct message *message) {
    json_t *json = json_copy(message->json);
    json_object_del(json, "reply_to_message");
    return json;
}

/* What every sending method does around its content. `content` is taken. */
static enum status finish_sending(struct call *call, struct chat *chat, json_t *content, json_t *markup,
                                  const struct message *reply_to) {
    if (reply_to)
        json_object_set_new(content, "reply_to_message", quoted(reply_to));
    if (params_bool(call->params, "protect_content"))
        json_object_set_new(content, "has_protected_content", json_true());
    struct message *message = call_post(call, chat, content, markup);
    call->result = json_incref(message->json);
    return STATUS_OK;
}

/* The chat, what is replied to and the markup: the part between the content's two checks. */
static enum status prepare(struct call *call, struct chat **ret_chat, struct message **ret_reply_to, json_t **markup) {
    struct chat *chat = NULL;
    enum status status = call_chat(call, true, &chat);
    if (status == STATUS_OK)
        status = call_reply_target(call, chat, ret_reply_to);
    if (status == STATUS_OK)
        status = call_finish_markup(call, chat, false, markup);
    if (status == STATUS_OK)
        *ret_chat = chat;
    return status;
}

enum status method_send_message(struct call *call) {
    struct rich_text rich = {0};
    json_t *markup = NULL;
    struct chat *chat = NULL;
    struct message *reply_to = NULL;
    enum status status = call_text(call, &rich);
    if (status == STATUS_OK)
        status = call_markup(call, &markup);
    if (status == STATUS_OK)
        status = prepare(call, &chat, &reply_to, &markup);
    if (status == STATUS_OK)
        status = call_finish_text(call, &rich);
    if (status == STATUS_OK)
        status = call_flood(call, chat, 1);
    if (status == STATUS_OK) {
        json_t *content = json_object();
        call_put_text(call, content, "text", &rich);
        status = finish_sending(call, chat, content, markup, reply_to);
        markup = NULL;
    }
    json_decref(markup);
    rich_text_free(&rich);
    return status;
}

/* ---- media ---- */

static bool has_only_id_characters(const char *id) {
    return strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(id);
}

static bool is_document_class(enum file_kind kind) {
    return kind != FILE_PHOTO;
}

static int kind_of_id(const char *id) {
    for (int kind = 0; kind < FILE_KIND_COUNT; kind++)
        if (file_id_is(id, (enum file_kind)kind))
            return kind;
    return -1;
}

static enum status find_sent_file(struct call *call, const char *id, enum file_kind wanted, struct file **ret_file) {
    char detail[96];
    if (strchr(id, '.'))
        return call_refuse(call, ERROR_FILE_URL, NULL);
    if (!has_only_id_characters(id))
        return call_refuse(call, ERROR_FILE_ID, "Wrong character in the string");
    int kind = kind_of_id(id);
    if (kind < 0)
        return call_refuse(call, ERROR_FILE_ID, "can't unserialize it. Wrong last symbol");
    if (is_document_class((enum file_kind)kind) != is_document_class(wanted)) {
        (void)snprintf(detail, sizeof(detail), "%s as %s", file_kind_class((enum file_kind)kind),
                       file_kind_class(wanted));
        return call_refuse(call, ERROR_FILE_TYPE, detail);
    }
    struct file *file = files_find(&call->sim->files, id);
    if (!file)
        return call_refuse(call, ERROR_FILE_UNKNOWN, NULL);
    *ret_file = file;
    return STATUS_OK;
}

static enum status take_upload(struct call *call, const struct upload *upload, enum file_kind kind,
                               struct file **ret_file) {
    if (upload->size == 0)
        return call_refuse(call, ERROR_FILE_EMPTY, NULL);
    if (kind == FILE_PHOTO && upload->size > FILE_PHOTO_MAX)
        return call_refuse_number(call, ERROR_PHOTO_TOO_BIG, (int64_t)upload->size);
    *ret_file = files_add(&call->sim->files, kind, kind == FILE_PHOTO ? NULL : upload->file_name, upload->type,
                          upload->data, upload->size);
    return STATUS_OK;
}

/* The file that `value` names, or that came in the field `name`. NOT_FOUND: neither, nothing is refused yet. */
static enum status find_file(struct call *call, const char *name, const char *value, enum file_kind kind,
                             struct file **ret_file) {
    const struct upload *upload = params_upload(call->params, name, value);
    if (upload)
        return take_upload(call, upload, kind, ret_file);
    if (!*value || strncmp(value, "attach://", 9) == 0)
        return STATUS_NOT_FOUND;
    return find_sent_file(call, value, kind, ret_file);
}

static enum status read_caption(struct call *call, struct rich_text *ret_rich) {
    json_t *entities = NULL;
    if (params_json(call->params, "caption_entities", &entities) != STATUS_OK)
        entities = NULL;
    enum status status = call_caption(call, params_text(call->params, "caption"),
                                      params_text(call->params, "parse_mode"), entities, ret_rich);
    json_decref(entities);
    return status;
}

static enum status send_media(struct call *call, enum file_kind kind, enum api_error absent) {
    const char *field = file_kind_field(kind), *value = params_text(call->params, field);
    struct rich_text rich = {0};
    json_t *markup = NULL;
    struct chat *chat = NULL;
    struct message *reply_to = NULL;
    struct file *file = NULL;
    if (!*value && !params_upload(call->params, field, ""))
        return call_refuse(call, absent, NULL);
    enum status status = read_caption(call, &rich);
    if (status == STATUS_OK)
        status = call_markup(call, &markup);
    if (status == STATUS_OK)
        status = prepare(call, &chat, &reply_to, &markup);
    if (status == STATUS_OK)
        status = find_file(call, field, value, kind, &file);
    if (status == STATUS_NOT_FOUND)
        status = call_refuse(call, absent, NULL);
    if (status == STATUS_OK)
        status = call_flood(call, chat, 1);
    if (status == STATUS_OK) {
        json_t *content = json_object();
        file_to_message(file, content);
        call_put_text(call, content, "caption", &rich);
        status = finish_sending(call, chat, content, markup, reply_to);
        markup = NULL;
    }
    json_decref(markup);
    rich_text_free(&rich);
    return status;
}

enum status method_send_photo(struct call *call) {
    return send_media(call, FILE_PHOTO, ERROR_NO_PHOTO);
}

enum status method_send_document(struct call *call) {
    return send_media(call, FILE_DOCUMENT, ERROR_NO_DOCUMENT);
}

enum status method_send_video(struct call *call) {
    return send_media(call, FILE_VIDEO, ERROR_NO_VIDEO);
}

/* ---- albums ---- */

struct album_item {
    enum file_kind kind;
    const char *media; /* borrowed from the JSON */
    struct rich_text caption;
};

static const char *text_in(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static enum status read_item(struct call *call, const json_t *object, struct album_item *item) {
    char detail[160];
    if (!json_is_object(object))
        return call_refuse(call, ERROR_MEDIA_ITEM, "expected an Object");
    enum status status = call_caption(call, text_in(object, "caption"), text_in(object, "parse_mode"),
                                      json_object_get(object, "caption_entities"), &item->caption);
    if (status != STATUS_OK)
        return status;
    const char *type = json_string_value(json_object_get(object, "type"));
    if (!type)
        return call_refuse(call, ERROR_MEDIA_ITEM, "Can't find field \"type\"");
    item->media = text_in(object, "media");
    if (!*item->media || (strncmp(item->media, "attach://", 9) == 0 && !params_upload(call->params, "", item->media)))
        return call_refuse(call, ERROR_MEDIA_ITEM, "media not found");
    for (int kind = FILE_PHOTO; kind <= FILE_VIDEO; kind++) {
        if (strcmp(file_kind_field((enum file_kind)kind), type) == 0) {
            item->kind = (enum file_kind)kind;
            return STATUS_OK;
        }
    }
    bool animation = strcmp(type, "animation") == 0;
    (void)snprintf(detail, sizeof(detail), "type \"%.80s\" %s", type,
                   animation ? "can't be used in sendMediaGroup" : "is unsupported");
    return call_refuse(call, ERROR_MEDIA_ITEM, detail);
}

static enum status check_mix(struct call *call, struct file *const files[], size_t count) {
    size_t documents = 0;
    for (size_t i = 0; i < count; i++) {
        if (files[i]->kind == FILE_VOICE || files[i]->kind == FILE_STICKER)
            return call_refuse(call, ERROR_MEDIA_GROUPED, NULL);
        documents += files[i]->kind == FILE_DOCUMENT;
    }
    if (documents > 0 && documents < count)
        return call_refuse(call, ERROR_MEDIA_MIXED, "Document");
    return STATUS_OK;
}

static void post_album(struct call *call, struct chat *chat, const struct album_item items[],
                       struct file *const files[], size_t count, const struct message *reply_to) {
    char group[32];
    (void)snprintf(group, sizeof(group), "%lld", (long long)random_id());
    call->result = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *content = json_object();
        if (count > 1)
            json_object_set_new(content, "media_group_id", json_string(group));
        if (reply_to)
            json_object_set_new(content, "reply_to_message", quoted(reply_to));
        file_to_message(files[i], content);
        call_put_text(call, content, "caption", &items[i].caption);
        json_array_append(call->result, call_post(call, chat, content, NULL)->json);
    }
}

static enum status send_items(struct call *call, const struct album_item items[], size_t count) {
    struct file *files[ALBUM_MAX];
    struct chat *chat = NULL;
    struct message *reply_to = NULL;
    json_t *no_markup = NULL;
    enum status status = prepare(call, &chat, &reply_to, &no_markup);
    if (status == STATUS_OK && count == 0)
        status = call_refuse(call, ERROR_MEDIA_NONE, NULL);
    if (status == STATUS_OK && count > ALBUM_MAX)
        status = call_refuse(call, ERROR_MEDIA_TOO_MANY, NULL);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = find_file(call, "", items[i].media, items[i].kind, &files[i]);
        if (status == STATUS_NOT_FOUND)
            status = call_refuse(call, ERROR_MEDIA_ITEM, "media not found");
    }
    if (status == STATUS_OK)
        status = check_mix(call, files, count);
    if (status == STATUS_OK)
        status = call_flood(call, chat, (int64_t)count);
    if (status == STATUS_OK)
        post_album(call, chat, items, files, count, reply_to);
    return status;
}

enum status method_send_media_group(struct call *call) {
    json_t *media = NULL, *object;
    enum status status = params_json(call->params, "media", &media);
    if (status == STATUS_NOT_FOUND)
        return call_refuse(call, ERROR_PARAMETER, "media");
    if (status != STATUS_OK)
        return call_refuse(call, ERROR_MEDIA_JSON, NULL);
    if (!json_is_array(media)) {
        json_decref(media);
        return call_refuse(call, ERROR_MEDIA_ARRAY, NULL);
    }
    size_t count = json_array_size(media), i;
    struct album_item *items = mem_alloc((count + 1) * sizeof(*items));
    json_array_foreach(media, i, object) {
        status = read_item(call, object, &items[i]);
        if (status != STATUS_OK)
            break;
    }
    if (status == STATUS_OK)
        status = send_items(call, items, count);
    for (i = 0; i < count; i++)
        rich_text_free(&items[i].caption);
    free(items);
    json_decref(media);
    return status;
}
