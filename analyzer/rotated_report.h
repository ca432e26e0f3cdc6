/*
 * A report that begins at the end of one rotated file and goes on in the next.
 *
 * Files are read each by itself, at once and in any order. Where one ends in a report that is open,
 * it is read anew together with the start of the file that follows it by name ("kern.log.2.gz",
 * "kern.log.1", "kern.log"), as one stream; of files that are shorter than the report, several.
 * Where hosts and times do not fit, nothing comes of it. The files may be members of one archive.
 */
#ifndef WHYOOM_ROTATED_REPORT_H
#define WHYOOM_ROTATED_REPORT_H

#include <stdatomic.h>

#include "analyzer/next_rotated.h"
#include "parsers/log/log.h"

struct rotated_report {
    const char *path;         /* of the log in which the reports begin */
    struct slice rest;        /* its bytes from `settled` on; empty: they are read from it */
    struct log_place settled; /* where its open reports begin, at the earliest */
    uint64_t end;             /* its bytes */
    char *next;               /* what follows it; freed */
    struct next_rotated *next_rotated; /* tells what follows that */
    atomic_bool *stop;
    /** Tell the reader of the hosts of the log. */
    void (*remember)(const void *context, struct log_reader *reader);
    const void *remembered;
    incident_sink *sink; /* of reports that go on; owns them */
    /** What begins at @p first_byte goes on, and its whole is told of no more; NULL. */
    void (*left_out)(void *context, uint64_t first_byte);
    /** A file that follows begins with more of a report. */
    void (*continuation)(void *context, const struct continuation *continuation);
    void *context;
};

struct rotated_report_end {
    bool is_over;        /* nothing that begins in the log is open any more */
    int64_t modified_ns; /* when the last of the files that follow was written to; 0: none does */
    uint64_t bytes;      /* of all that was read as one */
    bool is_cut;         /* which do not end in a newline */
};

/** Reports that go on go to the sink; their path is "kern.log.1+kern.log", their lines and bytes
 * count through, and their parts tell the files. */
struct rotated_report_end rotated_report_read(struct rotated_report *rotated);

#endif
