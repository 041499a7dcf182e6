#include "simulator/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/clock.h"
#include "simulator/methods.h"

struct method {
    const char *name;
    method_run *run;
};

static const struct method methods[] = {
#define X(name, function) {name, function},
    API_METHODS(X)
#undef X
};

static const char json_content[] = "application/json";

static const struct method *find_method(const char *name) {
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (strcasecmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

bool api_allowed_in_answer(const char *method) {
    static const char *const refused[] = {"setWebhook", "deleteWebhook", "close", "logOut"};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        if (strcasecmp(refused[i], method) == 0)
            return false;
    return *method && strncasecmp(method, "get", 3) != 0;
}

static json_t *success_json(const struct call *call) {
    json_t *body = json_pack("{sb sO}", "ok", 1, "result", call->result);
    if (call->note)
        json_object_set_new(body, "description", json_string(call->note));
    return body;
}

static json_t *refusal_json(const struct call *call) {
    json_t *body = json_pack("{sb si ss}", "ok", 0, "error_code", call->code, "description", call->description);
    json_t *parameters = json_object();
    if (call->retry_after > 0)
        json_object_set_new(parameters, "retry_after", json_integer((json_int_t)call->retry_after));
    if (call->migrate_to)
        json_object_set_new(parameters, "migrate_to_chat_id", json_integer((json_int_t)call->migrate_to));
    if (json_object_size(parameters) > 0)
        json_object_set(body, "parameters", parameters);
    json_decref(parameters);
    return body;
}

static void fill_answer(const struct call *call, struct api_answer *answer) {
    json_t *body = call->code ? refusal_json(call) : success_json(call);
    answer->status = call->code ? call->code : 200;
    answer->body = json_dumps(body, JSON_COMPACT | JSON_ENSURE_ASCII);
    answer->type = json_content;
    answer->retry_after = call->retry_after;
    json_decref(body);
}

static void check_request(struct call *call, const struct method *method) {
    if (call->params->too_big)
        (void)call_refuse(call, ERROR_PARAMETERS_TOO_BIG, NULL);
    else if (!method)
        (void)call_refuse(call, ERROR_METHOD, NULL);
    else if (call->params->bad_utf8 || !params_are_utf8(call->params))
        (void)call_refuse(call, ERROR_UTF8, NULL);
}

static void fail_as_told(struct call *call, const struct sim_fault *fault) {
    char text[DESCRIPTION_MAX] = "";
    if (fault->description)
        (void)snprintf(text, sizeof(text), "%s", fault->description);
    else if (fault->migrate_to)
        (void)snprintf(text, sizeof(text), "group chat was upgraded to a supergroup chat");
    else if (fault->retry_after)
        (void)snprintf(text, sizeof(text), "Too Many Requests: retry after %lld", (long long)fault->retry_after);
    else
        (void)snprintf(text, sizeof(text), "made to fail");
    call->code = fault->code;
    call->retry_after = fault->retry_after;
    call->migrate_to = fault->migrate_to;
    api_error_prefix(fault->code, text, call->description, sizeof(call->description));
}

static void fill_html(struct api_answer *answer, int code) {
    char page[256];
    (void)snprintf(page, sizeof(page),
                   "<html>\r\n<head><title>%d</title></head>\r\n<body>\r\n<center><h1>%d</h1></center>\r\n</body>\r\n"
                   "</html>\r\n",
                   code, code);
    answer->status = code;
    answer->body = mem_strdup(page);
    answer->type = "text/html";
}

/* A slow answer comes when its time is over, or when the faults are cleared. */
static void wait_slowly(struct sim *sim, int64_t deadline) {
    uint64_t clearings = sim->faults.clearings;
    while (sim->faults.clearings == clearings && sim_wait(sim, deadline))
        continue;
}

static void log_call(struct call *call, const char *method, const struct api_answer *answer, bool done) {
    json_t *params = call->sim->load ? json_object() : params_describe(call->params); /* under load they are not kept */
    calls_add(&call->sim->calls, method, params, done ? answer->status : 0, call->code ? call->description : NULL);
    sim_changed(call->sim);
}

/* For the journal, now: a slow answer gives up the lock before its entry is written. NULL: nothing is written. */
static json_t *describe_call(const struct call *call, const char *method, const struct api_answer *answer) {
    if (call->sim->journal.paused)
        return NULL;
    const int64_t chat = params_int(call->params, "chat_id");
    json_t *fields = json_pack("{ss so si ss? so}", "method", method, "params", params_describe(call->params), "status",
                               answer->body ? answer->status : 0, "description", call->code ? call->description : NULL,
                               "result", call->result ? json_deep_copy(call->result) : json_null());
    json_object_set_new(fields, "chat", chat ? json_integer((json_int_t)chat) : json_null());
    json_object_set_new(fields, "retry_after",
                        call->retry_after > 0 ? json_integer((json_int_t)call->retry_after) : json_null());
    if (answer->cut)
        json_object_set_new(fields, "cut", json_true());
    return fields;
}

static void journal_call(struct sim *sim, json_t *fields, int64_t began) {
    if (fields)
        json_object_set_new(fields, "ms", json_integer((json_int_t)(clock_monotonic() - began)));
    journal_add(&sim->journal, "call", fields);
    sim_changed(sim);
}

/* Kinds of fault that keep the method from being done. */
static bool is_barred(const struct sim_fault *fault, bool faulty) {
    return faulty &&
           (fault->kind == FAULT_KIND_ERROR || fault->kind == FAULT_KIND_HTML || fault->kind == FAULT_KIND_CUT_BEFORE);
}

void api_run(struct sim *sim, const char *name, const struct params *params, struct api_answer *ret_answer) {
    const struct method *method = find_method(name);
    struct call call = {.sim = sim, .params = params};
    struct sim_fault fault = {0};
    const int64_t began = clock_monotonic();
    if (method)
        name = method->name;
    sim_lock(sim);
    bool faulty = faults_take(&sim->faults, name, params_int(params, "chat_id"), &fault);
    bool barred = is_barred(&fault, faulty);
    check_request(&call, method);
    if (barred && fault.kind == FAULT_KIND_ERROR)
        fail_as_told(&call, &fault);
    if (!barred && !call.code && method->run(&call) != STATUS_OK && !call.code)
        (void)call_refuse(&call, ERROR_METHOD, NULL);
    if (barred && fault.kind == FAULT_KIND_HTML)
        fill_html(ret_answer, fault.code);
    else if (!(barred && fault.kind == FAULT_KIND_CUT_BEFORE))
        fill_answer(&call, ret_answer);
    ret_answer->cut = faulty && (fault.kind == FAULT_KIND_CUT_BEFORE || fault.kind == FAULT_KIND_CUT_AFTER);
    log_call(&call, name, ret_answer, ret_answer->body);
    json_t *entry = describe_call(&call, name, ret_answer);
    if (faulty && fault.kind == FAULT_KIND_SLOW)
        wait_slowly(sim, clock_monotonic() + fault.ms);
    journal_call(sim, entry, began);
    json_decref(call.result);
    sim_unlock(sim);
    free(fault.description);
}

void api_answer_free(struct api_answer *answer) {
    free(answer->body);
    answer->body = NULL;
}

enum status call_refuse(struct call *call, enum api_error error, const char *detail) {
    call->code = api_error_code(error);
    api_error_text(error, detail, call->description, sizeof(call->description));
    return STATUS_INVALID;
}

enum status call_refuse_number(struct call *call, enum api_error error, int64_t number) {
    char text[32];
    (void)snprintf(text, sizeof(text), "%lld", (long long)number);
    return call_refuse(call, error, text);
}
