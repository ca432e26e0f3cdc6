#include "parsers/log/dress_bind.h"

#include "parsers/log/clock.h"

/** A date without year or zone is kept as it is printed. */
static void bind_printed(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    prefix->message.time.printed = value;
    if (!prefix->message.time.has_wall)
        prefix->message.time.wall_source = row->wall_source;
}

static void set_wall(struct prefix *prefix, enum wall_source source, int64_t us)
{
    prefix->message.time.has_wall = true;
    prefix->message.time.wall_us = us;
    prefix->message.time.wall_source = source;
    prefix->message.time.printed = (struct slice){0};
}

static void bind_iso(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    struct clock_reading reading;
    if (clock_read(value, &reading) && reading.has_zone)
        set_wall(prefix, row->wall_source, reading.us);
    else
        bind_printed(prefix, row, value);
}

static void bind_epoch(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    int64_t us;
    if (clock_read_uptime(value, &us))
        set_wall(prefix, row->wall_source, us);
}

static void set_monotonic(struct prefix *prefix, int64_t us)
{
    prefix->message.time.has_monotonic = true;
    prefix->message.time.monotonic_us = us;
}

static void bind_uptime(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    int64_t us;
    if (clock_read_uptime(value, &us))
        set_monotonic(prefix, us);
}

/* Of fewer digits behind the point than the kernel prints. */
static void bind_rounded(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    enum { SIX_DIGITS = 7, LONGEST = 20 };
    char padded[LONGEST + SIX_DIGITS];
    size_t point = slice_find_byte(value, '.');
    if (point > LONGEST - SIX_DIGITS || value.length > point + SIX_DIGITS)
        return;
    memcpy(padded, value.data, value.length);
    memset(padded + value.length, '0', point + SIX_DIGITS - value.length);
    bind_uptime(prefix, row, slice_of(padded, point + SIX_DIGITS));
}

static void bind_microseconds(struct prefix *prefix, const struct dress_row *row,
                              struct slice value)
{
    (void)row;
    int64_t us;
    if (slice_to_number(value, &us))
        set_monotonic(prefix, us);
}

static void bind_host(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    prefix->message.host = value;
}

static void bind_tag(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    prefix_set_tag(prefix, slice_trim(value));
}

static void bind_caller(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    prefix->message.caller = value;
}

static void bind_priority(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    int64_t priority;
    if (slice_to_number(value, &priority))
        prefix_set_priority(prefix, priority);
}

/** Index of @p name in @p names, -1 when it is not there. */
static int name_find(const char *const *names, int count, struct slice name)
{
    for (int i = 0; i < count; i++)
        if (slice_equal(slice_from_string(names[i]), name))
            return i;
    return -1;
}

/* <syslog.h> facilitynames; the last eight are local0 to local7, four before them are unused */
static const char *const facilities[] = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "",       "",       "",       "",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7",
};

static const char *const levels[] = {
    "emerg", "alert", "crit", "err", "warn", "notice", "info", "debug", "warning", "error", "panic",
};

/** Behind the group "level", which comes later in every pattern, this is complete. */
static void bind_facility(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    int facility = name_find(facilities, sizeof facilities / sizeof *facilities, value);
    if (facility >= 0)
        prefix_set_priority(prefix, (int64_t)facility * 8);
}

static void bind_level(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    static const int aliases[] = {4, 3, 0};
    int level = name_find(levels, sizeof levels / sizeof *levels, value);
    if (level >= 8)
        level = aliases[level - 8];
    if (level >= 0 && prefix->message.priority >= 0)
        prefix->message.priority += level;
}

static void bind_boot(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    prefix->message.boot = value;
    prefix->is_boot = true;
}

static void bind_base(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    bind_printed(prefix, row, value);
    prefix->is_base = true;
}

static void bind_delta(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row, (void)value;
    prefix->is_delta = true;
}

static void bind_partial(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    prefix->is_partial = slice_equal(value, SLICE("P"));
}

static void bind_channel(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    prefix->channel = value;
}

/** "c": a fragment behind an unfinished line; '+' was written for it before Linux 4.9. */
static void bind_flag(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    prefix->is_kmsg = true;
    prefix->message.is_continuation = !slice_equal(value, SLICE("-"));
}

static void bind_sequence(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    if (!slice_to_number(value, &prefix->sequence))
        prefix->sequence = -1;
}

/** "ncfrag=0/33": the first byte of it, and how many there are in all. */
static void bind_fragment(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    struct slice total = value, start = slice_cut(&total, '/');
    prefix->is_fragment = slice_to_number(start, &prefix->fragment_start) &&
                          slice_to_number(total, &prefix->fragment_total);
}

static void bind_part(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row, (void)value;
    prefix->is_pstore = true;
}

static void bind_dropped(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row, (void)value;
    prefix->is_dropped = true;
}

/** The text in "message repeated 5 times: [ text]". */
static void bind_repeated(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row, (void)value;
    struct slice *text = &prefix->message.text;
    while (text->length && text->data[text->length - 1] == ' ')
        text->length--;
    if (text->length && text->data[text->length - 1] == ']')
        text->length--;
}

/** Where a cell ends: at a comma, or at the quote that is neither doubled nor escaped. */
static size_t cell_end(struct slice text, bool is_quoted)
{
    size_t at = is_quoted ? 0 : slice_find_byte(text, ',');
    if (!is_quoted)
        return at == SLICE_NOT_FOUND ? text.length : at;
    while (at < text.length) {
        bool is_pair = at + 1 < text.length && text.data[at + 1] == '"' &&
                       (text.data[at] == '"' || text.data[at] == '\\');
        if (text.data[at] == '"' && !is_pair)
            break;
        at += is_pair ? 2 : 1;
    }
    return at;
}

/** The quote, or nothing, at which the last cell of a table's row begins. */
static void bind_cell(struct prefix *prefix, const struct dress_row *row, struct slice value)
{
    (void)row;
    struct slice *text = &prefix->message.text;
    size_t start = (size_t)(value.data - text->data) + value.length;
    text->length = start + cell_end(slice_skip(*text, start), value.length > 0);
}

const struct dress_binding dress_bindings[DRESS_BINDINGS] = {
    {"printed", bind_printed},   {"iso", bind_iso},           {"epoch", bind_epoch},
    {"uptime", bind_uptime},     {"rounded", bind_rounded},   {"microseconds", bind_microseconds},
    {"host", bind_host},         {"tag", bind_tag},           {"caller", bind_caller},
    {"priority", bind_priority}, {"facility", bind_facility}, {"level", bind_level},
    {"boot", bind_boot},         {"base", bind_base},         {"delta", bind_delta},
    {"partial", bind_partial},   {"channel", bind_channel},   {"flag", bind_flag},
    {"sequence", bind_sequence}, {"fragment", bind_fragment}, {"part", bind_part},
    {"repeated", bind_repeated}, {"dropped", bind_dropped},   {"cell", bind_cell},
};
