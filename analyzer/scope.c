#include "analyzer/scope.h"

#include "analyzer/kernel.h"
#include "analyzer/node_list.h"

static struct amount claim(enum scope scope, uint32_t line)
{
    return scope == SCOPE_UNKNOWN ? UNKNOWN : amount_of(scope, line);
}

static const struct stack_frame *find_frame(const struct incident *incident, struct slice symbol)
{
    for (size_t i = 0; i < incident->trigger.stack_count; i++) {
        const struct stack_frame *frame = &incident->trigger.stack[i];
        if (frame->is_reliable && slice_equal(frame->symbol, symbol))
            return frame;
    }
    return NULL;
}

struct amount scope_by_sysrq(const struct incident *incident)
{
    const struct trigger *trigger = &incident->trigger;
    const struct stack_frame *callback = find_frame(incident, SLICE("moom_callback"));
    if (callback)
        return claim(SCOPE_SYSRQ, callback->line);
    bool is_manual = incident->is_sysrq || amount_or(trigger->order, 0) == -1 ||
                     slice_contains(trigger->workqueue, SLICE("moom_callback"));
    return is_manual ? claim(SCOPE_SYSRQ, trigger->line) : UNKNOWN;
}

static enum scope scope_of_constraint(struct slice constraint)
{
    static const struct {
        const char *name;
        enum scope scope;
    } constraints[] = {{"CONSTRAINT_NONE", SCOPE_GLOBAL},
                       {"CONSTRAINT_CPUSET", SCOPE_CPUSET},
                       {"CONSTRAINT_MEMORY_POLICY", SCOPE_MEMPOLICY},
                       {"CONSTRAINT_MEMCG", SCOPE_MEMCG}};
    for (size_t i = 0; i < sizeof constraints / sizeof *constraints; i++)
        if (slice_equal(slice_from_string(constraints[i].name), constraint))
            return constraints[i].scope;
    return SCOPE_UNKNOWN;
}

/* "mm/oom_kill.c: fix uninitialized oc->constraint" came with 5.2 and late 5.1. */
static bool is_constraint_a_lie(const struct incident *incident)
{
    struct amount version = kernel_version(incident);
    return !version.known || version.value == 5000 || version.value == 5001;
}

struct amount scope_by_summary(const struct incident *incident)
{
    enum scope constraint = scope_of_constraint(incident->constraint);
    if (incident->says_global_oom) {
        bool is_narrower = constraint == SCOPE_CPUSET || constraint == SCOPE_MEMPOLICY;
        return claim(is_narrower ? constraint : SCOPE_GLOBAL, 0);
    }
    if (incident->has_summary && incident->memcg.path.length)
        return claim(SCOPE_MEMCG, 0);
    if (constraint == SCOPE_GLOBAL && is_constraint_a_lie(incident))
        return UNKNOWN;
    return claim(constraint, 0);
}

struct amount scope_by_kill_line(const struct incident *incident)
{
    static const struct {
        const char *words;
        enum scope scope;
    } messages[] = {{"Memory cgroup out of memory", SCOPE_MEMCG},
                    {"Out of memory in UB ", SCOPE_MEMCG}, /* Virtuozzo: a container's */
                    {"Out of memory", SCOPE_GLOBAL},
                    {"Out of Memory", SCOPE_GLOBAL},
                    {"No available memory (MPOL_BIND)", SCOPE_MEMPOLICY},
                    {"No available memory in cpuset", SCOPE_CPUSET}};
    const struct victim *victim = incident_chosen(incident);
    struct slice message = victim ? victim->message : incident->spared_message;
    if (incident->killer.length)
        return UNKNOWN;
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (slice_starts(message, slice_from_string(messages[i].words)))
            return claim(messages[i].scope, victim ? victim->line : 0);
    return UNKNOWN;
}

/* A cgroup's shortage does not panic for want of a victim. */
static struct amount scope_by_panic(const struct incident *incident)
{
    bool is_global = incident->is_deadlocked || (incident->is_panic && incident->is_no_killable);
    return is_global ? claim(SCOPE_GLOBAL, 0) : UNKNOWN;
}

struct amount scope_by_memcg_lines(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    if (memcg->memory.usage.known)
        return claim(SCOPE_MEMCG, memcg->memory.line);
    if (memcg->path.length)
        return claim(SCOPE_MEMCG, 0);
    for (int i = 0; i < STAT_COUNT; i++)
        if (memcg->stat[i].known)
            return claim(SCOPE_MEMCG, memcg->stat[i].line);
    return UNKNOWN;
}

/* Charges for kernel pages are made inside the page allocator, so __alloc_pages alone says nothing.
 */
