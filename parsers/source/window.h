/*
 * The bytes of a file at some place of it, in the way that is faster on this machine.
 *
 * There are two: the kernel copies them into a block that stays in the second-level cache, or maps
 * them. Where a copy took 0.7 of a mapping's time on one machine, it took 1.7 on the next, so the
 * clock decides: the first windows go both ways in turn, the others as the fastest of these did,
 * with what the caller does with the bytes counted in.
 *
 * What cannot be read is an error of the call where it is copied. Where it is mapped it gives zeros
 * (truncation.h), and the window is not whole: because the file was cut, or its medium failed.
 */
#ifndef WHYOOM_PARSERS_SOURCE_WINDOW_H
#define WHYOOM_PARSERS_SOURCE_WINDOW_H

#include <stdint.h>

#include "analyzer/base/slice.h"

enum {                                  /* bytes, at most */
       WINDOW_COPIED = 512 * 1024,      /* smaller blocks and larger ones were slower */
       WINDOW_MAPPED = 8 * 1024 * 1024, /* with smaller ones two threads wait for one another */
};

struct window;

/** Its user has called truncation_survive(). */
struct window *window_create(void);

/** Free; NULL is fine. */
void window_destroy(struct window *window);

/**
 * Some of the @p length bytes of @p file, a regular one, from @p offset on; valid until the next
 * call. None: the file ends before. False: they cannot be read, and errno says why.
 */
bool window_take(struct window *window, int file, uint64_t offset, uint64_t length,
                 struct slice *ret);

/** False: some of the bytes that were looked at in the last window could not be read, and were
 * zeros. Ask when they are used up. */
bool window_is_whole(struct window *window);

#endif
