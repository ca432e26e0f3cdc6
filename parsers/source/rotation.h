/*
 * What a path says of a rotated log: which log the file is of, and how old it is.
 */
#ifndef WHYOOM_PARSERS_SOURCE_ROTATION_H
#define WHYOOM_PARSERS_SOURCE_ROTATION_H

#include "analyzer/base/slice.h"

enum age { AGE_DATED, AGE_NUMBERED, AGE_CURRENT }; /* oldest first */

/** All files of one log share `directory`, `below`, and `base` with `ending`. */
struct rotation {
    struct slice directory;
    struct slice below;        /* the directory of a day, where the machine has one there: "web1" */
    struct slice day;          /* of that; else the day, as any date, is the age */
    struct slice base, ending; /* "kern", ".log" */
    enum age age;
    int64_t number; /* the higher, the older */
    struct slice date;
    bool lacks_year;     /* ordered by month alone */
    bool is_any_machine; /* files of several may be named so, too */
};

/** Of "log/kern.log.2.gz", "log/kern.2.log", "log/kern.log-20260328", "log/kern-20260328.log",
 * "log/2026-03-28.log", "log/2026/03/28/kern.log", "log/2026-03-28/web1/kern.log",
 * "log/Mar/kern.log", "log/old/kern.log.2"; "system@...journal". Borrows from @p path. */
struct rotation rotation_of(struct slice path);

/** Before (< 0), same or after, by log alone. */
int rotation_compare_logs(const struct rotation *a, const struct rotation *b);

/** By log, then oldest first. */
int rotation_compare(const struct rotation *a, const struct rotation *b);

/** May the log go on in @p next where @p before ends? */
bool rotation_does_follow(const struct rotation *next, const struct rotation *before);

#endif
