/*
 * A counter of pages with its limits: memory, swap, memory+swap, kernel memory of a control group.
 *
 * Units: bytes. A limit that is not set is unknown, as is what this kernel's counter does not
 * have. Kernel: mm/page_counter.c, include/linux/page_counter.h.
 */
#ifndef WHYOOM_PARSERS_KERNEL_PAGE_COUNTER_H
#define WHYOOM_PARSERS_KERNEL_PAGE_COUNTER_H

#include "parsers/kernel/kernel.h"

struct page_counter {
    struct amount usage, limit, high, min, low, peak;
    struct amount failcnt; /* times */
};

/** The counter that is @p member of the structure at @p base. */
struct page_counter page_counter_read(const struct kernel *kernel, uint64_t base,
                                      enum member_id member);

/** A number of pages as bytes; unknown when it stands for "no limit". */
struct amount page_counter_limit(const struct kernel *kernel, struct amount pages);

#endif
