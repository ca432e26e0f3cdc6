/*
 * make_database FILE COUNT [SEED]: a database of COUNT made-up incidents, the same for the same
 * seed: a fleet's quarter of a year, with repeat offenders, for the measurements of the store, the
 * page and the browser.
 */
#define _GNU_SOURCE /* open_memstream, clock_gettime */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "analyzer/analysis.h"
#include "analyzer/incident_identity.h"
#include "analyzer/store.h"

#define MIB(n) (INT64_C(1024) * 1024 * (n))
#define START_US INT64_C(1767225600000000) /* 2026-01-01 UTC */

enum { HOSTS = 2000, PODS = 20000, DAYS = 90 };

/* splitmix64: the same everywhere. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t below(uint64_t *state, uint64_t bound)
{
    return next(state) % bound;
}

/* Small numbers far more often than large ones: some pods fail again and again. */
static uint64_t often_small(uint64_t *state, uint64_t bound)
{
    double share = (double)below(state, 1 << 20) / (1 << 20);
    return (uint64_t)(share * share * share * (double)bound);
}

static const struct {
    enum class_term class_;
    enum part part;
    enum limit limit;
    const char *rule, *comm;
} stories[] = {
    {CLASS_MEMCG_LIMIT, PART_ANON, LIMIT_MEMORY, "anonymous-memory", "java"},
    {CLASS_MEMCG_LIMIT, PART_ANON, LIMIT_MEMORY, "anonymous-memory", "node"},
    {CLASS_MEMCG_LIMIT, PART_FILE, LIMIT_MEMORY, "page-cache", "python3"},
    {CLASS_SHMEM, PART_SHMEM, LIMIT_MEMSW, "shmem-outlives-kill", "postgres"},
    {CLASS_SLAB, PART_SLAB, LIMIT_MEMORY, "kernel-memory", "prometheus"},
    {CLASS_HOST_ZONE, PART_ANON, LIMIT_ZONE, "machine-memory", "chrome"},
};

static void fill_memory(struct incident *incident, uint64_t *state, enum part part)
{
    struct memcg *memcg = &incident->memcg;
    int64_t limit = MIB(64) << below(state, 9),
            bulk = limit / 1000 * (int64_t)(600 + below(state, 300));
    memcg->is_present = true;
    memcg->version = 2;
    memcg->memory.usage = memcg->memory.limit = amount_of(limit, 0);
    memcg->memory.failcnt = amount_of((int64_t)below(state, 100000), 0);
    memcg->stat[STAT_ANON] = amount_of(part == PART_ANON ? bulk : (limit - bulk) / 2, 0);
    memcg->stat[STAT_SHMEM] = amount_of(part == PART_SHMEM ? bulk : 0, 0);
    memcg->stat[STAT_FILE] = amount_of(limit - bulk, 0);
    memcg->stat[STAT_SLAB_UNRECLAIMABLE] = amount_of(part == PART_SLAB ? bulk : MIB(1), 0);
    incident->dominant.part = part;
    incident->dominant.bytes = amount_of(bulk, 0);
    incident->dominant.permille = (int)(bulk / (limit / 1000));
}

static void fill_victim(struct incident *incident, uint64_t *state, const char *comm)
{
    struct victim *victim = ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
    *victim = (struct victim){
        .pid = amount_of((int64_t)below(state, 4000000), 0),
        .comm = slice_from_string(comm),
        .anon_rss = amount_of(MIB((int64_t)below(state, 4096)), 0),
        .file_rss = amount_of(0, 0),
        .shmem_rss = amount_of(0, 0),
        .oom_score_adj = amount_of((int64_t)below(state, 1000), 0),
        .message = SLICE("Memory cgroup out of memory"),
        .is_chosen = true,
    };
    incident->trigger.comm = victim->comm;
    incident->trigger.pid = victim->pid;
}

static void fill_finding(struct incident *incident, const char *rule)
{
    struct finding *finding =
        ARENA_PUSH(incident->arena, incident->findings, incident->findings_count);
    finding->rule = finding->title = slice_from_string(rule);
    finding->text = SLICE("The figures of this incident were made up for a measurement.");
    finding->advice = SLICE("Nothing is to be done about it.");
    finding->weight = 50;
}

