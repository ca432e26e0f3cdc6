/*
 * What libarchive takes apart: tar, cpio, zip, 7-Zip and ar into members, each a stream of its own
 * in the archive's order; and the rarer codecs.
 */
#ifndef WHYOOM_PARSERS_SOURCE_ARCHIVE_H
#define WHYOOM_PARSERS_SOURCE_ARCHIVE_H

#include "parsers/source/probe.h"
#include "parsers/source/stream.h"

/** Hand over every member, named "PATH:member". @p place is that of the members. */
void archive_deliver(struct walk *walk, const char *path, const struct content_format *format,
                     struct input *input, struct place place);

/** What @p packed holds, decompressed by libarchive's filters. Owns @p packed. */
struct input *archive_decompress(const struct content_format *format, struct input *packed);

#endif
