#include "parsers/log/log.h"

#include <stdlib.h>

#include "analyzer/base/hash.h"
#include "analyzer/limits.h"
#include "parsers/log/anchor_line.h"
#include "parsers/log/line_format.h"
#include "parsers/log/log_private.h"

enum {
    SEAM = 2 * LIMIT_LOOKBACK, /* of the next bytes, read together with what the last ones left */
    /* Messages at an unknown start that tell nothing: how the lines before them were dressed may
     * show in what they seem to be. */
    UNSETTLED = 256,
};

/* The wall clock decides where both lines have it; kernels of several hosts booted apart. */
static int compare_times(const struct event_time *a, const struct event_time *b, bool is_one_host)
{
    if (a->has_wall && b->has_wall && a->wall_us != b->wall_us)
        return a->wall_us < b->wall_us ? -1 : 1;
    if (!a->has_monotonic || !b->has_monotonic || !is_one_host)
        return 0;
    return (a->monotonic_us > b->monotonic_us) - (a->monotonic_us < b->monotonic_us);
}

static void cover_time(struct log_coverage *coverage, const struct event_time *time,
                       struct slice host)
{
    uint64_t hash = hash_slice(HASH_START, host);
    if (!time->has_monotonic && !time->has_wall && !time->printed.length)
        return;
    if (time->has_monotonic && coverage->last.time.has_monotonic) {
        int step = compare_times(time, &coverage->last.time, hash == coverage->last_host);
        coverage->steps_on += step > 0;
        coverage->steps_back += step < 0;
    }
    keep_time(&coverage->last, time);
    coverage->last_host = hash;
    if (!coverage->has_times)
        coverage->first = coverage->last;
    coverage->has_times = true;
}

static void take_message(void *context, const struct message *message)
{
    struct log_reader *reader = context;
    if (reader->is_settling && reader->quiet++ >= 0 && line_format_is_any(message->text))
        reader->quiet = 0;
    reader->coverage.kernel_lines +=
        message->time.has_monotonic || slice_equal(message->tag, SLICE("kernel"));
    cover_time(&reader->coverage, &message->time, message->host);
    if (reader->unended && message->end > reader->unended) {
        struct message told = *message;
        told.is_unended = true;
        report_reader_take(reader->reports, &told);
    } else {
        report_reader_take(reader->reports, message);
    }
}

struct log_reader *log_reader_create(const char *path, enum source_kind kind, uint64_t base,
                                     incident_sink *sink, void *context)
{
    struct log_reader *reader = must_allocate(sizeof *reader);
    reader->anchors = anchor_search_create();
    reader->reports = report_reader_create(path, kind, sink, context);
    reader->dress = dress_create(take_message, reader);
    reader->offset = base;
    reader->read_until = LIMIT_SNIPPET;
    return reader;
}

void log_reader_keep(struct log_reader *reader, bool is_start_unknown, log_keeper *keep,
                     void *context)
{
    reader->keep = keep;
    reader->keep_context = context;
    reader->is_settling = reader->is_start_unknown = is_start_unknown;
    reader->quiet = -UNSETTLED;
}

void log_reader_destroy(struct log_reader *reader)
{
    if (!reader)
        return;
    dress_destroy(reader->dress);
    report_reader_destroy(reader->reports);
    anchor_search_destroy(reader->anchors);
    free(reader->unfolding);
    free(reader->pending);
    free(reader);
}

const struct log_coverage *log_reader_coverage(const struct log_reader *reader)
{
    return &reader->coverage;
}

/* A stretch of bytes at hand: all of them may be read, anchors are looked for from `seen` on. */
struct stretch {
    struct slice text;
    uint64_t base;   /* of the stream: its first byte */
    size_t seen;     /* not yet searched */
    uint64_t hidden; /* bytes of the last line that are not in the text, before its newline */
};

static uint64_t offset_of(const struct stretch *stretch, size_t at)
{
    return stretch->base + at + (at && at == stretch->text.length ? stretch->hidden : 0);
}

/* ---- what a later reading of the stream needs again: every line that is read, and the end */

void log_keep(struct log_reader *reader, struct slice bytes, uint64_t offset, uint64_t lines)
{
    uint64_t done = reader->kept_until > offset ? reader->kept_until - offset : 0;
    if (!reader->keep || done >= bytes.length)
        return;
    reader->kept_until = offset + bytes.length;
    reader->keep(reader->keep_context, slice_skip(bytes, done), offset + done, lines);
}

