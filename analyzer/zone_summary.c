#include "analyzer/zone_summary.h"

#include "analyzer/gfp.h"
#include "analyzer/scope.h"
#include "analyzer/watermark.h"

enum {
    COSTLY_ORDER = 3
}; /* PAGE_ALLOC_COSTLY_ORDER: above it the allocator fails, below it kills */

const struct zone_check *worst_zone_check(const struct incident *incident)
{
    const struct zone_check *worst = NULL;
    for (size_t i = 0; i < incident->zone_checks_count; i++) {
        const struct zone_check *check = &incident->zone_checks[i];
        struct amount free = check->zone->figure[ZONE_FREE];
        if (!check->is_eligible || !free.known)
            continue;
        if (!worst || free.value > worst->zone->figure[ZONE_FREE].value)
            worst = check;
    }
    return worst;
}

struct slice worst_zone_name(const struct incident *incident)
{
    const struct zone_check *worst = worst_zone_check(incident);
    if (!worst)
        return (struct slice){0};
    for (size_t i = 0; i < incident->zone_checks_count; i++)
        if (incident->zone_checks[i].zone->node != worst->zone->node)
            return arena_format(incident->arena, "Node %d %.*s", worst->zone->node,
                                SLICE_ARG(worst->zone->name));
    return worst->zone->name;
}

/* ---- counting: every check must be known to be in or out, else the number is not known */

static struct amount in_any(const struct zone_check *check)
{
    (void)check;
    return amount_of(true, 0);
}

static struct amount in_eligible(const struct zone_check *check)
{
    return amount_of(check->is_eligible, 0);
}

static struct amount in_passing(const struct zone_check *check)
{
    if (check->is_eligible && !check->margin.known)
        return UNKNOWN;
    return amount_of(check->is_eligible && check->passes, 0);
}

static struct amount in_failing(const struct zone_check *check)
{
    if (check->is_eligible && !check->margin.known)
        return UNKNOWN;
    return amount_of(check->is_eligible && !check->passes, 0);
}

static struct amount in_suitable(const struct zone_check *check)
{
    if (check->is_eligible && check->passes && !check->has_block && !check->suitable_blocks.known)
        return UNKNOWN;
    struct amount passing = in_passing(check);
    return passing.known ? amount_of(check->is_eligible && check->has_block, 0) : UNKNOWN;
}

static struct amount count(const struct incident *incident,
                           struct amount (*is_counted)(const struct zone_check *))
{
    struct amount number = incident->zone_checks_count ? amount_of(0, 0) : UNKNOWN;
    for (size_t i = 0; i < incident->zone_checks_count; i++)
        number = amount_add(number, is_counted(&incident->zone_checks[i]));
    return number;
}

struct amount host_zones_count(const struct incident *incident)
{
    return count(incident, in_any);
}

struct amount host_zones_eligible(const struct incident *incident)
{
    return count(incident, in_eligible);
}

struct amount host_zones_failing(const struct incident *incident)
{
    return count(incident, in_failing);
}

struct amount host_zones_passing(const struct incident *incident)
{
    return count(incident, in_passing);
}

struct amount host_zones_suitable(const struct incident *incident)
{
    return count(incident, in_suitable);
}

struct amount host_is_order_failure(const struct incident *incident)
{
    struct amount order = incident->trigger.order;
    if (!order.known)
        return UNKNOWN;
    if (order.value <= 0)
        return amount_of(false, order.line);
    struct amount passing = host_zones_passing(incident), suitable = host_zones_suitable(incident);
    if (passing.known && passing.value == 0)
        return amount_of(false, order.line);
    if (!passing.known || !suitable.known)
        return UNKNOWN;
    return amount_of(suitable.value == 0, order.line);
}

/* So far above mark and reserve that no victim's last pages explain it. */
static bool has_plenty(const struct zone_check *check)
{
    struct amount needed = amount_add(check->mark, check->reserve);
    return check->is_eligible && check->passes && needed.known &&
           check->margin.value > needed.value;
}

/*
 * A zone that passes and has the block at the time of the dump got it after the attempt. Was it
 * memory that came, or the block? Above order 3 the killer does not run, so it was the block; so it
 * was when memory abounds.
 */
static enum limit refused_by(const struct incident *incident, int64_t order)
{
    if (order > COSTLY_ORDER)
        return LIMIT_ORDER;
    for (size_t i = 0; i < incident->zone_checks_count; i++)
        if (has_plenty(&incident->zone_checks[i]))
            return LIMIT_ORDER;
    return LIMIT_ZONE;
}

