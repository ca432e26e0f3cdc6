#include "parsers/kernel/lru_lock.h"

#include "parsers/kernel/zones.h"

enum { LOCKED_MASK = 0xff, PENDING_SHIFT = 8, TAIL_CPU_SHIFT = 18 };

static void tell(uint64_t word, unsigned node, int group, lru_lock_visitor *visit, void *context)
{
    uint32_t value = (uint32_t)word, tail = value >> TAIL_CPU_SHIFT;
    struct lru_lock lock = {.node = node,
                            .group = group,
                            .is_locked = value & LOCKED_MASK,
                            .is_pending = value >> PENDING_SHIFT & 1,
                            .tail_cpu = tail ? amount_of((int64_t)tail - 1, 0) : UNKNOWN};
    if (value)
        visit(context, &lock);
}

static uint64_t visit_groups(const struct kernel *kernel, const struct memcg_tree *groups,
                             unsigned node, lru_lock_visitor *visit, void *context)
{
    uint64_t part, lruvec, word, count = 0;
    for (int group = 0; group < groups->count; group++) {
        if (!memcg_node(kernel, &groups->groups[group], node, &part) ||
            !kernel_place(kernel, part, MEMBER_PER_NODE_LRUVEC, &lruvec) ||
            !kernel_read(kernel, lruvec, MEMBER_LRUVEC_LOCK, &word))
            continue;
        tell(word, node, group, visit, context);
        count++;
    }
    return count;
}

uint64_t lru_locks_visit(const struct kernel *kernel, const struct memcg_tree *groups,
                         lru_lock_visitor *visit, void *context)
{
    uint64_t node, word, count = 0;
    for (unsigned number = 0; node_next(kernel, &number, &node); number++) {
        if (kernel_has(kernel, MEMBER_LRUVEC_LOCK)) {
            count += visit_groups(kernel, groups, number, visit, context);
        } else if (kernel_read(kernel, node, MEMBER_NODE_LRU_LOCK, &word)) {
            tell(word, number, MEMCG_NONE, visit, context);
            count++;
        }
    }
    return count;
}
