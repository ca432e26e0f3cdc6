#include "parsers/log/dress_margin.h"

enum { FEWEST_LINES = 3 };

/* Length of "   25<tab>", "25:", "+" at the front of @p line; 0: there is none. A '+' is number 0.
 */
static size_t margin_length(struct slice line, int64_t *ret_number)
{
    struct slice rest = slice_skip_blanks(line);
    *ret_number = 0;
    if (slice_starts(line, SLICE("+")))
        return 1;
    bool is_numbered = rest.length && rest.data[0] >= '1' && rest.data[0] <= '9' &&
                       slice_take_number(&rest, ret_number) && rest.length;
    return is_numbered && strchr("\t :-", rest.data[0]) ? line.length - rest.length + 1 : 0;
}

static int64_t number_behind(int64_t number)
{
    return number + (number > 0);
}

/* A document that shows the numbered lines of another, and lines of its own below: "565 [...", then
 * "[..." alone. */
static bool is_below(size_t lines, struct slice line)
{
    return lines >= FEWEST_LINES && slice_starts(line, SLICE("["));
}

struct margin margin_of(const struct sample *sample)
{
    int64_t first = 0, next = 0, number;
    size_t lines = 0;
    bool has_ended = false, has_brackets = true;
    for (size_t i = 0; i < sample->count; i++) {
        struct slice line = sample_line(sample, i);
        if (text_trim_end(line).length == 0)
            continue;
        size_t length = margin_length(line, &number);
        has_ended |= length == 0 && has_brackets && is_below(lines, line);
        if (has_ended && length == 0)
            continue;
        if (length == 0 || has_ended || (lines && number != next))
            return (struct margin){0};
        has_brackets &= slice_starts(slice_skip(line, length), SLICE("["));
        first = lines++ ? first : number;
        next = number_behind(number);
    }
    return (struct margin){.is_there = lines >= FEWEST_LINES, .next = first};
}

struct slice margin_take(struct margin *margin, struct slice line)
{
    int64_t number;
    size_t length = margin->is_there ? margin_length(line, &number) : 0;
    bool is_margin = length && (margin->next ? number >= margin->next : number == 0);
    if (!is_margin)
        return line;
    margin->next = number_behind(number);
    return slice_skip(line, length);
}
