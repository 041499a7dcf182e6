/* getUpdates and the methods around the webhook. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "core/arena.h"
#include "core/clock.h"
#include "simulator/methods.h"

enum { LIMIT_MAX = 100, TIMEOUT_MAX = 50, HASTE = SECOND / 2 };

/* allowed_updates stays as it was when it is absent; an empty list means the default. */
static void take_allowed(struct call *call) {
    json_t *allowed = NULL;
    if (params_json(call->params, "allowed_updates", &allowed) != STATUS_OK)
        return;
    if (json_is_array(allowed)) {
        json_decref(call->sim->updates.allowed);
        call->sim->updates.allowed = json_array_size(allowed) > 0 ? json_incref(allowed) : NULL;
    }
    json_decref(allowed);
}

/* Everything below a positive offset is confirmed; a negative one keeps only the last. */
static void confirm(struct sim *sim, int64_t offset) {
    struct update *update, *next;
    size_t extra =
        offset < 0 && sim->updates.waiting_count > (size_t)-offset ? sim->updates.waiting_count - (size_t)-offset : 0;
    DL_FOREACH_SAFE(sim->updates.waiting, update, next) {
        bool over = offset > 0 ? update->id < offset : extra > 0;
        if (offset < 0 && extra > 0)
            extra--;
        if (!over)
            continue;
        sim->updates.delivered++;
        updates_settle(&sim->updates, update);
    }
    sim_changed(sim);
}

static json_t *collect(struct sim *sim, int64_t limit) {
    json_t *list = json_array();
    struct update *update, *next;
    int64_t now = clock_monotonic();
    DL_FOREACH_SAFE(sim->updates.waiting, update, next) {
        if (limit == 0)
            break;
        if (update->expires_at <= now) {
            sim->updates.dropped++;
            updates_settle(&sim->updates, update);
            continue;
        }
        json_array_append_new(list, json_loads(update->body, 0, NULL));
        journal_attempt(
            &sim->journal,
            &(struct attempt){.update_id = update->id, .number = ++update->attempts, .status = 200, .retry_in = -1});
        limit--;
    }
    return list;
}

/* The same offset again within half a second brings one update (C:15717). Under the simulator's lock. */
static int64_t limit_haste(int64_t offset, int64_t limit) {
    static struct {
        int64_t offset, at;
        bool any;
    } previous;
    const int64_t now = clock_monotonic();
    const bool hasty = previous.any && previous.offset == offset && now < previous.at + HASTE;
    previous.offset = offset;
    previous.at = now;
    previous.any = true;
    return hasty ? 1 : limit;
}

enum status method_get_updates(struct call *call) {
    struct sim *sim = call->sim;
    int64_t offset = params_int(call->params, "offset");
    int64_t limit = params_int_in(call->params, "limit", LIMIT_MAX, 1, LIMIT_MAX);
    int64_t timeout = params_int_in(call->params, "timeout", 0, 0, TIMEOUT_MAX);
    if (*sim->webhook.url)
        return call_refuse(call, ERROR_WEBHOOK_ACTIVE, NULL);
    limit = limit_haste(offset, limit);
    int64_t generation = ++sim->updates.poll_generation;
    sim_changed(sim);
    take_allowed(call);
    if (offset != 0)
        confirm(sim, offset);
    int64_t deadline = clock_monotonic() + timeout * SECOND;
    while (sim->updates.waiting_count == 0 && sim_wait(sim, deadline)) {
        if (*sim->webhook.url)
            return call_refuse(call, ERROR_POLL_WEBHOOK, NULL);
        if (sim->updates.poll_generation != generation)
            return call_refuse(call, ERROR_OTHER_POLLER, NULL);
    }
    call->result = collect(sim, limit);
    return STATUS_OK;
}

