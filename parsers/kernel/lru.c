#include "parsers/kernel/lru.h"

#include <string.h>

#include "analyzer/limits.h"
#include "analyzer/lru.h"
#include "parsers/kernel/zones.h"

enum { UNEVICTABLE = 4, LIST_HEAD_SIZE = 16, PAGES_BYTES = 256 };

const char *const lru_list_names[LRU_LISTS] = {"inactive_anon", "active_anon", "inactive_file",
                                               "active_file", "unevictable"};

/* ---- zones */

void lru_zones_read(const struct kernel *kernel, unsigned node, struct lru_zones *ret)
{
    uint64_t zone, first, spanned;
    *ret = (struct lru_zones){0};
    for (struct zone_walk walk = zone_walk(kernel); zone_walk_next(&walk, &zone);) {
        if (walk.node_number != node || walk.index >= LRU_ZONES)
            continue;
        ret->count = walk.index + 1;
        if (!kernel_read(kernel, zone, MEMBER_ZONE_START_PFN, &first) ||
            !kernel_read(kernel, zone, MEMBER_ZONE_SPANNED_PAGES, &spanned))
            continue;
        ret->zones[walk.index].first = first;
        ret->zones[walk.index].end = first + spanned;
        if (!kernel_read_string(kernel, zone, MEMBER_ZONE_NAME, ret->zones[walk.index].name,
                                sizeof ret->zones[walk.index].name))
            ret->zones[walk.index].name[0] = '\0';
    }
}

static unsigned zone_of(const struct lru_zones *zones, uint64_t frame)
{
    for (unsigned i = 0; i < zones->count; i++)
        if (frame >= zones->zones[i].first && frame < zones->zones[i].end)
            return i;
    return zones->count;
}

/* ---- walking */

/* How many pages the folio at @p page has. */
static uint64_t folio_pages(const struct kernel *kernel, const struct page_format *format,
                            uint64_t page)
{
    unsigned char pages[PAGES_BYTES];
    if (2 * format->size > sizeof pages ||
        !memory_read(kernel->memory, page, pages, format->size) ||
        !(page_word(pages, format->flags) & format->is_head) ||
        !memory_read(kernel->memory, page + format->size, pages + format->size, format->size))
        return 1;
    int order = page_compound_order(format, pages, pages + format->size);
    return order > 0 ? UINT64_C(1) << order : 1;
}

static void walk_list(const struct lru_tools *tools, uint64_t head, struct lru_list *list)
{
    const struct lru_zones *zones = tools->zones;
    uint64_t page, frame;
    struct list_walk walk = list_walk(tools->kernel, head, MEMBER_PAGE_LRU, LIMIT_LRU_PAGES);
    while (list_walk_next(&walk, &page) && !*tools->kernel->stop) {
        unsigned zone =
            memory_map_frame(tools->map, page, &frame) ? zone_of(zones, frame) : zones->count;
        if (zone < zones->count)
            list->walked[zone] += folio_pages(tools->kernel, tools->format, page);
    }
    if (list->end <= WALK_DONE) /* of several, the first that broke off tells */
        list->end = walk.end;
}

/* Since 5.18 a count of locks stands where the link was: there is nothing to walk. */
static bool is_linked(const struct kernel *kernel, unsigned list)
{
    return list != UNEVICTABLE || !kernel_has(kernel, MEMBER_PAGE_MLOCK_COUNT);
}

static void read_lists(const struct lru_tools *tools, uint64_t part, struct lruvec *lruvec)
{
    uint64_t lists, size;
    const struct kernel *kernel = tools->kernel;
    bool has_lists = kernel_place(kernel, lruvec->address, MEMBER_LRUVEC_LISTS, &lists);
    for (unsigned l = 0; l < LRU_LISTS; l++) {
        for (unsigned z = 0; z < tools->zones->count; z++)
            if (kernel_read_element(kernel, part, MEMBER_PER_NODE_SIZES, z * LRU_LISTS + l, &size))
                lruvec->lists[l].counted[z] = amount_of((int64_t)size, 0);
        if (has_lists && is_linked(kernel, l))
            walk_list(tools, lists + l * (uint64_t)LIST_HEAD_SIZE, &lruvec->lists[l]);
    }
}

