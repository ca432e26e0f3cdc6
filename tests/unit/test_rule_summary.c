/* The first line of the answer: what it says of incidents that are made by hand. */
#include "tests/unit/builtin_fixture.h"

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
        cmocka_unit_test(test_verdict__leaves_deep_paths_out_of_the_headline),
        cmocka_unit_test(test_verdict__takes_a_lowered_limit_for_no_allocation),
        cmocka_unit_test(test_verdict__names_no_limit_that_did_not_refuse),
        cmocka_unit_test(test_verdict__leaves_open_what_a_mapped_segment_frees),
        cmocka_unit_test(test_verdict__names_swapoff_as_the_cause),
        cmocka_unit_test(test_verdict__names_whom_the_summary_chose),
        cmocka_unit_test(test_verdict__tells_a_failed_allocation_from_one_that_goes_on),
        cmocka_unit_test(test_verdict__of_a_lockup_misses_no_kill),
        cmocka_unit_test(test_verdict__says_who_asked_for_a_panic),
        cmocka_unit_test(test_verdict__says_it_as_an_engineer_would),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
