#include "parsers/log/clock.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/** The @p digits digits at @p at. */
static bool read_digits(const char *at, size_t digits, int64_t *ret)
{
    int64_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        if (!is_digit(at[i]))
            return false;
        value = value * 10 + (at[i] - '0');
    }
    *ret = value;
    return true;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that start in March.
 */
static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

enum { DATE_TIME_LENGTH = sizeof "2026-11-23T01:02:03" - 1 };

/** The first DATE_TIME_LENGTH bytes of a date, as microseconds. */
static bool read_date_time(const char *at, int64_t *ret_us)
{
    int64_t year, month, day, hour, minute, second;
    if (at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ') || at[13] != ':' ||
        at[16] != ':')
        return false;
    if (!read_digits(at, 4, &year) || !read_digits(at + 5, 2, &month) ||
        !read_digits(at + 8, 2, &day) || !read_digits(at + 11, 2, &hour) ||
        !read_digits(at + 14, 2, &minute) || !read_digits(at + 17, 2, &second))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
        return false;
    int64_t seconds = days_from_civil(year, month, day) * 86400 + (hour * 60 + minute) * 60;
    *ret_us = (seconds + second) * 1000000;
    return true;
}

/** ".456789" off the front of @p text, as microseconds; digits behind the sixth are dropped. */
static int64_t take_fraction(struct slice *text)
{
    int64_t us = 0, scale = 100000;
    size_t at = 1;
    if (text->length == 0 || (text->data[0] != '.' && text->data[0] != ','))
        return 0;
    for (; at < text->length && is_digit(text->data[at]); at++, scale /= 10)
        us += (text->data[at] - '0') * scale;
    *text = slice_skip(*text, at);
    return us;
}

/** The offset from UTC in minutes; false when the zone is missing or has a name. */
static bool read_zone(struct slice text, int64_t *ret_minutes)
{
    *ret_minutes = 0;
    text = slice_trim(text);
    if (slice_equal(text, SLICE("Z")) || slice_equal(text, SLICE("z")) ||
        slice_equal(text, SLICE("UTC")) || slice_equal(text, SLICE("GMT")))
        return true;
    int64_t hours, minutes = 0;
    if (text.length < 3 || (text.data[0] != '+' && text.data[0] != '-') ||
        !read_digits(text.data + 1, 2, &hours))
        return false;
    struct slice rest = slice_skip(text, text.length > 3 && text.data[3] == ':' ? 4 : 3);
    if (rest.length && (rest.length != 2 || !read_digits(rest.data, 2, &minutes)))
        return false;
    if (hours > 15 || minutes > 59)
        return false;
    *ret_minutes = (hours * 60 + minutes) * (text.data[0] == '-' ? -1 : 1);
    return true;
}

bool clock_read(struct slice text, struct clock_reading *ret)
{
    int64_t us, offset;
    if (text.length < DATE_TIME_LENGTH || !read_date_time(text.data, &us))
        return false;
    text = slice_skip(text, DATE_TIME_LENGTH);
    us += take_fraction(&text);
    ret->has_zone = read_zone(text, &offset);
    ret->us = us - offset * 60 * 1000000;
    return true;
}

bool clock_read_uptime(struct slice text, int64_t *ret)
{
    enum { SECONDS_DIGITS = 12 }; /* 31,000 years; keeps the product below 2^63 */
    size_t point = slice_find_byte(text, '.');
    int64_t seconds, us;
    if (point == SLICE_NOT_FOUND || point == 0 || point > SECONDS_DIGITS)
        return false;
    if (text.length != point + 7 || !read_digits(text.data, point, &seconds) ||
        !read_digits(text.data + point + 1, 6, &us))
        return false;
    *ret = seconds * 1000000 + us;
    return true;
}
