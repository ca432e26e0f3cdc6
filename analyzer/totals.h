/*
 * Sums over the victims and over the task table, made once: rules ask for them again and again, and
 * tables of 30,000 rows exist. A process that two kill lines name counts once (a group kill prints
 * the chosen one twice); a sum is unknown when an addend is. rss counts a shared page once per task
 * that maps it.
 */
#ifndef WHYOOM_TOTALS_H
#define WHYOOM_TOTALS_H

#include "analyzer/incident.h"

/** Fill incident->totals. */
void totals_add_up(struct incident *incident);

/** Fill only what is about victims: of a stored record, which has them all but not every task. */
void totals_add_up_victims(struct incident *incident);

/** The task with the largest rss, or NULL. */
const struct task *largest_task(const struct incident *incident);

/** rss of a kill line: what it splits, else the whole of a user-space killer's line. */
struct amount victim_rss_of(const struct victim *victim);

#endif
