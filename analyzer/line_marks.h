/*
 * How many newlines lie before certain bytes of a stream: few of them, so chosen that two pieces
 * which overlap have one in common, and each can be counted on from the other's.
 *
 * Of the bytes of an interval one is the roundest: the multiple of the highest power of two. A
 * piece marks the roundest byte of every interval that begins where the piece begins, and of every
 * one that ends where it ends. An overlap of two pieces begins with the one and ends with the
 * other, so both mark its roundest byte. Which bytes are marked depends on nothing but where the
 * piece begins and ends, and those of a joined piece are among those of its parts.
 */
#ifndef WHYOOM_LINE_MARKS_H
#define WHYOOM_LINE_MARKS_H

#include "analyzer/base/slice.h"

enum { LINE_MARKS_MAX = 2 * 65 };

struct line_mark {
    uint64_t offset; /* byte of the stream */
    uint64_t lines;  /* newlines of the piece before it */
};

struct line_marks {
    struct line_mark head[65]; /* of intervals that begin with the piece: rounder and rounder */
    struct line_mark tail[65]; /* of those that end with it: less and less round */
    size_t head_count, tail_count;
};

/** A piece begins at byte @p start. */
void line_marks_begin(struct line_marks *marks, uint64_t start);

/** Count on over the @p bytes that follow. */
void line_marks_count(struct line_marks *marks, struct slice bytes);

/** The same for whoever knows the count at @p mark, in ascending order. */
void line_marks_reach(struct line_marks *marks, struct line_mark mark);

/** All marks, ascending, the first byte and the end among them. @return how many */
size_t line_marks_all(const struct line_marks *marks, struct line_mark all[LINE_MARKS_MAX]);

#endif
