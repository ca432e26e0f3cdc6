/*
 * Joins pieces of streams, as `whyoom map` wrote them, and reads what came together anew.
 *
 * Everything is derived from the fragments and the coverages again: the incidents, what repeats,
 * what was seen twice. So it does not matter in which order and in which groups pieces are merged,
 * nor how often one is given; the result can be merged again. Pieces are joined where one ends at
 * the byte at which the next begins or within it; one that lies within others is dropped.
 *
 * Memory: some 100 bytes a fragment (64 KiB of it at most are read at a time) and an incident.
 * Errors: a line that is damaged is told, so are incidents that were given and do not come again,
 * and the rest goes on.
 */
#ifndef WHYOOM_MERGE_H
#define WHYOOM_MERGE_H

#include "analyzer/intake.h"

struct merge;

struct merge *merge_create(const struct intake_sink *sink);

/** Take in the lines of the file @p path ("-": standard input). */
void merge_add(struct merge *merge, const char *path);

/** Write what comes together to @p out; incidents and coverages go to the sink. */
void merge_write(struct merge *merge, FILE *out, atomic_bool *stop);

/** Free; NULL is fine. */
void merge_destroy(struct merge *merge);

#endif
