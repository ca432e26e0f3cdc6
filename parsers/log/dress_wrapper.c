#include "parsers/log/dress_wrapper.h"

#include "parsers/log/dress_text.h"

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

/* An escaped quote is the text's own; behind the one that ends it, an object or a list goes on. */
static size_t end_of_quoted(struct slice text)
{
    for (size_t at = 1; at < text.length; at++) {
        bool is_quote = text.data[at] == '"' && text.data[at - 1] != '\\';
        struct slice behind = slice_trim(slice_skip(text, at + 1));
        if (is_quote && (behind.length == 0 || strchr(",}]", behind.data[0])))
            return at;
    }
    return slice_find_last(text, SLICE("\""));
}

/* "</p>" behind "<p>", and not the kernel's "</TASK>". */
static size_t end_of_element(struct slice before, struct slice text)
{
    size_t opening = slice_find_last(before, SLICE("<")), end = slice_find_last(text, SLICE("</"));
    if (opening == SLICE_NOT_FOUND || end == SLICE_NOT_FOUND)
        return SLICE_NOT_FOUND;
    struct slice name = slice_skip(text, end + 2);
    name = slice_take(name, slice_find_byte(name, '>'));
    return slice_starts(slice_skip(before, opening + 1), name) ? end : SLICE_NOT_FOUND;
}

/* Of columns with tabs between them: a time in milliseconds behind the text, as CloudWatch has. */
static size_t end_of_column(struct slice text)
{
    enum { MILLISECONDS_DIGITS = 13 };
    size_t end = slice_find_last(text, SLICE("\t"));
    int64_t time;
    struct slice last = slice_skip(text, end == SLICE_NOT_FOUND ? text.length : end + 1);
    return last.length == MILLISECONDS_DIGITS && slice_to_number(last, &time) ? end
                                                                              : SLICE_NOT_FOUND;
}

/* The length of @p text, which opens with what is at the end of @p before. */
static size_t text_length(struct slice before, struct slice text)
{
    switch (before.data[before.length - 1]) {
    case '"':
        return end_of_quoted(text);
    case '`':
        return slice_find_last(text, SLICE("`"));
    case '>':
        return end_of_element(before, text);
    case '\t':
        return end_of_column(text);
    default: /* a row of a table in Markdown */
        return slice_ends(slice_trim(before), SLICE("|")) && slice_ends(text, SLICE("|"))
                   ? text.length - 1
                   : SLICE_NOT_FOUND;
    }
}

bool wrapper_take(struct prefix *prefix)
{
    struct slice text = prefix->message.text;
    size_t at = find_stamp(text);
    if (at == SLICE_NOT_FOUND || at == 0)
        return false;
    struct slice before = slice_take(text, at);
    if (slice_ends(before, SLICE("\"")) && is_program(slice_take(before, at - 1)))
        return false;
    text = text_trim_end(slice_skip(text, at));
    prefix_follow(prefix, LAYER_COLLECTOR, slice_take(text, text_length(before, text)));
    return true;
}
