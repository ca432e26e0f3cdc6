/*
 * What follows from the evidence by the kernel's own arithmetic: run once per incident, before the
 * rules.
 *
 * Fills the "analysis" part of struct incident: the pool and its exclusive parts, the watermark
 * check of every zone, fragmentation indices, badness of every task by the kernel's era, the
 * workload behind the cgroup path, decoded gfp flags, page size. It reads only evidence and decides
 * nothing: which class, scope or limit an incident gets is the business of the rules.
 */
#ifndef WHYOOM_ANALYSIS_H
#define WHYOOM_ANALYSIS_H

#include "analyzer/incident.h"

/** Compute everything above; what cannot be computed stays unknown. Idempotent. */
void incident_analyze(struct incident *incident);

#endif
