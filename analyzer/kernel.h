/*
 * What the release string tells ("4.18.0-147.el8_1.x86_64"), for the few places where kernels of
 * different age print the same figures and mean different things by them. Distributions backport:
 * where a line's presence tells, that is asked first.
 */
#ifndef WHYOOM_KERNEL_H
#define WHYOOM_KERNEL_H

#include "analyzer/incident.h"

/** major * 1000 + minor: 4018 for 4.18, 2006 for 2.6.32; unknown without a release. */
struct amount kernel_version(const struct incident *incident);

/** Is the version known and below @p version (in kernel_version()'s form)? */
bool kernel_is_before(const struct incident *incident, int64_t version);

/** Red Hat's major version: 8 for "...el8_1...". */
struct amount kernel_rhel(const struct incident *incident);

/** Anonymous pages start on the inactive list since 5.9 ("mm/vmscan: protect the workingset on
 * anonymous LRU"), which Red Hat took into 8.5. */
struct amount kernel_is_anon_born_inactive(const struct incident *incident);

#endif
