#include "analyzer/record_lines.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"

static void begin(struct record_lines *lines)
{
    if (!lines->was_returned)
        return;
    lines->was_returned = lines->is_overlong = false;
    lines->start = lines->end;
    lines->length = 0;
}

static void keep(struct record_lines *lines, struct slice part)
{
    lines->is_overlong = lines->is_overlong || part.length > LIMIT_RECORD - lines->length;
    if (lines->is_overlong || part.length == 0)
        return;
    if (lines->room - lines->length < part.length) {
        lines->room = 2 * (lines->length + part.length);
        lines->kept = must_reallocate(lines->kept, lines->room);
    }
    memcpy(lines->kept + lines->length, part.data, part.length);
    lines->length += part.length;
}

static bool give(struct record_lines *lines, struct slice line, struct slice *ret)
{
    lines->number++;
    lines->was_returned = true;
    lines->is_overlong = lines->is_overlong || line.length > LIMIT_RECORD;
    *ret = lines->is_overlong ? SLICE("") : line;
    return true;
}

bool record_lines_next(struct record_lines *lines, struct slice *block, struct slice *ret)
{
    begin(lines);
    size_t newline = slice_find_byte(*block, '\n');
    struct slice part = slice_take(*block, newline);
    bool is_whole = newline != SLICE_NOT_FOUND, is_kept = !is_whole || lines->end > lines->start;
    if (is_kept)
        keep(lines, part);
    lines->end += part.length + is_whole;
    *block = slice_skip(*block, part.length + is_whole);
    return is_whole && give(lines, is_kept ? slice_of(lines->kept, lines->length) : part, ret);
}

bool record_lines_last(struct record_lines *lines, struct slice *ret)
{
    begin(lines);
    return lines->end > lines->start && give(lines, slice_of(lines->kept, lines->length), ret);
}

void record_lines_reset(struct record_lines *lines)
{
    free(lines->kept);
    *lines = (struct record_lines){0};
}
