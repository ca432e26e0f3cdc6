#include "tests/unit/analysis_fixture.h"

static void set_lists(struct zone *zone, int64_t anon, int64_t file, int64_t unevictable)
{
    set_kib(&zone->figure[ZONE_ACTIVE_ANON], anon);
    set_kib(&zone->figure[ZONE_INACTIVE_ANON], 0);
    set_kib(&zone->figure[ZONE_ACTIVE_FILE], 0);
    set_kib(&zone->figure[ZONE_INACTIVE_FILE], file);
    set_kib(&zone->figure[ZONE_UNEVICTABLE], unevictable);
}

static struct node *add_node(struct incident *incident, int id, int64_t anon, int64_t shmem,
                             int64_t stacks, int64_t tables)
{
    struct host_memory *host = &incident->host_memory;
    struct node *node = ARENA_PUSH(incident->arena, host->nodes, host->nodes_count);
    node->id = id;
    node->line = 7;
    set_kib(&node->figure[NODE_ACTIVE_ANON], anon);
    set_kib(&node->figure[NODE_INACTIVE_ANON], 0);
    set_kib(&node->figure[NODE_ISOLATED_ANON], 0);
    set_kib(&node->figure[NODE_ISOLATED_FILE], 0);
    set_kib(&node->figure[NODE_SHMEM], shmem);
    set_kib(&node->figure[NODE_KERNEL_STACK], stacks);
    set_kib(&node->figure[NODE_PAGETABLES], tables);
    return node;
}

static void set_machine_slab(struct incident *incident, int64_t reclaimable, int64_t unreclaimable)
{
    set_kib(&incident->host_memory.figure[MEM_SLAB_RECLAIMABLE], reclaimable);
    set_kib(&incident->host_memory.figure[MEM_SLAB_UNRECLAIMABLE], unreclaimable);
}

static struct incident *host_incident(const char *kernel, const char *gfp)
{
    struct incident *incident = create_incident(kernel);
    set_request(incident, gfp, 0);
    incident->has_tasks_header = true;
    add_victim(incident, 100, "eater", "Out of memory");
    return incident;
}

/* 200000 = free 2000 + pcp 500 + anon 150000 + shmem 10000 + file 5000 + locked 1000 + slab 12000 +
 * stacks 700 + tables 900 + zspages 50, and 17850 that nothing shows. */
static void test_the_balance_of_a_host_adds_up(void **state)
{
    (void)state;
    struct incident *incident = host_incident("7.2.13", "GFP_HIGHUSER_MOVABLE|__GFP_ZERO");
    struct zone *zone = add_zone(incident, 0, "DMA32", 2000, 1600, 2400, 200000);
    set_lists(zone, 160000, 5000, 1000);
    set_kib(&zone->figure[ZONE_FREE_PCP], 500);
    set_kib(&zone->figure[ZONE_ZSPAGES], 50);
    add_node(incident, 0, 160000, 10000, 700, 900);
    set_machine_slab(incident, 2000, 10000);
    incident_analyze(incident);
    claim_number(incident, "pool.size", 200000 * KIB);
    claim_number(incident, "pool.free", 2500 * KIB);
    claim_number(incident, "pool.anon", 150000 * KIB);
    claim_number(incident, "pool.shmem", 10000 * KIB);
    claim_number(incident, "pool.file", 5000 * KIB);
    claim_number(incident, "pool.unevictable", 1000 * KIB);
    claim_number(incident, "pool.slab", 12000 * KIB);
    claim_number(incident, "pool.kernel_stack", 700 * KIB);
    claim_number(incident, "pool.page_table", 900 * KIB);
    claim_number(incident, "pool.kernel_other", 50 * KIB);
    claim_number(incident, "pool.hugetlb", 0);
    claim_number(incident, "pool.unaccounted", 17850 * KIB);
    claim_text(incident, "pool.dominant", "anon");
    claim_number(incident, "pool.dominant.share", 750);
    incident_destroy(incident);
}

