/*
 * The views of one dump (`whyoom inspect`), each read when it is first asked for, and kept: reading
 * takes a process and, for some, a pass over all memory.
 */
#ifndef WHYOOM_TUI_DUMP_VIEWS_H
#define WHYOOM_TUI_DUMP_VIEWS_H

#include <jansson.h>

#include "analyzer/base/slice.h"

/** All zeros is one without a dump. */
struct dump_views {
    char *path;
    json_t *kept; /* by name: a view, or a string that says why there is none */
};

/**
 * The view @p name of the dump at @p path; what was kept of another dump is let go.
 *
 * @return an object; a string that says why there is none. Valid until another dump is asked for.
 */
const json_t *dump_views_get(struct dump_views *self, struct slice path, const char *name);

/** Is it kept already, so that nothing need be read? */
bool dump_views_has(const struct dump_views *self, struct slice path, const char *name);

void dump_views_deinit(struct dump_views *self);

#endif
