/* Limits, statistics, Mem-Info and task tables: what each line says, by kernel. */
#include "tests/unit/line_fixture.h"

static struct memcg *memcg_of(void **state)
{
    return &incident_of(state)->memcg;
}

static struct host_memory *host_of(void **state)
{
    return &incident_of(state)->host_memory;
}

/* ---- memory cgroup */

static void test_memcg__owner_and_victim_stand_in_one_line(void **state)
{
    say(state, "Task in /docker/083afd/a b killed as a result of limit of /docker/083afd");
    assert_text(memcg_of(state)->victim_path, "/docker/083afd/a b");
    assert_text(memcg_of(state)->path, "/docker/083afd");
}

static void test_memcg__owner_and_victim_stand_in_two_lines_on_2_6(void **state)
{
    say(state, "Task in /lxc/web killed");
    say(state, "as a result of limit of /lxc");
    assert_text(memcg_of(state)->victim_path, "/lxc/web");
    assert_text(memcg_of(state)->path, "/lxc");
}

/* Alibaba Cloud Linux 2, 4.19.91-24.1.al7: no cgroup's limit refused. */
static void test_memcg__a_limit_of_host_is_no_cgroups(void **state)
{
    say(state, "Task in /user.slice killed as a result of limit of host");
    assert_text(memcg_of(state)->victim_path, "/user.slice");
    assert_false(memcg_of(state)->is_present);
    assert_text(memcg_of(state)->path, "");
    assert_true(incident_of(state)->says_global_oom);
}

static void test_memcg__limit_reached_names_the_owner_without_a_victim(void **state)
{
    say(state, "Memory limit reached of cgroup /lxc/web of mine");
    assert_text(memcg_of(state)->path, "/lxc/web of mine");
}

static void test_memcg__v1_counters_are_bytes(void **state)
{
    say(state, "memory: usage 32461120kB, limit 33554432kB, failcnt 17");
    say(state, "memory+swap: usage 35651584kB, limit 35651584kB, failcnt 24892068");
    say(state, "kmem: usage 471440kB, limit 9007199254740988kB, failcnt 0");
    assert_amount(memcg_of(state)->memory.usage, KIB(32461120));
    assert_amount(memcg_of(state)->memory.limit, KIB(33554432));
    assert_amount(memcg_of(state)->memory.failcnt, 17);
    assert_amount(memcg_of(state)->memsw.failcnt, 24892068);
    assert_true(memcg_of(state)->kmem.is_unlimited);
    assert_unknown(memcg_of(state)->kmem.limit);
    assert_amount(incident_of(state)->page_size, 4096);
}

/* swapaccount=0: what is not counted is not nothing. */
static void test_memcg__swap_that_nobody_counts_is_unknown(void **state)
{
    say(state, "memory: usage 524288kB, limit 524288kB, failcnt 7221");
    say(state, "memory+swap: usage 0kB, limit 9007199254740988kB, failcnt 0");
    assert_unknown(memcg_of(state)->memsw.usage);
    assert_unknown(memcg_of(state)->memsw.failcnt);
    assert_true(memcg_of(state)->memsw.is_unlimited);
    assert_amount(memcg_of(state)->memory.usage, KIB(524288));
}

static void test_memcg__v2_swap_counter_is_swap_alone(void **state)
{
    say(state, "swap: usage 512kB, limit 1024kB, failcnt 12");
    assert_amount(memcg_of(state)->swap.usage, KIB(512));
    assert_unknown(memcg_of(state)->memsw.usage);
}

static void test_memcg__every_spelling_of_no_limit_is_no_limit(void **state)
{
    (void)state;
    static const char *const limits[] = {"9007199254740988", "9007199254740991",
                                         "18014398509481983", "9007199254740928", "8589934588"};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct report *report = report_begin();
        char line[100];
        snprintf(line, sizeof line, "memory: usage 4kB, limit %skB, failcnt 0", limits[i]);
        report_say(report, line);
        assert_true(report->incident->memcg.memory.is_unlimited);
        assert_unknown(report->incident->memcg.memory.limit);
        report_end(report);
    }
}

static void test_memcg__a_limit_past_64_bits_is_unknown_not_zero(void **state)
{
    say(state, "memory: usage 99999999999999999999kB, limit 99999999999999999999kB, failcnt 1");
    assert_unknown(memcg_of(state)->memory.usage);
    assert_unknown(memcg_of(state)->memory.limit);
    assert_false(memcg_of(state)->memory.is_unlimited);
}