/* 2.6.32: everything in the zone lines, "present" for what they own. */
static void test_old_zone_lines_carry_all_parts(void **state)
{
    (void)state;
    struct incident *incident = host_incident("2.6.32-642.el6.x86_64", "GFP_HIGHUSER_MOVABLE");
    struct zone *zone = add_zone(incident, 0, "Normal", 1000, 900, 1350, 0);
    zone->figure[ZONE_MANAGED] = zone->figure[ZONE_FREE_CMA] = UNKNOWN;
    set_kib(&zone->figure[ZONE_PRESENT], 100000);
    set_lists(zone, 60000, 3000, 0);
    set_kib(&zone->figure[ZONE_SHMEM], 20000);
    set_kib(&zone->figure[ZONE_SLAB_RECLAIMABLE], 4000);
    set_kib(&zone->figure[ZONE_SLAB_UNRECLAIMABLE], 6000);
    set_kib(&zone->figure[ZONE_KERNEL_STACK], 500);
    set_kib(&zone->figure[ZONE_PAGETABLES], 1500);
    set_machine_slab(incident, 1, 1); /* the zone's own figure is the better one */
    incident_analyze(incident);
    claim_number(incident, "pool.size", 100000 * KIB);
    claim_number(incident, "pool.anon", 40000 * KIB);
    claim_number(incident, "pool.shmem", 20000 * KIB);
    claim_number(incident, "pool.slab", 10000 * KIB);
    claim_unknown(incident, "pool.hugetlb"); /* has no line before 3.10 */
    claim_unknown(incident, "pool.unaccounted");
    claim_unknown(incident, "pool.kernel_other");
    incident_destroy(incident);
}

static void test_zones_that_could_not_serve_the_request_are_not_in_the_pool(void **state)
{
    (void)state;
    struct incident *incident = host_incident("3.10.0", "GFP_KERNEL");
    struct zone *low = add_zone(incident, 0, "Normal", 1000, 900, 1350, 800000);
    struct zone *high = add_zone(incident, 0, "HighMem", 900000, 512, 6000, 3000000);
    set_lists(low, 30000, 1000, 0);
    set_lists(high, 2000000, 50000, 0);
    set_kib(&low->figure[ZONE_SHMEM], 0);
    set_kib(&low->figure[ZONE_SLAB_RECLAIMABLE], 5000);
    set_kib(&low->figure[ZONE_SLAB_UNRECLAIMABLE], 700000);
    incident_analyze(incident);
    claim_number(incident, "pool.size", 800000 * KIB);
    claim_number(incident, "pool.anon", 30000 * KIB);
    claim_text(incident, "pool.dominant", "slab");
    incident_destroy(incident);
}

static void test_a_cpuset_has_the_figures_of_its_nodes(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.10.0", "GFP_HIGHUSER_MOVABLE");
    incident->trigger.mems_allowed = SLICE("1");
    incident->constraint = SLICE("CONSTRAINT_CPUSET");
    incident->has_summary = incident->says_global_oom = true;
    set_lists(add_zone(incident, 0, "Normal", 500000, 900, 1350, 1000000), 100, 200, 0);
    set_lists(add_zone(incident, 1, "Normal", 1000, 900, 1350, 1000000), 900000, 300, 0);
    add_node(incident, 0, 100, 100, 40, 50);
    add_node(incident, 1, 900000, 7000, 60, 70);
    set_machine_slab(incident, 0, 20000);
    incident_analyze(incident);
    claim_text(incident, "evidence.scope", "cpuset");
    claim_number(incident, "pool.size", 1000000 * KIB);
    claim_number(incident, "pool.shmem", 7000 * KIB);
    claim_number(incident, "pool.anon", 893000 * KIB);
    claim_number(incident, "pool.kernel_stack", 60 * KIB);
    incident_destroy(incident);
}

