#include "analyzer/memcg.h"

#include "analyzer/refusal.h"

struct amount memcg_is_ancestor(const struct incident *incident)
{
    struct slice owner = incident->memcg.path, victim = incident->memcg.victim_path;
    if (!owner.length || !victim.length)
        return UNKNOWN;
    bool is_root = slice_equal(owner, SLICE("/")) && victim.length > 1;
    bool is_below = victim.length > owner.length && slice_starts(victim, owner) &&
                    victim.data[owner.length] == '/';
    return amount_of(is_root || is_below, 0);
}

struct amount memcg_swap_in_use(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    struct amount own = amount_either(memcg->stat[STAT_SWAP], memcg->swap.usage);
    /* Without swap accounting memory+swap stands at 0. */
    struct amount above = amount_subtract(memcg->memsw.usage, memcg->memory.usage);
    if (own.known || !above.known || above.value < 0)
        return own;
    return above;
}

struct amount memcg_swap_by_limits(const struct incident *incident)
{
    return amount_subtract(incident->memcg.memsw.limit, incident->memcg.memory.limit);
}

struct amount memcg_swap_above_limits(const struct incident *incident)
{
    return amount_subtract(memcg_swap_in_use(incident), memcg_swap_by_limits(incident));
}

static int64_t round_up_for_people(int64_t bytes)
{
    int64_t step = 1;
    while (step <= bytes / 32)
        step *= 2;
    return (bytes + step - 1) / step * step;
}

struct amount memcg_memsw_fitting(const struct incident *incident)
{
    struct amount need = amount_add(incident->memcg.memory.limit, memcg_swap_in_use(incident));
    if (!need.known || need.value < 0 || need.value > INT64_MAX / 2)
        return UNKNOWN;
    return amount_of(round_up_for_people(need.value), 0);
}

static struct amount stat_sum(const struct incident *incident, enum memcg_stat a, enum memcg_stat b)
{
    return amount_add(incident->memcg.stat[a], incident->memcg.stat[b]);
}

struct amount memcg_lru_anon(const struct incident *incident)
{
    return stat_sum(incident, STAT_INACTIVE_ANON, STAT_ACTIVE_ANON);
}

struct amount memcg_lru_file(const struct incident *incident)
{
    return stat_sum(incident, STAT_INACTIVE_FILE, STAT_ACTIVE_FILE);
}

struct amount memcg_cache(const struct incident *incident)
{
    const struct amount *stat = incident->memcg.stat;
    return amount_at_least(amount_subtract(stat[STAT_FILE], stat[STAT_SHMEM]), 0);
}

struct amount memcg_cache_unwritten(const struct incident *incident)
{
    return stat_sum(incident, STAT_FILE_DIRTY, STAT_FILE_WRITEBACK);
}

struct amount memcg_cache_reclaimable(const struct incident *incident)
{
    struct amount clean =
        amount_subtract(memcg_lru_file(incident), memcg_cache_unwritten(incident));
    return amount_at_least(amount_subtract(clean, incident->memcg.stat[STAT_FILE_MAPPED]), 0);
}

static struct amount in_bytes(const struct incident *incident, struct amount pages)
{
    return incident->page_size.known ? amount_scale(pages, incident->page_size.value) : UNKNOWN;
}

struct amount memcg_cache_refaulted(const struct incident *incident)
{
    return in_bytes(incident, incident->memcg.stat[STAT_WORKINGSET_REFAULT_FILE]);
}

struct amount memcg_cache_activated(const struct incident *incident)
{
    return in_bytes(incident, incident->memcg.stat[STAT_WORKINGSET_ACTIVATE_FILE]);
}

struct amount memcg_anon_refaulted(const struct incident *incident)
{
    return in_bytes(incident, incident->memcg.stat[STAT_WORKINGSET_REFAULT_ANON]);
}

struct amount memcg_thp_anon_share(const struct incident *incident)
{
    const struct amount *stat = incident->memcg.stat;
    return amount_permille(stat[STAT_ANON_THP], stat[STAT_ANON]);
}

struct amount memcg_thp_shmem_share(const struct incident *incident)
{
    const struct amount *stat = incident->memcg.stat;
    return amount_permille(stat[STAT_SHMEM_THP], stat[STAT_SHMEM]);
}

struct amount memcg_kernel(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    struct amount version = memcg_version(incident);
    /* v2 up to 5.2 prints kmem too, without counting in it. */
    bool is_counted = version.known && version.value == 1;
    return amount_either(memcg->stat[STAT_KERNEL], is_counted ? memcg->kmem.usage : UNKNOWN);
}

/* ---- the subtree, as 3.9 to 5.2 list it */

static struct amount charged(const struct memcg_child *child)
{
    return amount_add(child->stat[STAT_ANON], child->stat[STAT_FILE]);
}

static const struct memcg_child *largest_child(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    const struct memcg_child *largest = NULL;
    for (size_t i = 0; i < memcg->children_count; i++) {
        struct amount own = charged(&memcg->children[i]);
        if (own.known && (!largest || own.value > charged(largest).value))
            largest = &memcg->children[i];
    }
    return largest;
}

struct amount memcg_children_count(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    int64_t count = 0;
    for (size_t i = 0; i < memcg->children_count; i++)
        count += !slice_equal(memcg->children[i].path, memcg->path);
    return memcg->children_count ? amount_of(count, 0) : UNKNOWN;
}

struct slice memcg_largest_child_path(const struct incident *incident)
{
    const struct memcg_child *largest = largest_child(incident);
    return largest ? largest->path : (struct slice){0};
}

struct amount memcg_largest_child_charged(const struct incident *incident)
{
    const struct memcg_child *largest = largest_child(incident);
    return largest ? charged(largest) : UNKNOWN;
}
