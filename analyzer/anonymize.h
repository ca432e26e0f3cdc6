/*
 * A copy of an incident that may leave the house: names and numbers that tell whose it is become
 * pseudonyms.
 *
 * The same name gets the same pseudonym wherever it stands, in every incident of the run, and in
 * every run with the same salt; without the salt nobody can find out by trying whether a pseudonym
 * belongs to a name that he suspects (SipHash). Replaced are host and boot, cgroup paths (words
 * that every installation has, such as kubepods.slice, stay), names of tasks (those of well-known
 * programs stay), container, pod and unit names, pids, uids, hardware, the input's path, and all of
 * these in the lines of the report; what looks like an address or an identifier there and is not
 * known to be a figure is taken out. Sizes, counts, times, kernel release and stack stay.
 */
#ifndef WHYOOM_ANONYMIZE_H
#define WHYOOM_ANONYMIZE_H

#include "analyzer/incident.h"

/**
 * Replace in place, between incident_analyze() (whose workload is still found in the true path) and
 * rule_set_judge(): what the rules say is made from facts, so it has to be said afterwards. The id
 * is made anew, so that it cannot be matched against guesses either.
 * @param salt  of the run, never NULL; see salt.h
 */
void incident_anonymize(struct incident *incident, const char *salt);

#endif
