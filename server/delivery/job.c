#include "server/delivery/internal.h"

#include <stdlib.h>

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "server/copies.h"

struct job *job_find(struct line *line, struct key key) {
    struct job *job = NULL;
    HASH_FIND(hh, line->jobs, &key, sizeof(key), job);
    return job;
}

struct job *job_add(struct line *line, struct key key) {
    struct job *job = job_find(line, key);
    if (job || HASH_COUNT(line->jobs) >= JOBS_MAX)
        return job;
    job = mem_alloc(sizeof(*job));
    job->key = key;
    HASH_ADD(hh, line->jobs, key, sizeof(job->key), job);
    atomic_fetch_add(&line->delivery->documents, 1);
    return job;
}

void job_drop(struct line *line, struct job *job) {
    if (job->flights)
        return;
    HASH_DEL(line->jobs, job);
    free(job);
    atomic_fetch_sub(&line->delivery->documents, 1);
}

bool job_lane_busy(const struct job *job, int64_t lane) {
    for (const struct flight *flight = job->flights; flight; flight = flight->next)
        if (flight->lane == lane)
            return true;
    return false;
}

bool job_item_flies(const struct job *job, int64_t item) {
    for (const struct flight *flight = job->flights; flight; flight = flight->next)
        if (!flight->is_card && flight->item == item)
            return true;
    return false;
}

bool job_card_flies(const struct job *job, int64_t chat) {
    for (const struct flight *flight = job->flights; flight; flight = flight->next)
        if (flight->is_card && flight->chat == chat)
            return true;
    return false;
}

void job_remove_flight(struct job *job, const struct flight *gone) {
    for (struct flight **at = &job->flights; *at; at = &(*at)->next)
        if (*at == gone) {
            *at = gone->next;
            return;
        }
}

/* --- notes in the document --- */

enum status job_note(struct line *line, const struct settle *settle, bool *ret_released) {
    struct delivery *delivery = line->delivery;
    for (;;) {
        struct error error = {0};
        enum status status = store_settle(delivery->app->store, settle, ret_released, &error);
        if (status == STATUS_OK)
            FAULT(after_settle);
        if (status == STATUS_CONFLICT)
            atomic_fetch_add(&delivery->settle_conflicts, 1);
        if ((status != STATUS_UNAVAILABLE && status != STATUS_UNKNOWN) || delivery_drained(delivery))
            return status;
        log_warning("a delivery cannot be noted yet", LOG_TEXT("collection", collection_name(settle->collection)),
                    LOG_NUMBER("id", settle->id), LOG_TEXT("why", error.text));
        clock_sleep(SECOND);
    }
}

struct settle job_settle(const struct line *line, const struct job *job) {
    return (struct settle){.collection = (enum collection)job->key.collection,
                           .id = job->key.id,
                           .owner = copies_self(line->delivery->app->copies)};
}

enum status job_note_item(struct line *line, const struct job *job, int64_t item) {
    struct settle settle = job_settle(line, job);
    bool released = false;
    settle.items = &item;
    settle.item_count = 1;
    return job_note(line, &settle, &released);
}

void job_drop_item(struct line *line, const struct job *job, int64_t item, const char *why) {
    atomic_fetch_add(&line->delivery->dropped, 1);
    enum status status = job_note_item(line, job, item);
    log_warning("an owed item was dropped",
                LOG_TEXT("collection", collection_name((enum collection)job->key.collection)),
                LOG_NUMBER("id", job->key.id), LOG_TEXT("why", why), LOG_TEXT("noted", status_name(status)));
}

void job_note_card(struct line *line, const struct job *job, const struct card *card, int64_t message) {
    struct settle settle = job_settle(line, job);
    bool released = false;
    const struct card_note note = {*card, message};
    settle.cards = &note;
    settle.card_count = 1;
    if (job_note(line, &settle, &released) == STATUS_OK && card->shown == CARD_GIVEN_UP)
        atomic_fetch_add(&line->delivery->dropped, 1);
}
