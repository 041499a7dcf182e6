#include "telegram/heap.h"

#include <stdlib.h>

#include "core/arena.h"

void heap_free(struct heap *heap) {
    free(heap->nodes);
    *heap = (struct heap){0};
}

static void heap_put(struct heap *heap, size_t index, struct heap_node *node) {
    heap->nodes[index] = node;
    node->index = index;
}

static void sift_up(struct heap *heap, size_t index) {
    struct heap_node *node = heap->nodes[index];
    while (index > 0 && heap->nodes[(index - 1) / 2]->at > node->at) {
        heap_put(heap, index, heap->nodes[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    heap_put(heap, index, node);
}

static void sift_down(struct heap *heap, size_t index) {
    struct heap_node *node = heap->nodes[index];
    for (size_t child; (child = 2 * index + 1) < heap->count; index = child) {
        if (child + 1 < heap->count && heap->nodes[child + 1]->at < heap->nodes[child]->at)
            child++;
        if (heap->nodes[child]->at >= node->at)
            break;
        heap_put(heap, index, heap->nodes[child]);
    }
    heap_put(heap, index, node);
}

void heap_insert(struct heap *heap, struct heap_node *node, int64_t at) {
    if (heap->count == heap->size) {
        heap->size = heap->size > 0 ? 2 * heap->size : 64;
        heap->nodes = mem_grow(heap->nodes, heap->size * sizeof(*heap->nodes));
    }
    node->at = at;
    heap_put(heap, heap->count++, node);
    sift_up(heap, node->index);
}

void heap_remove(struct heap *heap, struct heap_node *node) {
    size_t index = node->index;
    struct heap_node *last = heap->nodes[--heap->count];
    if (last == node)
        return;
    heap_put(heap, index, last);
    sift_up(heap, index);
    sift_down(heap, last->index);
}

struct heap_node *heap_top(const struct heap *heap) {
    return heap->count > 0 ? heap->nodes[0] : NULL;
}
