/*
 * What was read: the sum over all streams, for the answer "none" and what a run could not see.
 */
#ifndef WHYOOM_COVERAGE_H
#define WHYOOM_COVERAGE_H

#include <stdio.h>

#include "parsers/log/log.h"

struct coverage {
    uint64_t unchanged; /* files that hold what an earlier run has read, and were not */
    uint64_t streams, bytes, lines, cut_lines, kernel_lines;
    uint64_t streams_with_times;
    struct kept_time first, last; /* of the one stream with times, or by the wall clock */
};

/** Is the last time of a stream before its first? */
bool coverage_is_backwards(const struct log_coverage *log);

/** Copy what one stream covered; the result does not depend on the reader. */
struct coverage coverage_of(const struct log_coverage *stream);

/** Add @p more to @p sum. */
void coverage_add(struct coverage *sum, const struct coverage *more);

/** "3.4 KiB in 1 log, Mar 28 22:14:31 to Mar 28 22:20:02". */
void coverage_print(FILE *out, const struct coverage *coverage);

#endif
