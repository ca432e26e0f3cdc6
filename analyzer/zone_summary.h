/*
 * What the zone checks say together: did memory as such lack, or a block of the order, and what of
 * the free memory was out of this request's reach. "Worst" is the eligible zone with the most free
 * memory, the one that makes people ask why there was an OOM at all.
 */
#ifndef WHYOOM_ZONE_SUMMARY_H
#define WHYOOM_ZONE_SUMMARY_H

#include "analyzer/incident.h"

/** The check of the eligible zone with the most free memory, or NULL. */
const struct zone_check *worst_zone_check(const struct incident *incident);

/** "Normal"; "Node 1 Normal" when the report shows several nodes. Empty when there is none. */
struct slice worst_zone_name(const struct incident *incident);

/** enum limit: zone or order; unknown without the figures that tell them apart. */
struct amount host_refusing(const struct incident *incident);

/** An eligible zone passes for one page, and none that passes has a block of the order. */
struct amount host_is_order_failure(const struct incident *incident);

/* Numbers of zones with memory; unknown when the report shows none, or when a check that decides
 * is. */
struct amount host_zones_count(const struct incident *incident);
struct amount host_zones_eligible(const struct incident *incident);
struct amount host_zones_failing(const struct incident *incident);
struct amount host_zones_passing(const struct incident *incident);
struct amount host_zones_suitable(const struct incident *incident);

/* Free memory, in bytes, by whether this request may have it. */
struct amount host_free_eligible(const struct incident *incident);
struct amount host_free_unusable(const struct incident *incident);
struct amount host_free_above(const struct incident *incident);
struct amount host_free_masked(const struct incident *incident);
struct amount host_free_cma_unusable(const struct incident *incident);
struct amount host_free_highatomic(const struct incident *incident);

/** Free memory of the whole machine that lies in zones which the report leaves out. */
struct amount host_free_unlisted(const struct incident *incident);

/** Order of the largest free block that the request may take, in a zone that passes its watermark.
 */
struct amount host_order_largest(const struct incident *incident);
struct amount host_suitable_blocks(const struct incident *incident);
struct amount host_fragmentation_index(const struct incident *incident);
struct amount host_unusable_index(const struct incident *incident);

#endif
