/*
 * What is this content? Decided by its first bytes, never by its name.
 *
 * One row of a table per format: a signature at an offset and, where that is too little, a check.
 */
#ifndef WHYOOM_PARSERS_SOURCE_PROBE_H
#define WHYOOM_PARSERS_SOURCE_PROBE_H

#include "analyzer/base/slice.h"

enum {
    /* What probe() wants to see: the program headers of a dump, and the signature of a swap area
     * at the end of its first page. */
    PROBE_LENGTH = 8 * 1024,
};

enum content {
    CONTENT_TEXT,
    CONTENT_NOT_TEXT, /* programs, pictures, databases */
    CONTENT_COMPRESSED,
    CONTENT_ARCHIVE,
    CONTENT_JOURNAL,
    CONTENT_PSTORE, /* text with "Panic#1 Part2" heads */
    CONTENT_VMCORE,
    CONTENT_OUTPUT,  /* that whyoom wrote: what it quotes was told already */
    CONTENT_FOREIGN, /* known, and not for us: the advice says what to do */
    CONTENT_COUNT,
};

enum codec {
    CODEC_NONE,
    CODEC_GZIP,
    CODEC_XZ,
    CODEC_LZMA,
    CODEC_ZSTD,
    CODEC_UTF16,
    CODEC_LIBARCHIVE, /* whatever filter libarchive recognises */
    CODEC_COUNT,
};

struct content_format {
    const char *name; /* "a gzip file", for messages */
    enum content content;
    enum codec codec;
    bool is_sought; /* an archive with its directory at the end */
    size_t offset;
    struct slice signature;
    bool (*holds)(struct slice head); /* NULL: the signature is enough */
    const char *advice;               /* of a foreign format: what would help */
};

/** The format of what begins with @p head; never NULL. */
const struct content_format *probe(struct slice head);

#endif
