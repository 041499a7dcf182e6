/* db/store: the contract that both stores keep: MongoDB (db/mongo) and SQLite (db/sqlite). One test-suite holds it
 * (tests/unit/test_store.c).
 *
 * A store gives single-document conditional writes, and no more: no transactions. All functions may be called from any
 * thread; they block until the answer is durable (MongoDB: w=majority, journaled; SQLite: after the COMMIT of the
 * batch). Statuses besides those named at each function:
 *   UNAVAILABLE  the database is away, or too slow; certainly nothing was written
 *   UNKNOWN      a write was sent and no answer came (SQLite: the disk failed within the commit): it may have been
 * done. Read again and look for the operation id STOPPED      the store is being closed */
#ifndef DB_STORE_H
#define DB_STORE_H

#include "core/arena.h"
#include "core/status.h"
#include "db/rows.h"

struct store;

struct store_settings {
    const char *mongo_uri; /* NULL: SQLite */
    const char *mongo_db;
    const char *data_dir; /* SQLite's file is techsupport.db in it; made if missing, mode 0700 */
    int threads;          /* how many threads will call at once: sizes the pools */
    bool exclusive;       /* `serve`: documents of an earlier version are let in, for db/upgrade.h. SQLite: a second
                           * exclusive store is kept off this data_dir, until store_close */
    bool existing;        /* SQLite: a file that is not there is NOT_FOUND, and is not made */
};

/* Opens the store and makes its collections and indexes where they are missing. INVALID: settings (a URI that cannot be
 * read, a folder that cannot be made); CONFLICT: another exclusive store is open, or the documents are of an earlier
 * version; DAMAGED: not ours, or newer than this program knows. The URI's password is in no error text. */
MUST_CHECK enum status store_open(const struct store_settings *settings, struct store **ret_store, struct error *error);
/* Waits for writes under way. NULL is allowed. */
void store_close(struct store *store);
const char *store_kind(const struct store *store); /* "mongodb" or "sqlite" */
/* One round trip to the database. */
MUST_CHECK enum status store_ping(struct store *store, struct error *error);

/* --- documents --- */

/* Loads a row (a union any_row, or its member of the collection) into `arena`. Fields of a wrong type or over their
 * maximum are read as absent and counted in doc.odd. NOT_FOUND. DAMAGED: not readable at all. */
MUST_CHECK enum status store_load(struct store *store, enum collection collection, int64_t id, struct arena *arena,
                                  void *ret_row, struct error *error);

/* A deciding write: one document changes, if it is still the one that was read. */
struct write {
    enum collection collection;
    const void *before;     /* the row as loaded; NULL: insert `after`, whose doc.id is set */
    const void *after;      /* the row as it shall be. Only fields of record_of(…) that differ are written */
    int64_t op;             /* op_id(…) to remember; 0: none. The oldest beyond OPS_MAX is forgotten */
    const struct owed *owe; /* added to what is owed; their ids are given here: (rev written) × 128 + place */
    size_t owe_count;
    const struct card *cards; /* added, or put in place of those of the same chat */
    size_t card_count;
    const int64_t *settle; /* ids of owed items that this write takes away */
    size_t settle_count;
    int64_t owner; /* the copy that shall own the document if it owes anything; 0: as it is. Else nobody does */
    bool unseen;   /* cards show nothing of what changes: those that are true stay so */
    int64_t now;   /* ms UTC; becomes owed_at if that is 0 and the document owes something or has cards */
};

/* OK: written; *ret_rev (may be NULL) is the new revision: before's + 1, or 1.
 * CONFLICT: rev or owner are not those of `before` any more; on an insert: the id exists.
 * INVALID: something is over its maximum, or a super-admin would step down who is not marked as leaving
 * (docs/adr/0008). FULL: it would owe more than OWED_MAX. */
MUST_CHECK enum status store_write(struct store *store, const struct write *write, int64_t *ret_rev,
                                   struct error *error);

enum { SETTLE_CARDS_MAX = 16 };

/* Put in place of that chat's card, if one is there that has the message `before`: another one was put there meanwhile,
 * and is not touched. */
struct card_note {
    struct card card;
    int64_t before;
};

/* Notes deliveries; changes neither rev nor any field. Written only while `owner` owns the document. */
struct settle {
    enum collection collection;
    int64_t id, owner;
    const int64_t *items; /* owed items delivered or finally refused; unknown ids are fine */
    size_t item_count;
    int64_t progress_item, progress_part; /* sets `part` of that owed item; 0: none */
    const struct card_note *cards;        /* of different chats */
    size_t card_count;                    /* at most SETTLE_CARDS_MAX */
    bool release; /* nothing more is owed as of revision `rev`: let go (owner 0, owed_at 0) if rev is still that */
    int64_t rev;
};

/* *ret_released says whether the document was let go. CONFLICT: somebody else owns it, or it is gone: stop sending for
 * it. */
MUST_CHECK enum status store_settle(struct store *store, const struct settle *settle, bool *ret_released,
                                    struct error *error);

/* Makes `to` the owner of a document that `from` owns (0: nobody). CONFLICT: it is not so any more. */
MUST_CHECK enum status store_adopt(struct store *store, enum collection collection, int64_t id, int64_t from,
                                   int64_t to, struct error *error);

