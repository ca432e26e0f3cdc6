/*
 * Incidents built by hand, for the tests of the renderers: the figures of
 * samples/el8-4.18-memsw-file-fault.log as they stand in its lines, and what the rules say of them.
 */
#ifndef WHYOOM_TESTS_RENDER_FIXTURE_H
#define WHYOOM_TESTS_RENDER_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "analyzer/incident.h"
#include "analyzer/incident_identity.h"
#include "analyzer/render.h"

#define KIB(n) (INT64_C(1024) * (n))
#define POD "d63c4bbe_5f18_11ec_bdcd_d094668d7dd6"
#define CONTAINER "083afd1a06b8b612ab5d974e12200d7fd1d35be6a44f0e368179399ef6c6e84d"
#define CGROUP                                                            \
    "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD \
    ".slice/docker-" CONTAINER ".scope"
#define TEXT(literal) ((struct slice){(literal), sizeof(literal) - 1})

static inline uint32_t add_report_line(struct incident *incident, uint64_t number, const char *text)
{
    return incident_add_line(incident, slice_from_string(text), number, number * 100);
}

static inline void fill_seed_memcg(struct incident *incident)
{
    struct memcg *memcg = &incident->memcg;
    uint32_t line;
    memcg->is_present = true;
    memcg->version = 1;
    memcg->path = memcg->victim_path = TEXT(CGROUP);
    line = add_report_line(incident, 30, "memory: usage 32461120kB, limit 33554432kB, failcnt 0");
    memcg->memory = (struct page_counter){.usage = amount_of(KIB(32461120), line),
                                          .limit = amount_of(KIB(33554432), line),
                                          .failcnt = amount_of(0, line),
                                          .line = line};
    line = add_report_line(incident, 31,
                           "memory+swap: usage 35651584kB, limit 35651584kB, failcnt 24892068");
    memcg->memsw = (struct page_counter){.usage = amount_of(KIB(35651584), line),
                                         .limit = amount_of(KIB(35651584), line),
                                         .failcnt = amount_of(24892068, line),
                                         .line = line};
    line =
        add_report_line(incident, 32, "kmem: usage 471440kB, limit 9007199254740988kB, failcnt 0");
    memcg->kmem = (struct page_counter){.usage = amount_of(KIB(471440), line),
                                        .failcnt = amount_of(0, line),
                                        .is_unlimited = true,
                                        .line = line};
    line = add_report_line(incident, 33,
                           "Memory cgroup stats for " CGROUP ": cache:28030012KB rss:3958288KB "
                           "rss_huge:0KB shmem:28013264KB mapped_file:25212KB swap:3190836KB");
    memcg->stat[STAT_FILE] = amount_of(KIB(28030012), line);
    memcg->stat[STAT_ANON] = amount_of(KIB(3958288), line);
    memcg->stat[STAT_SHMEM] = amount_of(KIB(28013264), line);
    memcg->stat[STAT_SWAP] = amount_of(KIB(3190836), line);
}

static inline void fill_seed_killed(struct incident *incident)
{
    struct victim *victim = ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
    uint32_t line = add_report_line(
        incident, 34,
        "Memory cgroup out of memory: Killed process 7093 (java) total-vm:11451920kB, "
        "anon-rss:1968776kB, file-rss:0kB, shmem-rss:16356kB");
    *victim = (struct victim){.pid = amount_of(7093, line),
                              .comm = TEXT("java"),
                              .total_vm = amount_of(KIB(11451920), line),
                              .anon_rss = amount_of(KIB(1968776), line),
                              .file_rss = amount_of(0, line),
                              .shmem_rss = amount_of(KIB(16356), line),
                              .is_chosen = true,
                              .line = line};
    line = add_report_line(incident, 35,
                           "oom_reaper: reaped process 7093 (java), now anon-rss:0kB, "
                           "file-rss:0kB, shmem-rss:0kB");
    victim->reaped_anon_rss = amount_of(0, line);
    victim->reaped_file_rss = amount_of(0, line);
    victim->reaped_shmem_rss = amount_of(0, line);
}

