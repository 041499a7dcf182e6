/* server/commands/legacy_map: what the rows of the bot before mean, as rows of ours. Lenient where people or tools
 * wrote one thing in several ways (words in any case, with emoji; numbers as text; times as text); what makes no sense
 * is refused. */
#ifndef SERVER_COMMANDS_LEGACY_MAP_H
#define SERVER_COMMANDS_LEGACY_MAP_H

#include "db/legacy.h"
#include "db/rows.h"
#include "server/commands/legacy_people.h"

/* What was understood with a guess, or partly: bits. The text is for the operator. */
#define LEGACY_REMARKS(X)                                                                                              \
    X(PRIORITY, "priority is no known word: medium was taken")                                                         \
    X(CREATED_AT, "created_at cannot be read: the time in _id was taken")                                              \
    X(REGISTERED_AT, "registered_at cannot be read: left out")                                                         \
    X(MEDIA, "image or file_type cannot be read: the file was left out")                                               \
    X(CUT, "a text was longer than we keep: shortened")                                                                \
    X(ASSIGNEE, "accepted_by is nobody known: only the name was kept")
enum legacy_remark {
#define X(id, text) LEGACY_REMARK_##id,
    LEGACY_REMARKS(X)
#undef X
        LEGACY_REMARK_COUNT
};
const char *legacy_remark_text(enum legacy_remark remark);

/* Each gives NULL, or what is wrong with the row: a static line for the operator without any of its values. Rows and
 * their texts are in `arena` then; *ret_remarks may have bits of LEGACY_REMARKS (1 << LEGACY_REMARK_…). */

/* As one who has started the bot. */
const char *legacy_user(struct arena *arena, const struct legacy_row *row, struct user *ret_user,
                        unsigned *ret_remarks);
/* As one who has not; the role is that of staff. */
const char *legacy_admin(struct arena *arena, const struct legacy_row *row, struct user *ret_user);
/* Without its number (doc.id). */
const char *legacy_ticket(struct arena *arena, const struct legacy_row *row, const struct legacy_people *people,
                          struct ticket *ret_ticket, unsigned *ret_remarks);

/* What a form would have accepted. NULL is none. */
bool legacy_is_name(const char *name);
bool legacy_is_phone(const char *phone);

/* Words, for tests. False: not known. */
bool legacy_status_word(struct arena *arena, const char *text, enum ticket_status *ret_status);
bool legacy_priority_word(struct arena *arena, const char *text, enum priority *ret_priority);

#endif
