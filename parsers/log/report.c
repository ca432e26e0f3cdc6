#include "parsers/log/report.h"

#include <stdlib.h>

#include "parsers/log/report_choice.h"
#include "parsers/log/report_clock.h"
#include "parsers/log/report_group.h"
#include "parsers/log/report_line.h"
#include "parsers/log/report_patience.h"
#include "parsers/log/report_witness.h"

struct report_reader {
    char *path;
    enum source_kind kind;
    incident_sink *sink, *left_out; /* NULL: those are nobody's */
    void *context;
    struct streams *streams;
    struct last_kill last_kill;
    struct report *first,
        *last; /* all that are not handed over, in the order of their first lines */
    uint64_t messages;
    uint64_t holes; /* so far */
    int open_count;
    uint64_t given_up; /* as there were too many */
    int over_count;    /* of the open ones */
    int held_count;    /* reports that are not handed over: open, or waiting for an earlier one */
    size_t held_bytes; /* in their arenas */
    size_t tasks_expected; /* as in the last table */
    struct report *table;  /* the only report that there is, when the last line was a row of its
                              table; NULL */
    const struct line_format *row; /* which read that */
};

struct report_reader *report_reader_create(const char *path, enum source_kind kind,
                                           incident_sink *sink, void *context)
{
    struct report_reader *reader = must_allocate(sizeof *reader);
    *reader = (struct report_reader){.path = must_copy(slice_from_string(path)),
                                     .kind = kind,
                                     .sink = sink,
                                     .context = context,
                                     .streams = streams_create()};
    return reader;
}

void report_reader_tell_left_out(struct report_reader *reader, incident_sink *left_out)
{
    reader->left_out = left_out;
}

void report_reader_destroy(struct report_reader *reader)
{
    if (!reader)
        return;
    for (struct report *report = reader->first, *next; report; report = next) {
        next = report->next;
        incident_destroy(report->incident);
        free(report);
    }
    streams_destroy(reader->streams);
    free(reader->path);
    free(reader);
}

void report_reader_hosts(const struct report_reader *reader,
                         void (*see)(void *context, struct slice host, const char *kernel,
                                     const char *boot),
                         void *context)
{
    streams_hosts(reader->streams, see, context);
}

void report_reader_skip(struct report_reader *reader)
{
    reader->table = NULL;
    reader->holes++;
    streams_skip(reader->streams);
}

bool report_reader_is_open(const struct report_reader *reader)
{
    return reader->open_count > 0;
}

bool report_reader_is_listening(const struct report_reader *reader)
{
    return reader->open_count > reader->over_count;
}

/* ---- closing */

static void hand_over(struct report_reader *reader)
{
    while (reader->first && reader->first->is_closed) {
        struct report *report = reader->first;
        reader->first = report->next;
        if (!reader->first)
            reader->last = NULL;
        reader->held_count--;
        reader->held_bytes -= report->held_bytes;
        if (report->is_strong)
            reader->sink(reader->context, report->incident);
        else if (report->is_aftermath && reader->left_out)
            reader->left_out(reader->context, report->incident);
        else
            incident_destroy(report->incident);
        free(report);
    }
}

/* The next table of a machine is much like the one before. */
static size_t expect_tasks(size_t count)
{
    return count < TASKS_EXPECTED_MAX ? count + count / 16 : TASKS_EXPECTED_MAX;
}

static void close_report(struct report_reader *reader, struct stream *stream, int at)
{
    struct report *report = stream->open[at];
    for (int i = at; i + 1 < stream->open_count; i++)
        stream->open[i] = stream->open[i + 1];
    stream->open_count--;
    reader->open_count--;
    reader->over_count -= report->is_over;
    for (int rest; (rest = stream_find_aftermath(stream, report)) >= 0;)
        close_report(reader, stream, rest);
    report->is_aftermath = stream_has_killed(stream, report);
    report->is_strong &= !report->is_aftermath;
    if (report->is_strong) {
        struct incident *incident = report->incident;
        if (incident->kernel.length == 0 && !stream->has_turns)
            incident->kernel = arena_copy(incident->arena, slice_from_string(stream->kernel));
        if (incident->boot.length == 0)
            incident->boot = arena_copy(incident->arena, slice_from_string(stream->boot));
        report_finish(report);
        reader->tasks_expected = expect_tasks(incident->tasks_count);
    }
    report->is_closed = true;
    hand_over(reader);
}

