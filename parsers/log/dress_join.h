/*
 * What outlives a line: prefixes that are kept, and messages that come in pieces.
 *
 * Private to the dress.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_JOIN_H
#define WHYOOM_PARSERS_LOG_DRESS_JOIN_H

#include "parsers/log/dress_prefix.h"
#include "parsers/log/dress_record.h"

enum { PREFIX_SLICES = 6, PINNED_MAX = 256, MEMORY_MAX = 512 };

/** A prefix with copies of its slices; longer ones than PINNED_MAX are left out. */
struct pinned_prefix {
    struct prefix prefix;
    char bytes[PREFIX_SLICES][PINNED_MAX];
};

void prefix_pin(struct pinned_prefix *pinned, const struct prefix *prefix);

/**
 * The last line's prefix up to its tag. Lines of one burst have the same second, host and tag: when
 * a line starts with the very same bytes, the result is the same.
 */
struct prefix_memory {
    char bytes[MEMORY_MAX];
    size_t length; /* 0: empty */
    struct prefix prefix;
};

/** Remember what was taken off the front of @p line so far. */
void prefix_remember(struct prefix_memory *memory, const struct prefix *prefix, struct slice line);

static inline bool prefix_recall(const struct prefix_memory *memory, struct slice line,
                                 struct prefix *ret)
{
    if (memory->length == 0 || line.length <= memory->length ||
        memcmp(line.data, memory->bytes, memory->length) != 0)
        return false;
    *ret = memory->prefix;
    ret->message.text = slice_skip(line, memory->length);
    return true;
}

/** A line of which pieces came: CRI's and docker's partial lines, netconsole's fragments. */
struct pieces {
    struct pinned_prefix first; /* prefix of the first piece */
    struct buffer text;
    struct place place;
    bool is_open;
};

void pieces_open(struct pieces *pieces, const struct prefix *prefix, const struct place *place);

/** Append a piece, which stands at @p place. */
void pieces_add(struct pieces *pieces, struct slice text, const struct place *place);

#endif
