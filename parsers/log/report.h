/*
 * Puts messages together to reports, and reports to incidents.
 *
 * A report is a run of line groups in the order in which the kernel prints them (header, trace,
 * limits, Mem-Info, tasks, summary, kill). Groups may be missing at either end and two reports may
 * be interleaved: a line goes to the open report that has come nearest to its group without having
 * passed it; a line that fits none begins a report of its own. Lines of different hosts never meet,
 * nor do the kernel's lines and those of a program that writes like a kernel.
 */
#ifndef WHYOOM_PARSERS_LOG_REPORT_H
#define WHYOOM_PARSERS_LOG_REPORT_H

#include "analyzer/incident.h"
#include "analyzer/limits.h"
#include "parsers/log/message.h"

struct report_reader;

/** Incidents go to @p sink in the order in which they began. @p path is copied. */
struct report_reader *report_reader_create(const char *path, enum source_kind kind,
                                           incident_sink *sink, void *context);

/** Tell @p left_out, with the sink's context, of what is told of no more: see stream_has_killed().
 * It owns incidents that have a host and a source and are not finished. */
void report_reader_tell_left_out(struct report_reader *reader, incident_sink *left_out);

/** Take the next message of the stream; a message_sink. */
void report_reader_take(void *reader, const struct message *message);

enum {
    /* Messages of all hosts after the last that a report took, after which it is over at the
     * latest, unless many are open. */
    REPORT_MESSAGES_MAX = 8 * LIMIT_FOREIGN_LINES,
};

/** Is any report open? */
bool report_reader_is_open(const struct report_reader *reader);

/** Must the next lines be read? What follows the decision of a report has anchors: those that are
 * only open for it do not ask for every line. */
bool report_reader_is_listening(const struct report_reader *reader);

/** @p lines are passed over while nobody listens: reports that are over may be for good now. */
void report_reader_pass(struct report_reader *reader, uint64_t lines);

/** Where the reports begin that are not handed over: byte, and newlines before it. False: there are
 * none. */
bool report_reader_begins(const struct report_reader *reader, uint64_t *offset, uint64_t *lines);

/**
 * Lines were passed over, while nobody listened. What decides which lines belong together is
 * forgotten (whose line the last one was, whether lines stand twice), so that how the rest is read
 * does not depend on what came before the hole; a host's kernel, boot and victims are remembered.
 */
void report_reader_skip(struct report_reader *reader);

/** How many reports were given up before their decision, as beyond LIMIT_HELD_REPORTS were open. */
uint64_t report_reader_given_up(const struct report_reader *reader);

/** The stream ends: close what is open. @return whether anything was */
bool report_reader_finish(struct report_reader *reader);

/** The kernel's hosts that spoke, by name; see log_reader_hosts(). */
void report_reader_hosts(const struct report_reader *reader,
                         void (*see)(void *context, struct slice host, const char *kernel,
                                     const char *boot),
                         void *context);

/** What report_reader_hosts() told of a host in an earlier part of the stream. */
void report_reader_remember(struct report_reader *reader, struct slice host, struct slice kernel,
                            struct slice boot);

/** Free; NULL is fine. */
void report_reader_destroy(struct report_reader *reader);

#endif
