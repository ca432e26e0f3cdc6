/*
 * Whose line is it: which of the reports that are open in a host's stream a line belongs to.
 *
 * Reports that are printed at once take turns: with caller ids (CONFIG_PRINTK_CALLER) a line names
 * its own, else it goes to the one that stands nearest before its group.
 */
#ifndef WHYOOM_PARSERS_LOG_REPORT_CHOICE_H
#define WHYOOM_PARSERS_LOG_REPORT_CHOICE_H

#include "parsers/log/report_stream.h"

/** The open report that began last; NULL. */
struct report *report_newest(const struct stream *stream);

/** The newest open report, when it waits for the line that decides: after a SysRq or rate limit
 * note for a header, after earlyoom's figures for its kill, after an allocation failure for SLUB;
 * NULL. */
struct report *report_find_waiting(const struct stream *stream, const struct line_format *format,
                                   const struct message *message);

/** The open report that took a line last; NULL. */
struct report *report_find_latest(const struct stream *stream);

/** The block that a line may stand in: its caller's report's, else that of the report that took a
 * line last, else another's that is in the middle of one. */
enum block report_open_block(const struct stream *stream, const struct message *message);

/** The open report that stands nearest before the line's group, among equals the newest; NULL. */
struct report *report_find_taker(const struct stream *stream, const struct line_format *format,
                                 const struct message *message);

/** Does an open report hold that very line, and is its stamp no later than what the report has? So
 * it is where a terminal's contents were copied twice. */
bool report_is_printed_again(const struct stream *stream, const struct message *message);

/** The open report among whose victims is the one that @p message names ("process 123");
 * NULL. */
struct report *report_find_by_victim(const struct stream *stream, const struct message *message);

/** The open report of a kill by systemd-oomd of which @p message tells too: oomd names the cgroup,
 * PID 1 the unit, each once; NULL. */
struct report *report_find_by_unit(const struct stream *stream, const struct line_format *format,
                                   const struct message *message);

/** The newest open report that has its kill line; NULL. */
struct report *report_find_done(const struct stream *stream);

/** Does @p message, by the kernel's clock, follow the last line of @p report at once? */
bool report_is_soon(const struct report *report, const struct message *message);

/** Do both name who printed them, and is it not the same? */
bool report_is_other_caller(const struct report *report, const struct message *message);

/** How far apart @p a and @p b are by what both clocks say; false: they cannot be compared. */
bool report_measure_between(const struct event_time *a, const struct event_time *b,
                            int64_t *ret_us);

#endif
