#include "analyzer/fact_reader.h"

#include "analyzer/badness.h"
#include "analyzer/gfp.h"
#include "analyzer/refusal.h"
#include "analyzer/totals.h"
#include "analyzer/zone_summary.h"

static struct fact of_amount(const struct fact_definition *definition, struct amount amount)
{
    struct fact fact = {.type = definition->type,
                        .known = amount.known,
                        .number = amount.known ? amount.value : 0,
                        .line = amount.line};
    if (fact.known && definition->type == FACT_TERM)
        fact.text = slice_from_string(term_name(definition->vocabulary, (int)fact.number));
    return fact;
}

static struct fact of_text(struct slice text, uint32_t line)
{
    return (struct fact){.type = FACT_TEXT, .known = text.length > 0, .text = text, .line = line};
}

static const void *member(const struct incident *incident, const struct fact_definition *definition)
{
    return (const char *)incident + definition->offset;
}

struct fact fact_read_amount(const struct incident *incident,
                             const struct fact_definition *definition)
{
    const struct amount *amount = member(incident, definition);
    return of_amount(definition, *amount);
}

struct fact fact_read_slice(const struct incident *incident,
                            const struct fact_definition *definition)
{
    const struct slice *text = member(incident, definition);
    return of_text(*text, 0);
}

struct fact fact_read_bool(const struct incident *incident,
                           const struct fact_definition *definition)
{
    const bool *flag = member(incident, definition);
    return of_amount(definition, amount_of(*flag, 0));
}

struct fact fact_read_enum(const struct incident *incident,
                           const struct fact_definition *definition)
{
    unsigned term; /* what the compilers make of our enums; asserted in fact.c */
    memcpy(&term, member(incident, definition), sizeof term);
    return of_amount(definition, term ? amount_of(term, 0) : UNKNOWN);
}

struct fact fact_read_compute(const struct incident *incident,
                              const struct fact_definition *definition)
{
    return of_amount(definition, definition->compute(incident));
}

struct fact fact_read_compose(const struct incident *incident,
                              const struct fact_definition *definition)
{
    return of_text(definition->compose(incident), 0);
}

struct fact fact_read_gfp(const struct incident *incident, const struct fact_definition *definition)
{
    return of_amount(definition, gfp_has(&incident->trigger, (enum gfp_flag)definition->offset));
}

/* ---- page counters */

struct fact fact_read_counter_room(const struct incident *incident,
                                   const struct fact_definition *definition)
{
    return of_amount(definition, counter_room(member(incident, definition)));
}

struct fact fact_read_counter_share(const struct incident *incident,
                                    const struct fact_definition *definition)
{
    return of_amount(definition, counter_share(member(incident, definition)));
}

struct fact fact_read_counter_reached(const struct incident *incident,
                                      const struct fact_definition *definition)
{
    return of_amount(definition,
                     counter_is_reached(member(incident, definition), trigger_request(incident),
                                        incident->page_size));
}

struct fact fact_read_counter_unlimited(const struct incident *incident,
                                        const struct fact_definition *definition)
{
    const struct page_counter *counter = member(incident, definition);
    bool is_known = counter->is_unlimited || counter->limit.known;
    return of_amount(definition,
                     is_known ? amount_of(counter->is_unlimited, counter->line) : UNKNOWN);
}

/* ---- the eligible zone with the most free memory */

struct fact fact_read_worst_check(const struct incident *incident,
                                  const struct fact_definition *definition)
{
    const struct zone_check *check = worst_zone_check(incident);
    struct amount amount = UNKNOWN;
    if (check)
        memcpy(&amount, (const char *)check + definition->offset, sizeof amount);
    return of_amount(definition, amount);
}

struct fact fact_read_worst_zone(const struct incident *incident,
                                 const struct fact_definition *definition)
{
    const struct zone_check *check = worst_zone_check(incident);
    struct amount amount = UNKNOWN;
    if (check)
        memcpy(&amount, (const char *)check->zone + definition->offset, sizeof amount);
    return of_amount(definition, amount);
}

/* ---- the trigger and the chosen victim */

struct fact fact_read_trigger_text(const struct incident *incident,
                                   const struct fact_definition *definition)
{
    const struct slice *text = member(incident, definition);
    return of_text(*text, incident->has_header ? incident->trigger.line : 0);
}

struct fact fact_read_victim_text(const struct incident *incident,
                                  const struct fact_definition *definition)
{
    const struct victim *victim = incident_chosen(incident);
    struct slice text = {0};
    if (victim)
        memcpy(&text, (const char *)victim + definition->offset, sizeof text);
    return of_text(text, victim ? victim->line : 0);
}

struct fact fact_read_victim(const struct incident *incident,
                             const struct fact_definition *definition)
{
    const struct victim *victim = incident_chosen(incident);
    struct amount amount = UNKNOWN;
    if (victim)
        memcpy(&amount, (const char *)victim + definition->offset, sizeof amount);
    return of_amount(definition, amount);
}

struct slice victim_cgroup(const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    return victim && victim->cgroup.length ? victim->cgroup : incident->memcg.victim_path;
}

/* "due to memory pressure for /user.slice/user-1.slice being 51.07% > 50.00%": the headline has
 * room for the path of a slice at the top, of no other. */
struct slice killer_cause(const struct incident *incident)
{
    struct slice reason = incident->killer_reason;
    size_t at = slice_find(reason, SLICE(" for /"));
    struct slice rest = slice_skip(reason, at == SLICE_NOT_FOUND ? reason.length : at + 5);
    struct slice path = slice_word(&rest);
    return slice_find_last(path, SLICE("/")) ? slice_take(reason, at) : reason;
}

struct amount victim_rss(const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    return victim ? victim_rss_of(victim) : UNKNOWN;
}

/* ---- the task table */

struct amount tasks_count(const struct incident *incident)
{
    size_t count = incident->tasks_count;
    /* A header without rows is a table: nobody was there to be killed. */
    if (!count && !incident->has_tasks_header)
        return UNKNOWN;
    return amount_of((int64_t)(count + incident->tasks_unlisted),
                     count ? incident->tasks[0].line : 0);
}

struct fact fact_read_largest_comm(const struct incident *incident,
                                   const struct fact_definition *definition)
{
    (void)definition;
    const struct task *task = largest_task(incident);
    return task ? of_text(task->comm, task->line) : of_text((struct slice){0}, 0);
}

struct amount largest_task_pid(const struct incident *incident)
{
    const struct task *task = largest_task(incident);
    return task ? amount_of(task->pid, task->line) : UNKNOWN;
}

struct amount largest_task_rss(const struct incident *incident)
{
    const struct task *task = largest_task(incident);
    return task ? task->rss : UNKNOWN;
}

struct amount largest_task_swap(const struct incident *incident)
{
    const struct task *task = largest_task(incident);
    return task ? task->swap : UNKNOWN;
}

struct amount largest_task_pgtables(const struct incident *incident)
{
    const struct task *task = largest_task(incident);
    return task ? task->pgtables : UNKNOWN;
}

struct amount largest_task_oom_score_adj(const struct incident *incident)
{
    const struct task *task = largest_task(incident);
    return task ? task->oom_score_adj : UNKNOWN;
}

struct amount largest_task_is_exempt(const struct incident *incident)
{
    const struct task *task = largest_task(incident);
    return task ? amount_of(task_is_exempt(task), task->line) : UNKNOWN;
}
