#include "tests/unit/analysis_fixture.h"

#include "analyzer/node_list.h"
#include "analyzer/watermark.h"

static void claim_margin(const struct incident *incident, size_t zone, int64_t kib)
{
    struct amount margin = incident->zone_checks[zone].margin;
    assert_true(margin.known);
    assert_int_equal(margin.value, kib * KIB);
}

static struct incident *global_incident(const char *kernel, const char *gfp, int64_t order)
{
    struct incident *incident = create_incident(kernel);
    set_request(incident, gfp, order);
    add_victim(incident, 100, "eater", "Out of memory");
    return incident;
}

/* ---- the four examples worked by hand in section 7.1 of the format reference, in kB */

static void test_reference_a_no_zone_passes_even_min(void **state)
{
    (void)state;
    struct incident *incident = global_incident("5.10.0", "GFP_HIGHUSER_MOVABLE|__GFP_ZERO", 0);
    set_reserve(add_zone(incident, 0, "DMA", 916, 132, 196, 15908), "0 199 199 199 199");
    set_reserve(add_zone(incident, 0, "DMA32", 1628, 1736, 2600, 213568), "0 0 0 0 0");
    incident_analyze(incident);
    claim_margin(incident, 0, -76);
    claim_margin(incident, 1, -972);
    claim_number(incident, "host.zones.eligible.count", 2);
    claim_number(incident, "host.zones.failing.count", 2);
    claim_number(incident, "host.free.eligible", (916 + 1628) * KIB);
    claim_text(incident, "host.refusing", "zone");
    claim_text(incident, "host.zone.worst.name", "DMA32");
    claim_number(incident, "host.zone.worst.margin", -972 * KIB);
    incident_destroy(incident);
}

static void test_reference_b_the_reserve_decides(void **state)
{
    (void)state;
    struct incident *incident = global_incident("6.12.0", "GFP_HIGHUSER_MOVABLE|__GFP_ZERO", 0);
    set_reserve(add_zone(incident, 0, "DMA", 768, 132, 196, 15360), "0 45 183 185 185");
    set_reserve(add_zone(incident, 0, "DMA32", 896, 416, 624, 102400), "0 0 138 138 138");
    set_reserve(add_zone(incident, 0, "Normal", 504, 1252, 1876, 120000), "0 0 0 0 0");
    incident_analyze(incident);
    claim_margin(incident, 0, -168);
    claim_margin(incident, 1, -280);
    claim_margin(incident, 2, -1372);
    claim_number(incident, "host.zone.worst.reserve", 138 * 4 * KIB);
    assert_true(incident->zone_checks[1].usable.value > incident->zone_checks[1].mark.value);
    claim_text(incident, "host.refusing", "zone");
    incident_destroy(incident);
}

static void test_reference_c_a_kernel_page_of_order_2_lacks_memory_not_blocks(void **state)
{
    (void)state;
    struct incident *incident = global_incident("6.1.0", "GFP_KERNEL|__GFP_COMP", 2);
    struct zone *dma = add_zone(incident, 0, "DMA", 884, 132, 196, 15360);
    set_reserve(dma, "0 192 192 200 200");
    set_buddy(dma, "1(U) 0 1(U) 1(U)");
    struct zone *dma32 = add_zone(incident, 0, "DMA32", 2084, 3752, 4600, 207264);
    set_kib(&dma32->figure[ZONE_BOOST], 2048);
    set_reserve(dma32, "0 0 0 8 8");
    set_buddy(dma32, "101(UM) 40(U) 10(M) 5(U)");
    incident_analyze(incident);
    claim_margin(incident, 0, -80);
    claim_margin(incident, 1, -2516);
    claim_number(incident, "host.zone.worst.boost", 2048 * KIB);
    claim_number(incident, "host.is_order_failure", 0);
    claim_text(incident, "host.refusing", "zone");
    incident_destroy(incident);
}

