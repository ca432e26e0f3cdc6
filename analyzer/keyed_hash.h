/*
 * SipHash-2-4 (Aumasson, Bernstein 2012): a hash that nobody can compute without its key.
 */
#ifndef WHYOOM_KEYED_HASH_H
#define WHYOOM_KEYED_HASH_H

#include "analyzer/base/slice.h"

struct hash_key {
    uint64_t low, high; /* bytes 0 to 7 and 8 to 15, little-endian */
};

uint64_t keyed_hash(struct hash_key key, struct slice text);

#endif
