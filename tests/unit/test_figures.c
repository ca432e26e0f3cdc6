#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/figures.h"

static void test_figures__every_name_is_found_from_every_hint(void **state)
{
    (void)state;
    for (int i = 0; i < STAT_COUNT; i++)
        for (int hint = 0; hint <= STAT_COUNT; hint += STAT_COUNT / 4)
            assert_int_equal(
                figure_find(memcg_stats, STAT_COUNT, slice_from_string(memcg_stats[i].name), hint),
                i);
}

static void test_figures__no_name_stands_twice_in_one_list(void **state)
{
    (void)state;
    for (int i = 0; i < ZONE_COUNT; i++)
        assert_int_equal(
            figure_find(zone_figures, ZONE_COUNT, slice_from_string(zone_figures[i].name), 0), i);
    for (int i = 0; i < NODE_COUNT; i++)
        assert_int_equal(
            figure_find(node_figures, NODE_COUNT, slice_from_string(node_figures[i].name), 0), i);
    for (int i = 0; i < MEM_COUNT; i++)
        assert_int_equal(
            figure_find(mem_figures, MEM_COUNT, slice_from_string(mem_figures[i].name), 0), i);
}

static void test_figures__v1_spellings_mean_the_v2_figures(void **state)
{
    (void)state;
    assert_int_equal(figure_find(memcg_stats, STAT_COUNT, SLICE("rss"), 0), STAT_ANON);
    assert_int_equal(figure_find(memcg_stats, STAT_COUNT, SLICE("cache"), 0), STAT_FILE);
    assert_int_equal(figure_find(memcg_stats, STAT_COUNT, SLICE("mapped_file"), 0),
                     STAT_FILE_MAPPED);
    assert_int_equal(figure_find(memcg_stats, STAT_COUNT, SLICE("workingset_refault"), 0),
                     STAT_WORKINGSET_REFAULT_FILE);
}

static void test_figures__part_of_a_name_is_no_name(void **state)
{
    (void)state;
    assert_int_equal(figure_find(memcg_stats, STAT_COUNT, SLICE("anon_"), 0), -1);
    assert_int_equal(figure_find(memcg_stats, STAT_COUNT, SLICE("ano"), 0), -1);
    assert_int_equal(figure_find(memcg_stats, STAT_COUNT, SLICE("anon\0, and more"), 0), -1);
    assert_int_equal(figure_find(memcg_stats, STAT_COUNT, SLICE("anon\0"), 0), -1);
    assert_int_equal(figure_find(memcg_stats, STAT_COUNT, SLICE(""), 0), -1);
}

static void test_figures__units_are_those_of_the_line(void **state)
{
    (void)state;
    assert_int_equal(memcg_stats[STAT_PGFAULT].unit, UNIT_COUNT);
    assert_int_equal(memcg_stats[STAT_SHMEM].unit, UNIT_BYTES);
    assert_int_equal(mem_figures[MEM_FREE].unit, UNIT_PAGES);
    assert_int_equal(zone_figures[ZONE_FREE].unit, UNIT_KIB);
    assert_int_equal(zone_figures[ZONE_PAGES_SCANNED].unit, UNIT_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures__every_name_is_found_from_every_hint),
        cmocka_unit_test(test_figures__no_name_stands_twice_in_one_list),
        cmocka_unit_test(test_figures__v1_spellings_mean_the_v2_figures),
        cmocka_unit_test(test_figures__part_of_a_name_is_no_name),
        cmocka_unit_test(test_figures__units_are_those_of_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
