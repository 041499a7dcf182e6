/* What a person sees, and what the server knows. */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "simulator/commands.h"
#include "simulator/control.h"
#include "simulator/image.h"
#include "simulator/text.h"

enum { PEOPLE_SHOWN_MAX = 1000, CHATS_SHOWN_MAX = 1000, LOG_SHOWN = 200, LOG_SHOWN_MAX = 5000 };

static const char *text_in(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static json_t *media_view(const struct sim *sim, const json_t *message) {
    static const char *const fields[] = {"photo", "video",      "animation", "audio",
                                         "voice", "video_note", "sticker",   "document"};
    static const char *const shown[] = {"file_name", "duration", "title", "performer", "emoji", "width", "height"};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        json_t *media = json_object_get(message, fields[i]);
        if (!media)
            continue;
        if (json_is_array(media))
            media = json_array_get(media, json_array_size(media) - 1);
        json_t *view = json_pack("{ss ss sI}", "type", fields[i], "file_id", text_in(media, "file_id"), "file_size",
                                 json_integer_value(json_object_get(media, "file_size")));
        for (size_t j = 0; j < sizeof(shown) / sizeof(shown[0]); j++)
            if (json_object_get(media, shown[j]))
                json_object_set(view, shown[j], json_object_get(media, shown[j]));
        const struct file *file = files_find(&sim->files, text_in(media, "file_id"));
        if (file && image_type(file->data, (size_t)file->size))
            json_object_set_new(view, "viewable", json_true());
        return view;
    }
    return NULL;
}

static void copy_fields(const json_t *from, json_t *to) {
    static const char *const fields[] = {"date",
                                         "edit_date",
                                         "media_group_id",
                                         "text",
                                         "entities",
                                         "caption",
                                         "caption_entities",
                                         "contact",
                                         "location",
                                         "users_shared",
                                         "forward_origin",
                                         "message_thread_id",
                                         "forum_topic_created",
                                         "has_media_spoiler"};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        json_t *value = json_object_get(from, fields[i]);
        if (value)
            json_object_set(to, fields[i], value);
    }
}

static void add_html(const json_t *json, json_t *view) {
    bool is_text = json_object_get(json, "text");
    if (!is_text && !json_object_get(json, "caption"))
        return;
    char *html = text_to_html(text_in(json, is_text ? "text" : "caption"),
                              json_object_get(json, is_text ? "entities" : "caption_entities"));
    json_object_set_new(view, "html", json_string(html));
    free(html);
}

static json_t *message_view(const struct sim *sim, const struct message *message) {
    json_t *json = message->json, *view = json_pack("{sI}", "message_id", (json_int_t)message->id);
    json_object_set_new(view, "from", message->from ? json_integer((json_int_t)message->from) : json_string("bot"));
    copy_fields(json, view);
    add_html(json, view);
    json_t *media = media_view(sim, json), *reply_to = json_object_get(json, "reply_to_message");
    if (media)
        json_object_set_new(view, "media", media);
    if (reply_to)
        json_object_set(view, "reply_to", json_object_get(reply_to, "message_id"));
    json_t *rows = json_object_get(json_object_get(json, "reply_markup"), "inline_keyboard");
    if (rows)
        json_object_set(view, "inline_keyboard", rows);
    if (message->markup)
        json_object_set(view, "reply_markup", message->markup);
    json_object_set_new(view, "deleted", json_boolean(message->deleted));
    return view;
}

static json_t *keyboard_view(const struct chat *chat) {
    if (!chat->keyboard)
        return json_null();
    json_t *view = json_pack("{sO}", "rows", json_object_get(chat->keyboard, "keyboard"));
    static const char *const flags[] = {"one_time_keyboard", "resize_keyboard", "is_persistent"};
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (json_is_true(json_object_get(chat->keyboard, flags[i])))
            json_object_set_new(view, flags[i], json_true());
    if (*text_in(chat->keyboard, "input_field_placeholder"))
        json_object_set_new(view, "placeholder", json_string(text_in(chat->keyboard, "input_field_placeholder")));
    return view;
}

static json_t *answers_view(const struct chat *chat) {
    json_t *list = json_array();
    for (size_t i = 0; i < chat->answer_count; i++)
        json_array_append_new(list, json_pack("{ss ss sb}", "callback_query_id", chat->answers[i].query_id, "text",
                                              chat->answers[i].text, "show_alert", chat->answers[i].show_alert));
    return list;
}

static void fill_chat(struct control *control, const struct chat *chat, int64_t id) {
    int64_t who = params_int_in(control->query, "person", id, 1, INT64_MAX);
    const struct person *person = world_person(&control->sim->world, who);
    json_t *messages = json_array();
    for (size_t i = 0; i < chat->count; i++)
        json_array_append_new(messages, message_view(control->sim, chat->messages[i]));
    json_object_update_new(
        control->result,
        json_pack("{sI sO so so so so sb}", "version", (json_int_t)chat->version, "chat", chat->json, "messages",
                  messages, "reply_keyboard", keyboard_view(chat), "callback_answers", answers_view(chat), "commands",
                  commands_for(control->sim, id, who, person ? text_in(person->user, "language_code") : ""), "blocked",
                  person && person->blocked));
}

static int64_t deadline_of(const struct control *control) {
    return clock_monotonic() + params_int_in(control->query, "timeout", 0, 0, CONTROL_WAIT_MAX);
}

