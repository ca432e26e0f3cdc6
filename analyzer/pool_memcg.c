#include "analyzer/memcg.h"
#include "analyzer/pool.h"

static struct amount or_none(struct amount figure)
{
    return amount_either(figure, amount_of(0, 0));
}

/*
 * Before 4.14 shared memory is not printed; it sits in file, and on the anon lists with all of
 * anon. So it is what these lists hold beyond anon, and at most the locked memory more.
 */
static struct amount shmem_of(const struct incident *incident)
{
    const struct amount *stat = incident->memcg.stat;
    if (stat[STAT_SHMEM].known)
        return stat[STAT_SHMEM];
    struct amount low =
        amount_at_least(amount_subtract(memcg_lru_anon(incident), stat[STAT_ANON]), 0);
    struct amount shmem =
        amount_between(low, amount_add(low, stat[STAT_UNEVICTABLE]), incident->memcg.memory.usage);
    if (shmem.known && stat[STAT_FILE].known && shmem.value > stat[STAT_FILE].value)
        shmem.value = stat[STAT_FILE].value;
    return shmem;
}

/*
 * "anon" counts mapped pages. Those in swap cache alone, and those of a victim that is being torn
 * down, are charged and on the anon lists without it; a few are always between the two.
 */
static struct amount anon_of(const struct incident *incident, struct amount shmem)
{
    struct amount mapped = incident->memcg.stat[STAT_ANON];
    struct amount listed = amount_subtract(memcg_lru_anon(incident), shmem);
    struct amount unmapped = amount_subtract(listed, mapped);
    struct amount usage = incident->memcg.memory.usage;
    bool is_much = unmapped.known && usage.known && unmapped.value > usage.value / 64;
    return is_much ? listed : mapped;
}

static bool is_split(const struct incident *incident)
{
    return incident->memcg.stat[STAT_KERNEL_STACK].known;
}

/* "slab" came after the two; v1 that splits nothing out has kmem alone, which then counts as slab.
 */
static struct amount slab_of(const struct incident *incident)
{
    const struct amount *stat = incident->memcg.stat;
    struct amount both = amount_add(stat[STAT_SLAB_RECLAIMABLE], stat[STAT_SLAB_UNRECLAIMABLE]);
    struct amount split = amount_either(stat[STAT_SLAB], both);
    bool is_apart = is_split(incident) || incident_is_missing(incident, "memcg-stats-end");
    return split.known || is_apart ? split : memcg_kernel(incident);
}

/* No key before 5.11; the task table of a memcg report has the same tables, task by task. */
static struct amount page_table_of(const struct incident *incident)
{
    const struct amount *stat = incident->memcg.stat;
    if (stat[STAT_PAGETABLES].known)
        return amount_add(stat[STAT_PAGETABLES], or_none(stat[STAT_SEC_PAGETABLES]));
    return incident->totals.tasks_pgtables;
}

/* Sockets are charged beside "kernel", the rest is inside; without the total only what has keys is
 * known. */
static struct amount kernel_other_of(const struct incident *incident, const struct pool *pool)
{
    const struct amount *stat = incident->memcg.stat;
    struct amount kernel = memcg_kernel(incident);
    if (!kernel.known) {
        struct amount keys = amount_add(or_none(stat[STAT_PERCPU]), or_none(stat[STAT_VMALLOC]));
        return amount_add(stat[STAT_SOCK], keys);
    }
    struct amount named = amount_add(amount_add(pool->part[PART_SLAB], pool->part[PART_PAGE_TABLE]),
                                     pool->part[PART_KERNEL_STACK]);
    struct amount rest = amount_at_least(amount_subtract(kernel, named), 0);
    return amount_add(rest, or_none(stat[STAT_SOCK]));
}

/* All kernel memory, split or not; sockets included. */
static struct amount kernel_of(const struct incident *incident, const struct pool *pool)
{
    struct amount kernel = memcg_kernel(incident);
    if (kernel.known)
        return amount_add(kernel, or_none(incident->memcg.stat[STAT_SOCK]));
    struct amount named = amount_add(amount_add(pool->part[PART_SLAB], pool->part[PART_PAGE_TABLE]),
                                     pool->part[PART_KERNEL_STACK]);
    return amount_add(named, or_none(pool->part[PART_KERNEL_OTHER]));
}

struct pool pool_of_memcg(const struct incident *incident)
{
    const struct amount *stat = incident->memcg.stat;
    struct pool pool = {.size = incident->memcg.memory.usage};
    struct amount shmem = shmem_of(incident);
    pool.part[PART_ANON] = anon_of(incident, shmem);
    pool.part[PART_SHMEM] = shmem;
    pool.part[PART_FILE] = amount_at_least(amount_subtract(stat[STAT_FILE], shmem), 0);
    pool.part[PART_SLAB] = slab_of(incident);
    pool.part[PART_HUGETLB] = stat[STAT_HUGETLB];
    if (is_split(incident)) {
        pool.part[PART_KERNEL_STACK] = stat[STAT_KERNEL_STACK];
        pool.part[PART_PAGE_TABLE] = page_table_of(incident);
        pool.part[PART_KERNEL_OTHER] = kernel_other_of(incident, &pool);
    }
    struct amount user = amount_add(pool.part[PART_ANON], stat[STAT_FILE]);
    struct amount parts =
        amount_add(amount_add(user, kernel_of(incident, &pool)), or_none(stat[STAT_HUGETLB]));
    if (!incident_is_missing(incident, "memcg-stats-end")) /* else what is missing has a name */
        pool.part[PART_UNACCOUNTED] = amount_at_least(amount_subtract(pool.size, parts), 0);
    return pool;
}
