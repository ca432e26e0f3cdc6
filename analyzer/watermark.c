#include "analyzer/watermark.h"

#include "analyzer/fragmentation.h"
#include "analyzer/gfp.h"
#include "analyzer/kernel.h"
#include "analyzer/node_list.h"

/* enum zone_type of include/linux/mmzone.h; which of them exist is a matter of configuration. */
enum zone_type { TYPE_DMA, TYPE_DMA32, TYPE_NORMAL, TYPE_HIGHMEM, TYPE_MOVABLE, TYPE_DEVICE };
enum { ZONE_TYPES = TYPE_DEVICE + 1 };

static enum zone_type zone_type_of(const struct zone *zone)
{
    static const char *const names[] = {"DMA", "DMA32", "Normal", "HighMem", "Movable", "Device"};
    for (int type = 0; type < ZONE_TYPES; type++)
        if (slice_equal(slice_from_string(names[type]), zone->name))
            return (enum zone_type)type;
    return TYPE_NORMAL;
}

/* gfp_zone(): __GFP_MOVABLE means zone Movable only together with __GFP_HIGHMEM. */
static enum zone_type request_type(uint64_t flags)
{
    if (flags & UINT64_C(1) << GFP_DMA)
        return TYPE_DMA;
    if (flags & UINT64_C(1) << GFP_DMA32)
        return TYPE_DMA32;
    if (!(flags & UINT64_C(1) << GFP_HIGHMEM))
        return TYPE_NORMAL;
    return flags & UINT64_C(1) << GFP_MOVABLE ? TYPE_MOVABLE : TYPE_HIGHMEM;
}

bool zone_is_above_request(const struct incident *incident, const struct zone *zone)
{
    uint64_t flags;
    return gfp_flags(&incident->trigger, &flags) && zone_type_of(zone) > request_type(flags);
}

bool zone_is_masked(const struct incident *incident, const struct zone *zone)
{
    const struct trigger *trigger = &incident->trigger;
    return (trigger->nodemask.length && !node_list_has(trigger->nodemask, zone->node)) ||
           (trigger->mems_allowed.length && !node_list_has(trigger->mems_allowed, zone->node));
}

bool zone_holds_kernel_memory(const struct zone *zone)
{
    return zone_type_of(zone) <= TYPE_NORMAL;
}

int request_order(const struct incident *incident)
{
    struct amount order = incident->trigger.order;
    return order.known && order.value > 0 && order.value < ORDERS_MAX ? (int)order.value : 0;
}

static bool has_memory(const struct zone *zone)
{
    struct amount owned = amount_either(zone->figure[ZONE_MANAGED], zone->figure[ZONE_PRESENT]);
    return !owned.known || owned.value > 0;
}

static bool is_32_bit(struct slice arch)
{
    return slice_equal(arch, SLICE("arm")) || slice_equal(arch, SLICE("i686"));
}

struct amount host_has_highmem(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    for (size_t i = 0; i < host->zones_count; i++)
        if (has_memory(&host->zones[i]) && zone_type_of(&host->zones[i]) == TYPE_HIGHMEM)
            return amount_of(true, host->zones[i].line);
    /* 6.1: the zones above the request are not printed, this line counts Movable too */
    if (is_32_bit(incident->arch) && amount_or(host->highmem, 0) > 0)
        return amount_of(true, host->highmem.line);
    return host->zones_count ? amount_of(false, 0) : UNKNOWN;
}

/* Normal and Movable are always compiled in; the others when a line shows them, or when the number
 * of reserves leaves no other choice. */
static int existing_types(const struct incident *incident, bool exists[ZONE_TYPES])
{
    int reserves = 0, count = 0;
    exists[TYPE_NORMAL] = exists[TYPE_MOVABLE] = true;
    exists[TYPE_HIGHMEM] = amount_or(host_has_highmem(incident), false);
    for (size_t i = 0; i < incident->host_memory.zones_count; i++) {
        const struct zone *zone = &incident->host_memory.zones[i];
        exists[zone_type_of(zone)] = true;
        if (zone->reserve_count > reserves)
            reserves = zone->reserve_count;
    }
    for (int type = 0; type < ZONE_TYPES; type++)
        count += exists[type];
    static const enum zone_type likely[] = {TYPE_DMA, TYPE_DMA32, TYPE_DEVICE};
    for (size_t i = 0; i < sizeof likely / sizeof *likely && count < reserves; i++) {
        if (exists[likely[i]] || (likely[i] == TYPE_DMA32 && exists[TYPE_HIGHMEM]))
            continue;
        exists[likely[i]] = true;
        count++;
    }
    return count == reserves ? reserves : -1;
}

int watermark_reserve_index(const struct incident *incident)
{
    bool exists[ZONE_TYPES] = {false};
    uint64_t flags;
    if (!gfp_flags(&incident->trigger, &flags) || existing_types(incident, exists) < 0)
        return -1;
    int index = -1;
    for (int type = 0; type <= (int)request_type(flags); type++)
        index += exists[type];
    return index;
}

