/*
 * The same limit, again: counts the incidents of one host, kind and memory cgroup within a run, and
 * notes reboots and set clocks between them. A log that names no host, or "localhost", is with its
 * rotated files taken for a host of its own. Fills incident.repeat; see there.
 *
 * Cost per incident is constant; beyond REPEATS_MAX limits the one first seen is forgotten.
 */
#ifndef WHYOOM_REPEATS_H
#define WHYOOM_REPEATS_H

#include "analyzer/incident.h"

enum { REPEATS_MAX = 16 * 1024 };

struct repeats;

struct repeats *repeats_create(void);

/** Free; NULL is fine. */
void repeats_destroy(struct repeats *repeats);

/** Count @p incident, the next in the order of the input, and fill its `repeat`. */
void repeats_count(struct repeats *repeats, struct incident *incident);

#endif
