/*
 * The starts of rotated files that are the rest of a report which began in the file before
 * (seam.h): what their own readers find there is no incident of its own.
 */
#ifndef WHYOOM_RESTS_H
#define WHYOOM_RESTS_H

#include "analyzer/incident.h"

struct rests;

struct rests *rests_create(void);

/** Free; NULL is fine. */
void rests_destroy(struct rests *rests);

/** Up to byte @p end of @p path stands more of a report of @p host, which is told already. */
void rests_add(struct rests *rests, const char *path, struct slice host, uint64_t end);

/** Is the incident, which was read from where it says, part of such a report? */
bool rests_hold(const struct rests *rests, const struct incident *incident);

#endif