/* The first line of a piece may be the inside of a document: what begins it may need all of it. */
static bool is_inside(const struct log_reader *reader)
{
    return reader->is_start_unknown && reader->lines == 0 && !reader->unfolding;
}

static void keep_line(struct log_reader *reader, const struct stretch *stretch, size_t at,
                      size_t newline)
{
    struct slice line = slice_of(stretch->text.data + at, newline - at);
    bool is_cut = (line.length > LIMIT_LINE && !is_inside(reader)) ||
                  offset_of(stretch, newline + 1) > stretch->base + newline + 1;
    uint64_t offset = stretch->base + at;
    log_keep(reader, slice_of(line.data, is_cut ? LIMIT_LINE : line.length + 1), offset,
             reader->lines);
    if (is_cut)
        log_keep(reader, SLICE("\n"), offset_of(stretch, newline + 1) - 1, reader->lines);
}

/* ---- lines */

static struct log_place here(const struct log_reader *reader)
{
    uint64_t offset = reader->unfolding ? reader->unfolding->start : reader->offset;
    return (struct log_place){offset, reader->lines};
}

/* Is nothing kept back of the lines so far? */
static bool is_idle(const struct log_reader *reader)
{
    return reader->has_gap || dress_is_idle(reader->dress);
}

static void read_line(struct log_reader *reader, const struct stretch *stretch, size_t at,
                      size_t newline)
{
    struct slice line = slice_take(slice_skip(stretch->text, at), newline - at);
    uint64_t next = offset_of(stretch, newline + 1);
    if (is_idle(reader))
        reader->idle = here(reader);
    if (reader->has_gap)
        report_reader_skip(reader->reports);
    reader->has_gap = false;
    if (reader->unfolding) {
        reader->unfolding->is_read = true;
    } else {
        reader->coverage.lines++;
        reader->coverage.cut_lines += next - stretch->base - at > LIMIT_LINE + 1;
        if (reader->keep)
            keep_line(reader, stretch, at, newline);
    }
    reader->offset = stretch->base + at;
    dress_line(reader->dress, slice_take(line, LIMIT_LINE), reader->lines + 1, here(reader).offset,
               next);
    reader->lines += !reader->unfolding;
    reader->offset = next;
}

static uint64_t count_lines(struct slice text, size_t from, size_t to)
{
    return slice_count_byte(slice_take(slice_skip(text, from), to - from), '\n');
}

void log_pass(struct log_reader *reader, uint64_t lines)
{
    if (!reader->has_gap)
        dress_flush(reader->dress);
    report_reader_pass(reader->reports, lines);
    reader->lines += reader->unfolding ? 0 : lines;
    reader->has_gap = true;
    reader->is_settling = false;
}

static void skip_to(struct log_reader *reader, const struct stretch *stretch, size_t at, size_t to,
                    uint64_t lines)
{
    if (to <= at)
        return;
    log_pass(reader, lines);
    reader->offset = offset_of(stretch, to);
}

static bool is_reading(const struct log_reader *reader)
{
    return reader->offset < reader->read_until || report_reader_is_listening(reader->reports) ||
           (reader->is_settling && reader->quiet < REPORT_MESSAGES_MAX);
}

bool log_reader_is_idle(const struct log_reader *reader)
{
    return !is_reading(reader) && !reader->is_long && !reader->unfolding;
}

/* Search for an anchor before @p end; lines up to it are counted, lines around it will be read.
 * Returns the first byte that was not consumed: without an anchor, what a later one may look back
 * at. */
static size_t search(struct log_reader *reader, struct stretch *stretch, size_t at, size_t end)
{
    struct slice text = stretch->text;
    size_t from = stretch->seen > at ? stretch->seen : at;
    uint64_t lines = count_lines(text, at, from);
    size_t hit = anchor_line_find(reader->anchors, text, at, &from, end, &lines);
    size_t start = anchor_line_look_back(slice_take(text, end), from, at);
    stretch->seen = from;
    if (hit != SLICE_NOT_FOUND) {
        size_t newline = hit + slice_find_byte(slice_skip(text, hit), '\n');
        reader->read_until = offset_of(stretch, newline + 1);
        reader->coverage.anchors++;
    }
    skip_to(reader, stretch, at, start, lines - count_lines(text, start, from));
    return start;
}

