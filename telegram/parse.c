#include "telegram/parse.h"

#include <assert.h>
#include <string.h>

#include "telegram/entities.h"
#include "telegram/json.h"

/* Maxima of what is kept, in bytes. Telegram's own limits are far below (a name has 64 characters, a text 4,096); a
 * string beyond them is refused rather than let into the arena. They bound the memory that one update can take. */
enum {
    TEXT_BYTES = 64 * 1024,
    NAME_BYTES = 1024,
    WORD_BYTES = 128,
    CALLBACK_ID_BYTES = 128,
    DESCRIPTION_BYTES = 1024,
    WEBHOOK_TEXT_MAX = 4096,
    KIND_NAME_BYTES = 64
};
/* Telegram's ids have at most 52 significant bits (core.telegram.org/bots/api#user, #chat). */
static const int64_t ID_MAX = (INT64_C(1) << 53) - 1;

static const char *const chat_type_names[] = {
#define X(id, name) [TG_CHAT_##id] = name,
    TG_CHAT_TYPES(X)
#undef X
};

static enum tg_chat_type read_chat_type(const struct json_scope *chat) {
    const char *type = json_text(chat, "type", JSON_REQUIRED, WORD_BYTES);
    for (size_t i = 0; type && i < sizeof(chat_type_names) / sizeof(chat_type_names[0]); i++) {
        if (strcmp(type, chat_type_names[i]) == 0)
            return (enum tg_chat_type)i;
    }
    json_fail(chat, "type", "unknown");
    return TG_CHAT_PRIVATE;
}

static struct tg_chat read_chat(const struct json_scope *scope, const char *key) {
    struct json_scope chat = json_enter(scope, key, JSON_REQUIRED);
    struct tg_chat result = {.id = json_integer_in(&chat, "id", JSON_REQUIRED, -ID_MAX, ID_MAX),
                             .type = read_chat_type(&chat)};
    if (result.id == 0)
        json_fail(&chat, "id", "zero");
    return result;
}

static struct tg_user read_user(const struct json_scope *user) {
    return (struct tg_user){
        .id = json_integer_in(user, "id", JSON_REQUIRED, 1, ID_MAX),
        .is_bot = json_flag(user, "is_bot"),
        .first_name = json_text(user, "first_name", JSON_REQUIRED, NAME_BYTES),
        .last_name = json_text(user, "last_name", JSON_OPTIONAL, NAME_BYTES),
        .username = json_text(user, "username", JSON_OPTIONAL, WORD_BYTES),
        .language_code = json_text(user, "language_code", JSON_OPTIONAL, WORD_BYTES),
    };
}

static struct tg_user read_from(const struct json_scope *scope) {
    struct json_scope from = json_enter(scope, "from", JSON_REQUIRED);
    return read_user(&from);
}

static const struct tg_user *read_user_optional(const struct json_scope *scope, const char *key) {
    struct json_scope user = json_enter(scope, key, JSON_OPTIONAL);
    if (!user.object)
        return NULL;
    struct tg_user value = read_user(&user);
    return arena_memdup(scope->reader->arena, &value, sizeof(value));
}

/* An anonymous admin or a channel comes as `sender_chat`, with a made-up person in `from`. */
static const struct tg_user *read_sender(const struct json_scope *message) {
    return json_has(message, "sender_chat") ? NULL : read_user_optional(message, "from");
}

static const struct tg_user *read_forward_from(const struct json_scope *message) {
    struct json_scope origin = json_enter(message, "forward_origin", JSON_OPTIONAL);
    return origin.object ? read_user_optional(&origin, "sender_user") : NULL;
}

static int64_t read_shared_user(const struct json_scope *message) {
    struct json_scope shared = json_enter(message, "users_shared", JSON_OPTIONAL);
    const json_t *first = json_array_get(json_field(&shared, "users"), 0);
    struct json_scope user = {message->reader, json_is_object(first) ? first : NULL, &shared, "users"};
    return json_integer_in(&user, "user_id", JSON_OPTIONAL, 1, ID_MAX);
}

static const struct tg_contact *read_contact(const struct json_scope *message) {
    struct json_scope contact = json_enter(message, "contact", JSON_OPTIONAL);
    if (!contact.object)
        return NULL;
    struct tg_contact value = {
        .phone_number = json_text(&contact, "phone_number", JSON_REQUIRED, WORD_BYTES),
        .first_name = json_text(&contact, "first_name", JSON_REQUIRED, NAME_BYTES),
        .user_id = json_integer_in(&contact, "user_id", JSON_OPTIONAL, 1, ID_MAX),
    };
    return arena_memdup(message->reader->arena, &value, sizeof(value));
}

/* --- media --- */

