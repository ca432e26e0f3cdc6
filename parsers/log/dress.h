/*
 * Takes the dress off log lines: any prefix of any collector, found out from the line itself.
 *
 * Recognises, stacked in any order that is met in the field: kernel time stamps ("[ 12.345678] ",
 * dmesg -T, -H and -d deltas, -e, ISO), caller ids, "<4>" levels, raw kmsg records, RFC 3164 and
 * 5424, journalctl short, iso, precise, verbose, journal export and JSON (MESSAGE as text or
 * bytes), docker and CRI lines, netconsole (plain, extended), pstore part lines, VMX and logcat
 * lines, ANSI colours, rsyslog's "#012", "message repeated", mail quotes, hard wraps,
 * quoted-printable, and logs in one line (JSON arrays and strings, "<br>", "\n"). A dress is a row
 * of a table with its own sample; nothing has to be announced.
 *
 * A struct dress remembers what one stream looked like (its last prefix, half messages); each of
 * its few buffers holds no more than LIMIT_LINE bytes. Bytes in, messages out; it knows nothing of
 * OOM reports. Continuations: a further part of a split record, an indented line, and up to a
 * hundred lines without a prefix behind one that had one.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_H
#define WHYOOM_PARSERS_LOG_DRESS_H

#include "parsers/log/message.h"

struct dress;

/** The state for one stream; messages go to @p sink with @p context. */
struct dress *dress_create(message_sink *sink, void *context);

/** Free; NULL is fine. Half messages are dropped: call dress_flush() first. */
void dress_destroy(struct dress *dress);

/**
 * Take one line, without its newline.
 * @param number, offset  where it stands in the stream (line from 1, byte)
 * @param end             byte behind its newline
 */
void dress_line(struct dress *dress, struct slice line, uint64_t number, uint64_t offset,
                uint64_t end);

/** Hand over what was kept back (a partial CRI line, an open journal record): the stream ends or
 * has a hole here. */
void dress_flush(struct dress *dress);

/** Is nothing kept back, nor anything known that a dress_flush() would forget (the boot of a
 * journal, the minute of dmesg -H)? */
bool dress_is_idle(const struct dress *dress);

#endif
