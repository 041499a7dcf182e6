/* simulator/sim: the whole server in one struct behind one lock. */
#ifndef SIMULATOR_SIM_H
#define SIMULATOR_SIM_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "simulator/calls.h"
#include "simulator/faults.h"
#include "simulator/files.h"
#include "simulator/journal.h"
#include "simulator/update.h"
#include "simulator/world.h"
#include <uthash.h>

enum {
    TOKEN_MAX = 80, /* CM:75 */
    URL_MAX = 2048,
    SECRET_MAX = 256,
    QUERIES_MAX = 50000,             /* presses of which the id is remembered */
    QUERY_ANSWER_TIME = 30 * SECOND, /* "some 15–30 s [obs]" */
    COMMAND_LISTS_MAX = 20000,
    CONNECTIONS_MAX = 100,
    CONNECTIONS_DEFAULT = 40,
};

struct webhook_settings {
    char url[URL_MAX], secret[SECRET_MAX + 1];
    int64_t max_connections;
    bool paused, own_certificate;
    int64_t last_error_at; /* wall clock, seconds */
    char last_error[256];
    int64_t set_allowed_at; /* monotonic: one setWebhook a second */
};

struct query { /* a press */
    char id[24];
    int64_t from, chat, made_at;
    bool answered;
    UT_hash_handle hh;
};

struct delivery; /* simulator/webhook.c */
struct load;     /* simulator/load.c */

struct sim {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* broadcast by sim_changed */
    bool stopping;
    uint64_t changes; /* rises with every sim_changed */

    char token[TOKEN_MAX + 1];
    json_t *bot; /* User object */
    struct world world;
    struct updates updates;
    struct files files;
    struct calls calls;
    struct journal journal;
    struct faults faults;
    struct limits limits;
    struct query *queries;
    json_t *commands;     /* "scope/chat/user/language" → array of BotCommand */
    json_t *descriptions; /* "description/language", "short_description/language" → text */
    struct webhook_settings webhook;
    double retry_scale;
    struct delivery *delivery; /* NULL until it is started */
    size_t streams;            /* of events, open */
    const char *name;          /* of this server beside its addresses; NULL: none */
    json_t *demo;              /* what `hooks status` said last; NULL: nothing yet */
    int64_t demo_at;           /* when, monotonic */
    const char *hooks;         /* the program that runs them; NULL: there are none */
    struct load *load;         /* NULL: none is under way */
};

/* `token` must have the shape of one: digits, ':', more. */
MUST_CHECK enum status sim_init(struct sim *sim, const char *token);
void sim_free(struct sim *sim);

int64_t sim_bot_id(const struct sim *sim);
void sim_lock(struct sim *sim);
void sim_unlock(struct sim *sim);
/* Waits, with the lock held and given up meanwhile, for sim_changed; false when the monotonic `deadline` is over or the
 * simulator stops. Look again at what was waited for after every return. */
bool sim_wait(struct sim *sim, int64_t deadline);
/* Wakes everybody who waits. With the lock held. */
void sim_changed(struct sim *sim);
/* The same after a change of what is to be delivered. */
void sim_deliver(struct sim *sim);
/* All waits end, new ones do not begin. */
void sim_stop(struct sim *sim);

/* A press: remembers its id. With the lock held; never NULL. */
struct query *sim_add_query(struct sim *sim, int64_t from, int64_t chat);

#endif