static inline void fill_seed_trigger(struct incident *incident)
{
    struct trigger *trigger = &incident->trigger;
    uint32_t line = add_report_line(
        incident, 1,
        "java invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null), "
        "order=0, oom_score_adj=916");
    trigger->comm = TEXT("java");
    trigger->pid = amount_of(7127, line);
    trigger->gfp_mask = amount_of(0x6200ca, line);
    trigger->order = amount_of(0, line);
    trigger->oom_score_adj = amount_of(916, line);
    *ARENA_PUSH(incident->arena, trigger->gfp, trigger->gfp_count) = TEXT("GFP_HIGHUSER_MOVABLE");
    trigger->line = line;
    static const struct {
        const char *symbol;
        bool is_reliable;
    } frames[] = {{"try_charge", true},
                  {"__add_to_page_cache_locked", true},
                  {"filemap_fault", true},
                  {"alloc_set_pte", false},
                  {"ext4_filemap_fault", true}};
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        *ARENA_PUSH(incident->arena, trigger->stack, trigger->stack_count) = (struct stack_frame){
            .symbol = slice_from_string(frames[i].symbol), .is_reliable = frames[i].is_reliable};
}

/* What analysis makes of it: shmem is 28013264 of 32461120 kB, 862.98 permille. */
static inline void fill_seed_analysis(struct incident *incident)
{
    struct pool *pool = &incident->pool;
    pool->size = amount_of(KIB(32461120), 0);
    pool->part[PART_SHMEM] = amount_of(KIB(28013264), 0);
    pool->part[PART_ANON] = amount_of(KIB(3958288), 0);
    pool->part[PART_FILE] = amount_of(KIB(28030012 - 28013264), 0);
    pool->part[PART_SLAB] = amount_of(KIB(471440), 0);
    incident->totals.victims = amount_of(1, 0);
    incident->totals.victims_rss = amount_of(KIB(1968776 + 16356), 0);
    incident->workload.manager = TEXT("kubernetes");
    incident->workload.qos = TEXT("burstable");
    incident->workload.pod_uid = TEXT("d63c4bbe-5f18-11ec-bdcd-d094668d7dd6");
    incident->workload.container_id = TEXT(CONTAINER);
}

#define SEED_SUMMARY                                                                         \
    "Out of its memory+swap limit, 34.0 of 34.0 GiB: 26.7 GiB of the container's memory is " \
    "tmpfs, which killing java (1.9 GiB) does not free"
#define SEED_ADVICE "Find the tmpfs and bound or empty it; a restart will not"

static inline void add_finding(struct incident *incident, const char *rule, const char *text,
                               const char *advice, struct evidence evidence)
{
    struct finding *finding =
        ARENA_PUSH(incident->arena, incident->findings, incident->findings_count);
    *finding = (struct finding){.rule = slice_from_string(rule),
                                .title = slice_from_string("About "),
                                .text = slice_from_string(text),
                                .advice = slice_from_string(advice),
                                .weight = 100 - (int)incident->findings_count};
    *ARENA_PUSH(incident->arena, finding->evidence, finding->evidence_count) = evidence;
}

static inline void fill_seed_verdict(struct incident *incident)
{
    incident->kind = KIND_OOM_KILL;
    incident->is_complete = true;
    incident->scope = SCOPE_MEMCG;
    incident->limit = LIMIT_MEMSW;
    incident->charge_path = CHARGE_FILE_FAULT;
    incident->dominant.part = PART_SHMEM;
    incident->dominant.bytes = amount_of(KIB(28013264), 0);
    incident->dominant.permille = 862;
    incident->class_ = CLASS_SHMEM;
    incident->also[CLASS_SWAP] = incident->also[CLASS_MEMCG_LIMIT] = true;
    incident->confidence = CONFIDENCE_HIGH;
    incident_add_missing(incident, "tasks");
    incident->summary = TEXT(SEED_SUMMARY);
    add_finding(incident, "shmem-outlives-kill",
                "26.7 GiB of 31.0 GiB is shared memory, charged to whoever wrote it", SEED_ADVICE,
                (struct evidence){.fact = TEXT("memcg.stat.shmem"),
                                  .value = TEXT("26.7 GiB"),
                                  .amount = amount_of(KIB(28013264), 0),
                                  .line = incident->memcg.stat[STAT_SHMEM].line});
    add_finding(incident, "memsw-is-no-swap-limit",
                "3.0 GiB of swap is in use: memory+swap limits the sum, not the swap", SEED_ADVICE,
                (struct evidence){.fact = TEXT("limit"), .value = TEXT("memsw")});
}

/** The second seed report, judged. */
static inline struct incident *seed_incident(void)
{
    struct incident *incident = incident_create();
    incident->source.path = TEXT("samples/seed.log");
    incident->source.kind = SOURCE_LOG;
    incident->source.first_line = 1;
    incident->source.last_line = 35;
    incident->source.end_byte = 5000;
    incident->kernel = TEXT("4.18.0-147.mt20200626.413.el8_1.x86_64");
    incident->arch = TEXT("x86_64");
    incident->page_size = amount_of(4096, 0);
    incident->time.has_monotonic = true;
    incident->time.monotonic_us = INT64_C(20148497767284);
    fill_seed_trigger(incident);
    fill_seed_memcg(incident);
    fill_seed_killed(incident);
    fill_seed_analysis(incident);
    fill_seed_verdict(incident);
    incident_identify(incident);
    return incident;
}

