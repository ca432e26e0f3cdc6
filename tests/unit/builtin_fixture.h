/*
 * The compiled-in rules, loaded once for all cases of a program, and an incident for them to judge.
 * Include it first, as rule_fixture.h.
 */
#ifndef WHYOOM_TESTS_BUILTIN_FIXTURE_H
#define WHYOOM_TESTS_BUILTIN_FIXTURE_H

#include "tests/unit/rule_fixture.h"

static struct rule_set *rules;

static inline int load(void **state)
{
    (void)state;
    struct error *error = rule_set_create(NULL, &rules);
    if (error)
        print_error("%s\n", error_message(error));
    return error != NULL;
}

static inline int unload(void **state)
{
    (void)state;
    rule_set_destroy(rules);
    return 0;
}

static inline void judge(struct incident *incident)
{
    incident_analyze(incident);
    rule_set_judge(rules, incident, false);
}

/* A kill at a cgroup's limit, 34 of 34 GiB, all of it in @p stat. */
static inline struct incident *memcg_incident(int version, enum memcg_stat stat)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->has_header = incident->has_kill_line = incident->has_tasks_header = true;
    incident->page_size = amount_of(4096, 0);
    incident->trigger.order = amount_of(0, 0);
    incident->memcg.is_present = true;
    incident->memcg.version = version;
    incident->memcg.path = SLICE("/pod");
    incident->memcg.memory.usage = incident->memcg.memory.limit = gib(340);
    for (int i = 0; i < STAT_COUNT; i++)
        incident->memcg.stat[i] = amount_of(0, 0);
    incident->memcg.stat[stat] = gib(340);
    if (stat == STAT_SHMEM)
        incident->memcg.stat[STAT_FILE] = gib(340); /* which contains it */
    if (stat == STAT_SLAB)
        incident->memcg.stat[STAT_SLAB_UNRECLAIMABLE] = gib(340);
    if (stat != STAT_ANON && stat != STAT_SHMEM && stat != STAT_SOCK)
        incident->memcg.stat[STAT_KERNEL] = gib(340); /* likewise */
    struct victim victim = {.pid = amount_of(7, 0),
                            .comm = SLICE("java"),
                            .message = SLICE("Memory cgroup out of memory"),
                            .is_chosen = true};
    *ARENA_PUSH(incident->arena, incident->victims, incident->victims_count) = victim;
    return incident;
}

#endif
