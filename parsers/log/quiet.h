/*
 * The stretches of a log without any anchor, found without reading a line.
 *
 * A reader that is idle passes over them (log_reader_skip()) and reads what it would have read
 * anyway. So several threads can search the pieces of one log while another one reads it.
 */
#ifndef WHYOOM_PARSERS_LOG_QUIET_H
#define WHYOOM_PARSERS_LOG_QUIET_H

#include "parsers/log/anchor.h"

struct quiet {
    size_t start, end; /* of the text; a line begins at both */
    uint64_t lines;
};

/**
 * The first quiet stretches of @p text, which is a piece of a log; those that are worth a jump, @p
 * most of them. Returns how many. What a reader may look back at from an anchor is in none, nor
 * from one behind the piece or across its end.
 */
size_t quiet_find(const struct anchor_search *search, struct slice text, struct quiet *ret,
                  size_t most);

#endif
