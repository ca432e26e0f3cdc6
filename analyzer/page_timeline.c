#define _GNU_SOURCE /* tm_gmtoff */
#include "analyzer/page_timeline.h"

#include <stdlib.h>
#include <time.h>

#include "analyzer/base/hash_table.h"

#define MINUTE_US INT64_C(60000000)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)
#define YEAR_US (365 * DAY_US)
/* 2005, the year of 2.6.11: no kernel whose reports are known ran before. What is dated so comes
 * from a clock that nobody had set. */
#define CALENDAR_START_US INT64_C(1104537600000000)
#define CALENDAR_END_US INT64_C(253402300800000000) /* year 10000 */

/* The epoch was a Thursday; weeks begin on Mondays. */
#define MONDAY_US (3 * DAY_US)

/* Each is a multiple of the one before, so that buckets can be joined. The last covers the calendar
 * in fewer than TIMELINE_BARS_MAX bars. */
static const int64_t widths_us[] = {
    MINUTE_US,   5 * MINUTE_US, 10 * MINUTE_US, 30 * MINUTE_US, HOUR_US,
    3 * HOUR_US, 6 * HOUR_US,   12 * HOUR_US,   DAY_US,         7 * DAY_US,
    28 * DAY_US, 84 * DAY_US,   336 * DAY_US,   3360 * DAY_US,  33600 * DAY_US,
};

enum { WIDTHS = sizeof widths_us / sizeof *widths_us };

struct bucket {
    int64_t index; /* start / width, in shifted time */
    uint64_t by_class[CLASS_COUNT];
    uint64_t total;
    UT_hash_handle hh;
};

struct timeline {
    struct page_clock clock;
    size_t width;     /* index in widths_us */
    int64_t shift_us; /* added to a time, it makes buckets begin at midnight on a Monday */
    bool has_shift;
    struct bucket *buckets;
};

struct timeline *timeline_create(const struct page_clock *clock)
{
    struct timeline *timeline = must_allocate(sizeof *timeline);
    timeline->clock = *clock;
    return timeline;
}

static void destroy_buckets(struct bucket *buckets)
{
    struct bucket *bucket, *next;
    HASH_ITER (hh, buckets, bucket, next) {
        HASH_DEL(buckets, bucket);
        free(bucket);
    }
}

void timeline_destroy(struct timeline *timeline)
{
    if (!timeline)
        return;
    destroy_buckets(timeline->buckets);
    free(timeline);
}

static struct bucket *bucket_at(struct bucket **buckets, int64_t index)
{
    struct bucket *bucket;
    HASH_FIND(hh, *buckets, &index, sizeof index, bucket);
    if (bucket)
        return bucket;
    bucket = must_allocate(sizeof *bucket);
    bucket->index = index;
    HASH_ADD(hh, *buckets, index, sizeof index, bucket);
    return bucket;
}

static void widen(struct timeline *timeline)
{
    int64_t factor = widths_us[timeline->width + 1] / widths_us[timeline->width];
    struct bucket *wider = NULL, *old, *next;
    HASH_ITER (hh, timeline->buckets, old, next) {
        struct bucket *bucket = bucket_at(&wider, old->index / factor);
        for (int class_ = 0; class_ < CLASS_COUNT; class_++)
            bucket->by_class[class_] += old->by_class[class_];
        bucket->total += old->total;
    }
    destroy_buckets(timeline->buckets);
    timeline->buckets = wider;
    timeline->width++;
}

static int64_t zone_offset_us(const struct timeline *timeline, int64_t wall_us)
{
    struct tm parts;
    bool is_known = page_clock_parts(&timeline->clock, wall_us, &parts);
    return is_known ? (int64_t)parts.tm_gmtoff * 1000000 : 0;
}

bool timeline_add(struct timeline *timeline, int64_t wall_us, enum class_term class_)
{
    if (wall_us < CALENDAR_START_US || wall_us >= CALENDAR_END_US)
        return false;
    if (!timeline->has_shift) /* summer time within the span moves midnight by an hour */
        timeline->shift_us = zone_offset_us(timeline, wall_us) + MONDAY_US;
    timeline->has_shift = true;
    int64_t index = (wall_us + timeline->shift_us) / widths_us[timeline->width];
    struct bucket *bucket = bucket_at(&timeline->buckets, index);
    bucket->by_class[class_]++;
    bucket->total++;
    while (HASH_COUNT(timeline->buckets) > TIMELINE_BUCKETS_MAX && timeline->width + 1 < WIDTHS)
        widen(timeline);
    return true;
}

/* ---- the chart */

static int compare_buckets(const void *left, const void *right)
{
    const struct bucket *const *a = left, *const *b = right;
    return ((*a)->index > (*b)->index) - ((*a)->index < (*b)->index);
}

static size_t sort_buckets(const struct timeline *timeline, const struct bucket ***ret)
{
    size_t count = 0;
    const struct bucket *bucket,
        **sorted = must_allocate((HASH_COUNT(timeline->buckets) + 1) * sizeof *sorted);
    for (bucket = timeline->buckets; bucket; bucket = bucket->hh.next)
        sorted[count++] = bucket;
    qsort(sorted, count, sizeof *sorted, compare_buckets);
    *ret = sorted;
    return count;
}

