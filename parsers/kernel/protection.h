/*
 * What memory.min and memory.low really protect of each control group, when the whole machine is
 * reclaimed: a child has no more than its parents leave it.
 *
 * Computed anew from the counters, as the kernel's own emin and elow are those of the last reclaim
 * and of the group that it was for. Unknown on v1, where they mean nothing, and for the root.
 * Kernel: mm/page_counter.c effective_protection(), page_counter_calculate_protection().
 */
#ifndef WHYOOM_PARSERS_KERNEL_PROTECTION_H
#define WHYOOM_PARSERS_KERNEL_PROTECTION_H

#include "parsers/kernel/memcg.h"

struct protection {
    struct amount min, low; /* bytes */
};

/** One for each of @p tree's groups, in @p tree's arena. */
struct protection *protection_read(const struct kernel *kernel, const struct memcg_tree *tree);

/** One setting of one group, in pages, as the kernel computes it. */
struct protection_share {
    int64_t setting, usage, parent_effective, parent_usage, siblings;
    /* what siblings leave unclaimed goes to all (memory_recursiveprot) */
    bool is_recursive;
    bool is_old; /* before 5.7: the share is of the parent's, whoever claims how much */
};

int64_t protection_effective(const struct protection_share *share);

#endif
