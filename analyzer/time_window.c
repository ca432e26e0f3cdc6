#define _GNU_SOURCE /* timegm */
#include "analyzer/time_window.h"

#include <time.h>

#define SECOND_US INT64_C(1000000)

struct unit {
    const char *names[5];
    int64_t seconds;
};

static const struct unit units[] = {
    {{"s", "sec", "secs", "second", "seconds"}, 1},
    {{"m", "min", "mins", "minute", "minutes"}, 60},
    {{"h", "hr", "hrs", "hour", "hours"}, 3600},
    {{"d", "day", "days"}, 86400},
    {{"w", "week", "weeks"}, 7 * 86400},
};

static bool find_unit(struct slice word, int64_t *ret)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        for (size_t j = 0; j < 5 && units[i].names[j]; j++)
            if (slice_equal(word, slice_from_string(units[i].names[j]))) {
                *ret = units[i].seconds;
                return true;
            }
    return false;
}

static struct slice take_letters(struct slice *text)
{
    size_t length = 0;
    while (length < text->length && text->data[length] >= 'a' && text->data[length] <= 'z')
        length++;
    struct slice word = slice_take(*text, length);
    *text = slice_skip(*text, length);
    return word;
}

/* "1 day 2 h", "90min": a sum of numbers with units, in seconds. */
static bool take_age(struct slice text, int64_t *ret)
{
    *ret = 0;
    do {
        int64_t number, seconds;
        if (!slice_take_number(&text, &number) || number < 0)
            return false;
        text = slice_trim(text);
        if (!find_unit(take_letters(&text), &seconds) ||
            __builtin_mul_overflow(number, seconds, &number) ||
            __builtin_add_overflow(*ret, number, ret))
            return false;
        text = slice_trim(text);
    } while (text.length);
    return *ret <= INT64_MAX / SECOND_US / 2;
}

/* Exactly @p width digits. */
static bool take_digits(struct slice *text, size_t width, int *ret)
{
    if (text->length < width)
        return false;
    *ret = 0;
    for (size_t i = 0; i < width; i++) {
        if (text->data[i] < '0' || text->data[i] > '9')
            return false;
        *ret = *ret * 10 + (text->data[i] - '0');
    }
    *text = slice_skip(*text, width);
    return true;
}

static bool take_character(struct slice *text, char c)
{
    if (text->length == 0 || text->data[0] != c)
        return false;
    *text = slice_skip(*text, 1);
    return true;
}

static bool is_day_of_month(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && is_leap);
}

static bool take_date(struct slice *text, struct tm *date)
{
    int year, month, day;
    struct slice rest = *text;
    if (!take_digits(&rest, 4, &year) || !take_character(&rest, '-') ||
        !take_digits(&rest, 2, &month) || !take_character(&rest, '-') ||
        !take_digits(&rest, 2, &day) || !is_day_of_month(year, month, day))
        return false;
    date->tm_year = year - 1900;
    date->tm_mon = month - 1;
    date->tm_mday = day;
    *text = rest;
    return true;
}

/* "22:14", "22:14:31", "22:14:31.5" (or with a comma). */
static bool take_clock(struct slice *text, struct tm *time, int64_t *fraction_us)
{
    *fraction_us = 0;
    time->tm_sec = 0;
    if (!take_digits(text, 2, &time->tm_hour) || !take_character(text, ':') ||
        !take_digits(text, 2, &time->tm_min) || time->tm_hour > 23 || time->tm_min > 59)
        return false;
    if (!take_character(text, ':'))
        return true;
    if (!take_digits(text, 2, &time->tm_sec) || time->tm_sec > 60)
        return false;
    if (!take_character(text, '.') && !take_character(text, ','))
        return true;
    int digit, count = 0;
    for (int64_t weight = SECOND_US / 10; take_digits(text, 1, &digit); weight /= 10, count++)
        *fraction_us += digit * weight;
    return count > 0;
}

