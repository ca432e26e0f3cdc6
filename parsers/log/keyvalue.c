#include "parsers/log/keyvalue.h"

static size_t key_length(struct slice text)
{
    static const bool ends[256] = {
        [':'] = true, ['='] = true, [' '] = true, ['\t'] = true, ['?'] = true};
    size_t i = 0;
    while (i < text.length && !ends[(unsigned char)text.data[i]])
        i++;
    return i;
}

static size_t unit_length(struct slice text)
{
    size_t i = 0;
    while (i < text.length && i < 4 && ((text.data[i] | 32) >= 'a' && (text.data[i] | 32) <= 'z'))
        i++;
    return i;
}

bool keyvalue_next(struct slice *text, struct keyvalue *ret)
{
    while (true) {
        *text = slice_trim(*text);
        if (text->length == 0)
            return false;
        size_t length = key_length(*text);
        ret->key = slice_take(*text, length);
        if (length == text->length || text->data[length] == ' ' || text->data[length] == '\t') {
            *text = slice_skip(*text, length + 1); /* a word without a value */
            continue;
        }
        *text = slice_skip(*text, length + 1);
        while (text->length && text->data[0] == ' ') /* "shmem_thp: 0kB" */
            *text = slice_skip(*text, 1);
        ret->has_value = slice_take_number(text, &ret->value);
        ret->unit = slice_take(*text, ret->has_value ? unit_length(*text) : 0);
        *text = slice_skip(*text, ret->unit.length);
        return true;
    }
}

struct amount keyvalue_find(struct slice text, struct slice key, int64_t factor, uint32_t line)
{
    size_t at = slice_find(text, key);
    if (at == SLICE_NOT_FOUND)
        return UNKNOWN;
    struct slice rest = slice_skip(text, at + key.length);
    int64_t value;
    return slice_take_number(&rest, &value) ? amount_scale(amount_of(value, line), factor)
                                            : UNKNOWN;
}

struct amount keyvalue_kib(struct slice text, struct slice key, uint32_t line)
{
    size_t at = slice_find(text, key);
    struct slice rest = slice_skip(text, at == SLICE_NOT_FOUND ? text.length : at + key.length);
    int64_t value;
    if (!slice_take_number(&rest, &value) || value < 0 ||
        !(slice_starts(rest, SLICE("k")) || slice_starts(rest, SLICE("K"))))
        return UNKNOWN;
    return amount_scale(amount_of(value, line), 1024);
}

struct slice keyvalue_text(struct slice text, struct slice key, char end)
{
    size_t at = slice_find(text, key);
    if (at == SLICE_NOT_FOUND)
        return SLICE("");
    struct slice rest = slice_skip(text, at + key.length);
    return slice_take(rest, slice_find_byte(rest, end));
}

int keyvalue_read(struct slice text, const struct figure *figures, int count,
                  struct amount *amounts, uint32_t line)
{
    struct keyvalue pair;
    int known = 0, hint = 0;
    while (keyvalue_next(&text, &pair)) {
        int i = pair.has_value ? figure_find(figures, count, pair.key, hint) : -1;
        if (i < 0 || (figures[i].unit == UNIT_KIB &&
                      pair.unit.length == 0)) /* unknown, or cut inside the number */
            continue;
        bool is_kib = pair.unit.length == 2 && (pair.unit.data[1] == 'B');
        amounts[i] = amount_scale(amount_of(pair.value, line), is_kib ? 1024 : 1);
        hint = i + 1;
        known++;
    }
    return known;
}