/* Is the gap so wide that whatever lies beyond it would press all others into one bar? */
static bool is_far(int64_t gap_us, int64_t span_us)
{
    return gap_us > YEAR_US && gap_us > 4 * span_us;
}

/* Cut off few incidents at either end that are years away: clocks that were not set. */
static void cut_ends(const struct bucket *const *sorted, int64_t width_us, size_t *from, size_t *to,
                     struct timeline_chart *chart)
{
    uint64_t total = 0, seen = 0;
    size_t count = *to;
    for (size_t i = 0; i < count; i++)
        total += sorted[i]->total;
    for (size_t i = 0; i + 1 < count && (seen += sorted[i]->total) <= total / 10; i++)
        if (is_far((sorted[i + 1]->index - sorted[i]->index) * width_us,
                   (sorted[count - 1]->index - sorted[i + 1]->index) * width_us)) {
            *from = i + 1;
            chart->earlier = seen;
        }
    seen = 0;
    for (size_t i = count; i > *from + 1 && (seen += sorted[i - 1]->total) <= total / 10; i--)
        if (is_far((sorted[i - 1]->index - sorted[i - 2]->index) * width_us,
                   (sorted[i - 2]->index - sorted[*from]->index) * width_us)) {
            *to = i - 1;
            chart->later = seen;
        }
}

static size_t choose_width(const struct timeline *timeline, int64_t first, int64_t last)
{
    size_t width = timeline->width;
    int64_t factor = 1;
    while (width + 1 < WIDTHS && last / factor - first / factor >= TIMELINE_BARS_MAX) {
        width++;
        factor = widths_us[width] / widths_us[timeline->width];
    }
    return width;
}

static void fill_bars(const struct bucket *const *sorted, size_t from, size_t to, int64_t factor,
                      struct timeline_chart *chart)
{
    int64_t first = sorted[from]->index / factor;
    for (size_t i = from; i < to; i++) {
        struct timeline_bar *bar = &chart->bars[sorted[i]->index / factor - first];
        for (int class_ = 0; class_ < CLASS_COUNT; class_++)
            bar->by_class[class_] += sorted[i]->by_class[class_];
        bar->total += sorted[i]->total;
        if (bar->total > chart->most)
            chart->most = bar->total;
    }
}

void timeline_bars(const struct timeline *timeline, struct timeline_chart *ret)
{
    *ret = (struct timeline_chart){0};
    const struct bucket **sorted;
    size_t from = 0, to = sort_buckets(timeline, &sorted);
    if (to) {
        cut_ends(sorted, widths_us[timeline->width], &from, &to, ret);
        size_t width = choose_width(timeline, sorted[from]->index, sorted[to - 1]->index);
        int64_t factor = widths_us[width] / widths_us[timeline->width];
        int64_t first = sorted[from]->index / factor;
        ret->width_us = widths_us[width];
        ret->bars_count = (size_t)(sorted[to - 1]->index / factor - first) + 1;
        for (size_t i = 0; i < ret->bars_count; i++)
            ret->bars[i].start_us = (first + (int64_t)i) * ret->width_us - timeline->shift_us;
        ret->end_us = ret->bars[0].start_us + (int64_t)ret->bars_count * ret->width_us;
        fill_bars(sorted, from, to, factor, ret);
    }
    free(sorted);
}

/* ---- a spark */

static void halve(struct spark *spark)
{
    uint32_t bins[SPARK_BINS] = {0};
    int64_t base = spark->base / 2;
    for (int i = 0; i < SPARK_BINS; i++)
        bins[(spark->base + i) / 2 - base] += spark->bins[i];
    memcpy(spark->bins, bins, sizeof bins);
    spark->base = base;
    spark->width_us *= 2;
}

/* Bins begin at multiples of their width; the window moves while there is room at its other end. */
static bool spark_reaches(struct spark *spark, int64_t index)
{
    int first = 0, last = SPARK_BINS - 1;
    while (last > 0 && !spark->bins[last])
        last--;
    while (first < last && !spark->bins[first])
        first++;
    int64_t low = spark->base + first, high = spark->base + last;
    low = index < low ? index : low;
    high = index > high ? index : high;
    if (high - low >= SPARK_BINS)
        return false;
    if (index >= spark->base && index < spark->base + SPARK_BINS)
        return true;
    uint32_t bins[SPARK_BINS] = {0};
    for (int i = first; i <= last; i++)
        bins[spark->base + i - low] = spark->bins[i];
    memcpy(spark->bins, bins, sizeof bins);
    spark->base = low;
    return true;
}

void spark_add(struct spark *spark, int64_t wall_us)
{
    if (!spark->width_us) {
        spark->width_us = MINUTE_US;
        spark->base = wall_us / MINUTE_US;
    }
    while (!spark_reaches(spark, wall_us / spark->width_us))
        halve(spark);
    spark->bins[wall_us / spark->width_us - spark->base]++;
}
