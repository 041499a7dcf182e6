#include "server/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/parse.h"
#include "server/delivery/delivery.h"
#include "server/http.h"
#include "server/poller.h"
#include "server/version.h"
#include "server/workers.h"

enum metric_type { COUNTER, GAUGE };

struct metric {
    enum metric_type type;
    const char *name; /* without the prefix; _total is added to counters */
    const char *help;
    uint64_t value;
};

/* One of several values under a common name. */
struct labelled {
    const char *value;
    uint64_t count;
};

static void add_head(struct buffer *out, enum metric_type type, const char *name, const char *help) {
    const char *end = type == COUNTER ? "_total" : "";
    buffer_add_format(out, "# HELP techsupport_%s%s %s\n# TYPE techsupport_%s%s %s\n", name, end, help, name, end,
                      type == COUNTER ? "counter" : "gauge");
}

static void add_all(struct buffer *out, const struct metric *metrics, size_t count) {
    for (const struct metric *metric = metrics; metric < metrics + count; metric++) {
        add_head(out, metric->type, metric->name, metric->help);
        buffer_add_format(out, "techsupport_%s%s %" PRIu64 "\n", metric->name, metric->type == COUNTER ? "_total" : "",
                          metric->value);
    }
}

static void add_family(struct buffer *out, const char *name, const char *label, const char *help,
                       const struct labelled *values, size_t count) {
    add_head(out, COUNTER, name, help);
    for (const struct labelled *value = values; value < values + count; value++)
        buffer_add_format(out, "techsupport_%s_total{%s=\"%s\"} %" PRIu64 "\n", name, label, value->value,
                          value->count);
}

#define ADD_ALL(out, ...)                                                                                              \
    do {                                                                                                               \
        const struct metric metrics_[] = {__VA_ARGS__};                                                                \
        add_all((out), metrics_, sizeof(metrics_) / sizeof(metrics_[0]));                                              \
    } while (0)

/* Resident memory in bytes: the second number of statm, in pages. 0 where /proc is missing. */
static uint64_t resident(void) {
    char line[256] = "";
    int64_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return 0;
    const char *start = fgets(line, sizeof(line), file) ? strchr(line, ' ') : NULL;
    (void)fclose(file);
    if (!start || parse_i64_bytes(start + 1, strcspn(start + 1, " "), 0, INT32_MAX, &pages) != STATUS_OK)
        return 0;
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void add_process(struct app *app, struct buffer *out) {
    add_head(out, GAUGE, "build_info", "The version that runs.");
    buffer_add(out, "techsupport_build_info{version=\"" VERSION "\"} 1\n");
    ADD_ALL(
        out,
        {GAUGE, "uptime_seconds", "Seconds since the start.", (uint64_t)(clock_monotonic() - app->started) / SECOND},
        {GAUGE, "resident_bytes", "Memory of the process.", resident()});
}

static void add_http(struct http *http, struct buffer *out) {
    struct http_counts counts;
    http_count(http, &counts);
    const struct labelled answers[] = {
#define X(code, text) {#code, counts.answers[HTTP_##code]},
        HTTP_STATUSES(X)
#undef X
    };
    add_family(out, "http_answers", "code", "Answers, without the operator's pages.", answers, HTTP_STATUS_COUNT);
    ADD_ALL(out, {GAUGE, "http_open", "Requests that have no answer yet, this one too.", counts.open});
}

static void add_poller(struct poller *poller, struct buffer *out) {
    struct poller_counts counts;
    poller_count(poller, &counts);
    ADD_ALL(out, {COUNTER, "polls", "Questions to Telegram for updates.", counts.polls},
            {COUNTER, "poll_failures", "Those that brought no readable answer.", counts.failures},
            {COUNTER, "poll_unreadable", "Updates kept and passed over, as Telegram's answer with them cannot be read.",
             counts.unreadable},
            {GAUGE, "poll_lease", "1: this copy is the one that asks Telegram for updates.", counts.lease},
            {GAUGE, "poll_window", "Updates taken from Telegram and not confirmed yet.", counts.window});
}

static void add_workers(struct workers *workers, struct buffer *out) {
    struct worker_counts counts;
    workers_count(workers, &counts);
    const struct labelled results[] = {
#define X(id, name) {name, counts.results[UPDATE_##id]},
        UPDATE_RESULTS(X)
#undef X
    };
    add_family(out, "updates", "result", "Updates by what became of them.", results, UPDATE_RESULT_COUNT);
    ADD_ALL(out,
            {COUNTER, "update_conflicts", "Handlers run again because somebody else was faster.", counts.conflicts},
            {GAUGE, "updates_waiting", "Updates in front of the workers.", counts.waiting});
}

static void add_sender(struct sender *sender, struct buffer *out) {
    struct sender_counts counts;
    sender_count(sender, &counts);
    const struct labelled outcomes[] = {
        {"delivered", counts.delivered}, {"blocked", counts.blocked}, {"gone", counts.gone},
        {"refused", counts.refused},     {"expired", counts.expired},
    };
    add_family(out, "requests", "outcome", "Requests to Telegram by how they ended.", outcomes,
               sizeof(outcomes) / sizeof(outcomes[0]));
    ADD_ALL(out, {COUNTER, "request_attempts", "Attempts at requests to Telegram.", counts.attempts},
            {COUNTER, "request_retries", "Attempts repeated after an error.", counts.retried},
            {COUNTER, "request_holds", "Answers that asked to wait (429).", counts.held},
            {COUNTER, "requests_plain", "Messages sent once more without markup.", counts.plain},
            {GAUGE, "requests_waiting", "Requests that wait for their turn.", counts.waiting},
            {GAUGE, "requests_in_flight", "Requests that wait for Telegram's answer.", counts.in_flight});
}

static void add_delivery(struct delivery *delivery, struct buffer *out) {
    struct delivery_counts counts;
    delivery_count(delivery, &counts);
    ADD_ALL(out, {COUNTER, "delivered_items", "Owed messages brought to their end.", counts.items},
            {COUNTER, "delivered_cards", "Cards sent or edited.", counts.cards},
            {COUNTER, "dropped_items", "Owed messages that could not be rendered.", counts.dropped},
            {COUNTER, "settle_conflicts", "Deliveries noted too late: another copy owns the document.",
             counts.settle_conflicts},
            {GAUGE, "delivering_documents", "Documents whose messages are being delivered.", counts.documents});
}

static void add_store(struct store *store, struct buffer *out) {
    struct store_counts counts;
    store_count(store, &counts);
    ADD_ALL(out, {COUNTER, "store_reads", "Reads from the database.", counts.reads},
            {COUNTER, "store_writes", "Writes to the database.", counts.writes},
            {COUNTER, "store_conflicts", "Conditional writes that somebody else won.", counts.conflicts},
            {COUNTER, "store_failures", "Operations that the database did not answer.", counts.failures},
            {COUNTER, "store_commits", "Transactions of SQLite.", counts.commits});
}

void metrics_write(struct app *app, struct buffer *out) {
    add_process(app, out);
    if (app->http)
        add_http(app->http, out);
    if (app->poller)
        add_poller(app->poller, out);
    if (app->workers)
        add_workers(app->workers, out);
    if (app->sender)
        add_sender(app->sender, out);
    if (app->delivery)
        add_delivery(app->delivery, out);
    if (app->store)
        add_store(app->store, out);
}
