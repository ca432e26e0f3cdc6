/*
 * The order in which files are read: the rotated files of one log oldest first, whether they were
 * found in a directory or an archive or named one by one; last what was read from the kernel's ring
 * buffer, which names neither host nor date: of two copies the first is told.
 */
#ifndef WHYOOM_PARSERS_SOURCE_NAMES_H
#define WHYOOM_PARSERS_SOURCE_NAMES_H

#include "analyzer/base/error.h"
#include "analyzer/base/slice.h"
#include "parsers/source/rotation.h"

struct names {
    const char **items; /* an item that was taken is NULL */
    size_t count;
    char *text; /* what the items point into */
    size_t length, room;
};

/**
 * Before (< 0), same or after, of two names or paths: "messages-20260101", "kern.log.2.gz",
 * "kern.log.1", "kern.log"; "system@...journal", "system.journal".
 */
int names_compare(const char *left, const char *right);

/** Does the name say that it was read from the ring buffer? "dmesg.0", "vmcore-dmesg.txt",
 * "dmesg-efi-155741337601001", "console-ramoops-0". */
bool names_is_ring_buffer(const char *path);

/** The same, what was read from the ring buffer last. */
int names_compare_to_read(const char *left, const char *right);

/** Are both rotated files of one log? */
bool names_are_of_one_log(const char *left, const char *right);

/** Do both paths stand in one directory? */
bool names_are_beside(const char *left, const char *right);

/** What names the log that @p path is of, or a report that goes over several of its files
 * ("kern.log.1+kern.log"). Borrows from it. */
struct rotation names_log_of(struct slice path);

/**
 * In what order to read @p paths, which someone else put in theirs: as they stand, but the rotated
 * files of one log one behind the other, where the first of them stands, and what was read from the
 * ring buffer last.
 * @param[out] ret_order  @p count places in @p paths
 */
void names_order(const char *const *paths, size_t count, size_t *ret_order);

/** What follows @p path among @p names, which are sorted, when both are files of one log
 * ("kern.log.2.gz", "kern.log.1"); borrowed. NULL: nothing does. */
const char *names_next(const struct names *names, const char *path);

/** Read the names in @p directory, sorted, and close it. The caller calls names_free() either way.
 */
struct error *names_read(int directory, struct names *ret);

/** Add a name to those that were not yet sorted. */
void names_add(struct names *names, const char *name);

/** All names are added: now `items` is there. */
void names_sort(struct names *names);

/** Move what was read from the ring buffer to @p ret, sorted; the caller frees it. */
void names_take_ring_buffers(struct names *names, struct names *ret);

/** "DIRECTORY/NAME"; the caller frees it. */
char *path_join(const char *directory, const char *name);

void names_free(struct names *names);

#endif
