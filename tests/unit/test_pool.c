#include "tests/unit/analysis_fixture.h"

struct stat_row {
    enum memcg_stat stat;
    int64_t kib;
};

static struct incident *memcg_incident(const char *kernel, int version, int64_t usage_kib,
                                       const struct stat_row *stats, size_t count)
{
    struct incident *incident = create_incident(kernel);
    set_request(incident, "GFP_KERNEL", 0);
    incident->memcg.is_present = true;
    incident->memcg.version = version;
    incident->memcg.path = SLICE("/box");
    set_kib(&incident->memcg.memory.usage, usage_kib);
    for (size_t i = 0; i < count; i++)
        set_kib(&incident->memcg.stat[stats[i].stat], stats[i].kib);
    return incident;
}

#define MEMCG(kernel, version, usage, ...)                                         \
    memcg_incident(kernel, version, usage, (const struct stat_row[]){__VA_ARGS__}, \
                   sizeof((const struct stat_row[]){__VA_ARGS__}) / sizeof(struct stat_row))

/* The three reports that the project started from, figures in kB as printed. */
static void test_the_first_three_samples_are_full_of_shared_memory(void **state)
{
    (void)state;
    static const struct {
        int64_t usage, cache, rss, shmem, kmem, permille, unaccounted;
    } reports[] = {{32461120, 28030012, 3958288, 28013264, 471440, 862, 1380},
                   {32461112, 27747820, 4233580, 27731164, 478036, 854, 1676},
                   {33421628, 23708180, 9214840, 23689196, 497680, 708, 928}};
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        struct incident *incident =
            MEMCG("4.18.0-147.el8_1.x86_64", 1, reports[i].usage, {STAT_FILE, reports[i].cache},
                  {STAT_ANON, reports[i].rss}, {STAT_SHMEM, reports[i].shmem});
        set_kib(&incident->memcg.kmem.usage, reports[i].kmem);
        incident_analyze(incident);
        claim_text(incident, "pool.dominant", "shmem");
        claim_number(incident, "pool.dominant.share", reports[i].permille);
        claim_number(incident, "pool.file", (reports[i].cache - reports[i].shmem) * KIB);
        claim_number(incident, "pool.slab", reports[i].kmem * KIB);
        claim_number(incident, "pool.unaccounted", reports[i].unaccounted * KIB);
        claim_unknown(incident, "pool.page_table");
        incident_destroy(incident);
    }
}

/* kernel 300 = slab 120 + stacks 30 + tables 40 + secondary 10 + the rest 100; sockets stand beside
 * it. */
static void test_kernel_memory_of_v2_splits_without_overlap(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("6.1.0", 2, 1000, {STAT_ANON, 400}, {STAT_FILE, 250}, {STAT_SHMEM, 50},
              {STAT_KERNEL, 300}, {STAT_SLAB, 120}, {STAT_KERNEL_STACK, 30}, {STAT_PAGETABLES, 40},
              {STAT_SEC_PAGETABLES, 10}, {STAT_PERCPU, 60}, {STAT_SOCK, 20}, {STAT_VMALLOC, 15});
    incident_analyze(incident);
    claim_number(incident, "pool.anon", 400 * KIB);
    claim_number(incident, "pool.file", 200 * KIB);
    claim_number(incident, "pool.shmem", 50 * KIB);
    claim_number(incident, "pool.slab", 120 * KIB);
    claim_number(incident, "pool.kernel_stack", 30 * KIB);
    claim_number(incident, "pool.page_table", 50 * KIB);
    claim_number(incident, "pool.kernel_other", 120 * KIB);
    claim_number(incident, "pool.unaccounted", 30 * KIB);
    claim_unknown(incident, "pool.hugetlb");
    claim_unknown(incident, "pool.unevictable");
    incident_destroy(incident);
}

/* 5.10 has no key for page tables; its task table has them. */
static void test_the_task_table_stands_in_for_page_tables(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("5.10.0", 2, 32000, {STAT_ANON, 1000}, {STAT_FILE, 0}, {STAT_SHMEM, 0},
              {STAT_KERNEL_STACK, 16}, {STAT_SLAB, 200}, {STAT_PERCPU, 4}, {STAT_SOCK, 0});
    struct task task = {.pid = 7, .tgid = 7, .rss = amount_of(1 * MIB, 9)};
    set_kib(&task.pgtables, 30700);
    *ARENA_PUSH(incident->arena, incident->tasks, incident->tasks_count) = task;
    incident_analyze(incident);
    claim_number(incident, "pool.page_table", 30700 * KIB);
    claim_text(incident, "pool.dominant", "page-table");
    claim_number(incident, "pool.unaccounted", (32000 - 1000 - 16 - 200 - 4 - 30700) * KIB);
    incident_destroy(incident);
}