static void close_stream(struct report_reader *reader, struct stream *stream)
{
    while (stream->asleep_count)
        stream_wake(stream, stream->asleep[0]);
    while (stream->open_count)
        close_report(reader, stream, 0);
}

uint64_t report_reader_given_up(const struct report_reader *reader)
{
    return reader->given_up;
}

bool report_reader_finish(struct report_reader *reader)
{
    bool was_open = reader->open_count > 0;
    reader->table = NULL;
    for (struct stream *stream = streams_first(reader->streams); stream;
         stream = streams_next(stream))
        close_stream(reader, stream);
    return was_open;
}

static void close_open(struct report_reader *reader, struct report *report)
{
    struct stream *stream = report->stream;
    stream_wake(stream, report);
    for (int i = 0; i < stream->open_count; i++)
        if (stream->open[i] == report) {
            close_report(reader, stream, i);
            return;
        }
}

static bool is_silent(const struct report_reader *reader, const struct report *report)
{
    return reader->messages - report->last_message >
           report_longest_silence(report, (uint64_t)reader->open_count);
}

static bool is_full(const struct report_reader *reader)
{
    return reader->held_count > LIMIT_HELD_REPORTS ||
           (reader->held_count > 1 && reader->held_bytes > LIMIT_HELD_BYTES);
}

/* A host that fell silent must not hold back the others, nor may many together fill the memory. */
static void close_overdue(struct report_reader *reader)
{
    for (struct report *first; (first = reader->first);) { /* for which all others wait */
        bool is_over = is_silent(reader, first);
        if (!is_over && !is_full(reader))
            break;
        reader->given_up += !is_over && !first->is_done;
        close_open(reader, first);
    }
}

static void close_expired(struct report_reader *reader, struct stream *stream)
{
    for (int i = 0; i < stream->open_count;)
        if (report_is_expired(stream->open[i]))
            close_report(reader, stream, i);
        else
            i++;
    while (stream_wake_overslept(stream))
        close_report(reader, stream, stream->open_count - 1);
    close_overdue(reader);
}

void report_reader_pass(struct report_reader *reader, uint64_t lines)
{
    reader->table = NULL;
    reader->messages += lines;
    close_overdue(reader);
}

/* ---- opening */

static void begin_incident(const struct report_reader *reader, struct incident *incident,
                           const struct message *message)
{
    struct arena *arena = incident->arena;
    incident->source.path = arena_copy(arena, slice_from_string(reader->path));
    incident->source.kind = reader->kind;
    incident->source.provenance = message->provenance;
    incident->source.first_line = message->number;
    incident->source.first_byte = message->offset;
    incident->host = arena_copy(arena, message->host);
    incident->boot = arena_copy(arena, message->boot);
    incident->time = message->time;
    incident->time.printed = arena_copy(arena, message->time.printed);
}

static void make_room(struct report_reader *reader, struct stream *stream)
{
    if (stream->open_count >= LIMIT_OPEN_REPORTS)
        close_report(reader, stream, report_least_promising(stream));
    if (stream->asleep_count < LIMIT_OPEN_REPORTS)
        return;
    stream_wake(stream, stream->asleep[0]);
    close_report(reader, stream, stream->open_count - 1);
}

static struct report *open_report(struct report_reader *reader, struct stream *stream,
                                  const struct message *message)
{
    make_room(reader, stream);
    struct report *report = must_allocate(sizeof *report);
    *report = (struct report){
        .incident = incident_create(), .stream = stream, .node = -1, .last_us = -1, .done_us = -1};
    report->first_message = report->last_message = reader->messages;
    report->tasks_expected = reader->tasks_expected;
    report->caller = arena_copy(report->incident->arena, message->caller);
    begin_incident(reader, report->incident, message);
    if (reader->last)
        reader->last->next = report;
    else
        reader->first = report;
    reader->last = report;
    stream->open[stream->open_count++] = report;
    reader->open_count++;
    reader->held_count++;
    return report;
}

/* ---- which report a line belongs to */

/* A header whose line lost its prefix stands in no host's stream: the host that goes on with it
 * takes it over. */
