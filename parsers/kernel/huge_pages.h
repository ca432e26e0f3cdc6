/*
 * Huge pages beside those that the census finds by themselves: hugetlb's pools, and how many
 * transparent ones wait to be split.
 *
 * A pool's pages are of no use for anything else, free ones included. Kernel: mm/hugetlb.c,
 * mm/huge_memory.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_HUGE_PAGES_H
#define WHYOOM_PARSERS_KERNEL_HUGE_PAGES_H

#include "parsers/kernel/memcg.h"

struct hugetlb_pool {
    unsigned index;     /* in hstates[] */
    uint64_t address;   /* of its hstate */
    struct amount size; /* bytes of a page */
    struct amount pages, free, reserved, surplus;
};

/** The pool with the lowest index of at least @p index. False: there is none. */
bool hugetlb_pool_next(const struct kernel *kernel, unsigned index, struct hugetlb_pool *ret);

/** Its pages on node @p node, and of them the free ones. */
void hugetlb_pool_of_node(const struct kernel *kernel, const struct hugetlb_pool *pool,
                          unsigned node, struct amount *pages, struct amount *free);

/** Huge pages on the queues to be split, of all nodes and groups. */
struct amount deferred_split_length(const struct kernel *kernel, const struct memcg_tree *groups);

#endif
