/*
 * A fleet's incidents as one page of HTML: what happened in words, over time, where, again and
 * again, and the incidents themselves, each repeat folded into one that is explained in full.
 *
 * The page needs nothing from outside and is read from a file. It is bounded: tables are as long as
 * people read, and incidents are explained as long as PAGE_BYTES_MAX lasts; what is left out is
 * counted and said. Memory is bounded too, however many incidents there are: they are counted in
 * the store and in one pass over its rows.
 */
#ifndef WHYOOM_PAGE_H
#define WHYOOM_PAGE_H

#include <stdio.h>

#include "analyzer/store.h"

enum {
    PAGE_BYTES_MAX = 4 * 1024 * 1024,
    PAGE_FEW = 3, /* up to so many incidents need no chart and no tables */
};

struct page_options {
    bool is_utc;        /* --utc: wall times in UTC instead of the log's own */
    struct slice title; /* what was asked for, escaped; may be empty */
};

/** Write the page of what @p query selects; its order, offset and most do not count. */
struct error *render_page(FILE *out, struct store *store, const struct store_query *query,
                          const struct page_options *options) __attribute__((warn_unused_result));

#endif
