/* telegram/heap: a binary heap of nodes by time, the earliest on top. Nodes belong to the caller and know their place,
 * so that any of them can be taken out. A zeroed heap is an empty one. */
#ifndef TELEGRAM_HEAP_H
#define TELEGRAM_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_node {
    int64_t at;
    size_t index; /* the heap's */
};

struct heap {
    struct heap_node **nodes;
    size_t count, size;
};

void heap_free(struct heap *heap); /* not the nodes */
void heap_insert(struct heap *heap, struct heap_node *node, int64_t at);
void heap_remove(struct heap *heap, struct heap_node *node); /* one that is in it */
/* NULL: empty. */
struct heap_node *heap_top(const struct heap *heap);

#endif
