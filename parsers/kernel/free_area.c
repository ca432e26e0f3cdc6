#include "parsers/kernel/free_area.h"

#include "parsers/kernel/zones.h"

/* mm/page_alloc.c show_migration_types(): the letters by the enumerators' values. CMA has a value
 * only where it is built in; the isolated ones are always last. */
enum { TYPES_MAX = 7 };

static char letter_of(unsigned type, unsigned types)
{
    if (type + 1 == types)
        return 'I';
    return type < 5 ? "UMEHC"[type] : '?';
}

/* A list is empty when its head points to itself; an unreadable head is taken for empty. */
static bool has_blocks(const struct kernel *kernel, uint64_t head)
{
    uint64_t next;
    return kernel_pointer(kernel, head, MEMBER_LIST_NEXT, &next) && next != head;
}

static void read_types(const struct kernel *kernel, uint64_t area, char letters[8])
{
    const struct layout_member *lists = &kernel->layout->members[MEMBER_FREE_AREA_FREE_LIST];
    uint64_t head;
    unsigned length = 0;
    if (!kernel_place(kernel, area, MEMBER_FREE_AREA_FREE_LIST, &head))
        return;
    for (unsigned type = 0; type < lists->place.count && type < TYPES_MAX; type++)
        if (has_blocks(kernel, head + (uint64_t)type * lists->place.element_size))
            letters[length++] = letter_of(type, lists->place.count);
    letters[length] = '\0';
}

bool free_area_read(const struct kernel *kernel, uint64_t zone, struct buddy *buddy)
{
    const struct layout_member *areas = &kernel->layout->members[MEMBER_ZONE_FREE_AREA];
    uint64_t first;
    *buddy = (struct buddy){0};
    if (!kernel_place(kernel, zone, MEMBER_ZONE_FREE_AREA, &first))
        return false;
    for (uint32_t order = 0; order < areas->place.count && order < ORDERS_MAX; order++) {
        uint64_t area = first + (uint64_t)order * areas->place.element_size;
        buddy->blocks[order] = kernel_amount(kernel, area, MEMBER_FREE_AREA_NR_FREE, 1);
        if (!buddy->blocks[order].known)
            return false;
        read_types(kernel, area, buddy->types[order]);
        buddy->orders++;
    }
    return buddy->orders > 0;
}

/* Up to 4.3: free memory and mark shrink order by order. */
static bool passes_by_discount(struct amount free, struct amount mark, struct amount reserve,
                               const struct buddy *buddy, int order)
{
    int64_t rest = free.value, least = mark.value;
    for (int lower = 0; lower < order; lower++) {
        rest -= buddy->blocks[lower].value << lower;
        least >>= 1;
        if (rest <= least)
            return false;
    }
    return free.value > mark.value + reserve.value;
}

struct amount free_area_serves(const struct kernel *kernel, uint64_t zone,
                               const struct buddy *buddy, int order)
{
    int64_t normal;
    if (!kernel_enumerator(kernel, ENUMERATOR_ZONE_NORMAL, &normal) || order >= buddy->orders)
        return UNKNOWN;
    bool has_highatomic = kernel_has(kernel, MEMBER_ZONE_UNUSABLE_HIGHATOMIC);
    struct amount free = zone_counter(kernel, zone, ENUMERATOR_NR_FREE_PAGES);
    struct amount mark = zone_watermark(kernel, zone, ENUMERATOR_WMARK_MIN);
    struct amount reserve = zone_reserve(kernel, zone, (unsigned)normal);
    free = amount_subtract(free, amount_of((INT64_C(1) << order) - 1, 0));
    free = amount_subtract(
        free,
        amount_either(zone_counter(kernel, zone, ENUMERATOR_NR_FREE_CMA_PAGES), amount_of(0, 0)));
    if (has_highatomic)
        free =
            amount_subtract(free, kernel_amount(kernel, zone, MEMBER_ZONE_UNUSABLE_HIGHATOMIC, 1));
    struct amount margin = amount_subtract(amount_subtract(free, mark), reserve);
    if (!margin.known)
        return UNKNOWN;
    if (!has_highatomic)
        return amount_of(passes_by_discount(free, mark, reserve, buddy, order), 0);
    bool has_block = order == 0 || amount_or(buddy_suitable_for(buddy, order, false), 0) > 0;
    return amount_of(margin.value > 0 && has_block, 0);
}