static void test_reference_d_memory_is_there_and_the_block_is_not(void **state)
{
    (void)state;
    struct incident *incident = global_incident("6.12.0", "GFP_KERNEL|__GFP_COMP", 10);
    struct zone *zone = add_zone(incident, 0, "DMA32", 86636, 1684, 2528, 207264);
    set_reserve(zone, "0 0 0 0 0");
    set_buddy(zone, "9(U) 7(UM) 3(UME) 5(M) 4(M) 3(U) 1(M) 2(M) 1(M) 41(M) 0");
    incident_analyze(incident);
    claim_margin(incident, 0, 84108);
    claim_number(incident, "host.zones.passing.count", 1);
    claim_number(incident, "host.zones.suitable.count", 0);
    claim_number(incident, "host.order.largest", 9);
    claim_number(incident, "host.suitable_blocks", 0);
    claim_number(incident, "host.is_order_failure", 1);
    claim_text(incident, "host.refusing", "order");
    incident_destroy(incident);
}

/* DMA is short by 780 kB: its blocks of 4 MiB are not to be had. */
/* ---- posted reports, by hand in kB: free - high - reserve * 4 */

/* RHEL 7 with two nodes: 15872-60-15835*4, 59728-11748-13055*4, 36692-55176, 49436-68164. */
static void test_posted_two_nodes_fall_short_each(void **state)
{
    (void)state;
    struct incident *incident =
        global_incident("3.10.0-514.6.1.el7.x86_64", "GFP_HIGHUSER_MOVABLE|__GFP_COLD", 0);
    set_reserve(add_zone(incident, 0, "DMA", 15872, 40, 60, 15908), "0 2780 15835 15835");
    set_reserve(add_zone(incident, 0, "DMA32", 59728, 7832, 11748, 2848912), "0 0 13055 13055");
    set_reserve(add_zone(incident, 0, "Normal", 36692, 36784, 55176, 13368348), "0 0 0 0");
    set_reserve(add_zone(incident, 1, "Normal", 49436, 45444, 68164, 16514220), "0 0 0 0");
    incident_analyze(incident);
    claim_margin(incident, 0, -47528);
    claim_margin(incident, 1, -4240);
    claim_margin(incident, 2, -18484);
    claim_margin(incident, 3, -18728);
    claim_number(incident, "host.zones.failing.count", 4);
    claim_text(incident, "host.zone.worst.name", "Node 0 DMA32");
    claim_text(incident, "host.refusing", "zone");
    incident_destroy(incident);
}

/* RHEL 8: 14336-264-5626*4, 43760-47716-2970*4, 37372-53380; a kernel's page would have met the
 * same reserves, a DMA32 request only 2655 of DMA's: 14336-264-2655*4 = 3452 to spare. */
static void test_posted_reserves_depend_on_the_highest_zone_asked(void **state)
{
    (void)state;
    static const struct {
        const char *gfp;
        int64_t dma, dma32;
    } requests[] = {{"GFP_HIGHUSER_MOVABLE", -8432, -15836},
                    {"GFP_KERNEL", -8432, -15836},
                    {"GFP_KERNEL|GFP_DMA32", 3452, -3956}};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct incident *incident =
            global_incident("4.18.0-553.8.1.el8_10.x86_64", requests[i].gfp, 0);
        set_reserve(add_zone(incident, 0, "DMA", 14336, 176, 264, 15360), "0 2655 5626 5626 5626");
        set_reserve(add_zone(incident, 0, "DMA32", 43760, 31812, 47716, 2756784),
                    "0 0 2970 2970 2970");
        set_reserve(add_zone(incident, 0, "Normal", 37372, 35588, 53380, 3042240), "0 0 0 0 0");
        incident_analyze(incident);
        claim_margin(incident, 0, requests[i].dma);
        claim_margin(incident, 1, requests[i].dma32);
        claim_number(incident, "host.zones.eligible.count", i < 2 ? 3 : 2);
        incident_destroy(incident);
    }
}

