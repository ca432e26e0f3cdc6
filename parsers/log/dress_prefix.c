#include "parsers/log/dress_prefix.h"

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

/* ---- Mmm dd hh:mm:ss host tag[pid]: ---- */

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

static bool ends_tag(char c)
{
    return c == ':' || c == '[' || c == ' ' || c == ']' || c == '\t';
}

/** "tag: " or "tag[123]: " at the front of @p text; a blank may be missing at the end of it. */
static bool take_tag(struct slice *text, struct slice *ret)
{
    struct slice rest = *text;
    size_t length = 0;
    while (length < rest.length && length < NAME_MAX_LENGTH && !ends_tag(rest.data[length]))
        length++;
    rest = slice_skip(rest, length);
    if (length == 0 || rest.length == 0)
        return false;
    if (rest.data[0] == '[') {
        size_t end = slice_find_byte(slice_take(rest, 32), ']');
        if (end == SLICE_NOT_FOUND)
            return false;
        rest = slice_skip(rest, end + 1);
    }
    if (!slice_starts(rest, SLICE(": ")) && !slice_equal(rest, SLICE(":")))
        return false;
    *ret = slice_take(*text, length);
    *text = slice_skip(rest, 2);
    return true;
}

static bool take_rfc3164(struct prefix *prefix)
{
    struct slice rest = prefix->message.text, host, tag;
    if (!is_date(rest))
        return false;
    struct slice date = slice_take(rest, DATE_LENGTH);
    rest = slice_skip(rest, DATE_LENGTH + 1);
    if (!take_host(&rest, &host) || !take_tag(&rest, &tag))
        return false;
    prefix->message.time.printed = date;
    prefix->message.time.wall_source = WALL_SYSLOG;
    prefix->message.host = host;
    prefix_set_tag(prefix, tag);
    prefix_follow(prefix, LAYER_SYSLOG, rest);
    return true;
}

/* ---- [12345.678901] and [ T1234] ---- */

static size_t skip_blanks(struct slice text, size_t at)
{
    while (at < text.length && text.data[at] == ' ')
        at++;
    return at;
}

/** "[ 12.345678]": its length, 0 when there is none. A time has a point and six digits; a process
 * id in brackets has not. */
static size_t read_stamp(struct slice text, int64_t *ret_us)
{
    enum { SECONDS_DIGITS = 12, FRACTION_DIGITS = 6 };
    int64_t seconds = 0, fraction = 0;
    size_t start = skip_blanks(text, 1), at = start;
    for (; at < text.length && is_digit(text.data[at]) && at - start <= SECONDS_DIGITS; at++)
        seconds = seconds * 10 + (text.data[at] - '0');
    if (at == start || at - start > SECONDS_DIGITS || text.length - at < FRACTION_DIGITS + 2 ||
        text.data[at] != '.')
        return 0;
    for (size_t i = 1; i <= FRACTION_DIGITS; i++) {
        if (!is_digit(text.data[at + i]))
            return 0;
        fraction = fraction * 10 + (text.data[at + i] - '0');
    }
    *ret_us = seconds * 1000000 + fraction;
    at += FRACTION_DIGITS + 1;
    return text.data[at] == ']' ? at + 1 : 0;
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
    size_t length = read_stamp(rest, &us);
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
        return prefix->allowed & LAYER_SYSLOG && take_rfc3164(prefix) ? LAYER_SYSLOG : 0;
    }
}
