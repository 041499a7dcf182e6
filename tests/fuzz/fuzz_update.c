/* telegram/parse on any bytes, as an update. */
#include "telegram/parse.h"

#include <string.h>

#include "core/utf.h"
#include "tests/fuzz/fuzz.h"

static void check_text(const char *text) {
    require(text == NULL || utf_valid(text, strlen(text)));
}

static void check_user(const struct tg_user *user) {
    if (user == NULL)
        return;
    require(user->id > 0 && user->first_name != NULL);
    check_text(user->first_name);
    check_text(user->last_name);
    check_text(user->username);
    check_text(user->language_code);
}

static void check_message(const struct tg_message *message) {
    require(message->chat.id != 0 && message->id >= 0);
    require((message->media.kind == TG_MEDIA_NONE) == (message->media.file_id == NULL));
    check_text(message->text);
    check_text(message->caption);
    check_text(message->media_group_id);
    check_text(message->media.file_id);
    check_user(message->forward_from);
    if (message->contact != NULL) {
        check_text(message->contact->phone_number);
        check_text(message->contact->first_name);
    }
}

static void check_press(const struct tg_callback_query *query) {
    require(query->id != NULL && query->from.id > 0);
    require(query->data == NULL || strlen(query->data) <= TG_CALLBACK_DATA_MAX);
    check_text(query->id);
    check_text(query->data);
}

static void check_update(const struct tg_update *update) {
    require(strspn(update->kind_name, "abcdefghijklmnopqrstuvwxyz_") == strlen(update->kind_name));
    require(tg_update_person(update) >= 0);
    check_user(tg_update_from(update));
    if (update->kind == TG_UPDATE_MESSAGE || update->kind == TG_UPDATE_EDITED_MESSAGE)
        check_message(&update->message);
    else if (update->kind == TG_UPDATE_CALLBACK_QUERY)
        check_press(&update->callback_query);
    else if (update->kind == TG_UPDATE_MY_CHAT_MEMBER)
        require(update->my_chat_member.chat.id != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool ready;
    if (!ready)
        tg_setup();
    ready = true;
    CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);
    struct error error = {0};
    struct tg_update update = {0};
    if (tg_update_parse((const char *)data, size, arena, &update, &error) == STATUS_OK)
        check_update(&update);
    else
        require(error.status == STATUS_INVALID && error.text[0] != '\0');
    return 0;
}
