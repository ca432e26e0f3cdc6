#include "analyzer/totals.h"

#include <stdlib.h>

#include "analyzer/badness.h"
#include "analyzer/base/hash_table.h"

struct amount victim_rss_of(const struct victim *victim)
{
    /* shmem-rss is printed apart since 4.5, inside file-rss before. */
    struct amount shmem = amount_either(victim->shmem_rss, amount_of(0, 0));
    struct amount split = amount_add(amount_add(victim->anon_rss, victim->file_rss), shmem);
    return amount_either(split, victim->rss);
}

/* ---- victims */

static int compare_victims(const void *left, const void *right)
{
    const struct victim *a = *(const struct victim *const *)left;
    const struct victim *b = *(const struct victim *const *)right;
    int64_t pid_a = amount_or(a->pid, -1), pid_b = amount_or(b->pid, -1);
    if (pid_a != pid_b)
        return pid_a < pid_b ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* A line that lost its pid is somebody else's. */
static bool is_same_victim(const struct victim *a, const struct victim *b)
{
    return a->pid.known && b->pid.known && a->pid.value == b->pid.value;
}

static void add_victim(struct totals *totals, const struct victim *victim)
{
    totals->victims.value++;
    totals->victims_anon = amount_add(totals->victims_anon, victim->anon_rss);
    totals->victims_file = amount_add(totals->victims_file, victim->file_rss);
    totals->victims_shmem = amount_add(totals->victims_shmem, victim->shmem_rss);
    totals->victims_rss = amount_add(totals->victims_rss, victim_rss_of(victim));
}

void totals_add_up_victims(struct incident *incident)
{
    size_t count = incident->victims_count;
    struct totals *totals = &incident->totals;
    if (incident->killer_failure.length) /* who was chosen may live, or have died later */
        return;
    totals->victims = amount_of(0, 0);
    if (!count)
        return;
    const struct victim **sorted = arena_allocate(incident->arena, count * sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &incident->victims[i];
    qsort(sorted, count, sizeof *sorted, compare_victims);

    struct amount none = amount_of(0, incident->victims[0].line);
    totals->victims = totals->victims_anon = totals->victims_file = none;
    totals->victims_shmem = totals->victims_rss = none;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !is_same_victim(sorted[i], sorted[i - 1]))
            add_victim(totals, sorted[i]);
}

/* ---- tasks */

const struct task *largest_task(const struct incident *incident)
{
    const struct task *largest = NULL;
    for (size_t i = 0; i < incident->tasks_count; i++) {
        const struct task *task = &incident->tasks[i];
        if (task->rss.known && (!largest || task->rss.value > largest->rss.value))
            largest = task;
    }
    return largest;
}

static void add_up_tasks(struct incident *incident)
{
    struct totals *totals = &incident->totals;
    if (!incident->tasks_count)
        return;
    struct amount none = amount_of(0, incident->tasks[0].line);
    totals->tasks_rss = totals->tasks_anon = totals->tasks_shmem = totals->tasks_swap = none;
    totals->tasks_pgtables = totals->tasks_exempt = totals->tasks_exempt_rss = none;
    totals->tasks_killable = none;
    for (size_t i = 0; i < incident->tasks_count; i++) {
        const struct task *task = &incident->tasks[i];
        totals->tasks_rss = amount_add(totals->tasks_rss, task->rss);
        totals->tasks_anon = amount_add(totals->tasks_anon, task->rss_anon);
        totals->tasks_shmem = amount_add(totals->tasks_shmem, task->rss_shmem);
        totals->tasks_swap = amount_add(totals->tasks_swap, task->swap);
        totals->tasks_pgtables = amount_add(totals->tasks_pgtables, task->pgtables);
        if (task_is_exempt(task)) {
            totals->tasks_exempt.value++;
            totals->tasks_exempt_rss = amount_add(totals->tasks_exempt_rss, task->rss);
        } else {
            totals->tasks_killable.value++;
        }
    }
}

/* ---- tasks of one name */

struct name_group {
    UT_hash_handle hh; /* by comm, which lives in the incident */
    struct slice comm;
    size_t count;
    struct amount rss;
};

/* @p group is that of the task before: workers stand in a row. */
static struct name_group *find_group(struct incident *incident, struct name_group **groups,
                                     struct name_group *group, const struct task *task)
{
    if (group && slice_equal(group->comm, task->comm))
        return group;
    HASH_FIND(hh, *groups, task->comm.data, task->comm.length, group);
    if (!group) {
        group = arena_allocate(incident->arena, sizeof *group);
        group->comm = task->comm;
        group->rss = amount_of(0, task->line);
        HASH_ADD_KEYPTR(hh, *groups, group->comm.data, group->comm.length, group);
    }
    return group;
}

static void keep_heavier(struct totals *totals, const struct name_group *group)
{
    if (!group->rss.known ||
        (totals->same_comm_rss.known && group->rss.value <= totals->same_comm_rss.value))
        return;
    totals->same_comm = group->comm;
    totals->same_comm_count = amount_of((int64_t)group->count, group->rss.line);
    totals->same_comm_rss = group->rss;
}

static void group_by_name(struct incident *incident)
{
    struct name_group *groups = NULL, *group = NULL, *next;
    for (size_t i = 0; i < incident->tasks_count; i++) {
        group = find_group(incident, &groups, group, &incident->tasks[i]);
        group->count++;
        group->rss = amount_add(group->rss, incident->tasks[i].rss);
    }
    HASH_ITER (hh, groups, group, next) {
        keep_heavier(&incident->totals, group);
    }
    HASH_CLEAR(hh, groups);
}

/* Those above @p pivot to the front of @p sizes, what equals it behind them. */
static void part(int64_t *sizes, size_t count, int64_t pivot, size_t *above, size_t *equal)
{
    *above = *equal = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t size = sizes[i];
        if (size < pivot)
            continue;
        sizes[i] = sizes[*above + *equal];
        if (size == pivot) {
            sizes[*above + (*equal)++] = size;
        } else {
            sizes[*above + *equal] = pivot;
            sizes[(*above)++] = size;
        }
    }
}

