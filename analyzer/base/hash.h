/*
 * FNV-1a over pieces: short, the same on every machine, no secret to keep. Not for keys that an
 * attacker chooses to slow us down: tables that hold such keys are bounded.
 */
#ifndef WHYOOM_BASE_HASH_H
#define WHYOOM_BASE_HASH_H

#include <inttypes.h>
#include <stdio.h>

#include "analyzer/base/slice.h"

#define HASH_START UINT64_C(0xcbf29ce484222325)

/** Each piece is closed, so that "ab","c" differs from "a","bc". */
static inline uint64_t hash_slice(uint64_t hash, struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
    return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

/** As its decimal digits: the same on every machine. */
static inline uint64_t hash_number(uint64_t hash, int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    return hash_slice(hash, slice_of(digits, (size_t)length));
}

#endif
