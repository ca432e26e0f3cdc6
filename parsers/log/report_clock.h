/*
 * Two machines on one line: consoles that a concentrator writes into one file, without a name.
 *
 * Their clocks jump to and fro, and tell whose line is whose. A report whose clock does not go on
 * with the line at hand sleeps, and takes no line, until the clock jumps back; when it does not,
 * the machine was booted again or fell silent, and the report is over.
 */
#ifndef WHYOOM_PARSERS_LOG_REPORT_CLOCK_H
#define WHYOOM_PARSERS_LOG_REPORT_CLOCK_H

#include "parsers/log/report_stream.h"

enum {
    JUMP_US = 1000 * 1000, /* lines of several CPUs may be out of order by less */
};

/** Put to sleep, or wake, the open reports of @p stream for a line of that time, -1: unknown. */
void stream_follow_clock(struct stream *stream, int64_t now_us);

/** A report that slept too long, now the last of the open ones; NULL: there is none. */
struct report *stream_wake_overslept(struct stream *stream);

/** Wake @p report; false when it does not sleep. */
bool stream_wake(struct stream *stream, const struct report *report);

#endif
