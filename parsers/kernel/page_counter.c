#include "parsers/kernel/page_counter.h"

/* What a counter counts: pages, but bytes in upstream's 3.10 (struct res_counter). */
static int64_t unit_of(const struct kernel *kernel)
{
    uint8_t spelling = kernel->layout->members[MEMBER_COUNTER_USAGE].spelling;
    struct slice name = layout_spelling(&layout_member_rows()[MEMBER_COUNTER_USAGE], spelling);
    return slice_starts(name, SLICE("res_counter.")) ? 1 : (int64_t)kernel->page_size;
}

/* PAGE_COUNTER_MAX is LONG_MAX / PAGE_SIZE; RHEL 7's LONG_MAX has no other meaning either. */
struct amount page_counter_limit(const struct kernel *kernel, struct amount pages)
{
    int64_t page_size = (int64_t)kernel->page_size;
    if (!pages.known || pages.value < 0 || pages.value >= INT64_MAX / page_size)
        return UNKNOWN;
    return amount_scale(pages, page_size);
}

/* Bytes without limit (RES_COUNTER_MAX) are more pages than there can be, too. */
static struct amount read_limit(const struct kernel *kernel, uint64_t counter,
                                enum member_id member)
{
    struct amount limit = kernel_amount(kernel, counter, member, 1);
    if (unit_of(kernel) == 1)
        limit.value /= (int64_t)kernel->page_size;
    return page_counter_limit(kernel, limit);
}

/* 7.2 counts failures only where a file shows them (v1). */
static struct amount read_failcnt(const struct kernel *kernel, uint64_t counter)
{
    uint64_t tracks;
    if (kernel_has(kernel, MEMBER_COUNTER_TRACKS_FAILCNT) &&
        (!kernel_read(kernel, counter, MEMBER_COUNTER_TRACKS_FAILCNT, &tracks) || !tracks))
        return UNKNOWN;
    return kernel_amount(kernel, counter, MEMBER_COUNTER_FAILCNT, 1);
}

struct page_counter page_counter_read(const struct kernel *kernel, uint64_t base,
                                      enum member_id member)
{
    uint64_t at;
    if (!kernel_place(kernel, base, member, &at))
        return (struct page_counter){0};
    int64_t unit = unit_of(kernel);
    return (struct page_counter){
        .usage = amount_at_least(kernel_amount(kernel, at, MEMBER_COUNTER_USAGE, unit), 0),
        .limit = read_limit(kernel, at, MEMBER_COUNTER_LIMIT),
        .high = read_limit(kernel, at, MEMBER_COUNTER_HIGH),
        .min = kernel_amount(kernel, at, MEMBER_COUNTER_MIN, unit),
        .low = kernel_amount(kernel, at, MEMBER_COUNTER_LOW, unit),
        .peak = kernel_amount(kernel, at, MEMBER_COUNTER_PEAK, unit),
        .failcnt = read_failcnt(kernel, at),
    };
}
