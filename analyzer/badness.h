/*
 * Why this victim: the kernel's badness of every task of the table, recomputed.
 *
 * badness = rss + swap + page tables; points = badness + oom_score_adj permille of the memory at
 * stake; root has less: 3 % of that memory up to 3.13, 3 % of its badness up to 4.16. What the
 * table of that kernel does not show stays unknown: 2.6.36 to 3.6 count swap and print none, up
 * to 2.6.35 processor time decided too. Exempt: oom_score_adj -1000, oom_adj -17, init. The kernel
 * looks at the tasks a moment before it prints them. Kernel: mm/oom_kill.c oom_badness(),
 * oom_unkillable_task().
 */
#ifndef WHYOOM_BADNESS_H
#define WHYOOM_BADNESS_H

#include "analyzer/incident.h"

/** Fill incident->ranking. Unknown when the report does not tell the tasks' order: an order that is
 * not known is not the order of the table. */
void badness_rank(struct incident *incident);

/** Each of incident->tasks as the killer saw it, in @p arena; NULL when their order is unknown. */
struct candidate *badness_candidates(const struct incident *incident, struct arena *arena);

/**
 * What oom_score_adj is a share of: RAM and swap, where a cpuset or a memory policy confines it the
 * RAM of its nodes and swap, or the limit with the swap that the cgroup may use. A memcg report
 * does not print how much swap the machine has; the cgroup's own use stands in for it.
 */
struct amount badness_total(const struct incident *incident);

/** May the kernel never choose it? */
bool task_is_exempt(const struct task *task);

struct amount victim_badness(const struct incident *incident);
struct amount victim_points(const struct incident *incident);

/** Place among the killable tasks, from 1; equals share it. Unknown without a ranking. */
struct amount victim_rank(const struct incident *incident);

/** No task has a larger rss. */
struct amount victim_is_largest(const struct incident *incident);
struct amount victim_swap(const struct incident *incident);

#endif