static void test_memcg__a_negative_size_is_unknown(void **state)
{
    say(state, "memory: usage -4kB, limit -5kB, failcnt 1");
    assert_unknown(memcg_of(state)->memory.usage);
    assert_unknown(memcg_of(state)->memory.limit);
    say(state, "memory: usage 65536kB, limit 0kB, failcnt 1"); /* v2: memory.max = 0 */
    assert_amount(memcg_of(state)->memory.limit, 0);
}

static void test_memcg__a_line_cut_before_its_limit_says_nothing_about_it(void **state)
{
    say(state, "memory: usage 32461120kB, lim");
    assert_unknown(memcg_of(state)->memory.limit);
    assert_false(memcg_of(state)->memory.is_unlimited);
}

static void test_stats__v1_line_is_kb_and_sums_over_its_cgroups(void **state)
{
    say(state, "Memory cgroup stats for /pod: cache:4KB rss:8KB rss_huge:0KB shmem:4KB "
               "mapped_file:0KB dirty:0KB writeback:0KB swap:100KB inactive_anon:4KB "
               "active_anon:0KB inactive_file:0KB active_file:0KB unevictable:0KB ");
    say(state, "Memory cgroup stats for /pod/a: cache:1000KB rss:2000KB rss_huge:0KB swap:1KB");
    assert_text(memcg_of(state)->path, "/pod");
    assert_int_equal(memcg_of(state)->children_count, 2);
    assert_text(memcg_of(state)->children[1].path, "/pod/a");
    assert_amount(memcg_of(state)->stat[STAT_FILE], KIB(1004));
    assert_amount(memcg_of(state)->stat[STAT_ANON], KIB(2008));
    assert_amount(memcg_of(state)->stat[STAT_SWAP], KIB(101));
}

static void test_stats__a_v1_line_cut_inside_a_number_leaves_it_unknown(void **state)
{
    say(state, "Memory cgroup stats for /pod: cache:4KB rss:8KB rss_huge:0KB inactive_anon:12");
    assert_amount(memcg_of(state)->stat[STAT_ANON], KIB(8));
    assert_unknown(memcg_of(state)->stat[STAT_INACTIVE_ANON]);
}

static void test_stats__v2_lines_are_bytes_and_counts(void **state)
{
    say(state, "Memory cgroup stats for /box with: colon:");
    say(state, "anon 66973696");
    say(state, "slab_unreclaimable 4096");
    say(state, "workingset_refault_file 77");
    assert_text(memcg_of(state)->path, "/box with: colon");
    assert_amount(memcg_of(state)->stat[STAT_ANON], 66973696);
    assert_amount(memcg_of(state)->stat[STAT_SLAB_UNRECLAIMABLE], 4096);
    assert_amount(memcg_of(state)->stat[STAT_WORKINGSET_REFAULT_FILE], 77);
    assert_unknown(memcg_of(state)->stat[STAT_SHMEM]);
}

static void test_stats__v1_totals_of_6_5_win_over_its_own_values(void **state)
{
    say(state, "Memory cgroup stats for /pod:");
    say(state, "cache 0");
    say(state, "rss 4096");
    say(state, "total_cache 8192");
    say(state, "total_rss 12288");
    assert_amount(memcg_of(state)->stat[STAT_FILE], 8192);
    assert_amount(memcg_of(state)->stat[STAT_ANON], 12288);
}

static void test_stats__the_same_words_outside_the_block_are_not_read(void **state)
{
    assert_null(report_say(*state, "anon 66973696"));
    say(state, "Memory cgroup stats for /box:");
    say(state, "Mem-Info:");
    assert_null(report_say(*state, "anon 66973696"));
}

static void test_protection__is_kb(void **state)
{
    say(state, "Memory cgroup min protection 12kB -- low protection 36556kB");
    assert_amount(memcg_of(state)->min_protection, KIB(12));
    assert_amount(memcg_of(state)->low_protection, KIB(36556));
}

/* ---- Mem-Info */