/* 3.10: an lruvec of each zone. */
static void read_zones(const struct lru_tools *tools, uint64_t part, struct lruvec *lruvec)
{
    uint64_t first, lists, size;
    const struct kernel *kernel = tools->kernel;
    const struct layout_member *zones = &kernel->layout->members[MEMBER_PER_NODE_ZONES];
    if (!kernel_place(kernel, part, MEMBER_PER_NODE_ZONES, &first))
        return;
    for (unsigned z = 0; z < tools->zones->count && z < zones->place.count; z++) {
        uint64_t zone = first + (uint64_t)z * zones->place.element_size;
        if (!kernel_place(kernel, zone, MEMBER_PER_ZONE_LRUVEC, &lists) ||
            !kernel_place(kernel, lists, MEMBER_LRUVEC_LISTS, &lists))
            continue;
        for (unsigned l = 0; l < LRU_LISTS; l++) {
            if (kernel_read_element(kernel, zone, MEMBER_PER_ZONE_SIZES, l, &size))
                lruvec->lists[l].counted[z] = amount_of((int64_t)size, 0);
            walk_list(tools, lists + l * (uint64_t)LIST_HEAD_SIZE, &lruvec->lists[l]);
        }
    }
}

/* ---- the rest */

static struct amount element(const struct kernel *kernel, uint64_t base, enum member_id member,
                             uint64_t index)
{
    uint64_t value;
    return kernel_read_element(kernel, base, member, index, &value) ? amount_of((int64_t)value, 0)
                                                                    : UNKNOWN;
}

static void read_costs(const struct kernel *kernel, struct lruvec *lruvec)
{
    uint64_t address = lruvec->address;
    lruvec->age = kernel_amount(kernel, address, MEMBER_LRUVEC_AGE, 1);
    for (unsigned type = 0; type < LRU_TYPES; type++)
        lruvec->refaults[type] = element(kernel, address, MEMBER_LRUVEC_REFAULTS, type);
    lruvec->cost[0] = kernel_amount(kernel, address, MEMBER_LRUVEC_ANON_COST, 1);
    lruvec->cost[1] = kernel_amount(kernel, address, MEMBER_LRUVEC_FILE_COST, 1);
}

/* All zones of one generation and type; @p first is the first zone's place in the arrays. */
static void read_generation(const struct lru_tools *tools, uint64_t lrugen, unsigned first,
                            unsigned zones, struct lru_generation *ret)
{
    uint64_t lists;
    struct lru_list list = {0};
    bool has_lists = kernel_place(tools->kernel, lrugen, MEMBER_LRUGEN_LISTS, &lists);
    ret->counted = amount_of(0, 0);
    ret->end = WALK_DONE;
    for (unsigned i = first; i < first + zones; i++) {
        ret->counted =
            amount_add(ret->counted, element(tools->kernel, lrugen, MEMBER_LRUGEN_SIZES, i));
        if (has_lists)
            walk_list(tools, lists + i * (uint64_t)LIST_HEAD_SIZE, &list);
        ret->end = list.end == WALK_DONE ? ret->end : list.end;
    }
    for (unsigned z = 0; z < LRU_ZONES; z++)
        ret->walked += list.walked[z];
}

/* Nanoseconds of a jiffy: clocksource_jiffies counts them, as a fraction of 2^shift. */
static struct amount jiffy_ns(const struct kernel *kernel)
{
    enum { SHIFT_MOST = 31 };
    uint64_t clock, mult, shift;
    if (!kernel_symbol(kernel, SYMBOL_CLOCKSOURCE_JIFFIES, &clock) ||
        !kernel_read(kernel, clock, MEMBER_CLOCKSOURCE_MULT, &mult) ||
        !kernel_read(kernel, clock, MEMBER_CLOCKSOURCE_SHIFT, &shift) || shift > SHIFT_MOST ||
        mult >> shift == 0 || mult > UINT32_MAX)
        return UNKNOWN;
    return amount_of((int64_t)(mult >> shift), 0);
}

