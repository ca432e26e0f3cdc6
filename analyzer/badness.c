#include "analyzer/badness.h"

#include <stdlib.h>

#include "analyzer/host.h"
#include "analyzer/kernel.h"
#include "analyzer/memcg.h"
#include "analyzer/refusal.h"
#include "analyzer/scope.h"

enum { OOM_SCORE_ADJ_MIN = -1000, OOM_DISABLE = -17, INIT = 1 };

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

struct amount badness_total(const struct incident *incident)
{
    struct amount scope = scope_by_evidence(incident);
    if (scope.known && scope.value == SCOPE_MEMCG)
        return memcg_total(incident);
    return amount_add(host_managed(incident), incident->host_memory.swap_total);
}

/* CAP_SYS_ADMIN was worth 3 % until "mm, oom: remove 3% bonus for CAP_SYS_ADMIN processes" (4.17).
 * The table shows the uid; root without the capability, as in many containers, is taken for root.
 */
static bool has_root_bonus(const struct incident *incident)
{
    struct amount version = kernel_version(incident);
    return version.known && version.value < 4017;
}

struct era {
    struct amount total,
        no_swap; /* 0 when the machine has none: then a missing column is no loss */
    bool has_root_bonus;
};

static struct era era_of(const struct incident *incident)
{
    struct amount total_swap = incident->host_memory.swap_total;
    return (struct era){
        .total = badness_total(incident),
        .has_root_bonus = has_root_bonus(incident),
        .no_swap = total_swap.known && total_swap.value == 0 ? amount_of(0, 0) : UNKNOWN,
    };
}

static struct amount badness_of(const struct era *era, const struct task *task)
{
    if (!task->oom_score_adj.known)
        return UNKNOWN;
    struct amount swap = amount_either(task->swap, era->no_swap);
    struct amount tables = amount_either(task->pgtables, amount_of(0, 0));
    return amount_add(amount_add(task->rss, swap), tables);
}

/* Without an adjustment the total does not matter. */
static struct amount points_of(const struct era *era, const struct task *task,
                               struct amount badness)
{
    bool is_favoured = era->has_root_bonus && task->uid == 0;
    struct amount bonus = amount_of(is_favoured ? amount_or(badness, 0) / 100 * 3 : 0, 0);
    struct amount adjustment = amount_of(0, 0);
    if (amount_or(task->oom_score_adj, 0) != 0) {
        adjustment = amount_scale(era->total, task->oom_score_adj.value);
        adjustment.value /= 1000;
    }
    return amount_add(amount_subtract(badness, bonus), adjustment);
}

static struct candidate candidate_of(const struct era *era, const struct task *task)
{
    struct amount badness = badness_of(era, task);
    return (struct candidate){.task = task,
                              .badness = badness,
                              .points = points_of(era, task, badness),
                              .is_exempt = task_is_exempt(task)};
}

/* What is sorted is small: a storm of reports brings a table of a thousand tasks each. */
struct place {
    int64_t key; /* points, or badness where these are unknown */
    const struct task *task;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->key != b->key)
        return a->key > b->key ? -1 : 1;
    return a->task < b->task ? -1 : a->task > b->task;
}

static bool is_ranked(const struct candidate *candidate)
{
    return candidate->points.known || candidate->badness.known;
}

static bool is_killable(const struct candidate *candidate)
{
    return !candidate->is_exempt;
}

/* Move those that @p belongs to the front, both halves in the order they had; returns how many. */
static size_t divide(struct candidate *candidates, size_t count,
                     bool (*belongs)(const struct candidate *))
{
    struct candidate *others = NULL;
    size_t front = 0, back = 0;
    for (size_t i = 0; i < count; i++) {
        if (belongs(&candidates[i])) {
            candidates[front++] = candidates[i];
            continue;
        }
        if (!others)
            others = must_allocate((count - i) * sizeof *others);
        others[back++] = candidates[i];
    }
    if (back)
        memcpy(&candidates[front], others, back * sizeof *others);
    free(others);
    return front;
}

static void sort_ranked(struct candidate *candidates, size_t count, const struct era *era)
{
    struct place *places = must_allocate(count * sizeof *places + 1);
    for (size_t i = 0; i < count; i++)
        places[i] = (struct place){amount_either(candidates[i].points, candidates[i].badness).value,
                                   candidates[i].task};
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 0; i < count; i++)
        candidates[i] = candidate_of(era, places[i].task);
    free(places);
}

void badness_rank(struct incident *incident)
{
    struct era era = era_of(incident);
    size_t count = incident->tasks_count;
    struct candidate *candidates = arena_allocate(incident->arena, count * sizeof *candidates);
    for (size_t i = 0; i < count; i++)
        candidates[i] = candidate_of(&era, &incident->tasks[i]);
    size_t killable = divide(candidates, count, is_killable);
    size_t ranked = divide(candidates, killable, is_ranked);
    sort_ranked(candidates, ranked, &era);
    incident->candidates = candidates;
    incident->candidates_count = count;
}

const struct candidate *badness_find(const struct incident *incident, struct amount pid)
{
    for (size_t i = 0; pid.known && i < incident->candidates_count; i++)
        if (incident->candidates[i].task->tgid == pid.value ||
            incident->candidates[i].task->pid == pid.value)
            return &incident->candidates[i];
    return NULL;
}

static const struct candidate *victim_candidate(const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    return victim ? badness_find(incident, victim->pid) : NULL;
}

struct amount victim_badness(const struct incident *incident)
{
    const struct candidate *victim = victim_candidate(incident);
    return victim ? victim->badness : UNKNOWN;
}

struct amount victim_points(const struct incident *incident)
{
    const struct candidate *victim = victim_candidate(incident);
    return victim ? victim->points : UNKNOWN;
}

/* Among tasks of one oom_score_adj the adjustment decides nothing, and the total need not be known.
 */
static struct amount lead_over(const struct candidate *victim, const struct candidate *rival)
{
    if (victim->points.known && rival->points.known)
        return amount_subtract(victim->points, rival->points);
    if (victim->task->oom_score_adj.value != rival->task->oom_score_adj.value)
        return UNKNOWN;
    return amount_subtract(victim->badness, rival->badness);
}

struct amount victim_rank(const struct incident *incident)
{
    const struct candidate *victim = victim_candidate(incident);
    if (!victim || victim->is_exempt)
        return UNKNOWN;
    int64_t rank = 1;
    for (size_t i = 0; i < incident->candidates_count; i++) {
        const struct candidate *rival = &incident->candidates[i];
        struct amount lead = lead_over(victim, rival);
        if (rival->is_exempt)
            break;
        if (!lead.known)
            return UNKNOWN;
        rank += lead.value < 0;
    }
    return amount_of(rank, victim->task->line);
}

struct amount victim_is_largest(const struct incident *incident)
{
    const struct candidate *victim = victim_candidate(incident);
    if (!victim || !victim->task->rss.known)
        return UNKNOWN;
    for (size_t i = 0; i < incident->tasks_count; i++)
        if (amount_or(incident->tasks[i].rss, 0) > victim->task->rss.value)
            return amount_of(false, incident->tasks[i].line);
    return amount_of(true, victim->task->line);
}

struct amount victim_swap(const struct incident *incident)
{
    const struct candidate *victim = victim_candidate(incident);
    return victim ? victim->task->swap : UNKNOWN;
}