static void test_counters__are_read_in_all_their_orders(void **state)
{
    say(state, "active_anon:62 inactive_anon:217 isolated_anon:1");
    say(state, " unevictable:8 dirty:9 writeback:10 unstable:11");
    say(state, " free:33890 slab_reclaimable:2120 slab_unreclaimable:3333");
    say(state, " mapped:4 shmem:5 pagetables:6 bounce:0");
    say(state, " sec_pagetables:7 bounce:0");
    say(state, " kernel_misc_reclaimable:3");
    say(state, " free:12 free_pcp:13 free_cma:14");
    assert_amount(host_of(state)->figure[MEM_INACTIVE_ANON], 217);
    assert_amount(host_of(state)->figure[MEM_UNSTABLE], 11);
    assert_amount(host_of(state)->figure[MEM_SLAB_UNRECLAIMABLE], 3333);
    assert_amount(host_of(state)->figure[MEM_SEC_PAGETABLES], 7);
    assert_amount(host_of(state)->figure[MEM_FREE], 12);
    assert_amount(host_of(state)->figure[MEM_FREE_CMA], 14);
    assert_unknown(host_of(state)->figure[MEM_ACTIVE_FILE]);
}

static void test_node__is_kb_with_or_without_blank_behind_the_colon(void **state)
{
    say(state, "Node 1 active_anon:204kB inactive_anon:508kB active_file:0kB inactive_file:0kB "
               "unevictable:0kB isolated(anon):12kB isolated(file):0kB mapped:0kB dirty:0kB "
               "writeback:0kB shmem:548kB shmem_thp: 2048kB shmem_pmdmapped: 0kB anon_thp: 4096kB "
               "writeback_tmp:0kB kernel_stack:1616kB pagetables:3kB all_unreclaimable? yes");
    say(state, "Node 2 active_anon:1kB shmem_thp:2048kB anon_thp:6144kB all_unreclaimable? no "
               "Balloon:4kB gpu_active:8kB gpu_reclaim:0kB");
    assert_int_equal(host_of(state)->nodes_count, 2);
    const struct node *nodes = host_of(state)->nodes;
    assert_int_equal(nodes[0].id, 1);
    assert_amount(nodes[0].figure[NODE_ISOLATED_ANON], KIB(12));
    assert_amount(nodes[0].figure[NODE_SHMEM_THP], KIB(2048));
    assert_amount(nodes[0].figure[NODE_ANON_THP], KIB(4096));
    assert_amount(nodes[0].figure[NODE_KERNEL_STACK], KIB(1616));
    assert_true(nodes[0].has_all_unreclaimable && nodes[0].is_all_unreclaimable);
    assert_amount(nodes[1].figure[NODE_ANON_THP], KIB(6144));
    assert_amount(nodes[1].figure[NODE_BALLOON], KIB(4));
    assert_amount(nodes[1].figure[NODE_GPU_ACTIVE], KIB(8));
    assert_true(nodes[1].has_all_unreclaimable && !nodes[1].is_all_unreclaimable);
}

static void test_zone__reads_2_6_32_in_full(void **state)
{
    say(state, "Node 0 DMA32 free:44560kB min:35676kB low:44592kB high:53508kB "
               "active_anon:2048kB inactive_anon:4kB active_file:8kB inactive_file:0kB "
               "unevictable:0kB isolated(anon):128kB isolated(file):0kB present:3120640kB "
               "mlocked:0kB dirty:0kB writeback:0kB mapped:4kB shmem:0kB slab_reclaimable:16kB "
               "slab_unreclaimable:212kB kernel_stack:0kB pagetables:1kB unstable:0kB bounce:0kB "
               "writeback_tmp:0kB pages_scanned:3008 all_unreclaimable? no");
    const struct zone *zone = &host_of(state)->zones[0];
    assert_int_equal(zone->node, 0);
    assert_text(zone->name, "DMA32");
    assert_amount(zone->figure[ZONE_FREE], KIB(44560));
    assert_amount(zone->figure[ZONE_ISOLATED_ANON], KIB(128));
    assert_amount(zone->figure[ZONE_PRESENT], KIB(3120640));
    assert_amount(zone->figure[ZONE_PAGES_SCANNED], 3008);
    assert_true(zone->has_all_unreclaimable && !zone->is_all_unreclaimable);
    assert_unknown(zone->figure[ZONE_MANAGED]);
}

