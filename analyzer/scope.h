/*
 * Whose memory ran out: what each witness of a report says, and the best of them.
 *
 * A report may say it six times over, and it may lie: 5.0 and 5.1 printed CONSTRAINT_NONE always, a
 * container's name stands in the cpuset of a global kill, Mem-Info was part of memcg reports up
 * to 3.8. Each function gives the scope that one witness claims (an index of VOCABULARY_SCOPE), or
 * unknown. Kernel: mm/oom_kill.c dump_header(), constrained_alloc(), oom_kill_process().
 */
#ifndef WHYOOM_SCOPE_H
#define WHYOOM_SCOPE_H

#include "analyzer/incident.h"

/** SysRq-f: order -1 (4.2 and later), its own message, or moom_callback in the trace. */
struct amount scope_by_sysrq(const struct incident *incident);

/** The oom-kill: line (5.0): oom_memcg= or global_oom before constraint=. */
struct amount scope_by_summary(const struct incident *incident);

/** "Memory cgroup out of memory" or "Out of memory" before "Killed process", all versions. */
struct amount scope_by_kill_line(const struct incident *incident);

/** memcg when a limit's owner, its counters or its statistics were printed. */
struct amount scope_by_memcg_lines(const struct incident *incident);

/** The innermost reliable frame that tells a charge from a page allocation. */
struct amount scope_by_trace(const struct incident *incident);

/** cpuset or mempolicy, when a mask leaves out a node whose memory the report shows. */
struct amount scope_by_masks(const struct incident *incident);

/** global, when Mem-Info came without memcg lines from a kernel that prints only one of them. */
struct amount scope_by_meminfo(const struct incident *incident);

/** The first of the above that speaks; reports that no killer of the kernel wrote are told by their
 * kind. */
struct amount scope_by_evidence(const struct incident *incident);

#endif
