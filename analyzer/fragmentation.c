#include "analyzer/fragmentation.h"

/* No machine has more blocks, and arithmetic with them stays far from the range. */
static struct amount count_of(const struct buddy *buddy, int order)
{
    struct amount blocks = buddy->blocks[order];
    bool is_possible = blocks.value >= 0 && blocks.value < INT64_C(1) << 36;
    return is_possible ? blocks : UNKNOWN;
}

struct amount buddy_free_pages(const struct buddy *buddy)
{
    struct amount pages = buddy->orders ? amount_of(0, buddy->line) : UNKNOWN;
    for (int order = 0; order < buddy->orders; order++)
        pages = amount_add(pages, amount_scale(count_of(buddy, order), INT64_C(1) << order));
    return pages;
}

static struct amount blocks_total(const struct buddy *buddy)
{
    struct amount total = buddy->orders ? amount_of(0, buddy->line) : UNKNOWN;
    for (int order = 0; order < buddy->orders; order++)
        total = amount_add(total, count_of(buddy, order));
    return total;
}

/* U, M, E, and R up to 4.3 serve everybody; C (CMA) movable requests only; H (highatomic) and I
 * (isolated) none that ends in a report; D and others are vendors' pools. */
static bool is_usable(const char *types, bool is_movable)
{
    return !*types || strpbrk(types, is_movable ? "UMERC" : "UMER") != NULL;
}

struct amount buddy_suitable_for(const struct buddy *buddy, int order, bool is_movable)
{
    struct amount suitable = buddy->orders ? amount_of(0, buddy->line) : UNKNOWN;
    for (int i = order; i < buddy->orders; i++)
        if (is_usable(buddy->types[i], is_movable))
            suitable =
                amount_add(suitable, amount_scale(count_of(buddy, i), INT64_C(1) << (i - order)));
    return suitable;
}

struct amount buddy_suitable(const struct buddy *buddy, int order)
{
    struct amount suitable = buddy->orders ? amount_of(0, buddy->line) : UNKNOWN;
    for (int i = order; i < buddy->orders; i++)
        suitable =
            amount_add(suitable, amount_scale(count_of(buddy, i), INT64_C(1) << (i - order)));
    return suitable;
}

struct amount buddy_largest_order(const struct buddy *buddy, bool is_movable)
{
    for (int order = buddy->orders - 1; order >= 0; order--)
        if (amount_or(count_of(buddy, order), 0) > 0 && is_usable(buddy->types[order], is_movable))
            return amount_of(order, buddy->line);
    return UNKNOWN;
}

struct amount buddy_unusable_index(const struct buddy *buddy, int order)
{
    struct amount pages = buddy_free_pages(buddy);
    if (pages.known && pages.value == 0)
        return amount_of(1000, buddy->line);
    struct amount suitable = amount_scale(buddy_suitable(buddy, order), INT64_C(1) << order);
    return amount_permille(amount_subtract(pages, suitable), pages);
}

struct amount buddy_fragmentation_index(const struct buddy *buddy, int order)
{
    struct amount total = blocks_total(buddy), suitable = buddy_suitable(buddy, order);
    if (!total.known || !suitable.known)
        return UNKNOWN;
    if (total.value == 0)
        return amount_of(0, buddy->line);
    if (suitable.value > 0)
        return amount_of(-1000, buddy->line);
    struct amount pages = buddy_free_pages(buddy);
    if (!pages.known)
        return UNKNOWN;
    int64_t wanted = pages.value * 1000 / (INT64_C(1) << order);
    return amount_of(1000 - (1000 + wanted) / total.value, buddy->line);
}
