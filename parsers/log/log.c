#include "parsers/log/log.h"

#include <stdlib.h>

#include "analyzer/limits.h"
#include "parsers/log/anchor.h"
#include "parsers/log/dress.h"
#include "parsers/log/report.h"

enum {
    SEARCH_BLOCK = 128 * 1024, /* searched, then counted, while it is in the cache */
    SEAM = 2 * LIMIT_LOOKBACK, /* of the next bytes, read together with what the last ones left */
};

struct log_reader {
    struct anchor_search *anchors;
    struct dress *dress;
    struct report_reader *reports;
    struct log_coverage coverage;

    char *
        pending; /* bytes of the stream that are not consumed, or that an anchor may look back at */
    size_t pending_length, pending_capacity;
    size_t pending_seen;   /* of them, searched for anchors */
    bool is_skipping_line; /* inside a line that was longer than LIMIT_LINE */

    uint64_t offset;     /* of the stream: the first byte that is not consumed */
    uint64_t lines;      /* newlines before it */
    uint64_t read_until; /* of the stream: lines before it are split whatever they hold */
    bool has_gap;        /* something was skipped since the last line that was split */
};

static void cover_time(struct log_coverage *coverage, const struct event_time *time)
{
    if (!time->has_monotonic && !time->has_wall && !time->printed.length)
        return;
    coverage->last = kept_time_of(time);
    if (!coverage->has_times)
        coverage->first = coverage->last;
    coverage->has_times = true;
}

