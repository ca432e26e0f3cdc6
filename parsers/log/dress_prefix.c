#include "parsers/log/dress_prefix.h"

#include "parsers/log/clock.h"

enum { DATE_LENGTH = sizeof "Nov 23 01:02:03" - 1, CLOCK_WINDOW = 48, NAME_MAX_LENGTH = 255 };

struct prefix prefix_of(struct slice line)
{
    return (struct prefix){.message = {.text = line, .priority = -1}, .allowed = LAYER_ALL};
}

static unsigned layers_behind(enum prefix_layer layer, bool has_tag)
{
    switch (layer) {
    case LAYER_COLLECTOR:
        return LAYER_ALL;
    case LAYER_SYSLOG: /* a relay puts its own date and name before a line that has them */
        return LAYER_LEVEL | LAYER_RECORD | LAYER_STAMP | LAYER_TAG | LAYER_REPEAT |
               (has_tag ? 0 : LAYER_SYSLOG);
    case LAYER_LEVEL:
        return LAYER_SYSLOG | LAYER_LEVEL | LAYER_STAMP | LAYER_TAG;
    case LAYER_STAMP:
        return LAYER_LEVEL | LAYER_STAMP | LAYER_CALLER | LAYER_TAG | LAYER_REPEAT;
    case LAYER_CALLER:
        return LAYER_LEVEL | LAYER_CALLER | LAYER_TAG;
    case LAYER_TAG:
    case LAYER_REPEAT:
        return LAYER_LEVEL | LAYER_STAMP | LAYER_TAG | LAYER_REPEAT;
    case LAYER_RECORD:
    case LAYER_LINE:
    case LAYER_ALL:
        break;
    }
    return 0;
}

void prefix_follow(struct prefix *prefix, enum prefix_layer layer, struct slice rest)
{
    prefix->message.text = rest;
    prefix->is_dressed = true;
    prefix->allowed = layers_behind(layer, prefix->message.tag.length > 0);
}

void prefix_set_tag(struct prefix *prefix, struct slice tag)
{
    if (slice_ends(tag, SLICE(".service")))
        tag.length -= sizeof ".service" - 1;
    prefix->message.tag = tag;
    if (tag.length && !slice_equal(tag, SLICE("kernel")))
        prefix->evidence |= EVIDENCE_USER;
}

void prefix_set_priority(struct prefix *prefix, int64_t priority)
{
    prefix->message.priority = (int)priority;
    if (priority >= 8) /* the kernel's facility is 0, and nobody else may use it */
        prefix->evidence |= EVIDENCE_USER;
}

enum provenance prefix_provenance(const struct prefix *prefix)
{
    if (prefix->evidence & EVIDENCE_CONTAINER)
        return PROVENANCE_CONTAINER;
    if (prefix->evidence & EVIDENCE_USER)
        return PROVENANCE_USER;
    return prefix->evidence & EVIDENCE_KERNEL ? PROVENANCE_KERNEL : PROVENANCE_FILE;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool prefix_is_kernel_text(struct slice text)
{
    if (text.length && text.data[0] == ' ')
        text = slice_skip(text, 1);
    if (text.length == 0 || text.data[0] == ' ')
        return true;
    if (text.data[0] != '[')
        return false;
    uint64_t number;
    size_t at = 1;
    if (text.length > 1 + 8 + 8) { /* nearly always, and then nearly all of them */
        at += eight_repeated(text.data + at, ' ');
        at += eight_digits(text.data + at, &number);
    }
    while (at < text.length && (text.data[at] == ' ' || is_digit(text.data[at])))
        at++;
    return at == text.length || text.data[at] == ']' || text.data[at] == '<';
}

static bool is_clock(const char *at)
{
    return is_digit(at[0]) && is_digit(at[1]) && at[2] == ':' && is_digit(at[3]) &&
           is_digit(at[4]) && at[5] == ':' && is_digit(at[6]) && is_digit(at[7]);
}

bool prefix_has_clock(struct slice text)
{
    struct slice window = slice_take(text, CLOCK_WINDOW);
    for (size_t from = 2, colon; from < window.length; from = colon + 1) {
        colon = slice_find_byte(slice_skip(window, from), ':');
        if (colon == SLICE_NOT_FOUND)
            return false;
        colon += from;
        if (colon + 6 <= window.length && is_clock(window.data + colon - 2))
            return true;
    }
    return false;
}

/* ---- date host tag[pid]: */

static bool is_month(const char *at)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (size_t i = 0; i < sizeof months - 1; i += 3)
        if (memcmp(at, months + i, 3) == 0)
            return true;
    return false;
}

