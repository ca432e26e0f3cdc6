/*
 * Which decision an incident is, and of which machine: by what two reports are told to be one.
 */
#ifndef WHYOOM_INCIDENT_IDENTITY_H
#define WHYOOM_INCIDENT_IDENTITY_H

#include "analyzer/incident.h"

/** Fill `id` from what identifies the decision (host or boot, kernel time, trigger, victims): a
 * kill read from two files is one incident; without any time, the source path and offset stand in.
 */
void incident_identify(struct incident *incident);

/** Whether @p name tells a machine from others: "localhost" and "(none)" any may have. */
bool incident_is_host_name(struct slice name);

/** The host where its name tells it from others, else nothing: `host` is what the log says. */
struct slice incident_host(const struct incident *incident);

/** The file that it begins in, where it goes on in others. */
struct slice incident_first_path(const struct incident *incident);

/** @p hash with all victims: by pid, else by the unit that was killed as a whole. */
uint64_t incident_hash_victims(uint64_t hash, const struct incident *incident);

#endif