static void test_a_node_of_movable_memory_holds_no_slab(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.15.0", "GFP_HIGHUSER_MOVABLE");
    incident->trigger.mems_allowed = SLICE("4");
    set_lists(add_zone(incident, 4, "Movable", 1000, 900, 1350, 100000), 60000, 0, 0);
    add_node(incident, 4, 60000, 0, 0, 0);
    set_machine_slab(incident, 50000, 50000);
    incident_analyze(incident);
    claim_number(incident, "pool.slab", 0);
    claim_number(incident, "pool.page_table", 0);
    claim_text(incident, "pool.dominant", "anon");
    incident_destroy(incident);
}

/* Shared memory 100000, anonymous lists 20000: at least 80000 of it is locked, and stands in
 * unevictable too. */
static void test_locked_shared_memory_counts_once(void **state)
{
    (void)state;
    struct incident *incident = host_incident("6.1.0", "GFP_HIGHUSER_MOVABLE");
    set_lists(add_zone(incident, 0, "Normal", 1000, 900, 1350, 150000), 20000, 500, 90000);
    add_node(incident, 0, 20000, 100000, 100, 100);
    set_machine_slab(incident, 1000, 1000);
    incident_analyze(incident);
    claim_number(incident, "pool.shmem", 100000 * KIB);
    claim_number(incident, "pool.anon", 0);
    claim_number(incident, "pool.unevictable", 10000 * KIB);
    claim_text(incident, "pool.dominant", "shmem");
    incident_destroy(incident);
}

/* The node counts 500000 of shared memory; how much of it lies in the lower zone nothing tells. */
static void test_shared_memory_in_part_of_a_node_stays_unknown(void **state)
{
    (void)state;
    struct incident *incident = host_incident("6.1.0", "GFP_KERNEL");
    set_lists(add_zone(incident, 0, "Normal", 1000, 900, 1350, 400000), 300000, 500, 0);
    add_node(incident, 0, 700000, 500000, 100, 100);
    set_machine_slab(incident, 1000, 1000);
    incident_analyze(incident);
    claim_unknown(incident, "pool.shmem");
    claim_unknown(incident, "pool.anon");
    claim_number(incident, "pool.unaccounted", (400000 - 1000 - 300500 - 2000 - 200) * KIB);
    claim_unknown(incident, "pool.dominant");
    incident->host_memory.nodes[0].figure[NODE_SHMEM] = amount_of(2000 * KIB, 7);
    incident_analyze(incident); /* so little that it does not matter where it is */
    claim_text(incident, "pool.dominant", "anon");
    incident_destroy(incident);
}

static void claim_hugetlb(const char *kernel, bool has_info_lines, bool is_none)
{
    struct incident *incident = host_incident(kernel, "GFP_KERNEL");
    incident->has_tasks_header = has_info_lines;
    set_lists(add_zone(incident, 0, "Normal", 1000, 900, 1350, 400000), 100, 500, 0);
    incident_analyze(incident);
    if (is_none)
        claim_number(incident, "pool.hugetlb", 0);
    else
        claim_unknown(incident, "pool.hugetlb");
    incident_destroy(incident);
}

static void test_no_huge_page_line_means_none_only_where_it_would_be_printed(void **state)
{
    (void)state;
    claim_hugetlb("5.10.0", true, true);
    claim_hugetlb("5.10.0", false, false); /* its level may have been filtered out */
    claim_hugetlb("6.1.0", false, true);
    claim_hugetlb("2.6.32", true, false); /* not printed before 3.10 */
    claim_hugetlb("", false, false);
}

static void test_huge_page_pools_of_all_sizes_count(void **state)
{
    (void)state;
    struct incident *incident = host_incident("6.1.0", "GFP_HIGHUSER_MOVABLE");
    struct host_memory *host = &incident->host_memory;
    set_lists(add_zone(incident, 0, "Normal", 1000, 900, 1350, 4000000), 100000, 500, 0);
    *ARENA_PUSH(incident->arena, host->hugepages, host->hugepages_count) = (struct hugepages){
        .total = amount_of(1, 8), .free = amount_of(1, 8), .size = amount_of(GIB, 8)};
    *ARENA_PUSH(incident->arena, host->hugepages, host->hugepages_count) = (struct hugepages){
        .total = amount_of(512, 8), .free = amount_of(12, 8), .size = amount_of(2 * MIB, 8)};
    incident_analyze(incident);
    claim_number(incident, "pool.hugetlb", 2 * GIB);
    claim_number(incident, "host.hugetlb.free", GIB + 24 * MIB);
    incident_destroy(incident);
}

