#include "tests/unit/builtin_fixture.h"

/* The deciding rules on incidents that are made by hand from the definitions of the contract. */

static void judge(struct incident *incident)
{
    incident_analyze(incident);
    rule_set_judge(rules, incident, false);
}

/* A kill at a cgroup's limit, 34 of 34 GiB, all of it in @p stat. */
static struct incident *memcg_incident(int version, enum memcg_stat stat)
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

static int count_also(const struct incident *incident)
{
    int count = 0;
    for (int i = 0; i < CLASS_COUNT; i++)
        count += incident->also[i];
    return count;
}

static bool misses(const struct incident *incident, const char *what)
{
    for (size_t i = 0; i < incident->missing_count; i++)
        if (slice_equal(incident->missing[i], slice_from_string(what)))
            return true;
    return false;
}

static void test_verdict__is_the_limit_when_only_the_limit_holds(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(2, STAT_ANON);
    judge(incident);
    assert_int_equal(incident->scope, SCOPE_MEMCG);
    assert_int_equal(incident->limit, LIMIT_MEMORY);
    assert_int_equal(incident->dominant.part, PART_ANON);
    assert_int_equal(incident->dominant.permille, 1000);
    assert_int_equal(incident->class_, CLASS_MEMCG_LIMIT);
    assert_int_equal(count_also(incident), 0);
    incident_destroy(incident);
}

/* Behind a mask of 0 the limit of a container's kernel memory is most likely what refused. */
static void test_verdict__clears_no_container_where_the_request_is_lost(void **state)
{
    (void)state;
    for (int mask = 0; mask <= 1; mask++) {
        struct incident *incident = memcg_incident(2, STAT_ANON);
        incident->memcg = (struct memcg){0};
        incident->says_global_oom = true;
        incident->trigger.gfp_mask = amount_of(mask * 0xcc0, 0);
        incident->victims[0].message = SLICE("Out of memory");
        incident->victims[0].cgroup = SLICE("/docker/9f8e7d6c5b4a39281706f5e4d3c2b1a0"
                                            "9f8e7d6c5b4a39281706f5e4d3c2b1a0");
        judge(incident);
        assert_int_equal(incident->scope, SCOPE_GLOBAL);
        assert_int_equal(rule_fired(incident, SLICE("container-is-not-the-cause")), mask);
        incident_destroy(incident);
    }
}

/* v1 without its line "memory+swap": what refused may be the counter that is not there. */
static void test_missing__a_lost_counter_leaves_the_limit_open(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(1, STAT_ANON);
    incident->memcg.memory.line = incident->memcg.kmem.line = 1;
    incident->memcg.kmem.is_unlimited = true;
    incident->memcg.memory.usage = gib(200);
    judge(incident);
    assert_int_equal(incident->limit, LIMIT_UNKNOWN);
    assert_true(misses(incident, "memcg-limits"));
    assert_int_not_equal(incident->confidence, CONFIDENCE_HIGH);
    incident_destroy(incident);
}

/* 190 MiB on the lists of a machine whose report shows a zone of 15 MiB. */
static void test_missing__lost_zone_lines_are_noted(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    struct host_memory *host = &incident->host_memory;
    incident->kind = KIND_OOM_KILL;
    incident->has_header = incident->has_kill_line = host->is_present = true;
    incident->says_global_oom = true;
    struct zone *zone = ARENA_PUSH(incident->arena, host->zones, host->zones_count);
    *zone = (struct zone){.name = SLICE("DMA")};
    zone->figure[ZONE_FREE] = zone->figure[ZONE_UNEVICTABLE] = amount_of(0, 1);
    zone->figure[ZONE_MANAGED] = amount_of(15728640, 1);
    judge(incident);
    assert_false(misses(incident, "zones"));
    host->figure[MEM_ACTIVE_ANON] = amount_of(195149824, 2);
    judge(incident);
    assert_true(misses(incident, "zones"));
    incident_destroy(incident);
}

