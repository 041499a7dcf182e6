#include "simulator/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/parse.h"
#include "core/random.h"
#include "simulator/webhook.h"

enum status sim_init(struct sim *sim, const char *token) {
    pthread_condattr_t attributes;
    int64_t bot_id = 0;
    *sim = (struct sim){.retry_scale = 1};
    const char *colon = strchr(token, ':');
    if (!colon || !colon[1] || strlen(token) > TOKEN_MAX || strchr(token, '/') || *token == '0' ||
        parse_i64_bytes(token, (size_t)(colon - token), 1, INT64_C(1) << 54, &bot_id) != STATUS_OK)
        return STATUS_INVALID;
    pthread_mutex_init(&sim->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&sim->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    (void)snprintf(sim->token, sizeof(sim->token), "%s", token);
    sim->bot = json_pack("{sI sb ss ss}", "id", (json_int_t)bot_id, "is_bot", 1, "first_name", "TechSupport",
                         "username", "techsupport_bot");
    sim->commands = json_object();
    sim->descriptions = json_object();
    journal_init(&sim->journal);
    updates_init(&sim->updates, &sim->journal);
    calls_init(&sim->calls);
    limits_set(&sim->limits, false);
    return STATUS_OK;
}

void sim_free(struct sim *sim) {
    struct query *query, *next;
    HASH_ITER(hh, sim->queries, query, next) {
        HASH_DEL(sim->queries, query);
        free(query);
    }
    world_free(&sim->world);
    updates_free(&sim->updates);
    files_free(&sim->files);
    calls_free(&sim->calls);
    journal_free(&sim->journal);
    faults_clear(&sim->faults);
    limits_set(&sim->limits, false);
    json_decref(sim->bot);
    json_decref(sim->demo);
    json_decref(sim->commands);
    json_decref(sim->descriptions);
    pthread_cond_destroy(&sim->changed);
    pthread_mutex_destroy(&sim->lock);
}

int64_t sim_bot_id(const struct sim *sim) {
    return json_integer_value(json_object_get(sim->bot, "id"));
}

void sim_lock(struct sim *sim) {
    pthread_mutex_lock(&sim->lock);
}

void sim_unlock(struct sim *sim) {
    pthread_mutex_unlock(&sim->lock);
}

bool sim_wait(struct sim *sim, int64_t deadline) {
    if (sim->stopping || clock_monotonic() >= deadline)
        return false;
    const struct timespec until = {.tv_sec = (time_t)(deadline / SECOND),
                                   .tv_nsec = (long)(deadline % SECOND) * 1000000};
    (void)pthread_cond_timedwait(&sim->changed, &sim->lock, &until);
    return !sim->stopping;
}

void sim_changed(struct sim *sim) {
    sim->changes++;
    pthread_cond_broadcast(&sim->changed);
}

void sim_deliver(struct sim *sim) {
    sim_changed(sim);
    if (sim->delivery)
        delivery_wake(sim->delivery);
}

void sim_stop(struct sim *sim) {
    sim_lock(sim);
    sim->stopping = true;
    sim_deliver(sim);
    sim_unlock(sim);
}

struct query *sim_add_query(struct sim *sim, int64_t from, int64_t chat) {
    if (HASH_COUNT(sim->queries) >= QUERIES_MAX) { /* uthash keeps the order of insertion: the first is the oldest */
        struct query *oldest = sim->queries;
        HASH_DEL(sim->queries, oldest);
        free(oldest);
    }
    struct query *query = mem_alloc(sizeof(*query));
    (void)snprintf(query->id, sizeof(query->id), "%lld", (long long)random_id());
    query->from = from;
    query->chat = chat;
    query->made_at = clock_monotonic();
    HASH_ADD_STR(sim->queries, id, query);
    return query;
}
