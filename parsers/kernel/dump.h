/*
 * A dump as its readers want it: views of its structures, then its log; made in a process of its
 * own (parsers/vmcore/isolation.h), so that a dump that breaks its reader breaks nothing else.
 */
#ifndef WHYOOM_PARSERS_KERNEL_DUMP_H
#define WHYOOM_PARSERS_KERNEL_DUMP_H

#include "parsers/kernel/open.h"
#include "parsers/kernel/view.h"
#include "parsers/source/source.h"

/** How the types of a dump are found, as the user asked. */
struct dump_options {
    const char *debuginfo; /* NULL: none named */
    bool is_verbose;       /* the places tried are told as notes */
};

struct dump_request {
    const struct view_row *const *views;
    size_t views_count;
    const char *argument; /* of a view that takes one */
    struct dump_options options;
    bool wants_log;
    const atomic_bool *stop;
};

/**
 * Give the dump at @p path to @p visitor: `view` once a view, then the log as a stream; `failed`
 * when it cannot be opened or has no log where one is wanted.
 */
void dump_deliver(const char *path, struct dump_request *request,
                  const struct source_visitor *visitor);

#endif
