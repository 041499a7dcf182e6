/* server/commands/migrate_tickets: the tickets of the bot before, in the order in which they were filed. */
#ifndef SERVER_COMMANDS_MIGRATE_TICKETS_H
#define SERVER_COMMANDS_MIGRATE_TICKETS_H

#include "db/store.h"
#include "server/commands/legacy_people.h"
#include "server/commands/migrate_report.h"

enum { MIGRATE_TICKETS_MAX = 5000000, MIGRATE_ROW_BYTES_MAX = 64 << 20 };

struct migrate {
    struct legacy *legacy;
    struct store *store; /* NULL: a dry run */
    struct legacy_people *people;
    struct migrate_report report;
    struct arena *row; /* for one row at a time */
};

/* Inserts the person where they are not, or not as one who has started the bot; *ret_new says whether that changed
 * anything. */
MUST_CHECK enum status migrate_person(struct migrate *migrate, const struct user *user, bool *ret_new,
                                      struct error *error);

MUST_CHECK enum status migrate_tickets(struct migrate *migrate, struct error *error);

#endif
