/* server/delivery/pages: what stands on a page of a list, read at the moment when it is shown. */
#ifndef SERVER_DELIVERY_PAGES_H
#define SERVER_DELIVERY_PAGES_H

#include "db/store.h"
#include "handlers/lists.h"

/* The page that `item` (OWED_LIST) asks for, as `viewer` may see it. Strings live in `arena`. A page that has become
 * empty, and one before the first full page, is the first page. Statuses of store_page and store_load. */
MUST_CHECK enum status pages_load(struct store *store, struct arena *arena, const struct user *viewer,
                                  const struct owed *item, struct page *ret_page, struct error *error);

#endif
