/*
 * The page size of a report, where no line says it outright.
 *
 * The first column of a buddy line is the page size; reports about a memory cgroup have no such
 * line. There it shows in the number that stands for "no limit", and in a victim whose rss is
 * printed in kB and in pages. Section 7.6 of the formats. Sizes in bytes; unknown when the evidence
 * fits no size that Linux has.
 */
#ifndef WHYOOM_PAGE_SIZE_H
#define WHYOOM_PAGE_SIZE_H

#include "analyzer/incident.h"

/** A power of two between 4 KiB and 1 MiB; what else a buddy line may say is damage. */
bool page_size_is_possible(struct amount page_size);

/** From a counter's "limit %llukB" that means unlimited: PAGE_COUNTER_MAX pages of LONG_MAX bytes
 * (3.19 and later). */
struct amount page_size_of_unlimited(int64_t limit_kib);

/** From one and the same memory in kB and in pages; small or odd figures tell nothing. */
struct amount page_size_of_ratio(int64_t kib, int64_t pages);

/** Architectures that have only one: x86 and s390 4 KiB. */
struct amount page_size_of_arch(struct slice arch);

#endif
