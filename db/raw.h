/* db/raw: whole documents out of a store and into one, as BSON, for backup and restore (db/backup.h), for
 * db/show.h and nobody else. The statuses are those of db/store.h.
 *
 * A shelf is a collection, or meta: there a document is {_id: name, value: number}, beats are not among them. */
#ifndef DB_RAW_H
#define DB_RAW_H

#include <bson/bson.h>

#include "db/store.h"

enum {
    RAW_META = COLLECTION_COUNT,
    RAW_SHELF_COUNT,
    RAW_NAME_SIZE = WORD_BYTES_MAX + 16, /* of a name in meta, with its NUL */
    RAW_PAGE = 32,                       /* documents that are looked at in one go, and that are put in one go */
};

/* Counters have names of their own in meta, beside the named numbers. */
#define RAW_COUNTER "counter."

const char *raw_name(int shelf);

/* Called with each document, borrowed; it must not use the store. NULL: there is one that this program cannot read:
 * no BSON, or without a whole number as _id (a text in meta). Anything but OK ends the page with that status. */
typedef enum status raw_see(void *context, const bson_t *document, struct error *error);

/* Up to `max` documents behind *after in the order of their keys. *after is initialised and empty at first and is moved
 * on: {_id: the key of the last one}. NOT_FOUND: there are no more. Keys that are no numbers (in meta: no texts) are
 * not found at all. */
MUST_CHECK enum status store_raw_page(struct store *store, int shelf, bson_t *after, size_t max, raw_see *see,
                                      void *context, struct error *error);

/* Puts up to RAW_PAGE documents, each in place of one of the same key; their keys differ and are of the shelf's type.
 * Nothing else is checked. UNKNOWN: some of them may be there; put them again. */
MUST_CHECK enum status store_raw_put(struct store *store, int shelf, const bson_t *documents, size_t count,
                                     struct error *error);

/* Removes everything: documents, meta but for the schema's version and the number named `kept`, beats, unread updates.
 * Can be repeated. */
MUST_CHECK enum status store_raw_clear(struct store *store, const char *kept, struct error *error);

#endif
