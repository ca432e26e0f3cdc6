/*
 * A report that begins at the end of one rotated file and goes on in the next.
 *
 * Files are read each by itself, at once and in any order. Where one ends in a report that has no
 * kill line, it is read anew together with the start of the file that follows it by name
 * ("kern.log.2.gz", "kern.log.1", "kern.log"), as one stream; where hosts and times do not fit,
 * nothing comes of it. The files may be members of one archive. The rest of the report, at the
 * start of the next file, is then known as a copy that lost its head (duplicates.h).
 */
#ifndef WHYOOM_SEAM_H
#define WHYOOM_SEAM_H

#include <stdatomic.h>

#include "parsers/log/log.h"

struct seam {
    const char *path, *next;
    const char *file, *next_file; /* where they are: themselves, or the archive */
    struct log_place
        settled;  /* of the log at `path`: where its open reports begin, at the earliest */
    uint64_t end; /* its bytes */
    const struct log_reader *reader; /* that read it */
    atomic_bool *stop;
};

/** Reports that go on in the next file go to @p sink, which owns them; their path is
 * "kern.log.1+kern.log", their lines and bytes count through. */
void seam_read(const struct seam *seam, incident_sink *sink, void *context);

#endif