static void test_verdict__names_the_contents_before_the_limit(void **state)
{
    (void)state;
    static const struct {
        enum memcg_stat stat;
        enum class_term class_;
    } cases[] = {{STAT_SLAB, CLASS_SLAB},
                 {STAT_SHMEM, CLASS_SHMEM},
                 {STAT_PAGETABLES, CLASS_KERNEL_MEMORY},
                 {STAT_KERNEL_STACK, CLASS_KERNEL_MEMORY},
                 {STAT_SOCK, CLASS_KERNEL_MEMORY},
                 {STAT_PERCPU, CLASS_KERNEL_MEMORY}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct incident *incident = memcg_incident(2, cases[i].stat);
        judge(incident);
        assert_int_equal(incident->class_, cases[i].class_);
        assert_true(incident->also[CLASS_MEMCG_LIMIT]);
        assert_int_equal(count_also(incident), 1); /* never the class itself */
        incident_destroy(incident);
    }
}

static void test_verdict__is_swap_when_memory_alone_had_room(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(1, STAT_ANON);
    incident->memcg.memory.usage = gib(300);
    incident->memcg.stat[STAT_ANON] = gib(300);
    incident->memcg.memsw.usage = incident->memcg.memsw.limit = gib(360);
    judge(incident);
    assert_int_equal(incident->limit, LIMIT_MEMSW);
    assert_int_equal(incident->class_, CLASS_SWAP);
    assert_true(incident->also[CLASS_MEMCG_LIMIT]);
    incident_destroy(incident);
}

/* Both counters stand at their limit: memsw, whose failcnt grew, refused, but memory is full too.
 */
static void test_verdict__is_the_limit_when_memory_is_full_as_well(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(1, STAT_ANON);
    incident->memcg.memsw.usage = incident->memcg.memsw.limit = gib(340);
    incident->memcg.memory.failcnt = amount_of(0, 0);
    incident->memcg.memsw.failcnt = amount_of(12, 0);
    judge(incident);
    assert_int_equal(incident->limit, LIMIT_MEMSW);
    assert_int_equal(incident->class_, CLASS_MEMCG_LIMIT);
    incident_destroy(incident);
}

static void test_verdict__adds_swap_that_is_used_up(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(2, STAT_SHMEM);
    incident->memcg.swap.usage = incident->memcg.swap.limit = gib(20);
    judge(incident);
    assert_int_equal(incident->limit, LIMIT_MEMORY); /* v2's swap.max makes memory refuse */
    assert_int_equal(incident->class_, CLASS_SHMEM);
    assert_true(incident->also[CLASS_SWAP]);
    assert_true(incident->also[CLASS_MEMCG_LIMIT]);
    assert_false(incident->also[CLASS_SHMEM]);
    incident_destroy(incident);
}

static void test_verdict__is_manual_whatever_fills_the_memory(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(2, STAT_SHMEM);
    incident->is_sysrq = true;
    incident->trigger.order = amount_of(-1, 0);
    judge(incident);
    assert_int_equal(incident->scope, SCOPE_SYSRQ);
    assert_int_equal(incident->limit, LIMIT_NONE);
    assert_int_equal(incident->class_, CLASS_MANUAL);
    assert_false(incident->also[CLASS_MANUAL]);
    assert_false(incident->also[CLASS_MEMCG_LIMIT]);
    incident_destroy(incident);
}

static void test_verdict__is_pressure_for_a_daemon(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_USERSPACE_KILL;
    incident->killer = SLICE("systemd-oomd");
    struct victim victim = {.unit = SLICE("/user.slice/user-1000.slice/app.scope")};
    *ARENA_PUSH(incident->arena, incident->victims, incident->victims_count) = victim;
    judge(incident);
    assert_int_equal(incident->scope, SCOPE_MEMCG);
    assert_int_equal(incident->limit, LIMIT_NONE);
    assert_int_equal(incident->class_, CLASS_PRESSURE);
    assert_true(incident->also[CLASS_MEMCG_LIMIT]);
    assert_false(misses(incident, "header"));
    incident_destroy(incident);
}

