/*
 * A piece of text that somebody else owns: pointer and length, no terminator.
 *
 * Log text is never NUL-terminated and never trusted; every parser works on slices that point into
 * a buffer or an arena. A slice is valid as long as what it points into.
 */
#ifndef WHYOOM_BASE_SLICE_H
#define WHYOOM_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *data;
    size_t length;
};

/** A slice of a string literal. */
#define SLICE(literal) ((struct slice){"" literal, sizeof(literal) - 1})

/** The same as an initializer, for static tables. */
#define SLICE_INIT(literal)             \
    {                                   \
        "" literal, sizeof(literal) - 1 \
    }

/** printf arguments for "%.*s". */
#define SLICE_ARG(s) (int)(s).length, (s).data

static inline struct slice slice_of(const char *data, size_t length)
{
    return (struct slice){data, length};
}

static inline struct slice slice_from_string(const char *string)
{
    return (struct slice){string, string ? strlen(string) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/** Byte by byte, a prefix before what it begins: negative, 0 or positive, for qsort(). */
int slice_compare(struct slice a, struct slice b);

static inline bool slice_starts(struct slice text, struct slice prefix)
{
    if (prefix.length == 0)
        return true;
    return text.length >= prefix.length &&
           text.data[0] == prefix.data[0] && /* mostly decided here */
           memcmp(text.data, prefix.data, prefix.length) == 0;
}

static inline bool slice_ends(struct slice text, struct slice suffix)
{
    return text.length >= suffix.length &&
           memcmp(text.data + text.length - suffix.length, suffix.data, suffix.length) == 0;
}

/** The text from @p from on; empty when @p from is past the end. */
static inline struct slice slice_skip(struct slice text, size_t from)
{
    if (from > text.length)
        from = text.length;
    const char *data = text.data ? text.data + from : NULL; /* NULL + 0 is undefined */
    return (struct slice){data, text.length - from};
}

/** The first @p length bytes, or all if there are fewer. */
static inline struct slice slice_take(struct slice text, size_t length)
{
    return (struct slice){text.data, length < text.length ? length : text.length};
}

#define SLICE_NOT_FOUND ((size_t)-1)

/** Offset of the first @p needle in @p text, or SLICE_NOT_FOUND. */
size_t slice_find(struct slice text, struct slice needle);

/** Offset of the last @p needle in @p text, or SLICE_NOT_FOUND. */
size_t slice_find_last(struct slice text, struct slice needle);

static inline bool slice_contains(struct slice text, struct slice needle)
{
    return slice_find(text, needle) != SLICE_NOT_FOUND;
}

/** Offset of the first byte @p c, or SLICE_NOT_FOUND. */
size_t slice_find_byte(struct slice text, char c);

/** How often @p c stands in @p text. */
size_t slice_count_byte(struct slice text, char c);

/** Without blanks and tabs in front: the common case of slice_trim() where text is read from left
 * to right. */
static inline struct slice slice_skip_blanks(struct slice text)
{
    size_t i = 0;
    while (i < text.length && (text.data[i] == ' ' || text.data[i] == '\t'))
        i++;
    return slice_skip(text, i);
}

struct slice slice_trim_ends(struct slice text);

/** Without blanks, tabs and carriage returns at both ends; most texts have none. */
static inline struct slice slice_trim(struct slice text)
{
    bool is_trimmed = text.length && (unsigned char)text.data[0] > ' ' &&
                      (unsigned char)text.data[text.length - 1] > ' ';
    return is_trimmed ? text : slice_trim_ends(text);
}

/**
 * Cut @p text at the first @p separator: the part before it is returned, @p text keeps what follows
 * the separator (empty when there is none).
 */
struct slice slice_cut(struct slice *text, char separator);

/** Take the next run of non-blanks off the front of @p text; empty at the end. */
struct slice slice_word(struct slice *text);

/* Eight bytes at a time, the first of them lowest: reports are mostly blanks and numbers. */
static inline uint64_t eight_bytes(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/** How many of the eight bytes at @p at are @p c, up to the first that is not. */
static inline size_t eight_repeated(const char *at, char c)
{
    uint64_t others = eight_bytes(at) ^ UINT64_C(0x0101010101010101) * (unsigned char)c;
    return others ? (size_t)__builtin_ctzll(others) / 8 : 8;
}

#define EIGHT_ZEROS UINT64_C(0x3030303030303030) /* exclusive or makes 0 to 9 of digits */

/** The number that eight digits make, each less '0'. */
static inline uint64_t eight_value(uint64_t word)
{
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000ffff0000ffff);
    return (word * 10000 + (word >> 32)) & UINT64_C(0xffffffff);
}

/** How many bytes of @p word, which is of eight_bytes(), are decimal digits, and the number they
 * make. */
static inline size_t word_digits(uint64_t word, uint64_t *ret)
{
    word ^= EIGHT_ZEROS;
    uint64_t others = ((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080);
    size_t digits = others ? (size_t)__builtin_ctzll(others) / 8 : 8;
    if (digits < 8) /* what stands in front of the first one counts as zeros */
        word = word << 8 << (56 - 8 * digits);
    *ret = eight_value(word);
    return digits;
}

/** The same of the eight bytes at @p at. */
static inline size_t eight_digits(const char *at, uint64_t *ret)
{
    return word_digits(eight_bytes(at), ret);
}

/**
 * Read a decimal number, with an optional '-', at the front of @p text and step behind it.
 * @return false, with @p text untouched, when there is no digit or the number does not fit.
 */
static inline bool slice_take_number(struct slice *text, int64_t *ret)
{
    enum { ALWAYS_FIT = 18 };
    if (text->length == 0) /* and its data may be NULL */
        return false;
    const char *start = text->data, *end = start + text->length;
    bool is_negative = *start == '-';
    const char *first = start + is_negative, *p = first;
    uint64_t value = 0;
    if (end - p > 8)
        p += eight_digits(p, &value);
    if (p == first || p - first == 8)
        for (; p < end && (unsigned char)(*p - '0') < 10; p++)
            value = value * 10 + (uint64_t)(*p - '0'); /* may wrap beyond 19 digits: see below */
    if (p == first || p - first > ALWAYS_FIT + 1 || (p - first > ALWAYS_FIT && value > INT64_MAX))
        return false;
    *ret = is_negative ? -(int64_t)value : (int64_t)value;
    *text = slice_of(p, (size_t)(end - p));
    return true;
}

/** "c" of "/a/b/c" and of "/a/b/c/"; "/" of itself. */
struct slice slice_last_component(struct slice path);

/** Like slice_take_number() for hexadecimal digits, with or without "0x". */
bool slice_take_hex(struct slice *text, uint64_t *ret);

/** The whole of @p text as a number; false when anything else stands in it. */
bool slice_to_number(struct slice text, int64_t *ret);

#endif
