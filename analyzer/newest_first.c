#include "analyzer/newest_first.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/read_at.h"
#include "analyzer/limits.h"
#include "analyzer/newest_document.h"

enum {
    BLOCK = 1024 * 1024,
    GLANCE = 4096,   /* bytes of the start that raise the suspicion */
    STAMP = 24,      /* bytes of a line */
    STEPS_LEAST = 5, /* a reboot, and lines of several CPUs, step back once in a while */
};

/* ---- the start */

/* By the first figure that differs, as of "Jun 20 20:32:45" and "Jun 20 17:07:17"; 0: what differs
 * is no figure, a month's name maybe. */
static int compare_stamps(struct slice a, struct slice b)
{
    size_t at = 0, common = a.length < b.length ? a.length : b.length;
    while (at < common && a.data[at] == b.data[at])
        at++;
    if (at == common)
        return 0;
    char one = a.data[at], other = b.data[at];
    bool are_figures = (one == ' ' || isdigit((unsigned char)one)) &&
                       (other == ' ' || isdigit((unsigned char)other));
    return are_figures ? (one > other) - (one < other) : 0;
}

/* What the first @p columns of most lines do: ascend (1), descend (-1), or neither. Cheap. */
static int tendency(struct slice sample, size_t columns)
{
    int descents = 0, ascents = 0;
    struct slice before = slice_take(slice_cut(&sample, '\n'), columns);
    while (sample.length) {
        struct slice stamp = slice_take(slice_cut(&sample, '\n'), columns);
        int order = compare_stamps(stamp, before);
        descents += order < 0;
        ascents += order > 0;
        before = stamp;
    }
    return descents > 2 * ascents ? -1 : ascents > 0;
}

static const struct slice header = SLICE_INIT(" invoked oom-killer: ");

/* All in one second: a report's first line is followed by who asked, or was preceded by him. */
static bool do_reports_stand_on_their_heads(struct slice sample)
{
    static const struct slice next[] = {SLICE_INIT("CPU: "), SLICE_INIT("Pid: "),
                                        SLICE_INIT(" cpuset=")};
    int votes = 0;
    bool was_next = false, was_header = false;
    while (sample.length) {
        struct slice line = slice_cut(&sample, '\n');
        bool is_next = false, is_header = slice_contains(line, header);
        for (size_t i = 0; i < sizeof next / sizeof *next && !is_header; i++)
            is_next |= slice_contains(line, next[i]);
        votes += is_header && was_next;
        votes -= was_header && is_next;
        was_next = is_next;
        was_header = is_header;
    }
    return votes > 0;
}

/* journalctl -o json: the fields of a record come in any order. */
static bool are_stamps_keyed(struct slice sample)
{
    struct slice line = slice_cut(&sample, '\n');
    return (slice_starts(line, SLICE("{")) || slice_starts(line, SLICE("data: {"))) &&
           slice_contains(line, SLICE("\"__REALTIME_TIMESTAMP\""));
}

static void drop(void *context, struct incident *incident)
{
    (void)context;
    incident_destroy(incident);
}

static struct log_coverage look_through(struct slice sample)
{
    struct log_reader *reader = log_reader_create("", SOURCE_LOG, 0, drop, NULL);
    log_reader_feed(reader, sample.data, sample.length);
    log_reader_finish(reader);
    struct log_coverage covered = *log_reader_coverage(reader);
    log_reader_destroy(reader);
    return covered;
}

static bool do_times_descend(struct slice sample)
{
    const struct log_coverage covered = look_through(sample);
    const struct kept_time *first = &covered.first, *last = &covered.last;
    int order =
        first->time.has_wall && last->time.has_wall
            ? last->time.wall_us < first->time.wall_us ? -1 : 1
            : compare_stamps(slice_from_string(last->printed), slice_from_string(first->printed));
    bool does_boot = covered.steps_back >= STEPS_LEAST && covered.steps_back > 4 * covered.steps_on;
    bool does_wall = order < 0 && covered.steps_on <= covered.steps_back;
    return does_boot || does_wall;
}

/* journalctl -r -o cat: no stamps, and what figures do in the lines means nothing. */
static bool are_bare_and_on_their_heads(struct slice sample)
{
    return slice_contains(sample, header) && do_reports_stand_on_their_heads(sample) &&
           !look_through(sample).has_times;
}

static bool do_records_descend(struct slice start)
{
    char *lines = must_allocate(LIMIT_SNIPPET);
    size_t length = newest_document_sample(slice_take(start, LIMIT_SNIPPET), lines);
    bool do_descend = do_times_descend(slice_of(lines, length));
    free(lines);
    return do_descend;
}

