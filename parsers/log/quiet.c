#include "parsers/log/quiet.h"

#include "analyzer/limits.h"

enum {
    WORTH_A_JUMP = 16 * 1024,
    LOOKBACK = LIMIT_LOOKBACK + ANCHOR_LENGTH_MAX, /* the anchor may stand across the end */
};

static size_t next_line(struct slice text, size_t at)
{
    size_t newline = slice_find_byte(slice_skip(text, at), '\n');
    return newline == SLICE_NOT_FOUND ? text.length : at + newline + 1;
}

/* What was searched from @p from to @p until, less the lines that an anchor there may look back at.
 */
static struct quiet without_lookback(struct slice text, size_t from, size_t until, uint64_t lines)
{
    struct slice searched = slice_take(slice_skip(text, from), until - from);
    struct quiet quiet = {.start = from, .end = from};
    if (searched.length <= LOOKBACK)
        return quiet;
    size_t newline = slice_find_last(slice_take(searched, searched.length - LOOKBACK), SLICE("\n"));
    if (newline == SLICE_NOT_FOUND)
        return quiet;
    quiet.end = from + newline + 1;
    quiet.lines = lines - slice_count_byte(slice_skip(searched, newline + 1), '\n');
    return quiet;
}

size_t quiet_find(const struct anchor_search *search, struct slice text, struct quiet *ret,
                  size_t most)
{
    size_t count = 0;
    for (size_t from = next_line(text, 0); count < most && from < text.length;) {
        uint64_t lines = 0;
        size_t hit = anchor_find(search, text, from, &lines);
        size_t until = hit == SLICE_NOT_FOUND ? text.length : hit;
        ret[count] = without_lookback(text, from, until, lines);
        count += ret[count].end - ret[count].start >= WORTH_A_JUMP;
        from = next_line(text, until);
    }
    return count;
}