static const char *const media_names[] = {
#define X(id, name) [TG_MEDIA_##id] = name,
    TG_MEDIA_KINDS(X)
#undef X
};
static_assert(sizeof(media_names) / sizeof(media_names[0]) == TG_MEDIA_COUNT, "a name for each kind");

static int64_t photo_area(const json_t *size) {
    json_int_t width = json_integer_value(json_object_get(size, "width"));
    json_int_t height = json_integer_value(json_object_get(size, "height"));
    bool usual = width >= 0 && height >= 0 && width <= INT32_MAX && height <= INT32_MAX;
    return usual ? width * height : 0;
}

/* The biggest of the sizes. They come in rising order, but nothing promises it. */
static const json_t *photo_biggest(const struct json_scope *message) {
    const json_t *sizes = json_field(message, "photo");
    const json_t *best = json_array_get(sizes, 0);
    size_t index;
    json_t *size;
    json_array_foreach(sizes, index, size) {
        if (photo_area(size) >= photo_area(best))
            best = size;
    }
    if (!json_is_object(best))
        json_fail(message, "photo", "not an array of sizes");
    return json_is_object(best) ? best : NULL;
}

/* An animation comes with `document` too, so it is looked for before all others. */
static enum tg_media_kind media_kind(const struct json_scope *message) {
    if (json_has(message, media_names[TG_MEDIA_ANIMATION]))
        return TG_MEDIA_ANIMATION;
    for (enum tg_media_kind kind = TG_MEDIA_NONE + 1; kind < TG_MEDIA_COUNT; kind++) {
        if (json_has(message, media_names[kind]))
            return kind;
    }
    return TG_MEDIA_NONE;
}

static struct tg_media read_media(const struct json_scope *message) {
    struct tg_media media = {.kind = media_kind(message)};
    if (media.kind == TG_MEDIA_NONE)
        return media;
    struct json_scope file = {message->reader, NULL, message, media_names[media.kind]};
    if (media.kind == TG_MEDIA_PHOTO)
        file.object = photo_biggest(message);
    else
        file = json_enter(message, file.name, JSON_REQUIRED);
    media.file_id = json_text(&file, "file_id", JSON_REQUIRED, TG_FILE_ID_MAX);
    if (media.file_id && !*media.file_id)
        json_fail(&file, "file_id", "empty");
    return media;
}

/* --- messages --- */

/* What a person sends and we do not use. Every other field without text, media or contact is a service message's. */
static const char *const unused_contents[] = {"location",
                                              "venue",
                                              "poll",
                                              "dice",
                                              "game",
                                              "story",
                                              "invoice",
                                              "paid_media",
                                              "checklist",
                                              "giveaway",
                                              "giveaway_winners",
                                              "rich_message"};

static bool is_service(const struct json_scope *message, const struct tg_message *read) {
    if (read->text || read->caption || read->media.kind != TG_MEDIA_NONE || read->contact || read->shared_user)
        return false;
    for (size_t i = 0; i < sizeof(unused_contents) / sizeof(unused_contents[0]); i++) {
        if (json_has(message, unused_contents[i]))
            return false;
    }
    return true;
}

/* `message_thread_id` without the flag is a thread of replies, which is no topic and cannot be sent to. */
static int64_t read_topic(const struct json_scope *message) {
    int64_t thread = json_integer_in(message, "message_thread_id", JSON_OPTIONAL, 0, INT64_MAX);
    return json_flag(message, "is_topic_message") ? thread : 0;
}

static struct tg_message read_message(const struct json_scope *message) {
    struct tg_message result = {
        .id = json_integer_in(message, "message_id", JSON_REQUIRED, 0, INT64_MAX),
        .date = json_integer_in(message, "date", JSON_REQUIRED, 0, INT64_MAX),
        .edit_date = json_integer_in(message, "edit_date", JSON_OPTIONAL, 0, INT64_MAX),
        .thread_id = read_topic(message),
        .chat = read_chat(message, "chat"),
        .from = read_sender(message),
        .text = json_text(message, "text", JSON_OPTIONAL, TEXT_BYTES),
        .caption = json_text(message, "caption", JSON_OPTIONAL, TEXT_BYTES),
        .media_group_id = json_text(message, "media_group_id", JSON_OPTIONAL, WORD_BYTES),
        .media = read_media(message),
        .contact = read_contact(message),
        .forwarded = json_has(message, "forward_origin"),
        .forward_from = read_forward_from(message),
        .shared_user = read_shared_user(message),
    };
    result.html = entities_html(message, "entities", result.text);
    result.service = is_service(message, &result);
    return result;
}

