#define _GNU_SOURCE /* setenv */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "analyzer/time_window.h"

/* 2026-03-28 22:14:31 UTC; `date -u -d '2026-03-28 22:14:31' +%s` */
#define NOW INT64_C(1774736071)

static int64_t seconds(const char *text)
{
    int64_t us = -1;
    struct error *error = time_point_parse(slice_from_string(text), NOW * 1000000, &us);
    assert_null(error);
    return us / 1000000;
}

static void assert_refused(const char *text)
{
    int64_t us;
    struct error *error = time_point_parse(slice_from_string(text), NOW * 1000000, &us);
    assert_non_null(error);
    assert_int_equal(error_kind(error), ERROR_USAGE);
    error_destroy(error);
}

static void test_time_point__reads_rfc_3339_with_its_zone(void **state)
{
    (void)state;
    assert_int_equal(seconds("2026-03-28T22:14:31Z"), NOW);
    assert_int_equal(seconds("2026-03-29T00:14:31+02:00"), NOW);
    assert_int_equal(seconds("2026-03-28T16:44:31-0530"), NOW);
    assert_int_equal(seconds("2026-03-28 22:14:31 UTC"), NOW);
}

static void test_time_point__keeps_fractions_of_a_second(void **state)
{
    (void)state;
    int64_t us;
    assert_null(time_point_parse(SLICE("2026-03-28T22:14:31.25Z"), 0, &us));
    assert_int_equal(us, NOW * 1000000 + 250000);
}

static void test_time_point__takes_a_time_without_zone_as_local(void **state)
{
    (void)state;
    setenv("TZ", "CET-1", 1);
    tzset();
    assert_int_equal(seconds("2026-03-28 23:14:31"), NOW);
    assert_int_equal(seconds("2026-03-28"), 1774652400); /* date -d '2026-03-28 00:00 +0100' +%s */
    assert_int_equal(seconds("23:14"), NOW - 31);
    setenv("TZ", "UTC", 1);
    tzset();
}

static void test_time_point__counts_back_from_now(void **state)
{
    (void)state;
    assert_int_equal(seconds("now"), NOW);
    assert_int_equal(seconds("2h ago"), NOW - 7200);
    assert_int_equal(seconds("1 day 2 h ago"), NOW - 93600);
    assert_int_equal(seconds("-30min"), NOW - 1800);
    assert_int_equal(seconds("today"), 1774656000); /* date -u -d 2026-03-28 +%s */
    assert_int_equal(seconds("yesterday"), 1774656000 - 86400);
    assert_int_equal(seconds("@17"), 17);
}

static void test_time_point__refuses_what_is_no_time(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "soon",
                                        "2026-02-29",
                                        "2026-13-01",
                                        "2026-03-28T25:00",
                                        "2026-03-28T22:14:31Zzz",
                                        "2026-03-28T22:14:31.Z",
                                        "5 fortnights ago",
                                        "99999999999999999999 days ago",
                                        "99999999999999 weeks ago",
                                        "@99999999999999999",
                                        "ago",
                                        "-"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_refused(wrong[i]);
}

static void test_time_window__holds_its_start_and_not_its_end(void **state)
{
    (void)state;
    struct time_window window;
    assert_null(time_window_parse("2026-03-28", "2026-03-29", 0, &window));
    struct event_time time = {.has_wall = true, .wall_us = INT64_C(1774656000) * 1000000};
    assert_int_equal(time_window_side(&window, &time), WINDOW_INSIDE);
    time.wall_us--;
    assert_int_equal(time_window_side(&window, &time), WINDOW_OUTSIDE);
    time.wall_us += INT64_C(86400) * 1000000;
    assert_int_equal(time_window_side(&window, &time), WINDOW_INSIDE);
    time.wall_us++;
    assert_int_equal(time_window_side(&window, &time), WINDOW_OUTSIDE);
}

static void test_time_window__cannot_tell_without_a_wall_clock(void **state)
{
    (void)state;
    struct time_window window, open;
    struct event_time uptime = {.has_monotonic = true, .monotonic_us = 5};
    assert_null(time_window_parse("2026-03-28", NULL, 0, &window));
    assert_null(time_window_parse(NULL, NULL, 0, &open));
    assert_int_equal(time_window_side(&window, &uptime), WINDOW_UNKNOWN);
    assert_int_equal(time_window_side(&open, &uptime), WINDOW_INSIDE);
}

static void test_time_window__names_the_option_that_is_wrong(void **state)
{
    (void)state;
    struct time_window window;
    struct error *error = time_window_parse("today", "soon", NOW * 1000000, &window);
    assert_non_null(error);
    assert_int_equal(strncmp(error_message(error), "--until: 'soon'", 15), 0);
    error_destroy(error);
    error = time_window_parse("today", "yesterday", NOW * 1000000, &window);
    assert_non_null(error);
    error_destroy(error);
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time_point__reads_rfc_3339_with_its_zone),
        cmocka_unit_test(test_time_point__keeps_fractions_of_a_second),
        cmocka_unit_test(test_time_point__takes_a_time_without_zone_as_local),
        cmocka_unit_test(test_time_point__counts_back_from_now),
        cmocka_unit_test(test_time_point__refuses_what_is_no_time),
        cmocka_unit_test(test_time_window__holds_its_start_and_not_its_end),
        cmocka_unit_test(test_time_window__cannot_tell_without_a_wall_clock),
        cmocka_unit_test(test_time_window__names_the_option_that_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
