#include "analyzer/render_json_writer.h"

#include <assert.h>
#include <stdlib.h>

#include "analyzer/base/escape.h"

static void reserve(struct json_writer *writer, size_t more)
{
    if (writer->size - writer->length >= more)
        return;
    writer->size = (writer->size + more) * 2;
    writer->data = must_reallocate(writer->data, writer->size);
}

static void put(struct json_writer *writer, const char *text, size_t length)
{
    reserve(writer, length);
    memcpy(writer->data + writer->length, text, length);
    writer->length += length;
}

/* A comma where one belongs, and the key. */
static void put_key(struct json_writer *writer, const char *key)
{
    size_t length = key ? strlen(key) : 0;
    reserve(writer, length + sizeof ",\"\":");
    char *at = writer->data + writer->length;
    char last = writer->length ? at[-1] : '{';
    if (last != '{' && last != '[')
        *at++ = ',';
    if (key) {
        *at++ = '"';
        memcpy(at, key, length);
        at += length;
        *at++ = '"';
        *at++ = ':';
    }
    writer->length = (size_t)(at - writer->data);
}

static void open_container(struct json_writer *writer, const char *key, const char *bracket)
{
    assert(writer->depth < JSON_DEPTH_MAX);
    writer->is_array[writer->depth] = *bracket == '[';
    writer->starts[writer->depth++] = writer->length;
    if (writer->length)
        put_key(writer, key);
    put(writer, bracket, 1);
}

void json_open_object(struct json_writer *writer, const char *key)
{
    open_container(writer, key, "{");
}

void json_open_array(struct json_writer *writer, const char *key)
{
    open_container(writer, key, "[");
}

void json_close(struct json_writer *writer)
{
    put(writer, writer->is_array[--writer->depth] ? "]" : "}", 1);
}

void json_close_unless_empty(struct json_writer *writer)
{
    char last = writer->data[writer->length - 1];
    if (last == '{' || last == '[')
        writer->length = writer->starts[--writer->depth];
    else
        json_close(writer);
}

/* Digits of @p value, right-aligned in front of @p end; at least @p least of them. */
static char *digits_before(char *end, uint64_t value, int least)
{
    for (; value || least > 0; value /= 10, least--)
        *--end = (char)('0' + value % 10);
    return end;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

void json_put_integer(struct json_writer *writer, const char *key, int64_t value)
{
    char text[24], *end = text + sizeof text;
    char *start = digits_before(end, magnitude(value), 1);
    if (value < 0)
        *--start = '-';
    put_key(writer, key);
    put(writer, start, (size_t)(end - start));
}

void json_put_amount(struct json_writer *writer, const char *key, struct amount amount)
{
    if (amount.known)
        json_put_integer(writer, key, amount.value);
}

void json_put_natural(struct json_writer *writer, const char *key, struct amount amount)
{
    if (amount.known && amount.value >= 0)
        json_put_integer(writer, key, amount.value);
}

void json_put_flag(struct json_writer *writer, const char *key, bool value)
{
    put_key(writer, key);
    put(writer, value ? "true" : "false", value ? 4 : 5);
}

void json_put_decimal(struct json_writer *writer, const char *key, int64_t value, int digits)
{
    char text[32], *end = text + sizeof text;
    uint64_t scale = 1, rest = magnitude(value);
    for (int i = 0; i < digits; i++)
        scale *= 10;
    char *start = digits_before(end, rest % scale, digits);
    *--start = '.';
    start = digits_before(start, rest / scale, 1);
    if (value < 0)
        *--start = '-';
    while (end[-1] == '0' && end[-2] != '.')
        end--;
    put_key(writer, key);
    put(writer, start, (size_t)(end - start));
}

/* Whether one of the eight bytes at @p at does: hardly any do. */
static inline bool needs_backslash(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word = eight_bytes(at), quotes = word ^ ones * '"', slashes = word ^ ones * '\\';
    return (((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes)) & ones << 7;
}

static void put_string(struct json_writer *writer, struct slice text)
{
    reserve(writer, text.length * 2 + 2); /* every byte may need a backslash */
    char *at = writer->data + writer->length;
    *at++ = '"';
    for (size_t i = 0; i < text.length;) {
        if (text.length - i >= 8 && !needs_backslash(text.data + i)) {
            memcpy(at, text.data + i, 8);
            at += 8;
            i += 8;
            continue;
        }
        if (text.data[i] == '"' || text.data[i] == '\\')
            *at++ = '\\';
        *at++ = text.data[i++];
    }
    *at++ = '"';
    writer->length = (size_t)(at - writer->data);
}

void json_put_text(struct json_writer *writer, const char *key, struct slice text)
{
    if (!text.length)
        return;
    put_key(writer, key);
    put_string(writer, escape_text(writer->arena, text));
}

void json_put_word(struct json_writer *writer, const char *key, const char *word)
{
    put_key(writer, key);
    put_string(writer, slice_from_string(word));
}
