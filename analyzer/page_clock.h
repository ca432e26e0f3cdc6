/*
 * By which clock a page tells times. Where most incidents have a wall clock, by that. Most syslog
 * files say no year, many logs no zone: then by what they print, without what they do not say.
 *
 * Times are microseconds. By the wall clock they are points in time, shown in the zone that
 * localtime() knows; by the logs' print they stand for themselves: as if their zone were UTC and,
 * where there is no year, in the years around 2024, of which nothing is shown.
 */
#ifndef WHYOOM_PAGE_CLOCK_H
#define WHYOOM_PAGE_CLOCK_H

#include <time.h>

#include "analyzer/incident.h"

struct page_clock {
    enum {
        PAGE_CLOCK_WALL,
        PAGE_CLOCK_PRINTED, /* with the year, without a zone */
        PAGE_CLOCK_YEARLESS,
    } kind;
    int first_month; /* of a yearless one: where the axis begins; 0 is January */
};

/** What the times of many incidents have; zeroed memory is an empty one. */
struct page_clock_survey {
    uint64_t walls, years, stamps; /* wall clocks; dates with a year; any dates */
    uint64_t by_month[12];
};

void page_clock_look(struct page_clock_survey *survey, const struct event_time *time);

/** The clock that most of them have. A yearless one begins behind the longest row of months in
 * which nothing happened, so that December comes before January. */
struct page_clock page_clock_choose(const struct page_clock_survey *survey);

/** @p time by @p clock; false when it does not have what that needs. */
bool page_clock_read(const struct page_clock *clock, const struct event_time *time, int64_t *ret);

/** A time of @p clock by the calendar. */
bool page_clock_parts(const struct page_clock *clock, int64_t us, struct tm *ret);

#endif