/* Not before 4.4; not printed before 5.5, and then the whole reserve, free or not, as the kernel
 * takes it. */
static struct amount highatomic_of(const struct zone *zone)
{
    struct amount reserved = zone->figure[ZONE_RESERVED_HIGHATOMIC];
    return amount_either(amount_either(zone->figure[ZONE_FREE_HIGHATOMIC], reserved),
                         amount_of(0, 0));
}

/* Not before 3.7; a line that has "managed" (3.8) and lacks it is torn. */
static struct amount cma_of(const struct zone *zone)
{
    if (zone->figure[ZONE_FREE_CMA].known || zone->figure[ZONE_MANAGED].known)
        return zone->figure[ZONE_FREE_CMA];
    return amount_of(0, 0);
}

static struct amount usable_of(const struct incident *incident, const struct zone *zone)
{
    struct amount movable = gfp_has(&incident->trigger, GFP_MOVABLE);
    struct amount may_use_reserve = gfp_has(&incident->trigger, GFP_HIGH);
    struct amount is_atomic = trigger_is_atomic(incident);
    struct amount usable = zone->figure[ZONE_FREE];
    if (!movable.known)
        return UNKNOWN;
    if (!movable.value)
        usable = amount_subtract(usable, cma_of(zone));
    if (!may_use_reserve.value && !is_atomic.value)
        usable = amount_subtract(usable, highatomic_of(zone));
    return usable;
}

/* An allocation that merely failed was last tried against min, less what its flags let it dip into.
 */
static struct amount mark_of(const struct incident *incident, const struct zone *zone)
{
    if (incident->kind != KIND_ALLOC_FAILURE)
        return zone->figure[ZONE_HIGH];
    struct amount mark = zone->figure[ZONE_MIN];
    if (gfp_has(&incident->trigger, GFP_HIGH).value)
        mark.value -= mark.value / 2;
    if (trigger_is_atomic(incident).value)
        mark.value -= mark.value / 4;
    return mark;
}

/* Up to 4.3: blocks below the order do not count, and each order halves the mark. */
static bool passes_halved_marks(const struct zone_check *check, int order, int64_t page)
{
    int64_t free = check->usable.value / page - ((1 << order) - 1), min = check->mark.value / page;
    const struct buddy *buddy = &check->zone->buddy;
    for (int i = 0; i < order; i++) {
        struct amount smaller = amount_scale(buddy->blocks[i], INT64_C(1) << i);
        if (!smaller.known || smaller.value < 0 || smaller.value > free)
            return false;
        free -= smaller.value;
        min >>= 1;
        if (free <= min)
            return false;
    }
    return true;
}

static bool finds_block(const struct incident *incident, const struct zone_check *check, int order)
{
    if (!check->passes || order == 0)
        return check->passes;
    struct amount page = incident->page_size;
    if (page.known && page.value > 0) {
        if (check->margin.value <= ((INT64_C(1) << order) - 1) * page.value)
            return false;
        if (kernel_is_before(incident, 4004))
            return passes_halved_marks(check, order, page.value);
    }
    return amount_or(check->suitable_blocks, 0) > 0;
}

static struct zone_check check_zone(const struct incident *incident, const struct zone *zone,
                                    int reserve_index)
{
    int order = request_order(incident);
    bool is_movable = gfp_has(&incident->trigger, GFP_MOVABLE).value;
    struct zone_check check = {
        .zone = zone,
        .is_eligible = !zone_is_above_request(incident, zone) && !zone_is_masked(incident, zone),
        .usable = usable_of(incident, zone),
        .mark = mark_of(incident, zone),
        .largest_order = buddy_largest_order(&zone->buddy, is_movable),
        .suitable_blocks = buddy_suitable_for(&zone->buddy, order, is_movable),
        .unusable_index = buddy_unusable_index(&zone->buddy, order),
        .fragmentation_index = buddy_fragmentation_index(&zone->buddy, order),
    };
    if (reserve_index >= 0 && reserve_index < zone->reserve_count)
        check.reserve = zone->reserve[reserve_index];
    check.margin = amount_subtract(amount_subtract(check.usable, check.mark), check.reserve);
    check.passes = check.margin.known && check.margin.value > 0;
    check.has_block = finds_block(incident, &check, order);
    return check;
}

void watermark_check(struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    int reserve_index = watermark_reserve_index(incident);
    incident->zone_checks_count = 0;
    incident->zone_checks = NULL;
    for (size_t i = 0; i < host->zones_count; i++)
        if (has_memory(&host->zones[i]))
            *ARENA_PUSH(incident->arena, incident->zone_checks, incident->zone_checks_count) =
                check_zone(incident, &host->zones[i], reserve_index);
}
