/*
 * Anchors in lines: which of them count, and how far before one a report may begin.
 */
#ifndef WHYOOM_PARSERS_LOG_ANCHOR_LINE_H
#define WHYOOM_PARSERS_LOG_ANCHOR_LINE_H

#include "parsers/log/anchor.h"

/** The first anchor between @p from and @p end, or SLICE_NOT_FOUND; @p from is then where the
 * search ended, and @p lines are the newlines up to there. A line begins at @p at. */
size_t anchor_line_find(const struct anchor_search *anchors, struct slice text, size_t at,
                        size_t *from, size_t end, uint64_t *lines);

/** Where the lines of the report around the anchor at @p hit may begin, not before @p floor. */
size_t anchor_line_look_back(struct slice text, size_t hit, size_t floor);

#endif
