/*
 * Incidents over time, by class: counts in buckets whose width follows the span.
 *
 * Buckets begin as minutes. When more than TIMELINE_BUCKETS_MAX of them are in use they are joined
 * into wider ones, so memory is bounded and one clock that is years off costs nothing but
 * its own bucket. timeline_bars() makes them as wide as a chart needs. Times are microseconds of a
 * page_clock; bars begin at its full hours, days and Mondays.
 */
#ifndef WHYOOM_PAGE_TIMELINE_H
#define WHYOOM_PAGE_TIMELINE_H

#include "analyzer/page_clock.h"
#include "analyzer/terms.h"

enum { TIMELINE_BUCKETS_MAX = 4096, TIMELINE_BARS_MAX = 92 };

struct timeline;

struct timeline *timeline_create(const struct page_clock *clock);

/** Free; NULL is fine. */
void timeline_destroy(struct timeline *timeline);

/** Count one incident. False: nothing can have happened at that time (a clock that was never set),
 * it was not counted. */
bool timeline_add(struct timeline *timeline, int64_t wall_us, enum class_term class_);

struct timeline_bar {
    int64_t start_us;
    uint64_t by_class[CLASS_COUNT];
    uint64_t total;
};

/** The bars of a chart, from the first that holds something to the last, empty ones between. */
struct timeline_chart {
    struct timeline_bar bars[TIMELINE_BARS_MAX];
    size_t bars_count; /* 0: nothing has a time */
    int64_t width_us;
    int64_t end_us;          /* of the last bar */
    uint64_t most;           /* in one bar */
    uint64_t earlier, later; /* left out: few, and years away from all others */
};

/** @p ret is overwritten. */
void timeline_bars(const struct timeline *timeline, struct timeline_chart *ret);

/**
 * The same in a few words of memory, for one of many: bins of one width, which doubles until all
 * times fit. Zeroed memory is an empty one.
 */
enum { SPARK_BINS = 64 };

struct spark {
    int64_t width_us; /* 0: empty */
    int64_t base;     /* index of the first bin: its start is base * width_us */
    uint32_t bins[SPARK_BINS];
};

/** @p wall_us must be one that timeline_add() counts. */
void spark_add(struct spark *spark, int64_t wall_us);

#endif