static enum status check_webhook(struct call *call, const char *url, const char *secret) {
    static const char unallowed_free[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *scheme_end = strstr(url, "://");
    bool scheme_good = !scheme_end || strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
    if (!scheme_good || strlen(url) >= URL_MAX || strpbrk(url, " \t\n") || !*(scheme_end ? scheme_end + 3 : url))
        return call_refuse(call, ERROR_WEBHOOK_URL, NULL);
    if (strlen(secret) > SECRET_MAX)
        return call_refuse(call, ERROR_SECRET_LENGTH, NULL);
    if (strspn(secret, unallowed_free) != strlen(secret))
        return call_refuse(call, ERROR_SECRET_CHARACTERS, NULL);
    return STATUS_OK;
}

static bool has_certificate(const struct call *call) {
    return params_upload(call->params, "certificate", params_text(call->params, "certificate")) != NULL;
}

static bool is_same_webhook(const struct call *call, const char *url, const char *secret, int64_t connections) {
    const struct webhook_settings *webhook = &call->sim->webhook;
    return strcmp(webhook->url, url) == 0 && strcmp(webhook->secret, secret) == 0 &&
           (!*url || webhook->max_connections == connections) && webhook->own_certificate == has_certificate(call) &&
           !params_bool(call->params, "drop_pending_updates");
}

static void store_webhook(struct sim *sim, const char *url, const char *secret, int64_t connections) {
    struct webhook_settings *webhook = &sim->webhook;
    (void)snprintf(webhook->url, sizeof(webhook->url), "%s", url);
    (void)snprintf(webhook->secret, sizeof(webhook->secret), "%s", secret);
    webhook->max_connections = connections;
    webhook->last_error_at = 0;
    sim->updates.poll_generation++;
    sim_deliver(sim);
}

static enum status set_webhook(struct call *call, const char *url, const char *secret) {
    struct webhook_settings *webhook = &call->sim->webhook;
    int64_t connections = params_int_in(call->params, "max_connections", CONNECTIONS_DEFAULT, 1, CONNECTIONS_MAX);
    bool had = *webhook->url;
    call->result = json_true();
    if (is_same_webhook(call, url, secret, connections)) {
        take_allowed(call);
        call->note = *url ? "Webhook is already set" : "Webhook is already deleted";
        return STATUS_OK;
    }
    if (params_bool(call->params, "drop_pending_updates"))
        updates_clear(&call->sim->updates);
    store_webhook(call->sim, url, secret, connections);
    call->sim->webhook.own_certificate = has_certificate(call);
    if (*url)
        take_allowed(call);
    call->note = *url ? "Webhook was set" : had ? "Webhook was deleted" : "Webhook is already deleted";
    return STATUS_OK;
}

enum status method_set_webhook(struct call *call) {
    const char *url = params_text(call->params, "url"), *secret = params_text(call->params, "secret_token");
    struct webhook_settings *webhook = &call->sim->webhook;
    int64_t now = clock_monotonic();
    if (!*url)
        return set_webhook(call, "", "");
    if (now < webhook->set_allowed_at) {
        call->retry_after = 1;
        return call_refuse_number(call, ERROR_TOO_MANY, 1);
    }
    webhook->set_allowed_at = now + SECOND;
    enum status status = check_webhook(call, url, secret);
    return status == STATUS_OK ? set_webhook(call, url, secret) : status;
}

enum status method_delete_webhook(struct call *call) {
    return set_webhook(call, "", "");
}

enum status method_get_webhook_info(struct call *call) {
    const struct webhook_settings *webhook = &call->sim->webhook;
    call->result = json_pack("{ss sb sI}", "url", webhook->url, "has_custom_certificate", webhook->own_certificate,
                             "pending_update_count", (json_int_t)call->sim->updates.waiting_count);
    if (webhook->last_error_at > 0) {
        json_object_set_new(call->result, "last_error_date", json_integer((json_int_t)webhook->last_error_at));
        json_object_set_new(call->result, "last_error_message", json_string(webhook->last_error));
    }
    if (*webhook->url) {
        json_object_set_new(call->result, "max_connections", json_integer((json_int_t)webhook->max_connections));
        json_object_set_new(call->result, "ip_address", json_string("127.0.0.1"));
    }
    if (call->sim->updates.allowed)
        json_object_set(call->result, "allowed_updates", call->sim->updates.allowed);
    return STATUS_OK;
}
