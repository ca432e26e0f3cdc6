/*
 * What there is to judge by: which lines a report has, and what a few of them say on their own.
 */
#ifndef WHYOOM_EVIDENCE_H
#define WHYOOM_EVIDENCE_H

#include "analyzer/incident.h"

struct amount evidence_has_trace(const struct incident *incident);
struct amount evidence_has_memcg_limits(const struct incident *incident);
struct amount evidence_has_memcg_stats(const struct incident *incident);
struct amount evidence_has_zones(const struct incident *incident);
struct amount evidence_has_buddy(const struct incident *incident);
struct amount evidence_has_tasks(const struct incident *incident);

/** A write to memory.max or limit_in_bytes made usage pass the limit; unknown without a trace. */
struct amount evidence_is_limit_write(const struct incident *incident);

/** "Kill process 12 (nginx) score 900 or sacrifice child", and then the log breaks off; unknown
 * without a victim. */
struct amount evidence_is_only_chosen(const struct incident *incident);

/** The task is held back by memory.high; unknown without a trace. */
struct amount evidence_is_over_high(const struct incident *incident);

/** gfp_mask 0x0: pagefault_out_of_memory() raised the alarm, up to 5.15. */
struct amount evidence_is_fault_without_mask(const struct incident *incident);

/** The one who asked is among the victims; unknown without both pids. */
struct amount trigger_is_victim(const struct incident *incident);

/** The repeats at one limit, in seconds and in words. */
struct amount repeat_span_s(const struct incident *incident);
struct amount repeat_interval_s(const struct incident *incident);
struct amount repeat_clock_jump_s(const struct incident *incident);
struct slice repeat_first(const struct incident *incident);
struct slice repeat_span(const struct incident *incident);
struct slice repeat_interval(const struct incident *incident);
struct slice repeat_since(const struct incident *incident);

struct amount victims_is_group_kill(const struct incident *incident);
struct amount dominant_share(const struct incident *incident);
struct slice provenance_name(const struct incident *incident);
struct slice source_kind_name(const struct incident *incident);

#endif