enum status control_view_chat(struct control *control) {
    struct sim *sim = control->sim;
    int64_t id = params_int(control->query, "id"),
            version = params_int_in(control->query, "version", -1, -1, INT64_MAX);
    int64_t deadline = deadline_of(control);
    const struct chat nobody = {.json = json_object()};
    sim_lock(sim);
    const struct chat *chat = world_chat(&sim->world, id);
    while ((chat ? chat->version : 0) <= version && sim_wait(sim, deadline))
        chat = world_chat(&sim->world, id);
    chat = world_chat(&sim->world, id);
    fill_chat(control, chat ? chat : &nobody, id);
    sim_unlock(sim);
    json_decref(nobody.json);
    return STATUS_OK;
}

enum status control_view_calls(struct control *control) {
    const char *method = params_text(control->query, "method");
    struct sim *sim = control->sim;
    int64_t since = params_int(control->query, "since"), deadline = deadline_of(control);
    sim_lock(sim);
    while (sim->calls.last <= since && sim_wait(sim, deadline))
        continue;
    json_object_update_new(control->result, calls_json(&sim->calls, since, *method ? method : NULL));
    sim_unlock(sim);
    return STATUS_OK;
}

static json_t *people_view(const struct sim *sim) {
    json_t *list = json_array();
    struct person *person, *next;
    HASH_ITER(hh, sim->world.people, person, next) {
        if (json_array_size(list) >= PEOPLE_SHOWN_MAX)
            break;
        json_t *view = json_copy(person->user);
        json_object_set_new(view, "blocked", json_boolean(person->blocked));
        json_object_set_new(view, "wrote", json_boolean(world_chat(&sim->world, person->id)));
        json_array_append_new(list, view);
    }
    return list;
}

static json_t *chats_view(const struct sim *sim) {
    json_t *list = json_array();
    struct chat *chat, *next;
    HASH_ITER(hh, sim->world.chats, chat, next) {
        if (json_array_size(list) >= PEOPLE_SHOWN_MAX)
            break;
        json_t *view = json_pack("{sI sI ss sO?}", "id", (json_int_t)chat->id, "messages", (json_int_t)chat->count,
                                 "title", text_in(chat->json, "title"), "members", chat->members);
        json_array_append_new(list, view);
    }
    return list;
}

static json_t *webhook_view(const struct sim *sim) {
    return json_pack("{ss sI sb ss}", "url", sim->webhook.url, "max_connections",
                     (json_int_t)sim->webhook.max_connections, "paused", sim->webhook.paused, "last_error",
                     sim->webhook.last_error);
}

json_t *control_state(const struct sim *sim) {
    return json_pack("{sI sI sI sI so sO so so sO sO sb sO*}", "pending", (json_int_t)sim->updates.waiting_count,
                     "delivered", (json_int_t)sim->updates.delivered, "failed_attempts",
                     (json_int_t)sim->updates.failed_attempts, "dropped", (json_int_t)sim->updates.dropped, "webhook",
                     webhook_view(sim), "calls", sim->calls.counts, "people", people_view(sim), "chats",
                     chats_view(sim), "bot", sim->bot, "descriptions", sim->descriptions, "hooks",
                     control_has_hooks(sim), "demo", sim->demo);
}

json_t *control_chat_versions(const struct sim *sim) {
    json_t *list = json_array();
    const struct chat *chat = sim->world.by_change ? sim->world.by_change->prev : NULL;
    size_t left = HASH_COUNT(sim->world.chats);
    for (left = left < CHATS_SHOWN_MAX ? left : CHATS_SHOWN_MAX; left > 0; left--, chat = chat->prev)
        json_array_append_new(list,
                              json_pack("{sI sI}", "id", (json_int_t)chat->id, "version", (json_int_t)chat->version));
    return list;
}

bool control_has_hooks(const struct sim *sim) {
    return sim->hooks;
}

enum status control_view_log(struct control *control) {
    const int64_t limit = params_int_in(control->query, "limit", LOG_SHOWN, 1, LOG_SHOWN_MAX);
    json_t *entries = json_array();
    sim_lock(control->sim);
    const struct journal *journal = &control->sim->journal;
    int64_t since = params_int_in(control->query, "since", journal->last - limit, INT64_MIN, journal->last);
    for (since = since < journal->first - 1 ? journal->first - 1 : since;
         since < journal->last && (int64_t)json_array_size(entries) < limit;)
        json_array_append_new(entries, json_loads(journal_at(journal, ++since), 0, NULL));
    sim_unlock(control->sim);
    json_object_set_new(control->result, "entries", entries);
    return STATUS_OK;
}

enum status control_view_faults(struct control *control) {
    sim_lock(control->sim);
    json_object_set_new(control->result, "faults", faults_json(&control->sim->faults));
    sim_unlock(control->sim);
    return STATUS_OK;
}

enum status control_view_state(struct control *control) {
    struct sim *sim = control->sim;
    int64_t deadline = deadline_of(control);
    bool wait = strcmp(params_text(control->query, "wait"), "idle") == 0;
    sim_lock(sim);
    while (wait && sim->updates.waiting_count > 0 && sim_wait(sim, deadline))
        continue;
    json_t *state = control_state(sim);
    json_object_update_new(control->result, json_deep_copy(state)); /* it leaves the lock */
    json_decref(state);
    sim_unlock(sim);
    return STATUS_OK;
}
