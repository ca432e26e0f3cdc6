/*
 * Who runs in a cgroup, by its path: container managers, systemd and batch systems name their
 * cgroups by rules.
 *
 * A layout is a row of a table: a pattern of path components, who makes it, and a path that it must
 * match. Layers nest (docker in LXC, a pod in kind): the innermost container and unit win, the
 * strongest manager keeps its name, an outermost LXC container or machine keeps its own.
 */
#ifndef WHYOOM_WORKLOAD_H
#define WHYOOM_WORKLOAD_H

#include "analyzer/incident.h"

/** A row of the table, for tests and for people. */
struct workload_layout {
    const char *
        pattern; /* components; {pod} {id} {qos} {unit} {job} {name} capture, {} matches anything */
    const char *manager; /* NULL: says nothing about it */
    const char *runtime; /* NULL: likewise */
    const char *sample;  /* a path of this layout */
};

const struct workload_layout *workload_layouts(size_t *count);

/** Read @p path; slices point into it, into literals, or into @p arena where text had to change. */
struct workload workload_of_path(struct arena *arena, struct slice path);

/** Fill incident->workload from the victim's cgroup, else the limit's, else the trigger's. */
void workload_recognize(struct incident *incident);

/** The unit whose kills systemd's PID 1 tells of: the outermost of @p path, for an inner one is
 * another systemd's, but for user@.service, which holds units; empty where there is none. */
struct slice unit_of_path(struct slice path);

/** systemd's escape undone: "\x2d" is '-', so that "dev\x2dhugepages" reads "dev-hugepages". */
struct slice unit_unescape(struct arena *arena, struct slice name);

#endif
