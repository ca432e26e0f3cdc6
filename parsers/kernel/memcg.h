/*
 * The memory control groups of a dead kernel: all of them, dying ones included, parents before
 * their children, each with its path.
 *
 * They come from the tree of css's, and from the table of ids, which also holds those that are
 * gone from the tree but still own pages or swap. Pages are left as the kernel counts them.
 * Kernel: mm/memcontrol.c, kernel/cgroup/cgroup.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_MEMCG_H
#define WHYOOM_PARSERS_KERNEL_MEMCG_H

#include "analyzer/base/arena.h"
#include "parsers/kernel/list.h"

enum { MEMCG_NONE = -1 };

struct memcg {
    uint64_t address, css; /* of struct mem_cgroup, and of its css */
    /* Whose counters its charges reach as well: an index, or MEMCG_NONE for the root and where v1
     * has no hierarchy. */
    int parent;
    struct slice path;    /* under the mount point of its hierarchy; empty: unknown */
    struct amount id;     /* what swap slots and shadows store */
    struct amount online; /* 1, or 0 for one that was removed and lives on by what it owns */
};

struct memcg_entry;

struct memcg_tree {
    struct arena *arena;
    struct memcg *groups;
    int count;
    int version; /* 1, 2, or 0: unknown */
    struct memcg_entry *by_address;
    char trouble[160]; /* where the walk broke off; empty: nowhere */
};

/** Read all; what cannot be read is said in `trouble`. The caller deinits. */
void memcg_tree_init(struct memcg_tree *tree, const struct kernel *kernel);
void memcg_tree_deinit(struct memcg_tree *tree);

/** The index of the group at @p address, or MEMCG_NONE. */
int memcg_tree_find(const struct memcg_tree *tree, uint64_t address);

/** The address of its part of node @p node. */
bool memcg_node(const struct kernel *kernel, const struct memcg *group, unsigned node,
                uint64_t *ret);

/** How many nodes the machine may have: the size of every array by node. At least 1. */
unsigned memcg_node_limit(const struct kernel *kernel);

#endif
