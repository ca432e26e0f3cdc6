/*
 * Every zone of Mem-Info against the request: could it have served it?
 *
 * A page comes from a zone. The mask says up to which zone (gfp_zone()), cpuset and memory policy
 * on which nodes; there, free memory less what the request may not touch must exceed a watermark
 * plus the reserve that zones keep against requests that could have gone higher. Before a kill the
 * last attempt is made against the high watermark, so "free" above min is normal in a report. Free
 * memory is printed a moment after the attempt: a zone may stand above its mark by then. Kernel:
 * mm/page_alloc.c __zone_watermark_ok(),
 * __alloc_pages_may_oom(), setup_per_zone_lowmem_reserve(); section 7 of the formats.
 */
#ifndef WHYOOM_WATERMARK_H
#define WHYOOM_WATERMARK_H

#include "analyzer/incident.h"

/** Fill incident->zone_checks, one per zone line with memory, in the order of the report. */
void watermark_check(struct incident *incident);

/** Does the zone lie above those that the mask allows? False while the mask is unknown. */
bool zone_is_above_request(const struct incident *incident, const struct zone *zone);

/** Do cpuset or memory policy leave the zone's node out? */
bool zone_is_masked(const struct incident *incident, const struct zone *zone);

/** A flag: a 32-bit kernel, whose own memory cannot live in zone HighMem; unknown without zones. */
struct amount host_has_highmem(const struct incident *incident);

/** Can unmovable kernel memory live in it? Not in HighMem, Movable and Device. */
bool zone_holds_kernel_memory(const struct zone *zone);

/** Position of the request's highest zone among the kernel's zone types, which is the index into
 * lowmem_reserve[]; -1 when it cannot be told. */
int watermark_reserve_index(const struct incident *incident);

/** The order as a number of the buddy system: 0 for SysRq and when it is unknown. */
int request_order(const struct incident *incident);

#endif
