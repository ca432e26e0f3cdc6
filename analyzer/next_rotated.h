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
    const char *archive;        /* NULL: what is read are files by themselves; borrowed */
    struct spool *spool;        /* of an archive that cannot be opened again; NULL */
    struct names members;       /* of the archive, when one asked what follows it */
    bool has_more_members;      /* than are listed */
    struct member_heads *heads; /* how they begin; NULL: nobody asked yet */
    size_t walks;               /* through the archive */
};

/** What goes on behind the stream @p path; the caller frees it. NULL: nothing does. */
char *next_rotated_path(struct next_rotated *next_rotated, const char *path);

/** How @p path begins, as far as it is known already; borrowed. */
struct slice next_rotated_head(struct next_rotated *next_rotated, const char *path,
                               bool *ret_is_whole);

/** Walk the file @p path again, or the archive. False: that was done too often. */
bool next_rotated_walk(struct next_rotated *next_rotated, const char *path,
                       const struct source_visitor *visitor);

/** With a state: is anything that goes on behind the file @p path what no scan has read? */
bool next_rotated_is_new(struct next_rotated *next_rotated, const char *path);

/** Free what it knows of the archive. */
void next_rotated_deinit(struct next_rotated *next_rotated);

#endif