/* Consume whole lines of @p stretch up to @p end (behind a newline). Returns the first byte that
 * was not consumed. */
static size_t consume(struct log_reader *reader, struct stretch *stretch, size_t end)
{
    size_t at = 0;
    while (at < end) {
        if (is_reading(reader)) {
            size_t newline = at + slice_find_byte(slice_skip(stretch->text, at), '\n');
            read_line(reader, stretch, at, newline);
            at = newline + 1;
            continue;
        }
        at = search(reader, stretch, at, end);
        if (stretch->seen == end)
            break;
    }
    return at;
}

static void keep_pending(struct log_reader *reader, struct slice rest, size_t seen)
{
    if (rest.length > reader->pending_capacity) {
        reader->pending_capacity = rest.length + SEAM;
        char *larger = must_reallocate(NULL, reader->pending_capacity);
        memcpy(larger, rest.data, rest.length);
        free(reader->pending);
        reader->pending = larger;
    } else if (rest.length) {
        memmove(reader->pending, rest.data, rest.length);
    }
    reader->pending_length = rest.length;
    reader->pending_seen = seen;
}

static void append_pending(struct log_reader *reader, struct slice text)
{
    size_t length = reader->pending_length + text.length;
    if (length > reader->pending_capacity) {
        reader->pending_capacity = length + SEAM;
        reader->pending = must_reallocate(reader->pending, reader->pending_capacity);
    }
    memcpy(reader->pending + reader->pending_length, text.data, text.length);
    reader->pending_length = length;
}

/* Consume what can be of @p text, which begins at the reader's offset; the rest stays pending. */
static void feed_stretch(struct log_reader *reader, struct slice text, size_t seen, uint64_t hidden)
{
    struct stretch stretch = {.text = text, .base = reader->offset, .seen = seen, .hidden = hidden};
    size_t end = log_last_line_end(text);
    size_t at = consume(reader, &stretch, end);
    keep_pending(reader, slice_skip(text, at), end > at ? end - at : 0);
}

/*
 * Consume what is pending together with the first bytes of @p text. Returns what is left of @p
 * text, stepped back to the first byte that was not consumed when that lies in it: then nothing is
 * pending, and the rest is read where it lies.
 */
static struct slice feed_seam(struct log_reader *reader, struct slice text, size_t *seen)
{
    size_t newline =
        text.length > SEAM ? slice_find_byte(slice_skip(text, SEAM), '\n') : SLICE_NOT_FOUND;
    size_t take = newline == SLICE_NOT_FOUND ? text.length : SEAM + newline + 1;
    if (take > SEAM + LIMIT_LINE)
        take = SEAM + LIMIT_LINE;
    append_pending(reader, slice_take(text, take));
    feed_stretch(reader, log_pending(reader), reader->pending_seen, 0);
    size_t left = reader->pending_length;
    if (take == text.length || left > take)
        return slice_skip(text, take);
    *seen = reader->pending_seen;
    reader->pending_length = reader->pending_seen = 0;
    return slice_skip(text, take - left);
}

/* ---- a line longer than any log has: its start is read, when its end is known */

static void cut_long_line(struct log_reader *reader, bool is_cut_short)
{
    struct slice text = log_pending(reader);
    size_t start = log_last_line_end(text), length = text.length - start;
    if (length <= LIMIT_LINE && !is_cut_short)
        return;
    if (is_inside(reader))
        log_keep(reader, text, reader->offset, 0);
    reader->is_long = true;
    reader->hidden = length > LIMIT_LINE ? length - LIMIT_LINE : 0;
    reader->pending_length -= reader->hidden;
}

static void end_long_line(struct log_reader *reader)
{
    uint64_t hidden = reader->hidden;
    reader->is_long = false;
    reader->hidden = 0;
    append_pending(reader, SLICE("\n"));
    feed_stretch(reader, log_pending(reader), reader->pending_seen, hidden);
}

