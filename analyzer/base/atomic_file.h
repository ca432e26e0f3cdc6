/*
 * A file that others read at any time: it is written beside its place and renamed when it is whole,
 * so that nobody ever sees half of it, and an error leaves the old one. A device or a pipe is
 * written to as it is: it must not be replaced by a file.
 *
 * What a killed writer leaves: where the file system can, a file without a name is written, which
 * goes away by itself. Who alone may write at a place (it holds a lock) writes PATH.new, which the
 * next one takes.
 */
#ifndef WHYOOM_BASE_ATOMIC_FILE_H
#define WHYOOM_BASE_ATOMIC_FILE_H

#include <stdio.h>

#include "analyzer/base/error.h"

struct atomic_file;

/** Begin to write what shall stand at @p path; @p stream is where. */
struct error *atomic_file_create(const char *path, struct atomic_file **ret, FILE **stream)
    __attribute__((warn_unused_result));

/** The same; nobody else does so for this path as long as the caller does. */
struct error *atomic_file_create_alone(const char *path, struct atomic_file **ret, FILE **stream)
    __attribute__((warn_unused_result));

/** Put the file in its place, and free; ERROR_SYSTEM when the disk is full. */
struct error *atomic_file_finish(struct atomic_file *file) __attribute__((warn_unused_result));

/** Leave what was there before, and free; NULL is fine. */
void atomic_file_give_up(struct atomic_file *file);

#endif
