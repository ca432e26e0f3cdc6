/*
 * The tables of dresses: one row per prefix, with its own sample.
 *
 * Private to the dress. A new collector is a new row with a sample, not a new branch. Named groups
 * of a pattern say which member of the message they fill (dress_bind.c knows the names).
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_ROW_H
#define WHYOOM_PARSERS_LOG_DRESS_ROW_H

#include "parsers/log/dress_prefix.h"

struct dress_row {
    const char *name;
    enum prefix_layer layer;
    const char *first;   /* bytes it may begin with, ranges allowed: "0-9", "a-zA-Z" */
    const char *literal; /* what it begins with, when it always begins alike; else NULL */
    char needs;          /* a byte that stands near its front and seldom in other text; 0: none */
    bool has_clock;      /* "hh:mm:ss" is in it: without, the pattern is not tried */
    bool recurs;         /* it ends where it says, whatever follows: its bytes may be remembered */
    enum wall_source wall_source; /* of the date in it */
    unsigned evidence;            /* enum prefix_evidence */
    const char *pattern;          /* pcre2, anchored at the front */
    const char *sample;           /* a line that this row is the first to match */
    const char *expected; /* what the sample gives, as tests/unit/test_dress_row.c prints it */
    const char *origin;   /* who writes it */
};

/** The rows, in the order in which they are tried; NULL behind the last. */
const struct dress_row *dress_row_at(size_t index);

/** Those of dress_table_tools.c, which are tried last. */
const struct dress_row *dress_tool_row_at(size_t index);

struct dress_matcher;

/** Patterns are compiled when they are first needed. */
struct dress_matcher *dress_matcher_create(void);

/** Free; NULL is fine. */
void dress_matcher_destroy(struct dress_matcher *matcher);

/** Take one prefix off: the row that matched, or NULL. Only the first KiB of the text is looked
 * at. */
const struct dress_row *dress_matcher_take(struct dress_matcher *matcher, struct prefix *prefix);

#endif