/* The path of a deep slice takes three lines of the headline; it is told below. */
static void test_verdict__leaves_deep_paths_out_of_the_headline(void **state)
{
    static const struct {
        struct slice reason, summary;
    } rows[] = {
        {SLICE_INIT("due to memory pressure for /a.slice being 85.03% > 80.00%"),
         SLICE_INIT(
             "systemd-oomd killed app.scope before the kernel had to, due to memory pressure "
             "for /a.slice being 85.03% > 80.00%")},
        {SLICE_INIT("due to memory pressure for /a.slice/b.slice being 85.03% > 80.00%"),
         SLICE_INIT("systemd-oomd killed app.scope before the kernel had to, due to memory "
                    "pressure")},
        {SLICE_INIT("due to memory pressure"),
         SLICE_INIT("systemd-oomd killed app.scope before the kernel had to, due to memory "
                    "pressure")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct incident *incident = incident_create();
        incident->kind = KIND_USERSPACE_KILL;
        incident->killer = SLICE("systemd-oomd");
        incident->killer_reason = rows[i].reason;
        struct victim victim = {.unit = SLICE("app.scope")};
        *ARENA_PUSH(incident->arena, incident->victims, incident->victims_count) = victim;
        judge(incident);
        assert_true(slice_equal(incident->summary, rows[i].summary));
        incident_destroy(incident);
    }
}

/* lowmemorykiller's first line alone: who, and nothing of memory. */
static void test_verdict__is_unsure_of_a_daemons_kill_without_a_figure(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_USERSPACE_KILL;
    incident->killer = SLICE("lowmemorykiller");
    struct victim *victim = ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
    *victim = (struct victim){.pid = amount_of(123, 1)};
    judge(incident);
    assert_int_equal(incident->confidence, CONFIDENCE_LOW);
    victim->rss = amount_of(4096, 2);
    judge(incident);
    assert_int_equal(incident->confidence, CONFIDENCE_HIGH);
    incident_destroy(incident);
}

static void test_verdict__says_what_a_torn_report_misses(void **state)
{
    (void)state;
    struct incident *incident = incident_create(); /* a header, then nothing */
    incident->kind = KIND_OOM_KILL;
    incident->has_header = true;
    judge(incident);
    assert_true(misses(incident, "victim"));
    assert_true(misses(incident, "kill-line"));
    assert_true(misses(incident, "trace"));
    assert_true(misses(incident, "tasks"));
    assert_false(misses(incident, "header"));
    assert_int_equal(incident->class_, CLASS_UNKNOWN);
    assert_int_equal(incident->confidence, CONFIDENCE_LOW);
    assert_true(incident->summary.length > 0);
    incident_destroy(incident);
}

static void test_verdict__takes_the_kill_lines_words_for_the_scope(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        enum scope scope;
        enum class_term class_;
    } cases[] = {{"Memory cgroup out of memory", SCOPE_MEMCG, CLASS_MEMCG_LIMIT},
                 {"Out of memory", SCOPE_GLOBAL, CLASS_HOST_ZONE},
                 {"Out of memory (oom_kill_allocating_task)", SCOPE_GLOBAL, CLASS_HOST_ZONE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct incident *incident = incident_create();
        incident->kind = KIND_OOM_KILL;
        incident->has_kill_line = true;
        struct victim victim = {.pid = amount_of(7, 0),
                                .comm = SLICE("java"),
                                .message = slice_from_string(cases[i].message)};
        *ARENA_PUSH(incident->arena, incident->victims, incident->victims_count) = victim;
        judge(incident);
        assert_int_equal(incident->scope, cases[i].scope);
        assert_int_equal(incident->class_, cases[i].class_);
        assert_int_equal(incident->limit, LIMIT_UNKNOWN);
        assert_true(misses(incident, "header"));
        assert_false(misses(incident, "victim"));
        assert_int_equal(incident->confidence, CONFIDENCE_LOW);
        incident_destroy(incident);
    }
}

static void test_verdict__calls_a_failed_allocation_global(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_ALLOC_FAILURE;
    incident->trigger.order = amount_of(4, 0);
    judge(incident);
    assert_int_equal(incident->scope, SCOPE_GLOBAL);
    assert_int_equal(incident->class_, CLASS_HOST_ZONE);
    assert_false(misses(incident, "victim"));
    incident_destroy(incident);
}

static void test_verdict__takes_a_lowered_limit_for_no_allocation(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(2, STAT_ANON);
    incident->memcg.memory.limit = gib(200);
    set_stack(incident, "mem_cgroup_out_of_memory memory_max_write cgroup_file_write vfs_write");
    judge(incident);
    assert_int_equal(incident->charge_path, CHARGE_NONE);
    assert_int_equal(incident->limit, LIMIT_MEMORY);
    assert_slice_equal(
        incident->summary,
        "The memory limit was set to 20.0 GiB while 34.0 GiB was in use: java was killed");
    incident_destroy(incident);
}

/* What the project promises of its first report. */
static void test_verdict__says_it_as_an_engineer_would(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(1, STAT_SHMEM);
    incident->memcg.memory.usage = gib(310);
    incident->memcg.memory.limit = gib(320);
    incident->memcg.stat[STAT_SHMEM] = incident->memcg.stat[STAT_FILE] = gib(267);
    incident->memcg.memsw.usage = incident->memcg.memsw.limit = gib(340);
    incident->memcg.path = SLICE("/kubepods.slice/docker-083afd1a06b8b612ab5d974e12200d7fd1d35be6a4"
                                 "4f0e368179399ef6c6e84d.scope");
    incident->victims[0].anon_rss = gib(19);
    judge(incident);
    assert_slice_equal(incident->summary,
                       "Out of its memory+swap limit, 34.0 of 34.0 GiB: 26.7 GiB of the "
                       "container's memory is tmpfs, which killing java (1.9 GiB) does not free");
    incident_destroy(incident);
}

/* Without the line memory+swap: memory has 1 GiB of room and was never met. */
static void test_verdict__names_no_limit_that_did_not_refuse(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(1, STAT_ANON);
    incident->memcg.memory.usage = incident->memcg.stat[STAT_ANON] = gib(310);
    incident->memcg.memory.limit = gib(320);
    incident->memcg.memory.failcnt = amount_of(0, 0);
    judge(incident);
    assert_int_equal(incident->limit, LIMIT_UNKNOWN);
    assert_int_equal(incident->confidence, CONFIDENCE_MEDIUM);
    assert_slice_equal(incident->summary,
                       "Out of a limit of its cgroup, which one is not shown: 31.0 GiB is "
                       "anonymous memory, java was killed");
    incident_destroy(incident);
}

static void test_verdict__is_not_sure_of_figures_that_contradict(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(2, STAT_ANON);
    set_stack(incident, "mem_cgroup_out_of_memory try_charge_memcg do_anonymous_page");
    judge(incident);
    assert_int_equal(incident->confidence, CONFIDENCE_HIGH);
    incident->memcg.memory.usage = gib(100); /* of which 34 GiB are anonymous */
    judge(incident);
    assert_int_equal(incident->confidence, CONFIDENCE_LOW);
    assert_int_equal(incident->dominant.permille, -1);
    incident_destroy(incident);
}

/* A segment that the victim alone had mapped goes with it: "does not free" would be wrong. */
static void test_verdict__leaves_open_what_a_mapped_segment_frees(void **state)
{
    (void)state;
    struct incident *incident = memcg_incident(2, STAT_SHMEM);
    incident->victims[0].shmem_rss = gib(330);
    judge(incident);
    assert_true(slice_contains(incident->summary,
                               SLICE("which killing java (33.0 GiB of it mapped) frees only if "
                                     "nothing else holds it")));
    incident_destroy(incident);
}

/* Normal holds 9.1 MiB of 495 MiB, most of it slab; what it was asked for is lost. */
static void test_verdict__blames_no_part_of_memory_that_is_free(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_NO_KILL;
    incident->says_global_oom = incident->is_panic = true;
    incident->pool.size = amount_of(495 << 20, 0);
    incident->pool.free = amount_of(486 << 20, 0);
    incident->pool.part[PART_SLAB] = amount_of(8 << 20, 0);
    incident->pool.part[PART_UNACCOUNTED] = amount_of(0, 0);
    rule_set_judge(rules, incident, false);
    assert_int_equal(incident->dominant.part, PART_SLAB);
    assert_int_equal(incident->class_, CLASS_HOST_ZONE);
    assert_false(incident->also[CLASS_SLAB]);
    incident->pool.free = amount_of(8 << 20, 0);
    incident->pool.part[PART_SLAB] = amount_of(480 << 20, 0);
    rule_set_judge(rules, incident, false);
    assert_int_equal(incident->class_, CLASS_SLAB);
    incident_destroy(incident);
}

static void test_verdict__names_swapoff_as_the_cause(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    set_stack(incident, "out_of_memory __alloc_pages try_to_unuse __do_sys_swapoff");
    struct victim victim = {
        .comm = SLICE("swapoff"), .message = SLICE("Out of memory"), .is_chosen = true};
    *ARENA_PUSH(incident->arena, incident->victims, incident->victims_count) = victim;
    judge(incident);
    assert_slice_equal(incident->summary,
                       "swapoff was killed: what was swapped out did not fit into memory");
    incident_destroy(incident);
}

static void test_verdict__names_whom_the_summary_chose(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->has_summary = incident->says_global_oom = true;
    incident->constraint = SLICE("CONSTRAINT_NONE");
    incident->kernel = SLICE("6.1.0");
    incident->chosen_comm = SLICE("java");
    incident->chosen_pid = amount_of(7134, 1);
    judge(incident);
    assert_slice_equal(incident->summary,
                       "The machine was out of memory; java was chosen, the line of its kill is "
                       "not there");
    incident_destroy(incident);
}

/* What failed, what goes on, and for whom: 8 GiB, and 10.1 s. */
static void test_verdict__tells_a_failed_allocation_from_one_that_goes_on(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_ALLOC_FAILURE;
    incident->trigger.comm = SLICE("insmod");
    incident->trigger.vmalloc_bytes = gib(80);
    judge(incident);
    assert_slice_equal(incident->summary,
                       "An allocation of 8.0 GiB by vmalloc for insmod failed, nobody was killed");
    incident->trigger.vmalloc_bytes = UNKNOWN;
    incident->trigger.stall_ms = amount_of(10104, 1);
    judge(incident);
    assert_slice_equal(incident->summary,
                       "An allocation of memory by insmod has taken 10,104 ms so far, nobody was "
                       "killed");
    incident_destroy(incident);
}

static void test_verdict__of_a_lockup_misses_no_kill(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->is_lockup = true;
    incident->trigger.comm = SLICE("kswapd0");
    set_stack(incident, "native_queued_spin_lock_slowpath shrink_inactive_list balance_pgdat");
    judge(incident);
    assert_slice_equal(incident->summary, "Nobody was killed: kswapd0 spins for the lock of an LRU "
                                          "list, while it reclaims memory");
    assert_int_equal(incident->missing_count, 0);
    incident_destroy(incident);
}

static void test_verdict__says_who_asked_for_a_panic(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_NO_KILL;
    incident->is_sysrq = incident->is_panic = true;
    judge(incident);
    assert_slice_equal(incident->summary,
                       "The machine panicked on request (SysRq-f), not for lack of memory");
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict__is_the_limit_when_only_the_limit_holds),
        cmocka_unit_test(test_missing__lost_zone_lines_are_noted),
        cmocka_unit_test(test_verdict__clears_no_container_where_the_request_is_lost),
        cmocka_unit_test(test_missing__a_lost_counter_leaves_the_limit_open),
        cmocka_unit_test(test_verdict__names_the_contents_before_the_limit),
        cmocka_unit_test(test_verdict__is_swap_when_memory_alone_had_room),
        cmocka_unit_test(test_verdict__is_the_limit_when_memory_is_full_as_well),
        cmocka_unit_test(test_verdict__adds_swap_that_is_used_up),
        cmocka_unit_test(test_verdict__is_manual_whatever_fills_the_memory),
        cmocka_unit_test(test_verdict__is_pressure_for_a_daemon),
        cmocka_unit_test(test_verdict__leaves_deep_paths_out_of_the_headline),
        cmocka_unit_test(test_verdict__is_unsure_of_a_daemons_kill_without_a_figure),
        cmocka_unit_test(test_verdict__says_what_a_torn_report_misses),
        cmocka_unit_test(test_verdict__takes_the_kill_lines_words_for_the_scope),
        cmocka_unit_test(test_verdict__calls_a_failed_allocation_global),
        cmocka_unit_test(test_verdict__takes_a_lowered_limit_for_no_allocation),
        cmocka_unit_test(test_verdict__names_no_limit_that_did_not_refuse),
        cmocka_unit_test(test_verdict__is_not_sure_of_figures_that_contradict),
        cmocka_unit_test(test_verdict__leaves_open_what_a_mapped_segment_frees),
        cmocka_unit_test(test_verdict__blames_no_part_of_memory_that_is_free),
        cmocka_unit_test(test_verdict__names_swapoff_as_the_cause),
        cmocka_unit_test(test_verdict__names_whom_the_summary_chose),
        cmocka_unit_test(test_verdict__tells_a_failed_allocation_from_one_that_goes_on),
        cmocka_unit_test(test_verdict__of_a_lockup_misses_no_kill),
        cmocka_unit_test(test_verdict__says_who_asked_for_a_panic),
        cmocka_unit_test(test_verdict__says_it_as_an_engineer_would),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
