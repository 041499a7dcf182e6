#include "server/report.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/clock.h"
#include "server/version.h"

struct counts {
    pthread_mutex_t lock; /* also while they are made: others wait rather than count the same */
    int64_t made_at;      /* monotonic; 0: never */
    struct report last;
};

struct counts *counts_new(void) {
    struct counts *counts = mem_alloc(sizeof(*counts));
    pthread_mutex_init(&counts->lock, NULL);
    return counts;
}

void counts_free(struct counts *counts) {
    if (!counts)
        return;
    pthread_mutex_destroy(&counts->lock);
    free(counts);
}

static const enum query owing[] = {QUERY_OWED_USERS, QUERY_OWED_TICKETS, QUERY_OWED_CALLS, QUERY_OWED_BROADCASTS,
                                   QUERY_OWED_ROOMS};

/* What one copy, or nobody, is to deliver. */
static enum status count_owed_by(struct store *store, int64_t owner, int64_t *sum, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof(owing) / sizeof(owing[0]); i++) {
        int64_t count = 0;
        status = store_tally(store, owing[i], owner, &count, error);
        *sum += count;
    }
    return status;
}

static enum status count_owed(struct store *store, int64_t *ret_sum, struct error *error) {
    struct copy copies[COPIES_MAX];
    size_t count = 0;
    *ret_sum = 0;
    enum status status = store_copies(store, copies, &count, error);
    if (status == STATUS_OK)
        status = count_owed_by(store, 0, ret_sum, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = count_owed_by(store, copies[i].id, ret_sum, error);
    return status;
}

static enum status count_all(struct store *store, struct report *report, struct error *error) {
    enum status status = store_tally(store, QUERY_USERS, 0, &report->users, error);
    if (status == STATUS_OK)
        status = store_tally(store, QUERY_STAFF, 0, &report->staff, error);
    for (int i = 0; status == STATUS_OK && i < TICKET_STATUS_COUNT; i++)
        status = store_tally(store, QUERY_STATUS_TICKETS, i, &report->tickets[i], error);
    if (status == STATUS_OK)
        status = count_owed(store, &report->owing, error);
    if (status == STATUS_OK)
        report->counted_at = clock_now();
    return status;
}

/* The kept ones while they are young. */
static void take_counts(struct app *app, struct report *report) {
    struct error error = {0};
    struct counts *counts = app->counts;
    if (!counts) {
        if (count_all(app->store, report, &error))
            report->counted_at = 0;
        return;
    }
    pthread_mutex_lock(&counts->lock);
    bool old = counts->made_at == 0 || clock_monotonic() - counts->made_at > COUNTS_AGE_MAX;
    struct report fresh = *report;
    if (!old) {
        *report = counts->last;
    } else if (count_all(app->store, &fresh, &error) == STATUS_OK) {
        counts->last = *report = fresh;
        counts->made_at = clock_monotonic();
    }
    pthread_mutex_unlock(&counts->lock);
}

enum status report_make(struct app *app, struct report *ret_report, struct error *error) {
    struct copy copies[COPIES_MAX];
    struct sender_counts sender;
    struct report report = {0};
    take_counts(app, &report);
    int64_t asked = clock_monotonic();
    enum status status = store_ping(app->store, error);
    report.latency = clock_monotonic() - asked;
    if (status == STATUS_OK)
        status = store_copies(app->store, copies, &report.copies, error);
    if (status != STATUS_OK)
        return status;
    sender_count(app->sender, &sender);
    report.sending = sender.waiting + sender.in_flight;
    report.backend = store_kind(app->store);
    report.version = VERSION;
    report.polling = app->settings->mode == MODE_POLLING;
    report.uptime = clock_monotonic() - app->started;
    *ret_report = report;
    return STATUS_OK;
}
