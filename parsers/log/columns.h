/*
 * Numbers side by side, as the rows of a table hold them.
 *
 * A task table is most of what a report prints, and reading one number behind the other waits for
 * each to end before the next can be looked for. Here the ends of all of them are found at once.
 */
#ifndef WHYOOM_PARSERS_LOG_COLUMNS_H
#define WHYOOM_PARSERS_LOG_COLUMNS_H

#include "analyzer/base/slice.h"

/**
 * Read up to @p most numbers off the front of @p text: blanks, then one to eight digits, with a
 * blank behind them. @p text then begins behind the last that was read. What is longer, negative or
 * otherwise unusual is left for slice_take_number(), and so is a text of less
 * than sixteen bytes behind its first blanks.
 * @return how many were read
 */
int columns_take(struct slice *text, int64_t numbers[], int most);

#endif
