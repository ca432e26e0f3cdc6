/*
 * A control group's statistics, as its memory.stat would print them had the kernel just flushed
 * them: of the whole subtree, with what lies in per-CPU counters and pending sums added.
 *
 * Units: bytes, or times where the name of the row does not end in _bytes. Four shapes of the same
 * thing, told apart by their members: per-CPU deltas that a flush carries up the tree (since 5.15,
 * the arrays reduced to the items in use since 6.1 and 6.10), batches added to all ancestors at
 * once (5.4, 5.10), and local counts (4.18, RHEL 7). Kernel: mm/memcontrol.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_MEMCG_STAT_H
#define WHYOOM_PARSERS_KERNEL_MEMCG_STAT_H

#include "parsers/kernel/memcg.h"

/** The rows: those of memory.stat's names, and of "_bytes" where it is memory. Several rows may
 * carry one name: of these the known ones add up. */
size_t memcg_stat_count(void);
const char *memcg_stat_name(size_t row);

/** The figures of all groups: row R of group G at [G * memcg_stat_count() + R]; in the tree's
 * arena. */
struct amount *memcg_stat_read(const struct kernel *kernel, const struct memcg_tree *tree);

/** The figure that has the name @p name, of group @p group of @p all; rows of one name added. */
struct amount memcg_stat_of(const struct amount *all, int group, const char *name);

/** The events of memory.events and memory.swap.events ("swap_max"): of the subtree on v2, where
 * the kernel keeps them so, and added up on v1. */
size_t memcg_event_count(void);
const char *memcg_event_name(size_t row);
struct amount *memcg_event_read(const struct kernel *kernel, const struct memcg_tree *tree);

#endif
