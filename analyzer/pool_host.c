#include "analyzer/gfp.h"
#include "analyzer/host.h"
#include "analyzer/kernel.h"
#include "analyzer/pool.h"
#include "analyzer/scope.h"
#include "analyzer/watermark.h"
#include "analyzer/zone_coverage.h"

/*
 * The zones that could have served the request. Figures live in the zone lines, later in the node
 * lines, some only in the machine-wide list; those of a wider list count for the zones that can
 * hold such memory.
 */

/** Which of the three kinds of lines can be believed to be all there. */
struct view {
    const struct incident *incident;
    bool has_zones, has_nodes;
};

/* ---- sums over the eligible zones and the nodes they are on */

static struct amount zones(const struct view *view, enum zone_figure figure)
{
    const struct incident *incident = view->incident;
    struct amount sum = UNKNOWN;
    bool is_first = true;
    for (size_t i = 0; view->has_zones && i < incident->zone_checks_count; i++) {
        const struct zone_check *check = &incident->zone_checks[i];
        if (!check->is_eligible)
            continue;
        struct amount own = check->zone->figure[figure];
        sum = is_first ? own : amount_add(sum, own);
        is_first = false;
    }
    return sum;
}

static struct amount zones_owned(const struct view *view)
{
    return amount_either(zones(view, ZONE_MANAGED), zones(view, ZONE_PRESENT));
}

static bool is_node_excluded(const struct view *view, int id)
{
    struct zone somewhere = {.node = id};
    return zone_is_masked(view->incident, &somewhere);
}

static struct amount nodes(const struct view *view, enum node_figure figure)
{
    const struct host_memory *host = &view->incident->host_memory;
    struct amount sum = UNKNOWN;
    bool is_first = true;
    for (size_t i = 0; view->has_nodes && i < host->nodes_count; i++) {
        if (is_node_excluded(view, host->nodes[i].id))
            continue;
        struct amount own = host->nodes[i].figure[figure];
        sum = is_first ? own : amount_add(sum, own);
        is_first = false;
    }
    return sum;
}

/* Has every eligible zone the line of its node? Both kinds of lines come in the order of the nodes.
 */
static bool are_nodes_shown(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    size_t at = 0;
    for (size_t i = 0; i < incident->zone_checks_count; i++) {
        const struct zone_check *check = &incident->zone_checks[i];
        int id = check->zone->node < 0 ? 0 : check->zone->node;
        if (!check->is_eligible)
            continue;
        while (at < host->nodes_count && host->nodes[at].id < id)
            at++;
        if (at == host->nodes_count || host->nodes[at].id != id)
            return false;
    }
    return incident->zone_checks_count > 0;
}

/* Of a report that lost some, the machine-wide list is the better witness. */
static bool are_zones_complete(const struct incident *incident)
{
    struct amount are_all = zones_are_all_shown(incident);
    return incident->zone_checks_count && are_all.known && are_all.value;
}

static struct amount or_none(struct amount figure)
{
    return amount_either(figure, amount_of(0, 0));
}

static bool can_hold_kernel_memory(const struct view *view)
{
    if (!view->has_zones)
        return true;
    for (size_t i = 0; i < view->incident->zone_checks_count; i++)
        if (view->incident->zone_checks[i].is_eligible &&
            zone_holds_kernel_memory(view->incident->zone_checks[i].zone))
            return true;
    return false;
}

/* ---- the lists */

/** Where the lists of one kind, and what is isolated from them at the moment, are printed. */
struct list_names {
    enum zone_figure zone_active, zone_inactive, zone_isolated;
    enum mem_figure active, inactive, isolated;
    enum node_figure node_isolated;
};

static const struct list_names anon_names = {
    ZONE_ACTIVE_ANON,  ZONE_INACTIVE_ANON, ZONE_ISOLATED_ANON, MEM_ACTIVE_ANON,
    MEM_INACTIVE_ANON, MEM_ISOLATED_ANON,  NODE_ISOLATED_ANON};
static const struct list_names file_names = {
    ZONE_ACTIVE_FILE,  ZONE_INACTIVE_FILE, ZONE_ISOLATED_FILE, MEM_ACTIVE_FILE,
    MEM_INACTIVE_FILE, MEM_ISOLATED_FILE,  NODE_ISOLATED_FILE};

/* What is isolated is small, and its line may be missing. */
static struct amount list(const struct view *view, const struct list_names *names)
{
    const struct amount *machine = view->incident->host_memory.figure;
    struct amount lists =
        view->has_zones
            ? amount_add(zones(view, names->zone_active), zones(view, names->zone_inactive))
            : amount_add(machine[names->active], machine[names->inactive]);
    struct amount isolated =
        amount_either(zones(view, names->zone_isolated), nodes(view, names->node_isolated));
    return amount_add(lists, or_none(amount_either(isolated, machine[names->isolated])));
}

