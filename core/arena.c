/* A chain of blocks, filled one after the other. They grow: updates wait in hundreds, each in an arena of its own, and
 * most of them need little. Free space is poisoned under AddressSanitizer, and there every piece
 * has a poisoned gap behind it, so that running over one is found as it is with malloc. */
#include "core/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
enum { GAP = 0 };
#endif

enum { ALIGNMENT = _Alignof(max_align_t), FIRST_BLOCK_SIZE = 4 * 1024, BLOCK_SIZE_MAX = 32 * 1024 };

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *first, *last;
    size_t used, max;
};

_Noreturn void mem_die(const char *what) {
    log_error("out of memory or past a maximum", LOG_TEXT("what", what));
    abort();
}

void *mem_alloc(size_t size) {
    void *data = calloc(1, size > 0 ? size : 1);
    if (data == NULL)
        mem_die("mem_alloc");
    return data;
}

void *mem_grow(void *data, size_t size) {
    void *grown = realloc(data, size > 0 ? size : 1);
    if (grown == NULL)
        mem_die("mem_grow");
    return grown;
}

char *mem_strdup(const char *text) {
    if (text == NULL)
        return NULL;
    const size_t size = strlen(text) + 1;
    return memcpy(mem_alloc(size), text, size);
}

void mem_freep(void *pointer_to_pointer) {
    void **pointer = pointer_to_pointer;
    free(*pointer);
    *pointer = NULL;
}

static struct block *block_new(size_t size) {
    struct block *block = malloc(sizeof(*block) + size);
    if (block == NULL)
        mem_die("arena");
    block->next = NULL;
    block->size = size;
    block->used = 0;
    ASAN_POISON_MEMORY_REGION(block->data, size);
    return block;
}

static void blocks_free(struct block *block) {
    while (block != NULL) {
        struct block *next = block->next;
        ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
        free(block);
        block = next;
    }
}

struct arena *arena_new(size_t max) {
    struct arena *arena = mem_alloc(sizeof(*arena));
    arena->max = max;
    return arena;
}

void arena_free(struct arena *arena) {
    if (arena == NULL)
        return;
    blocks_free(arena->first);
    free(arena);
}

void arena_freep(struct arena **arena) {
    arena_free(*arena);
    *arena = NULL;
}

/* The last block stays, as the largest of the usual ones: an arena that is used again and again allocates no more. */
void arena_reset(struct arena *arena) {
    arena->used = 0;
    if (arena->first == NULL)
        return;
    struct block *kept = arena->last->size <= BLOCK_SIZE_MAX ? arena->last : arena->first;
    for (struct block *block = arena->first, *next; block != NULL; block = next) {
        next = block->next;
        block->next = NULL;
        if (block != kept)
            blocks_free(block);
    }
    kept->used = 0;
    ASAN_POISON_MEMORY_REGION(kept->data, kept->size);
    arena->first = arena->last = kept;
}

size_t arena_used(const struct arena *arena) {
    return arena->used;
}

/* A block with room for `size` bytes: the last one, or a new one behind it. */
static struct block *room_for(struct arena *arena, size_t size) {
    struct block *last = arena->last;
    if (last != NULL && last->size - last->used >= size)
        return last;
    size_t usual = last == NULL ? FIRST_BLOCK_SIZE : last->size < BLOCK_SIZE_MAX / 2 ? last->size * 2 : BLOCK_SIZE_MAX;
    struct block *block = block_new(size > usual ? size : usual);
    if (last != NULL)
        last->next = block;
    else
        arena->first = block;
    arena->last = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size) {
    if (size > arena->max - arena->used)
        mem_die("arena is full");
    const size_t wanted = size > 0 ? size : 1;
    const size_t rounded = (wanted + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + GAP;
    if (rounded < wanted)
        mem_die("arena size");
    struct block *block = room_for(arena, rounded);
    void *data = block->data + block->used;
    block->used += rounded;
    arena->used += size;
    ASAN_UNPOISON_MEMORY_REGION(data, wanted);
    return memset(data, 0, wanted);
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        mem_die("arena array");
    return arena_alloc(arena, total);
}

char *arena_strdup(struct arena *arena, const char *text) {
    return text != NULL ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length) {
    if (length == SIZE_MAX)
        mem_die("arena string");
    char *copy = arena_alloc(arena, length + 1);
    if (length > 0)
        memcpy(copy, text, length);
    return copy;
}

void *arena_memdup(struct arena *arena, const void *data, size_t size) {
    void *copy = arena_alloc(arena, size);
    return size > 0 ? memcpy(copy, data, size) : copy;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        mem_die("arena_printf");
    char *text = arena_alloc(arena, (size_t)length + 1);
    (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}
