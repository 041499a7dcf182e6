/* The simulator's command line, its start and its end. */
#include <curl/curl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/parse.h"
#include "core/random.h"
#include "simulator/answerer.h"
#include "simulator/http.h"
#include "simulator/sim.h"
#include "simulator/webhook.h"

enum { EXIT_USAGE = 64, EXIT_UNAVAILABLE = 69, STARTERS_MAX = 100, SCALE_MAX = 1000 };

struct options {
    char address[64];
    uint16_t port;
    const char *token, *webhook, *secret, *name, *hooks;
    const char *people[STARTERS_MAX];
    size_t person_count;
    int64_t first_message;
    double retry_scale;
    bool real_limits;
};

static const char usage[] =
    "usage: simulator --token TOKEN [--listen ADDRESS:PORT] [--person ID:FIRST_NAME[:USERNAME[:LANG]]]...\n"
    "                 [--webhook URL] [--secret TEXT] [--limits real|none] [--retry-scale N] [--name NAME]\n"
    "                 [--hooks PROGRAM] [--first-message N] [--quiet]\n"
    "       simulator answerer ADDRESS:PORT API_URL/botTOKEN\n"
    "\n"
    "A local Bot API server with a chat page in the browser and a control API for tests (docs/SIMULATOR.md).\n"
    "\n"
    "  --token TOKEN     the bot's token, of any number, ':' and any text\n"
    "  --listen A:P      where to listen, 127.0.0.1:8081 by default; port 0: any free one\n"
    "  --first-message N the id of the first message in private chats, 1 by default: for a bot that remembers others\n"
    "  --name NAME       a name by which browsers may ask for it, beside its addresses and localhost\n"
    "  --hooks PROGRAM   what it is asked to do and to show is left to this program (docs/SIMULATOR.md)\n"
    "  --person ...      somebody who exists from the start; may be given up to 100 times\n"
    "  --webhook URL     deliver updates there from the start\n"
    "  --secret TEXT     sent as X-Telegram-Bot-Api-Secret-Token\n"
    "  --limits real     answer 429 where Telegram would\n"
    "  --retry-scale N   multiplies the pauses before an update is sent again\n"
    "  --quiet           print nothing but the address\n"
    "  --help            this text\n"
    "\n"
    "`simulator answerer` is a bot that does nothing but answer each update with a message, for measurements.\n";

