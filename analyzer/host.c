#include "analyzer/host.h"

#include "analyzer/memcg.h"
#include "analyzer/zone_coverage.h"

struct amount host_zone_sum(const struct incident *incident, enum zone_figure figure)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount sum = host->zones_count ? amount_of(0, 0) : UNKNOWN;
    for (size_t i = 0; i < host->zones_count; i++)
        sum = amount_add(sum, host->zones[i].figure[figure]);
    return sum;
}

struct amount host_node_sum(const struct incident *incident, enum node_figure figure)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount sum = host->nodes_count ? amount_of(0, 0) : UNKNOWN;
    for (size_t i = 0; i < host->nodes_count; i++)
        sum = amount_add(sum, host->nodes[i].figure[figure]);
    return sum;
}

struct amount host_ram_managed(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount managed = amount_subtract(host->ram, host->reserved);
    /* "4294965447 pages reserved": the counter can underflow on 32 bits. */
    return managed.known && managed.value > 0 ? managed : UNKNOWN;
}

struct amount host_zones_managed(const struct incident *incident)
{
    struct amount are_all = zones_are_all_shown(incident);
    return are_all.known && are_all.value ? host_zone_sum(incident, ZONE_MANAGED) : UNKNOWN;
}

struct amount host_managed(const struct incident *incident)
{
    return amount_either(host_ram_managed(incident), host_zones_managed(incident));
}

static struct amount sum_of_three(const struct incident *incident, enum mem_figure a,
                                  enum mem_figure b, enum mem_figure c)
{
    const struct amount *figure = incident->host_memory.figure;
    return amount_add(amount_add(figure[a], figure[b]), figure[c]);
}

struct amount host_anon(const struct incident *incident)
{
    struct amount lists =
        sum_of_three(incident, MEM_ACTIVE_ANON, MEM_INACTIVE_ANON, MEM_ISOLATED_ANON);
    return amount_at_least(amount_subtract(lists, incident->host_memory.figure[MEM_SHMEM]), 0);
}

struct amount host_cache(const struct incident *incident)
{
    return sum_of_three(incident, MEM_ACTIVE_FILE, MEM_INACTIVE_FILE, MEM_ISOLATED_FILE);
}

struct amount host_cache_reclaimable(const struct incident *incident)
{
    struct amount busy = sum_of_three(incident, MEM_DIRTY, MEM_WRITEBACK, MEM_MAPPED);
    return amount_at_least(amount_subtract(host_cache(incident), busy), 0);
}

struct amount host_slab(const struct incident *incident)
{
    const struct amount *figure = incident->host_memory.figure;
    return amount_add(figure[MEM_SLAB_RECLAIMABLE], figure[MEM_SLAB_UNRECLAIMABLE]);
}

struct amount host_kernel_stack(const struct incident *incident)
{
    return amount_either(host_node_sum(incident, NODE_KERNEL_STACK),
                         host_zone_sum(incident, ZONE_KERNEL_STACK));
}

struct amount host_page_table(const struct incident *incident)
{
    const struct amount *figure = incident->host_memory.figure;
    /* Secondary ones are counted, and printed, since 6.1. */
    return amount_add(figure[MEM_PAGETABLES],
                      amount_either(figure[MEM_SEC_PAGETABLES], amount_of(0, 0)));
}

struct amount host_anon_thp(const struct incident *incident)
{
    return host_node_sum(incident, NODE_ANON_THP);
}

struct amount host_shmem_thp(const struct incident *incident)
{
    return host_node_sum(incident, NODE_SHMEM_THP);
}

struct amount host_balloon(const struct incident *incident)
{
    return host_node_sum(incident, NODE_BALLOON);
}

struct amount host_gpu(const struct incident *incident)
{
    return amount_add(host_node_sum(incident, NODE_GPU_ACTIVE),
                      host_node_sum(incident, NODE_GPU_RECLAIM));
}

struct amount host_zspages(const struct incident *incident)
{
    return host_zone_sum(incident, ZONE_ZSPAGES);
}

struct amount host_mlocked(const struct incident *incident)
{
    return host_zone_sum(incident, ZONE_MLOCKED);
}

struct amount hugepages_bytes(const struct hugepages *hugepages, struct amount pages)
{
    return hugepages->size.known ? amount_scale(pages, hugepages->size.value) : UNKNOWN;
}

struct amount host_hugetlb_total(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount sum = host->hugepages_count ? amount_of(0, 0) : UNKNOWN;
    for (size_t i = 0; i < host->hugepages_count; i++)
        sum = amount_add(sum, hugepages_bytes(&host->hugepages[i], host->hugepages[i].total));
    return sum;
}

