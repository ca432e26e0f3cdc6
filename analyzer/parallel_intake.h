/*
 * Several inputs read at once by several threads; what comes out keeps their order (names.h).
 * The files below a directory are inputs of their own; an archive is one. Who finds no input left
 * searches ahead in the big files of the others (search_ahead.h).
 *
 * One input at a time has the turn: what it yields goes straight to the sink, from whatever thread
 * reads it, so the sink needs no lock. What the others yield waits, up to PARALLEL_WAITING_MAX
 * bytes in all; beyond that their readers wait too.
 */
#ifndef WHYOOM_PARALLEL_INTAKE_H
#define WHYOOM_PARALLEL_INTAKE_H

#include "analyzer/intake.h"

enum { PARALLEL_WAITING_MAX = 16 * 1024 * 1024 };

/** Read @p count paths with up to @p threads threads; returns when all are read. Like intake_read()
 * for each. */
void parallel_intake_read(char *const *paths, size_t count, int threads,
                          const struct intake_sink *sink, atomic_bool *stop,
                          struct progress *progress);

#endif
