#define _GNU_SOURCE /* localtime_r, gmtime_r, timegm, tm_gmtoff */
#include "analyzer/page_clock.h"

#include "parsers/log/clock.h"

#define SECOND_US INT64_C(1000000)

/* Stamps without a year are put into a leap year, lest it lack the 29th of February. */
enum { NOMINAL_YEAR = 2024, LEAP_YEAR_DAYS = 366, MARCH = 2, MONTHS = 12 };

struct stamp {
    struct tm parts;
    bool has_year;
};

/* ---- stamps */

static int month_of(struct slice name)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    enum { LENGTH = 3 };
    for (int i = 0; i < MONTHS && name.length == LENGTH; i++)
        if (memcmp(name.data, months + LENGTH * i, LENGTH) == 0)
            return i;
    return -1;
}

/* "22:14:31", with or without a fraction. */
static bool read_time_of_day(struct slice text, struct tm *ret)
{
    int64_t hour, minute, second;
    struct slice seconds;
    struct slice rest = text, hours = slice_cut(&rest, ':'), minutes = slice_cut(&rest, ':');
    seconds = slice_cut(&rest, '.');
    if (!slice_to_number(hours, &hour) || !slice_to_number(minutes, &minute) ||
        !slice_to_number(seconds, &second) || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60)
        return false;
    ret->tm_hour = (int)hour;
    ret->tm_min = (int)minute;
    ret->tm_sec = (int)second;
    return true;
}

/* "Mar 28 22:14:31" of syslog, "Mon Mar 28 22:14:31 2022" of dmesg -T. */
static bool read_words(struct slice text, struct stamp *ret)
{
    int64_t day, year;
    struct slice word = slice_word(&text);
    int month = month_of(word);
    if (month < 0)
        month = month_of(slice_word(&text));
    if (month < 0 || !slice_to_number(slice_word(&text), &day) || day < 1 || day > 31 ||
        !read_time_of_day(slice_word(&text), &ret->parts))
        return false;
    ret->parts.tm_mon = month;
    ret->parts.tm_mday = (int)day;
    ret->has_year = slice_to_number(slice_word(&text), &year) && year >= 1970 && year < 10000;
    ret->parts.tm_year = (ret->has_year ? (int)year : NOMINAL_YEAR) - 1900;
    return true;
}

/* "0328 22:14:31.000000" of klog. */
static bool read_klog(struct slice text, struct stamp *ret)
{
    enum { LENGTH = 4 };
    int64_t date;
    struct slice word = slice_word(&text);
    if (word.length != LENGTH || !slice_to_number(word, &date) || date < 0 ||
        !read_time_of_day(slice_word(&text), &ret->parts))
        return false;
    ret->parts.tm_mon = (int)date / 100 - 1;
    ret->parts.tm_mday = (int)date % 100;
    ret->parts.tm_year = NOMINAL_YEAR - 1900;
    ret->has_year = false;
    return ret->parts.tm_mon >= 0 && ret->parts.tm_mon < MONTHS && ret->parts.tm_mday >= 1 &&
           ret->parts.tm_mday <= 31;
}

static bool read_stamp(const struct event_time *time, struct stamp *ret)
{
    struct clock_reading reading;
    time_t seconds;
    *ret = (struct stamp){.has_year = true};
    if (time->has_wall) {
        seconds = (time_t)(time->wall_us / SECOND_US);
        return localtime_r(&seconds, &ret->parts) != NULL;
    }
    if (clock_read(time->printed, &reading)) {
        seconds = (time_t)(reading.us / SECOND_US);
        return gmtime_r(&seconds, &ret->parts) != NULL;
    }
    return read_words(time->printed, ret) || read_klog(time->printed, ret);
}

/* ---- which clock */

void page_clock_look(struct page_clock_survey *survey, const struct event_time *time)
{
    struct stamp stamp;
    if (!read_stamp(time, &stamp))
        return;
    survey->walls += time->has_wall;
    survey->years += stamp.has_year;
    survey->stamps++;
    survey->by_month[stamp.parts.tm_mon]++;
}

static int first_month(const uint64_t by_month[MONTHS])
{
    int longest = 0, first = 0;
    for (int month = 0; month < MONTHS; month++) {
        int empty = 0;
        while (empty < MONTHS && !by_month[(month + MONTHS - 1 - empty) % MONTHS])
            empty++;
        if (by_month[month] && empty > longest) {
            longest = empty;
            first = month;
        }
    }
    return first;
}

struct page_clock page_clock_choose(const struct page_clock_survey *survey)
{
    if (survey->walls * 2 >= survey->stamps)
        return (struct page_clock){.kind = PAGE_CLOCK_WALL};
    if (survey->years * 2 >= survey->stamps)
        return (struct page_clock){.kind = PAGE_CLOCK_PRINTED};
    return (struct page_clock){PAGE_CLOCK_YEARLESS, first_month(survey->by_month)};
}

/* ---- times by it */

/* Around the nominal year: what lies before the axis' first month belongs to its second year. With
 * a 29th of February in the nominal year, and only there, both ways are 366 days. */
static int64_t nominal_us(const struct page_clock *clock, struct stamp stamp)
{
    const int64_t year_us = LEAP_YEAR_DAYS * 24 * 3600 * SECOND_US;
    stamp.parts.tm_year = NOMINAL_YEAR - 1900;
    int64_t us = (int64_t)timegm(&stamp.parts) * SECOND_US;
    if (clock->first_month >= MARCH)
        return stamp.parts.tm_mon >= clock->first_month ? us - year_us : us;
    return stamp.parts.tm_mon < clock->first_month ? us + year_us : us;
}

bool page_clock_read(const struct page_clock *clock, const struct event_time *time, int64_t *ret)
{
    struct stamp stamp;
    if (clock->kind == PAGE_CLOCK_WALL) {
        *ret = time->wall_us;
        return time->has_wall;
    }
    if (!read_stamp(time, &stamp))
        return false;
    if (clock->kind == PAGE_CLOCK_YEARLESS)
        *ret = nominal_us(clock, stamp);
    else
        *ret = (int64_t)timegm(&stamp.parts) * SECOND_US;
    return stamp.has_year || clock->kind == PAGE_CLOCK_YEARLESS;
}

bool page_clock_parts(const struct page_clock *clock, int64_t us, struct tm *ret)
{
    time_t seconds = (time_t)(us / SECOND_US);
    if (clock->kind == PAGE_CLOCK_WALL)
        return localtime_r(&seconds, ret) != NULL;
    return gmtime_r(&seconds, ret) != NULL;
}