static void test_zone__reads_boost_highatomic_and_zspages_of_new_kernels(void **state)
{
    say(state, "Node 0 DMA32 free:2084kB boost:2048kB min:3752kB low:4176kB high:4600kB "
               "reserved_highatomic:2048KB free_highatomic:64KB active_anon:0kB "
               "inactive_anon:120kB active_file:0kB inactive_file:0kB unevictable:0kB "
               "writepending:0kB zspages:8kB present:244768kB managed:211552kB mlocked:0kB "
               "bounce:0kB free_pcp:700kB local_pcp:236kB free_cma:16kB");
    const struct zone *zone = &host_of(state)->zones[0];
    assert_amount(zone->figure[ZONE_BOOST], KIB(2048));
    assert_amount(zone->figure[ZONE_RESERVED_HIGHATOMIC], KIB(2048));
    assert_amount(zone->figure[ZONE_FREE_HIGHATOMIC], KIB(64));
    assert_amount(zone->figure[ZONE_ZSPAGES], KIB(8));
    assert_amount(zone->figure[ZONE_MANAGED], KIB(211552));
    assert_amount(zone->figure[ZONE_LOCAL_PCP], KIB(236));
    assert_amount(zone->figure[ZONE_FREE_CMA], KIB(16));
    assert_false(zone->has_all_unreclaimable);
}

static void test_zone__kernels_without_numa_print_no_node(void **state)
{
    say(state, "HighMem free:919956kB min:512kB low:3240kB high:5968kB managed:7503872kB");
    assert_int_equal(host_of(state)->zones[0].node, -1);
    assert_text(host_of(state)->zones[0].name, "HighMem");
}

static void test_zone__a_node_on_a_line_of_its_own_belongs_to_the_next(void **state)
{
    say(state, "Node 1 ");
    say(state, "DMA free:16kB min:4kB low:4kB high:8kB managed:15888kB");
    say(state, "Normal free:16kB min:4kB low:4kB high:8kB managed:15888kB");
    assert_int_equal(host_of(state)->zones[0].node, 1);
    assert_int_equal(host_of(state)->zones[1].node, -1);
}

static void test_zone__a_figure_cut_before_its_unit_is_unknown(void **state)
{
    say(state, "Node 0 DMA32 free:44560kB min:35");
    assert_amount(host_of(state)->zones[0].figure[ZONE_FREE], KIB(44560));
    assert_unknown(host_of(state)->zones[0].figure[ZONE_MIN]);
}

static void test_reserve__belongs_to_the_zone_before_it_in_pages(void **state)
{
    say(state, "Node 0 DMA free:16kB min:4kB low:4kB high:8kB");
    say(state, "lowmem_reserve[]: 0 2911 15889 15889");
    say(state, "Node 0 DMA32 free:16kB min:4kB low:4kB high:8kB");
    const struct zone *zones = host_of(state)->zones;
    assert_int_equal(zones[0].reserve_count, 4);
    assert_amount(zones[0].reserve[1], 2911);
    assert_amount(zones[0].reserve[3], 15889);
    assert_int_equal(zones[1].reserve_count, 0);
}

static void check_buddy(const char *line, int orders, int64_t page_size, int64_t total)
{
    struct report *report = report_begin();
    assert_non_null(report_say(report, line));
    const struct zone *zone = &report->incident->host_memory.zones[0];
    assert_int_equal(zone->buddy.orders, orders);
    assert_amount(zone->buddy.total, total);
    assert_amount(report->incident->page_size, page_size);
    report_end(report);
}

static void test_buddy__first_column_is_the_page_size(void **state)
{
    (void)state;
    check_buddy("Node 0 DMA: 6*4kB (U) 1*8kB (UM) 0*16kB 1*32kB (U) = 64kB", 4, 4096, KIB(64));
    check_buddy("Normal: 2*8kB (UE) 0*16kB 1*32kB (M) = 48kB", 3, 8192, KIB(48));
    check_buddy("Node 0 DMA: 1*16kB (U) 1*32kB (U) 3*64kB (M) = 240kB", 3, 16384, KIB(240));
    check_buddy("Node 0 Normal: 5*64kB (UM) 0*128kB 1*256kB (M) = 576kB", 3, 65536, KIB(576));
    check_buddy("DMA: 4*4kB 3*8kB 0*16kB = 40kB", 3, 4096, KIB(40));
}

