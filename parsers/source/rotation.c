#include "parsers/source/rotation.h"

/* ---- what was put behind the name */

static const char *const packed_endings[] = {".gz", ".xz", ".zst", ".bz2", ".lz4", ".lz", ".Z"};

static struct slice without_packed_ending(struct slice name)
{
    for (size_t i = 0; i < sizeof packed_endings / sizeof *packed_endings; i++) {
        struct slice ending = slice_from_string(packed_endings[i]);
        if (slice_ends(name, ending))
            return slice_take(name, name.length - ending.length);
    }
    return name;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* How many bytes at the end of @p name are digits, or dashes between them. */
static size_t date_length(struct slice name, size_t *ret_digits)
{
    size_t length = 0;
    *ret_digits = 0;
    for (; length < name.length; length++) {
        char c = name.data[name.length - length - 1];
        if (c != '-' && !is_digit(c))
            break;
        *ret_digits += c != '-';
    }
    return length;
}

/* The first eight digits of @p text are a year, a month and a day. */
static bool is_calendar_date(struct slice text)
{
    int64_t date = 0;
    size_t digits = 0;
    for (size_t i = 0; i < text.length && digits < 8; i++)
        if (is_digit(text.data[i])) {
            date = date * 10 + (text.data[i] - '0');
            digits++;
        }
    int64_t year = date / 10000, month = date / 100 % 100, day = date % 100;
    return digits == 8 && year >= 1970 && year < 2100 && month >= 1 && month <= 12 && day >= 1 &&
           day <= 31;
}

static struct slice tail_of(struct slice text, size_t length)
{
    return slice_skip(text, text.length - length);
}

/* Of the @p length bytes at the end of @p name, those from a calendar date on: in "web1-20260328"
 * the first digit is the host's. 0: there is none. */
static size_t calendar_length(struct slice name, size_t length)
{
    for (size_t all = length; length; length--) {
        struct slice date = tail_of(name, length);
        if ((length == all || date.data[0] == '-') && is_calendar_date(date))
            return length;
    }
    return 0;
}

static bool take_date(struct slice name, size_t length, struct rotation *ret)
{
    struct slice base = slice_take(name, name.length - length);
    if (slice_ends(base, SLICE(".")) || slice_ends(base, SLICE("_")))
        base.length--;
    *ret = (struct rotation){.base = base, .age = AGE_DATED, .date = tail_of(name, length)};
    if (slice_starts(ret->date, SLICE("-")))
        ret->date = slice_skip(ret->date, 1);
    return true;
}

/* Seconds since 1970, until 2033. */
static bool is_epoch(struct slice text)
{
    enum { DIGITS = 10 };
    int64_t seconds;
    return text.length == DIGITS && text.data[0] == '1' && slice_to_number(text, &seconds);
}

/* logrotate's "dateext": kern.log-20260328, -20260328-1774735200, -1774735200; also 2026-03-28. */
static bool read_date(struct slice name, struct rotation *ret)
{
    size_t digits, length = date_length(name, &digits), calendar = calendar_length(name, length);
    struct slice all = tail_of(name, length);
    bool is_date = calendar || is_epoch(slice_skip(all, slice_starts(all, SLICE("-"))));
    length = calendar ? calendar : length;
    return is_date && length < name.length && take_date(name, length, ret);
}

/* "2026.03.28": its day is no number that counts backwards. */
static bool ends_with_dotted_date(struct slice name)
{
    static const char shape[] = "9999.99.99";
    struct slice date =
        tail_of(name, name.length < sizeof shape - 1 ? name.length : sizeof shape - 1);
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (i >= date.length || (shape[i] == '9' ? !is_digit(date.data[i]) : date.data[i] != '.'))
            return false;
    return is_calendar_date(date);
}

static bool read_number(struct slice name, struct rotation *ret)
{
    size_t dot = slice_find_last(name, SLICE("."));
    int64_t number;
    if (ends_with_dotted_date(name))
        return false;
    if (slice_ends(name, SLICE(".old")))
        number = 1;
    else if (dot == SLICE_NOT_FOUND || !slice_to_number(slice_skip(name, dot + 1), &number))
        return false;
    *ret = (struct rotation){.base = slice_take(name, dot), .age = AGE_NUMBERED, .number = number};
    return true;
}

/* journald's archived files: system@SEQNUMID-SEQNUM-REALTIME.journal, and after a crash
 * system@REALTIME-RANDOM.journal~ */
static bool read_journal(struct slice name, struct rotation *ret)
{
    size_t at = slice_find_byte(name, '@');
    size_t ending = slice_find_last(name, SLICE(".journal"));
    if (at == SLICE_NOT_FOUND || ending == SLICE_NOT_FOUND || ending < at)
        return false;
    struct slice rest = slice_of(name.data + at + 1, ending - at - 1),
                 first = slice_cut(&rest, '-');
    slice_cut(&rest, '-');
    *ret = (struct rotation){
        .base = slice_take(name, at), .age = AGE_DATED, .date = rest.length ? rest : first};
    return true;
}

/* ---- what was put before its ending */

/* An address is none: 10.0.0.5.log */
static bool has_letter(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((text.data[i] | 0x20) >= 'a' && (text.data[i] | 0x20) <= 'z')
            return true;
    return false;
}

/* logrotate's "extension": kern.2.log, kern-20260328.log; rsyslog's %$YEAR%-%$MONTH%-%$DAY%.log */
static bool read_inside(struct slice stem, struct rotation *ret)
{
    size_t digits, length = calendar_length(stem, date_length(stem, &digits));
    bool is_date = length && take_date(stem, length, ret);
    if (!is_date && !(read_number(stem, ret) && has_letter(ret->base)))
        return false;
    ret->is_any_machine = true;
    return true;
}

/* Logs without ".log". What else ends with a number may be of several machines: vm.101, 10.0.0.5.
 */
static bool is_log_name(struct slice base)
{
    static const char *const names[] = {"messages", "syslog", "dmesg", "kern", "boot",  "daemon",
                                        "debug",    "user",   "warn",  "cron", "secure"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equal(base, slice_from_string(names[i])))
            return true;
    return false;
}

static struct rotation read_name(struct slice name)
{
    const struct slice ending = SLICE(".log");
    struct rotation rotation;
    struct slice plain = without_packed_ending(name);
    bool has_ending = slice_ends(plain, ending);
    struct slice stem = slice_take(plain, plain.length - (has_ending ? ending.length : 0));
    if (read_journal(plain, &rotation))
        return rotation;
    if (slice_ends(plain, SLICE(".journal")))
        return (struct rotation){.base = slice_take(plain, plain.length - strlen(".journal")),
                                 .age = AGE_CURRENT};
    if (has_ending && read_inside(stem, &rotation)) {
        rotation.ending = ending;
        return rotation;
    }
    if (!read_date(plain, &rotation) && !read_number(plain, &rotation))
        rotation = (struct rotation){.base = plain, .age = AGE_CURRENT};
    if (slice_ends(rotation.base, ending)) {
        rotation.base.length -= ending.length;
        rotation.ending = ending;
    } else {
        rotation.is_any_machine = rotation.age != AGE_CURRENT && !is_log_name(rotation.base);
    }
    return rotation;
}

/* ---- directories */

/* Of a member of an archive the path is "case.tar:log/kern.log". */
static struct slice parent_of(struct slice path)
{
    while (path.length && path.data[path.length - 1] != '/' && path.data[path.length - 1] != ':')
        path.length--;
    return slice_take(path, path.length ? path.length - 1 : 0);
}

static struct slice behind(struct slice path, struct slice parent)
{
    bool is_all = parent.length == 0 && path.length && path.data[0] != '/' && path.data[0] != ':';
    return slice_skip(path, is_all ? 0 : parent.length + 1);
}

static const char *const old_directories[] = {"old",     "archive", "archived", "archives",
                                              "rotated", "backup",  "backups"};

/* logrotate's "olddir" */
static bool is_old_directory(struct slice name)
{
    for (size_t i = 0; i < sizeof old_directories / sizeof *old_directories; i++)
        if (slice_equal(name, slice_from_string(old_directories[i])))
            return true;
    return false;
}

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

/* "Mar" or "March": from 1 on; 0: it is none. */
static int month_of(struct slice name)
{
    for (int i = 0; name.length >= 3 && i < 12; i++)
        if (slice_starts(slice_from_string(months[i]), name))
            return i + 1;
    return 0;
}

static size_t count_digits(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += is_digit(text.data[i]);
    return count;
}

static bool is_of_digits(struct slice name)
{
    size_t digits;
    return name.length && date_length(name, &digits) == name.length;
}

/* "2026-03-28", "2026/03/28": its directory is what is before that. */
static struct slice dated_directory(struct slice path, struct slice *ret_date)
{
    struct slice directory = path;
    *ret_date = slice_skip(path, path.length);
    while (count_digits(*ret_date) < 8) {
        struct slice parent = parent_of(directory);
        if (!is_of_digits(behind(directory, parent)))
            break;
        *ret_date = behind(path, parent);
        directory = parent;
    }
    return directory;
}

/* "2026-03-28/web1/kern.log": @p at is the directory of a day, and the machine's is below. */
static bool read_day_above(struct rotation *rotation, struct slice at)
{
    struct slice day, directory = dated_directory(at, &day);
    if (count_digits(day) != 8 || !is_calendar_date(day))
        return false;
    rotation->below = behind(rotation->directory, at);
    rotation->directory = directory;
    rotation->day = day;
    return true;
}

/* The files of a day. */
static bool read_day(struct rotation *rotation)
{
    struct slice date, directory = dated_directory(rotation->directory, &date);
    if (count_digits(date) != 8 || !is_calendar_date(date))
        return false;
    rotation->directory = directory;
    rotation->date = date;
    return true;
}

/* The current file of a month. */
static bool read_month(struct rotation *rotation)
{
    struct slice parent = parent_of(rotation->directory);
    int month = month_of(behind(rotation->directory, parent));
    if (!month || rotation->age != AGE_CURRENT)
        return false;
    rotation->directory = parent;
    rotation->number = -month;
    rotation->lacks_year = true;
    return true;
}

static void read_dated_directory(struct rotation *rotation)
{
    struct slice parent = parent_of(rotation->directory);
    bool is_of_age = rotation->age != AGE_DATED && (read_day(rotation) || read_month(rotation));
    if (is_of_age) {
        rotation->age = AGE_DATED;
        rotation->is_any_machine = true;
    } else if (!read_day_above(rotation, parent)) {
        read_day_above(rotation, parent_of(parent));
    }
}

/* All files in it: it may hold a copy of a whole log, of any machine. */
static void read_old_directory(struct rotation *rotation)
{
    struct slice parent = parent_of(rotation->directory);
    if (!is_old_directory(behind(rotation->directory, parent)))
        return;
    rotation->directory = parent;
    rotation->is_any_machine |= rotation->age == AGE_CURRENT;
}

struct rotation rotation_of(struct slice path)
{
    struct slice directory = parent_of(path);
    struct rotation rotation = read_name(behind(path, directory));
    rotation.directory = directory;
    read_old_directory(&rotation);
    read_dated_directory(&rotation);
    return rotation;
}

/* ---- order */

static char byte_at(const struct rotation *rotation, size_t i)
{
    return i < rotation->base.length ? rotation->base.data[i]
                                     : rotation->ending.data[i - rotation->base.length];
}

/* As if base and ending were one text. */
static int compare_bases(const struct rotation *a, const struct rotation *b)
{
    size_t a_length = a->base.length + a->ending.length;
    size_t b_length = b->base.length + b->ending.length;
    for (size_t i = 0; i < a_length && i < b_length; i++) {
        int order = (unsigned char)byte_at(a, i) - (unsigned char)byte_at(b, i);
        if (order)
            return order;
    }
    return (a_length > b_length) - (a_length < b_length);
}

int rotation_compare_logs(const struct rotation *a, const struct rotation *b)
{
    int order = slice_compare(a->directory, b->directory);
    if (order == 0)
        order = slice_compare(a->below, b->below);
    return order ? order : compare_bases(a, b);
}

int rotation_compare(const struct rotation *a, const struct rotation *b)
{
    int order = rotation_compare_logs(a, b);
    if (order == 0)
        order = slice_compare(a->day, b->day);
    if (order == 0)
        order = (int)a->age - (int)b->age;
    if (order == 0)
        order = slice_compare(a->date, b->date);
    return order ? order : (a->number < b->number) - (a->number > b->number);
}

/* Numbers count backwards, the current file is the last; of dates none is known to be missing. */
bool rotation_does_follow(const struct rotation *next, const struct rotation *before)
{
    if (rotation_compare_logs(next, before) != 0)
        return false;
    bool is_of_day = slice_equal(next->day, before->day);
    if (before->age == AGE_CURRENT || !is_of_day)
        return before->age == AGE_CURRENT && !is_of_day;
    if (before->age == AGE_NUMBERED)
        return next->age == AGE_CURRENT ? before->number <= 1 : next->number == before->number - 1;
    return next->age == AGE_CURRENT || !slice_equal(next->date, before->date) ||
           next->number == before->number - 1;
}