static void test_a_block_in_a_zone_below_its_watermark_is_none(void **state)
{
    (void)state;
    struct incident *incident = global_incident("6.12.0", "GFP_KERNEL|__GFP_COMP", 1);
    struct zone *dma = add_zone(incident, 0, "DMA", 15780, 136, 200, 15360);
    set_reserve(dma, "0 4090 4090 4090 4090");
    set_buddy(dma, "1(U) 0 0 1(U) 2(U) 0 1(U) 0 0 1(M) 3(M)");
    struct zone *dma32 = add_zone(incident, 0, "DMA32", 59648, 3776, 4640, 207264);
    set_reserve(dma32, "0 0 0 0 0");
    set_buddy(dma32, "14912(U) 0 0 0 0 0 0 0 0 0 0");
    incident_analyze(incident);
    claim_margin(incident, 0, 15780 - 200 - 4090 * 4);
    claim_number(incident, "host.order.largest", 0);
    incident_destroy(incident);
}

/* ---- which zones count */

/* A Raspberry Pi: zones DMA, HighMem and Movable hold memory, Normal none, and 6.1 prints no zone
 * above the request. GFP_KERNEL asks up to Normal, the second of four: nothing is kept from it. */
static void test_highmem_counts_where_its_zone_is_not_printed(void **state)
{
    (void)state;
    struct incident *incident = global_incident("6.1.21-v7l+", "GFP_KERNEL|__GFP_COMP", 0);
    incident->arch = SLICE("arm");
    set_kib(&incident->host_memory.highmem, 816128 * 4);
    set_kib(&incident->host_memory.figure[MEM_FREE], 920000 * 4);
    struct zone *dma = add_zone(incident, 0, "DMA", 519112, 10428, 12028, 663836);
    set_reserve(dma, "0 0 3188 3188");
    set_kib(&dma->figure[ZONE_FREE_CMA], 513592);
    incident_analyze(incident);
    claim_number(incident, "host.has_highmem", 1);
    assert_int_equal(watermark_reserve_index(incident), 1);
    claim_margin(incident, 0, 519112 - 513592 - 12028);
    incident_destroy(incident);
}

/* The same on a machine of 64 bits: "HighMem/MovableOnly" is zone Movable there. */
static void test_movable_memory_is_no_highmem(void **state)
{
    (void)state;
    struct incident *incident = global_incident("6.1.0-13-amd64", "GFP_KERNEL", 0);
    incident->arch = SLICE("x86_64");
    set_kib(&incident->host_memory.highmem, 816128 * 4);
    set_reserve(add_zone(incident, 0, "DMA", 900, 100, 150, 15908), "0 700 2000 5188");
    incident_analyze(incident);
    claim_number(incident, "host.has_highmem", 0);
    claim_margin(incident, 0, 900 - 150 - 2000 * 4);
    incident_destroy(incident);
}

static void test_free_memory_of_nodes_left_out_shows_in_the_counter_alone(void **state)
{
    (void)state;
    struct incident *incident = global_incident("5.13.0", "GFP_KERNEL", 0);
    add_zone(incident, 4, "Movable", 130021408, 9140, 269180, 130023424);
    claim_unknown(incident, "host.free.unlisted");
    set_kib(&incident->host_memory.figure[MEM_FREE], 639397936);
    claim_number(incident, "host.free.unlisted", (639397936 - INT64_C(130021408)) * KIB);
    set_kib(&incident->host_memory.figure[MEM_FREE], 130021000); /* read a moment later */
    claim_number(incident, "host.free.unlisted", 0);
    incident_destroy(incident);
}

static void test_lowmem_is_exhausted_while_highmem_is_free(void **state)
{
    (void)state;
    struct incident *incident = global_incident("4.19.0", "GFP_KERNEL", 0);
    set_reserve(add_zone(incident, 0, "DMA", 3000, 64, 96, 15900), "0 727 4000 4000");
    set_reserve(add_zone(incident, 0, "Normal", 3500, 3400, 5100, 745000), "0 0 26000 26000");
    set_reserve(add_zone(incident, 0, "HighMem", 3300000, 512, 6000, 3400000), "0 0 0 0");
    incident_analyze(incident);
    assert_int_equal(watermark_reserve_index(incident), 1);
    claim_number(incident, "host.has_highmem", 1);
    claim_number(incident, "host.zones.count", 3);
    claim_number(incident, "host.zones.eligible.count", 2);
    claim_margin(incident, 0, 3000 - 96 - 727 * 4);
    claim_margin(incident, 1, -1600);
    claim_number(incident, "host.free.above", 3300000 * KIB);
    claim_text(incident, "host.zone.worst.name", "Normal");
    claim_number(incident, "host.zones.failing.count", 2);
    incident_destroy(incident);
}