static void test_buddy__keeps_blocks_and_letters_by_order(void **state)
{
    say(state, "Node 0 Normal: 10*4kB (UMEHCI) 0*8kB 3*16kB (H) = 88kB");
    const struct buddy *buddy = &host_of(state)->zones[0].buddy;
    assert_amount(buddy->blocks[0], 10);
    assert_amount(buddy->blocks[1], 0);
    assert_amount(buddy->blocks[2], 3);
    assert_string_equal(buddy->types[0], "UMEHCI");
    assert_string_equal(buddy->types[1], "");
    assert_string_equal(buddy->types[2], "H");
}

static void test_buddy__closes_a_stray_blank_inside_a_size(void **state)
{
    say(state, "Node 0 DMA: 1*4kB (U) 1*8kB (U) 1*16kB (U) 1*32kB (U) 1*64kB (U) 0*128kB 1*256kB "
               "(U) 4*5 12kB (UM) 0*1024kB = 2428kB");
    const struct buddy *buddy = &host_of(state)->zones[0].buddy;
    assert_int_equal(buddy->orders, 9);
    assert_amount(buddy->blocks[7], 4);
    assert_amount(buddy->total, KIB(2428));
}

static void test_buddy__a_cut_line_keeps_the_orders_that_are_whole(void **state)
{
    say(state, "Node 0 Normal: 10*4kB (UME) 2*8kB (M) 3*1");
    assert_int_equal(host_of(state)->zones[0].buddy.orders, 2);
    assert_unknown(host_of(state)->zones[0].buddy.total);
}

static void test_buddy__goes_to_the_zone_of_its_node_and_name(void **state)
{
    say(state, "Node 0 Normal free:16kB min:4kB low:4kB high:8kB");
    say(state, "Node 1 Normal free:16kB min:4kB low:4kB high:8kB");
    say(state, "Node 1 Normal: 4*4kB (U) = 16kB");
    assert_int_equal(host_of(state)->zones_count, 2);
    assert_int_equal(host_of(state)->zones[0].buddy.orders, 0);
    assert_int_equal(host_of(state)->zones[1].buddy.orders, 1);
}

static void test_buddy__block_sizes_past_64_bits_do_no_harm(void **state)
{
    say(state, "Node 0 DMA: 1*9223372036854775799kB (U) 1*8 9kB (U) = 4kB");
    say(state, "Node 0 DMA32: 1*4611686018427387904kB (U) 1*5 12kB = 4kB");
    assert_unknown(incident_of(state)->page_size);
}

static void test_hugepages__one_line_per_node_and_size(void **state)
{
    say(state, "Node 0 hugepages_total=4 hugepages_free=3 hugepages_surp=1 "
               "hugepages_size=1048576kB");
    say(state, "Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB");
    assert_int_equal(host_of(state)->hugepages_count, 2);
    const struct hugepages *pool = &host_of(state)->hugepages[0];
    assert_int_equal(pool->node, 0);
    assert_amount(pool->total, 4);
    assert_amount(pool->free, 3);
    assert_amount(pool->surplus, 1);
    assert_amount(pool->size, KIB(1048576));
}

static void test_totals__go_by_the_words_behind_them(void **state)
{
    say(state, "9387 total pagecache pages");
    say(state, "12 pages in swap cache");
    say(state, "Free swap  = 587408kB");
    say(state, "Total swap = 6012924kB");
    say(state, "2074779 pages RAM");
    say(state, "100 pages HighMem/MovableOnly");
    say(state, "48921 pages reserved");
    say(state, "16384 pages cma reserved");
    say(state, "3 pages hwpoisoned");
    assert_amount(host_of(state)->pagecache, 9387);
    assert_amount(host_of(state)->swap_cache, 12);
    assert_amount(host_of(state)->swap_free, KIB(587408));
    assert_amount(host_of(state)->swap_total, KIB(6012924));
    assert_amount(host_of(state)->ram, 2074779);
    assert_amount(host_of(state)->highmem, 100);
    assert_amount(host_of(state)->reserved, 48921);
    assert_amount(host_of(state)->cma_reserved, 16384);
    assert_amount(host_of(state)->hwpoisoned, 3);
}

static void test_totals__reserved_pages_that_underflowed_are_unknown(void **state)
{
    say(state, "4294965447 pages reserved");
    assert_unknown(host_of(state)->reserved);
    say(state, "131072 pages RAM");
    assert_amount(host_of(state)->ram, 131072);
}

