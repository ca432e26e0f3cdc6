/* Marks of line counts: which bytes they are at, by hand, and that overlaps share one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analyzer/line_marks.h"

enum { LENGTH = 300 };
static char text[LENGTH]; /* a newline at every third byte */

static size_t count(uint64_t start, uint64_t end, uint64_t step, struct line_mark *all)
{
    struct line_marks marks;
    line_marks_begin(&marks, start);
    for (uint64_t at = start; at < end; at += step)
        line_marks_count(&marks, slice_of(text + at, at + step < end ? step : end - at));
    return line_marks_all(&marks, all);
}

/* Newlines stand at 2, 5, 8, ...: so many of them lie before a byte. */
static uint64_t newlines_before(uint64_t at)
{
    return at / 3;
}

static void test_marks__are_the_roundest_bytes_from_either_end(void **state)
{
    (void)state;
    static const uint64_t expected[] = {37, 38, 40, 48, 64, 96, 104, 108, 109};
    struct line_mark all[LINE_MARKS_MAX];
    assert_int_equal(count(37, 109, LENGTH, all), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(all[i].offset, expected[i]);
        assert_int_equal(all[i].lines, newlines_before(expected[i]) - newlines_before(37));
    }
}

static void test_marks__do_not_depend_on_how_the_bytes_come(void **state)
{
    (void)state;
    struct line_mark whole[LINE_MARKS_MAX], apart[LINE_MARKS_MAX];
    for (uint64_t start = 0; start < 70; start++)
        for (uint64_t step = 1; step < 40; step++) {
            size_t marks = count(start, 211, LENGTH, whole);
            assert_int_equal(count(start, 211, step, apart), marks);
            assert_memory_equal(whole, apart, marks * sizeof *whole);
        }
}

static bool do_share(uint64_t from, uint64_t to)
{
    struct line_mark left[LINE_MARKS_MAX], right[LINE_MARKS_MAX];
    size_t lefts = count(3, to, LENGTH, left), rights = count(from, LENGTH, LENGTH, right);
    for (size_t i = 0; i < lefts; i++)
        for (size_t j = 0; j < rights; j++)
            if (left[i].offset == right[j].offset)
                return left[i].lines - right[j].lines == newlines_before(from) - 1;
    return false;
}

static void test_marks__of_pieces_that_overlap_have_one_in_common(void **state)
{
    (void)state;
    for (uint64_t from = 3; from < LENGTH; from++)
        for (uint64_t to = from; to < LENGTH; to++)
            assert_true(do_share(from, to));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks__are_the_roundest_bytes_from_either_end),
        cmocka_unit_test(test_marks__do_not_depend_on_how_the_bytes_come),
        cmocka_unit_test(test_marks__of_pieces_that_overlap_have_one_in_common),
    };
    for (int i = 2; i < LENGTH; i += 3)
        text[i] = '\n';
    return cmocka_run_group_tests(tests, NULL, NULL);
}
