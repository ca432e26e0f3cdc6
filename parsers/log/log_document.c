#include <stdlib.h>

#include "parsers/log/log_private.h"

static void hold(struct log_reader *reader, struct slice text)
{
    struct unfolding *unfolding = reader->unfolding;
    log_keep(reader, text, unfolding->end, reader->lines);
    memcpy(unfolding->folded + unfolding->length, text.data, text.length);
    unfolding->length += text.length;
    unfolding->end += text.length;
}

static void unfold(struct log_reader *reader, bool is_end)
{
    struct unfolding *unfolding = reader->unfolding;
    size_t taken =
        document_unfold(&unfolding->document, slice_of(unfolding->folded, unfolding->length),
                        is_end, unfolding->lines);
    log_feed_lines(reader, slice_of(unfolding->lines, taken));
    unfolding->length -= taken;
    memmove(unfolding->folded, unfolding->folded + taken, unfolding->length);
}

/* Lines that are pending hold no anchor, and none is looked for over the edge of a document. */
static void pass_pending(struct log_reader *reader, size_t length)
{
    if (length)
        log_pass(reader, slice_count_byte(slice_of(reader->pending, length), '\n'));
    reader->offset += length;
    reader->pending_length = reader->pending_seen = 0;
}

/* With the line that is pending, or with the next. */
static void begin(struct log_reader *reader)
{
    struct slice pending = log_pending(reader);
    size_t start = log_last_line_end(pending);
    pass_pending(reader, start);
    reader->unfolding = must_allocate(sizeof *reader->unfolding);
    reader->unfolding->start = reader->unfolding->end = reader->offset;
    hold(reader, slice_skip(pending, start));
}

void log_end_document(struct log_reader *reader, bool has_newline)
{
    struct unfolding *unfolding = reader->unfolding;
    unfold(reader, true);
    log_feed_lines(reader, SLICE("\n"));
    pass_pending(reader, reader->pending_length);
    if (has_newline)
        log_keep(reader, SLICE("\n"), unfolding->end, reader->lines);
    reader->coverage.lines += unfolding->is_read;
    reader->coverage.cut_documents += unfolding->is_read && document_is_cut(&unfolding->document);
    reader->offset = unfolding->end + has_newline;
    reader->lines += has_newline;
    reader->unfolding = NULL;
    free(unfolding);
}

void log_skip_in_document(struct log_reader *reader, uint64_t bytes)
{
    reader->unfolding->document.is_cut = true;
    reader->unfolding->end += bytes;
}

static struct slice feed_document(struct log_reader *reader, struct slice text)
{
    size_t room = sizeof reader->unfolding->folded - reader->unfolding->length;
    size_t newline = slice_find_byte(slice_take(text, room), '\n');
    bool is_end = newline != SLICE_NOT_FOUND;
    struct slice part = slice_take(text, is_end ? newline : room);
    hold(reader, part);
    if (is_end)
        log_end_document(reader, true);
    else if (part.length == room)
        unfold(reader, false);
    return slice_skip(text, part.length + is_end);
}

/* Up to its newline, or the end of @p text. */
static size_t line_length(struct slice text)
{
    size_t newline = slice_find_byte(text, '\n');
    return newline == SLICE_NOT_FOUND ? text.length : newline;
}

/* Where the first document of @p text begins, of which @p from is the start of a line, or its end.
 * Only a line longer than any log's has so many bytes without a newline. */
static size_t find_document(struct slice text, size_t from)
{
    while (from < text.length && text.length - from > LIMIT_LINE) {
        struct slice line = slice_skip(text, from);
        size_t end = log_last_line_end(slice_take(line, LIMIT_LINE + 1));
        if (end == 0 && document_begins(line))
            return from;
        from += end ? end : line_length(line) + 1;
    }
    return text.length;
}

/* Whether @p start, a line that is pending, begins a document, as shows where it goes on. */
static bool is_document(struct slice start, struct slice text)
{
    char both[DOCUMENT_BLANKS];
    start = slice_take(start, sizeof both);
    text = slice_take(text, sizeof both - start.length);
    memcpy(both, start.data, start.length);
    memcpy(both + start.length, text.data, text.length);
    return document_begins(slice_of(both, start.length + text.length));
}

static struct slice feed_until_document(struct log_reader *reader, struct slice text)
{
    struct slice pending = log_pending(reader);
    struct slice line = slice_skip(pending, log_last_line_end(pending));
    bool goes_on = reader->is_long || line.length;
    size_t rest = goes_on ? line_length(text) : 0;
    if (!reader->is_long && line.length + rest > LIMIT_LINE && is_document(line, text)) {
        begin(reader);
        return text;
    }
    size_t at = find_document(text, goes_on ? rest + 1 : 0);
    log_feed_lines(reader, slice_take(text, at));
    if (at < text.length)
        begin(reader);
    return slice_skip(text, at);
}

struct slice log_feed_some(struct log_reader *reader, struct slice text)
{
    return reader->unfolding ? feed_document(reader, text) : feed_until_document(reader, text);
}
