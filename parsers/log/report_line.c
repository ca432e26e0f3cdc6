#include "parsers/log/report_line.h"

#include "analyzer/limits.h"

/* A fragment that waited for its rest is handed over after later lines. */
static void extend_source(struct incident *incident, const struct message *message)
{
    if (message->number < incident->source.first_line)
        incident->source.first_line = message->number;
    if (message->offset < incident->source.first_byte)
        incident->source.first_byte = message->offset;
    if (message->number > incident->source.last_line)
        incident->source.last_line = message->number;
    if (message->end > incident->source.end_byte)
        incident->source.end_byte = message->end;
}

/* A gigantic table is cut, but what follows it is not; what else could grow without end is. */
static bool is_full(struct report *report, enum line_group group)
{
    enum { ROOM_BEHIND_TABLE = 1000 };
    size_t most = LIMIT_REPORT_LINES + (group == GROUP_TASKS ? 0 : ROOM_BEHIND_TABLE);
    bool is_cut = report->incident->lines_count >= most;
    report->is_table_cut |= is_cut && group == GROUP_TASKS;
    return is_cut;
}

/* What is in a log's dress of its own was printed, whatever it looks like. */
enum line_shape report_line_shape(const struct line_format *format, const struct message *message)
{
    const struct event_time *time = &message->time;
    bool is_bare = !time->has_monotonic && !time->has_wall && time->printed.length == 0 &&
                   message->host.length == 0 && message->tag.length == 0 && message->priority < 0;
    is_bare |= message->is_continuation;
    return is_bare && format->shape ? format->shape(slice_trim(message->text)) : SHAPE_WHOLE;
}

size_t report_read_line(struct report *report, const struct line_format *format,
                        const struct message *message, uint64_t number, enum line_shape shape)
{
    struct incident *incident = report->incident;
    size_t held_before = report->held_bytes;
    report->last_message = number;
    report->foreign = 0;
    if (message->time.has_monotonic)
        report->last_us = message->time.monotonic_us;
    extend_source(incident, message);
    if (is_full(report, format->group))
        return 0;
    uint32_t line =
        incident_add_line(incident, slice_trim(message->text), message->number, message->offset);
    if (format->group != GROUP_TASKS && format->block == BLOCK_NONE)
        report->block = BLOCK_NONE;
    bool was_strong = report->is_strong;
    report->is_line_unended = message->is_unended;
    report->doubtful = NULL;
    if (format->read)
        format->read(report, incident->lines[line - 1].text, line);
    if (shape == SHAPE_CUT)
        report->is_strong = was_strong;
    report->held_bytes = arena_used(incident->arena);
    if (format->group > report->stage && format->group < GROUP_AFTER)
        report->stage = format->group;
    return report->held_bytes - held_before;
}
