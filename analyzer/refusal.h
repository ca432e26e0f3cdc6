/*
 * Which of a memory cgroup's counters refused the charge.
 *
 * A counter refuses when usage + request passes its limit. At the time of the report it may stand
 * up to a charge batch (64 pages) below: the retry charges the request alone, and other CPUs hand
 * back what they had stocked. Of two that are reached the one with less room refused, then the one
 * whose failcnt is larger: v1 charges memory+swap first and gives it back when memory refuses.
 * A counter whose failcnt is 0 never refused.
 * Kernel: mm/memcontrol.c try_charge_memcg(), mm/page_counter.c.
 */
#ifndef WHYOOM_REFUSAL_H
#define WHYOOM_REFUSAL_H

#include "analyzer/incident.h"

/** limit - usage; negative when a limit was lowered or a socket overran it; unknown without a
 * limit. */
struct amount counter_room(const struct page_counter *counter);

/** Usage of the limit in permille. */
struct amount counter_share(const struct page_counter *counter);

/** Could @p request bytes have been refused by it? An unlimited counter: no. */
struct amount counter_is_reached(const struct page_counter *counter, struct amount request,
                                 struct amount page_size);

/** Are the lines of all counters that could refuse there? v1 prints memory, memory+swap and (since
 * 3.8) kmem; v2 has memory alone. Unknown without the first. */
struct amount memcg_has_all_counters(const struct incident *incident);

/** The enum limit that refused (memory, memsw, kmem); unknown when none is reached and more than
 * one is limited, or a counter's line or limit is lost. v2's swap counter never refuses a charge:
 * it keeps memory from being reclaimed.
 */
struct amount memcg_refusing(const struct incident *incident);

/** 1 or 2: as printed, else by the counter lines: memory+swap is v1's, swap v2's. */
struct amount memcg_version(const struct incident *incident);

#endif