/* Data is as the client sent it. Longer data than a button can have is none of ours, yet the press wants its answer. */
static const char *read_data(const struct json_scope *query) {
    const json_t *data = json_field(query, "data");
    if (data && json_string_length(data) > TG_CALLBACK_DATA_MAX)
        return NULL;
    return json_text(query, "data", JSON_OPTIONAL, TG_CALLBACK_DATA_MAX);
}

static struct tg_callback_query read_callback_query(const struct json_scope *query) {
    struct tg_callback_query result = {
        .id = json_text(query, "id", JSON_REQUIRED, CALLBACK_ID_BYTES),
        .data = read_data(query),
        .from = read_from(query),
    };
    struct json_scope message = json_enter(query, "message", JSON_OPTIONAL);
    if (message.object) {
        struct tg_chat chat = read_chat(&message, "chat");
        result.chat_id = chat.id;
        result.chat_type = chat.type;
        result.message_id = json_integer_in(&message, "message_id", JSON_REQUIRED, 0, INT64_MAX);
    }
    return result;
}

static bool member_can_write(const struct json_scope *member, enum tg_chat_type chat_type) {
    const char *status = json_text(member, "status", JSON_REQUIRED, WORD_BYTES);
    if (!status || strcmp(status, "left") == 0 || strcmp(status, "kicked") == 0)
        return false;
    if (strcmp(status, "restricted") == 0)
        return json_flag(member, "is_member") && json_flag(member, "can_send_messages");
    if (chat_type == TG_CHAT_CHANNEL)
        return json_flag(member, "can_post_messages");
    return true;
}

static struct tg_member_update read_member_update(const struct json_scope *scope) {
    struct tg_member_update result = {.chat = read_chat(scope, "chat"), .from = read_from(scope)};
    struct json_scope member = json_enter(scope, "new_chat_member", JSON_REQUIRED);
    result.can_write = member_can_write(&member, result.chat.type);
    return result;
}

/* --- updates --- */

static const char *const kind_names[] = {
#define X(id, name) [TG_UPDATE_##id] = name,
    TG_UPDATE_KINDS(X)
#undef X
};

static enum tg_update_kind find_kind(const struct json_scope *root) {
    enum tg_update_kind kind = 0;
    while (kind < TG_UPDATE_OTHER && !json_has(root, kind_names[kind]))
        kind++;
    return kind;
}

static bool is_kind_name(const char *key) {
    size_t length = strspn(key, "abcdefghijklmnopqrstuvwxyz_");
    return length > 0 && key[length] == '\0' && length <= KIND_NAME_BYTES;
}

/* The first key that could be a kind's; it ends up in logs and labels of metrics. */
static const char *other_kind_name(const json_t *root, struct arena *arena) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)root, key, value) {
        if (strcmp(key, "update_id") != 0 && is_kind_name(key))
            return arena_strdup(arena, key);
    }
    return kind_names[TG_UPDATE_OTHER];
}

static struct tg_update read_update(const struct json_scope *root) {
    struct tg_update update = {.id = json_integer_in(root, "update_id", JSON_REQUIRED, 0, INT64_MAX),
                               .kind = find_kind(root)};
    if (update.kind == TG_UPDATE_OTHER) {
        update.kind_name = other_kind_name(root->object, root->reader->arena);
        return update;
    }
    update.kind_name = kind_names[update.kind];
    struct json_scope part = json_enter(root, update.kind_name, JSON_REQUIRED);
    if (update.kind == TG_UPDATE_CALLBACK_QUERY)
        update.callback_query = read_callback_query(&part);
    else if (update.kind == TG_UPDATE_MY_CHAT_MEMBER)
        update.my_chat_member = read_member_update(&part);
    else
        update.message = read_message(&part);
    return update;
}

enum status tg_update_parse(const char *json, size_t length, struct arena *arena, struct tg_update *ret_update,
                            struct error *error) {
    json_auto_t *root = json_read_object(json, length, error);
    if (!root)
        return STATUS_INVALID;
    struct json_reader reader = {.arena = arena, .error = error};
    struct json_scope scope = {&reader, root, NULL, "update"};
    struct tg_update update = read_update(&scope);
    if (reader.failed)
        return STATUS_INVALID;
    *ret_update = update;
    return STATUS_OK;
}

const struct tg_user *tg_update_from(const struct tg_update *update) {
    switch (update->kind) {
    case TG_UPDATE_MESSAGE:
    case TG_UPDATE_EDITED_MESSAGE:
        return update->message.from;
    case TG_UPDATE_CALLBACK_QUERY:
        return &update->callback_query.from;
    case TG_UPDATE_MY_CHAT_MEMBER:
        return &update->my_chat_member.from;
    default:
        return NULL;
    }
}