struct amount host_refusing(const struct incident *incident)
{
    struct amount order = incident->trigger.order, mask = incident->trigger.gfp_mask;
    struct amount scope = scope_by_evidence(incident);
    bool is_of_zones = scope.known && (scope.value == SCOPE_GLOBAL || scope.value == SCOPE_CPUSET ||
                                       scope.value == SCOPE_MEMPOLICY);
    bool is_lost = mask.known && mask.value == 0;
    if (!is_of_zones || !order.known || order.value < 0 || is_lost)
        return UNKNOWN;
    if (order.value == 0)
        return amount_of(LIMIT_ZONE, order.line);
    struct amount is_order = host_is_order_failure(incident);
    struct amount passing = host_zones_passing(incident);
    if (!is_order.known)
        return UNKNOWN;
    if (is_order.value)
        return amount_of(LIMIT_ORDER, order.line);
    return amount_of(passing.value ? refused_by(incident, order.value) : LIMIT_ZONE, order.line);
}

/* ---- free memory */

/* The sum of what @p read gives for each check; unknown when nothing is known of any of them. */
static struct amount sum(const struct incident *incident,
                         struct amount (*read)(const struct incident *, const struct zone_check *))
{
    struct amount total = incident->zone_checks_count ? amount_of(0, 0) : UNKNOWN;
    for (size_t i = 0; i < incident->zone_checks_count; i++)
        total = amount_add(total, read(incident, &incident->zone_checks[i]));
    return total;
}

static struct amount free_if(bool is_wanted, const struct zone_check *check)
{
    return is_wanted ? check->zone->figure[ZONE_FREE] : amount_of(0, 0);
}

static struct amount read_eligible(const struct incident *incident, const struct zone_check *check)
{
    (void)incident;
    return free_if(check->is_eligible, check);
}

static struct amount read_above(const struct incident *incident, const struct zone_check *check)
{
    return free_if(zone_is_above_request(incident, check->zone), check);
}

static struct amount read_masked(const struct incident *incident, const struct zone_check *check)
{
    return free_if(zone_is_masked(incident, check->zone), check);
}

static struct amount read_unusable(const struct incident *incident, const struct zone_check *check)
{
    (void)incident;
    if (!check->is_eligible)
        return check->zone->figure[ZONE_FREE];
    return amount_subtract(check->zone->figure[ZONE_FREE], amount_at_least(check->usable, 0));
}

static struct amount read_cma(const struct incident *incident, const struct zone_check *check)
{
    struct amount movable = gfp_has(&incident->trigger, GFP_MOVABLE);
    if (!movable.known || movable.value || !check->is_eligible)
        return movable.known ? amount_of(0, 0) : UNKNOWN;
    return check->zone->figure[ZONE_FREE_CMA];
}

static struct amount read_highatomic(const struct incident *incident,
                                     const struct zone_check *check)
{
    (void)incident;
    return check->is_eligible ? check->zone->figure[ZONE_FREE_HIGHATOMIC] : amount_of(0, 0);
}

struct amount host_free_eligible(const struct incident *incident)
{
    return sum(incident, read_eligible);
}

struct amount host_free_unusable(const struct incident *incident)
{
    return sum(incident, read_unusable);
}

struct amount host_free_above(const struct incident *incident)
{
    return sum(incident, read_above);
}

struct amount host_free_masked(const struct incident *incident)
{
    return sum(incident, read_masked);
}

struct amount host_free_cma_unusable(const struct incident *incident)
{
    return sum(incident, read_cma);
}

struct amount host_free_highatomic(const struct incident *incident)
{
    return sum(incident, read_highatomic);
}

/* show_mem() leaves out the zones of other nodes (SHOW_MEM_FILTER_NODES), its counters do not. The
 * two are read at different moments, so a little below zero says nothing either. */
struct amount host_free_unlisted(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount listed = host->zones_count ? amount_of(0, 0) : UNKNOWN;
    for (size_t i = 0; i < host->zones_count; i++)
        listed = amount_add(listed, host->zones[i].figure[ZONE_FREE]);
    return amount_at_least(amount_subtract(host->figure[MEM_FREE], listed), 0);
}

/* ---- blocks */

/* Blocks below a watermark are none: the zone hands out nothing, whatever lies in it. */
struct amount host_order_largest(const struct incident *incident)
{
    struct amount largest = UNKNOWN;
    for (size_t i = 0; i < incident->zone_checks_count; i++) {
        const struct zone_check *check = &incident->zone_checks[i];
        if (check->is_eligible && check->passes && check->largest_order.known &&
            (!largest.known || check->largest_order.value > largest.value))
            largest = check->largest_order;
    }
    return largest;
}

static struct amount read_suitable(const struct incident *incident, const struct zone_check *check)
{
    (void)incident;
    return check->is_eligible ? check->suitable_blocks : amount_of(0, 0);
}

struct amount host_suitable_blocks(const struct incident *incident)
{
    return sum(incident, read_suitable);
}

struct amount host_fragmentation_index(const struct incident *incident)
{
    const struct zone_check *worst = worst_zone_check(incident);
    return worst ? worst->fragmentation_index : UNKNOWN;
}

struct amount host_unusable_index(const struct incident *incident)
{
    const struct zone_check *worst = worst_zone_check(incident);
    return worst ? worst->unusable_index : UNKNOWN;
}
