#include "analyzer/zone_coverage.h"

#include "analyzer/gfp.h"
#include "analyzer/host.h"
#include "analyzer/scope.h"

/* Could the request use all memory of the machine, as far as the masks tell? */
static bool is_unrestricted(const struct incident *incident)
{
    struct amount movable = gfp_has(&incident->trigger, GFP_MOVABLE);
    struct amount highmem = gfp_has(&incident->trigger, GFP_HIGHMEM);
    struct amount scope = scope_by_evidence(incident);
    bool is_narrowed =
        scope.known && (scope.value == SCOPE_CPUSET || scope.value == SCOPE_MEMPOLICY);
    bool is_for_user = !movable.known || (movable.value && highmem.value);
    return is_for_user && !is_narrowed;
}

/* Behind the zone lines the kernel prints free blocks, the page cache, swap and the pages of RAM;
 * a report without any of it ends among them. */
static bool is_cut_among_zones(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    for (size_t i = 0; i < host->zones_count; i++)
        if (host->zones[i].buddy.orders)
            return false;
    bool has_totals = host->pagecache.known || host->swap_total.known || host->ram.known;
    bool has_tail = incident->has_tasks_header || incident->has_summary || incident->has_kill_line;
    return !has_totals && !has_tail && !host->hugepages_count;
}

static struct amount zones_owned(const struct incident *incident)
{
    return amount_either(host_zone_sum(incident, ZONE_MANAGED),
                         host_zone_sum(incident, ZONE_PRESENT));
}

/* What the machine-wide counters say is there at the least. */
static struct amount counted(const struct incident *incident)
{
    static const enum mem_figure figures[] = {
        MEM_ACTIVE_ANON, MEM_INACTIVE_ANON,    MEM_ACTIVE_FILE,        MEM_INACTIVE_FILE,
        MEM_UNEVICTABLE, MEM_SLAB_RECLAIMABLE, MEM_SLAB_UNRECLAIMABLE, MEM_FREE};
    struct amount sum = amount_of(0, 0);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        sum = amount_add(sum,
                         amount_either(incident->host_memory.figure[figures[i]], amount_of(0, 0)));
    return sum;
}

/* Is @p shown more than 1/16 short of @p whole? */
static bool is_short_of(struct amount shown, struct amount whole)
{
    return whole.known && shown.value < whole.value - whole.value / 16;
}

struct amount zones_are_all_shown(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    if (!host->zones_count)
        return UNKNOWN;
    uint32_t line = host->zones[host->zones_count - 1].line;
    if (is_cut_among_zones(incident))
        return amount_of(false, line);
    if (!is_unrestricted(incident))
        return amount_of(true, line);
    struct amount shown = zones_owned(incident);
    bool are_legible = shown.known && host_zone_sum(incident, ZONE_FREE).known &&
                       host_zone_sum(incident, ZONE_UNEVICTABLE).known;
    bool are_all = are_legible && !is_short_of(shown, host_ram_managed(incident)) &&
                   !is_short_of(shown, counted(incident));
    return amount_of(are_all, line);
}
