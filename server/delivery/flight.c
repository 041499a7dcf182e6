#include "server/delivery/flight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/log.h"

static const char *const outcome_names[SENDER_OUTCOME_COUNT] = {
#define X(id, name) name,
    SENDER_OUTCOMES(X)
#undef X
};

struct flight *flight_new(const struct flight *plan) {
    struct flight *flight = mem_alloc(sizeof(*flight));
    *flight = *plan;
    return flight;
}

void flight_free(struct flight *flight) {
    free(flight);
}

void flight_note(struct flight *flight, const struct sender_result *result) {
    flight->outcome = result->outcome;
    flight->waited = result->waited;
    flight->took = result->took;
    flight->attempts = result->attempts;
    if (!result->answer)
        return;
    flight->error_code = result->answer->error_code;
    if (result->answer->message_count > 0)
        flight->message = result->answer->message_ids[0];
    int length = (int)strcspn(result->answer->description, "\"«");
    snprintf(flight->why, sizeof(flight->why), "%.*s", length, result->answer->description);
}

void flight_log(const struct flight *flight) {
    enum log_level level = flight->outcome == SENDER_REFUSED ? LOG_WARNING : LOG_DEBUG;
    if (log_wants(level))
        LOG_EVENT(level, "delivery", LOG_TEXT("collection", collection_name(flight->collection)),
                  LOG_NUMBER("id", flight->id), LOG_NUMBER("chat", flight->chat),
                  LOG_TEXT("kind", flight->is_card ? "card" : owed_kind_name(flight->kind)),
                  LOG_TEXT("outcome", outcome_names[flight->outcome]), LOG_NUMBER("code", flight->error_code),
                  LOG_TEXT("why", flight->why), LOG_NUMBER("attempts", flight->attempts),
                  LOG_NUMBER("waited_ms", flight->waited), LOG_NUMBER("took_ms", flight->took));
}
