#include "parsers/log/clock.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/** Exactly @p digits digits off the front of @p text. */
static bool take_digits(struct slice *text, size_t digits, int64_t *ret)
{
    int64_t value = 0;
    if (text->length < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (!is_digit(text->data[i]))
            return false;
        value = value * 10 + (text->data[i] - '0');
    }
    *ret = value;
    *text = slice_skip(*text, digits);
    return true;
}

static bool take_one_of(struct slice *text, const char *set)
{
    if (text->length == 0 || text->data[0] == '\0' || !strchr(set, text->data[0]))
        return false;
    *text = slice_skip(*text, 1);
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

static bool read_date(struct slice *text, int64_t *ret_days)
{
    int64_t year, month, day;
    if (!take_digits(text, 4, &year) || !take_one_of(text, "-") || !take_digits(text, 2, &month) ||
        !take_one_of(text, "-") || !take_digits(text, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *ret_days = days_from_civil(year, month, day);
    return true;
}

/** "01:02:03.456789" as microseconds; digits behind the sixth are dropped. */
static bool read_time(struct slice *text, int64_t *ret_us)
{
    int64_t hour, minute, second, fraction = 0;
    if (!take_digits(text, 2, &hour) || !take_one_of(text, ":") || !take_digits(text, 2, &minute) ||
        !take_one_of(text, ":") || !take_digits(text, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    if (take_one_of(text, ".,")) {
        int64_t scale = 100000;
        for (; text->length && is_digit(text->data[0]); *text = slice_skip(*text, 1), scale /= 10)
            fraction += (text->data[0] - '0') * scale;
    }
    *ret_us = ((hour * 60 + minute) * 60 + second) * 1000000 + fraction;
    return true;
}

/** The offset from UTC in minutes; false when the zone is missing or has a name. */
static bool read_zone(struct slice text, int64_t *ret_minutes)
{
    *ret_minutes = 0;
    text = slice_trim(text);
    if (slice_equal(text, SLICE("Z")) || slice_equal(text, SLICE("z")) ||
        slice_equal(text, SLICE("UTC")) || slice_equal(text, SLICE("GMT")))
        return true;
    bool is_west = text.length && text.data[0] == '-';
    int64_t hours, minutes = 0;
    if (!take_one_of(&text, "+-") || !take_digits(&text, 2, &hours))
        return false;
    take_one_of(&text, ":");
    if (text.length && !take_digits(&text, 2, &minutes))
        return false;
    if (text.length || hours > 15 || minutes > 59)
        return false;
    *ret_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
    return true;
}

bool clock_read(struct slice text, struct clock_reading *ret)
{
    int64_t days, us, offset;
    if (!read_date(&text, &days) || !take_one_of(&text, "T ") || !read_time(&text, &us))
        return false;
    ret->has_zone = read_zone(text, &offset);
    ret->us = days * 86400 * 1000000 + us - offset * 60 * 1000000;
    return true;
}

bool clock_read_uptime(struct slice text, int64_t *ret)
{
    enum { SECONDS_DIGITS = 12 }; /* 31,000 years; keeps the product below 2^63 */
    size_t point = slice_find_byte(text, '.');
    int64_t seconds, us;
    if (point == SLICE_NOT_FOUND || point == 0 || point > SECONDS_DIGITS)
        return false;
    struct slice whole = slice_take(text, point), fraction = slice_skip(text, point + 1);
    if (!take_digits(&whole, point, &seconds) || !take_digits(&fraction, 6, &us) || fraction.length)
        return false;
    *ret = seconds * 1000000 + us;
    return true;
}
