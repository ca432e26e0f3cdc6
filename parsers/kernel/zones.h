/*
 * The nodes and zones of a dead kernel, and the counters that its allocator decides by.
 *
 * Figures are pages and counts as the kernel keeps them. A zone's counter has a common part, which
 * /proc/zoneinfo prints and the fast watermark tests use, and small differences that CPUs have not
 * handed in yet. Kernel: include/linux/mmzone.h, mm/vmstat.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_ZONES_H
#define WHYOOM_PARSERS_KERNEL_ZONES_H

#include "parsers/kernel/kernel.h"

/** The online node with the lowest number of at least *@p number, which becomes its number. */
bool node_next(const struct kernel *kernel, unsigned *number, uint64_t *node);

struct zone_walk {
    const struct kernel *kernel;
    unsigned node_number; /* of the zone given last */
    uint64_t node;        /* its struct pglist_data */
    unsigned index;       /* the zone's type */
    bool is_started;
};

/** Begin with the first node: `for (struct zone_walk w = zone_walk(k); zone_walk_next(&w, &z);)`.
 */
struct zone_walk zone_walk(const struct kernel *kernel);

/** The next zone in the order of zoneinfo, those without pages included. */
bool zone_walk_next(struct zone_walk *walk, uint64_t *zone);

/** A counter (NR_FREE_PAGES ...) as zoneinfo prints it; negative ones are 0, as there. */
struct amount zone_counter(const struct kernel *kernel, uint64_t zone, enum enumerator_id item);

/** The same with what the CPUs hold back. */
struct amount zone_counter_exact(const struct kernel *kernel, uint64_t zone,
                                 enum enumerator_id item);

/** Bytes that the whole machine counts as slab, as meminfo's SReclaimable and SUnreclaim: pages of
 * the caches, and since 5.4 those of kmalloc of more than two pages, which are of no cache. With
 * what the CPUs hold back. */
struct amount slab_counter(const struct kernel *kernel, bool is_reclaimable);

/** A watermark (WMARK_MIN ...) with its boost. Kernel: wmark_pages(). */
struct amount zone_watermark(const struct kernel *kernel, uint64_t zone, enum enumerator_id mark);

/** lowmem_reserve[] for requests that could go up to zone type @p highest. */
struct amount zone_reserve(const struct kernel *kernel, uint64_t zone, unsigned highest);

#endif
