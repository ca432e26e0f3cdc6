/*
 * A file, a pipe or a device as an input, near the speed of memory.
 *
 * Large files come by windows (window.h), everything else is read into one block.
 */
#ifndef WHYOOM_PARSERS_SOURCE_FILE_H
#define WHYOOM_PARSERS_SOURCE_FILE_H

#include <stdatomic.h>

#include "parsers/source/input.h"

/**
 * Read @p file from where it stands to its present end. Owns @p file when @p is_owned.
 * @param stop  when it becomes true, a pipe that says nothing is at its end; NULL: never
 */
struct input *file_input(int file, bool is_owned, const atomic_bool *stop);

#endif
