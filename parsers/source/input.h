/*
 * A stream of bytes, drawn block by block: a file, a pipe, a member of an archive, what comes out
 * of a decompressor.
 *
 * An input is a struct with two functions; whoever makes one puts it first into a struct of its
 * own. Blocks are borrowed and valid until the next call. An error comes once, after everything
 * that could be read, and ends the stream.
 */
#ifndef WHYOOM_PARSERS_SOURCE_INPUT_H
#define WHYOOM_PARSERS_SOURCE_INPUT_H

#include "analyzer/base/error.h"
#include "analyzer/base/slice.h"

struct input {
    /** The next bytes; none: the end. With an error @p ret stays empty. */
    struct error *(*next)(struct input *input, struct slice *ret);
    void (*destroy)(struct input *input);
    int file; /* a regular file, not yet read from, that may be sought or mapped; -1: there is none
               */

    struct slice peeked; /* looked at, not yet taken */
    char *gathered;      /* the memory of peeked when it had to be put together from blocks */
    struct error *failure;
    bool ended;
};

/** Look at the first @p length bytes, fewer when the stream is shorter; they stay in the stream. */
struct slice input_peek(struct input *input, size_t length);

/** Take the next block, of any size; empty at the end. The caller owns the error. */
struct error *input_next(struct input *input, struct slice *ret);

/** True when the stream failed before its first byte; only after input_peek(). */
bool input_is_unreadable(const struct input *input);

/** Free; NULL is fine. */
void input_destroy(struct input *input);

#endif
