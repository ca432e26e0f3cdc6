/*
 * Big files searched ahead by several threads.
 *
 * A log is read by one thread, in its order. What takes the time in a big one is the search for the
 * few places that matter; that is done piece by piece, by the reader and by whoever has nothing
 * else to do, and the reader passes over what was found quiet (parsers/log/quiet.h). He reads the
 * lines that he would read alone, so what comes out is the same, wherever the pieces end.
 *
 * The searched_file_ functions are the reader's; any number of threads may be in
 * search_pool_help().
 *
 * Memory: a window for each thread and open file, and SEARCH_AHEAD short lists for each file.
 * Errors: of a piece that cannot be searched nothing is known, and it is read as without a search.
 */
#ifndef WHYOOM_SEARCH_AHEAD_H
#define WHYOOM_SEARCH_AHEAD_H

#include "parsers/log/log.h"
#include "parsers/source/window.h"

enum {
    SEARCH_PIECE = WINDOW_COPIED, /* so that a quiet piece is passed over whole */
    SEARCH_AHEAD = 32,            /* pieces that are searched before they are read */
};

struct search_pool;   /* all files that are open */
struct searched_file; /* of one file */

/** @param piece  bytes that are searched at a time: SEARCH_PIECE */
struct search_pool *search_pool_create(size_t piece);

/** Free; NULL is fine. */
void search_pool_destroy(struct search_pool *search_pool);

/** Search in any open file, until search_pool_end(). */
void search_pool_help(struct search_pool *search_pool);

/** Whoever helps returns; files may still be read and opened. */
void search_pool_end(struct search_pool *search_pool);

/** For @p file, which will be read from its start, and stays open until searched_file_close().
 * NULL: nobody searches, or it is too small to be worth them. */
struct searched_file *searched_file_open(struct search_pool *search_pool, int file);

/** Feed @p reader the next bytes of the file, or pass over them. */
void searched_file_feed(struct searched_file *searched, struct log_reader *reader,
                        struct slice bytes);

/** Wait for those who search in the file; free; NULL is fine. */
void searched_file_close(struct searched_file *searched);

#endif