static bool is_date(struct slice text)
{
    const char *at = text.data;
    return text.length > DATE_LENGTH + 1 && at[3] == ' ' && at[6] == ' ' &&
           at[DATE_LENGTH] == ' ' && (at[4] == ' ' || is_digit(at[4])) && is_digit(at[5]) &&
           is_clock(at + 7) && is_month(at);
}

/** "Call Trace:" and "Hardware name:" are the kernel's words, not a host and a tag. */
static bool is_kernel_word(struct slice host)
{
    return slice_equal(host, SLICE("Call")) || slice_equal(host, SLICE("Hardware")) ||
           slice_equal(host, SLICE("Kernel"));
}

/** A host name at the front of @p text, and the blank behind it. */
static bool take_host(struct slice *text, struct slice *ret)
{
    size_t length = slice_find_byte(slice_take(*text, NAME_MAX_LENGTH), ' ');
    if (length == SLICE_NOT_FOUND || length == 0 || strchr("[<", text->data[0]) ||
        text->data[length - 1] == ':')
        return false;
    *ret = slice_take(*text, length);
    if (is_kernel_word(*ret))
        return false;
    *text = slice_skip(*text, length + 1);
    return true;
}

/** "tag: " or "tag[123]: " at the front of @p text; the blank may be missing at the end of it. */
static bool take_tag(struct slice *text, struct slice *ret)
{
    size_t colon = slice_find_byte(slice_take(*text, NAME_MAX_LENGTH), ':');
    struct slice tag = slice_take(*text, colon);
    if (colon == SLICE_NOT_FOUND || colon == 0 || tag.data[0] == '[' ||
        slice_find_byte(tag, ' ') != SLICE_NOT_FOUND ||
        slice_find_byte(tag, '\t') != SLICE_NOT_FOUND)
        return false;
    if (colon + 1 < text->length && text->data[colon + 1] != ' ')
        return false;
    size_t bracket = slice_find_byte(tag, '[');
    if (bracket != SLICE_NOT_FOUND && tag.data[colon - 1] != ']')
        return false;
    tag = slice_take(tag, bracket);
    if (slice_find_byte(tag, ']') != SLICE_NOT_FOUND)
        return false;
    *ret = tag;
    *text = slice_skip(*text, colon + 2);
    return true;
}

/** "host tag[pid]: " behind the blank that ends the date. */
static bool take_host_and_tag(struct prefix *prefix, struct slice rest)
{
    struct slice host, tag;
    if (!take_host(&rest, &host) || !take_tag(&rest, &tag))
        return false;
    prefix->message.time.wall_source = WALL_SYSLOG;
    prefix->message.host = host;
    prefix_set_tag(prefix, tag);
    prefix_follow(prefix, LAYER_SYSLOG, rest);
    return true;
}

static bool take_rfc3164(struct prefix *prefix)
{
    struct slice text = prefix->message.text;
    if (!is_date(text) || !take_host_and_tag(prefix, slice_skip(text, DATE_LENGTH + 1)))
        return false;
    prefix->message.time.printed = slice_take(text, DATE_LENGTH);
    return true;
}

/** "2026-11-23T01:02:03.123456+00:00 host tag: ", rsyslog's default; a zone without colon is
 * journalctl's. */
static bool take_rfc3339(struct prefix *prefix)
{
    enum { ISO_MAX = 40, SECONDS_END = sizeof "2026-11-23T01:02:03" - 1 };
    struct slice text = prefix->message.text;
    if (text.length < ISO_MAX || text.data[4] != '-' || text.data[10] != 'T' ||
        text.data[SECONDS_END] == ',')
        return false;
    size_t end = slice_find_byte(slice_take(text, ISO_MAX), ' ');
    struct clock_reading reading;
    if (end == SLICE_NOT_FOUND || end <= SECONDS_END ||
        (text.data[end - 1] != 'Z' && text.data[end - 3] != ':') ||
        !clock_read(slice_take(text, end), &reading) || !reading.has_zone ||
        !take_host_and_tag(prefix, slice_skip(text, end + 1)))
        return false;
    prefix->message.time.has_wall = true;
    prefix->message.time.wall_us = reading.us;
    prefix->message.time.printed = (struct slice){0};
    return true;
}

static bool take_syslog(struct prefix *prefix)
{
    return is_digit(prefix->message.text.data[0]) ? take_rfc3339(prefix) : take_rfc3164(prefix);
}

/* ---- [12345.678901] and [ T1234] */

static size_t skip_blanks(struct slice text, size_t at)
{
    while (at < text.length && text.data[at] == ' ')
        at++;
    return at;
}

