#define _GNU_SOURCE /* memrchr */
#include "analyzer/base/slice.h"

int slice_compare(struct slice a, struct slice b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

typedef char block __attribute__((vector_size(16)));

/* The places among 16 at which both the first and the last byte of a needle stand: some byte of the
 * result is not 0. */
static block find_ends(const char *text, block first, block last, size_t length)
{
    block heads, tails;
    memcpy(&heads, text, sizeof heads);
    memcpy(&tails, text + length - 1, sizeof tails);
    return (block)(heads == first) & (block)(tails == last);
}

static bool is_any(block places)
{
    uint64_t halves[2];
    memcpy(halves, &places, sizeof halves);
    return halves[0] | halves[1];
}

static size_t find_plainly(struct slice text, struct slice needle, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++)
        if (text.data[i] == needle.data[0] &&
            memcmp(text.data + i, needle.data, needle.length) == 0)
            return i;
    return SLICE_NOT_FOUND;
}

/* memmem() takes four times as long to say that a line does not hold a few words. */
size_t slice_find(struct slice text, struct slice needle)
{
    const size_t length = needle.length, step = sizeof(block);
    if (length == 0 || length > text.length)
        return length == 0 && text.length ? 0 : SLICE_NOT_FOUND;
    const size_t places = text.length - length + 1;
    if (places < step)
        return find_plainly(text, needle, 0, places);
    const block first = needle.data[0] - (block){0}, last = needle.data[length - 1] - (block){0};
    for (size_t at = 0; at < places; at += step) {
        size_t from = at + step <= places ? at : places - step; /* the last ones overlap */
        size_t hit = SLICE_NOT_FOUND;
        if (is_any(find_ends(text.data + from, first, last, length)))
            hit = find_plainly(text, needle, from, from + step);
        if (hit != SLICE_NOT_FOUND)
            return hit;
    }
    return SLICE_NOT_FOUND;
}

size_t slice_find_last(struct slice text, struct slice needle)
{
    if (needle.length == 0)
        return text.length;
    for (size_t end = text.length; end >= needle.length;) {
        const char *at = memrchr(text.data, needle.data[0], end - needle.length + 1);
        if (!at)
            break;
        if (memcmp(at, needle.data, needle.length) == 0)
            return (size_t)(at - text.data);
        end = (size_t)(at - text.data) + needle.length - 1;
    }
    return SLICE_NOT_FOUND;
}

size_t slice_find_byte(struct slice text, char c)
{
    const char *at = text.length ? memchr(text.data, c, text.length) : NULL;
    return at ? (size_t)(at - text.data) : SLICE_NOT_FOUND;
}

size_t slice_count_byte(struct slice text, char c)
{
    size_t count = 0;
    for (size_t at; (at = slice_find_byte(text, c)) != SLICE_NOT_FOUND; count++)
        text = slice_skip(text, at + 1);
    return count;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct slice slice_trim_ends(struct slice text)
{
    size_t start = 0, end = text.length;
    while (start < end && is_blank(text.data[start]))
        start++;
    while (start < end && is_blank(text.data[end - 1]))
        end--;
    return slice_skip(slice_take(text, end), start);
}

struct slice slice_cut(struct slice *text, char separator)
{
    size_t at = slice_find_byte(*text, separator);
    struct slice head = slice_take(*text, at);
    *text = at == SLICE_NOT_FOUND ? slice_skip(*text, text->length) : slice_skip(*text, at + 1);
    return head;
}

struct slice slice_word(struct slice *text)
{
    size_t start = 0;
    while (start < text->length && is_blank(text->data[start]))
        start++;
    size_t end = start;
    while (end < text->length && !is_blank(text->data[end]))
        end++;
    struct slice word = slice_skip(slice_take(*text, end), start);
    *text = slice_skip(*text, end);
    return word;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool slice_take_hex(struct slice *text, uint64_t *ret)
{
    size_t start = slice_starts(*text, SLICE("0x")) || slice_starts(*text, SLICE("0X")) ? 2 : 0;
    size_t i = start;
    uint64_t value = 0;
    for (; i < text->length && hex_digit(text->data[i]) >= 0; i++) {
        if (value >> 60)
            return false;
        value = value << 4 | (uint64_t)hex_digit(text->data[i]);
    }
    if (i == start)
        return false;
    *ret = value;
    *text = slice_skip(*text, i);
    return true;
}

bool slice_to_number(struct slice text, int64_t *ret)
{
    return slice_take_number(&text, ret) && text.length == 0;
}

struct slice slice_last_component(struct slice path)
{
    while (path.length > 1 && path.data[path.length - 1] == '/')
        path.length--;
    size_t slash = slice_find_last(path, SLICE("/"));
    return slash == SLICE_NOT_FOUND || path.length == 1 ? path : slice_skip(path, slash + 1);
}