/* The fewest that hold @p wanted, and what they hold: found as a median is, without sorting all. */
static size_t fewest(int64_t *sizes, size_t count, int64_t wanted, int64_t *held)
{
    size_t few = 0;
    while (count && *held < wanted) {
        int64_t pivot = sizes[count / 2], sum = 0;
        size_t above, equal;
        part(sizes, count, pivot, &above, &equal);
        for (size_t i = 0; i < above; i++)
            sum += sizes[i];
        if (*held + sum >= wanted) {
            count = above;
            continue;
        }
        *held += sum;
        few += above;
        for (size_t i = 0; i < equal && *held < wanted; i++, few++)
            *held += pivot;
        sizes += above + equal;
        count -= above + equal;
    }
    return few;
}

/* How few of the heaviest name hold three quarters of what all of that name hold. */
static void find_few(struct incident *incident)
{
    struct totals *totals = &incident->totals;
    if (!totals->same_comm_rss.known)
        return;
    size_t count = 0;
    int64_t *sizes =
        arena_allocate(incident->arena, (size_t)totals->same_comm_count.value * sizeof *sizes);
    for (size_t i = 0; i < incident->tasks_count; i++)
        if (slice_equal(incident->tasks[i].comm, totals->same_comm))
            sizes[count++] = incident->tasks[i].rss.value;
    int64_t all = totals->same_comm_rss.value, held = 0;
    size_t few = fewest(sizes, count, all - all / 4, &held);
    totals->same_comm_few = amount_of((int64_t)few, totals->same_comm_rss.line);
    totals->same_comm_few_rss = amount_of(held, totals->same_comm_rss.line);
}

void totals_add_up(struct incident *incident)
{
    incident->totals = (struct totals){0};
    totals_add_up_victims(incident);
    add_up_tasks(incident);
    group_by_name(incident);
    find_few(incident);
}
