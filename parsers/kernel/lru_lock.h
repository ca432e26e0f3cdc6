/*
 * The locks that protect lists of pages, and what their words say.
 *
 * One for each node up to 5.10, one for each memory cgroup and node since. A queued spinlock of
 * x86_64 and arm64: who holds it is not in the word; that one CPU waits for it (pending) and which
 * CPU is the last in the queue behind that (tail) are. Kernel:
 * include/asm-generic/qspinlock_types.h, with NR_CPUS < 16384.
 */
#ifndef WHYOOM_PARSERS_KERNEL_LRU_LOCK_H
#define WHYOOM_PARSERS_KERNEL_LRU_LOCK_H

#include "parsers/kernel/memcg.h"

struct lru_lock {
    unsigned node;
    int group; /* an index, or MEMCG_NONE: the node's own */
    bool is_locked, is_pending;
    struct amount tail_cpu; /* unknown: nobody queues */
};

/** Called with each lock that is taken or waited for. */
typedef void lru_lock_visitor(void *context, const struct lru_lock *lock);

/** How many locks were looked at. */
uint64_t lru_locks_visit(const struct kernel *kernel, const struct memcg_tree *groups,
                         lru_lock_visitor *visit, void *context);

#endif
