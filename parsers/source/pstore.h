/*
 * What pstore saved of a crashed kernel's log, put back into order.
 *
 * The kernel cuts the end of its log into parts that fit the store and writes the newest first:
 * "Panic#1 Part1" is the tail, "Panic#1 Part3" the oldest (fs/pstore/platform.c, pstore_dump()).
 * The parts of one crash are handed over as one stream, oldest first.
 */
#ifndef WHYOOM_PARSERS_SOURCE_PSTORE_H
#define WHYOOM_PARSERS_SOURCE_PSTORE_H

#include "parsers/source/names.h"
#include "parsers/source/stream.h"

struct pstore_head {
    struct slice record; /* "Panic#1" */
    int64_t part;
};

/** Read the head line of a part at the front of @p text. */
bool pstore_head_read(struct slice text, struct pstore_head *ret);

/** A file that begins with such a head: its parts in order. Read as it stands when it is longer
 * than LIMIT_PSTORE. */
void pstore_deliver(struct walk *walk, const char *path, struct input *input);

/** Would pstore_deliver_directory() take the file? */
bool pstore_is_part(const char *directory, const char *file_name);

/** Hand over the pstore records of directory @p path and take their files off @p names. */
void pstore_deliver_directory(struct walk *walk, const char *path, struct names *names);

#endif
