/* simulator/journal: what happened lately, in order, for the page to show: updates that were queued, attempts to
 * deliver them, the bot's calls, and hooks. docs/SIMULATOR.md has the members of each. Used under the simulator's lock.
 *
 * While a load is under way nothing is written: it would only measure the journal. */
#ifndef SIMULATOR_JOURNAL_H
#define SIMULATOR_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_MAX = 5000, JOURNAL_ENTRY_MAX = 128 << 10 };
#define JOURNAL_BYTES_MAX ((size_t)32 << 20) /* of all entries; the oldest go */

struct journal {
    char *ring[JOURNAL_MAX]; /* JSON texts without line breaks; slot (sequence - 1) % JOURNAL_MAX */
    int64_t first, last;     /* sequences that are kept; first > last: none */
    size_t bytes;
    bool paused;
};

struct attempt {
    int64_t update_id, number;
    long status; /* 0: no answer, for the reason in `error` */
    const char *error;
    int64_t ms, retry_in; /* retry_in < 0: it is not tried again */
};

void journal_init(struct journal *journal);
void journal_free(struct journal *journal);

/* An update's whole body, as it is queued. */
void journal_update(struct journal *journal, const char *body);
void journal_attempt(struct journal *journal, const struct attempt *attempt);
/* `fields` (taken, may be NULL) is an object with the rest. Of an entry that is too long params, result and body are
 * left out and "shortened" says so. */
void journal_add(struct journal *journal, const char *kind, json_t *fields);

/* The JSON text of an entry, NULL once it is forgotten. */
const char *journal_at(const struct journal *journal, int64_t sequence);

#endif