static void test_a_split_that_is_missing_is_not_swallowed_by_the_rest(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("5.10.0", 2, 32000, {STAT_ANON, 1000}, {STAT_FILE, 0}, {STAT_SHMEM, 0},
              {STAT_KERNEL_STACK, 16}, {STAT_SLAB, 200}, {STAT_PERCPU, 4}, {STAT_SOCK, 0});
    incident_analyze(incident);
    claim_unknown(incident, "pool.page_table");
    claim_unknown(incident, "pool.unaccounted");
    claim_number(incident, "pool.rest", (32000 - 1000 - 16 - 200 - 4) * KIB);
    claim_unknown(incident, "pool.dominant");
    set_kib(&incident->memcg.stat[STAT_ANON], 20000); /* more than what is in doubt */
    incident_analyze(incident);
    claim_text(incident, "pool.dominant", "anon");
    incident_destroy(incident);
}

/* v1 of 5.3 to 6.4 prints v2's keys; its kmem counter is the total: 800 = 300 + 100 + the rest. */
static void test_v1_with_keys_of_v2_has_its_total_in_kmem(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("5.15.0", 1, 2000, {STAT_ANON, 900}, {STAT_FILE, 200}, {STAT_SHMEM, 0},
              {STAT_KERNEL_STACK, 100}, {STAT_SLAB, 300}, {STAT_PAGETABLES, 150}, {STAT_SOCK, 0});
    set_kib(&incident->memcg.kmem.usage, 800);
    incident_analyze(incident);
    claim_number(incident, "pool.kernel_other", 250 * KIB);
    claim_number(incident, "pool.unaccounted", 100 * KIB);
    incident_destroy(incident);
}

/* Before 4.14 shmem is not printed. Anonymous lists 7000, of which 4000 are rss: 3000 are shared
 * memory. */
static void test_unprinted_shared_memory_shows_on_the_anonymous_lists(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("3.10.0-1160.el7.x86_64", 1, 9000, {STAT_FILE, 4800}, {STAT_ANON, 4000},
              {STAT_INACTIVE_ANON, 5000}, {STAT_ACTIVE_ANON, 2000}, {STAT_UNEVICTABLE, 0});
    set_kib(&incident->memcg.kmem.usage, 0);
    incident_analyze(incident);
    claim_number(incident, "pool.shmem", 3000 * KIB);
    claim_number(incident, "pool.file", 1800 * KIB);
    claim_text(incident, "pool.dominant", "anon");
    incident_destroy(incident);
}

static void test_locked_memory_hides_how_much_of_file_is_shared(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("3.10.0-1160.el7.x86_64", 1, 9000, {STAT_FILE, 4800}, {STAT_ANON, 2000},
              {STAT_INACTIVE_ANON, 2000}, {STAT_ACTIVE_ANON, 2000}, {STAT_UNEVICTABLE, 2500});
    set_kib(&incident->memcg.kmem.usage, 2200);
    incident_analyze(incident);
    claim_unknown(incident, "pool.shmem");
    claim_unknown(incident, "pool.file");
    claim_number(incident, "pool.unaccounted", 0); /* the total of file is known */
    claim_unknown(incident, "pool.dominant");
    incident_destroy(incident);
}

static void test_counters_that_drift_leave_no_negative_rest(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("6.12.0", 2, 1000, {STAT_ANON, 980}, {STAT_FILE, 10}, {STAT_SHMEM, 12},
              {STAT_KERNEL, 30}, {STAT_SLAB, 20}, {STAT_KERNEL_STACK, 8}, {STAT_PAGETABLES, 4});
    incident_analyze(incident);
    claim_number(incident, "pool.file", 0);
    claim_number(incident, "pool.kernel_other", 0);
    claim_number(incident, "pool.unaccounted", 0);
    incident_destroy(incident);
}

