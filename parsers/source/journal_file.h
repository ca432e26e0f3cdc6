/*
 * A journal file, read by its documented format (https://systemd.io/JOURNAL_FILE_FORMAT) and not
 * by sd-journal, which takes five times as long and refuses copies that broke off.
 *
 * One pass over the objects in the order in which journald wrote them: an object refers to what
 * stands before it, so that neither hash tables nor arrays of entries, which may be torn, are
 * needed. Behind damage the next object is looked for. Nothing in the file is trusted: each offset
 * is checked, and the pass only ever goes forward.
 */
#ifndef WHYOOM_PARSERS_SOURCE_JOURNAL_FILE_H
#define WHYOOM_PARSERS_SOURCE_JOURNAL_FILE_H

#include "parsers/source/journal_text.h"

struct journal_file;

/** How the reading went. */
struct journal_state {
    uint64_t damaged_entries; /* handed over in part */
    uint64_t damaged_bytes;   /* that are no objects, and were passed over */
    uint64_t missing_bytes;   /* that journald wrote, as the head says, and the file lacks */
};

/**
 * Map @p file, which stays the caller's and must stay open. NULL: the head is none, or names
 * features of a later systemd.
 */
struct journal_file *journal_file_open(int file);

/** Append the next entry that can matter to @p text. False: there is none. */
bool journal_file_next(struct journal_file *self, struct journal_text *text);

struct journal_state journal_file_state(const struct journal_file *self);

void journal_file_close(struct journal_file *self);

#endif
