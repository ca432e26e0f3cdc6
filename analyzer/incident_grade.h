/*
 * How much of its report an incident has.
 */
#ifndef WHYOOM_INCIDENT_GRADE_H
#define WHYOOM_INCIDENT_GRADE_H

#include "analyzer/incident.h"

/** Has it what a report of its kind ends in: a kill line, or why nothing is killed, of a failure
 * the last line of Mem-Info? */
bool incident_has_end(const struct incident *incident);

/** How much of its report an incident has: head, end, all of it, the panic that comes behind. */
int incident_grade(const struct incident *incident);

#endif