static void test_allocations__sites_have_rounded_bytes_and_calls(void **state)
{
    say(state, "Memory allocations (profiling is currently turned on):");
    say(state, "    38.5 MiB     9830 mm/slub.c:2400 func:alloc_slab_page");
    say(state, "     120 KiB       30 net/core/skbuff.c:1 [x y] func:a");
    assert_int_equal(incident_of(state)->allocation_sites_count, 2);
    assert_amount(incident_of(state)->allocation_sites[0].bytes, 38 * 1048576 + 5 * 1048576 / 10);
    assert_amount(incident_of(state)->allocation_sites[0].calls, 9830);
    assert_text(incident_of(state)->allocation_sites[0].where,
                "mm/slub.c:2400 func:alloc_slab_page");
    assert_amount(incident_of(state)->allocation_sites[1].bytes, KIB(120));
}

static void test_slab__rows_hold_used_and_total(void **state)
{
    say(state, "Unreclaimable slab info:");
    say(state, "Name                      Used          Total");
    say(state, "signal_cache(632851:3a1669)       1040KB       1080KB");
    say(state, "bio-128                      0KB          4KB");
    assert_int_equal(incident_of(state)->slab_caches_count, 2);
    assert_text(incident_of(state)->slab_caches[0].name, "signal_cache(632851:3a1669)");
    assert_amount(incident_of(state)->slab_caches[0].used, KIB(1040));
    assert_amount(incident_of(state)->slab_caches[0].total, KIB(1080));
    assert_amount(incident_of(state)->slab_caches[1].used, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin_report, end_report)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_memcg__owner_and_victim_stand_in_one_line),
        CASE(test_memcg__owner_and_victim_stand_in_two_lines_on_2_6),
        CASE(test_memcg__a_limit_of_host_is_no_cgroups),
        CASE(test_memcg__limit_reached_names_the_owner_without_a_victim),
        CASE(test_memcg__v1_counters_are_bytes),
        CASE(test_memcg__swap_that_nobody_counts_is_unknown),
        CASE(test_memcg__v2_swap_counter_is_swap_alone),
        CASE(test_memcg__every_spelling_of_no_limit_is_no_limit),
        CASE(test_memcg__a_limit_past_64_bits_is_unknown_not_zero),
        CASE(test_memcg__a_line_cut_before_its_limit_says_nothing_about_it),
        CASE(test_memcg__a_negative_size_is_unknown),
        CASE(test_stats__v1_line_is_kb_and_sums_over_its_cgroups),
        CASE(test_stats__a_v1_line_cut_inside_a_number_leaves_it_unknown),
        CASE(test_stats__v2_lines_are_bytes_and_counts),
        CASE(test_stats__v1_totals_of_6_5_win_over_its_own_values),
        CASE(test_stats__the_same_words_outside_the_block_are_not_read),
        CASE(test_protection__is_kb),
        CASE(test_counters__are_read_in_all_their_orders),
        CASE(test_node__is_kb_with_or_without_blank_behind_the_colon),
        CASE(test_zone__reads_2_6_32_in_full),
        CASE(test_zone__reads_boost_highatomic_and_zspages_of_new_kernels),
        CASE(test_zone__kernels_without_numa_print_no_node),
        CASE(test_zone__a_node_on_a_line_of_its_own_belongs_to_the_next),
        CASE(test_zone__a_figure_cut_before_its_unit_is_unknown),
        CASE(test_reserve__belongs_to_the_zone_before_it_in_pages),
        CASE(test_buddy__first_column_is_the_page_size),
        CASE(test_buddy__keeps_blocks_and_letters_by_order),
        CASE(test_buddy__closes_a_stray_blank_inside_a_size),
        CASE(test_buddy__a_cut_line_keeps_the_orders_that_are_whole),
        CASE(test_buddy__goes_to_the_zone_of_its_node_and_name),
        CASE(test_buddy__block_sizes_past_64_bits_do_no_harm),
        CASE(test_hugepages__one_line_per_node_and_size),
        CASE(test_totals__go_by_the_words_behind_them),
        CASE(test_totals__reserved_pages_that_underflowed_are_unknown),
        CASE(test_allocations__sites_have_rounded_bytes_and_calls),
        CASE(test_slab__rows_hold_used_and_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
