#include "simulator/control.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "simulator/webhook.h"

struct route {
    const char *method, *path;
    control_run *run;
};

static const struct route routes[] = {
#define X(method, path, function) {method, path, function},
    CONTROL_ROUTES(X)
#undef X
};

enum status control_fail(struct control *control, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(control->error, sizeof(control->error), format, arguments);
    va_end(arguments);
    return STATUS_INVALID;
}

int64_t control_int(const struct control *control, const char *key, int64_t fallback) {
    const json_t *value = json_object_get(control->body, key);
    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

const char *control_text(const struct control *control, const char *key) {
    return json_string_value(json_object_get(control->body, key));
}

enum status control_person(struct control *control, struct person **ret_person) {
    int64_t id = control_int(control, "from", 0);
    struct person *person = world_person(&control->sim->world, id);
    if (!person)
        return control_fail(control, "no person %" PRId64 ": make one with POST /sim/person", id);
    *ret_person = person;
    return STATUS_OK;
}

enum status control_chat(struct control *control, const struct person *person, struct chat **ret_chat) {
    int64_t id = control_int(control, "chat", person->id);
    if (id == person->id) {
        enum status status = world_open_private(&control->sim->world, person, ret_chat);
        return status == STATUS_OK ? status : control_fail(control, "too many chats");
    }
    struct chat *chat = world_chat(&control->sim->world, id);
    if (!chat || !chat_has_member(chat, person->id))
        return control_fail(control, "%" PRId64 " is in no chat %" PRId64, person->id, id);
    *ret_chat = chat;
    return STATUS_OK;
}

enum status control_queued(struct control *control, enum status status, int64_t id) {
    if (status != STATUS_OK)
        return control_fail(control, "the update could not be queued: %s", status_name(status));
    json_object_set_new(control->result, "update_id", id ? json_integer((json_int_t)id) : json_null());
    return STATUS_OK;
}

enum status control_push(struct control *control, const char *kind, const json_t *content, int64_t queue,
                         int64_t lifetime) {
    int64_t id = 0;
    enum status status = updates_push(&control->sim->updates, kind, content, queue, lifetime, &id);
    sim_deliver(control->sim);
    return control_queued(control, status, id);
}

static const struct route *find_route(const char *method, const char *path, bool *ret_path_known) {
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].path, path) != 0)
            continue;
        *ret_path_known = true;
        if (strcmp(routes[i].method, method) == 0)
            return &routes[i];
    }
    return NULL;
}

static char *finish(struct control *control, bool ok) {
    json_t *answer = json_pack("{sb}", "ok", ok);
    if (ok)
        json_object_update(answer, control->result);
    else
        json_object_set_new(answer, "error", json_string(control->error));
    char *text = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
    json_decref(control->result);
    return text;
}

char *control_handle(struct sim *sim, const struct control_request *request, int *ret_status) {
    struct control control = {.sim = sim, .query = request->query, .result = json_object()};
    json_error_t error = {.text = ""};
    bool known = false;
    const struct route *route = find_route(request->method, request->path, &known);
    *ret_status = known ? 405 : 404;
    if (!route) {
        (void)control_fail(&control, known ? "no such method for /sim/%s" : "no /sim/%s", request->path);
        return finish(&control, false);
    }
    *ret_status = 400;
    const bool raw = route->run == control_upload;
    if (raw) {
        control.raw = request->body;
        control.raw_type = request->type;
        control.raw_length = request->length;
    }
    json_t *json = !raw && request->length > 0 ? json_loadb(request->body, request->length, 0, &error) : json_object();
    if (!json_is_object(json)) {
        (void)control_fail(&control, "the body is no JSON object: %s", error.text);
        json_decref(json);
        return finish(&control, false);
    }
    control.body = json;
    bool ok = route->run(&control) == STATUS_OK;
    if (ok)
        *ret_status = 200;
    json_decref(json);
    return finish(&control, ok);
}

/* ---- the small ones ---- */

enum status control_set_person(struct control *control) {
    struct person *person = NULL;
    sim_lock(control->sim);
    enum status status = world_set_person(&control->sim->world, control->body, &person);
    sim_changed(control->sim);
    sim_unlock(control->sim);
    return status == STATUS_OK        ? STATUS_OK
           : status == STATUS_INVALID ? control_fail(control, "a person needs a positive id and a first_name")
                                      : control_fail(control, "too many people");
}

static void set_group_traits(struct control *control, struct chat *chat) {
    const json_t *admins = json_object_get(control->body, "admins"), *forum = json_object_get(control->body, "forum");
    chat->kicked = json_is_true(json_object_get(control->body, "kicked"));
    chat->left = false;
    if (json_is_array(admins)) {
        json_decref(chat->admins);
        chat->admins = json_deep_copy(admins);
    }
    world_set_forum(&control->sim->world, chat, forum ? json_is_true(forum) : chat->topics != NULL);
}

