/* analyzer/page_timeline.c: incidents over time. */
#define _GNU_SOURCE /* setenv */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "analyzer/page_timeline.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define MONDAY (INT64_C(1793577600) * SECOND) /* 2026-11-02 00:00 UTC: date -d @1793577600 */

static const struct page_clock wall_clock = {.kind = PAGE_CLOCK_WALL};

static int set_utc(void **state)
{
    (void)state;
    setenv("TZ", "UTC0", 1);
    tzset();
    return 0;
}

static struct timeline_chart chart_of(struct timeline *timeline)
{
    struct timeline_chart chart;
    timeline_bars(timeline, &chart);
    timeline_destroy(timeline);
    return chart;
}

static uint64_t sum_of(const struct timeline_chart *chart)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < chart->bars_count; i++)
        sum += chart->bars[i].total;
    return sum;
}

static void test_timeline__of_nothing_has_no_bars(void **state)
{
    (void)state;
    struct timeline_chart chart = chart_of(timeline_create(&wall_clock));
    assert_int_equal(chart.bars_count, 0);
}

static void test_timeline__counts_by_class_and_keeps_empty_bars(void **state)
{
    (void)state;
    struct timeline *timeline = timeline_create(&wall_clock);
    assert_true(timeline_add(timeline, MONDAY + 5 * SECOND, CLASS_SHMEM));
    assert_true(timeline_add(timeline, MONDAY + 50 * SECOND, CLASS_SLAB));
    assert_true(timeline_add(timeline, MONDAY + 3 * MINUTE, CLASS_SHMEM));
    struct timeline_chart chart = chart_of(timeline);
    assert_int_equal(chart.width_us, MINUTE);
    assert_int_equal(chart.bars_count, 4);
    assert_int_equal(chart.bars[0].start_us, MONDAY);
    assert_int_equal(chart.bars[0].by_class[CLASS_SHMEM], 1);
    assert_int_equal(chart.bars[0].by_class[CLASS_SLAB], 1);
    assert_int_equal(chart.bars[1].total, 0);
    assert_int_equal(chart.bars[3].total, 1);
    assert_int_equal(chart.most, 2);
}

/* Two weeks make 6-hour bars (56 of them; 3-hour ones would be 112), which begin at midnight. */
static void test_timeline__widens_bars_with_the_span(void **state)
{
    (void)state;
    struct timeline *timeline = timeline_create(&wall_clock);
    for (int hour = 0; hour < 14 * 24; hour++)
        timeline_add(timeline, MONDAY + hour * HOUR + 30 * MINUTE, CLASS_MEMCG_LIMIT);
    struct timeline_chart chart = chart_of(timeline);
    assert_int_equal(chart.width_us, 6 * HOUR);
    assert_int_equal(chart.bars_count, 56);
    assert_int_equal(chart.bars[0].start_us, MONDAY);
    for (int i = 0; i < 56; i++)
        assert_int_equal(chart.bars[i].total, 6);
    assert_int_equal(chart.end_us, MONDAY + 14 * DAY);
}

/* 20,000 minutes are more than TIMELINE_BUCKETS_MAX: joined, and none is lost. */
static void test_timeline__joins_buckets_without_losing_any(void **state)
{
    (void)state;
    struct timeline *timeline = timeline_create(&wall_clock);
    for (int minute = 0; minute < 20000; minute++)
        timeline_add(timeline, MONDAY + minute * MINUTE, (enum class_term)(minute % CLASS_COUNT));
    struct timeline_chart chart = chart_of(timeline);
    assert_int_equal(sum_of(&chart), 20000);
    assert_true(chart.bars_count <= TIMELINE_BARS_MAX);
    assert_int_equal(chart.bars[0].by_class[0], chart.bars[0].total / CLASS_COUNT);
}

static void test_timeline__weeks_begin_on_mondays(void **state)
{
    (void)state;
    struct timeline *timeline = timeline_create(&wall_clock);
    for (int day = 0; day < 200; day++) /* from a Wednesday on */
        timeline_add(timeline, MONDAY + (2 + day) * DAY, CLASS_SLAB);
    struct timeline_chart chart = chart_of(timeline);
    assert_int_equal(chart.width_us, 7 * DAY);
    assert_int_equal(chart.bars[0].start_us, MONDAY);
    assert_int_equal(chart.bars[0].total, 5);
    assert_int_equal(chart.bars[1].total, 7);
}

