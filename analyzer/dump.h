/*
 * What the structures of a dump add to an incident that its log told.
 *
 * From the views (parsers/kernel/view.h), JSON objects as `whyoom inspect` prints them: the limit's
 * cgroup as it stood, who holds shared memory, dying and protected cgroups, tasks stuck in reclaim.
 * The dump is a moment later than the report; figures of both differ where memory moved on.
 */
#ifndef WHYOOM_DUMP_H
#define WHYOOM_DUMP_H

#include <jansson.h>

#include "analyzer/incident.h"

enum { DUMP_VIEWS_MAX = 8 };

/** The views that a verdict asks for; NULL behind the last. */
extern const char *const dump_views[DUMP_VIEWS_MAX];

/** Take from @p views (name: view) what concerns @p incident; text is copied into its arena. */
void incident_take_dump(struct incident *incident, const json_t *views);

#endif
