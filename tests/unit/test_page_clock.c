/* analyzer/page_clock.c: the clock that most logs have. */
#define _GNU_SOURCE /* setenv, timegm */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analyzer/page_clock.h"

static struct event_time printed(const char *text)
{
    return (struct event_time){.printed = slice_from_string(text)};
}

static struct page_clock clock_of(const char *const *stamps, size_t count)
{
    struct page_clock_survey survey = {0};
    for (size_t i = 0; i < count; i++) {
        struct event_time time = printed(stamps[i]);
        page_clock_look(&survey, &time);
    }
    return page_clock_choose(&survey);
}

#define CLOCK_OF(stamps) clock_of(stamps, sizeof(stamps) / sizeof *(stamps))

/* The time of @p text by @p clock, as the calendar shows it. */
static void assert_shows(const struct page_clock *clock, const char *text, const char *expected)
{
    struct event_time time = printed(text);
    struct tm parts;
    char shown[64];
    int64_t us;
    assert_true(page_clock_read(clock, &time, &us));
    assert_true(page_clock_parts(clock, us, &parts));
    strftime(shown, sizeof shown, "%b %d %H:%M:%S", &parts);
    assert_string_equal(shown, expected);
}

static int64_t read_by(const struct page_clock *clock, const char *text)
{
    struct event_time time = printed(text);
    int64_t us;
    assert_true(page_clock_read(clock, &time, &us));
    return us;
}

static void test_page_clock__is_the_wall_clock_where_most_have_it(void **state)
{
    (void)state;
    struct page_clock_survey survey = {0};
    const struct event_time wall = {.has_wall = true, .wall_us = INT64_C(1640000000000000)};
    const struct event_time stamp = printed("Mar 28 22:14:31"), none = {.has_monotonic = true};
    int64_t us;
    page_clock_look(&survey, &wall);
    page_clock_look(&survey, &stamp);
    for (int i = 0; i < 9; i++)
        page_clock_look(&survey, &none);
    struct page_clock clock = page_clock_choose(&survey);
    assert_int_equal(clock.kind, PAGE_CLOCK_WALL);
    assert_true(page_clock_read(&clock, &wall, &us));
    assert_int_equal(us, wall.wall_us);
    assert_false(page_clock_read(&clock, &stamp, &us));
}

static void test_page_clock__shows_stamps_without_a_year_as_printed(void **state)
{
    (void)state;
    static const char *const stamps[] = {"Mar  8 22:14:31", "Feb 29 00:00:01",
                                         "Mar 27 20:01:13.698166", "0327 20:01:14.900000"};
    struct page_clock clock = CLOCK_OF(stamps);
    assert_int_equal(clock.kind, PAGE_CLOCK_YEARLESS);
    assert_shows(&clock, stamps[0], "Mar 08 22:14:31");
    assert_shows(&clock, stamps[1], "Feb 29 00:00:01");
    assert_shows(&clock, stamps[2], "Mar 27 20:01:13");
    assert_shows(&clock, stamps[3], "Mar 27 20:01:14"); /* of klog */
    assert_int_equal(read_by(&clock, "Mar  1 00:00:01") - read_by(&clock, "Feb 29 00:00:01"),
                     INT64_C(86400000000));
}

static void test_page_clock__puts_december_before_january(void **state)
{
    (void)state;
    static const char *const stamps[] = {"Jan  2 01:00:00", "Dec 30 23:00:00", "Feb 29 12:00:00"};
    struct page_clock clock = CLOCK_OF(stamps);
    assert_int_equal(clock.first_month, 11);
    assert_int_equal(read_by(&clock, "Jan  1 00:00:00") - read_by(&clock, "Dec 31 00:00:00"),
                     INT64_C(86400000000));
    assert_shows(&clock, "Feb 29 12:00:00", "Feb 29 12:00:00");
    assert_shows(&clock, "Dec 30 23:00:00", "Dec 30 23:00:00");
}

static void test_page_clock__wraps_after_january_too(void **state)
{
    (void)state;
    static const char *const stamps[] = {"Feb 29 00:00:00", "Mar 10 00:00:00", "Dec 31 00:00:00",
                                         "Apr 10 00:00:00", "May 10 00:00:00", "Jun 10 00:00:00",
                                         "Jul 10 00:00:00", "Aug 10 00:00:00", "Sep 10 00:00:00",
                                         "Oct 10 00:00:00", "Nov 10 00:00:00"};
    struct page_clock clock = CLOCK_OF(stamps);
    assert_int_equal(clock.first_month, 1);
    assert_int_equal(read_by(&clock, "Jan  1 00:00:00") - read_by(&clock, "Dec 31 00:00:00"),
                     INT64_C(86400000000));
    assert_shows(&clock, "Jan  1 00:00:00", "Jan 01 00:00:00");
}

static void test_page_clock__keeps_the_year_where_most_have_one(void **state)
{
    (void)state;
    static const char *const stamps[] = {"2026-11-23 01:02:03", "Mon Mar 28 22:14:31 2022",
                                         "Mar 28 22:14:31"};
    struct page_clock clock = CLOCK_OF(stamps);
    assert_int_equal(clock.kind, PAGE_CLOCK_PRINTED);
    assert_int_equal(read_by(&clock, stamps[0]), INT64_C(1795395723000000)); /* date -u +%s */
    assert_int_equal(read_by(&clock, stamps[1]), INT64_C(1648505671000000));
    struct event_time yearless = printed(stamps[2]);
    int64_t us;
    assert_false(page_clock_read(&clock, &yearless, &us));
}

static void test_page_clock__refuses_what_is_no_stamp(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "Mar",
                                        "Mar 28",
                                        "Mar 32 01:02:03",
                                        "Mar 28 24:00:00",
                                        "Mar 28 -1:00:00",
                                        "Mxr 28 01:02:03",
                                        "Mar 99999999999999999999 01:02:03",
                                        "28 Mar 01:02:03",
                                        "Mar 28 01:02"};
    const struct page_clock clock = {.kind = PAGE_CLOCK_YEARLESS};
    int64_t us;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct event_time time = printed(texts[i]);
        assert_false(page_clock_read(&clock, &time, &us));
    }
    const struct event_time forged = {.has_wall = true, .wall_us = INT64_MIN};
    (void)page_clock_read(&clock, &forged, &us); /* whatever it says, it does not crash */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page_clock__is_the_wall_clock_where_most_have_it),
        cmocka_unit_test(test_page_clock__shows_stamps_without_a_year_as_printed),
        cmocka_unit_test(test_page_clock__puts_december_before_january),
        cmocka_unit_test(test_page_clock__wraps_after_january_too),
        cmocka_unit_test(test_page_clock__keeps_the_year_where_most_have_one),
        cmocka_unit_test(test_page_clock__refuses_what_is_no_stamp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
