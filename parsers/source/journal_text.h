/*
 * What of a journal can matter, as journal export text
 * (https://systemd.io/JOURNAL_EXPORT_FORMATS), which the log parser reads: which entries, and of
 * these their times and some of their fields.
 */
#ifndef WHYOOM_PARSERS_SOURCE_JOURNAL_TEXT_H
#define WHYOOM_PARSERS_SOURCE_JOURNAL_TEXT_H

#include "parsers/source/stream.h"

enum { JOURNAL_MATCHES = 12 };

/** An entry can matter when one of these is among its fields: the kernel's messages, those of the
 * user-space killers and of the service manager. */
extern const struct slice journal_matches[JOURNAL_MATCHES];

/** Text that grows; all zeros is an empty one. Free `data`. */
struct journal_text {
    char *data;
    size_t length, room;
    size_t left; /* that the fields of the entry may still hold */
};

/** Begin an entry with its times, in microseconds. NULL: not known. */
void journal_text_begin(struct journal_text *text, const uint64_t *realtime,
                        const uint64_t *monotonic);

/** Add a field, "NAME=value" of any bytes, up to LIMIT_LINE of them, if it can matter. False: the
 * entry has more than LIMIT_ENTRY of them, and no field is added any more. */
bool journal_text_field(struct journal_text *text, struct slice field);

/** End the entry. */
void journal_text_end(struct journal_text *text);

enum { JOURNAL_TEXT_BLOCK = 64 * 1024 };

/** Hand over the text and empty it, once it has @p enough bytes. False: no more is wanted. */
bool journal_text_flush(struct journal_text *text, size_t enough, struct walk *walk);

#endif
