/* `techsupport webhook`: tells Telegram where the bot is. scripts/set-webhook.sh does the same with curl alone. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/clock.h"
#include "core/parse.h"
#include "server/command.h"
#include "server/commands/webhook.h"
#include "telegram/parse.h"

enum { BYTES_MAX = 4 << 20, CONNECTIONS = 40, CONNECTIONS_MAX = 100 };

struct order {
    const char *certificate, *connections;
    bool drop;
};

static int tell_state(const struct settings *settings, struct arena *arena) {
    struct tg_answer answer;
    struct error error = {0};
    const struct tg_call call = {.method = TG_METHOD_GET_WEBHOOK_INFO};
    if (webhook_call(settings, &call, arena, &answer, &error) != STATUS_OK)
        return command_fail(&error);
    if (!answer.webhook)
        return command_fail(&(struct error){STATUS_UNKNOWN, "the Bot API: the answer cannot be read"});
    webhook_print(stdout, arena, answer.webhook, clock_now());
    return EX_OK;
}

static int call_and_tell(const struct settings *settings, const struct tg_call *call, struct arena *arena) {
    struct tg_answer answer;
    struct error error = {0};
    if (webhook_call(settings, call, arena, &answer, &error) != STATUS_OK)
        return command_fail(&error);
    return tell_state(settings, arena);
}

static int set(const struct settings *settings, const struct order *order, struct arena *arena) {
    int64_t connections = CONNECTIONS;
    struct error error = {0};
    if (order->connections && parse_i64(order->connections, 1, CONNECTIONS_MAX, &connections) != STATUS_OK)
        return command_misused("webhook: --max-connections is a number from 1 to 100");
    if (settings->mode == MODE_POLLING)
        (void)error_set(&error, STATUS_INVALID, "MODE is polling: the bot would remove the webhook at its start");
    else if (!settings->webhook_url)
        (void)error_set(&error, STATUS_INVALID,
                        "WEBHOOK_URL is not set: it must be the public address, such as "
                        "https://bot.example.org/webhook");
    if (error.status != STATUS_OK)
        return command_fail(&error);
    const struct tg_call call = {.method = TG_METHOD_SET_WEBHOOK,
                                 .url = settings->webhook_url,
                                 .secret = settings->webhook_secret,
                                 .max_connections = connections,
                                 .drop_pending = order->drop,
                                 .upload = order->certificate};
    return call_and_tell(settings, &call, arena);
}

static int info(const struct settings *settings, const struct order *order, struct arena *arena) {
    (void)order;
    return tell_state(settings, arena);
}

static int delete (const struct settings *settings, const struct order *order, struct arena *arena) {
    const struct tg_call call = {.method = TG_METHOD_DELETE_WEBHOOK, .drop_pending = order->drop};
    return call_and_tell(settings, &call, arena);
}

static const struct {
    const char *name;
    int (*run)(const struct settings *settings, const struct order *order, struct arena *arena);
    size_t options; /* how many of them it takes, from the first */
} orders[] = {{"set", set, 3}, {"delete", delete, 1}, {"info", info, 0}};

int webhook_command(int count, char **arguments) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(BYTES_MAX);
    struct order order = {0};
    const struct command_option options[] = {{"--drop-pending", NULL, &order.drop},
                                             {"--certificate", &order.certificate, NULL},
                                             {"--max-connections", &order.connections, NULL}};
    struct settings settings;
    struct error error = {0};
    size_t which = 0;
    while (count > 0 && which < sizeof(orders) / sizeof(orders[0]) && strcmp(orders[which].name, arguments[0]) != 0)
        which++;
    if (count == 0 || which == sizeof(orders) / sizeof(orders[0]))
        return command_misused("webhook: expected set, info or delete");
    if (command_options("webhook", count - 1, arguments + 1, options, orders[which].options, &error) != STATUS_OK)
        return command_misused(error.text);
    if (settings_load(arena, &settings, &error) != STATUS_OK)
        return command_fail(&error);
    tg_setup();
    return orders[which].run(&settings, &order, arena);
}
