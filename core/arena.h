/* core/arena: memory with one lifetime. Everything that one update needs is taken from one arena and given back at
 * once; nothing taken from it is freed alone.
 *
 * Running out of memory, or past an arena's maximum, ends the process with a line in the log: the commit protocol makes
 * `abort` safe at any instant, and half-handled allocation failures are where lost messages would hide (docs/adr). */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

struct arena; /* not thread-safe: one owner at a time */

/* `max` is the most bytes it may ever hold. Never NULL. */
struct arena *arena_new(size_t max);
/* Gives everything back. NULL is allowed. */
void arena_free(struct arena *arena);
/* Forgets what was taken but keeps the first block, so that a worker reuses one arena without malloc. */
void arena_reset(struct arena *arena);
/* Bytes taken since the last reset. */
size_t arena_used(const struct arena *arena);

/* Zeroed, aligned for any type, never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
/* Copies; NULL gives NULL. */
char *arena_strdup(struct arena *arena, const char *text);
/* Copies `length` bytes and adds a NUL. */
char *arena_strndup(struct arena *arena, const char *text, size_t length);
void *arena_memdup(struct arena *arena, const void *data, size_t size);
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

/* malloc and friends that abort instead of returning NULL, for what outlives an update. Free with free(). */
void *mem_alloc(size_t size); /* zeroed */
void *mem_grow(void *data, size_t size);
char *mem_strdup(const char *text); /* NULL gives NULL */
_Noreturn void mem_die(const char *what);

/* `CLEANUP(arena_freep) struct arena *arena = arena_new(…);` gives it back when the block is left. */
#define CLEANUP(function) __attribute__((cleanup(function)))
void arena_freep(struct arena **arena);
void mem_freep(void *pointer_to_pointer);

#endif
