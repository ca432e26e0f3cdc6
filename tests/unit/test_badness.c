#include "tests/unit/analysis_fixture.h"

#include "analyzer/badness.h"

/* Figures in pages of 4 KiB, as a table prints them; page tables in bytes. */
static struct task *add_task(struct incident *incident, int64_t pid, const char *comm, int64_t rss,
                             int64_t pgtables, int64_t swap, int64_t adj)
{
    struct task *task = ARENA_PUSH(incident->arena, incident->tasks, incident->tasks_count);
    incident->has_tasks_header = true;
    task->pid = task->tgid = pid;
    task->uid = 1000;
    task->comm = slice_from_string(comm);
    task->rss = amount_of(rss * 4096, (uint32_t)pid);
    task->pgtables = amount_of(pgtables, (uint32_t)pid);
    task->swap = amount_of(swap * 4096, (uint32_t)pid);
    task->oom_score_adj = amount_of(adj, (uint32_t)pid);
    return task;
}

/* A machine of 1,000,000 pages with 200,000 pages of swap. */
static struct incident *host_incident(const char *kernel)
{
    struct incident *incident = create_incident(kernel);
    incident->host_memory.is_present = true;
    incident->host_memory.ram = amount_of(INT64_C(1050000) * 4096, 1);
    incident->host_memory.reserved = amount_of(INT64_C(50000) * 4096, 1);
    incident->host_memory.swap_total = amount_of(INT64_C(200000) * 4096, 1);
    return incident;
}

/* 1000 + 50 + 2 pages of tables against 1040. */
static void test_badness_is_rss_and_swap_and_page_tables(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.10.0");
    add_task(incident, 10, "resident", 1040, 0, 0, 0);
    add_task(incident, 11, "swapped", 1000, 2 * 4096, 50, 0);
    add_victim(incident, 11, "swapped", "Out of memory");
    incident_analyze(incident);
    claim_number(incident, "victim.badness", 1052 * 4096);
    claim_number(incident, "victim.rank", 1);
    claim_number(incident, "victim.is_largest", 0);
    claim_number(incident, "victim.swap", 50 * 4096);
    incident_destroy(incident);
}

/* 1,200,000 pages at stake: 100 permille are 120,000 pages, -100 as many less. */
static void test_the_adjustment_is_a_share_of_ram_and_swap(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.10.0");
    add_task(incident, 10, "browser", 5000, 0, 0, 100);
    add_task(incident, 11, "database", 110000, 0, 0, 0);
    add_task(incident, 12, "cache", 125001, 0, 0, -100);
    add_victim(incident, 10, "browser", "Out of memory");
    incident_analyze(incident);
    claim_number(incident, "badness.total", INT64_C(1200000) * 4096);
    claim_number(incident, "victim.points", INT64_C(125000) * 4096);
    claim_number(incident, "victim.rank", 1);
    const struct candidate *candidates = badness_candidates(incident, incident->arena);
    assert_int_equal(candidates[2].points.value, INT64_C(5001) * 4096);
    for (int64_t rank = 2; rank <= 3; rank++) { /* had it been one of the others */
        incident->victims[0].pid.value = 9 + rank;
        incident_analyze(incident);
        claim_number(incident, "victim.rank", rank);
        assert_int_equal(incident->ranking.position.value, rank);
    }
    incident_destroy(incident);
}

static void test_exempt_tasks_come_last_and_have_no_rank(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.10.0");
    add_task(incident, 1, "systemd", 9000, 0, 0, 0);
    add_task(incident, 10, "sshd", 50000, 0, 0, -1000);
    add_task(incident, 11, "eater", 4000, 0, 0, 0);
    add_victim(incident, 11, "eater", "Out of memory");
    incident_analyze(incident);
    claim_number(incident, "victim.rank", 1);
    assert_int_equal(incident->ranking.position.value, 1);
    assert_int_equal(incident->ranking.candidates.value, 3);
    assert_int_equal(incident->ranking.exempt.value, 2);
    incident->victims[0].pid.value = 10; /* behind the one that is not exempt */
    incident_analyze(incident);
    claim_unknown(incident, "victim.rank");
    assert_int_equal(incident->ranking.position.value, 2);
    incident->victims[0].pid.value = 11;
    incident_analyze(incident);
    claim_number(incident, "tasks.exempt.count", 2);
    claim_number(incident, "tasks.exempt.rss", INT64_C(59000) * 4096);
    claim_number(incident, "tasks.killable.count", 1);
    claim_text(incident, "tasks.largest.comm", "sshd");
    claim_number(incident, "tasks.largest.is_exempt", 1);
    incident_destroy(incident);
}