static const struct option long_options[] = {
    {"listen", required_argument, NULL, 'l'},
    {"hooks", required_argument, NULL, 'k'},
    {"first-message", required_argument, NULL, 'f'},
    {"name", required_argument, NULL, 'n'},
    {"token", required_argument, NULL, 't'},
    {"person", required_argument, NULL, 'p'},
    {"webhook", required_argument, NULL, 'w'},
    {"secret", required_argument, NULL, 's'},
    {"limits", required_argument, NULL, 'm'},
    {"retry-scale", required_argument, NULL, 'r'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static enum status set_listen(struct options *options, const char *text) {
    const char *colon = strrchr(text, ':');
    int64_t port = 0;
    if (!colon || (size_t)(colon - text) >= sizeof(options->address) ||
        parse_i64(colon + 1, 0, UINT16_MAX, &port) != STATUS_OK)
        return STATUS_INVALID;
    (void)snprintf(options->address, sizeof(options->address), "%.*s", (int)(colon - text), text);
    options->port = (uint16_t)port;
    return STATUS_OK;
}

static enum status set_option(struct options *options, int option, const char *value) {
    switch (option) {
    case 'l':
        return set_listen(options, value);
    case 'k':
        options->hooks = value;
        return STATUS_OK;
    case 'f':
        return parse_i64(value, 1, INT32_MAX / 2, &options->first_message);
    case 'n':
        options->name = value;
        return STATUS_OK;
    case 't':
        options->token = value;
        return STATUS_OK;
    case 'w':
        options->webhook = value;
        return STATUS_OK;
    case 's':
        options->secret = value;
        return STATUS_OK;
    case 'p':
        if (options->person_count == STARTERS_MAX)
            return STATUS_INVALID;
        options->people[options->person_count++] = value;
        return STATUS_OK;
    case 'm':
        options->real_limits = strcmp(value, "real") == 0;
        return options->real_limits || strcmp(value, "none") == 0 ? STATUS_OK : STATUS_INVALID;
    case 'r':
        return parse_rate(value, SCALE_MAX, &options->retry_scale);
    case 'q':
        return STATUS_OK;
    default:
        return STATUS_INVALID;
    }
}

/* Exits by itself for --help and for what cannot be understood. */
static void read_options(int count, char **arguments, struct options *options) {
    int option, index = 0;
    *options =
        (struct options){.address = "127.0.0.1", .port = 8081, .retry_scale = 1, .secret = "", .first_message = 1};
    while ((option = getopt_long(count, arguments, "", long_options, &index)) != -1) {
        if (option == 'h') {
            (void)fputs(usage, stdout);
            exit(EXIT_SUCCESS);
        }
        if (set_option(options, option, optarg) != STATUS_OK) {
            if (option != '?')
                (void)fprintf(stderr, "simulator: --%s: cannot be %s\n", long_options[index].name, optarg);
            exit(EXIT_USAGE);
        }
    }
    if (optind == count && options->token && strlen(options->secret) <= SECRET_MAX)
        return;
    (void)fputs(usage, stderr);
    exit(EXIT_USAGE);
}

/* ID:FIRST_NAME[:USERNAME[:LANG]] */
static enum status add_person(struct sim *sim, const char *text) {
    static const char *const keys[] = {"id", "first_name", "username", "language_code"};
    char *copy = mem_strdup(text), *rest = copy, *part;
    int64_t id = 0;
    json_t *fields = json_object();
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && (part = strsep(&rest, ":")); i++)
        json_object_set_new(fields, keys[i], json_string(part));
    enum status status = parse_i64(json_string_value(json_object_get(fields, "id")), 1, INT64_C(1) << 52, &id);
    json_object_set_new(fields, "id", json_integer((json_int_t)id));
    struct person *person = NULL;
    if (status == STATUS_OK)
        status = world_set_person(&sim->world, fields, &person);
    json_decref(fields);
    free(copy);
    return status;
}

static int fail(int code, const char *what, const char *detail) {
    (void)fprintf(stderr, "simulator: %s%s\n", what, detail);
    return code;
}

static int prepare(struct sim *sim, const struct options *options) {
    if (sim_init(sim, options->token) != STATUS_OK)
        return fail(EXIT_USAGE, "--token: not of the form 123456:ABC", "");
    sim->retry_scale = options->retry_scale;
    sim->name = options->name;
    sim->world.last_message = options->first_message - 1;
    sim->hooks = options->hooks;
    limits_set(&sim->limits, options->real_limits);
    for (size_t i = 0; i < options->person_count; i++)
        if (add_person(sim, options->people[i]) != STATUS_OK)
            return fail(EXIT_USAGE, "--person: cannot be ", options->people[i]);
    if (options->webhook) {
        (void)snprintf(sim->webhook.url, sizeof(sim->webhook.url), "%s", options->webhook);
        (void)snprintf(sim->webhook.secret, sizeof(sim->webhook.secret), "%s", options->secret);
        sim->webhook.max_connections = CONNECTIONS_DEFAULT;
    }
    return EXIT_SUCCESS;
}

static int serve(struct sim *sim, const struct options *options, const sigset_t *signals) {
    struct http *http = NULL;
    int signal_number = 0;
    if (delivery_start(sim) != STATUS_OK)
        return fail(EXIT_UNAVAILABLE, "no thread for the delivery of updates", "");
    if (http_start(sim, options->address, options->port, &http) != STATUS_OK) {
        sim_stop(sim);
        delivery_stop(sim);
        return fail(EXIT_UNAVAILABLE, "cannot listen on ", options->address);
    }
    (void)printf("simulator: http://%s:%u\n", options->address, (unsigned)http_port(http));
    (void)fflush(stdout);
    (void)sigwait(signals, &signal_number);
    sim_stop(sim);
    http_stop(http);
    delivery_stop(sim);
    return EXIT_SUCCESS;
}

/* jansson's allocations never fail either: they end the process as ours do. */
static void *json_alloc(size_t size) {
    void *data = malloc(size);
    if (!data)
        mem_die("jansson");
    return data;
}

int main(int count, char **arguments) {
    static struct sim sim;
    struct options options;
    sigset_t signals;
    if (count > 1 && strcmp(arguments[1], "answerer") == 0)
        return answerer_command(count - 2, arguments + 2);
    read_options(count, arguments, &options);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    json_set_alloc_funcs(json_alloc, free);
    json_object_seed(0);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fail(EXIT_UNAVAILABLE, "curl cannot start", "");
    int code = prepare(&sim, &options);
    if (code == EXIT_SUCCESS)
        code = serve(&sim, &options, &signals);
    if (sim.bot)
        sim_free(&sim);
    curl_global_cleanup();
    return code;
}