static void adopt_hostless(struct report_reader *reader, struct stream *stream,
                           const struct message *message)
{
    if (stream->open_count)
        return;
    struct stream *hostless = streams_find_hostless(reader->streams, stream);
    struct report *report = hostless && hostless != stream ? report_newest(hostless) : NULL;
    if (!report || report->last_message + 1 != reader->messages)
        return;
    hostless->open_count--;
    stream->open[stream->open_count++] = report;
    report->stream = stream;
    report->incident->host = arena_copy(report->incident->arena, message->host);
}

/* A hung task is named on two lines, then comes its trace; the next task ends it. */
static struct report *begin_stall(struct report_reader *reader, struct stream *stream,
                                  const struct message *message)
{
    struct report *last = report_newest(stream);
    bool is_stall = last && last->is_stall && !report_is_other_caller(last, message);
    if (is_stall && !last->trace_lines)
        return last;
    if (is_stall)
        close_report(reader, stream, stream->open_count - 1);
    return open_report(reader, stream, message);
}

static void take_boot(struct report_reader *reader, struct stream *stream, struct slice text)
{
    if (!stream->has_turns) /* else it may be the other's boot */
        close_stream(reader, stream);
    struct slice rest = slice_skip(text, sizeof "Linux version " - 1);
    stream_keep_text(stream->kernel, sizeof stream->kernel, slice_word(&rest));
    stream->boot[0] = '\0';
}

static struct report *choose_report(struct report_reader *reader, struct stream *stream,
                                    const struct line_format *format, const struct message *message)
{
    switch (format->group) {
    case GROUP_BOOT:
        take_boot(reader, stream, slice_trim(message->text));
        return NULL;
    case GROUP_HEAD: {
        if (message->is_continuation)
            return NULL;
        struct report *waiting = report_find_waiting(stream, format, message);
        return waiting ? waiting : open_report(reader, stream, message);
    }
    case GROUP_USER_KILL: {
        struct report *same = report_find_by_victim(stream, message);
        if (!same && (format->read == read_oomd_kill || format->read == read_oomd_note))
            same = report_find_by_unit(stream, format, message);
        same = same ? same : report_find_waiting(stream, format, message);
        return same ? same : open_report(reader, stream, message);
    }
    case GROUP_STALL:
        return begin_stall(reader, stream, message);
    case GROUP_AFTER: {
        struct report *same = report_find_by_victim(stream, message);
        struct report *report = same ? same : report_find_done(stream);
        bool is_decision = format->read == read_deadlocked;
        return report || !is_decision ? report : open_report(reader, stream, message);
    }
    case GROUP_NONE: {
        struct report *last = report_find_latest(stream);
        return last && !report_is_other_caller(last, message) ? last : NULL;
    }
    default: {
        struct report *report = report_find_taker(stream, format, message);
        bool is_new = !report && !message->is_continuation;
        return is_new && !report_is_printed_again(stream, message)
                   ? open_report(reader, stream, message)
                   : report;
    }
    }
}

/* ---- taking a line */

/* After a panic its trace follows, after "no killable processes" the panic, after a choice the kill
 * of another, after lowmemorykiller's choice its reasons: not all of it has anchors. */
static void note_over(struct report_reader *reader, struct report *report)
{
    const struct incident *incident = report->incident;
    bool is_over = report->is_done && !report->expects_kill && !incident->is_panic &&
                   !incident->is_no_killable && report->block == BLOCK_NONE;
    reader->over_count += is_over - report->is_over;
    report->is_over = is_over;
}

/* The host that was silent longest makes room for a new one; where a report is open, it is heard
 * out. */
static struct stream *take_stream(struct report_reader *reader, const struct message *message)
{
    struct stream *silent = NULL;
    if (streams_count(reader->streams) > LIMIT_HOSTS)
        silent = streams_first(reader->streams);
    while (silent && silent->open_count + silent->asleep_count)
        silent = streams_next(silent);
    if (silent)
        streams_forget(reader->streams, silent);
    struct stream *stream = streams_take(reader->streams, message);
    stream_note_hole(stream, reader->holes);
    return stream;
}