/* "Z", "UTC", "+02:00", "-0530". */
static bool take_zone(struct slice *text, int *offset_s)
{
    *offset_s = 0;
    *text = slice_trim(*text);
    if (slice_equal(*text, SLICE("Z")) || slice_equal(*text, SLICE("z")) ||
        slice_equal(*text, SLICE("UTC"))) {
        *text = slice_skip(*text, text->length);
        return true;
    }
    int sign = take_character(text, '-') ? -1 : 1, hours, minutes;
    if (sign == 1 && !take_character(text, '+'))
        return false;
    if (!take_digits(text, 2, &hours))
        return false;
    take_character(text, ':');
    if (!take_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *offset_s = sign * (hours * 3600 + minutes * 60);
    return true;
}

static int64_t local_seconds(struct tm broken)
{
    broken.tm_isdst = -1;
    return mktime(&broken);
}

static bool is_date_start(struct slice text)
{
    return text.length > 4 && text.data[4] == '-';
}

static bool take_moment(struct slice text, struct tm broken, int64_t *ret)
{
    int64_t fraction_us = 0;
    int offset_s;
    bool has_date = is_date_start(text);
    if (has_date && !take_date(&text, &broken))
        return false;
    if (has_date && text.length == 0) {
        *ret = local_seconds(broken) * SECOND_US;
        return true;
    }
    if (has_date && !take_character(&text, 'T') && !take_character(&text, 't') &&
        !take_character(&text, ' '))
        return false;
    if (!take_clock(&text, &broken, &fraction_us))
        return false;
    if (text.length == 0)
        *ret = local_seconds(broken) * SECOND_US + fraction_us;
    else if (take_zone(&text, &offset_s) && text.length == 0)
        *ret = (timegm(&broken) - offset_s) * SECOND_US + fraction_us;
    else
        return false;
    return true;
}

static bool take_relative(struct slice text, int64_t now_us, int64_t *ret)
{
    int64_t seconds;
    struct slice age = text;
    if (slice_ends(text, SLICE("ago")))
        age = slice_trim(slice_take(text, text.length - 3));
    else if (!take_character(&age, '-'))
        return false;
    if (!take_age(age, &seconds))
        return false;
    *ret = now_us - seconds * SECOND_US;
    return true;
}

static struct tm start_of_day(int64_t now_us, int days_back)
{
    time_t now = now_us / SECOND_US;
    struct tm broken = {0};
    localtime_r(&now, &broken);
    broken.tm_mday -= days_back;
    broken.tm_hour = broken.tm_min = broken.tm_sec = 0;
    return broken;
}

struct error *time_point_parse(struct slice text, int64_t now_us, int64_t *ret)
{
    int64_t seconds;
    text = slice_trim(text);
    struct tm today = start_of_day(now_us, 0);
    struct slice digits = slice_skip(text, 1);
    if (slice_equal(text, SLICE("now")))
        *ret = now_us;
    else if (slice_equal(text, SLICE("today")))
        *ret = local_seconds(today) * SECOND_US;
    else if (slice_equal(text, SLICE("yesterday")))
        *ret = local_seconds(start_of_day(now_us, 1)) * SECOND_US;
    else if (slice_starts(text, SLICE("@")) && slice_to_number(digits, &seconds) &&
             !__builtin_mul_overflow(seconds, SECOND_US, &seconds))
        *ret = seconds;
    else if (!take_relative(text, now_us, ret) && !take_moment(text, today, ret))
        return error_create(ERROR_USAGE,
                            "'%.*s' is no time: write 2026-03-28T22:14:31Z, 2026-03-28, "
                            "\"2026-03-28 22:14\", \"2h ago\", today or @SECONDS",
                            SLICE_ARG(text));
    return NULL;
}

struct error *time_window_parse(const char *since, const char *until, int64_t now_us,
                                struct time_window *ret)
{
    *ret = (struct time_window){.has_since = since, .has_until = until};
    struct error *error = NULL;
    if (since)
        error = time_point_parse(slice_from_string(since), now_us, &ret->since_us);
    if (error)
        return error_context(error, "--since");
    if (until)
        error = time_point_parse(slice_from_string(until), now_us, &ret->until_us);
    if (error)
        return error_context(error, "--until");
    if (since && until && ret->since_us >= ret->until_us)
        return error_create(ERROR_USAGE, "--since %s is not before --until %s", since, until);
    return NULL;
}

enum window_side time_window_side(const struct time_window *window, const struct event_time *time)
{
    if (!window->has_since && !window->has_until)
        return WINDOW_INSIDE;
    if (!time->has_wall)
        return WINDOW_UNKNOWN;
    if (window->has_since && time->wall_us < window->since_us)
        return WINDOW_OUTSIDE;
    if (window->has_until && time->wall_us >= window->until_us)
        return WINDOW_OUTSIDE;
    return WINDOW_INSIDE;
}
