#define _DEFAULT_SOURCE /* madvise */
#include "analyzer/base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

enum { FIRST_BLOCK = 32 * 1024, LARGEST_BLOCK = 1024 * 1024, FOLD_LEVEL = 1 };

struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) char data[];
};

/* A block that was set aside, which keeps its addresses. */
struct fold {
    struct block *block;
    size_t length; /* in use, with the block's head */
    void *packed;
    size_t packed_length;
};

struct arena {
    struct block *blocks; /* newest first */
    size_t used;
    bool is_folded;
    struct fold *folds; /* what the first fold kept, in the order of the blocks */
    size_t folds_count, folds_used;
};

_Noreturn void die_out_of_memory(void)
{
    fputs("whyoom: out of memory\n", stderr);
    _Exit(EXIT_OUT_OF_MEMORY);
}

void *must_allocate(size_t size)
{
    void *memory = calloc(1, size ? size : 1);
    if (!memory)
        die_out_of_memory();
    return memory;
}

char *must_allocate_pages(size_t size)
{
    enum { PAGE = 4096 };
    char *memory = aligned_alloc(PAGE, (size + PAGE - 1) / PAGE * PAGE);
    if (!memory)
        die_out_of_memory();
    return memory;
}

void *must_reallocate(void *memory, size_t size)
{
    memory = realloc(memory, size ? size : 1);
    if (!memory)
        die_out_of_memory();
    return memory;
}

char *must_copy(struct slice text)
{
    char *copy = must_reallocate(NULL, text.length + 1);
    if (text.length)
        memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return copy;
}

struct arena *arena_create(void)
{
    return must_allocate(sizeof(struct arena));
}

/* Free the newer blocks, up to @p last, which stays. */
static void free_blocks(struct arena *arena, const struct block *last)
{
    for (struct block *block = arena->blocks, *next; block != last; block = next) {
        next = block->next;
        free(block);
    }
}

void arena_destroy(struct arena *arena)
{
    if (!arena)
        return;
    if (!arena->is_folded)
        free_blocks(arena, NULL);
    for (size_t i = 0; i < arena->folds_count; i++) {
        if (arena->is_folded)
            free(arena->folds[i].block);
        free(arena->folds[i].packed);
    }
    free(arena->folds);
    free(arena);
}

static struct fold fold_block(struct block *block)
{
    struct fold fold = {.block = block, .length = sizeof *block + block->used};
    size_t bound = ZSTD_compressBound(fold.length);
    void *packed = must_reallocate(NULL, bound);
    fold.packed_length = ZSTD_compress(packed, bound, block, fold.length, FOLD_LEVEL);
    if (ZSTD_isError(fold.packed_length))
        die_out_of_memory(); /* the bound leaves no other reason */
    fold.packed = must_reallocate(packed, fold.packed_length);
    return fold;
}

static void keep(struct arena *arena)
{
    for (struct block *block = arena->blocks; block; block = block->next) {
        size_t size = (arena->folds_count + 1) * sizeof *arena->folds;
        arena->folds = must_reallocate(arena->folds, size);
        arena->folds[arena->folds_count++] = fold_block(block);
    }
    arena->folds_used = arena->used;
}

/* The whole pages inside a block. It stays allocated, so nobody else gets its addresses. */
static void give_back_pages(const struct block *block)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)block + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)block->data + block->size) / page * page;
    if (end > start)
        madvise((void *)start, end - start, MADV_DONTNEED);
}

void arena_fold(struct arena *arena)
{
    assert(!arena->is_folded);
    if (arena->folds_count == 0)
        keep(arena);
    struct block *newest = arena->folds_count ? arena->folds[0].block : NULL;
    free_blocks(arena, newest);
    arena->blocks = newest;
    arena->used = arena->folds_used;
    for (size_t i = 0; i < arena->folds_count; i++)
        give_back_pages(arena->folds[i].block);
    arena->is_folded = true;
}

void arena_unfold(struct arena *arena)
{
    assert(arena->is_folded);
    for (size_t i = 0; i < arena->folds_count; i++) {
        const struct fold *fold = &arena->folds[i];
        size_t length =
            ZSTD_decompress(fold->block, fold->length, fold->packed, fold->packed_length);
        if (length != fold->length)
            die_out_of_memory();
    }
    arena->is_folded = false;
}

static struct block *add_block(struct arena *arena, size_t least)
{
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < least)
        size = least;
    struct block *block = must_reallocate(NULL, sizeof *block + size);
    *block = (struct block){.next = arena->blocks, .size = size};
    arena->blocks = block;
    return block;
}

static void *take(struct arena *arena, size_t size, size_t alignment)
{
    struct block *block = arena->blocks;
    size_t at = block ? (block->used + alignment - 1) & ~(alignment - 1) : 0;
    if (!block || at > block->size || block->size - at < size) {
        block = add_block(arena, size);
        at = 0;
    }
    block->used = at + size;
    arena->used += size;
    return block->data + at;
}

void *arena_allocate(struct arena *arena, size_t size)
{
    return memset(take(arena, size, alignof(max_align_t)), 0, size);
}

struct slice arena_copy(struct arena *arena, struct slice text)
{
    char *copy = take(arena, text.length + 1, 1);
    if (text.length)
        memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return slice_of(copy, text.length);
}

struct slice arena_format(struct arena *arena, const char *format, ...)
{
    assert(format);       /* gcc's sanitizer builds warn of a NULL they thought of themselves */
    char short_text[256]; /* nearly all are this short: then they are formatted once */
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    size_t length = (size_t)vsnprintf(short_text, sizeof short_text, format, arguments);
    va_end(arguments);
    char *text = take(arena, length + 1, 1);
    if (length < sizeof short_text)
        memcpy(text, short_text, length + 1);
    else
        vsnprintf(text, length + 1, format, again);
    va_end(again);
    return slice_of(text, length);
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t size)
{
    bool is_full = count == 0 || (count >= 4 && (count & (count - 1)) == 0);
    if (is_full) {
        void *larger = take(arena, (count ? count * 2 : 4) * size, alignof(max_align_t));
        if (count)
            memcpy(larger, array, count * size);
        array = larger;
    }
    memset((char *)array + count * size, 0, size);
    return array;
}
