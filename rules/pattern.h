/*
 * Patterns of rules: "matches /regex/", Perl's syntax, on bytes.
 *
 * A pattern comes from a rule that anybody may write and meets text that anybody may log, so both
 * its size and its effort are bounded (pcre2's match and depth limits); a match that runs into the
 * limit is unknown, not no.
 */
#ifndef WHYOOM_RULES_PATTERN_H
#define WHYOOM_RULES_PATTERN_H

#include "analyzer/base/arena.h"
#include "analyzer/incident.h"

struct text_pattern;

/**
 * Compile @p source (without its slashes) into @p arena.
 * @param[out] ret_offset where in @p source it is wrong
 * @return NULL after a mistake, with @p ret_message (in @p arena) saying what
 */
const struct text_pattern *pattern_compile(struct arena *arena, struct slice source,
                                           bool ignores_case, size_t *ret_offset,
                                           struct slice *ret_message);

enum outcome pattern_match(const struct text_pattern *pattern, struct slice text);

#endif
