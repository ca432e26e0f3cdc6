#include "analyzer/badness.h"

#include "analyzer/host.h"
#include "analyzer/kernel.h"
#include "analyzer/memcg.h"
#include "analyzer/refusal.h"
#include "analyzer/scope.h"
#include "analyzer/watermark.h"

enum { OOM_SCORE_ADJ_MIN = -1000, OOM_DISABLE = -17, INIT = 1, ROOT_PERMILLE = 30 };

/* What root's tasks have less than others. */
enum root_bonus { ROOT_ALIKE, ROOT_LESS_OF_OWN, ROOT_LESS_OF_ALL };

bool task_is_exempt(const struct task *task)
{
    bool is_adjusted_out =
        task->oom_score_adj.known && task->oom_score_adj.value == OOM_SCORE_ADJ_MIN;
    bool is_disabled = task->oom_adj.known && task->oom_adj.value == OOM_DISABLE;
    return is_adjusted_out || is_disabled || task->tgid == INIT;
}

/* mem_cgroup_get_max(): the limit, and what swap its second limit leaves of the machine's. */
static struct amount memcg_total(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    struct amount version = memcg_version(incident), swap = memcg_swap_in_use(incident);
    struct amount total_swap = amount_either(incident->host_memory.swap_total, swap);
    struct amount own_limit =
        version.known && version.value == 1 ? memcg_swap_by_limits(incident) : memcg->swap.limit;
    if (own_limit.known && total_swap.known && own_limit.value < total_swap.value)
        total_swap = own_limit;
    return amount_add(memcg->memory.limit, amount_at_least(total_swap, 0));
}

/* constrained_alloc(): node_present_pages() of the nodes that the mask leaves. */
static struct amount allowed_nodes(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount present = host->zones_count ? amount_of(0, 0) : UNKNOWN;
    for (size_t i = 0; i < host->zones_count; i++)
        if (!zone_is_masked(incident, &host->zones[i]))
            present = amount_add(present, host->zones[i].figure[ZONE_PRESENT]);
    return present;
}

struct amount badness_total(const struct incident *incident)
{
    struct amount scope = scope_by_evidence(incident);
    int64_t which = amount_or(scope, SCOPE_UNKNOWN);
    if (which == SCOPE_MEMCG)
        return memcg_total(incident);
    bool is_confined = which == SCOPE_CPUSET || which == SCOPE_MEMPOLICY;
    return amount_add(is_confined ? allowed_nodes(incident) : host_managed(incident),
                      incident->host_memory.swap_total);
}

/* CAP_SYS_ADMIN was worth 3 % of all memory, since "mm, oom: base root bonus on current usage"
 * (3.14, and in RHEL 7) 3 % of the task's own, until "mm, oom: remove 3% bonus for CAP_SYS_ADMIN
 * processes" (4.17). The table shows the uid; root without the capability, as in many containers,
 * is taken for root. */
static enum root_bonus root_bonus_of(const struct incident *incident)
{
    if (!kernel_is_before(incident, 4017))
        return ROOT_ALIKE;
    bool is_of_all = kernel_is_before(incident, 3014) && amount_or(kernel_rhel(incident), 0) != 7;
    return is_of_all ? ROOT_LESS_OF_ALL : ROOT_LESS_OF_OWN;
}

struct era {
    struct amount total,
        no_swap; /* 0 when the machine has none: then a missing column is no loss */
    enum root_bonus root_bonus;
};

static struct era era_of(const struct incident *incident)
{
    struct amount total_swap = incident->host_memory.swap_total;
    return (struct era){
        .total = badness_total(incident),
        .root_bonus = root_bonus_of(incident),
        .no_swap = total_swap.known && total_swap.value == 0 ? amount_of(0, 0) : UNKNOWN,
    };
}

/* The parts stand in one row of the table: the sum has its line. */
static inline struct amount badness_of(const struct era *era, const struct task *task)
{
    struct amount swap = amount_either(task->swap, era->no_swap);
    struct amount sum = {.line = task->rss.line};
    sum.known = task->oom_score_adj.known && task->rss.known && swap.known &&
                !__builtin_add_overflow(task->rss.value, swap.value, &sum.value) &&
                !__builtin_add_overflow(sum.value, amount_or(task->pgtables, 0), &sum.value);
    return sum.known ? sum : UNKNOWN;
}

/* What the adjustment is added to. */
static inline struct amount unadjusted(const struct era *era, const struct task *task)
{
    struct amount badness = badness_of(era, task);
    if (era->root_bonus == ROOT_LESS_OF_OWN && task->uid == 0)
        badness.value -= badness.value / 100 * 3;
    return badness;
}

/* In permille of the total. */
static inline int64_t adjustment_of(const struct era *era, const struct task *task)
{
    bool is_less = era->root_bonus == ROOT_LESS_OF_ALL && task->uid == 0;
    return amount_or(task->oom_score_adj, 0) - (is_less ? ROOT_PERMILLE : 0);
}

/* Without an adjustment the total does not matter. */
static struct amount points_of(const struct era *era, const struct task *task)
{
    struct amount adjustment = amount_of(0, 0);
    if (adjustment_of(era, task) != 0) {
        adjustment = amount_scale(era->total, adjustment_of(era, task));
        adjustment.value /= 1000;
    }
    return amount_add(unadjusted(era, task), adjustment);
}

