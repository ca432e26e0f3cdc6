#include "parsers/log/dress_wrapper.h"

enum { WRAPPER_MAX = 512 };

/* Where the first stamp begins, SLICE_NOT_FOUND without one. */
static size_t find_stamp(struct slice text)
{
    int64_t us;
    for (size_t at = 0, next; at < WRAPPER_MAX; at += next + 1) {
        next = slice_find_byte(slice_skip(text, at), '[');
        if (next == SLICE_NOT_FOUND)
            break;
        if (prefix_read_stamp(slice_skip(text, at + next), &us))
            return at + next;
    }
    return SLICE_NOT_FOUND;
}

/* A value of JSON, YAML or logfmt, or a cell; what stands behind " = " or '(' is a program's. */
static bool is_program(struct slice before)
{
    if (slice_ends(before, SLICE("=")) && !slice_ends(before, SLICE(" =")))
        return false;
    before = slice_trim(before);
    char last = before.length ? before.data[before.length - 1] : ':';
    return !strchr(":,;[{-|", last);
}

bool wrapper_take(struct prefix *prefix)
{
    struct slice text = prefix->message.text;
    size_t at = find_stamp(text);
    if (at == SLICE_NOT_FOUND || at == 0)
        return false;
    bool is_quoted = text.data[at - 1] == '"';
    if (is_quoted && is_program(slice_take(text, at - 1)))
        return false;
    size_t end = is_quoted ? slice_find_last(text, SLICE("\"")) : text.length;
    prefix_follow(prefix, LAYER_COLLECTOR,
                  slice_skip(slice_take(text, end > at ? end : text.length), at));
    return true;
}
