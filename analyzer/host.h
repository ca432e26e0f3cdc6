/*
 * The machine's memory as a whole: sums over all nodes and zones that the report shows, and its
 * swap.
 *
 * A figure moved from the zone lines to the node lines over the years (4.8, 4.13, 5.9, 5.11); where
 * the machine-wide list has it too, that is asked first. All sizes in bytes. Kernel: mm/show_mem.c
 * show_free_areas() (mm/page_alloc.c before 6.5).
 */
#ifndef WHYOOM_HOST_H
#define WHYOOM_HOST_H

#include "analyzer/incident.h"

/** Sum of @p figure over the zone lines; unknown when a line lacks it or there is none. */
struct amount host_zone_sum(const struct incident *incident, enum zone_figure figure);

/** Sum of @p figure over the node lines; unknown when a line lacks it or there is none. */
struct amount host_node_sum(const struct incident *incident, enum node_figure figure);

/** @p pages of a huge page pool in bytes. */
struct amount hugepages_bytes(const struct hugepages *hugepages, struct amount pages);

/** Pages of RAM less reserved ones, as the end of Mem-Info counts them. */
struct amount host_ram_managed(const struct incident *incident);

/** Sum over the zone lines; unknown while some of them are lost. */
struct amount host_zones_managed(const struct incident *incident);

struct amount host_managed(const struct incident *incident);
struct amount host_anon(const struct incident *incident);
struct amount host_cache(const struct incident *incident);
struct amount host_cache_reclaimable(const struct incident *incident);
struct amount host_slab(const struct incident *incident);
struct amount host_kernel_stack(const struct incident *incident);
struct amount host_page_table(const struct incident *incident);
struct amount host_anon_thp(const struct incident *incident);
struct amount host_shmem_thp(const struct incident *incident);
struct amount host_balloon(const struct incident *incident);
struct amount host_gpu(const struct incident *incident);
struct amount host_zspages(const struct incident *incident);
struct amount host_mlocked(const struct incident *incident);
struct amount host_hugetlb_total(const struct incident *incident);
struct amount host_hugetlb_free(const struct incident *incident);
struct amount host_nodes_count(const struct incident *incident);
struct amount host_nodes_unreclaimable(const struct incident *incident);

struct amount swap_used(const struct incident *incident);
struct amount swap_free_share(const struct incident *incident);

/** Total swap above 0, or a cgroup that has something swapped out. */
struct amount swap_is_configured(const struct incident *incident);

/** Swap was there and under 1 % of it is free, or v2's swap limit is reached; a limit of 0 is none
 * that was ever available. */
struct amount swap_is_used_up(const struct incident *incident);

struct amount slab_caches_count(const struct incident *incident);
struct slice slab_largest_name(const struct incident *incident);
struct amount slab_largest_total(const struct incident *incident);
struct amount slab_largest_used(const struct incident *incident);
struct slice allocations_largest_where(const struct incident *incident);
struct amount allocations_largest_bytes(const struct incident *incident);

#endif
