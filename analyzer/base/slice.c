#define _GNU_SOURCE /* memmem, memrchr */
#include "analyzer/base/slice.h"

int slice_compare(struct slice a, struct slice b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

size_t slice_find(struct slice text, struct slice needle)
{
    const char *at =
        text.length ? memmem(text.data, text.length, needle.data, needle.length) : NULL;
    return at ? (size_t)(at - text.data) : SLICE_NOT_FOUND;
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

struct slice slice_trim(struct slice text)
{
    const char *start = text.data, *end = text.data + text.length;
    while (start < end && is_blank(*start))
        start++;
    while (start < end && is_blank(end[-1]))
        end--;
    return slice_of(start, (size_t)(end - start));
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
    struct slice word = slice_of(text->data + start, end - start);
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
