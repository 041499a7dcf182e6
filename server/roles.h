/* server/roles: role changes from outside the conversation: SUPER_ADMIN_IDS at the start, and `techsupport admin`. They
 * are conditional writes as all others, so they are safe beside a running serve and count from the person's next
 * update on. The person's document then owes them a word with the new menu, which a running serve delivers. */
#ifndef SERVER_ROLES_H
#define SERVER_ROLES_H

#include "db/store.h"
#include "texts/texts.h"

/* Gives the person at least `role`; one whom the bot has not met yet gets a row. *ret_before is the role until now. */
MUST_CHECK enum status roles_raise(struct store *store, enum lang default_lang, int64_t id, enum role role,
                                   enum role *ret_before, struct error *error);
/* The same, and they are told nothing: of roles that they had before with another bot. */
MUST_CHECK enum status roles_raise_silently(struct store *store, int64_t id, enum role role, enum role *ret_before,
                                            struct error *error);
/* Makes a staff member an ordinary user; the tickets that they had accepted go back to the queue, *ret_returned counts
 * them. NOT_FOUND: no staff member has the id. INVALID: the last super-admin, also where two are dropped at once. */
MUST_CHECK enum status roles_drop(struct store *store, enum lang default_lang, int64_t id, enum role *ret_before,
                                  size_t *ret_returned, struct error *error);

/* Called with each staff member in the order of their ids; `user` is borrowed. */
typedef void roles_see(void *context, const struct user *user);
MUST_CHECK enum status roles_each(struct store *store, roles_see *see, void *context, struct error *error);

#endif
