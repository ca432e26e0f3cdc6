#include "tests/unit/builtin_fixture.h"

/* The deciding rules on incidents that are made by hand from the definitions of the contract. */

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
        cmocka_unit_test(test_verdict__is_unsure_of_a_daemons_kill_without_a_figure),
        cmocka_unit_test(test_verdict__says_what_a_torn_report_misses),
        cmocka_unit_test(test_verdict__takes_the_kill_lines_words_for_the_scope),
        cmocka_unit_test(test_verdict__calls_a_failed_allocation_global),
        cmocka_unit_test(test_verdict__is_not_sure_of_figures_that_contradict),
        cmocka_unit_test(test_verdict__blames_no_part_of_memory_that_is_free),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