static void test_movable_needs_highmem_too_to_reach_zone_movable(void **state)
{
    (void)state;
    struct incident *incident = global_incident("6.1.0", "GFP_KERNEL|__GFP_MOVABLE", 0);
    set_reserve(add_zone(incident, 0, "Normal", 100, 100, 150, 4000), "0 0 0 500 500");
    add_zone(incident, 0, "Movable", 9000, 100, 150, 16000);
    incident_analyze(incident);
    claim_number(incident, "host.zones.eligible.count", 1);
    claim_number(incident, "host.free.above", 9000 * KIB);
    incident_destroy(incident);
}

static void test_a_node_outside_the_cpuset_does_not_count(void **state)
{
    (void)state;
    struct incident *incident = global_incident("4.4.0", "GFP_KERNEL", 0);
    incident->trigger.mems_allowed = SLICE("1,3-4");
    set_reserve(add_zone(incident, 0, "Normal", 900000, 100, 150, 1000000), "0 0 0 0");
    set_reserve(add_zone(incident, 1, "Normal", 120, 100, 150, 1000000), "0 0 0 0");
    incident_analyze(incident);
    claim_number(incident, "host.zones.eligible.count", 1);
    claim_number(incident, "host.free.masked", 900000 * KIB);
    claim_text(incident, "host.zone.worst.name", "Node 1 Normal");
    claim_text(incident, "evidence.scope", "cpuset");
    incident_destroy(incident);
}

static void test_lists_of_nodes_are_read_as_the_kernel_writes_them(void **state)
{
    (void)state;
    assert_true(node_list_has(SLICE("0-3,5"), 2));
    assert_true(node_list_has(SLICE("0-3,5"), 5));
    assert_false(node_list_has(SLICE("0-3,5"), 4));
    assert_true(node_list_has(SLICE("0"), -1)); /* a line without "Node N" */
    assert_false(node_list_has(SLICE("(null)"), 0));
    assert_false(node_list_has(SLICE("0-"), 0));
}

/* ---- what may be taken */

static void test_cma_is_free_for_movable_requests_only(void **state)
{
    (void)state;
    static const char *const requests[] = {"GFP_KERNEL", "GFP_HIGHUSER_MOVABLE"};
    static const int64_t usable[] = {4000, 300000};
    for (int i = 0; i < 2; i++) {
        struct incident *incident = global_incident("6.1.35", requests[i], 0);
        struct zone *zone = add_zone(incident, 0, "DMA", 300000, 1000, 5000, 700000);
        set_kib(&zone->figure[ZONE_FREE_CMA], 296000);
        set_reserve(zone, "0 0 0 0");
        incident_analyze(incident);
        claim_number(incident, "host.zone.worst.usable", usable[i] * KIB);
        claim_number(incident, "host.free.unusable", (300000 - usable[i]) * KIB);
        incident_destroy(incident);
    }
}

static void test_highatomic_memory_is_kept_from_ordinary_requests(void **state)
{
    (void)state;
    struct incident *incident = global_incident("6.12.0", "GFP_KERNEL", 0);
    struct zone *zone = add_zone(incident, 0, "Normal", 9000, 1000, 5000, 700000);
    set_kib(&zone->figure[ZONE_RESERVED_HIGHATOMIC], 4096);
    set_reserve(zone, "0 0 0 0 0");
    incident_analyze(incident);
    claim_number(incident, "host.zone.worst.usable", (9000 - 4096) * KIB);
    set_kib(&zone->figure[ZONE_FREE_HIGHATOMIC], 1000); /* 6.16: what of it is free */
    incident_analyze(incident);
    claim_number(incident, "host.zone.worst.usable", 8000 * KIB);
    incident_destroy(incident);
}

