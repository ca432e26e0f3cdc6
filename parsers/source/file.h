/*
 * A file, a pipe or a device as an input, near the speed of memory.
 *
 * All is read into one block, and nothing is mapped: a log may be cut while it is read.
 */
#ifndef WHYOOM_PARSERS_SOURCE_FILE_H
#define WHYOOM_PARSERS_SOURCE_FILE_H

#include <stdatomic.h>

#include "parsers/source/input.h"

enum {
    /* What is read at a time. It stays in the second-level cache until it is searched, and so the
     * kernel's copy costs less than a mapping; smaller blocks are as slow as that, larger ones
     * gained nothing. */
    FILE_READ_BLOCK = 512 * 1024,
};

/**
 * Read @p file from where it stands to its present end. Owns @p file when @p is_owned.
 * @param stop  when it becomes true, a pipe that says nothing is at its end; NULL: never
 */
struct input *file_input(int file, bool is_owned, const atomic_bool *stop);

/** Memory to read into, @p size bytes, for free(). The kernel's copy to malloc's 16 bytes behind a
 * page took five times as long (AMD Zen, 6.18). */
char *file_block(size_t size);

#endif