/* As lru_gen_seq_show() prints it. */
static void read_ages(const struct kernel *kernel, uint64_t lrugen, struct lruvec *lruvec)
{
    enum { NS_PER_MS = 1000000 };
    uint64_t now, begun;
    struct amount jiffy = jiffy_ns(kernel);
    if (!jiffy.known || !kernel_variable(kernel, SYMBOL_JIFFIES, sizeof now, &now))
        return;
    for (unsigned i = 0; i < LRU_GENERATIONS; i++)
        if (kernel_read_element(kernel, lrugen, MEMBER_LRUGEN_TIMESTAMPS, i, &begun) &&
            now - begun <= INT64_MAX / UINT32_MAX)
            lruvec->age_ms[i] = amount_of((int64_t)(now - begun) * jiffy.value / NS_PER_MS, 0);
}

static void read_generations(const struct lru_tools *tools, struct lruvec *lruvec)
{
    const struct kernel *kernel = tools->kernel;
    uint64_t lrugen, enabled;
    if (!kernel_place(kernel, lruvec->address, MEMBER_LRUVEC_GENERATIONS, &lrugen) ||
        !kernel_read(kernel, lrugen, MEMBER_LRUGEN_ENABLED, &enabled) || !enabled)
        return;
    const struct layout_member *sizes = &kernel->layout->members[MEMBER_LRUGEN_SIZES];
    unsigned types = LRU_GENERATIONS * LRU_TYPES;
    unsigned zones = sizes->is_known ? sizes->place.count / types : 0;
    lruvec->has_generations = true;
    lruvec->newest = kernel_amount(kernel, lrugen, MEMBER_LRUGEN_MAX_SEQ, 1);
    for (unsigned type = 0; type < LRU_TYPES; type++)
        lruvec->oldest[type] = element(kernel, lrugen, MEMBER_LRUGEN_MIN_SEQ, type);
    read_ages(kernel, lrugen, lruvec);
    for (unsigned i = 0; i < types; i++)
        read_generation(tools, lrugen, i * zones, zones,
                        &lruvec->generations[i / LRU_TYPES][i % LRU_TYPES]);
}

void lruvec_read(const struct lru_tools *tools, uint64_t part, struct lruvec *ret)
{
    *ret = (struct lruvec){0};
    if (!kernel_place(tools->kernel, part, MEMBER_PER_NODE_LRUVEC, &ret->address)) {
        read_zones(tools, part, ret);
        return;
    }
    read_lists(tools, part, ret);
    read_costs(tools->kernel, ret);
    read_generations(tools, ret);
}

struct amount lru_is_generational(const struct kernel *kernel, uint64_t part)
{
    uint64_t lruvec, lrugen, enabled;
    if (kernel_has(kernel, MEMBER_PER_NODE_LRUVEC) &&
        !kernel_has(kernel, MEMBER_LRUVEC_GENERATIONS))
        return amount_of(0, 0);
    return kernel_place(kernel, part, MEMBER_PER_NODE_LRUVEC, &lruvec) &&
                   kernel_place(kernel, lruvec, MEMBER_LRUVEC_GENERATIONS, &lrugen) &&
                   kernel_read(kernel, lrugen, MEMBER_LRUGEN_ENABLED, &enabled)
               ? amount_of(enabled != 0, 0)
               : UNKNOWN;
}

struct amount lru_inactive_is_low(const struct kernel *kernel, const struct lruvec *lruvec,
                                  unsigned type)
{
    struct amount pages[2] = {amount_of(0, 0), amount_of(0, 0)}; /* inactive, active */
    bool is_any = false;
    for (unsigned active = 0; active < 2; active++)
        for (unsigned z = 0; z < LRU_ZONES; z++) {
            struct amount size = lruvec->lists[2 * type + active].counted[z];
            is_any = is_any || size.known;
            pages[active] = size.known ? amount_add(pages[active], size) : pages[active];
        }
    struct amount ratio =
        lru_ratio(amount_scale(amount_add(pages[0], pages[1]), (int64_t)kernel->page_size));
    if (!lruvec->address || !is_any || !ratio.known) /* 3.10 decides by zone */
        return UNKNOWN;
    return amount_of(pages[0].value * ratio.value < pages[1].value, 0);
}
