/*
 * How long a kdump-compressed file is, and how long its headers say that it is.
 *
 * Such a file begins with headers, two bit maps and a description of each page that it holds, with
 * the page's place in the file. Where these do not fit together nothing is promised: a damaged
 * header is not taken for a file that was cut. See makedumpfile's diskdump_mod.h.
 */
#ifndef WHYOOM_PARSERS_VMCORE_EXTENT_H
#define WHYOOM_PARSERS_VMCORE_EXTENT_H

#include <stdbool.h>
#include <stdint.h>

struct extent {
    uint64_t present;  /* bytes of the file */
    uint64_t promised; /* bytes at least; 0: unknown */
};

/** Of @p file, which stays the caller's. */
struct extent extent_of(int file);

/** Does the file end before what its headers promise? */
bool extent_is_cut(const struct extent *extent);

#endif