/** A hostile name: an escape sequence, a newline, invalid UTF-8, JSON and Markdown syntax. */
#define HOSTILE "\x1b[31mred\n\xff\"|<b>`*"

static inline struct incident *hostile_incident(void)
{
    struct incident *incident = seed_incident();
    struct slice name = TEXT(HOSTILE);
    incident->trigger.comm = incident->victims[0].comm = name;
    incident->host = incident->kernel = name;
    incident->workload = (struct workload){.unit = name};
    incident->memcg.victim_path = TEXT("/a/" HOSTILE);
    incident->lines[0].text = name;
    incident->lines[2].text = name;
    incident->summary = incident->findings[0].text = incident->findings[0].advice = name;
    *ARENA_PUSH(incident->arena, incident->tasks, incident->tasks_count) =
        (struct task){.pid = 1, .comm = name, .rss = amount_of(4096, 0)};
    return incident;
}

/** A whole machine out of memory: two zones, a task table of @p tasks, two victims. */
static inline struct incident *host_incident(int tasks)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->scope = SCOPE_GLOBAL;
    incident->limit = LIMIT_ZONE;
    incident->class_ = CLASS_HOST_ZONE;
    incident->confidence = CONFIDENCE_MEDIUM;
    incident->time.has_wall = true;
    incident->time.wall_us = INT64_C(1640000000250000); /* 2021-12-20 11:33:20.25 UTC */
    incident->time.wall_source = WALL_JOURNAL;
    for (int i = 0; i < tasks; i++)
        *ARENA_PUSH(incident->arena, incident->tasks, incident->tasks_count) = (struct task){
            .pid = i + 1,
            .comm = TEXT("worker"),
            .rss = amount_of(KIB(i), 0),
            .swap = amount_of(i == 3 ? KIB(100000) : 0, 0),
            .pgtables = amount_of(4096, 0),
            .oom_score_adj = amount_of(-1000, 0),
        };
    for (int i = 0; i < 2; i++) {
        struct zone *zone = ARENA_PUSH(incident->arena, incident->host_memory.zones,
                                       incident->host_memory.zones_count);
        *zone = (struct zone){.node = i, .name = TEXT("Normal"), .reserve_count = 2};
        zone->figure[ZONE_FREE] = amount_of(KIB(504), 0);
        zone->figure[ZONE_HIGH] = amount_of(KIB(1840), 0);
        zone->figure[ZONE_UNEVICTABLE] = amount_of(0, 0);
        zone->figure[ZONE_MANAGED] = amount_of(KIB(1000000), 0);
        zone->reserve[0] = zone->reserve[1] = amount_of(0, 0);
        zone->buddy.orders = 11;
        for (int order = 0; order < 11; order++)
            zone->buddy.blocks[order] = amount_of(order == 0 ? 126 : 0, 0);
    }
    for (size_t i = 0; i < 2; i++)
        *ARENA_PUSH(incident->arena, incident->zone_checks, incident->zone_checks_count) =
            (struct zone_check){.zone = &incident->host_memory.zones[i],
                                .is_eligible = true,
                                .usable = amount_of(KIB(504), 0),
                                .reserve = amount_of(0, 0),
                                .mark = amount_of(KIB(1840), 0),
                                .margin = amount_of(KIB(504 - 1840), 0)};
    incident->host_memory.swap_total = incident->host_memory.swap_free = amount_of(0, 0);
    incident->pool.size = amount_of(KIB(2000000), 0);
    incident->pool.part[PART_ANON] = amount_of(KIB(1500000), 0);
    for (int i = 0; i < 2; i++)
        *ARENA_PUSH(incident->arena, incident->victims, incident->victims_count) = (struct victim){
            .pid = amount_of(7 + i, 0), .comm = TEXT("worker"), .is_group_kill = i > 0};
    incident_identify(incident);
    return incident;
}

/* What @p render writes, NUL-terminated; the caller frees it. */
#define RENDERED(text, call)                           \
    char *text = NULL;                                 \
    size_t text##_length = 0;                          \
    FILE *out = open_memstream(&text, &text##_length); \
    call;                                              \
    fclose(out)

#endif
