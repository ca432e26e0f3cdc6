/*
 * The lines of a file of JSON lines, out of blocks of any length. Of a line longer than
 * LIMIT_RECORD nothing is kept, so that memory stays bounded whatever the file holds.
 */
#ifndef WHYOOM_RECORD_LINES_H
#define WHYOOM_RECORD_LINES_H

#include <stdint.h>

#include "analyzer/base/slice.h"

/** All zeros before the first block. */
struct record_lines {
    uint64_t number;     /* of the line that was returned, from 1 */
    uint64_t start, end; /* its bytes in the file, with its newline */
    bool is_overlong;    /* it was: what was returned is empty */
    bool was_returned;   /* the next one begins at `end` */
    char *kept;          /* what came of a line that has no end yet */
    size_t length, room;
};

/**
 * Take the next line from @p block, which keeps what follows it. False: no line ends in what is
 * left of the block, which is kept. The line is borrowed until the next call.
 */
bool record_lines_next(struct record_lines *lines, struct slice *block, struct slice *ret);

/** Behind the last block: the last line, if it has no end. */
bool record_lines_last(struct record_lines *lines, struct slice *ret);

/** Free what is kept, and begin anew. */
void record_lines_reset(struct record_lines *lines);

#endif
