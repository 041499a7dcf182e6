/* Files in calls, and the methods that send one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulator/methods.h"

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

static enum status take_upload(struct call *call, const struct upload *upload, enum file_kind kind, const json_t *facts,
                               struct file **ret_file) {
    if (upload->size == 0)
        return call_refuse(call, ERROR_FILE_EMPTY, NULL);
    if (upload->size > (kind == FILE_PHOTO ? FILE_PHOTO_MAX : FILE_UPLOAD_MAX))
        return call_refuse_number(call, ERROR_UPLOAD_TOO_BIG, (int64_t)upload->size);
    *ret_file = files_add(&call->sim->files, kind, upload->file_name, upload->type, facts, upload->data, upload->size);
    return STATUS_OK;
}

/* The file that `value` names, or that came in the field `name`. NOT_FOUND: neither, nothing is refused yet. */
static enum status find_file(struct call *call, const char *name, const char *value, enum file_kind kind,
                             const json_t *facts, struct file **ret_file) {
    const struct upload *upload = params_upload(call->params, name, value);
    if (upload)
        return take_upload(call, upload, kind, facts, ret_file);
    if (!*value || strncmp(value, "attach://", 9) == 0)
        return STATUS_NOT_FOUND;
    return find_sent_file(call, value, kind, ret_file);
}

/* What the sender says of a file, as parameters of their own. */
static json_t *facts_of_call(const struct call *call) {
    static const char *const numbers[] = {"duration", "width", "height", "length"};
    static const char *const texts[] = {"title", "performer", "emoji"};
    json_t *facts = json_object();
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        json_object_set_new(facts, numbers[i], json_integer((json_int_t)params_int(call->params, numbers[i])));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        json_object_set_new(facts, texts[i], json_string(params_text(call->params, texts[i])));
    return facts;
}

static bool may_be_hidden(enum file_kind kind) {
    return kind == FILE_PHOTO || kind == FILE_VIDEO || kind == FILE_ANIMATION;
}

void message_put_media(json_t *message, const struct file *file, bool spoiler, bool above) {
    file_to_message(file, message);
    if (spoiler && may_be_hidden(file->kind))
        json_object_set_new(message, "has_media_spoiler", json_true());
    if (above && may_be_hidden(file->kind) && json_object_get(message, "caption"))
        json_object_set_new(message, "show_caption_above_media", json_true());
}

enum status call_own_caption(struct call *call, struct rich_text *ret_rich) {
    json_t *entities = NULL;
    if (params_json(call->params, "caption_entities", &entities) != STATUS_OK)
        entities = NULL;
    enum status status = call_caption(call, params_text(call->params, "caption"),
                                      params_text(call->params, "parse_mode"), entities, ret_rich);
    json_decref(entities);
    return status;
}

static bool has_caption(enum file_kind kind) {
    return kind != FILE_VIDEO_NOTE && kind != FILE_STICKER;
}

static enum status find_field(struct call *call, enum file_kind kind, enum api_error absent, struct file **ret_file) {
    const char *field = file_kind_field(kind);
    json_t *facts = facts_of_call(call);
    enum status status = find_file(call, field, params_text(call->params, field), kind, facts, ret_file);
    json_decref(facts);
    return status == STATUS_NOT_FOUND ? call_refuse(call, absent, NULL) : status;
}

static enum status send_media(struct call *call, enum file_kind kind, enum api_error absent) {
    const char *field = file_kind_field(kind);
    struct rich_text rich = {0};
    struct target target = {0};
    struct file *file = NULL;
    if (!*params_text(call->params, field) && !params_upload(call->params, field, ""))
        return call_refuse(call, absent, NULL);
    enum status status = has_caption(kind) ? call_own_caption(call, &rich) : STATUS_OK;
    if (status == STATUS_OK)
        status = call_markup(call, &target.markup);
    if (status == STATUS_OK)
        status = call_target(call, &target);
    if (status == STATUS_OK)
        status = find_field(call, kind, absent, &file);
    if (status == STATUS_OK)
        status = call_flood(call, target.chat, 1);
    if (status == STATUS_OK) {
        json_t *content = json_object();
        if (rich.text)
            call_put_text(call, content, "caption", &rich);
        message_put_media(content, file, params_bool(call->params, "has_spoiler"),
                          params_bool(call->params, "show_caption_above_media"));
        call->result = json_incref(call_send(call, &target, content));
    }
    json_decref(target.markup);
    rich_text_free(&rich);
    return status;
}

#define SENDS(name, kind)                                                                                              \
    enum status method_send_##name(struct call *call) {                                                                \
        return send_media(call, FILE_##kind, ERROR_NO_##kind);                                                         \
    }
SENDS(photo, PHOTO)
SENDS(document, DOCUMENT)
SENDS(video, VIDEO)
SENDS(animation, ANIMATION)
SENDS(audio, AUDIO)
SENDS(voice, VOICE)
SENDS(video_note, VIDEO_NOTE)
SENDS(sticker, STICKER)

/* ---- InputMedia ---- */

static const char *text_in(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* C:11700: the types that an InputMedia can have. */
static int input_kind(const char *type) {
    static const enum file_kind kinds[] = {FILE_PHOTO, FILE_DOCUMENT, FILE_VIDEO, FILE_AUDIO, FILE_ANIMATION};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(file_kind_field(kinds[i]), type) == 0)
            return (int)kinds[i];
    return -1;
}

enum status call_input_media(struct call *call, const json_t *object, bool for_album, struct input_media *item) {
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
    item->object = object;
    item->media = text_in(object, "media");
    if (!*item->media || (strncmp(item->media, "attach://", 9) == 0 && !params_upload(call->params, "", item->media)))
        return call_refuse(call, ERROR_MEDIA_ITEM, "media not found");
    int kind = input_kind(type);
    bool refused = for_album && kind == FILE_ANIMATION;
    if (kind >= 0 && !refused) {
        item->kind = (enum file_kind)kind;
        return STATUS_OK;
    }
    (void)snprintf(detail, sizeof(detail), "type \"%.80s\" %s", type,
                   refused ? "can't be used in sendMediaGroup" : "is unsupported");
    return call_refuse(call, ERROR_MEDIA_ITEM, detail);
}

enum status call_input_file(struct call *call, const struct input_media *item, struct file **ret_file) {
    enum status status = find_file(call, "", item->media, item->kind, item->object, ret_file);
    return status == STATUS_NOT_FOUND ? call_refuse(call, ERROR_MEDIA_ITEM, "media not found") : status;
}

void call_put_input(struct call *call, const struct input_media *item, const struct file *file, json_t *message) {
    call_put_text(call, message, "caption", &item->caption);
    message_put_media(message, file, json_is_true(json_object_get(item->object, "has_spoiler")),
                      json_is_true(json_object_get(item->object, "show_caption_above_media")));
}
