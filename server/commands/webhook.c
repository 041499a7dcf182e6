#include "server/commands/webhook.h"

#include <inttypes.h>
#include <string.h>

#include "core/clock.h"

struct sender_settings webhook_sender(const struct settings *settings) {
    return (struct sender_settings){
        .api_url = settings->telegram_api_url, .token = settings->bot_token, .timeout = WEBHOOK_CALL_TIMEOUT};
}

enum status webhook_call(const struct settings *settings, const struct tg_call *call, struct arena *arena,
                         struct tg_answer *ret_answer, struct error *error) {
    const struct sender_settings sender = webhook_sender(settings);
    struct tg_answer answer;
    enum status status = sender_call_once(&sender, call, arena, &answer, error);
    if (status != STATUS_OK)
        return status;
    if (!answer.ok && (answer.error_code == 401 || answer.error_code == 404))
        return error_set(error, STATUS_INVALID,
                         "Telegram does not know this token (%d): copy it again from @BotFather into BOT_TOKEN",
                         answer.error_code);
    if (!answer.ok && (answer.error_code >= 500 || answer.error_code == 429))
        return error_set(error, STATUS_UNAVAILABLE, "Telegram is busy (%d): try again", answer.error_code);
    if (!answer.ok)
        return error_set(error, STATUS_INVALID, "Telegram refused: %.160s", answer.description);
    *ret_answer = answer;
    return STATUS_OK;
}

/* A path with a colon in it is what a token in an address looks like. */
const char *webhook_shown(struct arena *arena, const char *url) {
    const char *host = strstr(url, "://");
    const size_t start = host ? (size_t)(host + 3 - url) : 0;
    const size_t path = start + strcspn(url + start, "/?#");
    const size_t length = path + strcspn(url + path, "?#");
    if (memchr(url + path, ':', length - path))
        return arena_printf(arena, "%.*s/…", (int)path, url);
    return arena_strndup(arena, url, length);
}

/* Telegram's reasons (td/telegram/net, WebhookActor.cpp) by a part of them; the first that fits. */
static const struct {
    const char *part, *advice;
} reasons[] = {
    {"401", "the secret differs from the one that was registered: run `techsupport webhook set` again"},
    {"403", "something in front of the bot keeps Telegram out: does nginx see Telegram's addresses as they are?"},
    {"404", "the path differs: is WEBHOOK_URL the same here and in nginx?"},
    {"405", "something in front of the bot does not let POST through"},
    {"413", "something in front of the bot lets too little through: nginx needs client_max_body_size 1m"},
    {"502", "nginx does not reach the bot: does it run?"},
    {"503", "the bot could not store the update: look at /readyz and the log"},
    {"504", "the bot did not answer nginx in time: look at /readyz and the log"},
    {"certificate", "the certificate: a self-signed one must be uploaded with `techsupport webhook set --certificate "
                    "FILE`, another one needs its whole chain and must not have ended"},
    {"SSL", "the TLS of the address: is it nginx that listens there, with a certificate for this name?"},
    {"refused", "nothing listens at the address: does nginx run, and is the port open?"},
    {"timed out", "the address does not answer: does a firewall keep Telegram out?"},
    {"resolve", "the host's name cannot be found: is it in the DNS?"},
};

const char *webhook_advice(const char *reason) {
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (strstr(reason, reasons[i].part))
            return reasons[i].advice;
    return "look at the log of nginx and of the bot";
}

void webhook_print(FILE *file, struct arena *arena, const struct tg_webhook_info *info, int64_t now) {
    if (!*info->url) {
        fprintf(file,
                "No webhook is set: Telegram keeps updates for somebody who asks (MODE=polling).\n"
                "Waiting updates: %" PRId64 "\n",
                info->pending);
        return;
    }
    fprintf(file, "Address: %s%s%s%s\n", webhook_shown(arena, info->url), info->ip ? " (" : "",
            info->ip ? info->ip : "", info->ip ? ")" : "");
    fprintf(file, "Certificate: %s\n", info->has_custom_certificate ? "our own, uploaded" : "by a known authority");
    fprintf(file, "Connections at once: at most %" PRId64 "\n", info->max_connections);
    fprintf(file, "Kinds of updates: %s\n",
            info->lacks_kind ? "some are missing: run `techsupport webhook set` again" : "all that the bot uses");
    fprintf(file, "Waiting updates: %" PRId64 "\n", info->pending);
    if (info->failed_at == 0 || !info->reason)
        fprintf(file, "Last failure: none\n");
    else
        fprintf(file, "Last failure: %" PRId64 " min ago, %.200s\n  %s\n", (now / SECOND - info->failed_at) / 60,
                info->reason, webhook_advice(info->reason));
}
