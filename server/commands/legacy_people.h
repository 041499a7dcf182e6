/* server/commands/legacy_people: who was known to the bot before, by id and by username: it noted who accepted a ticket
 * by a username alone. */
#ifndef SERVER_COMMANDS_LEGACY_PEOPLE_H
#define SERVER_COMMANDS_LEGACY_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"

enum { LEGACY_PEOPLE_MAX = 2000000 };

struct legacy_people;

struct legacy_people *legacy_people_new(void);
void legacy_people_free(struct legacy_people *people); /* NULL is allowed */
/* `username`: without @, copied; NULL: none. Of two with one username a later `admin` wins, else the first. FULL. */
MUST_CHECK enum status legacy_people_add(struct legacy_people *people, int64_t id, const char *username, bool admin,
                                         struct error *error);
bool legacy_people_know(const struct legacy_people *people, int64_t id);
/* NULL: not known, or without one. Lives as long as `people`. */
const char *legacy_people_username(const struct legacy_people *people, int64_t id);
/* Without regard to letter case; 0: nobody. */
int64_t legacy_people_find(const struct legacy_people *people, const char *username);

#endif
