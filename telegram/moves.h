/* telegram/moves: groups that became supergroups, and the id that each has now. A zeroed one is empty. */
#ifndef TELEGRAM_MOVES_H
#define TELEGRAM_MOVES_H

#include <stdint.h>

enum { MOVES_KEPT = 1024 }; /* beyond that the oldest is forgotten; the server tells it again */

struct move;
struct moves {
    struct move *table;
};

void moves_note(struct moves *moves, int64_t from, int64_t to);
/* The chat's id now; `chat_id` itself where nothing is known. */
int64_t moves_follow(const struct moves *moves, int64_t chat_id);
void moves_free(struct moves *moves);

#endif