static struct slice feed_long_line(struct log_reader *reader, struct slice text)
{
    size_t newline = slice_find_byte(text, '\n');
    bool has_end = newline != SLICE_NOT_FOUND;
    if (is_inside(reader))
        log_keep(reader, slice_take(text, newline),
                 reader->offset + reader->pending_length + reader->hidden, 0);
    reader->hidden += has_end ? newline : text.length;
    if (has_end)
        end_long_line(reader);
    return slice_skip(text, has_end ? newline + 1 : text.length);
}

void log_feed_lines(struct log_reader *reader, struct slice text)
{
    for (size_t seen = 0; text.length; seen = 0) {
        if (reader->is_long)
            text = feed_long_line(reader, text);
        else if (reader->pending_length)
            text = feed_seam(reader, text, &seen);
        if (reader->pending_length == 0 && !reader->is_long && text.length) {
            feed_stretch(reader, text, seen, 0);
            text = slice_skip(text, text.length);
        }
        if (!reader->is_long)
            cut_long_line(reader, false);
    }
}

/* ---- in */

void log_reader_feed(struct log_reader *reader, const char *data, size_t length)
{
    struct slice text = slice_of(data, length);
    reader->coverage.bytes += length;
    while (text.length)
        text = log_feed_some(reader, text);
}

void log_reader_skip(struct log_reader *reader, uint64_t bytes, uint64_t lines)
{
    reader->coverage.bytes += bytes;
    if (reader->unfolding && lines == 0) {
        log_skip_in_document(reader, bytes);
        return;
    }
    if (reader->unfolding)
        log_end_document(reader, false);
    struct slice pending = log_pending(reader);
    if (lines == 0) { /* the inside of a line that is too long */
        if (!reader->is_long)
            cut_long_line(reader, true);
        reader->hidden += bytes;
        return;
    }
    reader->offset += pending.length + reader->hidden + bytes;
    log_pass(reader, slice_count_byte(pending, '\n') + lines);
    reader->pending_length = reader->pending_seen = reader->hidden = 0;
    reader->is_long = false;
}

struct log_place log_reader_settled(const struct log_reader *reader)
{
    struct log_place idle = is_idle(reader) ? here(reader) : reader->idle, first;
    bool is_open = report_reader_begins(reader->reports, &first.offset, &first.lines);
    return is_open && first.offset < idle.offset ? first : idle;
}

void log_reader_move(struct log_reader *reader, struct log_place place)
{
    dress_flush(reader->dress);
    report_reader_finish(reader->reports);
    reader->pending_length = reader->pending_seen = reader->hidden = 0;
    reader->is_long = false;
    free(reader->unfolding);
    reader->unfolding = NULL;
    reader->offset = place.offset;
    reader->lines = place.lines;
    reader->has_gap = true;
}

void log_reader_remember(struct log_reader *reader, struct slice host, struct slice kernel,
                         struct slice boot)
{
    report_reader_remember(reader->reports, host, kernel, boot);
}

void log_reader_tell_left_out(struct log_reader *reader, incident_sink *left_out)
{
    report_reader_tell_left_out(reader->reports, left_out);
}

/* The last line may lack its newline. */
static void end_last_line(struct log_reader *reader)
{
    if (reader->pending_length == 0)
        return;
    reader->unended = reader->offset + reader->pending_length + reader->hidden;
    end_long_line(reader);
}

void log_reader_hosts(const struct log_reader *reader,
                      void (*see)(void *context, struct slice host, const char *kernel,
                                  const char *boot),
                      void *context)
{
    report_reader_hosts(reader->reports, see, context);
}

/* It might have become the first of a report. */
static bool is_torn(const struct log_reader *reader)
{
    struct slice pending = log_pending(reader);
    return pending.length && pending.data[pending.length - 1] != '\n' &&
           pending.data[pending.length - 1] != '\0';
}

bool log_reader_finish(struct log_reader *reader)
{
    bool might_be_one = is_torn(reader);
    if (reader->unfolding) {
        reader->unended = reader->unfolding->end;
        log_end_document(reader, false);
    }
    reader->coverage.newlines = reader->lines + slice_count_byte(log_pending(reader), '\n');
    log_keep(reader, log_pending(reader), reader->offset, reader->lines);
    reader->keep = NULL;
    reader->is_settling = false;
    end_last_line(reader);
    dress_flush(reader->dress);
    reader->coverage.given_up = report_reader_given_up(reader->reports);
    bool is_open = report_reader_finish(reader->reports);
    return is_open || might_be_one;
}