static struct candidate candidate_of(const struct era *era, const struct task *task)
{
    return (struct candidate){.badness = badness_of(era, task),
                              .points = points_of(era, task),
                              .is_exempt = task_is_exempt(task)};
}

static bool is_adjusted_unlike(const struct era *era, const struct incident *incident)
{
    const struct task *first = NULL;
    for (size_t i = 0; i < incident->tasks_count; i++) {
        const struct task *task = &incident->tasks[i];
        if (task_is_exempt(task))
            continue;
        if (first && adjustment_of(era, task) != adjustment_of(era, first))
            return true;
        first = first ? first : task;
    }
    return false;
}

/* What tasks are compared by: among those of one adjustment it decides nothing, and the total need
 * not be known. */
struct yardstick {
    struct era era;
    bool is_adjusted;
};

static struct yardstick yardstick_of(const struct incident *incident)
{
    struct era era = era_of(incident);
    return (struct yardstick){era, is_adjusted_unlike(&era, incident)};
}

static struct amount key_of(const struct yardstick *yardstick, const struct task *task)
{
    return yardstick->is_adjusted ? points_of(&yardstick->era, task)
                                  : unadjusted(&yardstick->era, task);
}

/* Where a task stands among the others: what is killable before what is exempt, more points first;
 * equals share a place. */
struct place {
    int64_t key; /* points, or badness where these do not matter */
    bool is_exempt;
};

/* False: its badness is not known, and with it the order. */
static bool place_of(const struct yardstick *yardstick, const struct task *task, struct place *ret)
{
    *ret = (struct place){.is_exempt = task_is_exempt(task)};
    if (ret->is_exempt)
        return true;
    struct amount key = key_of(yardstick, task);
    ret->key = key.value;
    return key.known;
}

static bool stands_before(const struct place *a, const struct place *b)
{
    if (a->is_exempt != b->is_exempt)
        return b->is_exempt;
    return a->key > b->key;
}

static const struct task *chosen_task(const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    for (size_t i = 0; victim && victim->pid.known && i < incident->tasks_count; i++)
        if (incident->tasks[i].pid == victim->pid.value)
            return &incident->tasks[i];
    return NULL;
}

/* One pass: a storm of reports brings a table of a thousand tasks each, and what is asked of their
 * order is the victim's place in it. */
void badness_rank(struct incident *incident)
{
    struct yardstick yardstick = yardstick_of(incident);
    const struct task *chosen = chosen_task(incident);
    struct place own = {0}, place;
    int64_t position = 1, exempt = 0;
    incident->ranking = (struct ranking){0};
    if (chosen && !place_of(&yardstick, chosen, &own))
        return;
    for (size_t i = 0; i < incident->tasks_count; i++) {
        if (!place_of(&yardstick, &incident->tasks[i], &place))
            return;
        exempt += place.is_exempt;
        position += stands_before(&place, &own);
    }
    incident->ranking = (struct ranking){
        .position = chosen ? amount_of(position, chosen->line) : UNKNOWN,
        .candidates = amount_of((int64_t)incident->tasks_count, 0),
        .exempt = amount_of(exempt, 0),
    };
}

struct candidate *badness_candidates(const struct incident *incident, struct arena *arena)
{
    if (!incident->ranking.candidates.known)
        return NULL;
    struct era era = era_of(incident);
    struct candidate *candidates =
        arena_allocate(arena, incident->tasks_count * sizeof *candidates);
    for (size_t i = 0; i < incident->tasks_count; i++)
        candidates[i] = candidate_of(&era, &incident->tasks[i]);
    return candidates;
}

/* ---- the victim among them */

static const struct task *victim_task(const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    for (size_t i = 0; victim && victim->pid.known && i < incident->tasks_count; i++)
        if (incident->tasks[i].tgid == victim->pid.value ||
            incident->tasks[i].pid == victim->pid.value)
            return &incident->tasks[i];
    return NULL;
}

static struct candidate victim_candidate(const struct incident *incident)
{
    const struct task *task = victim_task(incident);
    struct era era = era_of(incident);
    return task ? candidate_of(&era, task) : (struct candidate){0};
}

struct amount victim_badness(const struct incident *incident)
{
    return victim_candidate(incident).badness;
}

struct amount victim_points(const struct incident *incident)
{
    return victim_candidate(incident).points;
}

struct amount victim_rank(const struct incident *incident)
{
    const struct task *victim = victim_task(incident);
    struct yardstick yardstick = yardstick_of(incident);
    if (!victim || task_is_exempt(victim) || !incident->ranking.candidates.known)
        return UNKNOWN;
    int64_t rank = 1, own = key_of(&yardstick, victim).value;
    for (size_t i = 0; i < incident->tasks_count; i++) {
        const struct task *rival = &incident->tasks[i];
        rank += !task_is_exempt(rival) && key_of(&yardstick, rival).value > own;
    }
    return amount_of(rank, victim->line);
}

struct amount victim_is_largest(const struct incident *incident)
{
    const struct task *victim = victim_task(incident);
    if (!victim || !victim->rss.known)
        return UNKNOWN;
    for (size_t i = 0; i < incident->tasks_count; i++)
        if (amount_or(incident->tasks[i].rss, 0) > victim->rss.value)
            return amount_of(false, incident->tasks[i].line);
    return amount_of(true, victim->line);
}

struct amount victim_swap(const struct incident *incident)
{
    const struct task *victim = victim_task(incident);
    return victim ? victim->swap : UNKNOWN;
}
