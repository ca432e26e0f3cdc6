/*
 * Big files searched ahead by several threads.
 *
 * A log is read by one thread, in its order. What takes the time in a big one is the search for the
 * few places that matter; that is done piece by piece, by the reader and by whoever has nothing
 * else to do, and the reader passes over what was found quiet (parsers/log/quiet.h). He reads the
 * lines that he would read alone, so what comes out is the same, wherever the pieces end.
 *
 * Memory: a window of a piece for each thread, and SCOUT_AHEAD short lists for each open file.
 * Errors: of a piece that cannot be searched nothing is known, and it is read as without scouts.
 */
#ifndef WHYOOM_SCOUT_H
#define WHYOOM_SCOUT_H

#include "parsers/log/log.h"

enum {
    SCOUT_PIECE = 2 * 1024 * 1024, /* a huge page */
    SCOUT_AHEAD = 32,              /* pieces that are searched before they are read */
};

struct scouts; /* all files that are open */
struct scout;  /* of one file */

/** @param piece  bytes, a multiple of FILE_ALIGNMENT: SCOUT_PIECE */
struct scouts *scouts_create(size_t piece);

/** Free; NULL is fine. */
void scouts_destroy(struct scouts *scouts);

/** Search in any open file, until scouts_end(). */
void scouts_help(struct scouts *scouts);

void scouts_end(struct scouts *scouts);

/** For @p file, which will be read from its start. NULL: there are no scouts, or it is too small to
 * be worth them. */
struct scout *scout_open(struct scouts *scouts, int file);

/** Feed @p reader the next bytes of the file, or pass over them. */
void scout_feed(struct scout *scout, struct log_reader *reader, struct slice bytes);

/** Wait for those who search in the file; free; NULL is fine. */
void scout_close(struct scout *scout);

#endif
