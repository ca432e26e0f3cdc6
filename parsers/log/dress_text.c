#include "parsers/log/dress_text.h"

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 256, ESC = 0x1b, BELL = 0x07 };

void buffer_append(struct buffer *buffer, struct slice text)
{
    text = slice_take(text, LIMIT_LINE - buffer->length);
    if (text.length == 0)
        return;
    if (buffer->length + text.length > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
        while (capacity < buffer->length + text.length)
            capacity *= 2;
        buffer->data = must_reallocate(buffer->data, capacity);
        buffer->capacity = capacity;
    }
    memcpy(buffer->data + buffer->length, text.data, text.length);
    buffer->length += text.length;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

/* Sixteen bytes at a time: every line passes here. */
enum { LANES = 16 };
typedef unsigned char lanes __attribute__((vector_size(LANES)));

struct lane_marks {
    lanes controls, escapes; /* not 0 where a byte is one */
};

static inline void mark_lanes(struct lane_marks *marks, lanes bytes)
{
    marks->controls |= (lanes)((bytes & 0xe0) == 0);
    marks->escapes |= (lanes)(bytes == '#') | (lanes)(bytes == '\\');
}

static bool is_marked(lanes marks)
{
    uint64_t halves[2];
    memcpy(halves, &marks, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

unsigned text_scan(struct slice text)
{
    struct lane_marks marks = {0};
    lanes bytes;
    size_t i = 0;
    for (; i + LANES <= text.length; i += LANES) {
        memcpy(&bytes, text.data + i, LANES);
        mark_lanes(&marks, bytes);
    }
    memset(&bytes, ' ', LANES);
    if (i > 0) /* the last bytes overlap with those before */
        memcpy(&bytes, text.data + text.length - LANES, LANES);
    else if (text.length)
        memcpy(&bytes, text.data, text.length);
    mark_lanes(&marks, bytes);
    return (is_marked(marks.controls) ? TEXT_HAS_CONTROLS : 0) |
           (is_marked(marks.escapes) ? TEXT_HAS_ESCAPES : 0);
}

static bool is_trailing(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

struct slice text_trim_end(struct slice text)
{
    while (text.length && is_trailing(text.data[text.length - 1]))
        text.length--;
    return text;
}

static bool is_between(char c, unsigned char low, unsigned char high)
{
    return (unsigned char)c >= low && (unsigned char)c <= high;
}

/** Length of the control sequence at the front of @p text (ECMA-48: CSI, or OSC as hyperlinks use
 * it), 0 when there is none. */
static size_t terminal_sequence(struct slice text)
{
    if (text.length < 3 || text.data[0] != ESC)
        return 0;
    size_t i = 2;
    if (text.data[1] == '[') {
        while (i < text.length && is_between(text.data[i], 0x20, 0x3f))
            i++;
        return i < text.length && is_between(text.data[i], 0x40, 0x7e) ? i + 1 : 0;
    }
    if (text.data[1] == ']') {
        while (i < text.length && is_between(text.data[i], 0x20, 0xff))
            i++;
        if (i < text.length && text.data[i] == BELL)
            return i + 1;
        return i + 1 < text.length && text.data[i] == ESC && text.data[i + 1] == '\\' ? i + 2 : 0;
    }
    return 0;
}

void text_clean(struct buffer *buffer)
{
    size_t kept = 0;
    for (size_t i = 0; i < buffer->length;) {
        char c = buffer->data[i];
        size_t skipped = terminal_sequence(slice_skip(buffer_text(buffer), i));
        i += skipped ? skipped : 1;
        if (!skipped && c != '\0' && c != '\r')
            buffer->data[kept++] = c;
    }
    buffer->length = kept;
}

static const struct slice hard_blanks[] = {
    SLICE_INIT("\xc2\xa0"),
    SLICE_INIT("&nbsp;"),
    SLICE_INIT("&#160;"),
};
enum { HARD_BLANKS = sizeof hard_blanks / sizeof *hard_blanks };

bool text_has_hard_blanks(struct slice text)
{
    bool has = false;
    for (size_t i = 0; i < HARD_BLANKS; i++)
        has |= slice_contains(text, hard_blanks[i]);
    return has;
}

/** Length of the one at the front of @p text; 0: there is none. */
static size_t hard_blank_length(struct slice text)
{
    for (size_t i = 0; i < HARD_BLANKS; i++)
        if (slice_starts(text, hard_blanks[i]))
            return hard_blanks[i].length;
    return 0;
}

void text_soften_blanks(struct buffer *buffer)
{
    size_t kept = 0;
    for (size_t i = 0; i < buffer->length;) {
        size_t length = hard_blank_length(slice_skip(buffer_text(buffer), i));
        buffer->data[kept++] = length ? ' ' : buffer->data[i];
        i += length ? length : 1;
    }
    buffer->length = kept;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int hex_byte(const char *digits)
{
    int high = hex_digit(digits[0]), low = hex_digit(digits[1]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static bool is_control(int byte)
{
    return (byte >= 0 && byte < 0x20) || byte == 0x7f;
}

/** The byte for which the escape at the front of @p text stands, and its length; -1 for none. */
static int escaped_byte(struct slice text, bool is_kmsg, size_t *ret_length)
{
    if (text.length < 4)
        return -1;
    const char *at = text.data;
    int byte = -1;
    if (at[0] == '\\' && at[1] == 'x')
        byte = hex_byte(at + 2);
    else if (at[0] == '#' && is_between(at[1], '0', '1') && is_between(at[2], '0', '7') &&
             is_between(at[3], '0', '7'))
        byte = (at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0');
    *ret_length = 4;
    return is_control(byte) || (is_kmsg && at[0] == '\\') ? byte : -1;
}

void text_undo_escapes(struct slice text, bool is_kmsg, struct buffer *ret)
{
    size_t plain = 0, length;
    for (size_t i = 0; i < text.length;) {
        bool may_escape = text.data[i] == '#' || text.data[i] == '\\';
        int byte = may_escape ? escaped_byte(slice_skip(text, i), is_kmsg, &length) : -1;
        if (byte < 0) {
            i++;
            continue;
        }
        char c = (char)byte;
        buffer_append(ret, slice_of(text.data + plain, i - plain));
        buffer_append(ret, slice_of(&c, 1));
        plain = i += length;
    }
    buffer_append(ret, slice_skip(text, plain));
}

/** The byte of "=3D" at @p at; lower case is not written by mailers, so it does not count. */
static int quoted_byte(struct slice line, size_t at)
{
    if (line.length - at < 3)
        return -1;
    const char *digits = line.data + at + 1;
    bool is_lower = is_between(digits[0], 'a', 'f') || is_between(digits[1], 'a', 'f');
    return is_lower ? -1 : hex_byte(digits);
}

bool text_is_quoted_printable(struct slice line, size_t *ret_count)
{
    *ret_count = 0;
    for (size_t i = 0; i < line.length; i++) {
        if (line.data[i] != '=' || i + 1 == line.length)
            continue;
        if (quoted_byte(line, i) < 0)
            return false;
        ++*ret_count;
    }
    return true;
}

void text_decode_quoted_printable(struct slice line, struct buffer *ret)
{
    for (size_t i = 0; i < line.length; i++) {
        char c = line.data[i];
        int byte = c == '=' ? quoted_byte(line, i) : -1;
        if (c == '=' && i + 1 == line.length)
            break;
        if (byte >= 0) {
            c = (char)byte;
            i += 2;
        }
        buffer_append(ret, slice_of(&c, 1));
    }
}

/** The six bits of a base64 digit; -1: it is none. */
static int base64_digit(char c)
{
    if (is_between(c, 'A', 'Z'))
        return c - 'A';
    if (is_between(c, 'a', 'z'))
        return c - 'a' + 26;
    if (is_between(c, '0', '9'))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool text_is_base64(struct slice text, size_t least)
{
    size_t digits = 0;
    text = text_trim_end(text);
    while (text.length && text.data[text.length - 1] == '=')
        text.length--;
    for (size_t i = 0; i < text.length; i++) {
        bool is_digit = base64_digit(text.data[i]) >= 0;
        if (!is_digit && text.data[i] != '\n' && text.data[i] != '\r')
            return false;
        digits += is_digit;
    }
    return digits >= least && digits % 4 != 1;
}

void text_decode_base64(struct slice text, struct buffer *ret)
{
    uint32_t bits = 0;
    int have = 0;
    for (size_t i = 0; i < text.length; i++) {
        int digit = base64_digit(text.data[i]);
        if (digit < 0)
            continue;
        bits = bits << 6 | (uint32_t)digit;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        char byte = (char)(bits >> have & 0xff);
        buffer_append(ret, slice_of(&byte, 1));
    }
}
