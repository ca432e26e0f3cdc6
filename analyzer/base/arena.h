/*
 * Memory that is freed all at once.
 *
 * An incident owns one arena; its strings, tasks and zones live there, and freeing the incident is
 * one call. Nothing here returns NULL: when memory is refused, the program says so and ends
 * (die_out_of_memory).
 */
#ifndef WHYOOM_BASE_ARENA_H
#define WHYOOM_BASE_ARENA_H

#include "analyzer/base/slice.h"

struct arena;

struct arena *arena_create(void);

/** Free the arena and everything in it, folded or not; NULL is fine. */
void arena_destroy(struct arena *arena);

/**
 * Set an arena aside: its contents are compressed, its pages given back. Nothing in it may be
 * touched until arena_unfold(), then every pointer into it is right again. Folded once more, it
 * goes back to what the first fold kept: what was added in between is lost.
 */
void arena_fold(struct arena *arena);
void arena_unfold(struct arena *arena);

/** Zeroed memory, aligned for any type; lives as long as the arena. */
void *arena_allocate(struct arena *arena, size_t size);

/** A copy of @p text inside the arena, NUL-terminated behind its end. */
struct slice arena_copy(struct arena *arena, struct slice text);

/** Formatted text inside the arena, NUL-terminated. */
struct slice arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Bytes handed out so far. */
size_t arena_used(const struct arena *arena);

/**
 * Room for one more element behind @p count elements of @p size bytes: the array itself, or a
 * larger copy in the arena. Capacity is the next power of two of @p count, so the caller keeps
 * nothing but the count.
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);

/** Append a zeroed element to an arena array and give its address: `*ARENA_PUSH(a, v->items,
 * v->count) = x`. */
#define ARENA_PUSH(arena, array, count) \
    ((array) = arena_grow((arena), (array), (count), sizeof *(array)), &(array)[(count)++])

/** malloc (zeroed) that does not fail; free() it. */
void *must_allocate(size_t size);

/** Memory to read into, not zeroed, that begins with a page; free() it. The kernel's copy to
 * malloc's 16 bytes behind one took five times as long (AMD Zen, 6.18). */
char *must_allocate_pages(size_t size);

/** realloc that does not fail. */
void *must_reallocate(void *memory, size_t size);

/** A copy of @p text as a string; free() it. */
char *must_copy(struct slice text);

enum { EXIT_OUT_OF_MEMORY = 2 };

/** "whyoom: out of memory" and that status. */
_Noreturn void die_out_of_memory(void);

#endif
