/*
 * The end of a stream that cannot be read again cheaply: its bytes from where reports are open.
 *
 * Bounded by LIMIT_OPEN_END: of longer ones nothing is kept.
 */
#ifndef WHYOOM_OPEN_END_H
#define WHYOOM_OPEN_END_H

#include <stdint.h>

#include "analyzer/base/slice.h"

/** All zero: of a stream that begins. */
struct open_end {
    char *text;
    size_t length, room;
    uint64_t end; /* of the stream, so far */
};

/** The stream goes on with @p bytes; reports are open from the byte @p settled on. */
void open_end_add(struct open_end *end, struct slice bytes, uint64_t settled);

/** What is kept from the byte @p settled on; borrowed. Nothing: it is not. */
struct slice open_end_from(const struct open_end *end, uint64_t settled);

void open_end_free(struct open_end *end);

#endif