static void test_timeline__bars_begin_at_midnight_of_the_zone(void **state)
{
    (void)state;
    setenv("TZ", "IST-5:30", 1);
    tzset();
    struct timeline *timeline = timeline_create(&wall_clock);
    for (int hour = 0; hour < 40 * 24; hour += 6)
        timeline_add(timeline, MONDAY + hour * HOUR, CLASS_SLAB);
    struct timeline_chart chart = chart_of(timeline);
    set_utc(state);
    assert_int_equal(chart.width_us, 12 * HOUR);
    assert_int_equal((chart.bars[0].start_us + 5 * HOUR + 30 * MINUTE) % (12 * HOUR), 0);
}

static void test_timeline__refuses_clocks_that_were_never_set(void **state)
{
    (void)state;
    struct timeline *timeline = timeline_create(&wall_clock);
    assert_false(timeline_add(timeline, 75 * SECOND, CLASS_SLAB)); /* 1970-01-01 00:01:15 */
    assert_false(timeline_add(timeline, -DAY, CLASS_SLAB));
    assert_false(timeline_add(timeline, INT64_MAX, CLASS_SLAB));
    assert_false(timeline_add(timeline, INT64_MIN, CLASS_SLAB));
    assert_int_equal(chart_of(timeline).bars_count, 0);
}

/* One in twenty is thirty years ahead: the others keep their bars, and it is counted. */
static void test_timeline__leaves_out_few_that_are_years_away(void **state)
{
    (void)state;
    struct timeline *timeline = timeline_create(&wall_clock);
    timeline_add(timeline, MONDAY + 30 * 365 * DAY, CLASS_SLAB);
    for (int i = 0; i < 19; i++)
        timeline_add(timeline, MONDAY + i * HOUR, CLASS_SLAB);
    struct timeline_chart chart = chart_of(timeline);
    assert_int_equal(chart.later, 1);
    assert_int_equal(chart.earlier, 0);
    assert_int_equal(sum_of(&chart), 19);
    assert_true(chart.end_us < MONDAY + 2 * DAY);
}

static void test_timeline__covers_the_whole_calendar(void **state)
{
    (void)state;
    struct timeline *timeline = timeline_create(&wall_clock);
    for (int64_t year = 40; year < 8000; year += 20)
        assert_true(timeline_add(timeline, year * 365 * DAY, CLASS_SLAB));
    struct timeline_chart chart = chart_of(timeline);
    assert_true(chart.bars_count <= TIMELINE_BARS_MAX);
    assert_int_equal(sum_of(&chart), 398);
}

static void test_spark__keeps_every_one_however_far_apart(void **state)
{
    (void)state;
    struct spark spark = {0};
    const int64_t days[] = {100, 0, 40, 41, 3000, 99, 2999};
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        spark_add(&spark, MONDAY + days[i] * DAY);
    for (int i = 0; i < SPARK_BINS; i++)
        sum += spark.bins[i];
    assert_int_equal(sum, 7);
    assert_true(spark.base * spark.width_us <= MONDAY);
    assert_true((spark.base + SPARK_BINS) * spark.width_us > MONDAY + 3000 * DAY);
    assert_true(spark.bins[(MONDAY + 40 * DAY) / spark.width_us - spark.base] >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timeline__of_nothing_has_no_bars),
        cmocka_unit_test(test_timeline__counts_by_class_and_keeps_empty_bars),
        cmocka_unit_test(test_timeline__widens_bars_with_the_span),
        cmocka_unit_test(test_timeline__joins_buckets_without_losing_any),
        cmocka_unit_test(test_timeline__weeks_begin_on_mondays),
        cmocka_unit_test(test_timeline__bars_begin_at_midnight_of_the_zone),
        cmocka_unit_test(test_timeline__refuses_clocks_that_were_never_set),
        cmocka_unit_test(test_timeline__leaves_out_few_that_are_years_away),
        cmocka_unit_test(test_timeline__covers_the_whole_calendar),
        cmocka_unit_test(test_spark__keeps_every_one_however_far_apart),
    };
    return cmocka_run_group_tests(tests, set_utc, NULL);
}
