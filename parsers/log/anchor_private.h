/*
 * The inside of the anchor search, for its test: the literals, and the ways to search.
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

/* The slowest first. */
enum anchor_method { ANCHOR_PORTABLE, ANCHOR_AVX2, ANCHOR_AVX512, ANCHOR_METHODS };

/** Search so from now on, not in the fastest way there is. False: this processor cannot. */
bool anchor_search_use(struct anchor_search *search, enum anchor_method method);

#endif
