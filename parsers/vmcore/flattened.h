/*
 * Flattened dumps: what `makedumpfile -F` and QEMU write where they cannot seek.
 *
 * Behind a header of 4 KiB come blocks, each with the place in the true dump where it belongs, in
 * any order and over one another. libkdumpfile 0.5.1 does not know the format, so the true dump is
 * put together in a temporary file that has no name ($TMPDIR, else /var/tmp: it is as large as the
 * dump). Numbers are big-endian. Mirrors makedumpfile's flattened format (makedumpfile.h,
 * struct makedumpfile_header and makedumpfile_data_header).
 */
#ifndef WHYOOM_PARSERS_VMCORE_FLATTENED_H
#define WHYOOM_PARSERS_VMCORE_FLATTENED_H

#include <stdatomic.h>
#include <stdbool.h>

#include "analyzer/base/error.h"

/** Does the file begin as one does? Its position is not moved. */
bool is_flattened(int file);

/**
 * Put the dump in @p file together.
 * @param stop     ends the work soon, with an error, when it becomes true
 * @param ret      the true dump, to be closed by the caller
 * @param is_cut   the file ended before its end mark: the dump lacks what came behind
 */
struct error *flattened_unpack(int file, const atomic_bool *stop, int *ret, bool *is_cut);

#endif