/* 16 GiB machine, the Normal zone's line is lost: its DMA zones are not the pool. */
static void test_a_lost_zone_line_leaves_the_machine_wide_list(void **state)
{
    (void)state;
    struct incident *incident = host_incident("5.10.0", "GFP_HIGHUSER_MOVABLE");
    struct host_memory *host = &incident->host_memory;
    set_lists(add_zone(incident, 0, "DMA", 900, 100, 150, 15908), 0, 0, 0);
    add_node(incident, 0, 1, 1, 1, 1);
    host->ram = amount_of(16 * GIB, 9);
    host->reserved = amount_of(GIB, 9);
    host->figure[MEM_ACTIVE_ANON] = amount_of(9 * GIB, 10);
    host->figure[MEM_INACTIVE_ANON] = amount_of(3 * GIB, 10);
    host->figure[MEM_ISOLATED_ANON] = amount_of(0, 10);
    host->figure[MEM_SHMEM] = amount_of(2 * GIB, 10);
    incident_analyze(incident);
    claim_number(incident, "pool.size", 15 * GIB);
    claim_number(incident, "pool.shmem", 2 * GIB);
    claim_number(incident, "pool.anon", 10 * GIB);
    claim_unknown(incident, "pool.unaccounted");
    incident_destroy(incident);
}

/* lab-6.12-host-shmem cut behind its first zone line: 206 MiB counted, a zone of 15 MiB shown. */
static struct incident *cut_incident(void)
{
    struct incident *incident = host_incident("6.12.0", "GFP_HIGHUSER_MOVABLE");
    struct amount *figure = incident->host_memory.figure;
    set_lists(add_zone(incident, 0, "DMA", 868, 132, 196, 15360), 14064, 0, 0);
    add_node(incident, 0, 190576, 165724, 848, 192);
    set_machine_slab(incident, 290 * 4, 1646 * 4);
    set_kib(&figure[MEM_ACTIVE_ANON], 190576);
    set_kib(&figure[MEM_INACTIVE_ANON], 0);
    set_kib(&figure[MEM_ACTIVE_FILE], 0);
    set_kib(&figure[MEM_INACTIVE_FILE], 0);
    set_kib(&figure[MEM_UNEVICTABLE], 4304);
    set_kib(&figure[MEM_SHMEM], 165724);
    set_kib(&figure[MEM_FREE], 2540);
    return incident;
}

static void test_a_cut_among_the_zone_lines_invents_no_small_machine(void **state)
{
    (void)state;
    struct incident *incident = cut_incident();
    incident_analyze(incident);
    claim_number(incident, "evidence.has_all_zones", 0);
    claim_unknown(incident, "pool.size");
    claim_unknown(incident, "host.managed");
    claim_number(incident, "pool.free", 2540 * KIB);
    claim_number(incident, "pool.shmem", 165724 * KIB);
    claim_text(incident, "pool.dominant", "shmem");
    claim_unknown(incident, "pool.dominant.share");
    incident_destroy(incident);
}

/* A cpuset's report leaves out the other nodes, while the counters are the machine's. */
static void test_zones_that_a_cpuset_forbids_are_not_lost(void **state)
{
    (void)state;
    struct incident *incident = cut_incident();
    incident->constraint = SLICE("CONSTRAINT_CPUSET");
    incident->has_summary = true;
    incident_analyze(incident);
    claim_number(incident, "evidence.has_all_zones", 1);
    claim_number(incident, "pool.size", 15360 * KIB);
    incident_destroy(incident);
}

