/*
 * The views of a dump as a stream of text, one JSON object a line, made in a process of its own
 * (parsers/vmcore/isolation.h): a dump that breaks its reader breaks nothing else.
 */
#ifndef WHYOOM_PARSERS_KERNEL_DUMP_VIEWS_H
#define WHYOOM_PARSERS_KERNEL_DUMP_VIEWS_H

#include "parsers/kernel/open.h"
#include "parsers/kernel/view.h"
#include "parsers/source/source.h"

struct views_request {
    const struct view_row *const *views;
    size_t views_count;
    const char *argument; /* of a view that takes one */
    const char *debuginfo;
    bool asks_server, has_no_cache;
    bool is_verbose; /* the places tried for types are told as notes */
    const atomic_bool *stop;
};

/** Give the views of the dump at @p path to @p visitor, as one stream; `failed` when it cannot be
 * opened. */
void dump_views_deliver(const char *path, struct views_request *request,
                        const struct source_visitor *visitor);

#endif