static struct incident *make_incident(uint64_t *state, uint64_t number, uint64_t count)
{
    struct incident *incident = incident_create();
    uint64_t pod = often_small(state, PODS), story = (pod * 7 + below(state, 2)) % 6;
    int64_t span_us = INT64_C(86400000000) * DAYS;
    incident->host = arena_format(incident->arena, "node-%04" PRIu64, pod % HOSTS);
    incident->kernel = pod % 3 ? SLICE("6.1.0-18-amd64") : SLICE("5.10.0-28-amd64");
    incident->memcg.path =
        arena_format(incident->arena,
                     "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%08" PRIx64
                     "_0000_4000_8000_%012" PRIx64 ".slice",
                     pod * 2654435761 % 0xffffffff, pod);
    incident->time.has_wall = incident->time.has_monotonic = true;
    incident->time.wall_us = START_US + (int64_t)((double)span_us / (double)count * (double)number);
    incident->time.monotonic_us = (int64_t)(number * 1000003);
    incident->time.wall_source = WALL_JOURNAL;
    incident->source.path = SLICE("made-up.journal");
    incident->has_header = incident->has_kill_line = incident->is_complete = true;
    incident->kind = KIND_OOM_KILL;
    incident->class_ = stories[story].class_;
    incident->limit = stories[story].limit;
    incident->scope = incident->class_ == CLASS_HOST_ZONE ? SCOPE_GLOBAL : SCOPE_MEMCG;
    incident->also[CLASS_MEMCG_LIMIT] = incident->class_ == CLASS_SHMEM;
    incident->charge_path = CHARGE_ANON_FAULT;
    incident->confidence = CONFIDENCE_HIGH;
    fill_memory(incident, state, stories[story].part);
    fill_victim(incident, state, stories[story].comm);
    fill_finding(incident, stories[story].rule);
    incident->summary =
        arena_format(incident->arena, "Out of memory: %s of pod %" PRIu64 " was killed",
                     stories[story].comm, pod);
    incident->repeat.count = amount_of((int64_t)(number / (pod + 1)) + 1, 0);
    incident_analyze(incident);
    incident_identify(incident);
    return incident;
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct error *fill(struct store *store, uint64_t count, uint64_t seed, double *stored)
{
    struct error *error = NULL;
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < count && !error; i++) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        struct incident *incident = make_incident(&seed, i, count);
        render_json(out, incident);
        fclose(out);
        bytes += length;
        double start = seconds(CLOCK_MONOTONIC);
        error = store_add(store, incident, slice_of(text, length - 1));
        *stored += seconds(CLOCK_MONOTONIC) - start;
        incident_destroy(incident);
        free(text);
    }
    printf("%" PRIu64 " incidents, %" PRIu64 " bytes of records each\n", count, bytes / count);
    return error ? error : store_commit(store);
}

/* As a run that read one file. */
static struct error *finish(struct store *store, uint64_t count)
{
    const struct coverage coverage = {.streams = 1, .bytes = count * 20000, .lines = count * 100};
    const struct store_coverage input = {.path = SLICE("made-up.journal"), .coverage = &coverage};
    struct error *error = store_add_coverage(store, &input);
    if (error)
        return error;
    return store_add_run(store, &(struct store_run){.started_us = START_US,
                                                    .ended_us = START_US + 1000000,
                                                    .command = SLICE("scan --db"),
                                                    .incidents = count});
}

int main(int argc, char **argv)
{
    struct store *store;
    double start = seconds(CLOCK_PROCESS_CPUTIME_ID), stored = 0;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    if (count == 0) {
        fputs("usage: make_database FILE COUNT [SEED]\n", stderr);
        return 2;
    }
    struct error *error = store_create(argv[1], &store);
    if (!error) {
        error = fill(store, count, argc > 3 ? strtoull(argv[3], NULL, 10) : 1, &stored);
        if (!error) {
            double indexing = seconds(CLOCK_MONOTONIC);
            error = finish(store, count);
            printf("%.2f s for the indexes\n", seconds(CLOCK_MONOTONIC) - indexing);
        }
        store_destroy(store);
    }
    if (error) {
        fprintf(stderr, "make_database: %s\n", error_message(error));
        error_destroy(error);
        return 1;
    }
    printf("%.0f incidents/s into the database, %.1f s of processor time in all\n",
           (double)count / stored, seconds(CLOCK_PROCESS_CPUTIME_ID) - start);
    return 0;
}
