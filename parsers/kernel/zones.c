#include "parsers/kernel/zones.h"

#include <limits.h>

enum { NODES_MAX = 1024 /* CONFIG_NODES_SHIFT is at most 10 */, ZONES_MAX = 8, POINTER_SIZE = 8 };

bool node_next(const struct kernel *kernel, unsigned *number, uint64_t *node)
{
    uint64_t table;
    const struct layout_symbol *symbol = &kernel->layout->symbols[SYMBOL_NODE_DATA];
    if (!kernel_symbol(kernel, SYMBOL_NODE_DATA, &table)) /* a kernel without NUMA */
        return *number == 0 && kernel_symbol(kernel, SYMBOL_CONTIG_PAGE_DATA, node);
    uint64_t limit = symbol->size ? symbol->size / POINTER_SIZE : NODES_MAX;
    for (; *number < limit && *number < NODES_MAX; (*number)++)
        if (memory_read_number(kernel->memory, table + POINTER_SIZE * *number, POINTER_SIZE,
                               node) &&
            *node)
            return true;
    return false;
}

struct zone_walk zone_walk(const struct kernel *kernel)
{
    return (struct zone_walk){.kernel = kernel};
}

static unsigned zones_of(const struct kernel *kernel)
{
    const struct layout_member *zones = &kernel->layout->members[MEMBER_NODE_ZONES];
    return zones->is_known && zones->place.count < ZONES_MAX ? zones->place.count : 0;
}

bool zone_walk_next(struct zone_walk *walk, uint64_t *zone)
{
    const struct kernel *kernel = walk->kernel;
    unsigned count = zones_of(kernel);
    if (!walk->is_started || ++walk->index >= count) {
        walk->node_number += walk->is_started;
        walk->is_started = true;
        walk->index = 0;
        if (!count || !node_next(kernel, &walk->node_number, &walk->node))
            return false;
    }
    if (!kernel_place(kernel, walk->node, MEMBER_NODE_ZONES, zone))
        return false;
    *zone += (uint64_t)walk->index * kernel->layout->members[MEMBER_NODE_ZONES].place.element_size;
    return true;
}

/* ---- counters */

/* Where a zone's or a node's counters are: its own, and what each CPU has not handed in yet. */
struct counters {
    enum member_id own, per_cpu, difference;
};

static const struct counters of_zone = {MEMBER_ZONE_VM_STAT, MEMBER_ZONE_PER_CPU_STATS,
                                        MEMBER_ZONE_STAT_DIFF};
static const struct counters of_node = {MEMBER_NODE_VM_STAT, MEMBER_NODE_PER_CPU_STATS,
                                        MEMBER_NODE_STAT_DIFF};

static struct amount counter(const struct kernel *kernel, const struct counters *counters,
                             uint64_t owner, enum enumerator_id item)
{
    int64_t index;
    uint64_t value;
    if (!kernel_enumerator(kernel, item, &index) || index < 0 ||
        !kernel_read_element(kernel, owner, counters->own, (uint64_t)index, &value))
        return UNKNOWN;
    return amount_of((int64_t)value, 0);
}

static struct amount counter_exact(const struct kernel *kernel, const struct counters *counters,
                                   uint64_t owner, enum enumerator_id item)
{
    struct amount sum = counter(kernel, counters, owner, item);
    uint64_t statistics, difference;
    int64_t index;
    if (!sum.known || !kernel_enumerator(kernel, item, &index) ||
        !kernel_pointer(kernel, owner, counters->per_cpu, &statistics))
        return UNKNOWN;
    for (size_t cpu = 0; cpu < kernel->cpus_count; cpu++) {
        if (!kernel_read_element(kernel, kernel_per_cpu(kernel, statistics, cpu),
                                 counters->difference, (uint64_t)index, &difference))
            return UNKNOWN;
        sum = amount_add(sum, amount_of((int64_t)difference, 0));
    }
    return amount_at_least(sum, 0);
}