/* 3 % of 1020 are 30 pages: root fell behind 1000 up to 4.16. */
static void test_root_had_a_bonus_up_to_4_16(void **state)
{
    (void)state;
    static const char *const kernels[] = {"3.10.0-1160.el7.x86_64", "4.18.0-553.el8.x86_64"};
    static const int64_t roots_rank[] = {2, 1};
    for (int i = 0; i < 2; i++) {
        struct incident *incident = host_incident(kernels[i]);
        add_task(incident, 10, "root", 1020, 0, 0, 0)->uid = 0;
        add_task(incident, 11, "user", 1000, 0, 0, 0);
        add_victim(incident, 10, "root", "Out of memory");
        incident_analyze(incident);
        claim_number(incident, "victim.rank", roots_rank[i]);
        incident_destroy(incident);
    }
}

/* Up to 3.13 root had 30 permille of all memory less: of 1,200,000 pages 36,000, so that 30,000
 * pages of root are less than 1,000 of a user; RHEL 7's 3.10 has 3 % of its own, 900. */
static void test_root_had_a_share_of_all_up_to_3_13(void **state)
{
    (void)state;
    static const char *const kernels[] = {"3.10.18", "3.13.0-170-generic", "3.16.0-6-amd64",
                                          "3.10.0-1160.el7.x86_64"};
    static const int64_t roots_rank[] = {2, 2, 1, 1};
    static const int64_t roots_points[] = {-6000, -6000, 29100, 29100};
    for (int i = 0; i < 4; i++) {
        struct incident *incident = host_incident(kernels[i]);
        add_task(incident, 10, "root", 30000, 0, 0, 0)->uid = 0;
        add_task(incident, 11, "user", 1000, 0, 0, 0);
        add_victim(incident, 10, "root", "Out of memory");
        incident_analyze(incident);
        claim_number(incident, "victim.points", roots_points[i] * 4096);
        claim_number(incident, "victim.rank", roots_rank[i]);
        incident_destroy(incident);
    }
}

/* Four workers alike, one of them dies: none stood before it. */
static void test_equals_share_a_place(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.10.0");
    for (int64_t pid = 10; pid < 14; pid++)
        add_task(incident, pid, "worker", 2206, 57344, 0, 0);
    add_victim(incident, 13, "worker", "Out of memory");
    incident_analyze(incident);
    claim_number(incident, "victim.rank", 1);
    assert_int_equal(incident->ranking.position.value, 1);
    assert_int_equal(incident->ranking.candidates.value, 4);
    incident_destroy(incident);
}

/* Node 1 has 400,000 pages, swap 200,000: of these 600,000 oom_score_adj 100 is 60,000, on the
 * whole machine it would be 120,000. */
static void test_on_a_cpuset_the_memory_of_its_nodes_is_at_stake(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.10.0");
    for (int node = 0; node < 2; node++) {
        struct zone *zone = ARENA_PUSH(incident->arena, incident->host_memory.zones,
                                       incident->host_memory.zones_count);
        *zone = (struct zone){.node = node, .name = SLICE("Normal")};
        zone->figure[ZONE_PRESENT] = amount_of(INT64_C(400000) * 4096, 1);
    }
    incident->trigger.mems_allowed = SLICE("1");
    incident->has_summary = true;
    incident->constraint = SLICE("CONSTRAINT_CPUSET");
    add_task(incident, 10, "helper", 1000, 0, 0, 100);
    add_task(incident, 11, "database", 100000, 0, 0, 0);
    add_victim(incident, 11, "database", "Out of memory");
    incident_analyze(incident);
    claim_number(incident, "badness.total", INT64_C(600000) * 4096);
    claim_number(incident, "victim.rank", 1);
    incident_destroy(incident);
}

