#include "analyzer/evidence.h"

#include <inttypes.h>

#include "analyzer/base/units.h"

struct amount evidence_has_trace(const struct incident *incident)
{
    return amount_of(incident->has_trace, 0);
}

struct amount evidence_has_memcg_limits(const struct incident *incident)
{
    const struct page_counter *memory = &incident->memcg.memory;
    return amount_of(memory->usage.known, memory->line);
}

struct amount evidence_has_memcg_stats(const struct incident *incident)
{
    for (int i = 0; i < STAT_COUNT; i++)
        if (incident->memcg.stat[i].known)
            return amount_of(true, incident->memcg.stat[i].line);
    return amount_of(false, 0);
}

struct amount evidence_has_zones(const struct incident *incident)
{
    size_t count = incident->host_memory.zones_count;
    return amount_of(count > 0, count ? incident->host_memory.zones[0].line : 0);
}

struct amount evidence_has_buddy(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    for (size_t i = 0; i < host->zones_count; i++)
        if (host->zones[i].buddy.orders)
            return amount_of(true, host->zones[i].buddy.line);
    return amount_of(false, 0);
}

struct amount evidence_has_tasks(const struct incident *incident)
{
    size_t count = incident->tasks_count;
    return amount_of(count > 0, count ? incident->tasks[0].line : 0);
}

/* Whether the trace holds one of @p symbols, a list that ends with NULL. That it holds none, no
 * single line of it shows. */
static struct amount stack_holds(const struct incident *incident, const char *const *symbols)
{
    const struct trigger *trigger = &incident->trigger;
    for (size_t i = 0; i < trigger->stack_count; i++)
        for (size_t w = 0; symbols[w]; w++)
            if (trigger->stack[i].is_reliable &&
                slice_equal(trigger->stack[i].symbol, slice_from_string(symbols[w])))
                return amount_of(true, trigger->stack[i].line);
    return trigger->stack_count ? amount_of(false, 0) : UNKNOWN;
}

struct amount evidence_is_limit_write(const struct incident *incident)
{
    static const char *const writers[] = {"memory_max_write", "mem_cgroup_resize_max",
                                          "mem_cgroup_resize_limit",
                                          "mem_cgroup_resize_memsw_limit", NULL};
    return stack_holds(incident, writers);
}

struct amount evidence_is_only_chosen(const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    if (!victim || incident->kind != KIND_OOM_KILL)
        return UNKNOWN;
    bool is_choice = victim->message.length &&
                     !slice_equal(victim->message, SLICE(SYSTEM_OOM_WORDS)) &&
                     !victim->total_vm.known;
    return amount_of(is_choice && !incident->has_kill_line && !incident->has_summary, victim->line);
}

struct amount evidence_is_over_high(const struct incident *incident)
{
    static const char *const waits[] = {"mem_cgroup_handle_over_high",
                                        "__mem_cgroup_handle_over_high", "reclaim_high", NULL};
    return stack_holds(incident, waits);
}

struct amount evidence_is_fault_without_mask(const struct incident *incident)
{
    struct amount mask = incident->trigger.gfp_mask;
    return mask.known ? amount_of(mask.value == 0, mask.line) : UNKNOWN;
}

struct amount trigger_is_victim(const struct incident *incident)
{
    struct amount pid = incident->trigger.pid;
    struct amount is_victim = UNKNOWN;
    for (size_t i = 0; pid.known && i < incident->victims_count; i++) {
        const struct victim *victim = &incident->victims[i];
        if (!victim->pid.known)
            continue;
        if (victim->pid.value == pid.value)
            return amount_of(true, victim->line);
        is_victim = amount_of(false, victim->line);
    }
    return is_victim;
}

static struct amount in_seconds(struct amount microseconds)
{
    microseconds.value /= 1000 * 1000;
    return microseconds;
}

static struct slice in_words(const struct incident *incident, struct amount microseconds)
{
    return microseconds.known ? duration_print(incident->arena, microseconds.value)
                              : (struct slice){0};
}

struct amount repeat_span_s(const struct incident *incident)
{
    return in_seconds(incident->repeat.span_us);
}

struct amount repeat_interval_s(const struct incident *incident)
{
    return in_seconds(incident->repeat.interval_us);
}

struct amount repeat_clock_jump_s(const struct incident *incident)
{
    return in_seconds(incident->repeat.clock_jump_us);
}

struct slice repeat_first(const struct incident *incident)
{
    const struct event_time *first = &incident->repeat.first;
    if (first->printed.length || !first->has_monotonic)
        return first->printed;
    return arena_format(incident->arena, "[%" PRId64 ".%06" PRId64 "]",
                        first->monotonic_us / 1000000, first->monotonic_us % 1000000);
}

struct slice repeat_span(const struct incident *incident)
{
    return in_words(incident, incident->repeat.span_us);
}

struct slice repeat_interval(const struct incident *incident)
{
    return in_words(incident, incident->repeat.interval_us);
}

struct slice repeat_since(const struct incident *incident)
{
    return in_words(incident, incident->repeat.since_us);
}

struct amount victims_is_group_kill(const struct incident *incident)
{
    for (size_t i = 0; i < incident->victims_count; i++)
        if (incident->victims[i].is_group_kill)
            return amount_of(true, incident->victims[i].line);
    return amount_of(incident->group_path.length > 0, 0);
}

struct amount dominant_share(const struct incident *incident)
{
    int share = incident->dominant.permille;
    return share < 0 ? UNKNOWN : amount_of(share, incident->dominant.bytes.line);
}

struct slice provenance_name(const struct incident *incident)
{
    switch (incident->source.provenance) {
    case PROVENANCE_FILE:
        return SLICE("file");
    case PROVENANCE_KERNEL:
        return SLICE("kernel");
    case PROVENANCE_CONTAINER:
        return SLICE("container");
    case PROVENANCE_USER:
        return SLICE("user");
    }
    return (struct slice){0};
}

struct slice source_kind_name(const struct incident *incident)
{
    switch (incident->source.kind) {
    case SOURCE_LOG:
        return SLICE("log");
    case SOURCE_JOURNAL:
        return SLICE("journal");
    case SOURCE_VMCORE:
        return SLICE("vmcore");
    }
    return (struct slice){0};
}
