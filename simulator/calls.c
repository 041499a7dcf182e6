#include "simulator/calls.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/clock.h"

void calls_init(struct calls *calls) {
    calls->counts = json_object();
}

static struct call_record *slot(struct calls *calls, int64_t sequence) {
    return &calls->ring[(sequence - 1) % CALLS_MAX];
}

static void drop_params(struct calls *calls, struct call_record *record) {
    if (record->params)
        calls->bytes -= strlen(record->params);
    free(record->params);
    record->params = NULL;
}

static void clear(struct calls *calls, struct call_record *record) {
    drop_params(calls, record);
    free(record->method);
    free(record->description);
    *record = (struct call_record){0};
}

void calls_free(struct calls *calls) {
    for (size_t i = 0; i < CALLS_MAX; i++)
        clear(calls, &calls->ring[i]);
    json_decref(calls->counts);
}

static void count(struct calls *calls, const char *method) {
    json_int_t old = json_integer_value(json_object_get(calls->counts, method));
    if (old == 0 && json_object_size(calls->counts) >= CALL_NAMES_MAX)
        return;
    json_object_set_new(calls->counts, method, json_integer(old + 1));
}

void calls_add(struct calls *calls, const char *method, json_t *params, int status, const char *description) {
    struct call_record *record = slot(calls, ++calls->last);
    clear(calls, record);
    *record = (struct call_record){.sequence = calls->last,
                                   .at = clock_now(),
                                   .method = mem_strdup(method),
                                   .params = json_dumps(params, JSON_COMPACT),
                                   .description = mem_strdup(description),
                                   .status = status};
    json_decref(params);
    calls->bytes += record->params ? strlen(record->params) : 0;
    while (calls->bytes > CALLS_BYTES_MAX && calls->thin < calls->last)
        drop_params(calls, slot(calls, ++calls->thin));
    count(calls, method);
}

static json_t *record_json(const struct call_record *record) {
    json_t *params = record->params ? json_loads(record->params, 0, NULL) : NULL;
    json_t *json =
        json_pack("{sI ss so si sI}", "seq", (json_int_t)record->sequence, "method", record->method, "params",
                  params ? params : json_object(), "status", record->status, "at_ms", (json_int_t)record->at);
    if (record->description)
        json_object_set_new(json, "description", json_string(record->description));
    return json;
}

json_t *calls_json(const struct calls *calls, int64_t since, const char *method) {
    json_t *list = json_array();
    int64_t oldest = calls->last > CALLS_MAX ? calls->last - CALLS_MAX + 1 : 1;
    for (int64_t i = since + 1 > oldest ? since + 1 : oldest; i <= calls->last; i++) {
        const struct call_record *record = &calls->ring[(i - 1) % CALLS_MAX];
        if (!method || strcasecmp(method, record->method) == 0)
            json_array_append_new(list, record_json(record));
    }
    return json_pack("{so sI}", "calls", list, "last", (json_int_t)calls->last);
}
