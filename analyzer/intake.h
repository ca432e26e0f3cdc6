/*
 * One thing the user named, read to its end: streams, incidents (analyzed, not yet judged) and
 * failures come out in the order of the input.
 */
#ifndef WHYOOM_INTAKE_H
#define WHYOOM_INTAKE_H

#include <stdatomic.h>

#include "analyzer/coverage.h"
#include "analyzer/progress.h"
#include "analyzer/resume.h"
#include "parsers/kernel/dump.h"

struct continuation;
struct names;

/** What comes out; every function is called that is not said to be optional. Text is borrowed for
 * the call. */
struct intake_sink {
    void *context;
    incident_sink *incident; /* owns it */
    void (*covered)(void *context, const struct coverage *coverage);
    /** An input could not be read: one line, with what would help. */
    void (*failed)(void *context, const char *path, const char *what);
    /** Worth a line, but no failure. */
    void (*noted)(void *context, const char *path, const char *what);
    /** A file that comes later begins with more of a report that is told, or held back. */
    void (*continuation)(void *context, const struct continuation *continuation);
    /** Return when all inputs that come before are read; NULL: they are. */
    void (*await)(void *context);
    struct dump_options dumps;
    struct search_pool *search_pool; /* of big files; NULL: nobody searches ahead */
    struct state *state;             /* of earlier runs; NULL: everything is read */
    const struct names *files;       /* what is read in this run, sorted; NULL: no report goes on in
                                        another file */
};

/** What every incident goes through that was read from a log, before it is judged. */
void intake_settle(struct incident *incident);

/**
 * Read @p path, or this machine when it is NULL.
 * @param stop      nothing more is read when it becomes true; the report that is open is ended
 * @param progress  NULL is fine
 */
void intake_read(const char *path, const struct intake_sink *sink, atomic_bool *stop,
                 struct progress *progress);

/**
 * Only look what is below the directory @p path: each file is given to @p found. What does not
 * stand in a file of its own (pstore's parts) and what fails goes to @p sink at once.
 */
void intake_list(const char *path, const struct intake_sink *sink, atomic_bool *stop,
                 void (*found)(void *context, const char *file), void *found_context);

/** Read a file that was found. @p passed_over: what of it holds no text. */
void intake_read_found(const char *path, const struct intake_sink *sink, atomic_bool *stop,
                       struct progress *progress, struct passed_over *passed_over);

/** All inputs are read: tell what an earlier run held back because more was to come. */
void intake_release(const struct intake_sink *sink);

#endif
