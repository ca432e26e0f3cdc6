/* Lines out of blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"
#include "analyzer/record_lines.h"

static void assert_line(const struct record_lines *lines, struct slice line, uint64_t number,
                        const char *text, uint64_t start, uint64_t end)
{
    assert_int_equal(lines->number, number);
    assert_true(slice_equal(line, slice_from_string(text)));
    assert_int_equal(lines->start, start);
    assert_int_equal(lines->end, end);
    assert_false(lines->is_overlong);
}

static void lines_come_whole_however_the_blocks_are_cut(void **state)
{
    static const char text[] = "one\n\nthree\nfour", *const words[] = {"one", "", "three", "four"};
    static const uint64_t ends[] = {4, 5, 11, 15};
    (void)state;
    for (size_t size = 1; size < sizeof text; size++) {
        struct record_lines lines = {0};
        struct slice rest = slice_from_string(text), line;
        size_t count = 0;
        for (; rest.length; rest = slice_skip(rest, size))
            for (struct slice block = slice_take(rest, size);
                 record_lines_next(&lines, &block, &line); count++)
                assert_line(&lines, line, count + 1, words[count], count ? ends[count - 1] : 0,
                            ends[count]);
        assert_int_equal(count, 3);
        assert_true(record_lines_last(&lines, &line));
        assert_line(&lines, line, 4, words[3], ends[2], ends[3]);
        assert_false(record_lines_last(&lines, &line));
        record_lines_reset(&lines);
    }
}

/* A line of @p length bytes that no block holds whole, then "good". */
static bool is_kept(size_t length)
{
    enum { BLOCK = 1024 * 1024 };
    char *text = must_allocate(BLOCK);
    struct record_lines lines = {0};
    struct slice line, end = SLICE("\ngood\n");
    memset(text, 'x', BLOCK);
    for (size_t left = length; left; left -= left < BLOCK ? left : BLOCK) {
        struct slice block = slice_of(text, left < BLOCK ? left : BLOCK);
        assert_false(record_lines_next(&lines, &block, &line));
    }
    assert_true(record_lines_next(&lines, &end, &line));
    bool is_overlong = lines.is_overlong;
    assert_int_equal(line.length, is_overlong ? 0 : length);
    assert_true(lines.room <= 2 * (size_t)LIMIT_RECORD);
    assert_true(record_lines_next(&lines, &end, &line));
    assert_line(&lines, line, 2, "good", length + 1, length + 6);
    record_lines_reset(&lines);
    free(text);
    return !is_overlong;
}

static void of_a_line_longer_than_any_record_nothing_is_kept(void **state)
{
    (void)state;
    assert_true(is_kept(LIMIT_RECORD));
    assert_false(is_kept((size_t)LIMIT_RECORD + 1));
    assert_false(is_kept((size_t)3 * LIMIT_RECORD));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_whole_however_the_blocks_are_cut),
        cmocka_unit_test(of_a_line_longer_than_any_record_nothing_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
