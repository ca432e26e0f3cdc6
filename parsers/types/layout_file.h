/*
 * A layout as text: to look at, to carry to where no debug information is, to keep in a cache.
 *
 *     whyoom layout 1
 *     rows 8f14e45fceea167a
 *     build-id bb603a9147d3efe4744bf83c83eee397c591cc20
 *     release 6.1.0-50-cloud-amd64
 *     types btf
 *     member MEMCG_MEMORY mem_cgroup.memory 128 256 256 1 0 0 unsigned
 *     struct LIST_HEAD list_head 16
 *     enumerator PG_LRU PG_lru 4
 *     symbol INIT_TASK init_task ffffffff8221b940 18176
 *     unknown ZONE_BOOST zone.watermark_boost
 *     end
 *
 * A member's numbers are those of struct member, in its order. Rows and spellings go by their
 * names, so that another version takes what it knows too; `rows` tells whether it has the same
 * rows. Lines that mean nothing to this version are passed over.
 */
#ifndef WHYOOM_PARSERS_TYPES_LAYOUT_FILE_H
#define WHYOOM_PARSERS_TYPES_LAYOUT_FILE_H

#include <stdio.h>

#include "parsers/types/layout.h"

/** The first line. */
bool is_layout_text(struct slice text);

void layout_print(const struct layout *layout, FILE *out);

/**
 * Read @p text into @p layout, which is all unknown before.
 * @param is_of_these_rows  gets whether it was made for the rows of this version; may be NULL
 */
struct error *layout_parse(struct slice text, struct layout *layout, bool *is_of_these_rows)
    __attribute__((warn_unused_result));

/** The layout of @p build_id in $XDG_CACHE_HOME/whyoom, made for the rows of this version. False:
 * none, or not sound. */
bool layout_cache_load(const char *build_id, struct layout *layout);

/** Put it there, whole or not at all; without a build-id or a home nothing happens. */
void layout_cache_store(const struct layout *layout);

#endif
