/*
 * The first lines of a stream, held until they show whether it is cut at a column.
 *
 * Private to the dress. A terminal, a pager or an editor cuts every line that is longer than it is
 * wide, in mid-word: many lines are then as long as the longest, and what follows them has no
 * prefix. One line alone cannot tell.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_SAMPLE_H
#define WHYOOM_PARSERS_LOG_DRESS_SAMPLE_H

#include "parsers/log/dress_record.h"

enum { SAMPLE_LINES = 96, SAMPLE_LONGEST = 1024 };

struct sample {
    struct buffer text; /* of all lines, one behind the other */
    struct place places[SAMPLE_LINES];
    size_t ends[SAMPLE_LINES]; /* of the lines, in the text */
    size_t count;
    bool is_over; /* nothing more is held */
};

/** Hold @p line, and give the first its bracket back when that alone went lost; true: it was the
 * last. */
bool sample_add(struct sample *sample, struct slice line, const struct place *place);

struct slice sample_line(const struct sample *sample, size_t index);

/** The column at which lines are cut; 0: at none. @p has_prefix  of each line */
size_t sample_column(const struct sample *sample, const bool *has_prefix);

#endif
