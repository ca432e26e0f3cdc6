#include "tests/unit/analysis_fixture.h"

#include "analyzer/fragmentation.h"

static struct zone zone_with(const char *buddy)
{
    struct zone zone = {0};
    set_buddy(&zone, buddy);
    return zone;
}

static void claim(struct amount amount, int64_t expected)
{
    assert_true(amount.known);
    assert_int_equal(amount.value, expected);
}

/* Section 7.4 of the format reference: 1000 single pages, order 2 asked: 1000 - (1000 +
 * 250000)/1000. */
static void test_single_pages_alone_are_fragmentation(void **state)
{
    (void)state;
    struct zone zone = zone_with("1000(U) 0 0 0");
    claim(buddy_free_pages(&zone.buddy), 1000);
    claim(buddy_fragmentation_index(&zone.buddy, 2), 749);
    claim(buddy_unusable_index(&zone.buddy, 2), 1000);
    claim(buddy_suitable(&zone.buddy, 2), 0);
}

/* One page and one pair, order 3: 1000 - (1000 + 3 * 1000 / 8) / 2 = 1000 - 1375 / 2 = 1000 - 687.
 */
static void test_division_floors_as_in_the_kernel(void **state)
{
    (void)state;
    struct zone zone = zone_with("1(U) 1(U) 0 0");
    claim(buddy_fragmentation_index(&zone.buddy, 3), 313);
}

/* 10 + 2*2 + 3*4 + 1*8 = 34 pages; order 2 finds 3 + 2 blocks, 20 pages; 14000/34 = 411. */
static void test_larger_blocks_count_split(void **state)
{
    (void)state;
    struct zone zone = zone_with("10(U) 2(M) 3(ME) 1(M)");
    claim(buddy_free_pages(&zone.buddy), 34);
    claim(buddy_suitable(&zone.buddy, 2), 5);
    claim(buddy_unusable_index(&zone.buddy, 2), 411);
    claim(buddy_fragmentation_index(&zone.buddy, 2), -1000);
    claim(buddy_largest_order(&zone.buddy, false), 3);
}

static void test_an_empty_zone_lacks_memory_and_is_not_fragmented(void **state)
{
    (void)state;
    struct zone zone = zone_with("0 0 0 0");
    claim(buddy_fragmentation_index(&zone.buddy, 2), 0);
    claim(buddy_unusable_index(&zone.buddy, 2), 1000);
    assert_false(buddy_largest_order(&zone.buddy, false).known);
}

static void test_letters_decide_who_may_take_a_block(void **state)
{
    (void)state;
    struct zone zone = zone_with("5(U) 4(M) 3(H) 2(C) 1(I)");
    claim(buddy_largest_order(&zone.buddy, false), 1);
    claim(buddy_largest_order(&zone.buddy, true), 3);
    claim(buddy_suitable_for(&zone.buddy, 2, false), 0);
    claim(buddy_suitable_for(&zone.buddy, 2, true), 4);
    claim(buddy_suitable(&zone.buddy, 2), 11); /* the index of the kernel asks for no letters */
}

static void test_blocks_without_letters_serve_everybody(void **state)
{
    (void)state;
    struct zone zone = zone_with("5 4 3");
    claim(buddy_largest_order(&zone.buddy, false), 2);
    claim(buddy_suitable_for(&zone.buddy, 1, false), 10);
}

static void test_no_line_is_not_an_empty_line(void **state)
{
    (void)state;
    struct buddy none = {0};
    assert_false(buddy_free_pages(&none).known);
    assert_false(buddy_suitable(&none, 0).known);
    assert_false(buddy_suitable_for(&none, 0, true).known);
    assert_false(buddy_unusable_index(&none, 0).known);
    assert_false(buddy_fragmentation_index(&none, 0).known);
}

static void test_a_count_that_was_torn_off_makes_the_sums_unknown(void **state)
{
    (void)state;
    struct zone zone = zone_with("5 4 3");
    zone.buddy.blocks[1] = UNKNOWN;
    assert_false(buddy_free_pages(&zone.buddy).known);
    assert_false(buddy_fragmentation_index(&zone.buddy, 3).known);
    claim(buddy_suitable(&zone.buddy, 2), 3);
}

static void test_counts_past_the_range_are_unknown(void **state)
{
    (void)state;
    struct zone zone = zone_with("9223372036854775807 9223372036854775807 1");
    assert_false(buddy_free_pages(&zone.buddy).known);
    assert_false(buddy_suitable(&zone.buddy, 0).known);
    assert_false(buddy_unusable_index(&zone.buddy, 1).known);
    assert_false(buddy_fragmentation_index(&zone.buddy, 3).known);
}

static void test_an_order_beyond_the_line_finds_nothing(void **state)
{
    (void)state;
    struct zone zone = zone_with("5(U) 4(U) 3(U)");
    claim(buddy_suitable(&zone.buddy, 10), 0);
    claim(buddy_unusable_index(&zone.buddy, 10), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single_pages_alone_are_fragmentation),
        cmocka_unit_test(test_division_floors_as_in_the_kernel),
        cmocka_unit_test(test_larger_blocks_count_split),
        cmocka_unit_test(test_an_empty_zone_lacks_memory_and_is_not_fragmented),
        cmocka_unit_test(test_letters_decide_who_may_take_a_block),
        cmocka_unit_test(test_blocks_without_letters_serve_everybody),
        cmocka_unit_test(test_no_line_is_not_an_empty_line),
        cmocka_unit_test(test_a_count_that_was_torn_off_makes_the_sums_unknown),
        cmocka_unit_test(test_counts_past_the_range_are_unknown),
        cmocka_unit_test(test_an_order_beyond_the_line_finds_nothing),
    };
    return cmocka_run_group_tests_name("fragmentation", tests, NULL, NULL);
}
