/*
 * What the reader of a log keeps, for log.c, which reads its lines, and log_document.c, which makes
 * lines of a JSON document.
 */
#ifndef WHYOOM_PARSERS_LOG_LOG_PRIVATE_H
#define WHYOOM_PARSERS_LOG_LOG_PRIVATE_H

#include "parsers/log/anchor.h"
#include "parsers/log/document.h"
#include "parsers/log/dress.h"
#include "parsers/log/log.h"
#include "parsers/log/report.h"

/* A document of which values are read as lines: all of them stand in its line, and nothing of it is
 * to be read anew but from its start. */
struct unfolding {
    struct document document;
    uint64_t start, end; /* of the stream: its first byte, and the one that comes next */
    size_t length;       /* of the bytes that are not unfolded */
    bool is_read;        /* one of its values was */
    char folded[2 * DOCUMENT_WINDOW], lines[2 * DOCUMENT_WINDOW];
};

struct log_reader {
    struct anchor_search *anchors;
    struct dress *dress;
    struct report_reader *reports;
    struct log_coverage coverage;
    char *pending; /* bytes of the stream that are not consumed, or may be looked back at */
    size_t pending_length, pending_capacity;
    size_t pending_seen; /* of them, searched for anchors */
    bool is_long;        /* the last line is longer than LIMIT_LINE: its start is pending */
    uint64_t hidden;     /* bytes of it behind that start */

    struct unfolding *unfolding; /* NULL: what comes is no document's */

    uint64_t offset;       /* of the stream: the first byte that is not consumed */
    uint64_t lines;        /* newlines before it */
    uint64_t unended;      /* the stream's end, when no newline stands there; 0: not yet known */
    uint64_t read_until;   /* of the stream: lines before it are split whatever they hold */
    bool has_gap;          /* something was skipped since the last line that was split */
    struct log_place idle; /* the last line before which nothing was kept back */

    log_keeper *keep; /* NULL: nobody wants the bytes */
    void *keep_context;
    uint64_t kept_until;   /* of the stream: what is before it was kept, or is not needed */
    bool is_start_unknown; /* the first line may be the inside of a document: it is kept whole */
    bool is_settling;      /* a report of unknown lines before the start may still be open */
    int quiet;             /* messages since the last that it could take */
};

/* ---- lines (log.c) */

/** Read @p text; its last line may go on in what comes next. */
void log_feed_lines(struct log_reader *reader, struct slice text);

/** Pass @p lines that nobody reads. */
void log_pass(struct log_reader *reader, uint64_t lines);

/** Keep what a later reading of the stream needs again: @p bytes at @p offset. */
void log_keep(struct log_reader *reader, struct slice bytes, uint64_t offset, uint64_t lines);

static inline struct slice log_pending(const struct log_reader *reader)
{
    return slice_of(reader->pending ? reader->pending : "", reader->pending_length);
}

static inline size_t log_last_line_end(struct slice text)
{
    size_t newline = slice_find_last(text, SLICE("\n"));
    return newline == SLICE_NOT_FOUND ? 0 : newline + 1;
}

/* ---- documents (log_document.c) */

/** Take what comes next of @p text: lines, up to a document, or of the document. @return the rest
 */
struct slice log_feed_some(struct log_reader *reader, struct slice text);

/** Part of the document is not there. */
void log_skip_in_document(struct log_reader *reader, uint64_t bytes);

/** The document is over. @param has_newline  and its line */
void log_end_document(struct log_reader *reader, bool has_newline);

#endif