size_t prefix_read_stamp(struct slice text, int64_t *ret_us)
{
    enum { SECONDS_DIGITS = 12, FRACTION_DIGITS = 6, BEHIND_POINT = sizeof "678901]" - 1 };
    int64_t seconds;
    uint64_t fraction;
    struct slice rest = slice_skip_blanks(slice_skip(text, 1)), digits = rest;
    if (!rest.length || !is_digit(rest.data[0]) || !slice_take_number(&rest, &seconds) ||
        digits.length - rest.length > SECONDS_DIGITS || rest.length < 1 + BEHIND_POINT ||
        rest.data[0] != '.')
        return 0;
    uint64_t eight = eight_bytes(rest.data) ^ ('.' ^ '0'); /* ".678901]" as "0678901]" */
    if (word_digits(eight, &fraction) != 1 + FRACTION_DIGITS || rest.data[BEHIND_POINT] != ']')
        return 0;
    *ret_us = seconds * 1000000 + (int64_t)fraction;
    return text.length - rest.length + 1 + BEHIND_POINT;
}

/** "[ T1234]" or "[    C0]": its length, 0 when there is none. */
static size_t read_caller(struct slice text, struct slice *ret)
{
    size_t start = skip_blanks(text, 1), at = start + 1;
    if (text.length < 4 || text.data[0] != '[' || start >= text.length ||
        (text.data[start] != 'T' && text.data[start] != 'C'))
        return 0;
    while (at < text.length && is_digit(text.data[at]))
        at++;
    if (at == start + 1 || at >= text.length || text.data[at] != ']')
        return 0;
    *ret = slice_of(text.data + start, at - start);
    return at + 1;
}

/** journalctl -o short-monotonic goes on with a host and a tag, dmesg with the kernel's text: the
 * tag must be "kernel", or have a pid. */
static void take_monotonic_host(struct prefix *prefix)
{
    struct slice rest = prefix->message.text, host, tag;
    if (!take_host(&rest, &host))
        return;
    struct slice tagged = rest;
    if (!take_tag(&rest, &tag))
        return;
    struct slice pid = slice_skip(tagged, tag.length + 1);
    bool has_pid = tagged.data[tag.length] == '[' && pid.length && is_digit(pid.data[0]);
    if (!has_pid && !slice_equal(tag, SLICE("kernel")))
        return;
    prefix->message.host = host;
    prefix_set_tag(prefix, tag);
    prefix_follow(prefix, LAYER_SYSLOG, rest);
}

static bool take_stamp(struct prefix *prefix)
{
    struct slice rest = prefix->message.text, caller = {0};
    bool is_first = prefix->allowed & LAYER_SYSLOG;
    int64_t us;
    size_t length = prefix_read_stamp(rest, &us);
    if (length == 0)
        return false;
    rest = slice_skip(rest, length);
    struct slice gap = slice_starts(rest, SLICE(" [")) ? slice_skip(rest, 1) : rest;
    length = read_caller(gap, &caller);
    if (length)
        rest = slice_skip(gap, length);
    if (rest.length && rest.data[0] != ' ')
        return false;
    prefix->message.time.has_monotonic = true;
    prefix->message.time.monotonic_us = us;
    prefix->message.caller = caller;
    prefix_follow(prefix, LAYER_STAMP, slice_skip(rest, 1));
    if (is_first && length == 0)
        take_monotonic_host(prefix);
    return true;
}

/** "<4>", but not the "<30>1 " of RFC 5424. */
static bool take_level(struct prefix *prefix)
{
    struct slice rest = slice_skip(prefix->message.text, 1);
    int64_t priority;
    size_t digits = rest.length;
    if (rest.length == 0 || !is_digit(rest.data[0]) || !slice_take_number(&rest, &priority))
        return false;
    digits -= rest.length;
    if (digits > 3 || rest.length < 2 || rest.data[0] != '>' || slice_starts(rest, SLICE(">1 ")))
        return false;
    prefix_set_priority(prefix, priority);
    prefix_follow(prefix, LAYER_LEVEL, slice_skip(rest, 1));
    return true;
}

unsigned prefix_take_common(struct prefix *prefix)
{
    if (prefix->message.text.length == 0)
        return 0;
    switch (prefix->message.text.data[0]) {
    case '[':
        return prefix->allowed & LAYER_STAMP && take_stamp(prefix) ? LAYER_STAMP : 0;
    case '<':
        return prefix->allowed & LAYER_LEVEL && take_level(prefix) ? LAYER_LEVEL : 0;
    default:
        return prefix->allowed & LAYER_SYSLOG && take_syslog(prefix) ? LAYER_SYSLOG : 0;
    }
}
