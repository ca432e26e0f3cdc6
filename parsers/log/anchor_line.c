#include "parsers/log/anchor_line.h"

#include "analyzer/limits.h"

static size_t line_start(struct slice text, size_t at, size_t floor)
{
    while (at > floor && text.data[at - 1] != '\n')
        at--;
    return at;
}

/* Before the header of a report stands nothing of it, but for what its own record began with. */
static size_t reach_of(struct slice text, size_t hit)
{
    bool is_header = hit < text.length && slice_starts(slice_skip(text, hit), SLICE("m-killer"));
    return is_header ? LIMIT_LOOKBACK_HEADER : LIMIT_LOOKBACK;
}

size_t anchor_line_look_back(struct slice text, size_t hit, size_t floor)
{
    size_t reach = reach_of(text, hit), from = hit > floor + reach ? hit - reach : floor;
    if (from > floor) { /* not in the middle of a line */
        size_t newline = slice_find_byte(slice_take(slice_skip(text, from), hit - from), '\n');
        from = newline == SLICE_NOT_FOUND ? line_start(text, hit, floor) : from + newline + 1;
    }
    return from;
}

/* Of a line that is longer than LIMIT_LINE only the start is read, and only an anchor there counts:
 * the same, however much of the line is at hand. @return the hit, or where to search on. */
static size_t confirm_hit(const struct anchor_search *anchors, struct slice text, size_t hit,
                          size_t at, bool *is_hit)
{
    size_t floor = hit > at + LIMIT_LINE ? hit - LIMIT_LINE : at;
    size_t start = line_start(text, hit, floor);
    uint64_t lines = 0;
    *is_hit = true;
    if (start > at && text.data[start - 1] != '\n')
        *is_hit = false;
    else if (hit + ANCHOR_LENGTH_MAX > start + LIMIT_LINE)
        *is_hit = anchor_find(anchors, slice_take(text, start + LIMIT_LINE), hit, &lines) == hit;
    return *is_hit ? hit : hit + slice_find_byte(slice_skip(text, hit), '\n');
}

size_t anchor_line_find(const struct anchor_search *anchors, struct slice text, size_t at,
                        size_t *from, size_t end, uint64_t *lines)
{
    bool is_hit = false;
    while (*from < end && !is_hit) {
        size_t hit = anchor_find(anchors, slice_take(text, end), *from, lines);
        *from = hit == SLICE_NOT_FOUND ? end : confirm_hit(anchors, text, hit, at, &is_hit);
    }
    return is_hit ? *from : SLICE_NOT_FOUND;
}