/* min 1000 kB: half for __GFP_HIGH, a quarter of the rest for who cannot wait: 375 kB. */
static void test_an_atomic_failure_is_judged_by_min_with_its_discounts(void **state)
{
    (void)state;
    struct incident *incident = create_incident("5.10.0");
    incident->kind = KIND_ALLOC_FAILURE;
    set_request(incident, "GFP_ATOMIC", 0);
    set_reserve(add_zone(incident, 0, "Normal", 400, 1000, 2000, 700000), "0 0 0 0 0");
    incident_analyze(incident);
    claim_number(incident, "host.zone.worst.mark", 375 * KIB);
    claim_margin(incident, 0, 25);
    incident_destroy(incident);
}

static void test_standing_exactly_at_the_mark_is_refused(void **state)
{
    (void)state;
    struct incident *incident = global_incident("5.10.0", "GFP_KERNEL", 0);
    set_reserve(add_zone(incident, 0, "Normal", 2000, 1000, 2000, 700000), "0 0 0 0 0");
    incident_analyze(incident);
    claim_number(incident, "host.zones.failing.count", 1);
    incident_destroy(incident);
}

/* ---- blocks by era */

/* In pages: 900 + 40*2 + 5*4 = 1000 free, high 100. 3.10 asks: 997 > 100; without single pages 97 >
 * 50; without pairs 17 > 25: no. Later kernels see five blocks. */
static void test_up_to_4_3_a_block_is_not_enough(void **state)
{
    (void)state;
    static const char *const kernels[] = {"3.10.0-1160.el7.x86_64", "5.10.0"};
    static const int64_t is_order[] = {1, 0};
    for (int i = 0; i < 2; i++) {
        struct incident *incident = global_incident(kernels[i], "GFP_KERNEL", 2);
        struct zone *zone = add_zone(incident, 0, "Normal", 4000, 200, 400, 700000);
        set_reserve(zone, "0 0 0 0");
        set_buddy(zone, "900(UEM) 40(UM) 5(M) 0 0");
        incident_analyze(incident);
        claim_number(incident, "host.suitable_blocks", 5);
        claim_number(incident, "host.is_order_failure", is_order[i]);
        incident_destroy(incident);
    }
}

static void test_a_block_only_of_highatomic_is_none(void **state)
{
    (void)state;
    struct incident *incident = global_incident("5.10.0", "GFP_KERNEL", 3);
    struct zone *zone = add_zone(incident, 0, "Normal", 90000, 200, 400, 700000);
    set_reserve(zone, "0 0 0 0");
    set_buddy(zone, "20000(UEM) 1000(UM) 0 250(H)");
    incident_analyze(incident);
    claim_text(incident, "host.refusing", "order");
    incident_destroy(incident);
}

static void test_blocks_that_came_back_tell_by_how_much_memory_there_is(void **state)
{
    (void)state;
    static const int64_t free_kib[] = {5000, 60000};
    static const char *const limits[] = {"zone", "order"};
    for (int i = 0; i < 2; i++) {
        struct incident *incident = global_incident("7.2.13", "GFP_KERNEL", 2);
        struct zone *zone = add_zone(incident, 0, "DMA32", free_kib[i], 1600, 4000, 198000);
        set_reserve(zone, "0 0 0 0 0");
        set_buddy(zone, "1000(UM) 30(M) 20(M)");
        incident_analyze(incident);
        claim_text(incident, "host.refusing", limits[i]);
        incident_destroy(incident);
    }
}

/* ---- what is not known */

static void test_a_torn_line_makes_no_claim(void **state)
{
    (void)state;
    struct incident *incident = global_incident("5.10.0", "GFP_KERNEL", 0);
    set_reserve(add_zone(incident, 0, "DMA", 900, 100, 150, 15908), "0 0 0 0");
    struct zone *torn = add_zone(incident, 0, "Normal", 5000, 1000, 2000, 700000);
    torn->figure[ZONE_HIGH] = UNKNOWN;
    incident_analyze(incident);
    assert_false(incident->zone_checks[1].margin.known);
    claim_unknown(incident, "host.zones.failing.count");
    claim_number(incident, "host.zones.eligible.count", 2);
    incident_destroy(incident);
}

