#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "parsers/kernel/protection.h"

/* Expected values are worked out by hand after mm/page_counter.c effective_protection(). */

static void test_what_is_used_of_a_setting_is_protected(void **state)
{
    (void)state;
    struct protection_share share = {
        .setting = 100, .usage = 40, .parent_effective = 200, .parent_usage = 150, .siblings = 140};
    assert_int_equal(protection_effective(&share), 40);
    share.usage = 120;
    assert_int_equal(protection_effective(&share), 100);
}

static void test_children_that_claim_more_than_the_parent_has_share_it(void **state)
{
    (void)state;
    /* two children use 60 and 140 of what they ask for; the parent has 100: 60 * 100 / 200 */
    struct protection_share share = {
        .setting = 80, .usage = 60, .parent_effective = 100, .parent_usage = 200, .siblings = 200};
    assert_int_equal(protection_effective(&share), 30);
}

static void test_the_unclaimed_rest_goes_to_all_by_use_when_recursive(void **state)
{
    (void)state;
    /* 100 protected above, 20 claimed: 80 left for 180 unprotected pages, 60 of them here */
    struct protection_share share = {
        .setting = 0, .usage = 60, .parent_effective = 100, .parent_usage = 200, .siblings = 20};
    assert_int_equal(protection_effective(&share), 0);
    share.is_recursive = true;
    assert_int_equal(protection_effective(&share), 26); /* 80 * 60 / 180 */
}

static void test_before_5_7_the_parents_share_is_parted_by_claims(void **state)
{
    (void)state;
    /* min(80, 100), then at most 100 * 60 / 240 */
    struct protection_share share = {.setting = 80,
                                     .usage = 60,
                                     .parent_effective = 100,
                                     .parent_usage = 200,
                                     .siblings = 240,
                                     .is_old = true};
    assert_int_equal(protection_effective(&share), 25);
    share.siblings = 60; /* 100 * 60 / 60 is more than what is set */
    assert_int_equal(protection_effective(&share), 80);
}

static void test_a_limit_of_max_does_not_overflow(void **state)
{
    (void)state;
    int64_t max = INT64_MAX / 4096; /* PAGE_COUNTER_MAX */
    struct protection_share share = {.setting = max,
                                     .usage = max,
                                     .parent_effective = max / 2,
                                     .parent_usage = max,
                                     .siblings = max};
    int64_t found = protection_effective(&share);
    assert_true(found > max / 2 - max / 1000 && found < max / 2 + max / 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_used_of_a_setting_is_protected),
        cmocka_unit_test(test_children_that_claim_more_than_the_parent_has_share_it),
        cmocka_unit_test(test_the_unclaimed_rest_goes_to_all_by_use_when_recursive),
        cmocka_unit_test(test_before_5_7_the_parents_share_is_parted_by_claims),
        cmocka_unit_test(test_a_limit_of_max_does_not_overflow),
    };
    return cmocka_run_group_tests_name("dump_protection", tests, NULL, NULL);
}
