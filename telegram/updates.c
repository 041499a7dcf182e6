#include "telegram/updates.h"

#include <string.h>

#include "core/parse.h"
#include "telegram/json.h"

/* Where the id is that a kind is queued by. Ids have at most 53 bits, the kind goes above them. */
static const struct {
    const char *kind, *part;
    int64_t base;
} queues[] = {
    {"message", "chat", INT64_C(1) << 56},
    {"edited_message", "chat", INT64_C(1) << 56},
    {"callback_query", "from", INT64_C(2) << 56},
    {"my_chat_member", "chat", INT64_C(3) << 56},
};
static const int64_t ID_MAX = (INT64_C(1) << 53) - 1;

static int64_t queue_of(const json_t *update) {
    for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
        const json_t *part = json_object_get(json_object_get(update, queues[i].kind), queues[i].part);
        const json_int_t id = json_integer_value(json_object_get(part, "id"));
        if (id != 0 && id >= -ID_MAX && id <= ID_MAX)
            return queues[i].base + id;
    }
    return 0;
}

static enum status read_one(const json_t *update, struct arena *arena, struct tg_raw_update *ret_update,
                            struct error *error) {
    const json_int_t id = json_integer_value(json_object_get(update, "update_id"));
    if (id <= 0 || id == INT64_MAX)
        return error_set(error, STATUS_INVALID, "an update without an id");
    const size_t length = json_dumpb(update, NULL, 0, JSON_COMPACT);
    char *text = arena_alloc(arena, length + 1);
    (void)json_dumpb(update, text, length, JSON_COMPACT);
    text[length] = '\0';
    *ret_update = (struct tg_raw_update){.id = id, .queue = queue_of(update), .json = text, .length = length};
    return STATUS_OK;
}

static enum status read_all(const json_t *list, struct arena *arena, struct tg_updates *updates, struct error *error) {
    size_t index;
    json_t *update;
    json_array_foreach(list, index, update) {
        if (updates->count == TG_UPDATES_MAX)
            return STATUS_OK; /* more than was asked for comes again */
        enum status status = read_one(update, arena, &updates->items[updates->count], error);
        if (status != STATUS_OK)
            return status;
        updates->count++;
    }
    return STATUS_OK;
}

enum status tg_updates_parse(const char *json, size_t length, struct arena *arena, struct tg_updates *ret_updates,
                             struct error *error) {
    json_auto_t *root = json_read_object(json, length, error);
    if (!root)
        return STATUS_INVALID;
    struct tg_updates *updates = ARENA_NEW(arena, struct tg_updates);
    updates->answer = (struct tg_answer){.ok = json_is_true(json_object_get(root, "ok")), .description = ""};
    enum status status = updates->answer.ok ? read_all(json_object_get(root, "result"), arena, updates, error)
                                            : tg_answer_parse(json, length, arena, &updates->answer, error);
    if (status == STATUS_OK)
        *ret_updates = *updates;
    return status;
}

/* In people's texts a quotation mark is escaped, so that this is only found where an update begins. */
int64_t tg_updates_find_id(const char *bytes, size_t length, int64_t above) {
    static const char start[] = "{\"update_id\":";
    const char *end = bytes + length;
    for (const char *at = bytes; (at = memmem(at, (size_t)(end - at), start, strlen(start)));) {
        at += strlen(start);
        size_t digits = 0;
        while (at + digits < end && at[digits] >= '0' && at[digits] <= '9')
            digits++;
        int64_t id;
        if (at + digits < end && parse_i64_bytes(at, digits, 1, INT64_MAX - 1, &id) == STATUS_OK && id > above)
            return id;
    }
    return 0;
}