static void test_reserves_that_do_not_fit_the_zones_are_not_used(void **state)
{
    (void)state;
    struct incident *incident = global_incident("5.10.0", "GFP_KERNEL", 0);
    set_reserve(add_zone(incident, 0, "DMA", 900, 100, 150, 15908), "0 199");
    add_zone(incident, 0, "DMA32", 900, 100, 150, 15908);
    add_zone(incident, 0, "Normal", 900, 100, 150, 15908);
    incident_analyze(incident);
    assert_int_equal(watermark_reserve_index(incident), -1);
    claim_unknown(incident, "host.zone.worst.margin");
    incident_destroy(incident);
}

static void test_a_report_without_zones_counts_none(void **state)
{
    (void)state;
    struct incident *incident = global_incident("5.10.0", "GFP_KERNEL", 2);
    incident_analyze(incident);
    claim_unknown(incident, "host.zones.count");
    claim_unknown(incident, "host.zones.failing.count");
    claim_unknown(incident, "host.free.eligible");
    claim_unknown(incident, "host.is_order_failure");
    claim_unknown(incident, "host.refusing");
    claim_unknown(incident, "host.zone.worst.name");
    incident_destroy(incident);
}

static void test_empty_zones_are_left_out(void **state)
{
    (void)state;
    struct incident *incident = global_incident("5.10.0", "GFP_HIGHUSER_MOVABLE", 0);
    set_reserve(add_zone(incident, 0, "Normal", 900, 1000, 1500, 15908), "0 0 0 0");
    add_zone(incident, 0, "Movable", 0, 0, 0, 0);
    incident_analyze(incident);
    claim_number(incident, "host.zones.count", 1);
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_a_no_zone_passes_even_min),
        cmocka_unit_test(test_reference_b_the_reserve_decides),
        cmocka_unit_test(test_reference_c_a_kernel_page_of_order_2_lacks_memory_not_blocks),
        cmocka_unit_test(test_reference_d_memory_is_there_and_the_block_is_not),
        cmocka_unit_test(test_posted_two_nodes_fall_short_each),
        cmocka_unit_test(test_posted_reserves_depend_on_the_highest_zone_asked),
        cmocka_unit_test(test_a_block_in_a_zone_below_its_watermark_is_none),
        cmocka_unit_test(test_free_memory_of_nodes_left_out_shows_in_the_counter_alone),
        cmocka_unit_test(test_highmem_counts_where_its_zone_is_not_printed),
        cmocka_unit_test(test_movable_memory_is_no_highmem),
        cmocka_unit_test(test_lowmem_is_exhausted_while_highmem_is_free),
        cmocka_unit_test(test_movable_needs_highmem_too_to_reach_zone_movable),
        cmocka_unit_test(test_a_node_outside_the_cpuset_does_not_count),
        cmocka_unit_test(test_lists_of_nodes_are_read_as_the_kernel_writes_them),
        cmocka_unit_test(test_cma_is_free_for_movable_requests_only),
        cmocka_unit_test(test_highatomic_memory_is_kept_from_ordinary_requests),
        cmocka_unit_test(test_an_atomic_failure_is_judged_by_min_with_its_discounts),
        cmocka_unit_test(test_standing_exactly_at_the_mark_is_refused),
        cmocka_unit_test(test_up_to_4_3_a_block_is_not_enough),
        cmocka_unit_test(test_a_block_only_of_highatomic_is_none),
        cmocka_unit_test(test_blocks_that_came_back_tell_by_how_much_memory_there_is),
        cmocka_unit_test(test_a_torn_line_makes_no_claim),
        cmocka_unit_test(test_reserves_that_do_not_fit_the_zones_are_not_used),
        cmocka_unit_test(test_a_report_without_zones_counts_none),
        cmocka_unit_test(test_empty_zones_are_left_out),
    };
    return cmocka_run_group_tests_name("watermark", tests, NULL, NULL);
}
