/*
 * Bytes at a place of a file.
 */
#ifndef WHYOOM_BASE_READ_AT_H
#define WHYOOM_BASE_READ_AT_H

#include <stddef.h>
#include <stdint.h>

/** Read @p length bytes of @p file from @p offset on. Returns how many there are; of fewer errno
 * says why: 0, the file ends. */
size_t read_at(int file, void *buffer, size_t length, uint64_t offset);

#endif
