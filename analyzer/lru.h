/*
 * Balance of the active and inactive lists: would the kernel think the inactive one too short?
 *
 * Low means inactive * ratio < active with ratio = floor(sqrt(10 * GiB of both)), at least 1. Then
 * active pages are deactivated, and on 4.7 to 5.7 anonymous memory is aged, and swapped, although
 * page cache abounds. File lists had ratio 1 up to 4.6. The kernel asks per lruvec (memcg and
 * node); a report shows sums of these. Multi-generational LRU (6.1 and later, if on) prints the
 * same names and asks nothing of the kind. Kernel: mm/vmscan.c inactive_is_low(),
 * inactive_list_is_low() before 5.8; kernel-structures 9.1.
 */
#ifndef WHYOOM_LRU_H
#define WHYOOM_LRU_H

#include "analyzer/incident.h"

/** How many active pages per inactive one the kernel wants for @p bytes on both lists. */
struct amount lru_ratio(struct amount bytes);

struct amount memcg_anon_ratio(const struct incident *incident);
struct amount memcg_file_ratio(const struct incident *incident);
struct amount memcg_is_inactive_anon_low(const struct incident *incident);
struct amount memcg_is_inactive_file_low(const struct incident *incident);

/** On any node; before 4.8 of the machine's sums. */
struct amount host_is_inactive_anon_low(const struct incident *incident);
struct amount host_is_inactive_file_low(const struct incident *incident);

/** Of the lists of the pool that ran out, a moment later; unknown under the multi-generational LRU.
 */
struct amount dump_is_inactive_anon_low(const struct incident *incident);
struct amount dump_is_inactive_file_low(const struct incident *incident);

#endif
