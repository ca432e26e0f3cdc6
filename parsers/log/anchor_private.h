/*
 * The inside of the anchor search, for its test: the literals, and the loop that every processor
 * can run.
 */
#ifndef WHYOOM_PARSERS_LOG_ANCHOR_PRIVATE_H
#define WHYOOM_PARSERS_LOG_ANCHOR_PRIVATE_H

#include "parsers/log/anchor.h"

/* A literal, the offset of its three rare bytes, and the bucket (one bit of eight) it shares with
 * others. Literals of one bucket should have alike bytes at each of the three places: the filter
 * accepts every mixture of them. */
struct anchor {
    struct slice literal;
    unsigned char probe, bucket;
};

const struct anchor *anchor_all(size_t *count);

/** anchor_find() without vector instructions. */
size_t anchor_find_portable(const struct anchor_search *search, struct slice text, size_t from);

#endif
