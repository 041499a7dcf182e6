/* sendMediaGroup. */
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/random.h"
#include "simulator/methods.h"

enum { ALBUM_MAX = 10 };

bool file_is_groupable(const struct file *file) {
    return file->kind == FILE_PHOTO || file->kind == FILE_VIDEO || file->kind == FILE_DOCUMENT ||
           file->kind == FILE_AUDIO;
}

/* MC:5346: documents keep to themselves, and so do audios. */
static enum status check_mix(struct call *call, struct file *const files[], size_t count) {
    size_t of_kind[FILE_KIND_COUNT] = {0};
    for (size_t i = 0; i < count; i++) {
        if (!file_is_groupable(files[i]))
            return call_refuse(call, ERROR_MEDIA_GROUPED, NULL);
        of_kind[files[i]->kind]++;
    }
    static const enum file_kind lonely[] = {FILE_DOCUMENT, FILE_AUDIO};
    for (size_t i = 0; i < sizeof(lonely) / sizeof(lonely[0]); i++)
        if (of_kind[lonely[i]] > 0 && of_kind[lonely[i]] < count)
            return call_refuse(call, ERROR_MEDIA_MIXED, file_kind_class(lonely[i]));
    return STATUS_OK;
}

static void post_album(struct call *call, struct target *target, const struct input_media items[],
                       struct file *const files[], size_t count) {
    char group[32];
    (void)snprintf(group, sizeof(group), "%lld", (long long)random_id());
    call->result = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *content = json_object();
        if (count > 1)
            json_object_set_new(content, "media_group_id", json_string(group));
        call_put_input(call, &items[i], files[i], content);
        json_array_append(call->result, call_send(call, target, content));
    }
}

static enum status send_items(struct call *call, const struct input_media items[], size_t count) {
    struct file *files[ALBUM_MAX];
    struct target target = {0};
    enum status status = call_target(call, &target);
    if (status == STATUS_OK && count == 0)
        status = call_refuse(call, ERROR_MEDIA_NONE, NULL);
    if (status == STATUS_OK && count > ALBUM_MAX)
        status = call_refuse(call, ERROR_MEDIA_TOO_MANY, NULL);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = call_input_file(call, &items[i], &files[i]);
    if (status == STATUS_OK)
        status = check_mix(call, files, count);
    if (status == STATUS_OK)
        status = call_flood(call, target.chat, (int64_t)count);
    if (status == STATUS_OK)
        post_album(call, &target, items, files, count);
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
    struct input_media *items = mem_alloc((count + 1) * sizeof(*items));
    json_array_foreach(media, i, object) {
        status = call_input_media(call, object, true, &items[i]);
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
