#include "telegram/moves.h"

#include <stdlib.h>
#include <uthash.h>

#include "core/arena.h"

enum { STEPS_MAX = 4 }; /* so that ids that point at each other end */

struct move {
    int64_t from, to;
    UT_hash_handle hh;
};

static struct move *moves_find(const struct moves *moves, int64_t from) {
    struct move *move;
    HASH_FIND(hh, moves->table, &from, sizeof(from), move);
    return move;
}

static void moves_forget(struct moves *moves, struct move *move) {
    HASH_DEL(moves->table, move);
    free(move);
}

void moves_note(struct moves *moves, int64_t from, int64_t to) {
    struct move *move = moves_find(moves, from);
    if (move)
        moves_forget(moves, move);
    if (HASH_COUNT(moves->table) >= MOVES_KEPT)
        moves_forget(moves, moves->table); /* a table starts with its oldest entry */
    move = mem_alloc(sizeof(*move));
    move->from = from;
    move->to = to;
    HASH_ADD(hh, moves->table, from, sizeof(move->from), move);
}

int64_t moves_follow(const struct moves *moves, int64_t chat_id) {
    const struct move *move;
    for (int step = 0; step < STEPS_MAX && (move = moves_find(moves, chat_id)); step++)
        chat_id = move->to;
    return chat_id;
}

void moves_free(struct moves *moves) {
    while (moves->table)
        moves_forget(moves, moves->table);
}