struct amount host_hugetlb_free(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount sum = host->hugepages_count ? amount_of(0, 0) : UNKNOWN;
    for (size_t i = 0; i < host->hugepages_count; i++)
        sum = amount_add(sum, hugepages_bytes(&host->hugepages[i], host->hugepages[i].free));
    return sum;
}

struct amount host_nodes_count(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    if (host->nodes_count)
        return amount_of((int64_t)host->nodes_count, host->nodes[0].line);
    /* Before 4.8 only the zone lines tell, in which the nodes follow each other. */
    int64_t count = 0;
    for (size_t i = 0; i < host->zones_count; i++)
        count += i == 0 || host->zones[i].node != host->zones[i - 1].node;
    return count ? amount_of(count, host->zones[0].line) : UNKNOWN;
}

struct amount host_nodes_unreclaimable(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount count = UNKNOWN;
    for (size_t i = 0; i < host->nodes_count; i++)
        if (host->nodes[i].has_all_unreclaimable)
            count = amount_of(amount_or(count, 0) + host->nodes[i].is_all_unreclaimable,
                              host->nodes[i].line);
    for (size_t i = 0; i < host->zones_count; i++)
        if (host->zones[i].has_all_unreclaimable)
            count = amount_of(amount_or(count, 0) + host->zones[i].is_all_unreclaimable,
                              host->zones[i].line);
    return count;
}

/* More that is free than there is: one of the two figures is damaged. */
static bool is_swap_contradictory(const struct host_memory *host)
{
    return host->swap_total.known && host->swap_free.known &&
           host->swap_free.value > host->swap_total.value;
}

struct amount swap_used(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    return is_swap_contradictory(host) ? UNKNOWN
                                       : amount_subtract(host->swap_total, host->swap_free);
}

struct amount swap_free_share(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount free = amount_at_least(host->swap_free, 0);
    return is_swap_contradictory(host) ? UNKNOWN : amount_permille(free, host->swap_total);
}

struct amount swap_is_configured(const struct incident *incident)
{
    struct amount total = incident->host_memory.swap_total;
    if (total.known)
        return amount_of(total.value > 0, total.line);
    struct amount in_use = memcg_swap_in_use(incident);
    return amount_or(in_use, 0) > 0 ? amount_of(true, in_use.line) : UNKNOWN;
}

static bool is_under_one_percent(struct amount free, struct amount total)
{
    return free.known && total.known && total.value > 0 && free.value < total.value / 100;
}

struct amount swap_is_used_up(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    const struct page_counter *counter = &incident->memcg.swap;
    struct amount room = amount_subtract(counter->limit, counter->usage);
    if (is_under_one_percent(host->swap_free, host->swap_total))
        return amount_of(true, host->swap_free.line);
    if (is_under_one_percent(room, counter->limit))
        return amount_of(true, counter->line);
    if (!host->swap_total.known && !room.known)
        return UNKNOWN;
    return amount_of(false, host->swap_free.line ? host->swap_free.line : counter->line);
}

/* ---- lists of the report */

struct amount slab_caches_count(const struct incident *incident)
{
    size_t count = incident->slab_caches_count;
    return count ? amount_of((int64_t)count, incident->slab_caches[0].line) : UNKNOWN;
}

static const struct slab_cache *largest_slab(const struct incident *incident)
{
    const struct slab_cache *largest = NULL;
    for (size_t i = 0; i < incident->slab_caches_count; i++) {
        const struct slab_cache *cache = &incident->slab_caches[i];
        if (cache->total.known && (!largest || cache->total.value > largest->total.value))
            largest = cache;
    }
    return largest;
}

struct slice slab_largest_name(const struct incident *incident)
{
    const struct slab_cache *largest = largest_slab(incident);
    return largest ? largest->name : (struct slice){0};
}

struct amount slab_largest_total(const struct incident *incident)
{
    const struct slab_cache *largest = largest_slab(incident);
    return largest ? largest->total : UNKNOWN;
}

struct amount slab_largest_used(const struct incident *incident)
{
    const struct slab_cache *largest = largest_slab(incident);
    return largest ? largest->used : UNKNOWN;
}

/* The kernel prints the sites largest first. */
struct slice allocations_largest_where(const struct incident *incident)
{
    return incident->allocation_sites_count ? incident->allocation_sites[0].where
                                            : (struct slice){0};
}

struct amount allocations_largest_bytes(const struct incident *incident)
{
    return incident->allocation_sites_count ? incident->allocation_sites[0].bytes : UNKNOWN;
}
