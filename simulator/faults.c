#include "simulator/faults.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/clock.h"

static const char *const kinds[FAULT_KIND_COUNT] = {
#define X(id, name) name,
    FAULT_KINDS(X)
#undef X
};

static void fault_free(struct sim_fault *fault) {
    free(fault->method);
    free(fault->description);
}

void faults_clear(struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++)
        fault_free(&faults->items[i]);
    faults->count = 0;
    faults->clearings++;
}

static int find_kind(const char *name) {
    for (int i = 0; name && i < FAULT_KIND_COUNT; i++)
        if (strcmp(kinds[i], name) == 0)
            return i;
    return -1;
}

static int64_t number(const json_t *json, const char *key, int64_t fallback) {
    const json_t *value = json_object_get(json, key);
    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

enum status faults_add(struct faults *faults, const json_t *json, const char **ret_why) {
    const char *method = json_string_value(json_object_get(json, "method"));
    int kind = find_kind(json_string_value(json_object_get(json, "kind")));
    int64_t ms = number(json, "ms", 1000), code = number(json, "code", 500);
    const char *why = !method                         ? "method is missing"
                      : kind < 0                      ? "kind must be error, cut_before, cut_after, slow or html"
                      : ms < 0 || ms > FAULT_SLOW_MAX ? "ms must be between 0 and 600000"
                      : code < 300 || code > 599      ? "code must be between 300 and 599"
                                                      : NULL;
    if (why) {
        *ret_why = why;
        return STATUS_INVALID;
    }
    if (faults->count == FAULTS_MAX)
        return STATUS_FULL;
    faults->items[faults->count++] =
        (struct sim_fault){.method = mem_strdup(method),
                           .chat = number(json, "chat", 0),
                           .skip = number(json, "skip", 0),
                           .times = number(json, "times", 1),
                           .kind = (enum fault_kind)kind,
                           .code = (int)code,
                           .description = mem_strdup(json_string_value(json_object_get(json, "description"))),
                           .retry_after = number(json, "retry_after", 0),
                           .migrate_to = number(json, "migrate_to_chat_id", 0),
                           .ms = ms};
    return STATUS_OK;
}

json_t *faults_json(const struct faults *faults) {
    json_t *list = json_array();
    for (size_t i = 0; i < faults->count; i++) {
        const struct sim_fault *fault = &faults->items[i];
        json_array_append_new(list, json_pack("{ss sI ss sI sI si ss* sI sI sI}", "method", fault->method, "chat",
                                              (json_int_t)fault->chat, "kind", kinds[fault->kind], "skip",
                                              (json_int_t)fault->skip, "times", (json_int_t)fault->times, "code",
                                              fault->code, "description", fault->description, "retry_after",
                                              (json_int_t)fault->retry_after, "migrate_to_chat_id",
                                              (json_int_t)fault->migrate_to, "ms", (json_int_t)fault->ms));
    }
    return list;
}

static void remove_at(struct faults *faults, size_t index) {
    fault_free(&faults->items[index]);
    faults->count--;
    memmove(faults->items + index, faults->items + index + 1, (faults->count - index) * sizeof(faults->items[0]));
}

static bool matches(const struct sim_fault *fault, const char *method, int64_t chat) {
    bool method_fits = strcmp(fault->method, "*") == 0 || strcasecmp(fault->method, method) == 0;
    return method_fits && (fault->chat == 0 || fault->chat == chat);
}

bool faults_take(struct faults *faults, const char *method, int64_t chat, struct sim_fault *ret_fault) {
    for (size_t i = 0; i < faults->count; i++) {
        struct sim_fault *fault = &faults->items[i];
        if (!matches(fault, method, chat) || fault->times == 0)
            continue;
        if (fault->skip > 0) {
            fault->skip--;
            continue;
        }
        *ret_fault = *fault;
        ret_fault->method = NULL;
        ret_fault->description = mem_strdup(fault->description);
        if (fault->times > 0 && --fault->times == 0)
            remove_at(faults, i);
        return true;
    }
    return false;
}

struct rate {
    double per_second, burst;
};
static const struct rate rate_all = {30, 30}, rate_chat = {1, 5}, rate_group = {20.0 / 60, 20};

static void free_buckets(struct limits *limits) {
    struct limit_bucket *bucket, *next;
    HASH_ITER(hh, limits->chats, bucket, next) {
        HASH_DEL(limits->chats, bucket);
        free(bucket);
    }
}

void limits_set(struct limits *limits, bool real) {
    free_buckets(limits);
    *limits = (struct limits){.real = real, .all = {.tokens = rate_all.burst, .at = clock_monotonic()}};
}

static void refill(struct limit_bucket *bucket, const struct rate *rate) {
    int64_t now = clock_monotonic();
    bucket->tokens += (double)(now - bucket->at) / SECOND * rate->per_second;
    if (bucket->tokens > rate->burst)
        bucket->tokens = rate->burst;
    bucket->at = now;
}

static struct limit_bucket *bucket_of(struct limits *limits, int64_t chat, const struct rate *rate) {
    struct limit_bucket *bucket = NULL;
    HASH_FIND(hh, limits->chats, &chat, sizeof(chat), bucket);
    if (bucket)
        return bucket;
    if (HASH_COUNT(limits->chats) >= LIMIT_BUCKETS_MAX)
        free_buckets(limits);
    bucket = mem_alloc(sizeof(*bucket));
    *bucket = (struct limit_bucket){.chat = chat, .tokens = rate->burst, .at = clock_monotonic()};
    HASH_ADD(hh, limits->chats, chat, sizeof(bucket->chat), bucket);
    return bucket;
}

int64_t limits_take(struct limits *limits, int64_t chat, int64_t messages) {
    if (!limits->real)
        return 0;
    const struct rate *rate = chat < 0 ? &rate_group : &rate_chat;
    struct limit_bucket *own = bucket_of(limits, chat, rate);
    refill(own, rate);
    refill(&limits->all, &rate_all);
    /* An album may overdraw: it is let through whole when one message would be. */
    if (own->tokens < 1)
        return 1 + (int64_t)((1 - own->tokens) / rate->per_second);
    if (limits->all.tokens < 1)
        return 1;
    own->tokens -= (double)messages;
    limits->all.tokens -= (double)messages;
    return 0;
}