bool newest_first_is(struct slice start)
{
    if (newest_document_is(start))
        return do_records_descend(start);
    struct slice sample = slice_take(start, LIMIT_SNIPPET);
    struct record_form form = record_form_of(sample);
    if (form.kind != RECORDS_OF_LINES || are_stamps_keyed(sample))
        return do_times_descend(sample);
    if (are_bare_and_on_their_heads(sample))
        return true;
    if (tendency(slice_take(start, GLANCE), STAMP) > 0)
        return false;
    int order = tendency(sample, STAMP);
    if (order == 0 && do_reports_stand_on_their_heads(sample))
        return true;
    if (order == 0) /* a stamp further on, in a record or behind a name */
        order = tendency(sample, LIMIT_LINE);
    return order < 0 && do_times_descend(sample);
}

/* ---- the file */

/* Every block but the first of the file begins with a part of a line; false: with nothing else. Of
 * a document, all of them: it is the only line. */
static bool count_lines(struct newest_first *log, char *block)
{
    for (uint64_t start = 0; start < log->size; start += BLOCK) {
        size_t length = log->size - start < BLOCK ? log->size - start : BLOCK;
        if (read_at(log->file, block, length, start) != length)
            return false;
        uint64_t newlines = slice_count_byte(slice_of(block, length), '\n');
        bool is_last = start + length == log->size;
        if (log->is_document ? newlines > is_last : newlines == 0 && !is_last)
            return false;
        log->lines += newlines;
        log->is_ended = block[length - 1] == '\n';
    }
    log->lines += !log->is_ended;
    return log->size > 0;
}

bool newest_first_open(struct newest_first *log, int file, struct slice start)
{
    struct stat status;
    *log = (struct newest_first){.file = file, .is_document = newest_document_is(start)};
    log->form = record_form_of(slice_take(start, LIMIT_SNIPPET));
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    log->size = (uint64_t)status.st_size;
    char *block = must_allocate(BLOCK);
    bool is_good = count_lines(log, block);
    free(block);
    return is_good;
}

/* ---- from its end */

/* The records of @p text, which ends one, in the other order. @return the first that is not whole:
 * what stands before the first newline, unless @p is_start */
static size_t turn(struct slice text, const struct record_form *form, bool is_start, char *turned,
                   size_t *ret_length)
{
    size_t end = text.length, length = 0;
    while (end) {
        size_t start = record_find_last(form, slice_take(text, end));
        if (start == SLICE_NOT_FOUND && !is_start)
            break;
        start = start == SLICE_NOT_FOUND ? 0 : start;
        memcpy(turned + length, text.data + start, end - start);
        length += end - start;
        end = start;
    }
    *ret_length = length;
    return end;
}

/* False: its beginning could not be read. */
static bool feed_lines(struct newest_first *log, struct log_reader *reader, const atomic_bool *stop)
{
    char *block = must_allocate(2 * BLOCK + 1), *turned = must_allocate(2 * BLOCK + 1);
    uint64_t end = log->size;
    for (bool is_first = true; end && !*stop; is_first = false) {
        size_t length = end < 2 * BLOCK ? end : 2 * BLOCK, fed;
        if (read_at(log->file, block, length, end - length) != length) {
            log->trouble = errno; /* else it became shorter meanwhile */
            break;
        }
        bool is_start = length == end;
        if (is_first && !log->is_ended)
            block[length++] = '\n';
        size_t rest = turn(slice_of(block, length), &log->form, is_start, turned, &fed);
        if (fed == 0)
            break; /* one record fills the blocks */
        log_reader_feed(reader, turned, fed);
        end -= length - rest - (is_first && !log->is_ended);
    }
    free(block);
    free(turned);
    return end == 0;
}

bool newest_first_feed(struct newest_first *log, struct log_reader *reader, const atomic_bool *stop)
{
    if (log->is_document)
        return newest_document_feed(log->file, log->size, reader, stop, &log->trouble);
    return feed_lines(log, reader, stop);
}

/* ---- what comes of it */

static void place_in_document(const struct newest_first *log, struct incident *incident)
{
    for (size_t i = 0; i < incident->lines_count; i++) {
        incident->lines[i].number = 1;
        incident->lines[i].offset = 0;
    }
    incident->source.first_line = incident->source.last_line = 1;
    incident->source.first_byte = 0;
    incident->source.end_byte = log->size;
}

static void place_line(const struct newest_first *log, struct incident *incident)
{
    uint64_t above = log->lines + 1, end = log->size + !log->is_ended;
    uint64_t first_line = incident->source.first_line, first_byte = incident->source.first_byte;
    for (size_t i = 0; i < incident->lines_count; i++)
        incident->lines[i].number = above - incident->lines[i].number;
    incident->source.first_line = above - incident->source.last_line;
    incident->source.last_line = above - first_line;
    incident->source.first_byte = end - incident->source.end_byte;
    incident->source.end_byte = first_byte ? end - first_byte : log->size;
}

void newest_first_place(const struct newest_first *log, struct incident *incident)
{
    if (log->is_document)
        place_in_document(log, incident);
    else
        place_line(log, incident);
}
