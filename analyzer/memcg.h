/*
 * What a memory cgroup's counters and statistics say beyond their single figures: swap against the
 * two limits of v1, cache that could be dropped, the balance of its lists, the subtree's largest
 * child.
 *
 * Statistics have the names of v2 whatever the version: "anon" is v1's rss, "file" v1's cache,
 * which both contain shared memory in file and not in anon. Kernel: mm/memcontrol.c,
 * mm/memcontrol-v1.c.
 */
#ifndef WHYOOM_MEMCG_H
#define WHYOOM_MEMCG_H

#include "analyzer/incident.h"

/** Is the limit's owner an ancestor of the victim's cgroup? Unknown without both paths. */
struct amount memcg_is_ancestor(const struct incident *incident);

/** Swap in use: the statistics' swap, v2's counter, or memory+swap less memory. */
struct amount memcg_swap_in_use(const struct incident *incident);

/** v1: limit(memory+swap) - limit(memory). Not a swap limit: what memory gives up, swap may take.
 */
struct amount memcg_swap_by_limits(const struct incident *incident);
struct amount memcg_swap_above_limits(const struct incident *incident);

/**
 * v1: limit(memory) + swap in use, rounded up to 1/16 of its power of two. Below it memory+swap is
 * full before memory is; how much the cgroup would have taken in the end, no report tells.
 */
struct amount memcg_memsw_fitting(const struct incident *incident);

/** Both lists together; anon holds shared memory too. */
struct amount memcg_lru_anon(const struct incident *incident);
struct amount memcg_lru_file(const struct incident *incident);

/** file less shmem; unknown before 4.14, where shmem is not printed. */
struct amount memcg_cache(const struct incident *incident);

/** The least that could be dropped at once: file lists less dirty, writeback, mapped. */
struct amount memcg_cache_reclaimable(const struct incident *incident);
struct amount memcg_cache_unwritten(const struct incident *incident);

/** Pages that came back after their eviction, since the cgroup exists: one report knows no rate. */
struct amount memcg_cache_refaulted(const struct incident *incident);
struct amount memcg_cache_activated(const struct incident *incident);
struct amount memcg_anon_refaulted(const struct incident *incident);

struct amount memcg_thp_anon_share(const struct incident *incident);
struct amount memcg_thp_shmem_share(const struct incident *incident);

/** Kernel memory inside the usage: "kernel" (5.18), else v1's kmem counter. */
struct amount memcg_kernel(const struct incident *incident);

struct amount memcg_children_count(const struct incident *incident);
struct slice memcg_largest_child_path(const struct incident *incident);
struct amount memcg_largest_child_charged(const struct incident *incident);

#endif