static enum scope scope_of_frame(struct slice symbol)
{
    static const struct {
        const char *start;
        enum scope scope;
    } frames[] = {{"mem_cgroup_out_of_memory", SCOPE_MEMCG},
                  {"mem_cgroup_oom", SCOPE_MEMCG},
                  {"mem_cgroup_handle_oom", SCOPE_MEMCG}, /* up to 3.11 */
                  {"mem_cgroup_do_charge", SCOPE_MEMCG},
                  {"__mem_cgroup_try_charge", SCOPE_MEMCG}, /* all inlined: RHEL 7 */
                  {"try_charge", SCOPE_MEMCG},
                  {"moom_callback", SCOPE_SYSRQ},
                  {"__alloc_pages_slowpath", SCOPE_GLOBAL},
                  {"__alloc_pages_may_oom", SCOPE_GLOBAL},
                  {"pagefault_out_of_memory", SCOPE_GLOBAL}};
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        if (slice_starts(symbol, slice_from_string(frames[i].start)))
            return frames[i].scope;
    return SCOPE_UNKNOWN;
}

static bool is_killer(struct slice symbol)
{
    return slice_equal(symbol, SLICE("out_of_memory")) || slice_equal(symbol, SLICE("warn_alloc"));
}

/* A memcg has its own function between the killer and the charge; the page allocator's may be
 * inlined. */
struct amount scope_by_trace(const struct incident *incident)
{
    bool is_called_by = false;
    for (size_t i = 0; i < incident->trigger.stack_count; i++) {
        const struct stack_frame *frame = &incident->trigger.stack[i];
        if (!frame->is_reliable)
            continue;
        enum scope scope = scope_of_frame(frame->symbol);
        if (scope == SCOPE_UNKNOWN && is_called_by && !is_killer(frame->symbol) &&
            !incident->trigger.vmalloc_bytes.known)
            scope = SCOPE_GLOBAL;
        if (scope != SCOPE_UNKNOWN)
            return claim(scope, frame->line);
        is_called_by = is_killer(frame->symbol);
    }
    return UNKNOWN;
}

static bool leaves_out_memory(const struct incident *incident, struct slice nodes)
{
    const struct host_memory *host = &incident->host_memory;
    for (size_t i = 0; i < host->zones_count; i++) {
        const struct zone *zone = &host->zones[i];
        struct amount owned = amount_either(zone->figure[ZONE_MANAGED], zone->figure[ZONE_PRESENT]);
        if (amount_or(owned, 0) > 0 && !node_list_has(nodes, zone->node))
            return true;
    }
    return false;
}

struct amount scope_by_masks(const struct incident *incident)
{
    const struct trigger *trigger = &incident->trigger;
    /* 4.9 prints the cpuset's nodes for a request without a memory policy. */
    bool has_policy =
        trigger->nodemask.length > 0 && !slice_equal(trigger->nodemask, trigger->mems_allowed);
    if (has_policy && leaves_out_memory(incident, trigger->nodemask))
        return claim(SCOPE_MEMPOLICY, trigger->line);
    if (trigger->mems_allowed.length && leaves_out_memory(incident, trigger->mems_allowed))
        return claim(SCOPE_CPUSET, trigger->line);
    return UNKNOWN;
}

struct amount scope_by_meminfo(const struct incident *incident)
{
    bool is_old = kernel_is_before(incident, 3009) || incident->trigger.oom_adj.known;
    if (!incident->host_memory.is_present || is_old || scope_by_memcg_lines(incident).known)
        return UNKNOWN;
    return claim(SCOPE_GLOBAL, incident->host_memory.figure[MEM_FREE].line);
}

/* vmalloc may have lacked pages of the machine, the right to charge them, or addresses: the zones
 * tell. */
static enum scope scope_of_failure(const struct incident *incident)
{
    bool is_open = incident->trigger.vmalloc_bytes.known && !incident->host_memory.zones_count;
    return is_open ? SCOPE_UNKNOWN : SCOPE_GLOBAL;
}

/* Reports that no killer of the kernel wrote. */
static struct amount scope_by_kind(const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    bool is_cgroup = incident->memcg.path.length || (victim && victim->unit.length);
    struct amount trace = scope_by_trace(incident);
    bool is_charge = trace.known && trace.value == SCOPE_MEMCG;
    switch (incident->kind) {
    case KIND_USERSPACE_KILL:
        return claim(is_cgroup ? SCOPE_MEMCG : SCOPE_GLOBAL, victim ? victim->line : 0);
    case KIND_ALLOC_FAILURE:
        return is_charge ? trace : claim(scope_of_failure(incident), incident->trigger.line);
    case KIND_CHARGE_STALL:
        return claim(SCOPE_MEMCG, incident->trigger.line);
    default:
        return UNKNOWN;
    }
}

struct amount scope_by_evidence(const struct incident *incident)
{
    static struct amount (*const witnesses[])(const struct incident *) = {
        scope_by_sysrq, scope_by_kind,        scope_by_summary, scope_by_kill_line,
        scope_by_panic, scope_by_memcg_lines, scope_by_trace,   scope_by_meminfo};
    struct amount scope = UNKNOWN;
    for (size_t i = 0; !scope.known && i < sizeof witnesses / sizeof *witnesses; i++)
        scope = witnesses[i](incident);
    /* Kill line and trace say "global" for a cpuset and a memory policy too. */
    bool is_undivided = scope.known && scope.value == SCOPE_GLOBAL &&
                        incident->kind != KIND_USERSPACE_KILL &&
                        (!incident->has_summary || is_constraint_a_lie(incident));
    return is_undivided ? amount_either(scope_by_masks(incident), scope) : scope;
}
