#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/base/amount.h"

static void test_amount__unknown_makes_every_result_unknown(void **state)
{
    (void)state;
    struct amount seven = amount_of(7, 3);
    assert_false(amount_add(seven, UNKNOWN).known);
    assert_false(amount_add(UNKNOWN, seven).known);
    assert_false(amount_subtract(seven, UNKNOWN).known);
    assert_false(amount_subtract(UNKNOWN, seven).known);
    assert_false(amount_scale(UNKNOWN, 4096).known);
    assert_false(amount_permille(UNKNOWN, seven).known);
    assert_false(amount_permille(seven, UNKNOWN).known);
    assert_false(amount_at_least(UNKNOWN, 0).known);
}

static void test_amount__known_zero_is_not_unknown(void **state)
{
    (void)state;
    struct amount zero = amount_of(0, 9);
    assert_true(zero.known);
    assert_true(amount_add(zero, amount_of(5, 0)).known);
    assert_int_equal(amount_or(zero, 44), 0);
    assert_int_equal(amount_or(UNKNOWN, 44), 44);
    assert_int_equal(amount_either(zero, amount_of(5, 0)).value, 0);
    assert_int_equal(amount_either(UNKNOWN, amount_of(5, 0)).value, 5);
}

/* "file_dirty 0" on one line and "file_writeback 41877504" on the next: the second is the proof. */
static void test_amount__sum_keeps_the_line_of_its_larger_part(void **state)
{
    (void)state;
    assert_int_equal(amount_add(amount_of(0, 62), amount_of(41877504, 63)).line, 63);
    assert_int_equal(amount_add(amount_of(41877504, 63), amount_of(0, 62)).line, 63);
    assert_int_equal(amount_add(amount_of(1, 12), amount_of(2, 0)).line, 12);
}

static void test_amount__keeps_the_line_it_came_from(void **state)
{
    (void)state;
    assert_int_equal(amount_add(amount_of(2, 12), amount_of(2, 13)).line, 12);
    assert_int_equal(amount_add(amount_of(1, 0), amount_of(2, 13)).line, 13);
    assert_int_equal(amount_scale(amount_of(4, 12), 4096).line, 12);
}

static void test_amount__result_that_does_not_fit_is_unknown(void **state)
{
    (void)state;
    struct amount largest = amount_of(INT64_MAX, 1), least = amount_of(INT64_MIN, 1);
    assert_false(amount_add(largest, amount_of(1, 1)).known);
    assert_false(amount_subtract(least, amount_of(1, 1)).known);
    assert_false(amount_scale(largest, 2).known);
    assert_false(amount_scale(amount_of(INT64_C(18014398509481983), 1), 1024).known);
    assert_false(amount_permille(largest, largest).known);
}

static void test_amount__difference_may_be_negative(void **state)
{
    (void)state;
    assert_int_equal(amount_subtract(amount_of(4, 1), amount_of(10, 2)).value, -6);
    assert_int_equal(amount_at_least(amount_of(-6, 1), 0).value, 0);
    assert_int_equal(amount_at_least(amount_of(6, 1), 0).value, 6);
}

static void test_amount__share_needs_a_whole(void **state)
{
    (void)state;
    assert_int_equal(amount_permille(amount_of(1, 1), amount_of(8, 2)).value, 125);
    assert_int_equal(amount_permille(amount_of(2, 1), amount_of(3, 2)).value, 666);
    assert_false(amount_permille(amount_of(1, 1), amount_of(0, 2)).known);
    assert_false(amount_permille(amount_of(1, 1), amount_of(-5, 2)).known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amount__unknown_makes_every_result_unknown),
        cmocka_unit_test(test_amount__known_zero_is_not_unknown),
        cmocka_unit_test(test_amount__keeps_the_line_it_came_from),
        cmocka_unit_test(test_amount__sum_keeps_the_line_of_its_larger_part),
        cmocka_unit_test(test_amount__result_that_does_not_fit_is_unknown),
        cmocka_unit_test(test_amount__difference_may_be_negative),
        cmocka_unit_test(test_amount__share_needs_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
