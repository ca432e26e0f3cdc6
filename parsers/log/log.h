/*
 * From the bytes of a log to incidents, in one pass and in constant memory.
 *
 * A literal search (anchor.c) finds the few places that can belong to a report; only there the text
 * is split into lines, undressed (dress.c) and given to the report assembler (report.c), which
 * hands over finished incidents. The first LIMIT_SNIPPET bytes of every stream are split in full,
 * because a snippet that somebody cut out of a report may hold no anchor at all. A line longer than
 * LIMIT_LINE is a JSON document, of which the values are read as lines, or is read in part.
 */
#ifndef WHYOOM_PARSERS_LOG_LOG_H
#define WHYOOM_PARSERS_LOG_LOG_H

#include "analyzer/incident.h"
#include "analyzer/kept_time.h"

struct log_reader;

/** Coverage of one stream, for "nothing found" answers and batch summaries. */
struct log_coverage {
    uint64_t bytes, lines;        /* lines: of those that were split at all */
    uint64_t newlines;            /* in all bytes; set at the end */
    struct kept_time first, last; /* of the lines that were split */
    bool has_times;
    uint64_t last_host;            /* hash of the name that the last one has */
    uint64_t steps_on, steps_back; /* from line to line of a kernel, as its host's clocks tell */
    uint64_t cut_lines;            /* longer than LIMIT_LINE, read in part */
    uint64_t cut_documents;        /* in one line, of which something was not there, or too long */
    uint64_t given_up;             /* reports, as too many were open at once; set at the end */
    uint64_t anchors;              /* places that the search found */
    uint64_t kernel_lines; /* split lines that carry a kernel's time stamp or tag: is it a kernel
                              log at all? */
};

/**
 * A reader for one stream. Incidents go to @p sink, which owns them; they are parsed, not yet
 * judged.
 * @param path   for incident.source.path; copied
 * @param base   byte of the stream at which the first fed byte stands (0, but for a shard)
 */
struct log_reader *log_reader_create(const char *path, enum source_kind kind, uint64_t base,
                                     incident_sink *sink, void *context);

/**
 * Receives what must be kept of a stream for it to be read again as part of a longer one: every
 * line that is read, and the end, which an anchor in later bytes may look back at. Stretches come
 * in order and do not overlap; of a line longer than LIMIT_LINE its start comes, then its newline,
 * but all of it when it is a JSON document, or may be the inside of one that began before.
 * @param offset  of the stream
 * @param lines   newlines between the reader's first byte and this one
 */
typedef void log_keeper(void *context, struct slice bytes, uint64_t offset, uint64_t lines);

/**
 * Keep, from the first byte on.
 * @param is_start_unknown  this is not the start of the stream: read, and keep, all lines until no
 *                          report that began before them can be open
 */
void log_reader_keep(struct log_reader *reader, bool is_start_unknown, log_keeper *keep,
                     void *context);

/** Feed the next bytes; any split is fine. */
void log_reader_feed(struct log_reader *reader, const char *data, size_t length);

/** Pass over bytes that were not kept, or are quiet, and the newlines in them; none: the inside of
 * a long line. */
void log_reader_skip(struct log_reader *reader, uint64_t bytes, uint64_t lines);

/** Tell @p left_out, with the sink's context, of what is part of a kill that was told before it. It
 * owns incidents that have a host and a source and are not finished. */
void log_reader_tell_left_out(struct log_reader *reader, incident_sink *left_out);

/** Whether lines without anchors (quiet.h) would be passed over now. */
bool log_reader_is_idle(const struct log_reader *reader);

/** The stream ends: hand over what is open. @return whether a report was, or what might have become
 * one */
bool log_reader_finish(struct log_reader *reader);

const struct log_coverage *log_reader_coverage(const struct log_reader *reader);

/** The hosts of the lines that were split, by name; empty: lines that name none. */
void log_reader_hosts(const struct log_reader *reader,
                      void (*see)(void *context, struct slice host, const char *kernel,
                                  const char *boot),
                      void *context);

/** A place in a stream: a byte, and the newlines before it. */
struct log_place {
    uint64_t offset, lines;
};

/**
 * A place, the last that can be told, before which no open report begins: a reader that goes on
 * there, and remembers the hosts, tells the rest. Before log_reader_finish().
 */
struct log_place log_reader_settled(const struct log_reader *reader);

/** Go on at @p place: what is open is ended, what comes next stands there. */
void log_reader_move(struct log_reader *reader, struct log_place place);

/** What log_reader_hosts() told of a host before the place that was moved to. */
void log_reader_remember(struct log_reader *reader, struct slice host, struct slice kernel,
                         struct slice boot);

/** Free; NULL is fine. */
void log_reader_destroy(struct log_reader *reader);

#endif
