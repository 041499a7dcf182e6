/* db/show: one stored document as text, for people to look at. */
#ifndef DB_SHOW_H
#define DB_SHOW_H

#include "db/store.h"

/* As JSON on one line, with all its fields as they are; the caller frees it. NOT_FOUND; DAMAGED: not readable. */
MUST_CHECK enum status store_show(struct store *store, enum collection collection, int64_t id, char **ret_text,
                                  struct error *error);

#endif
