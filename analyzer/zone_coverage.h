/*
 * Do the zone lines of a report show all memory that could have served the request?
 *
 * Reports are cut and lines are lost. The rest then looks like a smaller machine, with figures that
 * belong to the whole one. Kernel: mm/show_mem.c show_free_areas(), which leaves out the nodes that
 * a cpuset or memory policy forbids (4.11) and the zones above the request (6.1).
 */
#ifndef WHYOOM_ZONE_COVERAGE_H
#define WHYOOM_ZONE_COVERAGE_H

#include "analyzer/incident.h"

/** A flag; unknown without any zone line. */
struct amount zones_are_all_shown(const struct incident *incident);

#endif
