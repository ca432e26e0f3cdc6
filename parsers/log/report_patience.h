/*
 * How long a report waits for its next line.
 */
#ifndef WHYOOM_PARSERS_LOG_REPORT_PATIENCE_H
#define WHYOOM_PARSERS_LOG_REPORT_PATIENCE_H

#include "parsers/log/line_format.h"

/** Has its host written so many other lines since that it is over? */
bool report_is_expired(const struct report *report);

/** So many messages of all hosts it waits, when its own fell silent, while @p open_count reports
 * are open. */
uint64_t report_longest_silence(const struct report *report, uint64_t open_count);

#endif
