#include "parsers/log/dress_fold.h"

#include "parsers/log/dress_prefix.h"

/* JSON in a string of JSON has every backslash twice. */
static const struct slice marks[] = {
    SLICE_INIT("\\\\r\\\\n"), SLICE_INIT("\\\\n"), SLICE_INIT("\\r\\n"), SLICE_INIT("\\n"),
    SLICE_INIT("<br>"),       SLICE_INIT("<br/>"), SLICE_INIT("<br />"), SLICE_INIT("<BR>"),
};
enum { MARKS = sizeof marks / sizeof *marks };

/* Length of the mark at the front of @p text, 0 when there is none. */
static size_t mark_length(struct slice text)
{
    if (text.data[0] != '\\' && text.data[0] != '<')
        return 0;
    for (size_t i = 0; i < MARKS; i++)
        if (slice_starts(text, marks[i]))
            return marks[i].length;
    return 0;
}

struct slice fold_cut(struct slice *rest)
{
    for (size_t at = 0; at < rest->length; at++) {
        size_t length = mark_length(slice_skip(*rest, at));
        if (length == 0)
            continue;
        struct slice line = slice_take(*rest, at);
        *rest = slice_skip(*rest, at + length);
        return line;
    }
    struct slice line = *rest;
    *rest = slice_skip(*rest, rest->length);
    return line;
}

/* "[ 12.345678]", with "<4>" before it, or a date. */
static bool begins_with_time(struct slice text)
{
    struct prefix prefix = prefix_of(slice_trim(text));
    unsigned layer = prefix_take_common(&prefix);
    if (layer == LAYER_LEVEL)
        layer = prefix_take_common(&prefix);
    return layer == LAYER_STAMP || layer == LAYER_SYSLOG;
}

bool fold_is(struct slice line)
{
    if (!slice_contains(line, SLICE("\\n")) && !slice_contains(line, SLICE("<br")) &&
        !slice_contains(line, SLICE("<BR")))
        return false;
    while (line.length) {
        fold_cut(&line);
        if (begins_with_time(line))
            return true;
    }
    return false;
}

size_t fold_loss_length(struct slice line)
{
    struct slice end = SLICE(" messages dropped ** ");
    size_t at = slice_starts(line, SLICE("** ")) ? slice_find(line, end) : SLICE_NOT_FOUND;
    bool is_followed = at != SLICE_NOT_FOUND && at + end.length < line.length;
    return is_followed ? at + end.length : 0;
}

struct slice fold_trim_end(struct slice line)
{
    if (line.length == 0 || line.data[line.length - 1] != '>')
        return line;
    for (size_t i = 0; i < MARKS; i++)
        if (marks[i].data[0] == '<' && slice_ends(line, marks[i]))
            return slice_take(line, line.length - marks[i].length);
    return line;
}
