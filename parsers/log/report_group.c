#include "parsers/log/report_group.h"

#include "parsers/log/report_choice.h"
#include "parsers/log/report_clock.h"
#include "parsers/log/report_line.h"

static bool is_bare_kill(const struct report *report)
{
    const struct incident *incident = report->incident;
    bool has_report = incident->has_header || incident->has_summary || incident->memcg.is_present ||
                      incident->host_memory.is_present || incident->tasks_count ||
                      report->trace_lines;
    return incident->has_kill_line && !has_report && incident->killer.length == 0 &&
           incident->victims_count == 1 &&
           !incident->victims[0].score.known; /* a choice is a decision of its own */
}

static bool lists(struct report *report, int64_t pid)
{
    report_index_tasks(report);
    return report_find_task(report, pid);
}

/* Printed later than the first kill line, not once more with its stamp as in a copy. Where no stamp
 * tells, the report itself was there, and the whole would stand twice. */
static bool is_after_kill(struct report *report, const struct message *message, int64_t pid)
{
    int64_t us = message->time.monotonic_us - report->done_us;
    if (message->time.has_monotonic && report->done_us >= 0)
        return us > 0 && us <= SILENCE_AFTER_DONE_S * INT64_C(1000000);
    return report->incident->has_header && lists(report, pid);
}

static bool has_other_report(const struct report *report)
{
    for (const struct report *other = report->next; other; other = other->next)
        if (other->stream == report->stream && other->is_strong && !other->is_failure &&
            !is_bare_kill(other))
            return true;
    return false;
}

bool report_proves_group(struct report *report, const struct line_format *format,
                         const struct message *message)
{
    const struct incident *incident = report->incident;
    if (format->read != read_kill || !report->is_done || report->is_group ||
        !report_is_of_memcg(report))
        return false;
    int64_t pid = kill_line_pid(message->text);
    return incident->victims_count == 1 && pid >= 0 &&
           amount_or(incident->victims[0].pid, -1) == pid && is_after_kill(report, message, pid) &&
           !has_other_report(report);
}

bool report_is_of_group(struct report *report, const struct report *other,
                        const struct message *message)
{
    if (other->stream != report->stream || !is_bare_kill(other))
        return false;
    bool has_times = report->done_us >= 0 && other->done_us >= 0 && message->time.has_monotonic;
    return has_times
               ? other->done_us >= report->done_us && other->done_us <= message->time.monotonic_us
               : lists(report, amount_or(other->incident->victims[0].pid, -1));
}

bool report_kills_of_group(struct report *report, const struct message *message)
{
    int64_t us = message->time.monotonic_us - report->last_us;
    bool has_times = message->time.has_monotonic && report->last_us >= 0;
    bool is_next = has_times ? us >= 0 && us <= JUMP_US : report->foreign == 0;
    return report->is_group && is_next && lists(report, kill_line_pid(message->text));
}

size_t report_take_over(struct report *report, const struct report *other, uint64_t number)
{
    const struct incident *from = other->incident;
    size_t grown = 0;
    for (size_t i = 0; i < from->lines_count; i++) {
        const struct report_line *line = &from->lines[i];
        const struct line_format *format = line_format_find(line->text, BLOCK_NONE);
        struct message message = {.text = line->text,
                                  .number = line->number,
                                  .offset = line->offset,
                                  .end = from->source.end_byte};
        if (format)
            grown += report_read_line(report, format, &message, number, SHAPE_WHOLE);
    }
    return grown;
}

int report_least_promising(const struct stream *stream)
{
    for (int i = 1; i < stream->open_count; i++)
        if (is_bare_kill(stream->open[i]))
            return i;
    return 0;
}
