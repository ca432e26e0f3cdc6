/*
 * Whose the objects of the slab caches are: which memory cgroup each of them is charged to.
 *
 * Since 5.9 every object is charged for itself, by a vector beside its slab, so that a slab may
 * hold objects of several groups; its pages are found by a pass over the memory map, for full slabs
 * are on no list. Before that a group had caches of its own, of which all is the group's. Bytes are
 * what the kernel charges: since 5.9 the object and its place in the vector. Kernel: mm/slub.c,
 * mm/memcontrol.c obj_full_size(); mm/slab_common.c of 5.8 and older.
 */
#ifndef WHYOOM_PARSERS_KERNEL_SLAB_OWNERS_H
#define WHYOOM_PARSERS_KERNEL_SLAB_OWNERS_H

#include "analyzer/base/hash_table.h"
#include "parsers/kernel/memcg.h"
#include "parsers/kernel/slab.h"

struct slab_share {
    struct slab_share_key {
        uint64_t cache; /* address of the kmem_cache */
        int64_t group;  /* index in the tree; MEMCG_NONE: in a slab of several, the slab itself */
    } key;
    uint64_t objects; /* of MEMCG_NONE: slabs that hold objects of more than one group */
    UT_hash_handle hh;
};

struct slab_owners {
    const struct kernel *kernel;
    const struct memcg_tree *groups;
    struct arena *arena;
    struct slab_share *shares; /* a hash table */
    struct slab_objcg *objcgs; /* a hash table */
    unsigned char *vector;     /* room for one */
    uint64_t unread;           /* slabs whose vector is not in the dump */
    bool is_known;             /* objects are charged one by one, and all slabs were looked at */
};

/** Look at every slab of the kernel, unless its objects are not charged one by one. The caller
 * deinits. */
void slab_owners_init(struct slab_owners *owners, const struct kernel *kernel,
                      const struct memcg_tree *groups);
void slab_owners_deinit(struct slab_owners *owners);

/** Objects of @p cache that are charged to @p group; slabs for MEMCG_NONE. */
uint64_t slab_owners_objects(const struct slab_owners *owners, uint64_t cache, int group);

/** What a charged object of the cache costs its group. */
struct amount slab_charge(const struct slab_cache_info *info);

/** Up to 5.8: the group that has the cache at @p cache for itself, an index, or MEMCG_NONE. */
int slab_cache_group(const struct kernel *kernel, const struct memcg_tree *groups, uint64_t cache);

#endif
