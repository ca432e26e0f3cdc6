/*
 * A log whose newest line comes first: journalctl -r, the exports of log viewers. It is read from
 * its end, so that lines follow one another as they were written, and what comes of it is put back
 * to where it stands. The same for records of several lines, whose own lines stay in order.
 *
 * Only a file can be read so. Memory: two blocks. What cannot be read, or has a line longer than a
 * block and is no JSON document in one line, is not turned.
 */
#ifndef WHYOOM_NEWEST_FIRST_H
#define WHYOOM_NEWEST_FIRST_H

#include <stdatomic.h>

#include "analyzer/record_form.h"
#include "parsers/log/log.h"

struct newest_first {
    int file;
    struct record_form form;
    uint64_t size;    /* bytes */
    uint64_t lines;   /* in it */
    bool is_ended;    /* by a newline */
    bool is_document; /* in one line, its only one: values are records */
    int trouble;      /* errno of what could not be read; 0 */
};

/** Does a log that begins with @p start run backwards? */
bool newest_first_is(struct slice start);

/** Look through @p file, which begins with @p start. False: it cannot be read from its end. */
bool newest_first_open(struct newest_first *log, int file, struct slice start);

/** Feed @p reader all lines, or records, from the last to the first. @return false: a
 * document is not whole, or the beginning of a log could not be read */
bool newest_first_feed(struct newest_first *log, struct log_reader *reader,
                       const atomic_bool *stop);

/** An incident of that reader: its lines get the numbers that they have in the file. */
void newest_first_place(const struct newest_first *log, struct incident *incident);

#endif
