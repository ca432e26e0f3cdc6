/*
 * A file, a pipe or a device as an input, near the speed of memory.
 *
 * Large files are mapped a window at a time, so they never take more memory than that; everything
 * else is read(). A file that is cut while it is mapped raises SIGBUS, see truncation.h.
 */
#ifndef WHYOOM_PARSERS_SOURCE_FILE_H
#define WHYOOM_PARSERS_SOURCE_FILE_H

#include <stdatomic.h>

#include "parsers/source/input.h"

enum { FILE_ALIGNMENT = 64 * 1024 }; /* the largest page of any machine */

/**
 * Read @p file from where it stands to its present end. Owns @p file when @p is_owned.
 * @param stop  when it becomes true, a pipe that says nothing is at its end; NULL: never
 */
struct input *file_input(int file, bool is_owned, const atomic_bool *stop);

/** @p length bytes of the regular file @p file, mapped; none when that fails. @p offset is a
 * multiple of FILE_ALIGNMENT. */
struct slice file_map(int file, uint64_t offset, size_t length);

void file_unmap(struct slice window);

#endif