static void take_boot_id(struct report_reader *reader, struct stream *stream, struct slice boot)
{
    if (boot.length == 0)
        return;
    bool is_new = !slice_equal(boot, slice_from_string(stream->boot));
    if (is_new && stream->boot[0] && stream->has_boot_here)
        close_stream(reader, stream);
    if (is_new)
        stream_keep_text(stream->boot, sizeof stream->boot, boot);
    stream->has_boot_here = true;
}

/* Whose kill lines came before the one that proves the group. */
static void gather_group(struct report_reader *reader, struct report *report,
                         const struct message *message)
{
    report->is_group = true;
    for (struct report *other = report->next, *next; other; other = next) {
        next = other->next;
        if (!report_is_of_group(report, other, message))
            continue;
        reader->held_bytes += report_take_over(report, other, reader->messages);
        other->is_strong = false;
        if (!other->is_closed)
            close_open(reader, other);
    }
}

/* ---- row after row: nine of ten lines of a large report */

static void note_table(struct report_reader *reader, struct report *report,
                       const struct line_format *format)
{
    const struct stream *stream = report->stream;
    bool is_alone = reader->held_count == 1 && stream->open_count == 1 && !stream->is_doubled;
    if (is_alone && format->read == read_task_row && !report->is_done) {
        reader->table = report;
        reader->row = format;
    }
}

/* What the search that follows would find out, told by what it found for the row before. */
static bool take_next_row(struct report_reader *reader, const struct message *message)
{
    struct report *report = reader->table;
    if (!report || streams_last(reader->streams, message) != report->stream ||
        (message->time.has_monotonic && !report_is_soon(report, message)) || message->boot.length ||
        message->provenance != report->incident->source.provenance ||
        report_is_other_caller(report, message) || !is_task_row(slice_trim(message->text)))
        return false;
    reader->messages++;
    if (message->time.has_monotonic)
        report->stream->clock_us = message->time.monotonic_us;
    reader->held_bytes +=
        report_read_line(report, reader->row, message, reader->messages, SHAPE_WHOLE);
    return true;
}

void report_reader_take(void *context, const struct message *message)
{
    struct report_reader *reader = context;
    if (take_next_row(reader, message))
        return;
    reader->table = NULL;
    struct stream *stream = take_stream(reader, message);
    reader->messages++;
    stream_follow_clock(stream, message->time.has_monotonic ? message->time.monotonic_us : -1);
    close_expired(reader, stream);
    take_boot_id(reader, stream, message->boot);
    const struct line_format *format =
        line_format_find(slice_trim(message->text), report_open_block(stream, message));
    enum line_shape shape = format ? report_line_shape(format, message) : SHAPE_QUOTED;
    if (shape == SHAPE_QUOTED) {
        stream_add_foreign(stream, NULL);
        return;
    }
    if (stream_is_doubled(stream, format, message, reader->messages))
        return;
    if (format->group != GROUP_HEAD && message->host.length)
        adopt_hostless(reader, stream, message);
    struct report *report = choose_report(reader, stream, format, message);
    stream_add_foreign(stream, report);
    if (!report)
        return;
    bool was_done = report->is_done;
    if (report_proves_group(report, format, message))
        gather_group(reader, report, message);
    reader->held_bytes += report_read_line(report, format, message, reader->messages, shape);
    note_over(reader, report);
    if (report->is_done && !was_done) {
        report->done_us = message->time.has_monotonic ? message->time.monotonic_us : -1;
        stream_remember_victims(stream, report);
        report_hear_witness(&reader->last_kill, reader->first, report, reader->messages);
    }
    note_table(reader, report, format);
}

void report_reader_remember(struct report_reader *reader, struct slice host, struct slice kernel,
                            struct slice boot)
{
    const struct message message = {.host = host};
    reader->table = NULL;
    struct stream *stream = take_stream(reader, &message);
    stream_keep_text(stream->kernel, sizeof stream->kernel, kernel);
    stream_keep_text(stream->boot, sizeof stream->boot, boot);
}

bool report_reader_begins(const struct report_reader *reader, uint64_t *offset, uint64_t *lines)
{
    *offset = *lines = UINT64_MAX;
    for (const struct report *report = reader->first; report; report = report->next)
        if (report->incident->source.first_byte < *offset) {
            *offset = report->incident->source.first_byte;
            *lines = report->incident->source.first_line - 1;
        }
    return reader->first;
}
