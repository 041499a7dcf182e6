#include "simulator/journal.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"

static char **slot(struct journal *journal, int64_t sequence) {
    return &journal->ring[(sequence - 1) % JOURNAL_MAX];
}

void journal_init(struct journal *journal) {
    journal->first = 1;
}

static void forget_first(struct journal *journal) {
    char **text = slot(journal, journal->first++);
    journal->bytes -= strlen(*text);
    free(*text);
    *text = NULL;
}

void journal_free(struct journal *journal) {
    while (journal->first <= journal->last)
        forget_first(journal);
}

static void shorten(json_t *entry) {
    static const char *const long_ones[] = {"params", "result", "body"};
    for (size_t i = 0; i < sizeof(long_ones) / sizeof(long_ones[0]); i++)
        json_object_del(entry, long_ones[i]);
    json_object_set_new(entry, "shortened", json_true());
}

void journal_add(struct journal *journal, const char *kind, json_t *fields) {
    if (journal->paused || !fields) {
        json_decref(fields);
        return;
    }
    json_t *entry =
        json_pack("{sI ss sI}", "seq", (json_int_t)++journal->last, "kind", kind, "at_ms", (json_int_t)clock_now());
    json_object_update(entry, fields);
    json_decref(fields);
    char *text = json_dumps(entry, JSON_COMPACT);
    if (strlen(text) > JOURNAL_ENTRY_MAX) {
        free(text);
        shorten(entry);
        text = json_dumps(entry, JSON_COMPACT);
    }
    json_decref(entry);
    if (journal->last - journal->first == JOURNAL_MAX)
        forget_first(journal);
    *slot(journal, journal->last) = text;
    journal->bytes += strlen(text);
    while (journal->bytes > JOURNAL_BYTES_MAX)
        forget_first(journal);
}

void journal_update(struct journal *journal, const char *body) {
    const char *key, *type = "";
    json_t *value, *from = NULL, *update = journal->paused ? NULL : json_loads(body, 0, NULL);
    if (!update)
        return;
    json_object_foreach(update, key, value) {
        if (strcmp(key, "update_id") == 0)
            continue;
        type = key;
        from = json_object_get(json_object_get(value, "from"), "id");
    }
    journal_add(journal, "update",
                json_pack("{sO ss sO? sO}", "update_id", json_object_get(update, "update_id"), "type", type, "person",
                          from, "body", update));
    json_decref(update);
}

void journal_attempt(struct journal *journal, const struct attempt *attempt) {
    if (journal->paused)
        return;
    json_t *retry = attempt->retry_in < 0 ? json_null() : json_integer((json_int_t)attempt->retry_in);
    journal_add(journal, "attempt",
                json_pack("{sI sI sI ss? sI so}", "update_id", (json_int_t)attempt->update_id, "attempt",
                          (json_int_t)attempt->number, "status", (json_int_t)attempt->status, "error", attempt->error,
                          "ms", (json_int_t)attempt->ms, "retry_in_ms", retry));
}

const char *journal_at(const struct journal *journal, int64_t sequence) {
    bool kept = sequence >= journal->first && sequence <= journal->last;
    return kept ? journal->ring[(sequence - 1) % JOURNAL_MAX] : NULL;
}