int64_t tg_update_person(const struct tg_update *update) {
    const struct tg_user *from = tg_update_from(update);
    return from ? from->id : 0;
}

/* --- answers --- */

/* A result that is not what we know is left out: the call was carried out all the same. */
static void read_message_id(const json_t *message, struct tg_answer *answer) {
    const json_t *id = json_object_get(message, "message_id");
    if (json_is_integer(id) && answer->message_count < TG_ALBUM_MAX)
        answer->message_ids[answer->message_count++] = json_integer_value(id);
}

/* Without a list Telegram sends all kinds that we use. */
static bool lacks_kind(const json_t *allowed) {
    bool lacks = false;
    for (size_t i = 0; i < TG_UPDATE_OTHER && json_array_size(allowed) > 0; i++) {
        bool found = false;
        size_t index;
        json_t *kind;
        json_array_foreach(allowed, index, kind) if (json_is_string(kind)) found =
            found || strcmp(json_string_value(kind), kind_names[i]) == 0;
        lacks = lacks || !found;
    }
    return lacks;
}

static void read_webhook(const json_t *result, struct arena *arena, struct tg_answer *answer) {
    struct json_reader reader = {.arena = arena};
    struct json_scope scope = {&reader, result, NULL, "result"};
    const char *url = json_text(&scope, "url", JSON_OPTIONAL, WEBHOOK_TEXT_MAX);
    const struct tg_webhook_info info = {
        .url = url ? url : "",
        .has_custom_certificate = json_flag(&scope, "has_custom_certificate"),
        .lacks_kind = lacks_kind(json_object_get(result, "allowed_updates")),
        .pending = json_integer_in(&scope, "pending_update_count", JSON_REQUIRED, 0, INT64_MAX),
        .ip = json_text(&scope, "ip_address", JSON_OPTIONAL, WEBHOOK_TEXT_MAX),
        .failed_at = json_integer_in(&scope, "last_error_date", JSON_OPTIONAL, 0, INT64_MAX),
        .reason = json_text(&scope, "last_error_message", JSON_OPTIONAL, WEBHOOK_TEXT_MAX),
        .max_connections = json_integer_in(&scope, "max_connections", JSON_OPTIONAL, 0, INT64_MAX),
    };
    if (!reader.failed)
        answer->webhook = arena_memdup(arena, &info, sizeof(info));
}

static void read_result(const json_t *result, struct arena *arena, struct tg_answer *answer) {
    size_t index;
    json_t *item;
    read_message_id(result, answer);
    json_array_foreach(result, index, item) read_message_id(item, answer);
    if (json_has(&(struct json_scope){.object = result}, "pending_update_count"))
        read_webhook(result, arena, answer);
    if (!json_has(&(struct json_scope){.object = result}, "is_bot"))
        return;
    struct json_reader reader = {.arena = arena};
    struct json_scope scope = {&reader, result, NULL, "result"};
    struct tg_user user = read_user(&scope);
    if (!reader.failed)
        answer->user = arena_memdup(arena, &user, sizeof(user));
}

/* Of no more than DESCRIPTION_BYTES; the border of a character is kept. */
static const char *read_description(const json_t *root, struct arena *arena) {
    const json_t *value = json_object_get(root, "description");
    size_t length = json_string_length(value);
    if (length > DESCRIPTION_BYTES)
        for (length = DESCRIPTION_BYTES; (json_string_value(value)[length] & 0xC0) == 0x80;)
            length--;
    return length > 0 ? arena_strndup(arena, json_string_value(value), length) : "";
}

enum status tg_answer_parse(const char *json, size_t length, struct arena *arena, struct tg_answer *ret_answer,
                            struct error *error) {
    json_auto_t *root = json_read_object(json, length, error);
    if (!root)
        return STATUS_INVALID;
    const json_t *ok = json_object_get(root, "ok");
    const json_t *code = json_object_get(root, "error_code");
    const json_t *parameters = json_object_get(root, "parameters");
    if (!json_is_boolean(ok) || (json_is_false(ok) && !json_is_integer(code)))
        return error_set(error, STATUS_INVALID, "no answer of the Bot API");
    json_int_t error_code = json_integer_value(code);
    struct tg_answer answer = {
        .ok = json_is_true(ok),
        .error_code = error_code > 0 && error_code < 1000 ? (int)error_code : 0,
        .description = read_description(root, arena),
        .retry_after = json_integer_value(json_object_get(parameters, "retry_after")),
        .migrate_to_chat_id = json_integer_value(json_object_get(parameters, "migrate_to_chat_id")),
    };
    if (answer.ok)
        read_result(json_object_get(root, "result"), arena, &answer);
    *ret_answer = answer;
    return STATUS_OK;
}