/* A kernel request leaves out Movable, so counters prove nothing; that nothing follows does. */
static void test_a_report_that_ends_in_a_zone_line_may_lack_others(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.12.0");
    set_request(incident, "GFP_KERNEL", 0);
    struct zone *zone = add_zone(incident, 0, "DMA", 868, 132, 196, 15360);
    incident_analyze(incident);
    claim_number(incident, "evidence.has_all_zones", 0);
    set_buddy(zone, "217*4kB(U)");
    incident_analyze(incident);
    claim_number(incident, "evidence.has_all_zones", 1);
    incident_destroy(incident);
}

/* A torn zone line and "5241540 pages RAM" where 2 GiB are counted: one digit too many. */
static void test_pages_of_ram_that_the_counters_do_not_fill_are_not_believed(void **state)
{
    (void)state;
    struct incident *incident = cut_incident();
    struct zone *torn = add_zone(incident, 0, "DMA32", 1672, 1500, 2200, 200000);
    torn->figure[ZONE_MANAGED] = torn->figure[ZONE_PRESENT] = UNKNOWN;
    incident->host_memory.ram = amount_of(2120 * MIB, 9);
    incident->host_memory.reserved = amount_of(MIB, 9);
    incident_analyze(incident);
    claim_number(incident, "evidence.has_all_zones", 0);
    claim_unknown(incident, "pool.size");
    incident->host_memory.ram = amount_of(212 * MIB, 9);
    incident_analyze(incident);
    claim_number(incident, "pool.size", 211 * MIB);
    incident_destroy(incident);
}

/* 1.9 GiB against 2.0: what is not shown could turn it. */
static void test_without_a_size_equals_are_not_ranked(void **state)
{
    (void)state;
    struct incident *incident = cut_incident();
    set_kib(&incident->host_memory.figure[MEM_SHMEM], 100000);
    incident_analyze(incident);
    claim_unknown(incident, "pool.dominant");
    incident_destroy(incident);
}

static void test_analysis_may_run_again(void **state)
{
    (void)state;
    struct incident *incident = host_incident("6.1.0", "GFP_HIGHUSER_MOVABLE");
    set_lists(add_zone(incident, 0, "Normal", 1000, 900, 1350, 150000), 140000, 500, 0);
    incident_analyze(incident);
    incident_analyze(incident);
    claim_number(incident, "host.zones.count", 1);
    claim_number(incident, "pool.size", 150000 * KIB);
    claim_number(incident, "victims.count", 1);
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_balance_of_a_host_adds_up),
        cmocka_unit_test(test_old_zone_lines_carry_all_parts),
        cmocka_unit_test(test_zones_that_could_not_serve_the_request_are_not_in_the_pool),
        cmocka_unit_test(test_a_cpuset_has_the_figures_of_its_nodes),
        cmocka_unit_test(test_a_node_of_movable_memory_holds_no_slab),
        cmocka_unit_test(test_locked_shared_memory_counts_once),
        cmocka_unit_test(test_shared_memory_in_part_of_a_node_stays_unknown),
        cmocka_unit_test(test_no_huge_page_line_means_none_only_where_it_would_be_printed),
        cmocka_unit_test(test_huge_page_pools_of_all_sizes_count),
        cmocka_unit_test(test_a_lost_zone_line_leaves_the_machine_wide_list),
        cmocka_unit_test(test_a_cut_among_the_zone_lines_invents_no_small_machine),
        cmocka_unit_test(test_zones_that_a_cpuset_forbids_are_not_lost),
        cmocka_unit_test(test_a_report_that_ends_in_a_zone_line_may_lack_others),
        cmocka_unit_test(test_pages_of_ram_that_the_counters_do_not_fill_are_not_believed),
        cmocka_unit_test(test_without_a_size_equals_are_not_ranked),
        cmocka_unit_test(test_analysis_may_run_again),
    };
    return cmocka_run_group_tests_name("pool of a host", tests, NULL, NULL);
}
