#include "server/alerts.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "handlers/context.h"
#include "server/roles.h"

enum { CAUSES_MAX = 32, CAUSE_BYTES = 160, RECIPIENTS_MAX = 64, TEXT_BYTES_MAX_OF_ALERT = 256 << 10 };

struct cause {
    char name[CAUSE_BYTES];
    int64_t told_at; /* monotonic */
};

struct recipient {
    int64_t id;
    enum lang lang;
};

struct recipients {
    struct recipient items[RECIPIENTS_MAX];
    size_t count;
    enum lang default_lang;
};

struct alerts {
    struct app *app;
    pthread_mutex_t lock; /* of all below */
    struct cause causes[CAUSES_MAX];
    size_t cause_count;
    struct recipients recipients;
};

struct alerts *alerts_new(struct app *app) {
    struct alerts *alerts = mem_alloc(sizeof(*alerts));
    alerts->app = app;
    pthread_mutex_init(&alerts->lock, NULL);
    return alerts;
}

void alerts_free(struct alerts *alerts) {
    if (!alerts)
        return;
    pthread_mutex_destroy(&alerts->lock);
    free(alerts);
}

static void add_recipient(void *context, const struct user *user) {
    struct recipients *found = context;
    if (user->role == ROLE_SUPER_ADMIN && found->count < RECIPIENTS_MAX)
        found->items[found->count++] = (struct recipient){user->doc.id, user_lang(user, found->default_lang)};
}

enum status alerts_refresh(struct alerts *alerts, struct error *error) {
    struct recipients found = {.default_lang = alerts->app->settings->default_lang};
    enum status status = roles_each(alerts->app->store, add_recipient, &found, error);
    if (status != STATUS_OK)
        return status;
    pthread_mutex_lock(&alerts->lock);
    alerts->recipients = found;
    pthread_mutex_unlock(&alerts->lock);
    return STATUS_OK;
}

/* Under the lock. Whether the cause may be told now; then it has been. Of too many causes the oldest is forgotten. */
static bool take_turn(struct alerts *alerts, const char *name) {
    int64_t now = clock_monotonic();
    struct cause *place = &alerts->causes[0];
    for (size_t i = 0; i < alerts->cause_count; i++) {
        struct cause *known = &alerts->causes[i];
        if (strncmp(known->name, name, CAUSE_BYTES - 1) == 0) {
            if (now - known->told_at < ALERT_PAUSE)
                return false;
            known->told_at = now;
            return true;
        }
        if (known->told_at < place->told_at)
            place = known;
    }
    if (alerts->cause_count < CAUSES_MAX)
        place = &alerts->causes[alerts->cause_count++];
    snprintf(place->name, sizeof(place->name), "%s", name);
    place->told_at = now;
    return true;
}

static void tell(struct alerts *alerts, const struct recipient *recipient, enum text text, const struct text_arg *args,
                 size_t count) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(TEXT_BYTES_MAX_OF_ALERT);
    const struct tg_call call = {.method = TG_METHOD_SEND_MESSAGE,
                                 .chat_id = recipient->id,
                                 .text = text_format(arena, recipient->lang, text, args, count),
                                 .html = true};
    if (sender_submit(alerts->app->direct, &call, SENDER_REPLY, 0, NULL, NULL) != STATUS_OK)
        log_warning("an alert could not be sent", LOG_NUMBER("person", recipient->id));
}

void alerts_tell(struct alerts *alerts, enum text text, const struct text_arg *args, size_t count) {
    pthread_mutex_lock(&alerts->lock);
    const struct recipients recipients = alerts->recipients;
    pthread_mutex_unlock(&alerts->lock);
    for (size_t i = 0; i < recipients.count; i++)
        tell(alerts, &recipients.items[i], text, args, count);
}

bool alerts_raise(struct alerts *alerts, const char *cause, enum text text, const struct text_arg *args, size_t count) {
    pthread_mutex_lock(&alerts->lock);
    const bool turn = take_turn(alerts, cause);
    pthread_mutex_unlock(&alerts->lock);
    if (turn)
        alerts_tell(alerts, text, args, count);
    return turn;
}