enum status control_group(struct control *control) {
    struct chat *chat = NULL;
    const char *title = control_text(control, "title");
    sim_lock(control->sim);
    enum status status = world_set_group(&control->sim->world, control_int(control, "id", 0), title ? title : "Group",
                                         json_object_get(control->body, "members"), &chat);
    if (status == STATUS_OK)
        set_group_traits(control, chat);
    sim_changed(control->sim);
    sim_unlock(control->sim);
    return status == STATUS_OK ? STATUS_OK
                               : control_fail(control, "a group needs a negative id and at most 1000 members");
}

enum status control_add_fault(struct control *control) {
    const char *why = "too many faults";
    sim_lock(control->sim);
    enum status status = faults_add(&control->sim->faults, control->body, &why);
    sim_unlock(control->sim);
    return status == STATUS_OK ? STATUS_OK : control_fail(control, "%s", why);
}

enum status control_clear_faults(struct control *control) {
    sim_lock(control->sim);
    faults_clear(&control->sim->faults);
    sim_changed(control->sim);
    sim_unlock(control->sim);
    return STATUS_OK;
}

enum status control_webhook(struct control *control) {
    sim_lock(control->sim);
    const json_t *scale = json_object_get(control->body, "retry_scale");
    control->sim->webhook.paused = json_is_true(json_object_get(control->body, "paused"));
    if (json_is_number(scale) && json_number_value(scale) >= 0)
        control->sim->retry_scale = json_number_value(scale);
    sim_deliver(control->sim);
    sim_unlock(control->sim);
    return STATUS_OK;
}

enum status control_limits(struct control *control) {
    sim_lock(control->sim);
    limits_set(&control->sim->limits, json_is_true(json_object_get(control->body, "real")));
    sim_unlock(control->sim);
    return STATUS_OK;
}

/* ---- updates made or repeated by hand ---- */

static enum status read_times(struct control *control, size_t *ret_times) {
    int64_t times = control_int(control, "times", 1);
    if (times < 1 || times > POST_TIMES_MAX)
        return control_fail(control, "times must be between 1 and %d", POST_TIMES_MAX);
    *ret_times = (size_t)times;
    return STATUS_OK;
}

/* Posts `body` (taken; NULL: there is none) to the webhook or the URL of the request. */
static enum status post_body(struct control *control, char *body, size_t times) {
    char url[URL_MAX], secret[SECRET_MAX + 1];
    long statuses[POST_TIMES_MAX];
    const char *given = control_text(control, "url");
    sim_lock(control->sim);
    (void)snprintf(url, sizeof(url), "%s", given ? given : control->sim->webhook.url);
    (void)snprintf(secret, sizeof(secret), "%s", control->sim->webhook.secret);
    sim_unlock(control->sim);
    if (!*url || !body) {
        free(body);
        return control_fail(control, body ? "there is no webhook" : "there is no such update any more");
    }
    webhook_post(url, secret, body, times, json_is_true(json_object_get(control->body, "parallel")), statuses);
    json_t *list = json_array();
    for (size_t i = 0; i < times; i++)
        json_array_append_new(list, json_integer(statuses[i]));
    json_object_set_new(control->result, "statuses", list);
    free(body);
    return STATUS_OK;
}

enum status control_redeliver(struct control *control) {
    size_t times = 1;
    enum status status = read_times(control, &times);
    if (status != STATUS_OK)
        return status;
    sim_lock(control->sim);
    const struct update *update = updates_find(&control->sim->updates, control_int(control, "update_id", 0));
    char *body = update ? mem_strdup(update->body) : NULL;
    sim_unlock(control->sim);
    return post_body(control, body, times);
}

enum status control_deliver(struct control *control) {
    size_t times = 1;
    const json_t *update = json_object_get(control->body, "update");
    const json_t *id = json_object_get(update, "update_id");
    enum status status = read_times(control, &times);
    if (status != STATUS_OK)
        return status;
    if (!json_is_object(update) || !json_is_integer(id))
        return control_fail(control, "update must be an object with an update_id");
    return post_body(control, update_body(json_integer_value(id), update), times);
}

enum status control_update(struct control *control) {
    const json_t *update = json_object_get(control->body, "update");
    if (!json_is_object(update))
        return control_fail(control, "update must be an object");
    const json_t *given = json_object_get(update, "update_id");
    sim_lock(control->sim);
    int64_t id = json_is_integer(given) ? json_integer_value(given) : updates_take_id(&control->sim->updates);
    enum status status = updates_push_body(&control->sim->updates, id, update_body(id, update),
                                           control_int(control, "queue", 0), UPDATE_LIFETIME);
    sim_deliver(control->sim);
    sim_unlock(control->sim);
    if (status != STATUS_OK)
        return control_fail(control, "the update could not be queued: %s", status_name(status));
    json_object_set_new(control->result, "update_id", json_integer((json_int_t)id));
    return STATUS_OK;
}
