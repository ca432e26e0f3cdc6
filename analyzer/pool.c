#include "analyzer/pool.h"

#include "analyzer/scope.h"

struct amount amount_between(struct amount low, struct amount high, struct amount whole)
{
    low = amount_at_least(low, 0);
    struct amount doubt = amount_subtract(high, low);
    if (!doubt.known || !whole.known || doubt.value > whole.value / 64)
        return UNKNOWN;
    return low;
}

void pool_measure(struct incident *incident)
{
    struct amount scope = scope_by_evidence(incident);
    bool is_memcg = scope.known && scope.value == SCOPE_MEMCG;
    incident->pool = is_memcg ? pool_of_memcg(incident) : pool_of_host(incident);
}

struct amount pool_known_parts(const struct pool *pool)
{
    struct amount sum = amount_of(0, 0);
    for (enum part part = PART_ANON; part < PART_UNACCOUNTED; part++)
        if (pool->part[part].known)
            sum = amount_add(sum, pool->part[part]);
    return sum;
}

struct amount pool_parts(const struct incident *incident)
{
    struct amount parts = pool_known_parts(&incident->pool);
    return amount_or(parts, 0) > 0 ? parts : UNKNOWN;
}

struct amount pool_rest(const struct incident *incident)
{
    const struct pool *pool = &incident->pool;
    struct amount used = amount_subtract(pool->size, amount_either(pool->free, amount_of(0, 0)));
    return amount_at_least(amount_subtract(used, pool_known_parts(pool)), 0);
}

/* Counters are read one after the other, and each CPU keeps back some of its own changes. */
enum { DRIFT_SHARE = 16, DRIFT = 16 * 1024 * 1024 };

struct amount pool_counted(const struct incident *incident)
{
    const struct pool *pool = &incident->pool;
    struct amount counted =
        amount_add(pool_known_parts(pool), amount_either(pool->free, amount_of(0, 0)));
    return pool->size.known ? counted : UNKNOWN;
}

struct amount pool_is_contradictory(const struct incident *incident)
{
    struct amount size = incident->pool.size;
    struct amount excess = amount_subtract(pool_counted(incident), size);
    if (!excess.known)
        return UNKNOWN;
    return amount_of(excess.value > size.value / DRIFT_SHARE + DRIFT, size.line);
}

static enum part largest_known(const struct pool *pool)
{
    enum part largest = PART_UNKNOWN;
    for (enum part part = PART_ANON; part < PART_COUNT; part++)
        if (pool->part[part].known &&
            (largest == PART_UNKNOWN || pool->part[part].value > pool->part[largest].value))
            largest = part;
    return largest;
}

/* With the size unknown nothing bounds an unknown part; the kinds that fill a pool must then all be
 * known. */
static bool are_main_parts_known(const struct incident *incident)
{
    const struct pool *pool = &incident->pool;
    bool is_cut = incident_is_missing(incident, "mem-info-end") ||
                  incident_is_missing(incident, "memcg-stats-end");
    return !is_cut && pool->part[PART_ANON].known && pool->part[PART_FILE].known &&
           pool->part[PART_SHMEM].known && pool->part[PART_SLAB].known;
}

/* And the largest must then lead clearly: what nothing shows could decide between equals. */
static bool is_twice_the_next(const struct pool *pool, enum part largest)
{
    for (enum part part = PART_ANON; part < PART_COUNT; part++)
        if (part != largest && amount_or(pool->part[part], 0) > pool->part[largest].value / 2)
            return false;
    return true;
}

struct amount pool_dominant(const struct incident *incident)
{
    const struct pool *pool = &incident->pool;
    enum part largest = largest_known(pool);
    if (largest == PART_UNKNOWN || pool->part[largest].value <= 0)
        return UNKNOWN;
    struct amount unaccounted = amount_either(pool->part[PART_UNACCOUNTED], amount_of(0, 0));
    struct amount in_doubt = amount_subtract(pool_rest(incident), unaccounted);
    bool is_sure = in_doubt.known
                       ? in_doubt.value <= pool->part[largest].value
                       : are_main_parts_known(incident) && is_twice_the_next(pool, largest);
    return is_sure ? amount_of(largest, pool->part[largest].line) : UNKNOWN;
}

struct amount pool_dominant_bytes(const struct incident *incident)
{
    struct amount part = pool_dominant(incident);
    return part.known ? incident->pool.part[part.value] : UNKNOWN;
}

struct amount pool_whole(const struct incident *incident)
{
    return amount_or(pool_is_contradictory(incident), false) ? UNKNOWN : incident->pool.size;
}

struct amount pool_dominant_share(const struct incident *incident)
{
    return amount_permille(pool_dominant_bytes(incident), pool_whole(incident));
}

struct amount pool_kernel_memory(const struct incident *incident)
{
    static const enum part kernel[] = {PART_SLAB, PART_PAGE_TABLE, PART_KERNEL_STACK,
                                       PART_KERNEL_OTHER};
    struct amount sum = UNKNOWN;
    for (size_t i = 0; i < sizeof kernel / sizeof *kernel; i++)
        if (incident->pool.part[kernel[i]].known)
            sum = amount_add(amount_either(sum, amount_of(0, 0)), incident->pool.part[kernel[i]]);
    return sum;
}
