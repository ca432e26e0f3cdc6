/*
 * Free blocks by order: what a request of an order finds in a zone's buddy line.
 *
 * Integer arithmetic as in mm/vmstat.c fill_contig_page_info(), unusable_free_index() and
 * fragmentation_index(); which lists a request may take from as in mm/page_alloc.c
 * __zone_watermark_ok(). Counts are free blocks; one without letters ("4*4kB", up to 3.7, or a torn
 * line) is anybody's.
 */
#ifndef WHYOOM_FRAGMENTATION_H
#define WHYOOM_FRAGMENTATION_H

#include "analyzer/incident.h"

/** Free pages of the line; unknown when it is missing or a count does not fit. */
struct amount buddy_free_pages(const struct buddy *buddy);

/** Blocks of @p order that larger ones can be split into, whatever their type. */
struct amount buddy_suitable(const struct buddy *buddy, int order);

/** The same of those lists that a request may take from. */
struct amount buddy_suitable_for(const struct buddy *buddy, int order, bool is_movable);

/** Order of the largest free block that a request may take; unknown when there is none at all. */
struct amount buddy_largest_order(const struct buddy *buddy, bool is_movable);

/** Share of the free memory in blocks smaller than @p order, permille. */
struct amount buddy_unusable_index(const struct buddy *buddy, int order);

/** Towards 0 the memory is lacking, towards 1000 it is in pieces; -1000 when a block is there. */
struct amount buddy_fragmentation_index(const struct buddy *buddy, int order);

#endif
