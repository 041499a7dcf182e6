#include "simulator/update.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/random.h"

void updates_init(struct updates *updates, struct journal *journal) {
    *updates = (struct updates){
        .next_id = 100000000 + random_below(800000000), .next_own_queue = (int64_t)1 << 60, .journal = journal};
}

static void forget(struct updates *updates, struct update *update) {
    HASH_DEL(updates->by_id, update);
    updates->count--;
    updates->bytes -= update->length;
    free(update->body);
    free(update);
}

void updates_free(struct updates *updates) {
    struct update *update, *next;
    HASH_ITER(hh, updates->by_id, update, next)
    forget(updates, update);
    json_decref(updates->allowed);
}

static const char *const off_by_default[] = {"chat_member", "message_reaction", "message_reaction_count"};

bool updates_allowed(const struct updates *updates, const char *kind) {
    size_t index;
    json_t *name;
    if (!updates->allowed) {
        for (size_t i = 0; i < sizeof(off_by_default) / sizeof(off_by_default[0]); i++)
            if (strcmp(off_by_default[i], kind) == 0)
                return false;
        return true;
    }
    json_array_foreach(updates->allowed, index,
                       name) if (json_is_string(name) && strcmp(json_string_value(name), kind) == 0) return true;
    return false;
}

/* Settled updates make room, oldest first: uthash iterates in the order of insertion. */
static bool make_room(struct updates *updates, size_t length) {
    struct update *update, *next;
    if (updates->count < UPDATES_MAX && updates->bytes + length <= UPDATES_BYTES_MAX)
        return true;
    size_t wanted = UPDATES_MAX / 100;
    HASH_ITER(hh, updates->by_id, update, next) {
        if (update->waiting)
            continue;
        forget(updates, update);
        if (--wanted == 0)
            break;
    }
    return updates->count < UPDATES_MAX && updates->bytes + length <= UPDATES_BYTES_MAX;
}

int64_t updates_take_id(struct updates *updates) {
    return updates->next_id++;
}

char *update_body(int64_t id, const json_t *update) {
    struct buffer body;
    const char *key;
    json_t *value;
    buffer_init(&body, (size_t)8 << 20);
    buffer_add_format(&body, "{\"update_id\":%lld", (long long)id);
    const char *comma = ",\n";
    json_object_foreach((json_t *)(uintptr_t)update, key, value) {
        if (strcmp(key, "update_id") == 0)
            continue;
        json_t *name = json_string(key);
        char *name_text = json_dumps(name, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);
        buffer_add(&body, comma);
        buffer_add(&body, name_text);
        buffer_add(&body, ":");
        buffer_add(&body, text);
        comma = ",";
        free(text);
        free(name_text);
        json_decref(name);
    }
    buffer_add(&body, "}");
    return buffer_take(&body);
}

enum status updates_push_body(struct updates *updates, int64_t id, char *body, int64_t queue, int64_t lifetime) {
    size_t length = strlen(body);
    enum status status = length > UPDATE_BYTES_MAX    ? STATUS_INVALID
                         : updates_find(updates, id)  ? STATUS_CONFLICT
                         : make_room(updates, length) ? STATUS_OK
                                                      : STATUS_FULL;
    if (status != STATUS_OK) {
        free(body);
        return status;
    }
    int64_t now = clock_monotonic();
    struct update *update = mem_alloc(sizeof(*update));
    *update = (struct update){.id = id,
                              .queue = queue ? queue : updates->next_own_queue++,
                              .body = body,
                              .length = length,
                              .expires_at = now + lifetime,
                              .wake_at = now,
                              .waiting = true};
    HASH_ADD(hh, updates->by_id, id, sizeof(update->id), update);
    DL_APPEND(updates->waiting, update);
    updates->waiting_count++;
    updates->count++;
    updates->bytes += length;
    journal_update(updates->journal, body);
    return STATUS_OK;
}

enum status updates_push(struct updates *updates, const char *kind, const json_t *content, int64_t queue,
                         int64_t lifetime, int64_t *ret_id) {
    if (!updates_allowed(updates, kind)) {
        *ret_id = 0;
        return STATUS_OK;
    }
    int64_t id = updates_take_id(updates);
    json_t *update = json_object();
    json_object_set(update, kind, (json_t *)(uintptr_t)content);
    char *body = update_body(id, update);
    json_decref(update);
    enum status status = updates_push_body(updates, id, body, queue, lifetime);
    if (status == STATUS_OK)
        *ret_id = id;
    return status;
}

struct update *updates_find(const struct updates *updates, int64_t id) {
    struct update *update = NULL;
    HASH_FIND(hh, updates->by_id, &id, sizeof(id), update);
    return update;
}

void updates_settle(struct updates *updates, struct update *update) {
    if (!update->waiting)
        return;
    DL_DELETE(updates->waiting, update);
    update->waiting = update->in_flight = false;
    updates->waiting_count--;
}

void updates_clear(struct updates *updates) {
    struct update *update, *next;
    DL_FOREACH_SAFE(updates->waiting, update, next)
    if (!update->in_flight)
        updates_settle(updates, update);
}
