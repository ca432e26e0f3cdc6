/*
 * The plain bytes of a compressed stream.
 *
 * gzip (ISA-L, several times as fast as zlib), xz, lzma and zstd go to their own libraries:
 * libarchive's filters drop the block that they were filling when a file turns out to be torn,
 * which for a small log is all of it, and a torn log is the usual one here. The other codecs go
 * through libarchive. Memory is bounded: by the format, or by LIMIT_DICTIONARY.
 */
#ifndef WHYOOM_PARSERS_SOURCE_DECOMPRESS_H
#define WHYOOM_PARSERS_SOURCE_DECOMPRESS_H

#include "parsers/source/input.h"
#include "parsers/source/probe.h"

/** What @p packed holds, decompressed. Owns @p packed. Errors come with the bytes: when it is torn
 * or damaged, after everything that could be read. */
struct input *decompress(const struct content_format *format, struct input *packed);

#endif