/* v2: limit 1000 pages and swap.max 500; 100 permille are 150 pages. */
static void test_in_a_cgroup_the_limit_with_its_swap_is_at_stake(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    incident->memcg.version = 2;
    incident->memcg.path = SLICE("/box");
    incident->memcg.memory.usage = incident->memcg.memory.limit = amount_of(1000 * 4096, 1);
    incident->memcg.swap.limit = incident->memcg.swap.usage = amount_of(500 * 4096, 1);
    add_task(incident, 10, "helper", 300, 0, 0, 100);
    add_task(incident, 11, "worker", 440, 0, 0, 0);
    add_victim(incident, 10, "helper", "Memory cgroup out of memory");
    incident_analyze(incident);
    claim_number(incident, "badness.total", 1500 * 4096);
    claim_number(incident, "victim.points", 450 * 4096);
    claim_number(incident, "victim.rank", 1);
    incident_destroy(incident);
}

static void test_among_equal_adjustments_the_total_does_not_matter(void **state)
{
    (void)state;
    struct incident *incident = create_incident("4.18.0");
    incident->memcg.path = SLICE("/box");
    add_task(incident, 10, "small", 300, 0, 0, 916);
    add_task(incident, 11, "large", 440, 0, 0, 916);
    add_victim(incident, 10, "small", "Memory cgroup out of memory");
    incident_analyze(incident);
    claim_unknown(incident, "victim.points");
    claim_number(incident, "victim.rank", 2);
    incident->tasks[1].oom_score_adj.value = 0;
    incident_analyze(incident);
    claim_unknown(incident, "victim.rank");
    incident_destroy(incident);
}

/* 2.6.36 to 3.6 count swap and print none. */
static void test_a_table_without_swap_ranks_only_where_there_is_none(void **state)
{
    (void)state;
    struct incident *incident = host_incident("2.6.32-642.el6.x86_64");
    add_task(incident, 10, "mysqld", 9000, 0, 0, 0)->swap = UNKNOWN;
    add_task(incident, 11, "php-fpm", 800, 0, 0, 0)->swap = UNKNOWN;
    add_victim(incident, 10, "mysqld", "Out of memory");
    incident_analyze(incident);
    claim_unknown(incident, "victim.rank");
    claim_number(incident, "victim.is_largest", 1);
    incident->host_memory.swap_total = amount_of(0, 1);
    incident_analyze(incident);
    claim_number(incident, "victim.rank", 1);
    incident_destroy(incident);
}

/* Up to 2.6.35 processor time counted, which no report shows. */
static void test_the_oldest_badness_is_not_guessed(void **state)
{
    (void)state;
    struct incident *incident = host_incident("2.6.32");
    struct task *task = add_task(incident, 10, "httpd", 9000, 0, 0, 0);
    task->oom_score_adj = UNKNOWN;
    task->oom_adj = amount_of(-17, 1);
    add_victim(incident, 10, "httpd", "Out of memory");
    incident_analyze(incident);
    claim_unknown(incident, "victim.badness");
    claim_unknown(incident, "victim.rank");
    claim_number(incident, "tasks.exempt.count", 1);
    incident_destroy(incident);
}

static void test_a_process_in_two_kill_lines_counts_once(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    static const int64_t pids[] = {20, 21, 20, 22};
    for (int i = 0; i < 4; i++) {
        struct victim *victim =
            add_victim(incident, pids[i], "worker", "Memory cgroup out of memory");
        victim->anon_rss = amount_of(pids[i] * MIB, 3);
        victim->file_rss = amount_of(MIB, 3);
        victim->shmem_rss = amount_of(2 * MIB, 3);
        victim->is_group_kill = i > 0;
    }
    incident_analyze(incident);
    claim_number(incident, "victims.count", 3);
    claim_number(incident, "victims.anon", 63 * MIB);
    claim_number(incident, "victims.total", (63 + 3 + 6) * MIB);
    claim_number(incident, "victims.is_group_kill", 1);
    claim_number(incident, "victim.pid", 20);
    incident_destroy(incident);
}

