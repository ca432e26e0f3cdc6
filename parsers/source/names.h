/*
 * The names in a directory, in the order in which they are read: by name, the rotated files of one
 * log oldest first.
 */
#ifndef WHYOOM_PARSERS_SOURCE_NAMES_H
#define WHYOOM_PARSERS_SOURCE_NAMES_H

#include "analyzer/base/error.h"
#include "analyzer/base/slice.h"

struct names {
    const char **items; /* an item that was taken is NULL */
    size_t count;
    char *text; /* what the items point into */
};

/**
 * Before (< 0), same or after, of two names or paths: "messages-20260101", "kern.log.2.gz",
 * "kern.log.1", "kern.log"; "system@...journal", "system.journal".
 */
int names_compare(const char *left, const char *right);

/** The path of the file that follows @p path in its directory when both are rotated files of one
 * log ("kern.log.2.gz", "kern.log.1"); the caller frees it. NULL: there is none. */
char *names_next(const char *path);

/** Read the names in @p directory, sorted. The caller calls names_free() either way. */
struct error *names_read(int directory, struct names *ret);

/** "DIRECTORY/NAME"; the caller frees it. */
char *path_join(const char *directory, const char *name);

void names_free(struct names *names);

#endif