static void take_message(void *context, const struct message *message)
{
    struct log_reader *reader = context;
    reader->coverage.kernel_lines +=
        message->time.has_monotonic || slice_equal(message->tag, SLICE("kernel"));
    cover_time(&reader->coverage, &message->time);
    report_reader_take(reader->reports, message);
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

void log_reader_destroy(struct log_reader *reader)
{
    if (!reader)
        return;
    dress_destroy(reader->dress);
    report_reader_destroy(reader->reports);
    anchor_search_destroy(reader->anchors);
    free(reader->pending);
    free(reader);
}

const struct log_coverage *log_reader_coverage(const struct log_reader *reader)
{
    return &reader->coverage;
}

/* A stretch of bytes at hand: [floor, length) may be read, anchors are looked for from `seen` on.
 */
struct stretch {
    struct slice text;
    uint64_t base; /* of the stream: its first byte */
    size_t floor;  /* not yet given to the reports */
    size_t seen;   /* not yet searched */
};

static void read_line(struct log_reader *reader, const struct stretch *stretch, size_t at,
                      size_t end)
{
    struct slice line = slice_take(slice_skip(stretch->text, at), end - at);
    uint64_t next = stretch->base + end + 1;
    if (reader->has_gap)
        dress_flush(reader->dress);
    reader->has_gap = false;
    reader->coverage.lines++;
    reader->coverage.cut_lines += line.length > LIMIT_LINE;
    dress_line(reader->dress, slice_take(line, LIMIT_LINE), reader->lines + 1, stretch->base + at,
               next);
    reader->lines++;
    reader->offset = next;
}

static void skip_to(struct log_reader *reader, const struct stretch *stretch, size_t at, size_t to)
{
    if (to <= at)
        return;
    reader->lines += count_lines(slice_take(slice_skip(stretch->text, at), to - at));
    reader->offset = stretch->base + to;
    reader->has_gap = true;
}

static size_t line_start(struct slice text, size_t at, size_t floor)
{
    while (at > floor && text.data[at - 1] != '\n')
        at--;
    return at;
}

/* Where the lines of the report around the anchor at @p hit may begin. */
static size_t look_back(struct slice text, size_t hit, size_t floor)
{
    size_t from = hit > floor + LIMIT_LOOKBACK ? hit - LIMIT_LOOKBACK : floor;
    if (from > floor) { /* not in the middle of a line */
        size_t newline = slice_find_byte(slice_take(slice_skip(text, from), hit - from), '\n');
        from = newline == SLICE_NOT_FOUND ? line_start(text, hit, floor) : from + newline + 1;
    }
    return from;
}

static bool is_reading(const struct log_reader *reader)
{
    return reader->offset < reader->read_until || report_reader_is_open(reader->reports);
}

/* Search block by block for an anchor before @p end; lines up to it are counted, lines around it
 * will be read. */
static size_t search(struct log_reader *reader, struct stretch *stretch, size_t at, size_t end)
{
    size_t from = stretch->seen > at ? stretch->seen : at;
    while (from < end) {
        size_t block_end = from + SEARCH_BLOCK < end ? from + SEARCH_BLOCK : end;
        size_t probe_end =
            block_end + 32 < end ? block_end + 32 : end; /* an anchor may stand across the edge */
        size_t hit = anchor_find(reader->anchors, slice_take(stretch->text, probe_end), from);
        if (hit != SLICE_NOT_FOUND) {
            size_t start = look_back(stretch->text, hit, at);
            size_t newline = slice_find_byte(slice_skip(stretch->text, hit), '\n');
            reader->read_until = stretch->base + (newline == SLICE_NOT_FOUND ? stretch->text.length
                                                                             : hit + newline + 1);
            reader->coverage.anchors++;
            stretch->seen = hit;
            skip_to(reader, stretch, at, start);
            return start;
        }
        from = block_end;
    }
    stretch->seen = end;
    return end;
}

/* Consume whole lines of @p stretch up to @p end (behind a newline). Returns the first byte that
 * was not consumed. */
static size_t consume(struct log_reader *reader, struct stretch *stretch, size_t end)
{
    size_t at = stretch->floor;
    while (at < end) {
        if (is_reading(reader)) {
            size_t newline = at + slice_find_byte(slice_skip(stretch->text, at), '\n');
            read_line(reader, stretch, at, newline);
            at = newline + 1;
            continue;
        }
        size_t start = search(reader, stretch, at, end);
        if (start == end &&
            stretch->seen == end) { /* nothing more: keep what a later anchor may look back at */
            size_t keep = look_back(stretch->text, end, at);
            skip_to(reader, stretch, at, keep);
            return keep;
        }
        at = start;
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

static size_t last_line_end(struct slice text)
{
    size_t newline = slice_find_last(text, SLICE("\n"));
    return newline == SLICE_NOT_FOUND ? 0 : newline + 1;
}

/* Consume what can be of @p text, which begins at the reader's offset; the rest stays pending. */
static void feed_stretch(struct log_reader *reader, struct slice text, size_t seen)
{
    struct stretch stretch = {.text = text, .base = reader->offset, .seen = seen};
    size_t end = last_line_end(text);
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
    feed_stretch(reader, slice_of(reader->pending, reader->pending_length), reader->pending_seen);
    size_t left = reader->pending_length;
    if (take == text.length || left > take)
        return slice_skip(text, take);
    *seen = reader->pending_seen;
    reader->pending_length = reader->pending_seen = 0;
    return slice_skip(text, take - left);
}

/* A line longer than any log has: its start is read, the rest of it passed over. */
static struct slice pass_long_line(struct log_reader *reader, struct slice text)
{
    size_t newline = slice_find_byte(text, '\n');
    size_t length = newline == SLICE_NOT_FOUND ? text.length : newline + 1;
    reader->is_skipping_line = newline == SLICE_NOT_FOUND;
    reader->offset += length;
    reader->lines += newline != SLICE_NOT_FOUND;
    return slice_skip(text, length);
}

static void cut_long_line(struct log_reader *reader)
{
    struct slice text = slice_of(reader->pending, reader->pending_length);
    size_t start = last_line_end(text);
    if (text.length - start <= LIMIT_LINE)
        return;
    struct stretch stretch = {.text = text, .base = reader->offset};
    skip_to(reader, &stretch, 0, start);
    bool is_wanted =
        is_reading(reader) || anchor_find(reader->anchors, text, start) != SLICE_NOT_FOUND;
    uint64_t lines = reader->lines;
    if (is_wanted)
        read_line(reader, &stretch, start, text.length);
    reader->lines = lines; /* its newline is still to come */
    reader->offset = stretch.base + text.length;
    reader->has_gap = !is_wanted;
    reader->coverage.cut_lines++;
    reader->is_skipping_line = true;
    reader->pending_length = reader->pending_seen = 0;
}

void log_reader_feed(struct log_reader *reader, const char *data, size_t length)
{
    struct slice text = slice_of(data, length);
    reader->coverage.bytes += length;
    for (size_t seen = 0; text.length; seen = 0) {
        if (reader->is_skipping_line)
            text = pass_long_line(reader, text);
        else if (reader->pending_length)
            text = feed_seam(reader, text, &seen);
        if (reader->pending_length == 0 && !reader->is_skipping_line && text.length) {
            feed_stretch(reader, text, seen);
            text = slice_skip(text, text.length);
        }
        cut_long_line(reader);
    }
}

void log_reader_finish(struct log_reader *reader)
{
    if (reader->pending_length) {
        append_pending(reader, SLICE("\n")); /* the last line may lack it */
        feed_stretch(reader, slice_of(reader->pending, reader->pending_length),
                     reader->pending_seen);
    }
    dress_flush(reader->dress);
    report_reader_finish(reader->reports);
}