static void test_an_unknown_addend_makes_the_sum_unknown_and_not_smaller(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    add_victim(incident, 20, "a", "Out of memory")->anon_rss = amount_of(MIB, 3);
    add_victim(incident, 21, "b", "Out of memory");
    incident_analyze(incident);
    claim_number(incident, "victims.count", 2);
    claim_unknown(incident, "victims.anon");
    incident_destroy(incident);
}

static void test_tasks_of_one_name_are_weighed_together(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.10.0");
    add_task(incident, 10, "mysqld", 900, 0, 0, 0);
    for (int64_t pid = 20; pid < 30; pid++)
        add_task(incident, pid, "php-fpm", 100, 0, 0, 0);
    incident_analyze(incident);
    claim_text(incident, "tasks.largest.comm", "mysqld");
    claim_text(incident, "tasks.same_comm.comm", "php-fpm");
    claim_number(incident, "tasks.same_comm.count", 10);
    claim_number(incident, "tasks.same_comm.rss", 1000 * 4096);
    claim_number(incident, "tasks.rss.sum", 1900 * 4096);
    claim_number(incident, "tasks.count", 11);
    incident_destroy(incident);
}

/* 12 that hold 490000 pages, of which 367500 are three quarters: 200000 + 120000 + 80000 are
 * enough, the first two are not. Of 10 alike it takes 8. */
static void test_few_of_one_name_may_hold_most(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.15.0");
    for (int64_t pid = 20; pid < 32; pid++)
        add_task(incident, pid, "php-fpm",
                 pid == 25   ? 80000
                 : pid == 27 ? 200000
                 : pid == 31 ? 120000
                             : 10000,
                 0, 0, 0);
    for (int64_t pid = 40; pid < 50; pid++)
        add_task(incident, pid, "sh", 10000, 0, 0, 0);
    incident_analyze(incident);
    claim_number(incident, "tasks.same_comm.few.count", 3);
    claim_number(incident, "tasks.same_comm.few.rss", INT64_C(400000) * 4096);
    for (size_t i = 0; i < 12; i++)
        incident->tasks[i].comm = SLICE("one-off");
    incident->tasks[0].rss = amount_of(0, 1);
    for (size_t i = 1; i < 12; i++)
        incident->tasks[i].rss = amount_of(4096, 1);
    incident_analyze(incident);
    claim_text(incident, "tasks.same_comm.comm", "sh");
    claim_number(incident, "tasks.same_comm.few.count", 8);
    incident_destroy(incident);
}

static void test_a_table_of_no_rows_is_not_a_missing_table(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.12.0");
    incident_analyze(incident);
    claim_unknown(incident, "tasks.count");
    claim_unknown(incident, "tasks.rss.sum");
    claim_unknown(incident, "tasks.largest.comm");
    incident->has_tasks_header = true;
    incident_analyze(incident);
    claim_number(incident, "tasks.count", 0);
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_badness_is_rss_and_swap_and_page_tables),
        cmocka_unit_test(test_the_adjustment_is_a_share_of_ram_and_swap),
        cmocka_unit_test(test_exempt_tasks_come_last_and_have_no_rank),
        cmocka_unit_test(test_root_had_a_bonus_up_to_4_16),
        cmocka_unit_test(test_root_had_a_share_of_all_up_to_3_13),
        cmocka_unit_test(test_equals_share_a_place),
        cmocka_unit_test(test_on_a_cpuset_the_memory_of_its_nodes_is_at_stake),
        cmocka_unit_test(test_in_a_cgroup_the_limit_with_its_swap_is_at_stake),
        cmocka_unit_test(test_among_equal_adjustments_the_total_does_not_matter),
        cmocka_unit_test(test_a_table_without_swap_ranks_only_where_there_is_none),
        cmocka_unit_test(test_the_oldest_badness_is_not_guessed),
        cmocka_unit_test(test_a_process_in_two_kill_lines_counts_once),
        cmocka_unit_test(test_an_unknown_addend_makes_the_sum_unknown_and_not_smaller),
        cmocka_unit_test(test_tasks_of_one_name_are_weighed_together),
        cmocka_unit_test(test_few_of_one_name_may_hold_most),
        cmocka_unit_test(test_a_table_of_no_rows_is_not_a_missing_table),
    };
    return cmocka_run_group_tests_name("badness", tests, NULL, NULL);
}