static struct amount unevictable_list(const struct view *view)
{
    return view->has_zones ? zones(view, ZONE_UNEVICTABLE)
                           : view->incident->host_memory.figure[MEM_UNEVICTABLE];
}

/*
 * Shared memory is counted per node since 4.8. Where the request could not use all zones of its
 * nodes, what lies in its zones is at most their anon lists, and at least what the other zones'
 * lists cannot hold.
 */
static struct amount shmem_of(const struct view *view, struct amount anon, struct amount size)
{
    struct amount by_zone = zones(view, ZONE_SHMEM);
    if (by_zone.known)
        return by_zone;
    struct amount all = nodes(view, NODE_SHMEM);
    struct amount lists =
        amount_add(nodes(view, NODE_ACTIVE_ANON), nodes(view, NODE_INACTIVE_ANON));
    if (!all.known || !lists.known) {
        all = view->incident->host_memory.figure[MEM_SHMEM];
        lists = amount_add(view->incident->host_memory.figure[MEM_ACTIVE_ANON],
                           view->incident->host_memory.figure[MEM_INACTIVE_ANON]);
    }
    struct amount elsewhere = amount_at_least(amount_subtract(lists, anon), 0);
    if (elsewhere.known && elsewhere.value == 0)
        return all;
    struct amount high = all.known && anon.known && all.value < anon.value ? all : anon;
    return amount_between(amount_subtract(all, elsewhere), high, size);
}

/* ---- kernel memory */

/* A figure that moved from the zone lines to the node lines, and may be in the machine-wide list.
 */
static struct amount moved(const struct view *view, enum zone_figure zone, enum node_figure node,
                           struct amount machine)
{
    return amount_either(amount_either(zones(view, zone), nodes(view, node)), machine);
}

/*
 * Per zone up to 4.12, machine-wide since. Of nodes that the request was kept to, the machine's
 * slab may be more than they have room for beside the rest; what @p pool still has unexplained
 * bounds it.
 */
static struct amount slab_of(const struct view *view, const struct pool *pool)
{
    if (!can_hold_kernel_memory(view))
        return amount_of(0, 0);
    struct amount by_zone =
        amount_add(zones(view, ZONE_SLAB_RECLAIMABLE), zones(view, ZONE_SLAB_UNRECLAIMABLE));
    struct amount slab = amount_either(by_zone, host_slab(view->incident));
    struct amount used = amount_subtract(pool->size, pool->free);
    struct amount room = amount_at_least(amount_subtract(used, pool_known_parts(pool)), 0);
    struct amount elsewhere = amount_subtract(host_managed(view->incident), pool->size);
    bool is_part = elsewhere.known && elsewhere.value > 0;
    if (is_part && slab.known && room.known && room.value < slab.value)
        slab.value = room.value;
    return slab;
}

static struct amount page_table_of(const struct view *view)
{
    const struct amount *machine = view->incident->host_memory.figure;
    if (!can_hold_kernel_memory(view))
        return amount_of(0, 0);
    struct amount first = moved(view, ZONE_PAGETABLES, NODE_PAGETABLES, machine[MEM_PAGETABLES]);
    struct amount second =
        amount_either(nodes(view, NODE_SEC_PAGETABLES), machine[MEM_SEC_PAGETABLES]);
    return amount_add(first, or_none(second)); /* secondary ones are printed since 6.1 */
}

static struct amount kernel_stack_of(const struct view *view)
{
    struct amount stacks = moved(view, ZONE_KERNEL_STACK, NODE_KERNEL_STACK, UNKNOWN);
    return amount_add(stacks, or_none(nodes(view, NODE_SHADOW_CALL_STACK)));
}

/* Mem-Info knows little of it: no sockets, no percpu, no vmalloc. What it knows is here; bounce
 * buffers, which all kernels count and hardly one uses, are nothing to know when there are none. */
static struct amount kernel_other_of(const struct view *view)
{
    struct amount bounce = view->incident->host_memory.figure[MEM_BOUNCE];
    const struct amount pieces[] = {bounce.value > 0 ? bounce : UNKNOWN,
                                    view->incident->host_memory.figure[MEM_KERNEL_MISC_RECLAIMABLE],
                                    zones(view, ZONE_ZSPAGES),
                                    nodes(view, NODE_BALLOON),
                                    nodes(view, NODE_GPU_ACTIVE),
                                    nodes(view, NODE_GPU_RECLAIM)};
    struct amount sum = UNKNOWN;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        if (pieces[i].known)
            sum = amount_add(or_none(sum), pieces[i]);
    return sum;
}

