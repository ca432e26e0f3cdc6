/*
 * The slab caches of a dead kernel: objects, slabs and bytes, as /proc/slabinfo counts them.
 *
 * SLUB of all ages (nodes in an array, or in structures with sheaves since 7.x). Objects that a CPU
 * or a sheaf keeps for the next allocation count as active, as in slabinfo; `cached` says how many
 * where that can be told. Kernel: mm/slub.c get_slabinfo().
 */
#ifndef WHYOOM_PARSERS_KERNEL_SLAB_H
#define WHYOOM_PARSERS_KERNEL_SLAB_H

#include "parsers/kernel/list.h"

enum { CACHE_NAME_SIZE = 128 };

struct slab_cache_info {
    uint64_t address;
    char name[CACHE_NAME_SIZE];
    struct amount size, object_size; /* bytes of an object, with and without the allocator's own */
    struct amount aliases;           /* caches merged into it, itself included */
    struct amount objects, active, slabs, bytes;
    enum walk_end end; /* WALK_DONE: every partial list was walked */
};

/** Begin with the first cache. */
struct list_walk slab_cache_walk(const struct kernel *kernel);

bool slab_cache_next(struct list_walk *walk, struct slab_cache_info *ret);

#endif
