/*
 * The free blocks of a zone by order and the kind that may take them, and the allocator's question:
 * would a request of this order be served?
 *
 * The answer is that of an ordinary kernel request (GFP_KERNEL: no CMA, no reserves) against the
 * min watermark, the last test before reclaim is tried once more or the OOM killer is called.
 * Kernel: mm/page_alloc.c __zone_watermark_ok(); the test of blocks by order is younger than the
 * counter of high-atomic reserves (4.4), a discount by order older (3.10).
 */
#ifndef WHYOOM_PARSERS_KERNEL_FREE_AREA_H
#define WHYOOM_PARSERS_KERNEL_FREE_AREA_H

#include "analyzer/fragmentation.h"
#include "parsers/kernel/kernel.h"

/** Fill @p buddy (counts of blocks; types as Mem-Info letters them) from @p zone. False: unknown.
 */
bool free_area_read(const struct kernel *kernel, uint64_t zone, struct buddy *buddy);

/** 1 or 0; unknown when a figure is missing. */
struct amount free_area_serves(const struct kernel *kernel, uint64_t zone,
                               const struct buddy *buddy, int order);

#endif
