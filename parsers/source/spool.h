/*
 * What comes by a pipe, kept in a temporary file as far as it was read, so that it can be read
 * again from its start, also while it is read: whoever is ahead draws from the pipe.
 *
 * For one thread. Bounded by the disk: when that is full, the first reader goes on without it.
 */
#ifndef WHYOOM_PARSERS_SOURCE_SPOOL_H
#define WHYOOM_PARSERS_SOURCE_SPOOL_H

#include "parsers/source/input.h"

struct spool;

/** Owns @p from. */
struct spool *spool_create(struct input *from);

/** Nothing is kept for @p file, a regular one that has no path; it stays the caller's. */
struct spool *spool_of_file(int file);

/** Free; NULL is fine. After its inputs. */
void spool_destroy(struct spool *spool);

/** All of it, for the one reader who gets everything, errors too, whatever can be kept. */
struct input *spool_first(struct spool *spool);

/** The same again, as far as it is kept. */
struct input *spool_again(struct spool *spool);

/** Nobody will read it again: keep no more. */
void spool_stop(struct spool *spool);

/** Why not all of it is kept; NULL: it is. Borrowed. */
const char *spool_trouble(const struct spool *spool);

#endif
