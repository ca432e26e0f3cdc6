#define _GNU_SOURCE /* open_memstream, setenv */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "analyzer/coverage.h"

/* A stream whose first line has @p first and whose last has @p last. */
static struct coverage stream(struct event_time first, struct event_time last)
{
    struct log_coverage log = {.bytes = 1024,
                               .lines = 10,
                               .first = kept_time_of(&first),
                               .last = kept_time_of(&last),
                               .has_times = true};
    return coverage_of(&log);
}

static struct event_time wall(int64_t seconds)
{
    return (struct event_time){.has_wall = true, .wall_us = seconds * 1000000};
}

static struct event_time printed(const char *text)
{
    return (struct event_time){.printed = slice_from_string(text)};
}

static void assert_printed(const struct coverage *coverage, const char *expected)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    coverage_print(out, coverage);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void test_coverage__spans_all_streams_by_the_wall_clock(void **state)
{
    (void)state;
    struct coverage sum = {0}, later = stream(wall(7200), wall(10800)),
                    earlier = stream(wall(0), wall(3600));
    coverage_add(&sum, &later);
    coverage_add(&sum, &earlier);
    assert_printed(&sum, "2 KiB in 2 logs, 1970-01-01 00:00:00 UTC to 1970-01-01 03:00:00 UTC");
}

static void test_coverage__shows_the_stamps_of_a_single_log_as_printed(void **state)
{
    (void)state;
    struct coverage sum = {0},
                    only = stream(printed("Mar 28 22:14:31"), printed("Mar 28 22:20:02"));
    coverage_add(&sum, &only);
    assert_printed(&sum, "1 KiB in 1 log, Mar 28 22:14:31 to Mar 28 22:20:02");
}

static void test_coverage__claims_no_span_where_clocks_cannot_be_compared(void **state)
{
    (void)state;
    struct coverage sum = {0}, one = stream(printed("Mar 28 22:14:31"), printed("Mar 29 01:00:00")),
                    two = stream(printed("Jan  1 00:00:00"), printed("Jan  2 00:00:00"));
    coverage_add(&sum, &one);
    coverage_add(&sum, &two);
    assert_printed(&sum, "2 KiB in 2 logs");
}

static void test_coverage__tells_of_lines_that_were_cut(void **state)
{
    (void)state;
    struct coverage sum = {.bytes = 2048, .streams = 1, .cut_lines = 3};
    assert_printed(&sum, "2 KiB in 1 log, 3 overlong lines read in part");
}

static void test_coverage__escapes_a_hostile_stamp_and_outlives_it(void **state)
{
    (void)state;
    char stamp[] = "Mar \033[31m";
    struct coverage sum = {0}, only = stream(printed(stamp), printed(stamp));
    memset(stamp, 'x', sizeof stamp - 1);
    coverage_add(&sum, &only);
    assert_printed(&sum, "1 KiB in 1 log, Mar \\x1b[31m to Mar \\x1b[31m");
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coverage__spans_all_streams_by_the_wall_clock),
        cmocka_unit_test(test_coverage__shows_the_stamps_of_a_single_log_as_printed),
        cmocka_unit_test(test_coverage__claims_no_span_where_clocks_cannot_be_compared),
        cmocka_unit_test(test_coverage__tells_of_lines_that_were_cut),
        cmocka_unit_test(test_coverage__escapes_a_hostile_stamp_and_outlives_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
