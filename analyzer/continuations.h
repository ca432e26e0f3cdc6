/*
 * The starts of rotated files that are the rest of a report which began in the file before
 * (rotated_report.h): what their own readers find there is no incident of its own.
 */
#ifndef WHYOOM_CONTINUATIONS_H
#define WHYOOM_CONTINUATIONS_H

#include "analyzer/incident.h"

struct continuations;

struct continuations *continuations_create(void);

/** Free; NULL is fine. */
void continuations_destroy(struct continuations *continuations);

/** Up to byte @p end of @p path stands more of a report of @p host, which is told already. */
void continuations_add(struct continuations *continuations, const char *path, struct slice host,
                       uint64_t end);

/** Is the incident, which was read from where it says, part of such a report? */
bool continuations_hold(const struct continuations *continuations, const struct incident *incident);

#endif