struct amount zone_counter(const struct kernel *kernel, uint64_t zone, enum enumerator_id item)
{
    return amount_at_least(counter(kernel, &of_zone, zone, item), 0);
}

struct amount zone_counter_exact(const struct kernel *kernel, uint64_t zone,
                                 enum enumerator_id item)
{
    return counter_exact(kernel, &of_zone, zone, item);
}

/* Slab pages are an item of the node since 4.14, right behind its lists of pages; before, of the
 * zone. */
static bool is_slab_of_nodes(const struct kernel *kernel, enum enumerator_id reclaimable)
{
    int64_t unevictable, slab;
    return kernel_has(kernel, MEMBER_NODE_VM_STAT) &&
           kernel_enumerator(kernel, ENUMERATOR_STAT_UNEVICTABLE, &unevictable) &&
           kernel_enumerator(kernel, reclaimable, &slab) && slab == unevictable + 1;
}

static struct amount slab_of_nodes(const struct kernel *kernel, enum enumerator_id item)
{
    uint64_t node;
    struct amount sum = UNKNOWN; /* of no node at all */
    bool is_first = true;
    for (unsigned number = 0; node_next(kernel, &number, &node); number++, is_first = false)
        sum = amount_add(is_first ? amount_of(0, 0) : sum,
                         counter_exact(kernel, &of_node, node, item));
    return sum;
}

static struct amount slab_of_zones(const struct kernel *kernel, enum enumerator_id item)
{
    uint64_t zone;
    struct amount sum = UNKNOWN;
    bool is_first = true;
    for (struct zone_walk walk = zone_walk(kernel); zone_walk_next(&walk, &zone); is_first = false)
        sum = amount_add(is_first ? amount_of(0, 0) : sum, zone_counter_exact(kernel, zone, item));
    return sum;
}

struct amount slab_counter(const struct kernel *kernel, bool is_reclaimable)
{
    static const enum enumerator_id items[][2] = {
        {ENUMERATOR_STAT_SLAB_UNRECLAIMABLE_B, ENUMERATOR_STAT_SLAB_RECLAIMABLE_B},
        {ENUMERATOR_STAT_SLAB_UNRECLAIMABLE, ENUMERATOR_STAT_SLAB_RECLAIMABLE},
    };
    int64_t index;
    bool is_old = !kernel_enumerator(kernel, items[0][is_reclaimable], &index);
    enum enumerator_id item = items[is_old][is_reclaimable];
    struct amount pages = is_slab_of_nodes(kernel, items[is_old][1]) ? slab_of_nodes(kernel, item)
                                                                     : slab_of_zones(kernel, item);
    return amount_scale(pages, (int64_t)kernel->page_size);
}

struct amount zone_watermark(const struct kernel *kernel, uint64_t zone, enum enumerator_id mark)
{
    int64_t index;
    uint64_t pages;
    if (!kernel_enumerator(kernel, mark, &index) || index < 0 ||
        !kernel_read_element(kernel, zone, MEMBER_ZONE_WATERMARK, (uint64_t)index, &pages) ||
        pages > INT64_MAX)
        return UNKNOWN;
    struct amount sum = amount_of((int64_t)pages, 0);
    if (!kernel_has(kernel, MEMBER_ZONE_WATERMARK_BOOST)) /* up to 4.20 */
        return sum;
    return amount_add(sum, kernel_amount(kernel, zone, MEMBER_ZONE_WATERMARK_BOOST, 1));
}

struct amount zone_reserve(const struct kernel *kernel, uint64_t zone, unsigned highest)
{
    uint64_t pages;
    if (!kernel_read_element(kernel, zone, MEMBER_ZONE_LOWMEM_RESERVE, highest, &pages) ||
        pages > INT64_MAX)
        return UNKNOWN;
    return amount_of((int64_t)pages, 0);
}
