/*
 * Which file goes on where a log ends: the next of its rotated files, among what is read in this
 * run or in the same archive.
 */
#ifndef WHYOOM_NEXT_ROTATED_H
#define WHYOOM_NEXT_ROTATED_H

#include "analyzer/intake.h"
#include "parsers/source/names.h"
#include "parsers/source/source.h"

struct next_rotated {
    const struct intake_sink *sink;
    const char *archive;  /* NULL: what is read are files by themselves; borrowed */
    struct spool *spool;  /* of an archive that cannot be opened again; NULL */
    struct names members; /* of the archive, when one asked what follows it */
    size_t asked;
};

/** What goes on behind the stream @p path; the caller frees it. NULL: nothing does. */
char *next_rotated_path(struct next_rotated *next_rotated, const char *path);

/** Walk the file @p path again, or the archive. */
void next_rotated_walk(const struct next_rotated *next_rotated, const char *path,
                       const struct source_visitor *visitor);

/** With a state: is anything that goes on behind the file @p path what no scan has read? */
bool next_rotated_is_new(struct next_rotated *next_rotated, const char *path);

/** Free what it knows of the archive. */
void next_rotated_deinit(struct next_rotated *next_rotated);

#endif
