/*
 * The census of a large machine by several threads, each of which reads the dump for itself.
 */
#ifndef WHYOOM_PARSERS_KERNEL_CENSUS_THREADS_H
#define WHYOOM_PARSERS_KERNEL_CENSUS_THREADS_H

#include "parsers/kernel/page_census.h"

/** As many threads as this process may use CPUs, within reason. */
unsigned census_threads_size(void);

/**
 * Count all frames, like page_census_count(), by up to @p threads threads with the caller's; fewer
 * where the machine is small or the dump cannot be opened as often.
 * @param tools  without visitor, which would be called from all of them
 */
void census_threads_count(struct page_census *census, const struct census_tools *tools,
                          unsigned threads);

#endif