/* 300 MiB of 200 MiB; counters that drift may stand 200/16 + 16 = 28.5 MiB apart. */
static void test_parts_beyond_the_whole_contradict_it(void **state)
{
    (void)state;
    static const struct {
        int64_t anon_mib;
        int64_t is_contradictory;
    } cases[] = {{200, 0}, {228, 0}, {229, 1}, {300, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct incident *incident =
            MEMCG("6.1.0", 2, 200 * 1024, {STAT_ANON, cases[i].anon_mib * 1024}, {STAT_FILE, 0},
                  {STAT_SHMEM, 0});
        incident_analyze(incident);
        claim_number(incident, "pool.is_contradictory", cases[i].is_contradictory);
        claim_number(incident, "pool.counted", cases[i].anon_mib * MIB);
        if (cases[i].is_contradictory)
            claim_unknown(incident, "pool.dominant.share");
        else
            claim_number(incident, "pool.dominant.share", cases[i].anon_mib * 1000 / 200);
        incident_destroy(incident);
    }
}

/* A second report 5 ms after a kill: 64 MiB charged, 26.8 MiB mapped, 44.7 MiB on the lists. */
static void test_a_victim_being_torn_down_is_still_anonymous_memory(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("7.2.13", 2, 65536, {STAT_FILE, 0}, {STAT_SHMEM, 0}, {STAT_KERNEL, 132},
              {STAT_SLAB, 40}, {STAT_KERNEL_STACK, 16}, {STAT_PAGETABLES, 50}, {STAT_SOCK, 0});
    incident->memcg.stat[STAT_ANON] = amount_of(28086272, 1);
    incident->memcg.stat[STAT_INACTIVE_ANON] = amount_of(0, 1);
    incident->memcg.stat[STAT_ACTIVE_ANON] = amount_of(46903296, 1);
    incident_analyze(incident);
    claim_number(incident, "pool.anon", 46903296);
    claim_text(incident, "pool.dominant", "anon");
    incident_destroy(incident);
}

static void test_a_torn_statistic_takes_its_parts_along(void **state)
{
    (void)state;
    struct incident *incident = MEMCG("6.1.0", 2, 1000, {STAT_ANON, 300});
    incident_analyze(incident);
    claim_number(incident, "pool.anon", 300 * KIB);
    claim_unknown(incident, "pool.file");
    claim_unknown(incident, "pool.shmem");
    claim_unknown(incident, "pool.slab");
    claim_unknown(incident, "pool.unaccounted");
    claim_unknown(incident, "pool.dominant");
    incident_destroy(incident);
}

/* usage 1000 = anon 400 + file 250 + what the lines behind the cut would have named. */
static void test_figures_that_break_off_leave_nothing_without_a_name(void **state)
{
    (void)state;
    struct incident *incident = MEMCG("6.1.0", 2, 1000, {STAT_ANON, 400}, {STAT_FILE, 250},
                                      {STAT_SHMEM, 50}, {STAT_KERNEL, 300});
    incident_add_missing(incident, "memcg-stats-end");
    incident_analyze(incident);
    claim_unknown(incident, "pool.unaccounted");
    claim_unknown(incident, "pool.slab");
    claim_text(incident, "pool.dominant", "anon"); /* no rest is as large */
    incident_destroy(incident);
}

static void test_figures_that_break_off_without_a_total_have_no_largest(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("6.1.0", 2, 0, {STAT_ANON, 400}, {STAT_FILE, 50}, {STAT_SHMEM, 50}, {STAT_SLAB, 10});
    incident->memcg.memory.usage = UNKNOWN;
    incident_add_missing(incident, "memcg-stats-end");
    incident_analyze(incident);
    claim_unknown(incident, "pool.dominant");
    incident_destroy(incident);
}

static void test_hugetlb_counts_where_it_is_charged(void **state)
{
    (void)state;
    struct incident *incident =
        MEMCG("7.2.13", 2, 4096, {STAT_ANON, 100}, {STAT_FILE, 0}, {STAT_SHMEM, 0},
              {STAT_KERNEL, 0}, {STAT_SLAB, 0}, {STAT_HUGETLB, 3900});
    incident_analyze(incident);
    claim_text(incident, "pool.dominant", "hugetlb");
    claim_number(incident, "pool.unaccounted", 96 * KIB);
    incident_destroy(incident);
}

static void test_without_figures_there_is_no_pool(void **state)
{
    (void)state;
    struct incident *incident = create_incident("");
    incident_analyze(incident);
    claim_unknown(incident, "pool.size");
    claim_unknown(incident, "pool.rest");
    claim_unknown(incident, "pool.dominant");
    claim_unknown(incident, "pool.dominant.share");
    claim_unknown(incident, "pool.kernel_memory");
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_three_samples_are_full_of_shared_memory),
        cmocka_unit_test(test_kernel_memory_of_v2_splits_without_overlap),
        cmocka_unit_test(test_the_task_table_stands_in_for_page_tables),
        cmocka_unit_test(test_a_split_that_is_missing_is_not_swallowed_by_the_rest),
        cmocka_unit_test(test_v1_with_keys_of_v2_has_its_total_in_kmem),
        cmocka_unit_test(test_unprinted_shared_memory_shows_on_the_anonymous_lists),
        cmocka_unit_test(test_locked_memory_hides_how_much_of_file_is_shared),
        cmocka_unit_test(test_counters_that_drift_leave_no_negative_rest),
        cmocka_unit_test(test_parts_beyond_the_whole_contradict_it),
        cmocka_unit_test(test_a_victim_being_torn_down_is_still_anonymous_memory),
        cmocka_unit_test(test_a_torn_statistic_takes_its_parts_along),
        cmocka_unit_test(test_figures_that_break_off_leave_nothing_without_a_name),
        cmocka_unit_test(test_figures_that_break_off_without_a_total_have_no_largest),
        cmocka_unit_test(test_hugetlb_counts_where_it_is_charged),
        cmocka_unit_test(test_without_figures_there_is_no_pool),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
