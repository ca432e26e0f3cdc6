#include "analyzer/line_marks.h"

#include <string.h>

/* The power of two; byte 0 is a multiple of all. */
static int roundness(uint64_t offset)
{
    return offset ? __builtin_ctzll(offset) : 64;
}

void line_marks_begin(struct line_marks *marks, uint64_t start)
{
    marks->head_count = marks->tail_count = 0;
    line_marks_reach(marks, (struct line_mark){start, 0});
}

void line_marks_reach(struct line_marks *marks, struct line_mark mark)
{
    int round = roundness(mark.offset);
    size_t heads = marks->head_count, tails = marks->tail_count;
    if (heads == 0 || roundness(marks->head[heads - 1].offset) < round)
        marks->head[marks->head_count++] = mark;
    while (tails && roundness(marks->tail[tails - 1].offset) <= round)
        tails--;
    marks->tail[tails] = mark;
    marks->tail_count = tails + 1;
}

/* From the last mark over the first @p length of the bytes behind it. */
static void step(struct line_marks *marks, struct slice *bytes, uint64_t length)
{
    struct line_mark mark = marks->tail[marks->tail_count - 1];
    mark.offset += length;
    mark.lines += slice_count_byte(slice_take(*bytes, length), '\n');
    *bytes = slice_skip(*bytes, length);
    line_marks_reach(marks, mark);
}

/* Only bytes that are rounder than all before them, or than all behind them, can become marks. */
void line_marks_count(struct line_marks *marks, struct slice bytes)
{
    uint64_t at = marks->tail[marks->tail_count - 1].offset;
    for (uint64_t low = at & -at; low && low <= bytes.length; low = at & -at) {
        step(marks, &bytes, low);
        at += low;
    }
    while (bytes.length)
        step(marks, &bytes, UINT64_C(1) << (63 - __builtin_clzll(bytes.length)));
}

size_t line_marks_all(const struct line_marks *marks, struct line_mark all[LINE_MARKS_MAX])
{
    size_t tails = marks->tail_count - 1; /* the roundest of all is in both */
    memcpy(all, marks->head, marks->head_count * sizeof *all);
    memcpy(all + marks->head_count, marks->tail + 1, tails * sizeof *all);
    return marks->head_count + tails;
}