/* --- questions, each served by an index; answered with ids in their order, unless a sort key is named --- */

#define QUERIES(X)                                                                                                     \
    X(USERS)        /* every user; key unused */                                                                       \
    X(STAFF)        /* users with a role above user; key unused */                                                     \
    X(ADMINS)       /* of them those who are no super-admins */                                                        \
    X(SUPER_ADMINS) /* of them the super-admins */                                                                     \
    X(OWED_USERS)   /* users whose document owes something and is owned by `key` (0: nobody) */                        \
    X(OWED_TICKETS) /* the same of each other collection */                                                            \
    X(OWED_CALLS)                                                                                                      \
    X(RECIPIENTS) /* users whom broadcasts reach since `key` (ms UTC) or earlier */                                    \
    X(OWED_BROADCASTS)                                                                                                 \
    X(OWED_ROOMS)                                                                                                      \
    X(OPEN_TICKETS)     /* waiting and accepted tickets of the author `key` */                                         \
    X(ASSIGNED_TICKETS) /* accepted tickets whose assignee is `key` */                                                 \
    X(LEGACY_TICKETS)   /* the ticket whose legacy_id is the number `key` in eight hexadecimal digits */               \
    X(ALL_TICKETS)      /* every ticket; key unused */                                                                 \
    X(STATUS_TICKETS)   /* every ticket of the status `key` (enum ticket_status) */                                    \
    X(AUTHOR_TICKETS)   /* all tickets of the author `key` */                                                          \
    X(CLOSED_TICKETS)   /* completed, rejected and cancelled tickets; key unused */                                    \
    X(QUEUE)            /* waiting and accepted tickets; key unused. Sort key: ticket_queue */                         \
    X(QUEUE_WAITING)    /* of them those that wait */                                                                  \
    X(QUEUE_ASSIGNED)   /* of them those whose assignee is `key` */                                                    \
    X(ROOMS)            /* rooms that were not removed; key unused. Sort key: place, which is the id */
enum query {
#define X(id) QUERY_##id,
    QUERIES(X)
#undef X
        QUERY_COUNT
};

/* Up to `max` sort keys beyond `from`: above it, rising; `down`: below it, falling. */
MUST_CHECK enum status store_page(struct store *store, enum query query, int64_t key, int64_t from, bool down,
                                  int64_t *ret_keys, size_t max, size_t *ret_count, struct error *error);
/* The same above `after`, for ids. */
MUST_CHECK enum status store_find(struct store *store, enum query query, int64_t key, int64_t after, int64_t *ret_ids,
                                  size_t max, size_t *ret_count, struct error *error);

/* How many answers a question has; TALLY_MAX: that many or more. It takes a walk along an index, of at most TALLY_WAIT
 * ms on MongoDB (then UNAVAILABLE): not for the way of an update. */
enum { TALLY_MAX = 1000000, TALLY_WAIT = 2000 };
MUST_CHECK enum status store_tally(struct store *store, enum query query, int64_t key, int64_t *ret_count,
                                   struct error *error);

/* --- meta --- */

/* The counter that numbers the tickets. */
#define TICKET_COUNTER "ticket"
/* The next number of a counter: 1 first, unique, rising, gaps possible. */
MUST_CHECK enum status store_next(struct store *store, const char *counter, int64_t *ret_number, struct error *error);

/* Named numbers (schema version, bot id). NOT_FOUND. */
MUST_CHECK enum status store_get(struct store *store, const char *name, int64_t *ret_value, struct error *error);
/* Sets it only where it is absent; *ret_value is what stands there afterwards. */
MUST_CHECK enum status store_get_or_set(struct store *store, const char *name, int64_t value, int64_t *ret_value,
                                        struct error *error);
/* Makes it `to` where it is `from`; 0 and absent are the same. Of several at once from the same number one has it.
 * CONFLICT: it is another number. */
MUST_CHECK enum status store_swap(struct store *store, const char *name, int64_t from, int64_t to, struct error *error);

struct copy {
    int64_t id, beat;
};
enum { COPIES_MAX = 64 };
/* Writes a copy's beat (any number that differs from the last). */
MUST_CHECK enum status store_beat(struct store *store, int64_t copy, int64_t beat, struct error *error);
MUST_CHECK enum status store_copies(struct store *store, struct copy ret_copies[COPIES_MAX], size_t *ret_count,
                                    struct error *error);
/* Of a copy that stopped, or whose documents were all adopted. */
MUST_CHECK enum status store_forget_copy(struct store *store, int64_t copy, struct error *error);

/* Keeps an update that could not be read, for inspection: the last UNREAD_MAX, each cut to UNREAD_BYTES_MAX. */
enum { UNREAD_MAX = 100, UNREAD_BYTES_MAX = 16384 };
MUST_CHECK enum status store_keep_unread(struct store *store, int64_t now, const char *why, const void *data,
                                         size_t size, struct error *error);

/* Operations since the start, for /metrics. */
struct store_counts {
    uint64_t reads, writes, conflicts, failures;
    uint64_t commits; /* SQLite: transactions, each one fsync */
};
void store_count(struct store *store, struct store_counts *ret_counts);

#endif
