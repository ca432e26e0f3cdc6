#include "analyzer/json_line.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"

void json_write_line(FILE *out, json_t *object)
{
    json_dumpf(object, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(object);
}

void json_put_count(json_t *object, const char *key, uint64_t count)
{
    json_object_set_new(object, key, json_integer((json_int_t)count));
}

bool json_get_count(const json_t *object, const char *key, uint64_t *ret)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *ret = (uint64_t)json_integer_value(value);
    return true;
}

/* Bytes that are no UTF-8 are written as the characters of the same numbers. */
static json_t *latin1(struct slice bytes)
{
    char *text = must_allocate(2 * bytes.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < bytes.length; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        if (byte >= 0x80)
            text[length++] = (char)(0xc0 | byte >> 6);
        text[length++] = (char)(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte);
    }
    json_t *string = json_stringn(text, length);
    free(text);
    return string;
}

void json_put_bytes(json_t *object, const char *key, const char *other_key, struct slice bytes)
{
    json_t *text = json_stringn(bytes.data, bytes.length);
    json_object_set_new(object, text ? key : other_key, text ? text : latin1(bytes));
}

/* In place: what comes out is never longer. False: a character that is no byte. */
static bool undo_latin1(char *text, size_t *length)
{
    size_t kept = 0;
    for (size_t i = 0; i < *length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80 && (c > 0xc3 || ++i == *length))
            return false;
        text[kept++] = (char)(c < 0x80 ? c : (c & 3) << 6 | ((unsigned char)text[i] & 0x3f));
    }
    *length = kept;
    return true;
}

char *json_get_bytes(const json_t *object, const char *key, const char *other_key, size_t *length)
{
    const json_t *text = json_object_get(object, key), *other = json_object_get(object, other_key);
    const json_t *value = text ? text : other;
    if (!json_is_string(value))
        return NULL;
    char *copy = must_copy(slice_of(json_string_value(value), json_string_length(value)));
    *length = json_string_length(value);
    if (!text && !undo_latin1(copy, length)) {
        free(copy);
        return NULL;
    }
    copy[*length] = '\0';
    return copy;
}