/* ---- huge page pools */

/* The lines do not exist before 3.10, and then nobody knows; were of level info up to 6.0 and so
 * may have been filtered out: their absence means "none" only when other lines of that level, or a
 * kernel that prints them louder, say so. */
static bool are_hugepages_absent(const struct incident *incident)
{
    struct amount version = kernel_version(incident);
    bool has_nodes = incident->host_memory.nodes_count > 0; /* their lines came with 4.8 */
    bool is_printed = has_nodes || (version.known && version.value >= 3010);
    bool is_printed_loud = version.known && version.value >= 6001;
    bool has_info_lines = incident->has_tasks_header || incident->has_summary;
    return is_printed_loud || (is_printed && has_info_lines);
}

static struct amount hugetlb_of(const struct view *view)
{
    const struct host_memory *host = &view->incident->host_memory;
    if (!host->hugepages_count)
        return are_hugepages_absent(view->incident) ? amount_of(0, 0) : UNKNOWN;
    struct amount sum = amount_of(0, 0);
    for (size_t i = 0; i < host->hugepages_count; i++)
        if (!is_node_excluded(view, host->hugepages[i].node))
            sum = amount_add(sum, hugepages_bytes(&host->hugepages[i], host->hugepages[i].total));
    return sum;
}

/* ---- the pool */

/* Shared memory that is on no anon list is locked (SHM_LOCK, mlock), and stands in unevictable as
 * well. */
static void separate_shmem(struct pool *pool, struct amount anon)
{
    struct amount own = amount_subtract(anon, pool->part[PART_SHMEM]);
    if (own.known && own.value < 0) {
        pool->part[PART_UNEVICTABLE] =
            amount_at_least(amount_add(pool->part[PART_UNEVICTABLE], own), 0);
        own.value = 0;
    }
    pool->part[PART_ANON] = own;
}

static struct amount free_of(const struct view *view)
{
    const struct amount *machine = view->incident->host_memory.figure;
    if (!view->has_zones)
        return amount_add(machine[MEM_FREE], or_none(machine[MEM_FREE_PCP]));
    return amount_add(zones(view, ZONE_FREE), or_none(zones(view, ZONE_FREE_PCP)));
}

static struct amount unaccounted(const struct pool *pool, struct amount lists)
{
    static const enum part required[] = {PART_SLAB, PART_PAGE_TABLE, PART_KERNEL_STACK,
                                         PART_HUGETLB};
    struct amount parts = amount_add(lists, or_none(pool->part[PART_KERNEL_OTHER]));
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        parts = amount_add(parts, pool->part[required[i]]);
    struct amount used = amount_subtract(pool->size, pool->free);
    return amount_at_least(amount_subtract(used, parts), 0);
}

/* "pages RAM" of a report that is damaged elsewhere may be damaged too: it is believed where what
 * is counted makes up half of it. */
static struct amount believable_size(const struct pool *pool)
{
    struct amount counted = amount_add(pool_known_parts(pool), or_none(pool->free));
    bool is_much = counted.known && pool->size.known && counted.value >= pool->size.value / 2;
    return is_much ? pool->size : UNKNOWN;
}

struct pool pool_of_host(const struct incident *incident)
{
    bool has_zones = are_zones_complete(incident);
    const struct view *view =
        &(struct view){incident, has_zones, has_zones && are_nodes_shown(incident)};
    struct pool pool = {.free = free_of(view)};
    pool.size = view->has_zones ? zones_owned(view) : host_managed(incident);
    struct amount anon = list(view, &anon_names), file = list(view, &file_names);
    struct amount locked = unevictable_list(view);
    struct amount lists = amount_add(amount_add(anon, file), locked);

    pool.part[PART_FILE] = file;
    pool.part[PART_UNEVICTABLE] = locked;
    pool.part[PART_SHMEM] = shmem_of(view, anon, pool.size);
    separate_shmem(&pool, anon);
    pool.part[PART_PAGE_TABLE] = page_table_of(view);
    pool.part[PART_KERNEL_STACK] = kernel_stack_of(view);
    pool.part[PART_KERNEL_OTHER] = kernel_other_of(view);
    pool.part[PART_HUGETLB] = hugetlb_of(view);
    pool.part[PART_SLAB] = slab_of(view, &pool);
    if (!view->has_zones)
        pool.size = believable_size(&pool);
    /* What is missing from a report whose zone lines are damaged, or that breaks off, proves
     * nothing. */
    if (view->has_zones && !incident_is_missing(incident, "mem-info-end"))
        pool.part[PART_UNACCOUNTED] = unaccounted(&pool, lists);
    return pool;
}
