/*
 * Which file goes on where a log ends: the next of its rotated files, among what is read in this
 * run, in the same directory or archive.
 */
#ifndef WHYOOM_SEQUEL_H
#define WHYOOM_SEQUEL_H

#include "analyzer/intake.h"
#include "parsers/source/names.h"
#include "parsers/source/source.h"

struct sequel {
    const struct intake_sink *sink;
    const char *archive;  /* NULL: what is read are files by themselves; borrowed */
    struct spool *spool;  /* of an archive that cannot be opened again; NULL */
    struct names members; /* of the archive, when one asked what follows it */
    size_t asked;
};

/** What goes on behind the stream @p path; the caller frees it. NULL: nothing does. */
char *sequel_of(struct sequel *sequel, const char *path);

/** Walk the file @p path again, or the archive. */
void sequel_walk(const struct sequel *sequel, const char *path,
                 const struct source_visitor *visitor);

/** With a state: is anything that goes on behind the file @p path what no scan has read? */
bool sequel_is_new(struct sequel *sequel, const char *path);

/** Free what it knows of the archive. */
void sequel_deinit(struct sequel *sequel);

#endif
