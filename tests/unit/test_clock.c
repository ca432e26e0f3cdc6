/* Dates against what `date -u -d "..." +%s` says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsers/log/clock.h"

static void test_clock__dates_with_zone_are_read_to_the_microsecond(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } dates[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2000-02-29T23:59:59Z", INT64_C(951868799000000)},
        {"2026-11-23T01:02:03.123456789Z", INT64_C(1795395723123456)},
        {"2026-11-23T01:02:03,5+01:00", INT64_C(1795392123500000)},
        {"2026-11-22 19:32:03 -0530", INT64_C(1795395723000000)},
        {"2026-11-23T01:02:03+00", INT64_C(1795395723000000)},
        {"2026-11-23 01:02:03 UTC", INT64_C(1795395723000000)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000000)}, /* a leap second */
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct clock_reading reading;
        assert_true(clock_read(slice_from_string(dates[i].text), &reading));
        assert_true(reading.has_zone);
        assert_int_equal(reading.us, dates[i].us);
    }
}

static void test_clock__a_zone_that_is_missing_or_named_is_not_guessed(void **state)
{
    (void)state;
    struct clock_reading reading;
    assert_true(clock_read(SLICE("2026-11-23T01:02:03"), &reading));
    assert_false(reading.has_zone);
    assert_true(clock_read(SLICE("2026-11-23 01:02:03 CST"), &reading));
    assert_false(reading.has_zone);
    assert_true(clock_read(SLICE("2026-11-23T01:02:03+1:00"), &reading));
    assert_false(reading.has_zone);
}

static void test_clock__what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "2026-11-23",
        "2026-11-23T01:02",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-11-32T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T01:60:00Z",
        "2026/11/23T01:02:03Z",
        "2026-11-2aT01:02:03Z",
        "-026-11-23T01:02:03Z",
    };
    struct clock_reading reading = {.us = 7};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(clock_read(slice_from_string(texts[i]), &reading));
    assert_int_equal(reading.us, 7);
}

static void test_clock__uptime_has_a_point_and_six_digits(void **state)
{
    (void)state;
    int64_t us = 7;
    assert_false(clock_read_uptime(SLICE("12.34567"), &us));
    assert_false(clock_read_uptime(SLICE("12.3456789"), &us));
    assert_false(clock_read_uptime(SLICE("12345"), &us));
    assert_false(clock_read_uptime(SLICE(".345678"), &us));
    assert_false(clock_read_uptime(SLICE("-2.345678"), &us));
    assert_false(clock_read_uptime(SLICE("1234567890123.345678"), &us));
    assert_int_equal(us, 7);
    assert_true(clock_read_uptime(SLICE("20219668.716979"), &us));
    assert_int_equal(us, INT64_C(20219668716979));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock__dates_with_zone_are_read_to_the_microsecond),
        cmocka_unit_test(test_clock__a_zone_that_is_missing_or_named_is_not_guessed),
        cmocka_unit_test(test_clock__what_is_no_date_is_refused),
        cmocka_unit_test(test_clock__uptime_has_a_point_and_six_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
