/*
 * A line that a report takes: whether it is whole, and what it adds to the incident.
 */
#ifndef WHYOOM_PARSERS_LOG_REPORT_LINE_H
#define WHYOOM_PARSERS_LOG_REPORT_LINE_H

#include "parsers/log/line_format.h"
#include "parsers/log/message.h"

/** How much of @p message a line of @p format is. */
enum line_shape report_line_shape(const struct line_format *format, const struct message *message);

/**
 * Let @p report take @p message, which @p format reads; the lines of a report that is full are only
 * counted.
 * @param number  running number of the message
 * @param shape   of report_line_shape()
 * @return bytes by which the incident grew
 */
size_t report_read_line(struct report *report, const struct line_format *format,
                        const struct message *message, uint64_t number, enum line_shape shape);

#endif
